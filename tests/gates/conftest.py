"""The cast with everything that a page, a move or a guard can be about."""

import copy
import hashlib
import io
import re
import uuid
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from types import SimpleNamespace

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone, translation
from PIL import Image

from accounts.access import token_hash
from accounts.models import Competence, Invitation, Notice, User
from accounts.services import invite
from assessments.models import Report
from assessments.services import editions, sampling_plans
from assessments.services.appeals import answer, open_appeal
from assessments.services.drafts import keep_phrase
from assessments.services.exports import ask_for_export
from assessments.services.logos import set_logo
from assessments.services.records import reply_to_record
from assessments.services.reports import ask_for_report, new_code
from assessments.services.reviews import countersign
from assessments.services.samples import choose
from assessments.services.sign_offs import acknowledge, declare_competent
from portfolio.models import Mapping, Testimony
from portfolio.services import testimonies, uploads
from portfolio.services.privacy import withdraw_content
from portfolio.services.seen import record_seeing
from portfolio.uploads.receive import receive
from standards.editions import supersede
from standards.services import read_document, upload
from tests import factories
from tests.gates.table import everybody
from tests.gates.words import known_texts
from tests.standards import documents


def _jpeg() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(buffer, "JPEG")
    return buffer.getvalue()


JPEG = _jpeg()


@pytest.fixture(scope="package")
def whole_cast(django_db_setup, django_db_blocker) -> Iterator[SimpleNamespace]:
    """Made once for all gates: it takes longer than most of their tests, each of which undoes what it did to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        with translation.override("en"):
            cast = furnished(factories.make_cast())
        yield cast
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def sessions(whole_cast: SimpleNamespace) -> dict[User, SimpleCookie]:
    """Who signed in: once for all gates, since it takes as long as many a page."""
    clients = {person: Client() for _name, person in everybody(whole_cast) if person}
    for person, client in clients.items():
        client.force_login(person)
    return {person: client.cookies for person, client in clients.items()}


@pytest.fixture
def sign_in(sessions: dict[User, SimpleCookie]) -> Callable[[User | None], Client]:
    """`sign_in(person)` is a browser in which that person is signed in; nobody's when there is no person."""

    def browser_of(person: User | None) -> Client:
        client = Client()
        if person is not None:
            client.cookies = copy.deepcopy(sessions[person])
        return client

    return browser_of


@pytest.fixture(scope="package")
def known(whole_cast: SimpleNamespace) -> dict[str, re.Pattern[str]]:
    """Texts that may stand on a page, by its language; made once, because it takes longer than a page."""
    return {language: known_texts(language) for language in ("cy", "en")}


def furnished(cast: SimpleNamespace) -> SimpleNamespace:
    # Decided on once already.
    cast.rule_subject = "P3"
    _planned(cast)
    cast.phrase = keep_phrase(by=cast.assessor, text="Da iawn, mae'n glir.", language="cy")
    _further_on(cast)
    _moved(cast)
    _letters(cast)
    _files(cast)
    _samples(cast)
    _appeals(cast)
    _imports(cast)
    _at_the_workplace(cast)
    cast.testimony, cast.witness_token = _witness(cast), "known"
    Testimony.objects.update(token_hash=token_hash(cast.witness_token))
    return cast


def _planned(cast: SimpleNamespace) -> None:
    """A plan that waits for the learner; a record of the assessor's, one that was confirmed."""
    criteria = list(cast.standard.criteria.all())
    cast.assessment_plan = factories.make_assessment_plan(cast.enrolment, criteria[:3], cast.assessor)
    cast.record_kind = "questioning"
    record = factories.make_evidence(cast.enrolment, criteria[:1], by=cast.assessor, kind="observation")
    cast.record = factories.submit(record)
    confirmed = factories.make_evidence(cast.enrolment, criteria[:1], by=cast.assessor, kind="discussion")
    about = {"submission": factories.submit(confirmed), "agreed": True, "comment": "Cywir.", "language": "cy"}
    reply_to_record(by=cast.learner, **about)


def _witness(cast: SimpleNamespace) -> Testimony:
    """Asked for what they saw, and not heard of yet."""
    return testimonies.ask(
        by=cast.learner,
        enrolment=cast.enrolment,
        name="Tyst",
        email="tyst@example.com",
        origin="http://testserver",
    )


