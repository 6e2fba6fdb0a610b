"""What stands behind each criterion of a learner's standard, and behind the standard: read, never written."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from django.utils.translation import get_language

from accounts.models import User
from assessments.access import judgements_in
from assessments.carried import confirmations_in, judgements_behind
from assessments.desk import Line, accepted_methods, history
from assessments.models import Confirmation, Judgement
from portfolio.access import columns_of
from portfolio.models import EnrolledStandard, Evidence, Mapping
from portfolio.progress import CriterionState, mapping_state, mappings_of, states
from portfolio.strategy import Rule, reasons, rules_of, warning
from standards.editions import Pair
from standards.models import Criterion


@dataclass(frozen=True)
class Support:
    """What one piece does for a criterion, and the latest that was said of it."""

    evidence: Evidence
    state: CriterionState
    line: Line | None
    # Of a mapping that was carried over: what was said of it on an earlier edition, and who confirmed that here.
    before: Line | None = None
    confirmation: Confirmation | None = None
    # The mapping's id, where it waits to be confirmed.
    to_confirm: int | None = None
    # And what became of the criterion's words since it was judged, by language; empty: they are the same.
    changed: Sequence[tuple[str, list[tuple[str, str]]]] = ()


@dataclass(frozen=True)
class Behind:
    """A criterion of a learner's standard with what stands behind it."""

    criterion: Criterion
    state: CriterionState
    support: list[Support]
    # Why it does not count yet, and what deserves a second look, in words.
    reasons: list[str]
    warning: str
    # What the strategy asks for.
    rule: Rule
    # Every judgement ever made on it, the latest first.
    lines: list[Line]

    @property
    def is_carried(self) -> bool:
        """Something was decided about it on an earlier edition."""
        return any(support.before for support in self.support)


def criteria_with_evidence(row: EnrolledStandard, user: User, reference: str = "") -> list[Behind]:
    """Each criterion of a standard, its state, and the evidence for it that this person may see.

    With a `reference`: that criterion, and after it the sub-items on which its state depends.
    """
    criteria = _with_parts(row.standard.criteria.all(), reference)
    everything = list(mappings_of(row.enrolment).filter(criterion__in=[c.pk for c in criteria]))
    state = states(criteria, everything)
    lines = history(judgements_in(row.enrolment, criteria))
    latest: dict[tuple[int, int], Line] = {}
    for said in chain.from_iterable(lines.values()):
        latest.setdefault((said.review.submission.evidence_id, said.judgement.criterion_id), said)
    behind = judgements_behind(row.enrolment) if row.moved_from_id else {}
    confirmed = confirmations_in(row.enrolment) if row.moved_from_id else {}
    support = defaultdict(list)
    by_id = {criterion.pk: criterion for criterion in criteria}
    for mapping in _among(everything, columns_of(user, row.enrolment)):
        line = latest.get((mapping.evidence_id, mapping.criterion_id))
        before = behind.get(mapping.pk) if line is None else None
        to_confirm = mapping.pk if mapping.to_confirm else None
        support[mapping.criterion_id].append(
            Support(
                evidence=mapping.evidence,
                state=mapping_state(mapping),
                line=line,
                before=Line(before, before.review) if before else None,
                confirmation=confirmed.get((mapping.evidence_id, mapping.criterion_id)),
                to_confirm=to_confirm,
                changed=_changed(before, by_id[mapping.criterion_id]) if before and to_confirm else (),
            )
        )
    rule_of = rules_of(row.enrolment.programme.provider_id, [row.standard_id])
    why = reasons(criteria, everything, state, rule_of)
    methods = accepted_methods(everything)
    return [
        Behind(
            criterion=c,
            state=state[c.pk],
            support=support[c.pk],
            reasons=why.get(c.pk, []),
            warning=warning(c, methods[c.pk]),
            rule=rule_of(c),
            lines=lines[c.pk],
        )
        for c in criteria
    ]


def _changed(before: Judgement, now: Criterion) -> list[tuple[str, list[tuple[str, str]]]]:
    pair = Pair(before.criterion, now)
    return [] if pair.is_same else pair.told(get_language())


def _with_parts(criteria: Iterable[Criterion], reference: str) -> list[Criterion]:
    """The criterion with its sub-items, of those of a standard in its order; all where none is named."""
    found: dict[int, Criterion] = {}
    for criterion in criteria:
        if reference in ("", criterion.reference) or criterion.parent_id in found:
            found[criterion.pk] = criterion
    return list(found.values())


def _among(mappings: Iterable[Mapping], evidence: Iterable[Evidence]) -> Iterator[Mapping]:
    """The mappings of these pieces, in their order; each holds its piece."""
    by_piece = defaultdict(list)
    for mapping in mappings:
        by_piece[mapping.evidence_id].append(mapping)
    for piece in evidence:
        for mapping in by_piece[piece.pk]:
            mapping.evidence = piece
            yield mapping


@dataclass(frozen=True)
class Basis:
    """What a whole standard rests on, for whoever is about to sign it."""

    pieces: set[Evidence]
    # What waits for a decision, a confirmation or a countersignature: the state, and the pieces.
    waiting: list[tuple[CriterionState, list[Evidence]]]
    # What deserves a second look.
    doubtful: list[Behind]

    @property
    def methods(self) -> list[tuple[str, int]]:
        """The kinds of evidence by which it is met, each with the number of pieces, the most first."""
        return Counter(piece.get_kind_display() for piece in self.pieces).most_common()


def basis(criteria: list[Behind]) -> Basis:
    """From the criteria of a standard."""
    found: dict[CriterionState, set[Evidence]] = defaultdict(set)
    for entry in criteria:
        for support in entry.support:
            found[support.state].add(support.evidence)
    waiting = (CriterionState.SUBMITTED, CriterionState.CARRIED, CriterionState.AWAITING)
    return Basis(
        pieces=found[CriterionState.MET],
        waiting=[(s, sorted(found[s], key=lambda piece: piece.number)) for s in waiting if found[s]],
        doubtful=[entry for entry in criteria if entry.warning],
    )
