"""What reports about a programme say: its learners, and its quality assurance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assessments.reports.texts import Both, Issue, Label, is_tall
from portfolio.models import EnrolmentState, StandardState

# So many characters stand on a line of the cell with the reasons, where two languages share the page.
REASON_WIDTH = 22


@dataclass(frozen=True)
class CohortStandard:
    urn: str
    edition: str
    title: Both
    # A TextStatus for each of the texts.
    status: Both


@dataclass(frozen=True)
class CohortCell:
    """How far one learner is with one standard."""

    state: StandardState
    met: int
    total: int
    competent_on: date | None = None
    released_on: date | None = None


@dataclass(frozen=True)
class CohortLine:
    learner: str
    registration_number: str
    cohort: str
    # Of assessment.
    language: str
    state: EnrolmentState
    started_on: date
    ended_on: date | None
    # In the order of the report's standards; nothing where the learner does not take one.
    cells: tuple[CohortCell | None, ...]


@dataclass(frozen=True)
class Tally:
    """How many there are, how many of them came how far, and how many of these in the period."""

    learners: int
    standards: int
    competent: int
    competent_within: int
    released: int
    released_within: int


@dataclass(frozen=True)
class CohortReport:
    issue: Issue
    programme: Both
    awarding_body: str
    qualification_number: str
    cohort: str
    from_on: date | None
    to_on: date | None
    standards: tuple[CohortStandard, ...] = ()
    lines: tuple[CohortLine, ...] = ()

    def tally(self, lines: Sequence[CohortLine]) -> Tally:
        cells = [cell for line in lines for cell in line.cells if cell]
        competent = [cell.competent_on for cell in cells if cell.competent_on]
        released = [cell.released_on for cell in cells if cell.released_on]
        return Tally(
            learners=len(lines),
            standards=len(cells),
            competent=len(competent),
            competent_within=sum(map(self._is_within, competent)),
            released=len(released),
            released_within=sum(map(self._is_within, released)),
        )

    @property
    def has_period(self) -> bool:
        return bool(self.from_on or self.to_on)

    def _is_within(self, day: date) -> bool:
        return (self.from_on or day) <= day <= (self.to_on or day)

    @property
    def in_all(self) -> Tally:
        return self.tally(self.lines)

    @property
    def by_language(self) -> tuple[tuple[str, Tally], ...]:
        """Achievements by language of assessment."""
        return tuple(
            (language, self.tally([line for line in self.lines if line.language == language]))
            for language in ("cy", "en")
        )


@dataclass(frozen=True)
class QualityLine:
    """A sample: of what, why, with what outcome."""

    urn: str
    edition: str
    learner: str
    assessor: str
    what: Label
    reasons: tuple[Label, ...]
    state: str
    outcome: Label
    due_on: date
    name: str = ""
    sampled_on: date | None = None
    action_due_on: date | None = None

    @property
    def is_tall(self) -> bool:
        return is_tall(self.what, self.edition, *self.reasons, width=REASON_WIDTH)


@dataclass(frozen=True)
class QualityReport:
    issue: Issue
    programme: Both
    from_on: date
    to_on: date
    share: int
    higher_share: int
    made_by: str
    made_on: date
    lines: tuple[QualityLine, ...] = ()

    @property
    def looked_at(self) -> int:
        return sum(line.sampled_on is not None for line in self.lines)
