"""The rules of the assessment strategy: what has to stand behind a criterion before it counts as met.

A rule for a kind of criteria holds for everybody. A provider may add to it for a standard and for one criterion; what
is added can only ask for more. Warnings are advice to the assessor and keep nothing from counting.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Provider
from portfolio.models import EvidenceKind, Mapping, TighterRule
from standards.models import Criterion, Standard

ACCEPTED = ("met", "more_needed")
# What shows knowledge by itself; anything else needs something written, or the assessor's reason.
KNOWLEDGE = frozenset({"discussion", "questioning", "reflection", "testimony", "prior_learning"})
# What is said about work, rather than work.
INDIRECT = frozenset({"reflection", "questioning", "testimony"})


class Mapped(NamedTuple):
    """A mapping in plain values: what the state of its criterion depends on."""

    pk: int
    evidence_id: int
    criterion_id: int
    carried_from_id: int | None
    standing: str
    provisional: bool
    held_back: bool
    to_confirm: bool
    method: str
    # The state of the piece.
    piece_state: str

    def on(self, criterion: Criterion) -> Mapping:
        """As a model, for whoever asks what else it rests on."""
        return Mapping(criterion=criterion, standing=self.standing, carried_from_id=self.carried_from_id)


@dataclass(frozen=True)
class Rule:
    """What has to stand behind one criterion."""

    pieces: int = 1
    # One accepted piece at least has to be of one of the kinds in each of these.
    methods: tuple[frozenset[str], ...] = ()
    simulation: bool = True

    def and_(self, other: "Rule") -> "Rule":
        """Both rules at once."""
        methods = tuple(dict.fromkeys((*self.methods, *other.methods)))
        return Rule(max(self.pieces, other.pieces), methods, self.simulation and other.simulation)

    @property
    def can_be_met(self) -> bool:
        """Whether some evidence that counts is of a kind in each of its sets."""
        return self.simulation or {EvidenceKind.SIMULATION} not in self.methods

    def in_words(self) -> list[str]:
        """The rule as people read it."""
        said = [
            ngettext(
                "At least %(n)s accepted piece of evidence.",
                "At least %(n)s accepted pieces of evidence.",
                self.pieces,
            )
            % {"n": self.pieces}
        ]
        said += [_one_of(methods) for methods in self.methods]
        said.append(_("Simulation counts.") if self.simulation else _("Simulation does not count."))
        return said


# Where an awarding body's strategy differs for a standard (by its URN), it gets a line of its own here.
STRATEGY = {
    ("", "performance"): Rule(simulation=False),
    ("", "knowledge"): Rule(),
}
ADVICE = {
    "performance": gettext_lazy("It wants real work, best observed. Words about work deserve a second look."),
    "knowledge": gettext_lazy(
        "It wants questions, a discussion or something written. Where work alone shows it, the assessor says how."
    ),
}


def base(urn: str, kind: str) -> Rule:
    """The rule that holds for every provider."""
    return STRATEGY.get((urn, kind), STRATEGY["", kind])


def rule_from(row: TighterRule) -> Rule:
    """What a provider added."""
    return Rule(row.pieces, (frozenset(row.methods),) if row.methods else (), row.simulation)


def _one_of(methods: Iterable[str]) -> str:
    names = [str(label) for value, label in EvidenceKind.choices if value in methods]
    return _("At least one of them is: %(kinds)s.") % {"kinds": ", ".join(names)}


def rules_of(
    provider: Provider | int, standards: Collection[int], with_: TighterRule | None = None
) -> Callable[[Criterion], Rule]:
    """The rule for each criterion of these standards at this provider, in one query; as if one more were set."""
    found: dict[tuple, Rule] = {}
    for row in (
        *TighterRule.objects.filter(provider=provider, standard__in=standards),
        *([with_] if with_ else []),
    ):
        found[row.standard_id, row.kind, row.criterion_id] = rule_from(row)

    def rule(criterion: Criterion) -> Rule:
        result = base(criterion.standard.urn, criterion.kind)
        for pk in (None, criterion.pk):
            if further := found.get((criterion.standard_id, criterion.kind, pk)):
                result = result.and_(further)
        return result

    return rule


def rule_added(
    provider: Provider, standard: Standard, kind: str, criterion: Criterion | None = None
) -> TighterRule | None:
    """What a provider asks for in this place, if anything."""
    rows = TighterRule.objects.filter(provider=provider, standard=standard, kind=kind, criterion=criterion)
    return rows.first()


def rule_of_kind(provider: Provider, standard: Standard, kind: str) -> Rule:
    """The rule for every criterion of a kind that has none of its own."""
    return rules_of(provider, [standard.pk])(Criterion(standard=standard, kind=kind))


def gaps(rule: Rule, mappings: Iterable[Mapping | Mapped]) -> list[str]:
    """What the accepted evidence of a criterion still lacks, in words; empty when it is enough."""
    accepted = [m.method for m in mappings if m.standing in ACCEPTED and not m.provisional]
    counted = [m for m in accepted if rule.simulation or m != EvidenceKind.SIMULATION]
    lacking = [_one_of(methods) for methods in rule.methods if methods.isdisjoint(counted)]
    if len(counted) < rule.pieces:
        numbers = {"n": len(counted), "wanted": rule.pieces}
        lacking.insert(0, _("Accepted pieces that count: %(n)s of %(wanted)s.") % numbers)
    if lacking and len(counted) < len(accepted):
        lacking.append(_("Simulation does not count."))
    return lacking


def warning(criterion: Criterion, methods: Collection[str]) -> str:
    """Advice where only words stand behind a performance criterion; `methods` are the kinds of its evidence."""
    if criterion.kind == "performance" and methods and INDIRECT.issuperset(methods):
        return _(
            "Only reflection, questioning or testimony stands behind it. Real work, best observed, shows it better."
        )
    return ""


def wants_reason(criterion: Criterion, *, kind: str, text: str) -> bool:
    """Whether the assessor has to say how a piece of that kind shows this knowledge."""
    return criterion.kind == "knowledge" and kind not in KNOWLEDGE and not text.strip()


# Why a criterion in that state does not count yet.
WHY: dict[str, str | Promise] = {
    "not_started": gettext_lazy("No evidence is mapped to it yet."),
    "mapped": gettext_lazy("Evidence is mapped to it and not submitted yet."),
    "submitted": gettext_lazy("Evidence for it waits for the assessor."),
    "carried": gettext_lazy("A decision on an earlier edition waits to be confirmed."),
    "awaiting": gettext_lazy("The decision waits for a countersignature."),
    "more_needed": gettext_lazy("Evidence was accepted, and the assessor wants more."),
    "not_accepted": gettext_lazy("The evidence for it was not accepted."),
}


def reasons(
    criteria: Sequence[Criterion],
    mappings: Iterable[Mapping],
    states: Dict[int, str],
    rule_of: Callable[[Criterion], Rule],
) -> dict[int, list[str]]:
    """Criterion id → why it does not count yet, in words; nothing for those that are met."""
    by_criterion, open_parts = defaultdict(list), defaultdict(list)
    for mapping in mappings:
        by_criterion[mapping.criterion_id].append(mapping)
    for criterion in criteria:
        if criterion.parent_id and states[criterion.pk] != "met":
            open_parts[criterion.parent_id].append(criterion.reference)
    found: dict[int, list[str]] = {}
    for criterion in criteria:
        if states[criterion.pk] == "met":
            continue
        own = by_criterion[criterion.pk]
        held = any(m.held_back for m in own) and states[criterion.pk] == "more_needed"
        said = gaps(rule_of(criterion), own) if held else []
        if parts := open_parts[criterion.pk]:
            said.append(
                _("Sub-items that are not met yet: %(references)s.") % {"references": ", ".join(parts)}
            )
        found[criterion.pk] = said or [str(WHY[states[criterion.pk]])]
    return found
