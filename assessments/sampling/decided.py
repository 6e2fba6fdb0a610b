"""What was decided in the time of a sampling plan, and so can be sampled."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from assessments.models import Judgement, Review, SamplingPlan, SignOff
from portfolio.among import Among
from portfolio.models import EnrolledStandard, Submission


@dataclass(frozen=True, eq=False, slots=True)
class Decided:
    """Decisions that can be sampled: those of a review in one standard, or that a learner is competent in it.

    Persons and objects are ids: a large programme has a hundred thousand of these.
    """

    # Its name in forms and in the draw.
    key: str
    at: datetime
    assessor: int
    assessor_uid: UUID
    assessor_name: str
    # The learner's standard, and the portfolio that it is in.
    row: int
    enrolment: int
    urn: str
    review: int | None = None
    sign_off: int | None = None
    # Of the evidence that was reviewed.
    method: str = ""
    language: str = ""
    # How far the sample is that the plan has of it; nothing where it has none.
    state: str = ""

    @property
    def kind(self) -> str:
        return "interim" if self.review else "summative"

    @property
    def covers(self) -> set[str]:
        """What the plan has covered once this is sampled."""
        found = {f"assessor:{self.assessor_uid}", f"standard:{self.urn}"}
        if self.review:
            found |= {f"method:{self.method}", f"language:{self.language}"}
        return found

    @property
    def is_in(self) -> bool:
        return self.state not in ("", "set_aside")


def reviews_in(plan: SamplingPlan) -> QuerySet[Review]:
    """Whatever was decided on evidence in the plan's programme and time, and stands."""
    return Review.objects.standing().filter(
        submission__evidence__enrolment__programme=plan.programme_id, **_in_time_of(plan, "recorded_at")
    )


def sign_offs_in(plan: SamplingPlan) -> QuerySet[SignOff]:
    """The declarations that stand: the last of each standard."""
    declared = SignOff.objects.filter(act="competent")
    later = declared.filter(enrolled_standard=OuterRef("enrolled_standard"), pk__gt=OuterRef("pk"))
    return (
        declared.filter(
            enrolled_standard__enrolment__programme=plan.programme_id, **_in_time_of(plan, "signed_at")
        )
        .exclude(enrolled_standard__state__in=["in_progress", "moved"])
        .exclude(Exists(later))
    )


def _in_time_of(plan: SamplingPlan, field: str) -> dict[str, datetime]:
    """From the first moment of the plan's first day to the last of its last one.

    Not `__date__range`: PostgreSQL cannot tell how many rows that finds, guesses very few, and plans accordingly.
    """
    first, after = (
        timezone.make_aware(datetime.combine(day, time.min))
        for day in (plan.from_on, plan.to_on + timedelta(days=1))
    )
    return {f"{field}__gte": first, f"{field}__lt": after}


def latest_in(plan: SamplingPlan, portfolios: Collection[int]) -> QuerySet:
    """When (`at`) and by which review or sign-off (`of`, its uid) something was decided there, the latest first."""
    reviews = reviews_in(plan).filter(submission__evidence__enrolment__in=Among(portfolios))
    sign_offs = sign_offs_in(plan).filter(enrolled_standard__enrolment__in=Among(portfolios))
    when = (reviews.annotate(at=F("recorded_at")), sign_offs.annotate(at=F("signed_at")))
    rows = [some.annotate(of=F("uid")).order_by().values("at", "of") for some in when]
    return rows[0].union(rows[1], all=True).order_by("-at", "-of")


def decided_in(plan: SamplingPlan, among: Collection[UUID] | None = None) -> list[Decided]:
    """What was decided in the plan's programme and time (by these reviews and sign-offs, if their uids are given)."""
    reviews, sign_offs, samples = reviews_in(plan), sign_offs_in(plan), plan.samples.all()
    if among is not None:
        reviews, sign_offs = reviews.filter(uid__in=among), sign_offs.filter(uid__in=among)
        samples = samples.filter(Q(review__uid__in=among) | Q(sign_off__uid__in=among))
    known = samples.values_list("review", "sign_off", "enrolled_standard", "state")
    states = {(review, sign_off, row): state for review, sign_off, row, state in known}
    return [*_reviewed(reviews, states), *_declared(sign_offs, states)]


def _reviewed(reviews: QuerySet[Review], states: dict[tuple, str]) -> Iterator[Decided]:
    evidence = "submission__evidence__enrolment"
    said = {
        pk: facts
        for pk, *facts in reviews.order_by().values_list(
            *("pk", "uid", "recorded_at", "recorded_by", "recorded_by__uid", "recorded_by__name", evidence),
            *("submission__manifest__kind", "submission__manifest__language"),
        )
    }
    enrolled = EnrolledStandard.objects.filter(enrolment__in={facts[5] for facts in said.values()})
    rows = {
        (enrolment, standard): (pk, uid, urn)
        for enrolment, standard, pk, uid, urn in enrolled.values_list(
            "enrolment", "standard", "pk", "uid", "standard__urn"
        )
    }
    # The database says which standards a review is about: only it looks at every judgement.
    judged = Judgement.objects.filter(review__in=reviews).order_by()
    for review, standard in judged.values_list("review", "criterion__standard").distinct():
        if review not in said:
            continue  # It was recorded a moment ago.
        uid, at, assessor, assessor_uid, name, enrolment, method, language = said[review]
        row, row_uid, urn = rows[enrolment, standard]
        yield Decided(
            key=f"{uid}.{row_uid}",
            at=at,
            assessor=assessor,
            assessor_uid=assessor_uid,
            assessor_name=name,
            row=row,
            enrolment=enrolment,
            urn=urn,
            review=review,
            method=method,
            language=language,
            state=states.get((review, None, row), ""),
        )


def _declared(sign_offs: QuerySet[SignOff], states: dict[tuple, str]) -> Iterator[Decided]:
    row = "enrolled_standard"
    said = sign_offs.order_by().values_list(
        *("pk", "uid", "signed_at", "signed_by", "signed_by__uid", "signed_by__name"),
        *(row, f"{row}__enrolment", f"{row}__standard__urn"),
    )
    for pk, uid, at, assessor, assessor_uid, name, row_id, enrolment, urn in said:
        yield Decided(
            key=str(uid),
            at=at,
            assessor=assessor,
            assessor_uid=assessor_uid,
            assessor_name=name,
            row=row_id,
            enrolment=enrolment,
            urn=urn,
            sign_off=pk,
            state=states.get((None, pk, row_id), ""),
        )


def in_words(decided: Collection[Decided]) -> list[tuple[Decided, EnrolledStandard, Submission | None]]:
    """A page of them, the latest first: each with the learner's standard and the round."""
    rows = EnrolledStandard.objects.select_related("standard", "enrolment__learner").in_bulk(
        {d.row for d in decided}
    )
    reviews = Review.objects.select_related("submission__evidence").in_bulk(
        {d.review for d in decided if d.review}
    )
    return [
        (d, rows[d.row], reviews[d.review].submission if d.review else None)
        for d in sorted(decided, key=lambda d: (d.at, d.key), reverse=True)
    ]
