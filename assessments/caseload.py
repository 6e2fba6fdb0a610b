"""What an assessor's first page shows: what waits, what came back, who is quiet. Read, never written."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from assessments.access import queue_in, standards_to_sign
from assessments.models import AssessmentPlan
from assessments.plans import visits_due
from portfolio.access import enrolments_as
from portfolio.models import EnrolledStandard, Enrolment, Submission

# A learner who submitted nothing for so long is quiet.
QUIET = timedelta(days=28)


@dataclass(frozen=True)
class Chosen:
    """What a caseload is narrowed to: a learner's enrolment, a standard's URN, a language."""

    learner: str = ""
    standard: str = ""
    language: str = ""

    def enrolments(self, rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
        """Those enrolments that are meant."""
        if self.learner:
            rows = rows.filter(uid=self.learner)
        if self.standard:
            open_rows = EnrolledStandard.objects.open().filter(enrolment=OuterRef("pk"))
            rows = rows.filter(Exists(open_rows.filter(standard__urn=self.standard)))
        return rows.filter(language=self.language) if self.language else rows

    def submissions(self, rows: QuerySet[Submission]) -> QuerySet[Submission]:
        """Those rounds: of the learner, mapped to the standard, written in the language."""
        if self.learner:
            rows = rows.filter(evidence__enrolment__uid=self.learner)
        if self.standard:
            rows = rows.filter(evidence__mappings__criterion__standard__urn=self.standard).distinct()
        return rows.filter(evidence__language=self.language) if self.language else rows


def waiting(mine: Collection[int], chosen: Chosen) -> QuerySet[Submission]:
    """What waits in these portfolios, oldest first; what went back once and has returned is in it."""
    return chosen.submissions(queue_in(mine))


def counted(mine: Collection[int], chosen: Chosen) -> dict[str, int]:
    """How much waits, and how much of that went back before."""
    return (
        waiting(mine, chosen)
        .order_by()
        .aggregate(
            queue_count=Count("pk", distinct=True),
            returned_count=Count("pk", filter=Q(round__gt=1), distinct=True),
        )
    )


def to_sign(user: User, chosen: Chosen) -> QuerySet[EnrolledStandard]:
    """Standards in which every criterion is met."""
    rows = standards_to_sign(user).filter(enrolment__in=chosen.enrolments(enrolments_as(user, "assessor")))
    return rows.filter(standard__urn=chosen.standard) if chosen.standard else rows


def due(user: User, chosen: Chosen) -> QuerySet[AssessmentPlan]:
    """Visits that are due."""
    return visits_due(user).filter(enrolment__in=chosen.enrolments(enrolments_as(user, "assessor")))


def quiet(user: User, chosen: Chosen) -> QuerySet[Enrolment]:
    """Active learners of whom nothing was submitted for four weeks, the longest first; `last` is when."""
    since = timezone.now() - QUIET
    return (
        chosen.enrolments(enrolments_as(user, "assessor"))
        .filter(state="active", started_on__lt=timezone.localdate(since))
        .annotate(last=Max("evidence__submitted_at"))
        .filter(Q(last=None) | Q(last__lt=since))
        .order_by(F("last").asc(nulls_first=True), "pk")
    )