def _letters(cast: SimpleNamespace) -> None:
    """What reaches people by email, and what a manager notes about them."""
    invite(
        by=cast.manager,
        provider=cast.provider,
        email="newydd@example.com",
        name="Newydd",
        role="learner",
        language="cy",
        origin="http://testserver",
    )
    cast.invitation, cast.token = Invitation.objects.get(), "known"
    Invitation.objects.update(token_hash=token_hash(cast.token))
    cast.membership = cast.assessor.memberships.get()
    cast.competence = Competence.objects.get(user=cast.assessor)
    cast.notice = Notice.objects.filter(user=cast.learner).first()
    # Of somebody who does not sign in meanwhile, which would make the link useless.
    forgetful = factories.make_member(cast.provider, "learner")
    cast.reset_person = user_pk_to_url_str(forgetful)
    cast.reset_key = default_token_generator.make_token(forgetful)


def _further_on(cast: SimpleNamespace) -> None:
    """A second portfolio: all is met, a trainee's decisions are countersigned, three standards are on their way."""
    standards = [factories.make_standard(performance=1, knowledge=1) for _ in range(3)]
    cast.further_on = factories.make_enrolment(
        factories.make_programme(cast.provider, cast.manager, standards),
        cast.manager,
        cast.learner,
        assessor=cast.trainee,
        countersigner=cast.assessor,
        iqa=cast.iqa,
    )
    reviewed = factories.everything_met(cast.further_on, cast.trainee)
    [cast.countersignature] = countersign(by=cast.assessor, reviews=[reviewed])
    factories.enrolments.allocate(
        by=cast.manager, enrolment=cast.further_on, user=cast.assessor, role="assessor"
    )
    rows = cast.further_on.enrolled_standards.all()
    cast.complete, cast.competent, cast.acknowledged = rows
    # A later edition of the first, to which its learner can be moved.
    supersede(by=cast.manager, standard=cast.complete.standard, successor=factories.make_standard())
    for row in (cast.competent, cast.acknowledged):
        declare_competent(by=cast.assessor, enrolled_standard=row)
    acknowledge(by=cast.learner, enrolled_standard=cast.acknowledged)


def _moved(cast: SimpleNamespace) -> None:
    """A third portfolio, moved to a later edition: one decision is confirmed there, one waits."""
    old, new = (factories.make_standard(performance=2, knowledge=0) for _ in range(2))
    supersede(by=cast.manager, standard=old, successor=new)
    programme = factories.make_programme(cast.provider, cast.manager, [old])
    enrolment = factories.make_enrolment(programme, cast.manager, cast.learner, assessor=cast.assessor)
    factories.everything_met(enrolment, cast.assessor)
    cast.earlier = enrolment.enrolled_standards.get()
    cast.moved = editions.move(by=cast.manager, enrolled_standard=cast.earlier, to=str(new), carried=[])
    waiting = Mapping.objects.filter(evidence__enrolment=enrolment, to_confirm=True).first()
    editions.confirm(by=cast.assessor, enrolled_standard=cast.moved, mappings=[waiting.pk])


def _files(cast: SimpleNamespace) -> None:
    """A photograph with its thumbnail; a report that is being made and one that was issued."""
    photograph = receive(SimpleUploadedFile("ffotograff.jpg", JPEG))
    piece = factories.make_evidence(
        cast.enrolment, [cast.standard.criteria.first()], files=[photograph], title="Y stondin"
    )
    factories.submit(piece)
    cast.file = piece.files.get()
    cast.upload = uploads.begin(
        by=cast.learner,
        enrolment=cast.enrolment,
        piece=uuid.uuid4(),
        uid=uuid.uuid4(),
        name="ffilm.mp4",
        size=5,
        language="cy",
    )
    cast.thumbnail = cast.file.previews.create(
        page=0, image=ContentFile(JPEG, name="thumbnail.jpg"), width=8, height=8
    )
    cast.report = ask_for_report(by=cast.manager, enrolment=cast.enrolment, form="bilingual")
    cast.export = ask_for_export(
        by=cast.manager,
        programme=cast.programme,
        kind="completion",
        form="cy",
        enrolments=[cast.enrolment],
    )
    set_logo(by=cast.manager, provider=cast.provider, upload=ContentFile(JPEG))
    cast.issued = Report.objects.create(
        enrolment=cast.enrolment,
        form="cy",
        code=new_code(),
        asked_by=cast.manager,
        issued_at=timezone.now(),
        file=ContentFile(b"%PDF-1.7", name="adroddiad.pdf"),
        sha256=hashlib.sha256(b"%PDF-1.7").hexdigest(),
        ledger_position=1,
        ledger_head="0" * 64,
    )


