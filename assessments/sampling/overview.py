"""How far a plan is: its matrix, what it has not covered yet, what it warns of, its reasons in words."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import LANGUAGES, Competence, User
from assessments.models import Judgement, Sample, SamplingPlan
from assessments.models.sampling import LOOKED_AT
from assessments.sampling.decided import reviews_in
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


def overview(plan: SamplingPlan) -> Overview:
    """How far a plan is, asked all at once."""
    pairs = _decided_pairs(plan)
    samples = plan.samples.filter(state__in=["chosen", *LOOKED_AT]).select_related(
        "assessor", "enrolled_standard__standard", "review__submission"
    )
    return Overview(
        _matrix(plan, pairs, samples),
        _still_to_cover(plan, pairs, [sample for sample in samples if sample.state in LOOKED_AT]),
        _nobody_reads_welsh(plan),
    )


def _matrix(plan: SamplingPlan, pairs: Iterable[Pair], samples: Iterable[Sample]) -> Matrix:
    months = list(_months(plan))
    cells: dict[Pair, list[Cell]] = defaultdict(lambda: [Cell() for _ in months])
    for pair in pairs:
        cells[pair]
    today = timezone.localdate()
    for sample in samples:
        row = cells[_pair_of(sample)]
        if sample.sampled_at:
            row[_place(months, timezone.localdate(sample.sampled_at))].done += 1
        else:
            cell = row[_place(months, sample.due_on)]
            cell.due += 1
            cell.overdue |= sample.due_on < today
    return Matrix(months, [Line(pair.name, pair.urn, cells[pair]) for pair in sorted(cells)])


def _pair_of(sample: Sample) -> Pair:
    row, person = sample.enrolled_standard, sample.assessor
    return (
        Pair(person.name, person.pk, row.standard.urn, row.standard_id)
        if row
        else Pair(person.name, person.pk)
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


def _decided_pairs(plan: SamplingPlan) -> set[Pair]:
    """Every assessor with every standard in which they decided something in the plan's time."""
    judgements = Judgement.objects.filter(review__in=reviews_in(plan)).order_by()
    # Ids only: of a great many judgements, names take a database long to tell apart.
    ids = list(judgements.values_list("review__recorded_by", "criterion__standard").distinct())
    names = dict(User.objects.filter(pk__in={person for person, _pk in ids}).values_list("pk", "name"))
    urns = dict(Standard.objects.filter(pk__in={pk for _person, pk in ids}).values_list("pk", "urn"))
    return {Pair(names[person], person, urns[pk], pk) for person, pk in ids}


def _still_to_cover(plan: SamplingPlan, pairs: set[Pair], looked_at: Collection[Sample]) -> Coverage:
    """The assessors, standards, methods and languages that the plan has yet to look at."""
    done = {_pair_of(sample) for sample in looked_at}
    people, standards = {pair.assessor for pair in done}, {pair.standard for pair in done}
    manifests = ("submission__manifest__kind", "submission__manifest__language")
    decided = set(reviews_in(plan).order_by().values_list(*manifests).distinct())
    seen = [sample.review.submission.manifest for sample in looked_at if sample.review]
    methods = {kind for kind, _code in decided} - {manifest["kind"] for manifest in seen}
    languages = {code for _kind, code in decided} - {manifest["language"] for manifest in seen}
    return Coverage(
        [name for name, _pk in sorted({pair[:2] for pair in pairs if pair.assessor not in people})],
        sorted({pair.urn for pair in pairs if pair.standard not in standards}),
        sorted(map(_method, methods)),
        sorted(map(_language, languages)),
    )


def _nobody_reads_welsh(plan: SamplingPlan) -> bool:
    """Whether there are decisions on Welsh evidence of learners none of whose IQAs is recorded as reading Welsh.

    What somebody who reads Welsh has already looked at no longer counts.
    """
    welsh = (
        Competence.objects.current().filter(provider=plan.programme.provider_id, kind="welsh").values("user")
    )
    readers = Allocation.objects.current().filter(role="iqa", user__in=welsh)
    return (
        reviews_in(plan)
        .filter(submission__manifest__language="cy")
        .exclude(submission__evidence__enrolment__in=readers.values("enrolment"))
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
