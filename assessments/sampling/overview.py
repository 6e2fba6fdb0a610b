"""How far a plan is: its matrix, what it has not covered yet, what it warns of, its reasons in words."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import LANGUAGES, Competence
from assessments.models import Judgement, Review, Sample, SamplingPlan
from assessments.models.sampling import LOOKED_AT
from assessments.sampling.decided import reviews_in
from portfolio.models import Allocation, EvidenceKind


@dataclass
class Cell:
    """One month of an assessor in a standard."""

    month: date
    done: int = 0
    due: int = 0
    overdue: bool = False


@dataclass(frozen=True)
class Line:
    """An assessor in a standard, or at work where there is none; a cell for each month."""

    assessor: str
    urn: str
    cells: list[Cell]

    @property
    def is_bare(self) -> bool:
        """Something was decided here, and nothing of it is sampled or to be."""
        return not any(cell.done or cell.due for cell in self.cells)


@dataclass(frozen=True)
class Matrix:
    """Assessors × standards × months: what was sampled, and what is due."""

    months: list[date]
    lines: list[Line]


@dataclass(frozen=True)
class Coverage:
    """What was decided on in the plan's time and nobody has looked at yet."""

    assessors: list[str]
    standards: list[str]
    methods: list[str]
    languages: list[str]

    def __bool__(self) -> bool:
        return any((self.assessors, self.standards, self.methods, self.languages))


class Pair(NamedTuple):
    """An assessor and a standard (none in an observation), in the order of the matrix."""

    name: str
    assessor: int
    urn: str = ""
    standard: int | None = None


@dataclass(frozen=True)
class Overview:
    matrix: Matrix
    to_cover: Coverage
    welsh_unread: bool


# Where a sample says which pair it is of, and where a review says of what kind and in which language the evidence was.
PAIR = ("assessor__name", "assessor", "enrolled_standard__standard__urn", "enrolled_standard__standard")
KIND, LANGUAGE = "submission__manifest__kind", "submission__manifest__language"


def overview(plan: SamplingPlan) -> Overview:
    """How far a plan is, asked all at once.

    Whatever the plan has a sample of was decided. Decisions, of which there may be a million, are asked for the rest.
    """
    tallies = list(_tallies(plan))
    pairs = _decided_pairs(plan, {tally.pair for tally in tallies if tally.stands})
    return Overview(
        _matrix(plan, pairs, tallies),
        _still_to_cover(plan, pairs, tallies),
        _nobody_reads_welsh(plan),
    )


class Tally(NamedTuple):
    """The samples that are alike in all but the day: looked at in a month, or due in it."""

    pair: Pair
    # Of the evidence that was reviewed; nothing in samples of what else an assessor does.
    method: str
    language: str
    state: str
    # Whether it is of a review that nothing supersedes.
    stands: bool
    done_in: date | None
    due_in: date
    number: int
    late: int


def _tallies(plan: SamplingPlan) -> Iterator[Tally]:
    superseded = Exists(Review.objects.filter(supersedes=OuterRef("review")))
    stands = ExpressionWrapper(Q(review__isnull=False) & ~superseded, output_field=BooleanField())
    counts = {"number": Count("pk"), "late": Count("pk", filter=Q(due_on__lt=timezone.localdate()))}
    alike = (f"review__{KIND}", f"review__{LANGUAGE}", "state", stands)
    months = (TruncMonth("sampled_at"), TruncMonth("due_on"))
    rows = plan.samples.order_by().values_list(*PAIR, *alike, *months).annotate(**counts)
    for name, assessor, urn, standard, method, language, state, standing, done_in, due_in, *numbers in rows:
        pair = Pair(name, assessor, urn or "", standard)
        done_in = done_in and done_in.date()
        yield Tally(pair, method or "", language or "", state, standing, done_in, due_in, *numbers)


