"""Which decisions a plan proposes, and why.

Every decision has its place in an order that the seed gives: first comes whatever covers something new, then each
assessor's share. The same seed and decisions always give the same proposals.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min, QuerySet
from django.utils import timezone

from accounts.models import Competence, Membership, User
from assessments.models import Judgement, Review, Sample, SamplingPlan, SignOff
from portfolio.models import EnrolledStandard, Enrolment

# For so long an assessor is new.
NEW = timedelta(days=183)


@dataclass(frozen=True, eq=False)
class Decided:
    """Decisions that can be sampled: those of a review in one standard, or that a learner is competent in it."""

    row: EnrolledStandard
    assessor: User
    at: datetime
    # Its name in forms and in the draw.
    key: str
    review: Review | None = None
    sign_off: SignOff | None = None
    # What the plan already has of it.
    sample: Sample | None = None

    @property
    def kind(self) -> str:
        return "interim" if self.review else "summative"

    @property
    def method(self) -> str:
        return self.review.submission.manifest["kind"] if self.review else ""

    @property
    def language(self) -> str:
        return self.review.submission.manifest["language"] if self.review else ""

    @property
    def covers(self) -> set[str]:
        """What the plan has covered once this is sampled."""
        found = {f"assessor:{self.assessor.uid}", f"standard:{self.row.standard.urn}"}
        if self.review:
            found |= {f"method:{self.method}", f"language:{self.language}"}
        return found

    @property
    def is_in(self) -> bool:
        return self.sample is not None and self.sample.state != "set_aside"


def decided_in(plan: SamplingPlan, within: Collection[int] | None = None) -> list[Decided]:
    """Everything that was decided in the plan's programme (in these portfolios, by id) and time, the latest first."""
    portfolios = Enrolment.objects.filter(programme=plan.programme_id)
    if within is not None:
        portfolios = portfolios.filter(pk__in=within)
    samples = list(plan.samples.all())
    looked_at = {(s.review_id, s.enrolled_standard_id): s for s in samples if s.review_id}
    signed = {s.sign_off_id: s for s in samples if s.sign_off_id}
    found = [
        Decided(
            row,
            review.recorded_by,
            review.recorded_at,
            f"{review.uid}.{row.uid}",
            review=review,
            sample=looked_at.get((review.pk, row.pk)),
        )
        for row, review in _reviewed(plan, portfolios)
    ]
    found += [
        Decided(
            sign_off.enrolled_standard,
            sign_off.signed_by,
            sign_off.signed_at,
            str(sign_off.uid),
            sign_off=sign_off,
            sample=signed.get(sign_off.pk),
        )
        for sign_off in _signed(plan, portfolios)
    ]
    return sorted(found, key=lambda decided: (decided.at, decided.key), reverse=True)


def _reviewed(plan: SamplingPlan, portfolios: QuerySet[Enrolment]) -> list[tuple[EnrolledStandard, Review]]:
    enrolled = EnrolledStandard.objects.filter(enrolment__in=portfolios)
    enrolled = enrolled.select_related("standard", "enrolment__learner", "enrolment__programme__provider")
    rows = {(row.enrolment_id, row.standard_id): row for row in enrolled}
    reviews = (
        Review.objects.standing()
        .filter(
            submission__evidence__enrolment__in=portfolios,
            recorded_at__date__range=(plan.from_on, plan.to_on),
        )
        .select_related("recorded_by", "submission__evidence", "submission__words")
        .in_bulk()
    )
    judged = (
        Judgement.objects.filter(review__in=reviews).values_list("review", "criterion__standard").distinct()
    )
    return [
        (rows[reviews[review].submission.evidence.enrolment_id, standard], reviews[review])
        for review, standard in judged.order_by("review", "criterion__standard")
    ]


def _signed(plan: SamplingPlan, portfolios: QuerySet[Enrolment]) -> list[SignOff]:
    """The declarations that stand: the last of each standard."""
    signed = (
        SignOff.objects.filter(
            act="competent",
            enrolled_standard__enrolment__in=portfolios,
            signed_at__date__range=(plan.from_on, plan.to_on),
        )
        .exclude(enrolled_standard__state__in=["in_progress", "moved"])
        .select_related(
            "signed_by",
            "enrolled_standard__standard",
            "enrolled_standard__enrolment__learner",
            "enrolled_standard__enrolment__programme__provider",
        )
        .order_by("pk")
    )
    return list({sign_off.enrolled_standard_id: sign_off for sign_off in signed}.values())


def draw(plan: SamplingPlan, decided: list[Decided]) -> list[tuple[Decided, list[str]]]:
    """The decisions to propose now, each with its reasons, in the order of the draw."""
    ranked = sorted((d for d in decided if d.sample is None), key=lambda d: rank(plan.seed, d.key))
    reasons: dict[Decided, list[str]] = {}
    covered = set().union(*(d.covers for d in decided if d.is_in))
    for item in ranked:
        if new := item.covers - covered:
            reasons[item] = sorted(new)
            covered |= new
    risk = _risks(plan, decided)
    groups = defaultdict(list)
    for item in decided:
        groups[item.assessor.pk, item.kind, risk[item]].append(item)
    for (_assessor, _kind, why), group in groups.items():
        percent = plan.higher_share if why else plan.share
        # Upwards: the share of a few decisions is at least one.
        lacking = -(-len(group) * percent // 100) - sum(d.is_in or d in reasons for d in group)
        members = set(group) - set(reasons)
        for item in [d for d in ranked if d in members][: max(lacking, 0)]:
            reasons[item] = [f"{why or 'share'}:{percent}"]
    return [(item, reasons[item]) for item in ranked if item in reasons]


def rank(seed: str, key: str) -> str:
    """The place of a decision in the draw."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def _risks(plan: SamplingPlan, decided: list[Decided]) -> dict[Decided, str]:
    """Why an assessor's decisions deserve the higher share: "unqualified" for the standard, "new", or nothing."""
    provider = plan.programme.provider_id
    since = dict(
        Membership.objects.filter(provider=provider, role="assessor")
        .values_list("user")
        .annotate(Min("from_at"))
    )
    held = set(
        Competence.objects.current().filter(provider=provider, kind="assessor").values_list("user", "urn")
    )
    newest = timezone.now() - NEW
    return {
        d: "unqualified"
        if not held & {(d.assessor.pk, ""), (d.assessor.pk, d.row.standard.urn)}
        else "new"
        if since.get(d.assessor.pk, newest) > newest
        else ""
        for d in decided
    }
