"""What was planned beside what arrived, and visits that are due: read, never written."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import User
from assessments.models import AssessmentPlan
from portfolio.access import columns_of, criteria_in, let_in, mappings_among
from portfolio.among import Among
from portfolio.models import Enrolment, Evidence
from portfolio.progress import CriterionState, mappings_of, states
from portfolio.workflow import allowing
from standards.models import Criterion

# A visit is due this long before its day.
SOON = timedelta(days=7)


def plans_of(enrolment: Enrolment) -> QuerySet[AssessmentPlan]:
    """The plans of a portfolio that came through the door, the latest day first."""
    return enrolment.plans.select_related("words", "made_by").prefetch_related(
        "criteria__standard", "acts__signed_by"
    )


def plan_for(user: User, uid: UUID) -> AssessmentPlan:
    rows = AssessmentPlan.objects.select_related(
        "enrolment__programme", "enrolment__learner", "words", "made_by"
    )
    plan = get_object_or_404(rows, uid=uid)
    let_in(user, plan.enrolment)
    return plan


def planned(
    enrolment: Enrolment, criteria: QuerySet[Criterion], before: datetime
) -> QuerySet[AssessmentPlan]:
    """The plans that were made before that moment and aim at any of these criteria, the latest day first."""
    rows = enrolment.plans.filter(criteria__in=criteria, made_at__lt=before)
    return rows.select_related("words").distinct()


def visits_due(portfolios: Collection[int]) -> QuerySet[AssessmentPlan]:
    """Open plans of these portfolios (their ids) whose next visit is due, the most urgent first."""
    return (
        AssessmentPlan.objects.filter(
            enrolment__in=Among(portfolios),
            enrolment__state__in=allowing("write"),
            state__in=["proposed", "agreed"],
            next_visit_on__lte=timezone.localdate() + SOON,
        )
        .select_related("enrolment__learner", "words")
        .only("uid", "next_visit_on", "enrolment__learner__name", "words__body")
        .order_by("next_visit_on", "pk")
    )


def plans_to_agree(learner: User) -> QuerySet[AssessmentPlan]:
    """The plans that wait for the learner's own agreement, the next day first."""
    rows = AssessmentPlan.objects.filter(enrolment__learner=learner, state="proposed").exclude(
        made_by=learner
    )
    return rows.order_by("planned_on", "pk")


def gaps(enrolment: Enrolment) -> list[Criterion]:
    """The criteria of a portfolio that are not met, in the order of the documents."""
    criteria = list(criteria_in(enrolment).with_standard().order_by("standard__urn", "-kind", "position"))
    state = states(criteria, mappings_of(enrolment))
    return [c for c in criteria if state[c.pk] != "met"]


@dataclass(frozen=True)
class Aim:
    """A criterion of a plan, and what has been submitted for it since the plan was made."""

    criterion: Criterion
    state: CriterionState
    arrived: list[Evidence]


def aims_of(plan: AssessmentPlan, user: User) -> list[Aim]:
    """What was planned beside what arrived, as far as this person may see it."""
    criteria = list(plan.criteria.with_standard().order_by("standard__urn", "-kind", "position"))
    state = states(criteria, mappings_of(plan.enrolment).filter(criterion__in=criteria))
    pieces = columns_of(user, plan.enrolment)
    since = [piece for piece in pieces if piece.submitted_at and piece.submitted_at >= plan.made_at]
    arrived = defaultdict(list)
    for mapping in sorted(mappings_among(since), key=lambda mapping: mapping.evidence.number):
        arrived[mapping.criterion_id].append(mapping.evidence)
    return [Aim(c, state[c.pk], arrived[c.pk]) for c in criteria]
