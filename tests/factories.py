"""Small things to test with, made through the services where there is one."""

import uuid
from datetime import date, timedelta
from itertools import count
from types import SimpleNamespace

from django.utils import timezone

from accounts.models import Competence, Membership, Provider, User
from assessments.models import Check
from assessments.services import plans, samples, sampling_plans
from assessments.services.reviews import Decision, record_review
from assessments.services.supersede import supersede as supersede_review
from portfolio import rounds
from portfolio.models import Evidence
from portfolio.services import enrolments, visits
from portfolio.services import evidence as evidence_services
from standards.models import Criterion, Standard

PASSWORD = "a password for tests"  # noqa: S105
_serial = count(1)


def make_user(name: str = "", *, language: str = "en") -> User:
    n = next(_serial)
    return User.objects.create_user(
        f"person{n}@example.com", PASSWORD, name=name or f"Person {n}", language=language
    )


def make_provider(name: str = "Coleg Tŷ Dŵr") -> Provider:
    return Provider.objects.create(name_cy=name, name_en=f"{name} (English)")


def make_member(provider: Provider, role: str, name: str = "", *, qualified: bool = True) -> User:
    """Somebody who holds that role; assessors and IQAs are qualified for every standard unless told otherwise."""
    user = make_user(name)
    Membership.objects.create(provider=provider, user=user, role=role)
    if role in ("assessor", "iqa") and qualified:
        make_competent(user, provider, role)
    return user


def make_competent(user: User, provider: Provider, kind: str) -> Competence:
    """`kind` is "assessor" or "iqa" for every standard, or "welsh"."""
    return Competence.objects.create(provider=provider, user=user, kind=kind)


def make_standard(*, performance: int = 3, knowledge: int = 2, sub_items: int = 0, urn: str = "") -> Standard:
    """A standard with numbered criteria in both languages; `sub_items` hang from the last knowledge item."""
    n = next(_serial)
    standard = Standard.objects.create(
        urn=urn or f"TEST{n:03}",
        edition="2021",
        title_cy=f"Safon {n}",
        title_en=f"Standard {n}",
        status_cy="official",
        status_en="working",
    )
    for kind, how_many in (("performance", performance), ("knowledge", knowledge)):
        for position in range(1, how_many + 1):
            last = _criterion(standard, kind, str(position), position)
    for part in range(1, sub_items + 1):
        _criterion(standard, "knowledge", f"{knowledge}.{part}", knowledge + part, parent=last)
    return standard


def _criterion(standard: Standard, kind: str, number: str, position: int, parent=None) -> Criterion:
    return Criterion.objects.create(
        standard=standard,
        kind=kind,
        number=number,
        position=position,
        parent=parent,
        text_cy=f"maen prawf {number} {kind}",
        text_en=f"criterion {number} {kind}",
    )


def make_programme(provider: Provider, manager: User, standards: list[Standard]):
    return enrolments.create_programme(
        by=manager,
        provider=provider,
        title_cy="Diploma Gwasanaeth i Gwsmeriaid",
        title_en="Customer Service Diploma",
        awarding_body="Corff Dyfarnu Enghreifftiol",
        qualification_number="C00/1234/5",
        standards=standards,
    )


def make_enrolment(programme, manager: User, learner: User, **allocated: User):
    """`allocated` are persons by their part: assessor, countersigner, iqa."""
    enrolment = enrolments.enrol(
        by=manager,
        programme=programme,
        learner=learner,
        language="cy",
        standards=programme.standards.all(),
        registration_number="ABC1234",
        registered_on=date(2026, 9, 1),
    )
    for part, person in allocated.items():
        enrolments.allocate(by=manager, enrolment=enrolment, user=person, role=part)
    return enrolment


def make_evidence(enrolment, criteria=(), *, by: User | None = None, files=(), **fields) -> Evidence:
    """A piece with everything a submission needs, mapped to `criteria`."""
    by = by or enrolment.learner
    complete = {
        "title": "Cwyn am ddanfoniad hwyr",
        "kind": "product",
        "text": "Ysgrifennais at y cwsmer.",
        "happened_on": date(2026, 10, 1),
        "place": "Y siop",
        "shows_others": False,
    }
    evidence = evidence_services.keep(
        by=by, enrolment=enrolment, uid=uuid.uuid4(), language="cy", files=files, **(complete | fields)
    )
    if criteria:
        evidence = map_to(evidence, criteria)
    return evidence


def map_to(evidence: Evidence, criteria, *, by: User | None = None) -> Evidence:
    return evidence_services.map_criteria(
        by=by or evidence.started_by,
        evidence=evidence,
        version=evidence.version,
        locators=dict.fromkeys([c.pk for c in criteria], ""),
    )


def submit(evidence: Evidence):
    evidence.refresh_from_db()
    return evidence_services.submit(
        by=evidence.started_by, evidence=evidence, version=evidence.version, declared=True, language="cy"
    )