def _matrix(plan: SamplingPlan, pairs: Iterable[Pair], tallies: Iterable[Tally]) -> Matrix:
    months = list(_months(plan))
    cells: dict[Pair, list[Cell]] = defaultdict(lambda: [Cell(month) for month in months])
    for pair in pairs:
        cells[pair]
    for tally in tallies:
        if tally.state not in ("chosen", *LOOKED_AT):
            continue
        cell = cells[tally.pair][_place(months, tally.done_in or tally.due_in)]
        if tally.state in ("agreed", "closed"):
            cell.done += tally.number
        else:
            cell.due += tally.number
            cell.overdue |= tally.state == "chosen" and tally.late > 0
    return Matrix(months, [Line(pair.name, pair.urn, cells[pair]) for pair in sorted(cells)])


def _months(plan: SamplingPlan) -> Iterator[date]:
    month = plan.from_on.replace(day=1)
    while month <= plan.to_on:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)


def _place(months: list[date], month: date) -> int:
    """Which of the months it is; what was done too late counts in the last one."""
    return months.index(min(max(month, months[0]), months[-1]))


def _decided_pairs(plan: SamplingPlan, known: set[Pair]) -> set[Pair]:
    """Every assessor with every standard in which they decided something in the plan's time."""
    rest = _possible_pairs(plan) - known
    judgements = Judgement.objects.filter(
        review__in=reviews_in(plan).filter(recorded_by__in={pair.assessor for pair in rest}),
        criterion__standard__in={pair.standard for pair in rest},
    ).order_by()
    # Ids only: of a great many judgements, names take a database long to tell apart.
    decided = set(judgements.values_list("review__recorded_by", "criterion__standard").distinct())
    return known | {pair for pair in rest if (pair.assessor, pair.standard) in decided}


def _possible_pairs(plan: SamplingPlan) -> set[Pair]:
    """Only who is or was allocated to a portfolio can have decided there, and only in its standards."""
    standard = "enrolment__enrolled_standards__standard"
    held = Allocation.objects.filter(
        enrolment__programme=plan.programme_id, role__in=["assessor", "countersigner"]
    )
    rows = held.filter(**{f"{standard}__isnull": False}).order_by()
    return {
        Pair(*row) for row in rows.values_list("user__name", "user", f"{standard}__urn", standard).distinct()
    }


def _still_to_cover(plan: SamplingPlan, pairs: set[Pair], tallies: Iterable[Tally]) -> Coverage:
    """The assessors, standards, methods and languages that the plan has yet to look at."""
    looked_at = [tally for tally in tallies if tally.state in LOOKED_AT]
    people = {tally.pair.assessor for tally in looked_at}
    standards = {tally.pair.standard for tally in looked_at}
    seen = {value for tally in looked_at for value in (tally.method, tally.language)}
    decided = {value for tally in tallies if tally.stands for value in (tally.method, tally.language)}
    others = Q(**{f"{KIND}__in": set(EvidenceKind.values) - decided}) | Q(
        **{f"{LANGUAGE}__in": set(dict(LANGUAGES)) - decided}
    )
    decided.update(*reviews_in(plan).filter(others).order_by().values_list(KIND, LANGUAGE).distinct())
    missing = decided - seen
    return Coverage(
        [name for name, _pk in sorted({pair[:2] for pair in pairs if pair.assessor not in people})],
        sorted({pair.urn for pair in pairs if pair.standard not in standards}),
        sorted(map(_method, missing & set(EvidenceKind.values))),
        sorted(map(_language, missing & set(dict(LANGUAGES)))),
    )


def _nobody_reads_welsh(plan: SamplingPlan) -> bool:
    """Whether there are decisions on Welsh evidence of learners none of whose IQAs is recorded as reading Welsh.

    What somebody who reads Welsh has already looked at no longer counts.
    """
    welsh = (
        Competence.objects.current().filter(provider=plan.programme.provider_id, kind="welsh").values("user")
    )
    readers = Allocation.objects.current().filter(role="iqa", user__in=welsh)
    unread = plan.programme.enrolments.exclude(pk__in=readers.values("enrolment"))
    return (
        reviews_in(plan)
        .filter(submission__manifest__language="cy")
        .filter(submission__evidence__enrolment__in=unread)
        .exclude(samples__in=plan.samples.filter(sampled_by__in=welsh))
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
