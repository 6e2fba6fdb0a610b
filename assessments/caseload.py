"""What the first page of an assessor or a manager shows: what waits, who is quiet, who has nobody. Only read."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, When, Window
from django.http import QueryDict
from django.utils import timezone

from accounts.models import Competence, Membership, Provider, User
from assessments import access
from assessments.forms_plans import CaseloadFilter
from assessments.models import Countersignature, Judgement, Review, Sample
from portfolio.among import Among
from portfolio.models import Allocation, EnrolledStandard, Enrolment, Mapping, Submission
from portfolio.workflow import allowing
from standards.models import NAMES

# A learner who submitted nothing for so long is quiet.
QUIET = timedelta(days=28)


@dataclass(frozen=True)
class Chosen:
    """What a caseload is narrowed to: a learner's enrolment, a standard's URN, a language."""

    learner: str = ""
    standard: str = ""
    language: str = ""
    # The ids of the portfolios that are meant.
    portfolios: Collection[int] = ()

    def submissions(self, rows: QuerySet[Submission]) -> QuerySet[Submission]:
        """Those rounds: of the learner, mapped to the standard, written in the language."""
        if self.learner:
            rows = rows.filter(evidence__enrolment__uid=self.learner)
        if self.standard:
            mapped = Mapping.objects.filter(criterion__standard__urn=self.standard)
            rows = rows.filter(evidence__in=mapped.values("evidence"))
        return rows.filter(evidence__language=self.language) if self.language else rows

    def reviews(self, rows: QuerySet[Review]) -> QuerySet[Review]:
        """Those decisions: of the learner, waiting in the standard, on evidence in the language."""
        if self.learner:
            rows = rows.filter(submission__evidence__enrolment__uid=self.learner)
        if self.standard:
            waiting = Judgement.objects.filter(
                review=OuterRef("pk"), needs_countersignature=True, criterion__standard__urn=self.standard
            )
            rows = rows.filter(Exists(waiting))
        return rows.filter(submission__evidence__language=self.language) if self.language else rows

    def samples(self, rows: QuerySet[Sample]) -> QuerySet[Sample]:
        """Those samples: of the learner and the standard; of a piece in the language, or of a portfolio in it.

        An observation of the assessor is of no learner: it is there as long as nothing is chosen.
        """
        if self.learner:
            rows = rows.filter(enrolled_standard__enrolment__uid=self.learner)
        if self.standard:
            rows = rows.filter(enrolled_standard__standard__urn=self.standard)
        if self.language:
            piece = Q(review__submission__evidence__language=self.language)
            whole = Q(review=None, enrolled_standard__enrolment__language=self.language)
            rows = rows.filter(piece | whole)
        return rows


def narrowed(data: QueryDict, portfolios: Collection[int]) -> tuple[CaseloadFilter | None, Chosen]:
    """The filter of somebody who decides in these portfolios, and what is chosen in it; none without portfolios."""
    if not portfolios:
        return None, Chosen()
    choices = list(access.caseload_choices(portfolios))
    learners = dict.fromkeys((str(uid), name) for _pk, uid, name, *_rest in choices)
    urns = sorted({urn for *_rest, urn in choices if urn})
    form = CaseloadFilter(data, learners=list(learners), standards=urns)
    form.is_valid()
    wanted = {name: form.cleaned_data.get(name, "") for name in form.fields}
    found = {
        pk
        for pk, uid, _name, language, urn in choices
        if wanted["learner"] in ("", str(uid))
        and wanted["standard"] in ("", urn)
        and wanted["language"] in ("", language)
    }
    return form, Chosen(**wanted, portfolios=found)


def first_of(rounds: QuerySet[Submission], number: int) -> dict[str, object]:
    """The first that wait; with how many there are, and how many of these went back before."""
    in_all = {"waiting": Window(Count("pk")), "returned": Window(Count("pk", filter=Q(round__gt=1)))}
    rows: list[Any] = list(rounds.annotate(**in_all)[:number])
    counts = (rows[0].waiting, rows[0].returned) if rows else (0, 0)
    return {"queue": rows, "queue_count": counts[0], "returned_count": counts[1]}


def standards_to_decide(user: User, portfolios: Collection[int]) -> QuerySet[EnrolledStandard]:
    """Standards of these portfolios that wait for somebody, met in full or moved to a later edition.

    `is_met`: every criterion is met, and nobody has declared the learner competent yet. `carried`: so many decisions
    that were made on an earlier edition wait for this person to confirm them.
    """
    mappings = Mapping.objects.open().filter(
        to_confirm=True, evidence__enrolment=OuterRef("enrolment"), criterion__standard=OuterRef("standard")
    )
    counted = mappings.order_by().values("criterion__standard").annotate(number=Count("pk")).values("number")
    here = {"user": user, "kind": "assessor", "provider": OuterRef("enrolment__programme__provider")}
    qualified = Competence.objects.current().filter(Q(urn="") | Q(urn=OuterRef("standard__urn")), **here)
    rows = EnrolledStandard.objects.filter(
        enrolment__in=Among(portfolios), enrolment__state__in=allowing("decide"), state="in_progress"
    )
    is_met = Q(met_count=F("total_count"))
    moved = Q(moved_from__isnull=False) & Exists(mappings) & Exists(qualified)
    rows = rows.filter(is_met | moved).annotate(is_met=Case(When(is_met, then=True), default=False))
    rows = rows.annotate(carried=Case(When(moved, then=Subquery(counted)), default=0))
    rows = rows.select_related("standard", "enrolment__learner")
    return rows.only("uid", *(f"standard__{name}" for name in NAMES), "enrolment__learner__name")


def countersigned_by_nobody(providers: Collection[Provider]) -> QuerySet[Enrolment]:
    """The learners at providers about whom somebody decided whose decisions nobody who is allocated can countersign."""
    judged = "review__submission__evidence__enrolment"
    here = {"user": OuterRef("user"), "provider": OuterRef("enrolment__programme__provider")}
    qualified = Competence.objects.current().filter(kind="assessor", **here)
    qualified = qualified.filter(Q(urn="") | Q(urn=OuterRef(OuterRef("criterion__standard__urn"))))
    able = (
        Allocation.objects.current()
        .filter(enrolment=OuterRef(judged), role__in=["assessor", "countersigner"])
        .filter(Exists(Membership.objects.current().filter(role="assessor", **here)), Exists(qualified))
        .exclude(user=OuterRef("review__recorded_by"))
    )
    signed = Countersignature.objects.filter(review=OuterRef("review"))
    overtaken = Review.objects.filter(supersedes=OuterRef("review"))
    waiting = Judgement.objects.filter(needs_countersignature=True).exclude(Exists(signed))
    stuck = waiting.filter(~Exists(overtaken), ~Exists(able)).order_by()
    rows = Enrolment.objects.filter(programme__provider__in=providers, state__in=allowing("decide"))
    return rows.filter(pk__in=stuck.values(judged)).select_related("learner").order_by("learner__name", "pk")


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
