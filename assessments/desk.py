"""What pages show of a piece, of what was decided on it, and of the desk at which that happens: read, never written."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet
from django.utils.functional import Promise

from accounts.access import qualified_among
from accounts.models import User
from assessments.access import criteria_open_in, earlier_judgements
from assessments.models import Countersignature, Judgement, Review
from portfolio import rounds
from portfolio.access import files_of
from portfolio.models import Evidence, EvidenceFile, EvidenceKind, Mapping, Submission
from portfolio.progress import CriterionState, mapped_in, states
from portfolio.strategy import ACCEPTED, Mapped, rules_of, wants_reason, warning
from standards.models import Criterion, Standard

# How people write a page: "p. 3", "t. 3", "tud. 3", "page 3".
PAGE = re.compile(r"\b(?:p|pp|page|t|tt|tud|tudalen)\.?\s*(\d+)", re.IGNORECASE)
# And a time in a recording: "2:15".
TIME = re.compile(r"\b\d+:\d\d\b")


@dataclass(frozen=True)
class Piece:
    """A piece of evidence as somebody may see it: as its author works on it, or as a round froze it."""

    reference: str
    title: str
    kind: str | Promise
    text: str
    language: str
    happened_on: date | None
    place: str
    files: list[EvidenceFile]
    # Where in it to look, by the criterion's key.
    locators: dict[str, str]
    # Unknown until it was asked, and of rounds that did not note it.
    shows_others: bool | None = None
    # What only some pieces have (see rounds.extras), and when the page behind the link was seen.
    more: dict = field(default_factory=dict)
    # The words of this round were erased; hashes and decisions remain.
    erased: bool = False

    @property
    def other_language(self) -> str:
        """Of a translation."""
        return "en" if self.language == "cy" else "cy"

    def anchor(self, criterion: Criterion) -> str:
        """Where on the page the locator of a criterion leads: a page of a PDF, the one recording, the one file."""
        locator = self.locators.get(criterion.key, "")
        if page := PAGE.search(locator):
            for file in self.files:
                if file.group == "pdf" and any(p.page == int(page[1]) for p in file.previews.all()):
                    return f"p{page[1]}-{file.uid}"
        recordings = [f for f in self.files if f.group in ("audio", "video")] if TIME.search(locator) else []
        only = recordings or self.files
        return f"f-{only[0].uid}" if len(only) == 1 else ""


def as_it_stands(evidence: Evidence, mappings: Iterable[Mapping]) -> Piece:
    """What its author is working on."""
    return Piece(
        reference=evidence.reference,
        title=evidence.title,
        kind=evidence.get_kind_display(),
        text=evidence.text,
        language=evidence.language,
        happened_on=evidence.happened_on,
        place=evidence.place,
        files=_shown(files_of(evidence), evidence),
        locators={m.criterion.key: m.locator for m in mappings},
        shows_others=evidence.shows_others,
        more=rounds.extras(evidence) | {"link_seen_on": evidence.link_seen_on},
        erased=evidence.state == "withdrawn",
    )


def _shown(files: QuerySet[EvidenceFile], evidence: Evidence) -> list[EvidenceFile]:
    """The files as far as they are still there."""
    return [] if evidence.state == "withdrawn" else list(files.prefetch_related("previews"))


def as_submitted(submission: Submission) -> Piece:
    """The piece as this round froze it."""
    manifest, words = submission.manifest, submission.words
    uids = [entry["uid"] for entry in manifest["files"]]
    return Piece(
        reference=submission.evidence.reference,
        title=words.get("title"),
        kind=EvidenceKind(manifest["kind"]).label,
        text=words.get("text"),
        language=manifest["language"],
        happened_on=_day(manifest["happened_on"]),
        place=words.get("place"),
        files=_shown(submission.evidence.files.filter(uid__in=uids), submission.evidence),
        locators=dict.fromkeys(manifest["criteria"], "") | (words.body or {}).get("locators", {}),
        shows_others=manifest.get("shows_others"),
        more=(words.body or {}) | {"link_seen_on": _day(manifest.get("link_seen_on", ""))},
        erased=words.erased_at is not None,
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Line:
    """One judgement, with the feedback on its criterion."""

    judgement: Judgement
    review: Review

    @property
    def countersignature(self) -> Countersignature | None:
        return getattr(self.review, "countersignature", None)

    @property
    def awaits(self) -> bool:
        """It does not count yet."""
        waits = self.judgement.needs_countersignature and self.countersignature is None
        return waits and not self.superseded

    @property
    def superseded(self) -> bool:
        """Another stands in its place; told where every decision is listed (see access.judgements_in)."""
        return getattr(self.judgement, "superseded", False)

    @property
    def feedback(self) -> str:
        by_criterion = (self.review.words.body or {}).get("criteria", {})
        return by_criterion.get(self.judgement.criterion.key, "")

    @property
    def shown(self) -> str:
        """How work alone shows this knowledge, in the assessor's words."""
        knowledge = self.judgement.criterion.kind == "knowledge"
        return self.review.words.get("shown") if knowledge and self.judgement.outcome == "met" else ""

    @property
    def language(self) -> str:
        return self.review.words.get("language")


