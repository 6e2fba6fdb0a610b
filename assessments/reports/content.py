"""What a completion report says: plain, frozen data between the database and the templates.

A text that exists twice is a `Both`. A word of the interface (a method, a role, an act) is a `Label`: lazily
translated, so that it comes out in whichever language a cell is printed in. What a person wrote is a `Written`.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise

from portfolio.models import StandardState
from portfolio.progress import CriterionState

Label = str | Promise


@dataclass(frozen=True)
class Both:
    """A text in Welsh and in English. The one that is missing is empty, never a copy of the other."""

    cy: Label = ""
    en: Label = ""


@dataclass(frozen=True)
class Written:
    """What somebody wrote, and in which language."""

    text: str
    language: str


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
    def printed_differs(self) -> bool:
        """The published document numbers it otherwise: a reader with the paper in hand needs that label."""
        labels = {_bare(str(label)) for label in (self.printed.cy, self.printed.en)}
        return not labels <= {"", self.reference, self.reference[1:]}


@dataclass(frozen=True)
class StandardPart:
    """One standard of the learner: its texts, its state, each of its criteria."""

    urn: str
    edition: Label
    title: Both
    # Of each text: official, a working translation, none.
    status: Both
    state: StandardState
    performance: tuple[CriterionLine, ...] = ()
    knowledge: tuple[CriterionLine, ...] = ()
    skills: tuple[Both, ...] = ()
    competent_on: date | None = None
    released_on: date | None = None

    @property
    def criteria(self) -> tuple[CriterionLine, ...]:
        return self.performance + self.knowledge

    @property
    def met_count(self) -> int:
        return sum(line.is_met for line in self.criteria)

    @property
    def open(self) -> tuple[CriterionLine, ...]:
        return tuple(line for line in self.criteria if not line.is_met)


@dataclass(frozen=True)
class EvidenceLine:
    reference: str
    address: Both
    title: Written
    kind: Label
    happened_on: date | None = None
    # The first characters of the SHA-256 of what was submitted.
    short_hash: str = ""


@dataclass(frozen=True)
class Witness:
    name: str
    role: Written


@dataclass(frozen=True)
class SignOffLine:
    """Who did what to which standard, and when."""

    urn: str
    act: Label
    name: str
    part: Label
    signed_on: date


@dataclass(frozen=True)
class SampleLine:
    """What internal quality assurance looked at, and with what outcome."""

    urn: str
    what: Label
    outcome: Label
    name: str
    sampled_on: date


@dataclass(frozen=True)
class CompletionReport:
    learner: str
    provider: Both
    awarding_body: str
    programme: Both
    qualification_number: str
    registration_number: str
    registered_on: date | None
    # Of assessment: cy or en.
    language: str
    issued_at: datetime
    code: str
    # Where anybody can check the code; the QR code leads there.
    address: str
    standards: tuple[StandardPart, ...] = ()
    evidence: tuple[EvidenceLine, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    sign_offs: tuple[SignOffLine, ...] = ()
    samples: tuple[SampleLine, ...] = ()

    @property
    def has_open(self) -> bool:
        return any(standard.open for standard in self.standards)

    @property
    def evidence_languages(self) -> tuple[str, ...]:
        return tuple(sorted({line.title.language for line in self.evidence}))
