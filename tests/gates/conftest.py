"""The cast with everything that a page, a move or a guard can be about."""

import hashlib
import io
from types import SimpleNamespace

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.access import token_hash
from accounts.models import Competence, Invitation
from accounts.services import invite
from assessments.models import Report
from assessments.services.reports import ask_for_report, new_code
from assessments.services.reviews import countersign
from assessments.services.sign_offs import declare_competent
from portfolio.uploads.receive import receive
from tests import factories


def _jpeg() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(buffer, "JPEG")
    return buffer.getvalue()


JPEG = _jpeg()


@pytest.fixture
def cast(cast: SimpleNamespace) -> SimpleNamespace:
    _a_learner_further_on(cast)
    _letters(cast)
    _files(cast)
    return cast


def _letters(cast: SimpleNamespace) -> None:
    """What reaches people by e-mail, and what a manager notes about them."""
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
    # Of somebody who does not sign in meanwhile, which would make the link useless.
    forgetful = cast.further_on.learner
    cast.reset_person = user_pk_to_url_str(forgetful)
    cast.reset_key = default_token_generator.make_token(forgetful)


def _a_learner_further_on(cast: SimpleNamespace) -> None:
    """Somebody whose first standard is signed off, with the countersignature of a trainee's decisions."""
    learner = factories.make_member(cast.provider, "learner", "Cynfyfyrwraig")
    cast.further_on = factories.make_enrolment(
        cast.programme,
        cast.manager,
        learner,
        assessor=cast.trainee,
        countersigner=cast.assessor,
        iqa=cast.iqa,
    )
    reviewed = factories.everything_met(cast.further_on, cast.trainee)
    [cast.countersignature] = countersign(by=cast.assessor, reviews=[reviewed])
    factories.enrolments.allocate(
        by=cast.manager, enrolment=cast.further_on, user=cast.assessor, role="assessor"
    )
    cast.competent = cast.further_on.enrolled_standards.get(standard=cast.standard)
    cast.sign_off = declare_competent(by=cast.assessor, enrolled_standard=cast.competent)
    cast.complete = cast.further_on.enrolled_standards.get(standard=cast.second)


def _files(cast: SimpleNamespace) -> None:
    """A photograph with its thumbnail; a report that is being made and one that was issued."""
    photograph = receive(SimpleUploadedFile("ffotograff.jpg", JPEG))
    piece = factories.make_evidence(
        cast.enrolment, [cast.standard.criteria.first()], files=[photograph], title="Y stondin"
    )
    factories.submit(piece)
    cast.file = piece.files.get()
    cast.thumbnail = cast.file.previews.create(
        page=0, image=ContentFile(JPEG, name="thumbnail.jpg"), width=8, height=8
    )
    cast.report = ask_for_report(by=cast.manager, enrolment=cast.enrolment, form="bilingual")
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