def review(submission, by: User, outcome: str = "met", *, credit=(), shown: str = "", **outcomes: str):
    """Decide everything the round asks for; `outcomes` by reference (P1="not_accepted") where they differ."""
    decisions = [
        Decision(m.criterion_id, outcomes.get(m.criterion.reference, outcome))
        for m in rounds.asked_for(submission)
    ]
    decisions += [Decision(c.pk, "met") for c in credit]
    return record_review(
        by=by,
        submission=submission,
        decisions=decisions,
        valid=True,
        authentic=True,
        current=True,
        feedback="Da iawn.",
        language="cy",
        shown=shown,
    )


def supersede(review, by: User, outcome: str = "not_accepted", **changes):
    """The same criteria decided again, all alike."""
    said = {
        "decisions": [Decision(j.criterion_id, outcome) for j in review.judgements.all()],
        **dict.fromkeys(["valid", "authentic", "current"], True),
        "feedback": "Nid dyma'r dystiolaeth.",
        "reason": "Roedd y ffeil anghywir ar agor.",
        "language": "cy",
    }
    return supersede_review(by=by, review=review, **(said | changes))


def make_assessment_plan(enrolment, criteria, by: User, **differs):
    """An observation in a fortnight."""
    usual = {
        "activity": "Gwylio diwrnod prysur",
        "place": "Y siop",
        "language": "cy",
        "method": "observation",
    }
    day = timezone.localdate() + timedelta(days=14)
    usual |= {"planned_on": day, "criteria": [c.pk for c in criteria]}
    return plans.make_plan(by=by, enrolment=enrolment, **(usual | differs))


def make_visit(programme, manager: User, eqa: User, **dates: date):
    """An EQA may read everything of the programme from a year ago, for a month; `dates` where it differs."""
    today = timezone.localdate()
    usual = {
        "period_from": today - timedelta(days=365),
        "period_to": today,
        "last_day": today + timedelta(days=30),
    }
    return visits.open_visit(by=manager, programme=programme, user=eqa, **(usual | dates))


CHECKED = dict.fromkeys(Check.values, True)


def make_plan(programme, iqa: User, *, share: int = 100, higher_share: int = 100, days: int = 300):
    """A plan from a month ago on."""
    began = timezone.localdate() - timedelta(days=30)
    return sampling_plans.make_plan(
        by=iqa,
        programme=programme,
        from_on=began,
        to_on=began + timedelta(days=days),
        share=share,
        higher_share=higher_share,
    )


def return_sample(sample, iqa: User):
    """Returned with an action for next week."""
    return samples.return_(
        by=iqa,
        sample=sample,
        checks=CHECKED | {"feedback": False},
        action="Dywedwch wrth y dysgwr beth sydd nesaf.",
        due_on=timezone.localdate() + timedelta(days=7),
        language="cy",
    )


def everything_met(enrolment, by: User):
    """One piece mapped to every criterion of the enrolment, submitted and judged met."""
    criteria = Criterion.objects.filter(standard__enrolled__enrolment=enrolment)
    return review(submit(make_evidence(enrolment, criteria)), by)


def make_cast() -> SimpleNamespace:
    """One of each person at two providers, and a portfolio at the first with something in every state."""
    provider, elsewhere = make_provider("Coleg Tŷ Dŵr"), make_provider("Hyfforddiant y Gwynt")
    cast = SimpleNamespace(provider=provider, other_provider=elsewhere, nobody=None)
    for name in ("manager", "assessor", "other_assessor", "trainee", "iqa", "eqa", "learner"):
        role = "assessor" if name in ("other_assessor", "trainee") else name
        setattr(cast, name, make_member(provider, role, name.title(), qualified=name != "trainee"))
    cast.outsiders = [
        make_member(elsewhere, role) for role in ("manager", "assessor", "iqa", "eqa", "learner")
    ]
    cast.standard, cast.second = make_standard(), make_standard(sub_items=2)
    cast.programme = make_programme(provider, cast.manager, [cast.standard, cast.second])
    cast.visit = make_visit(cast.programme, cast.manager, cast.eqa)
    cast.enrolment = make_enrolment(
        cast.programme, cast.manager, cast.learner, assessor=cast.assessor, iqa=cast.iqa
    )
    cast.allocation = enrolments.allocate(
        by=cast.manager, enrolment=cast.enrolment, user=cast.trainee, role="assessor"
    )
    cast.enrolled_standard = cast.enrolment.enrolled_standards.get(standard=cast.standard)
    criteria = list(cast.standard.criteria.all())
    cast.draft = make_evidence(cast.enrolment, criteria[:2])
    cast.evidence = make_evidence(cast.enrolment, criteria[:2])
    cast.submission = submit(cast.evidence)
    cast.returned = make_evidence(cast.enrolment, criteria[2:4])
    cast.review = review(submit(cast.returned), cast.trainee, "more_needed")
    # What was looked up beforehand does not survive being copied.
    cast.review.refresh_from_db()
    return cast
