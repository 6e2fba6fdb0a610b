"""Whatever the chains promise to tell of is told, by whoever did it, and fits."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.services import samples, sampling_plans, sign_offs
from assessments.services.exports import ask_for_export
from assessments.services.reports import ask_for_report, make_report
from assessments.services.reviews import countersign
from ledger.models import Event
from portfolio.services.enrolments import allocate, end_allocation
from portfolio.services.privacy import withdraw_content
from portfolio.services.visits import note_opening
from portfolio.uploads.receive import receive
from standards.services import confirm, read_document, upload
from tests import factories
from tests.assessments.test_verify_ledger import verify
from tests.gates.conftest import JPEG
from tests.standards import documents

pytestmark = pytest.mark.django_db


def test_every_act_that_counts_is_in_the_ledger(cast):
    told: dict[str, str] = {}
    seen = {event.pk for event in Event.objects.all()}

    def did(person: str, act) -> object:
        """Do it; what the ledger says was done, and by whom."""
        made = act()
        for event in Event.objects.exclude(pk__in=seen).order_by("pk"):
            assert event.by_uid == getattr(cast, person).uid
            told[event.kind] = person
            seen.add(event.pk)
        return made

    row = {"enrolled_standard": cast.enrolled_standard}
    photograph = receive(SimpleUploadedFile("llun.jpg", JPEG))
    piece = factories.make_evidence(cast.enrolment, [cast.second.criteria.first()], files=[photograph])
    did("learner", lambda: factories.submit(piece))
    did("eqa", lambda: note_opening(by=cast.eqa, file=piece.files.get(), session="a"))
    whole = factories.make_evidence(cast.enrolment, cast.standard.criteria.all())
    submission = did("learner", lambda: factories.submit(whole))
    review = did("trainee", lambda: factories.review(submission, cast.trainee))
    did("assessor", lambda: countersign(by=cast.assessor, reviews=[review]))
    did("assessor", lambda: sign_offs.declare_competent(by=cast.assessor, **row))
    did("learner", lambda: sign_offs.acknowledge(by=cast.learner, **row))
    plan = did("iqa", lambda: factories.make_plan(cast.programme, cast.iqa))
    drawn = did("iqa", lambda: sampling_plans.propose(by=cast.iqa, plan=plan))
    # Chance says which of the assessors comes first.
    drawn = sorted(drawn, key=lambda sample: sample.assessor != cast.trainee)
    did("iqa", lambda: samples.choose(by=cast.iqa, samples=drawn[:1]))
    did("iqa", lambda: factories.return_sample(drawn[0], cast.iqa))
    did("trainee", lambda: samples.answer(by=drawn[0].assessor, sample=drawn[0], text="Da.", language="cy"))
    did("iqa", lambda: samples.close(by=cast.iqa, sample=drawn[0]))
    did("iqa", lambda: sign_offs.release(by=cast.iqa, **row))
    did("manager", lambda: make_report(ask_for_report(by=cast.manager, enrolment=cast.enrolment, form="cy")))
    about = {"programme": cast.programme, "kind": "completion", "form": "cy", "enrolments": [cast.enrolment]}
    did("manager", lambda: ask_for_export(by=cast.manager, **about))
    did("manager", lambda: withdraw_content(by=cast.manager, evidence=piece, reason="Wyneb.", language="cy"))
    other = {"enrolment": cast.enrolment, "user": cast.other_assessor, "role": "assessor"}
    did("manager", lambda: end_allocation(by=cast.manager, allocation=allocate(by=cast.manager, **other)))
    did("manager", lambda: _imported(cast))
    assert told == {
        "evidence.submitted": "learner",
        "file.opened": "eqa",
        "evidence.judged": "trainee",
        "review.countersigned": "assessor",
        "standard.competent": "assessor",
        "standard.acknowledged": "learner",
        "sampling.planned": "iqa",
        "sample.proposed": "iqa",
        "sample.chosen": "iqa",
        "sample.returned": "iqa",
        "sample.answered": "trainee",
        "sample.closed": "iqa",
        "standard.released": "iqa",
        "report.issued": "manager",
        "export.ordered": "manager",
        "evidence.content-withdrawn": "manager",
        "words.erased": "manager",
        "allocation.made": "manager",
        "allocation.ended": "manager",
        "standard.imported": "manager",
    }
    assert verify()[0] == 0


def _imported(cast) -> None:
    [draft] = upload(by=cast.manager, documents=[SimpleUploadedFile("safon.txt", documents.text("cy"))])
    confirm(by=cast.manager, draft=read_document(draft.uid))