@dataclass(frozen=True)
class Told:
    """A review with all that is to be read of it."""

    review: Review
    lines: list[Line]

    @property
    def awaits(self) -> bool:
        return any(line.awaits for line in self.lines)

    @property
    def countersignature(self) -> Countersignature | None:
        return getattr(self.review, "countersignature", None)

    @property
    def feedback(self) -> str:
        return self.review.words.get("feedback")

    @property
    def language(self) -> str:
        return self.review.words.get("language")


def told(review: Review) -> Told:
    """From a review with everything fetched (see access)."""
    return Told(review, [Line(judgement, review) for judgement in review.judgements.all()])


def history(judgements: Iterable[Judgement]) -> dict[int, list[Line]]:
    """Criterion id → what was said of it, in the order given."""
    found = defaultdict(list)
    for judgement in judgements:
        found[judgement.criterion_id].append(Line(judgement, judgement.review))
    return found


def accepted_methods(mappings: Iterable[Mapping | Mapped]) -> dict[int, set[str]]:
    """Criterion id → the kinds of evidence that were accepted for it."""
    found = defaultdict(set)
    for mapping in mappings:
        if mapping.standing in ACCEPTED:
            found[mapping.criterion_id].add(mapping.method)
    return found


@dataclass(frozen=True)
class Asked:
    """A criterion that wants a decision."""

    criterion: Criterion
    locator: str
    anchor: str
    earlier: list[Line]
    # The assessor is not yet qualified for its standard.
    awaits: bool
    # An earlier round met it, and what that rested on has changed.
    was_met: bool
    # What the strategy asks for, and what deserves a second look, in words.
    rule: list[str]
    warning: str


@dataclass(frozen=True)
class Creditable:
    """Another criterion of the learner, that the assessor may find in the piece."""

    criterion: Criterion
    state: CriterionState


@dataclass(frozen=True)
class Desk:
    """Everything on the table of an assessor who decides on a round."""

    submission: Submission
    piece: Piece
    asked: list[Asked]
    met: list[Criterion]
    creditable: list[Creditable]
    # Nothing is written here: whoever finds knowledge in it says how it shows.
    wants_reason: bool

    @property
    def unqualified(self) -> list[Standard]:
        """The standards in which these decisions will wait for a countersignature."""
        return list(dict.fromkeys(row.criterion.standard for row in self.asked if row.awaits))


def desk(submission: Submission, assessor: User) -> Desk:
    """What this assessor finds on the table for a round."""
    enrolment = submission.evidence.enrolment
    criteria = list(criteria_open_in(submission))
    mappings = mapped_in(enrolment)
    by_id = {c.pk: c for c in criteria}
    own = [m for m in mappings if m.evidence_id == submission.evidence_id and m.criterion_id in by_id]
    mapped = {m.criterion_id for m in own}
    asked = {m.criterion_id for m in rounds.asked_for(submission, [m.on(by_id[m.criterion_id]) for m in own])}
    state = states(criteria, mappings)
    piece = as_submitted(submission)
    return Desk(
        submission=submission,
        piece=piece,
        asked=_asked([c for c in criteria if c.pk in asked], piece, submission, assessor, mappings),
        met=[c for c in criteria if c.pk in mapped - asked],
        creditable=[Creditable(c, state[c.pk]) for c in criteria if c.pk not in mapped],
        wants_reason=wants_reason_for(criteria, submission, piece),
    )


def wants_reason_for(criteria: Iterable[Criterion], submission: Submission, piece: Piece) -> bool:
    """Whether there is knowledge among these criteria of which the piece says nothing by itself."""
    kind, text = submission.manifest["kind"], piece.text or ""
    return any(wants_reason(criterion, kind=kind, text=text) for criterion in criteria)


def _asked(
    criteria: list[Criterion],
    piece: Piece,
    submission: Submission,
    assessor: User,
    mappings: Iterable[Mapped],
) -> list[Asked]:
    enrolment, kind = submission.evidence.enrolment, submission.manifest["kind"]
    rule_of = rules_of(enrolment.programme.provider_id, {c.standard_id for c in criteria})
    methods = accepted_methods(mappings)
    provider = enrolment.programme.provider_id
    qualified = qualified_among(assessor, "assessor", {(provider, c.standard.urn) for c in criteria})
    earlier = history(earlier_judgements(enrolment, criteria))
    piece_id = submission.evidence_id
    met = {m.criterion_id for m in mappings if m.evidence_id == piece_id and m.standing == "met"}
    return [
        Asked(
            criterion=c,
            locator=piece.locators.get(c.key, ""),
            anchor=piece.anchor(c),
            earlier=earlier[c.pk],
            awaits=(provider, c.standard.urn) not in qualified,
            was_met=c.pk in met,
            rule=rule_of(c).in_words(),
            warning=warning(c, methods[c.pk] | {kind}),
        )
        for c in criteria
    ]