def _at_the_workplace(cast: SimpleNamespace) -> None:
    """Something that stays there and was seen, and a piece whose content was destroyed."""
    criteria = [cast.standard.criteria.first()]
    cast.seen = factories.make_evidence(cast.enrolment, criteria, kind="seen", kept_by="Y rheolwr")
    factories.submit(cast.seen)
    record_seeing(by=cast.assessor, evidence=cast.seen, seen_on=timezone.localdate())
    cast.withdrawn = factories.make_evidence(cast.enrolment, criteria)
    cast.withdrawn_round = factories.submit(cast.withdrawn)
    withdraw_content(by=cast.manager, evidence=cast.withdrawn, reason="Plant yn y llun.", language="cy")


def _samples(cast: SimpleNamespace) -> None:
    """A plan with a proposal, something chosen and something returned to the assessor; a second visit of the EQA."""
    factories.make_visit(cast.further_on.programme, cast.manager, cast.eqa)
    chosen, returned = (
        factories.review(
            factories.submit(factories.make_evidence(cast.enrolment, [cast.second.criteria.first()])),
            cast.assessor,
        )
        for _ in range(2)
    )
    cast.plan = factories.make_plan(cast.programme, cast.iqa)
    drawn = {sample.review_id: sample for sample in sampling_plans.propose(by=cast.iqa, plan=cast.plan)}
    cast.proposal, cast.chosen, cast.action = (drawn[r.pk] for r in (cast.review, chosen, returned))
    plan = factories.make_plan(cast.further_on.programme, cast.iqa)
    [cast.of_sign_off] = (
        sample
        for sample in sampling_plans.propose(by=cast.iqa, plan=plan)
        if sample.kind == "summative" and sample.enrolled_standard == cast.competent
    )
    cast.proposing = sampling_plans.ask_to_propose(by=cast.iqa, plan=cast.plan)
    choose(by=cast.iqa, samples=[cast.chosen, cast.action, cast.of_sign_off])
    factories.return_sample(cast.action, cast.iqa)
    cast.action.refresh_from_db()


def _appeals(cast: SimpleNamespace) -> None:
    """A third portfolio: one appeal waits for the assessor, one was not upheld there; a review was superseded."""
    programme = factories.make_programme(cast.provider, cast.manager, [factories.make_standard()])
    factories.make_visit(programme, cast.manager, cast.eqa)
    cast.appealed = factories.make_enrolment(
        programme, cast.manager, cast.learner, assessor=cast.assessor, iqa=cast.iqa
    )
    factories.enrolments.allocate(
        by=cast.manager, enrolment=cast.appealed, user=cast.trainee, role="assessor"
    )
    criteria = programme.standards.get().criteria.all()[:2]
    cast.superseded = factories.review(
        factories.submit(factories.make_evidence(cast.appealed, criteria)), cast.trainee
    )
    cast.superseding = factories.supersede(cast.superseded, cast.trainee)
    said = {"by": cast.learner, "text": "Nid wyf yn cytuno.", "language": "cy"}
    cast.appeal = open_appeal(review=cast.superseding, **said)
    cast.answered_appeal = open_appeal(enrolled_standard=cast.appealed.enrolled_standards.get(), **said)
    answer(by=cast.assessor, appeal=cast.answered_appeal, upheld=False, text="Angen mwy.", language="cy")
    cast.answered_appeal.refresh_from_db()


def _imports(cast: SimpleNamespace) -> None:
    """Documents of a manager's: one to be checked (with a warning), one refused, one that waits."""
    faulty = documents.text("cy", performance="- cadw trefn\n5. croesawu cwsmeriaid")
    files = [("siop.txt", faulty), ("llythyr.txt", b"Annwyl fodryb"), ("aros.txt", b"x")]
    uploads = [SimpleUploadedFile(name, data) for name, data in files]
    cast.import_draft, cast.import_refused, cast.import_waiting = upload(by=cast.manager, documents=uploads)
    for draft in (cast.import_draft, cast.import_refused):
        read_document(draft.uid)
