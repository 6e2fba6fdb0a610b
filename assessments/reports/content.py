"""What reports say: plain, frozen data between the database and the templates (see texts.py for its vocabulary)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import ceil

from assessments.reports.content_programme import CohortReport, QualityReport
from assessments.reports.texts import Both, Issue, Label, Written, is_tall
from portfolio.models import EnrolmentState, StandardState
from portfolio.progress import CriterionState


def even_parts(count: int, most: int) -> list[slice]:
    """As few parts as hold so many, none much smaller: seven are two, two and three, not three, three and one."""
    parts = ceil(count / most)
    return [slice(count * n // parts, count * (n + 1) // parts) for n in range(parts)]


# So many characters stand on a line of such a cell.
REFERENCE_WIDTH, TEXT_WIDTH, FEEDBACK_WIDTH = 12, 34, 26


@dataclass(frozen=True)
class Reference:
    """Where the evidence for a criterion is: E7, page 3."""

    evidence: str
    # Of the page in either language.
    address: Both
    locator: str = ""
    # Of the locator.
    language: str = "cy"


def _bare(label: str) -> str:
    """12.1 for "12.1.", nothing for a bullet."""
    return label.strip(" .-•")


@dataclass(frozen=True)
class CriterionLine:
    reference: str
    text: Both
    state: CriterionState
    printed: Both = Both()
    group: Both = Both()
    # A sub-item says which item it belongs to: K2 for K2.1.
    parent: str = ""
    methods: tuple[Label, ...] = ()
    evidence: tuple[Reference, ...] = ()
    assessor: str = ""
    countersigner: str = ""
    decided_on: date | None = None

    @property
    def is_met(self) -> bool:
        return self.state == CriterionState.MET

    @property
    def is_tall(self) -> bool:
        references = (f"{item.evidence} {item.locator}" for item in self.evidence)
        texts = (str(self.text.cy), str(self.text.en))
        return is_tall(*references, width=REFERENCE_WIDTH) or is_tall(max(texts, key=len), width=TEXT_WIDTH)

    @property
    def printed_differs(self) -> bool:
        """The published document numbers it otherwise: a reader with the paper in hand needs that label."""
        labels = {_bare(str(label)) for label in (self.printed.cy, self.printed.en)}
        return not labels <= {"", self.reference, self.reference[1:]}


@dataclass(frozen=True)
class StandardPart:
    """One standard of the learner: its texts, its state, each of its criteria."""

    urn: str
    edition: str
    title: Both
    # Of each text: official, a working translation, none.
    status: Both
    state: StandardState
    performance: tuple[CriterionLine, ...] = ()
    knowledge: tuple[CriterionLine, ...] = ()
    skills: tuple[Both, ...] = ()
    competent_on: date | None = None
    # URN and edition that the learner was moved away from, and when.
    moved_from: tuple[str, str] | None = None
    moved_on: date | None = None
    released_on: date | None = None

    @property
    def criteria(self) -> tuple[CriterionLine, ...]:
        return self.performance + self.knowledge

    @property
    def met_count(self) -> int:
        return sum(line.is_met for line in self.criteria)

    @property
    def open(self) -> tuple[str, ...]:
        """The criteria that are not met yet, in few words: P4, P9–P12, K1–K21."""
        return (*_open(self.performance), *_open(self.knowledge))


def _open(lines: tuple[CriterionLine, ...]) -> Iterator[str]:
    for is_met, run in groupby(lines, key=lambda line: line.is_met):
        if not is_met:
            names = [line.reference for line in run]
            yield from names if len(names) < 3 else [f"{names[0]}–{names[-1]}"]


@dataclass(frozen=True)
class EvidenceLine:
    reference: str
    address: Both
    title: Written
    kind: Label
    happened_on: date | None = None
    # The first characters of the SHA-256 of what was submitted.
    short_hash: str = ""
    # Its content was destroyed, for privacy.
    is_withdrawn: bool = False


@dataclass(frozen=True)
class Witness:
    name: str
    role: Written
    # The references of the pieces that they testify in.
    evidence: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SignOffLine:
    """Who did what to which standard, and when."""

    urn: str
    act: Label
    name: str
    part: Label
    signed_on: date
    # Where it was an edition that the learner has moved away from since.
    earlier_edition: str = ""


@dataclass(frozen=True)
class SampleLine:
    """What internal quality assurance looked at, and with what outcome."""

    urn: str
    what: Label
    outcome: Label
    name: str
    sampled_on: date
    # As of a sign-off.
    earlier_edition: str = ""


@dataclass(frozen=True)
class CompletionReport:
    """Also the progress report, which is not `whole`, and the report on one standard, which has only that one."""

    issue: Issue
    learner: str
    awarding_body: str
    programme: Both
    qualification_number: str
    registration_number: str
    registered_on: date | None
    # Of the enrolment.
    started_on: date
    ended_on: date | None
    state: EnrolmentState
    # Of assessment: cy or en.
    language: str
    standards: tuple[StandardPart, ...] = ()
    evidence: tuple[EvidenceLine, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    sign_offs: tuple[SignOffLine, ...] = ()
    samples: tuple[SampleLine, ...] = ()
    # With the evidence index, the witnesses and who signed.
    whole: bool = True

    @property
    def has_open(self) -> bool:
        return any(standard.open for standard in self.standards)

    @property
    def is_complete(self) -> bool:
        """Whether all that it tells of is released for claiming."""
        return bool(self.standards) and self.released_count == len(self.standards)

    @property
    def released_count(self) -> int:
        return sum(standard.state == StandardState.RELEASED for standard in self.standards)

    @property
    def met_count(self) -> int:
        return sum(standard.met_count for standard in self.standards)

    @property
    def criteria_count(self) -> int:
        return sum(len(standard.criteria) for standard in self.standards)

    @property
    def evidence_languages(self) -> tuple[str, ...]:
        return tuple(sorted({line.title.language for line in self.evidence}))


@dataclass(frozen=True)
class FeedbackLine:
    """What an assessor decided for one criterion, and said about it."""

    criterion: str
    text: Both
    state: str
    outcome: Label
    feedback: Written | None = None

    @property
    def is_tall(self) -> bool:
        return self.feedback is not None and is_tall(self.feedback.text, width=FEEDBACK_WIDTH)


@dataclass(frozen=True)
class FeedbackRound:
    number: int
    submitted_on: date
    decided_on: date
    assessor: str
    countersigner: str
    feedback: Written
    lines: tuple[FeedbackLine, ...]
    # Decided by somebody not yet qualified, and not countersigned.
    awaits: bool = False
    # Since when later decisions stand in the place of these.
    superseded_on: date | None = None
    # How the work shows what the learner knows, where that was the way.
    shown: Written | None = None
    # Of decisions that stand in the place of earlier ones: why.
    reason: Written | None = None

    @property
    def speaks_of_criteria(self) -> bool:
        """Whether anything was said about a single criterion."""
        return any(line.feedback for line in self.lines)


@dataclass(frozen=True)
class FeedbackPiece:
    reference: str
    address: Both
    title: Written
    rounds: tuple[FeedbackRound, ...]


@dataclass(frozen=True)
class FeedbackReport:
    issue: Issue
    learner: str
    programme: Both
    pieces: tuple[FeedbackPiece, ...] = ()


@dataclass(frozen=True)
class MatrixLine:
    """One criterion, and what each piece of evidence of its table does for it (a state, or nothing)."""

    reference: str
    text: Both
    state: CriterionState
    marks: tuple[str, ...]


@dataclass(frozen=True)
class MatrixTable:
    """A standard against as many pieces of evidence as fit on a page."""

    urn: str
    edition: str
    title: Both
    columns: tuple[EvidenceLine, ...]
    lines: tuple[MatrixLine, ...]


@dataclass(frozen=True)
class BareStandard:
    urn: str
    edition: str
    title: Both
    criteria: int


@dataclass(frozen=True)
class MatrixReport:
    issue: Issue
    learner: str
    programme: Both
    tables: tuple[MatrixTable, ...] = ()
    # Those that nothing was submitted for.
    bare: tuple[BareStandard, ...] = ()


Content = CompletionReport | FeedbackReport | MatrixReport | CohortReport | QualityReport
