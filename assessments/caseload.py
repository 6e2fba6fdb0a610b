"""What an assessor's first page shows: what waits, what came back, who is quiet. Read, never written."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Window
from django.utils import timezone

from portfolio.among import Among
from portfolio.models import Enrolment, Mapping, Submission

# A learner who submitted nothing for so long is quiet.
QUIET = timedelta(days=28)


@dataclass(frozen=True)
class Chosen:
    """What a caseload is narrowed to: a learner's enrolment, a standard's URN, a language."""

    learner: str = ""
    standard: str = ""
    language: str = ""

    def portfolios(self, choices: Iterable[tuple]) -> set[int]:
        """The ids of those that are meant, among the choices (see access.caseload_choices)."""
        return {
            pk
            for pk, uid, _name, language, urn in choices
            if self.learner in ("", str(uid))
            and self.standard in ("", urn)
            and self.language in ("", language)
        }

    def submissions(self, rows: QuerySet[Submission]) -> QuerySet[Submission]:
        """Those rounds: of the learner, mapped to the standard, written in the language."""
        if self.learner:
            rows = rows.filter(evidence__enrolment__uid=self.learner)
        if self.standard:
            mapped = Mapping.objects.filter(criterion__standard__urn=self.standard)
            rows = rows.filter(evidence__in=mapped.values("evidence"))
        return rows.filter(evidence__language=self.language) if self.language else rows


def first_of(rounds: QuerySet[Submission], number: int) -> dict[str, object]:
    """The first that wait; with how many there are, and how many of these went back before."""
    in_all = {"waiting": Window(Count("pk")), "returned": Window(Count("pk", filter=Q(round__gt=1)))}
    rows: list[Any] = list(rounds.annotate(**in_all)[:number])
    counts = (rows[0].waiting, rows[0].returned) if rows else (0, 0)
    return {"queue": rows, "queue_count": counts[0], "returned_count": counts[1]}


def quiet(portfolios: Collection[int]) -> QuerySet[Enrolment]:
    """Active learners of whom nothing was submitted for four weeks, the longest first; `last` is when."""
    since = timezone.now() - QUIET
    return (
        Enrolment.objects.filter(
            pk__in=Among(portfolios), state="active", started_on__lt=timezone.localdate(since)
        )
        .select_related("learner")
        .only("uid", "learner__name")
        .annotate(last=Max("evidence__submitted_at"))
        .filter(Q(last=None) | Q(last__lt=since))
        .order_by(F("last").asc(nulls_first=True), "pk")
    )
