"""How far a plan is: its matrix, what it has not covered yet, what it warns of, its reasons in words."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import LANGUAGES, User
from assessments.models import Judgement, Review, Sample, SamplingPlan
from assessments.models.sampling import LOOKED_AT
from portfolio.models import Allocation, EvidenceKind
from standards.models import Standard


@dataclass
class Cell:
    """One month of an assessor in a standard."""

    done: int = 0
    due: int = 0
    overdue: bool = False


@dataclass(frozen=True)
class Line:
    """An assessor in a standard, or at work where there is none; a cell for each month."""

    assessor: User
    standard: Standard | None
    cells: list[Cell]

    @property
    def is_bare(self) -> bool:
        """Something was decided here, and nothing of it is sampled or to be."""
        return not any(cell.done or cell.due for cell in self.cells)


@dataclass(frozen=True)
class Matrix:
    months: list[date]
    lines: list[Line]


def matrix(plan: SamplingPlan) -> Matrix:
    """Assessors × standards × months: what was sampled, and what is due."""
    months = list(_months(plan))
    cells: dict[tuple[User, Standard | None], list[Cell]] = defaultdict(lambda: [Cell() for _ in months])
    for pair in _decided_pairs(plan):
        cells[pair]
    samples = plan.samples.filter(state__in=["chosen", *LOOKED_AT]).select_related(
        "assessor", "enrolled_standard__standard"
    )
    today = timezone.localdate()
    for sample in samples:
        standard = sample.enrolled_standard.standard if sample.enrolled_standard else None
        row = cells[sample.assessor, standard]
        if sample.sampled_at:
            row[_place(months, timezone.localdate(sample.sampled_at))].done += 1
        else:
            cell = row[_place(months, sample.due_on)]
            cell.due += 1
            cell.overdue |= sample.due_on < today
    ordered = sorted(cells, key=lambda key: (key[0].name, key[0].pk, key[1].urn if key[1] else ""))
    return Matrix(
        months, [Line(assessor, standard, cells[assessor, standard]) for assessor, standard in ordered]
    )


def _months(plan: SamplingPlan) -> Iterator[date]:
    month = plan.from_on.replace(day=1)
    while month <= plan.to_on:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)


def _place(months: list[date], day: date) -> int:
    """Which of the months a day belongs to; what was done too late counts in the last one."""
    found = (n for n, month in enumerate(months) if (month.year, month.month) == (day.year, day.month))
    return next(found, 0 if day < months[0] else len(months) - 1)


def _decided_pairs(plan: SamplingPlan) -> list[tuple[User, Standard]]:
    """Every assessor with every standard in which they decided something in the plan's time."""
    pairs = list(
        Judgement.objects.filter(review__in=_reviews(plan))
        .order_by()
        .values_list("review__recorded_by", "criterion__standard")
        .distinct()
    )
    people = User.objects.in_bulk([person for person, _standard in pairs])
    standards = Standard.objects.in_bulk([standard for _person, standard in pairs])
    return [(people[person], standards[standard]) for person, standard in pairs]


def _reviews(plan: SamplingPlan) -> QuerySet[Review]:
    return Review.objects.standing().filter(
        submission__evidence__enrolment__programme=plan.programme_id,
        recorded_at__date__range=(plan.from_on, plan.to_on),
    )


@dataclass
class Coverage:
    """What was decided on in the plan's time and nobody has looked at yet."""

    assessors: list[str] = field(default_factory=list)
    standards: list[str] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any((self.assessors, self.standards, self.methods, self.languages))


def still_to_cover(plan: SamplingPlan) -> Coverage:
    """The assessors, standards, methods and languages that the plan has yet to look at."""
    looked_at = plan.samples.filter(state__in=LOOKED_AT)
    done = {
        (assessor, standard)
        for assessor, standard in looked_at.values_list("assessor", "enrolled_standard__standard")
    }
    pairs = _decided_pairs(plan)
    assessors = {pair[0] for pair in pairs if pair[0].pk not in {person for person, _standard in done}}
    standards = {pair[1] for pair in pairs if pair[1].pk not in {standard for _person, standard in done}}
    reviews = _reviews(plan)
    seen = reviews.filter(samples__in=looked_at)
    return Coverage(
        sorted(person.name for person in assessors),
        sorted(standard.urn for standard in standards),
        sorted(_method(kind) for kind in _manifests(reviews, "kind") - _manifests(seen, "kind")),
        sorted(_language(code) for code in _manifests(reviews, "language") - _manifests(seen, "language")),
    )


def _manifests(reviews: QuerySet[Review], name: str) -> set[str]:
    """The different values of a fact in the rounds behind these reviews."""
    return set(reviews.order_by().values_list(f"submission__manifest__{name}", flat=True).distinct())


def nobody_reads_welsh(plan: SamplingPlan) -> bool:
    """Whether there are decisions on Welsh evidence of learners none of whose IQAs has chosen Welsh as their language.

    What somebody who has chosen Welsh has already looked at no longer counts.
    """
    readers = Allocation.objects.current().filter(role="iqa", user__language="cy")
    return (
        _reviews(plan)
        .filter(submission__manifest__language="cy")
        .exclude(submission__evidence__enrolment__in=readers.values("enrolment"))
        .exclude(samples__in=plan.samples.filter(sampled_by__language="cy"))
        .exists()
    )


def because(sample: Sample) -> list[str]:
    """Why a sample is in the plan, in words."""
    return [_("Added by hand")] if sample.by_hand else [reason_in_words(reason) for reason in sample.reasons]


def reason_in_words(reason: str) -> str:
    name, _colon, value = reason.partition(":")
    match name:
        case "assessor":
            return _("First sample of this assessor")
        case "standard":
            return _("Standard not sampled yet: %(urn)s") % {"urn": value}
        case "method":
            return _("Method not sampled yet: %(method)s") % {"method": _method(value)}
        case "language":
            return _("Language not sampled yet: %(language)s") % {"language": _language(value)}
        case "new":
            return _("Drawn for the share of a new assessor: %(percent)s%%") % {"percent": value}
        case "unqualified":
            return _("Drawn for the share of an assessor not yet qualified: %(percent)s%%") % {
                "percent": value
            }
    return _("Drawn for the assessor's share: %(percent)s%%") % {"percent": value}


def _method(kind: str) -> str:
    return str(EvidenceKind(kind).label)


def _language(code: str) -> str:
    return capfirst(str(dict(LANGUAGES)[code]))
