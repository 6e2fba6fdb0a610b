"""Ten times as much of everything that lists are made of."""

from types import SimpleNamespace

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Competence, Membership
from accounts.services import invite
from assessments.models import Sample
from assessments.services import samples, sampling_plans
from assessments.services.reports import ask_for_report
from portfolio.models import EnrolledStandard
from standards.editions import supersede
from standards.services import read_document, upload
from tests import factories
from tests.standards import documents

MORE = 9


def grow(cast: SimpleNamespace) -> None:
    for number in range(MORE):
        _people(cast, number)
        _standard(cast)
        _import(cast, number)
    criteria = [row.standard.criteria.first() for row in cast.enrolment.enrolled_standards.all()]
    for number in range(MORE):
        _learner(cast)
        _evidence(cast.enrolment, criteria, cast.assessor)
        ask_for_report(by=cast.manager, enrolment=cast.enrolment, form=("cy", "en", "bilingual")[number % 3])
    _rounds(cast)
    _samples(cast)


def _people(cast: SimpleNamespace, number: int) -> None:
    """Letters, persons in each role, qualifications, and providers that the manager manages."""
    address = f"newydd{number}@example.com"
    named = {"email": address, "name": address, "role": "learner", "language": "en"}
    invite(by=cast.manager, provider=cast.provider, origin="http://testserver", **named)
    for role in ("manager", "assessor", "iqa", "eqa"):
        factories.make_member(cast.provider, role)
    Competence.objects.create(user=cast.assessor, provider=cast.provider, kind="assessor", urn=f"X{number}")
    Membership.objects.create(user=cast.manager, provider=factories.make_provider(), role="manager")


def _standard(cast: SimpleNamespace) -> None:
    standard = factories.make_standard()
    supersede(by=cast.manager, standard=standard, successor=cast.second)
    cast.programme.standards.add(standard)
    EnrolledStandard.objects.create(
        enrolment=cast.enrolment, standard=standard, total_count=standard.criteria.count()
    )
    factories.make_programme(cast.provider, cast.manager, [standard])


def _import(cast: SimpleNamespace, number: int) -> None:
    file = SimpleUploadedFile(f"dogfen-{number}.txt", documents.text("en"))
    [draft] = upload(by=cast.manager, documents=[file])
    read_document(draft.uid)


def _learner(cast: SimpleNamespace) -> None:
    learner = factories.make_member(cast.provider, "learner")
    enrolment = factories.make_enrolment(
        cast.programme, cast.manager, learner, assessor=cast.assessor, iqa=cast.iqa
    )
    factories.enrolments.allocate(by=cast.manager, enrolment=enrolment, user=cast.trainee, role="assessor")
    _evidence(enrolment, list(cast.standard.criteria.all()), cast.trainee)


def _evidence(enrolment, criteria, assessor) -> None:
    """A piece in every state."""
    factories.make_evidence(enrolment, criteria)
    factories.submit(factories.make_evidence(enrolment, criteria))
    factories.review(factories.submit(factories.make_evidence(enrolment, criteria)), assessor, "more_needed")


def _rounds(cast: SimpleNamespace) -> None:
    for _ in range(MORE):
        factories.review(factories.submit(cast.returned), cast.trainee, "more_needed")


def _samples(cast: SimpleNamespace) -> None:
    """Samples in every state; plans and visits of the programme."""
    sampling_plans.propose(by=cast.iqa, plan=cast.plan)
    proposed = list(Sample.objects.filter(plan=cast.plan, state="proposed"))
    samples.choose(by=cast.iqa, samples=proposed[: 3 * MORE])
    for sample in proposed[MORE : 3 * MORE]:
        factories.return_sample(sample, cast.iqa)
    for sample in proposed[2 * MORE : 3 * MORE]:
        samples.answer(by=sample.assessor, sample=sample, text="Gwnaed.", language="cy")
    for _ in range(MORE):
        factories.make_plan(cast.programme, cast.iqa)
        factories.make_visit(cast.programme, cast.manager, cast.eqa)
