"""How far a portfolio is: the state of each criterion, and the counts that lists show."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from collections.abc import Mapping as Dict
from itertools import chain

from django.db.models import Prefetch, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import Provider
from portfolio.among import Among
from portfolio.models import EnrolledStandard, Enrolment, Evidence, Mapping
from portfolio.strategy import Mapped, Rule, gaps, rules_of
from standards.models import Criterion, Standard


class CriterionState(TextChoices):
    NOT_STARTED = "not_started", _("not started")
    MAPPED = "mapped", _("evidence mapped")
    SUBMITTED = "submitted", _("submitted")
    MORE_NEEDED = "more_needed", _("accepted, more needed")
    NOT_ACCEPTED = "not_accepted", _("not accepted")
    CARRIED = "carried", _("to be confirmed")
    AWAITING = "awaiting", _("awaiting countersignature")
    MET = "met", _("met")


# The furthest of its mappings decides; a piece that waits comes before older, lesser answers.
_ORDER = [
    CriterionState.MET,
    CriterionState.AWAITING,
    CriterionState.CARRIED,
    CriterionState.SUBMITTED,
    CriterionState.MORE_NEEDED,
    CriterionState.NOT_ACCEPTED,
    CriterionState.MAPPED,
]


def mapping_state(mapping: Mapping | Mapped) -> CriterionState:
    """What one piece of evidence does for one criterion."""
    if mapping.piece_state == "withdrawn" and not mapping.standing:
        return CriterionState.NOT_STARTED
    if mapping.standing == "met":
        if mapping.provisional:
            return CriterionState.AWAITING
        return CriterionState.MORE_NEEDED if mapping.held_back else CriterionState.MET
    if mapping.piece_state == "submitted":
        return CriterionState.SUBMITTED
    if mapping.to_confirm:
        return CriterionState.CARRIED
    if mapping.standing:
        return CriterionState.AWAITING if mapping.provisional else CriterionState(mapping.standing)
    return CriterionState.MAPPED


def states(criteria: Iterable[Criterion], mappings: Iterable[Mapping | Mapped]) -> dict[int, CriterionState]:
    """The state of each criterion (sub-items after their item), by its id. An item is met only with all of them."""
    found = defaultdict(set)
    for mapping in mappings:
        found[mapping.criterion_id].add(mapping_state(mapping))
    ordered = list(criteria)
    result = {
        c.pk: next((s for s in _ORDER if s in found[c.pk]), CriterionState.NOT_STARTED) for c in ordered
    }
    # From the end: what hangs from a sub-item tells on it before that tells on its own parent.
    for criterion in reversed(ordered):
        if criterion.parent_id and result[criterion.pk] != "met" and result.get(criterion.parent_id) == "met":
            result[criterion.parent_id] = CriterionState.MORE_NEEDED
    return result


def mappings_of(enrolment: Enrolment):
    """Every mapping of a portfolio, in no order, with what `states` needs."""
    # There may be thousands to few pieces, and what was written in a piece is no part of its state.
    pieces = Evidence.objects.only("state", "number")
    rows = Mapping.objects.filter(evidence__enrolment=enrolment)
    return rows.order_by().prefetch_related(Prefetch("evidence", pieces))


def mapped_in(enrolment: Enrolment, **only: object) -> list[Mapped]:
    """The same in plain values (`only` of those): what tells how far criteria are wants no model of each mapping."""
    rows = Mapping.objects.filter(evidence__enrolment=enrolment, **only).order_by()
    return [Mapped(*row) for row in rows.values_list(*Mapped._fields[:-1], "evidence__state")]


def lock_counts(enrolments: Iterable[Enrolment]) -> None:
    """Whoever else decides in these portfolios waits: rules and counts look at every piece of a standard.

    To be called before any mapping is changed, after the pieces are locked.
    """
    # By the column: in the order of portfolios, they would be locked, too.
    rows = EnrolledStandard.objects.filter(enrolment__in=enrolments).order_by("enrolment_id", "pk")
    # Not its key: what only refers to a standard need not wait.
    list(rows.select_for_update(no_key=True).values_list("pk"))


def lock_pieces(enrolment: Enrolment) -> None:
    """Whoever else works on a piece of a portfolio, submits it or decides on it waits.

    To be called once the portfolio is locked, so that none is added meanwhile.
    """
    list(Evidence.objects.filter(enrolment=enrolment).order_by("pk").select_for_update().values_list("pk"))


def refresh_counts(enrolment: Enrolment, *, only: Collection[int] | None = None) -> None:
    """Store what the rules hold back and met_count (`only` of these standards' ids), in the caller's transaction."""
    lock_counts([enrolment])
    rows = list(EnrolledStandard.objects.filter(enrolment=enrolment).select_related("enrolment__programme"))
    if only is not None:
        rows = [row for row in rows if row.standard_id in only]
    mappings = mapped_in(enrolment, criterion__standard__in=[row.standard_id for row in rows])
    for row, met in counts(rows, _hold_back(mappings, held_back(rows, mappings))):
        if row.met_count != met:
            row.met_count = met
            row.save(update_fields=["met_count"])


def _hold_back(mappings: Iterable[Mapped], held: Dict[int, bool]) -> list[Mapped]:
    """Store what the rules hold back (`held`, by mapping id; others stay), and tell the mappings as they are then."""
    now = [(m, m._replace(held_back=held.get(m.pk, m.held_back))) for m in mappings]
    for value in (True, False):
        changed = [after.pk for before, after in now if after != before and after.held_back == value]
        if changed:
            Mapping.objects.filter(pk__in=Among(changed)).update(held_back=value)
    return [after for _before, after in now]


def held_back(rows: Collection[EnrolledStandard], mappings: Iterable[Mapping | Mapped]) -> dict[int, bool]:
    """Mapping id → whether the rules of the strategy hold it back.

    Only in standards in progress: a rule that is tightened later does not undo what was declared competent.
    """
    rows = [row for row in rows if row.state == "in_progress"]
    if not rows:
        return {}
    mappings = list(mappings)
    standards = [row.standard_id for row in rows]
    rule_of = rules_of(rows[0].enrolment.programme.provider_id, standards)
    mapped = {mapping.criterion_id for mapping in mappings}
    criteria = Criterion.objects.filter(pk__in=mapped, standard__in=standards).with_standard()
    return _short({criterion.pk: rule_of(criterion) for criterion in criteria}, mappings)


def _short(rules: Dict[int, Rule], mappings: Iterable[Mapping | Mapped]) -> dict[int, bool]:
    """Mapping id → whether it is met and its criterion wants more; of one portfolio, for the criteria of the rules."""
    found = defaultdict(list)
    for mapping in mappings:
        if mapping.criterion_id in rules:
            found[mapping.criterion_id].append(mapping)
    result: dict[int, bool] = {}
    for pk, own in found.items():
        short = bool(gaps(rules[pk], own))
        result |= {m.pk: short and m.standing == "met" for m in own}
    return result


def refresh_all(rows: QuerySet[EnrolledStandard], standard: Standard, provider: Provider) -> None:
    """The same in many portfolios at once, in each of which (`rows`) this standard is in progress at this provider.

    One by one, a thousand would take ten seconds.
    """
    lock_counts(Enrolment.objects.filter(enrolled_standards__in=rows))
    criteria = list(standard.criteria.with_standard().order_by("position"))
    # Their ids: of the standard by itself, PostgreSQL thinks that few of all mappings are to its criteria.
    there = Mapping.objects.filter(evidence__enrolment__in=rows.values("enrolment"), criterion__in=criteria)
    names = ("evidence__enrolment", *Mapped._fields[:-1], "evidence__state")
    mapped: dict[int, list[Mapped]] = defaultdict(list)
    for enrolment, *values in there.order_by().values_list(*names):
        mapped[enrolment].append(Mapped(*values))
    rule_of = rules_of(provider, [standard.pk])
    rules = {criterion.pk: rule_of(criterion) for criterion in criteria}
    held: dict[int, bool] = {}
    for own in mapped.values():
        held |= _short(rules, own)
    after = {mapping.pk: mapping for mapping in _hold_back(chain(*mapped.values()), held)}
    met_count = defaultdict(list)
    for row in rows:
        now = states(criteria, [after[mapping.pk] for mapping in mapped[row.enrolment_id]])
        met = sum(now[criterion.pk] == "met" for criterion in criteria)
        if met != row.met_count:
            met_count[met].append(row.pk)
    for met, pks in met_count.items():
        EnrolledStandard.objects.filter(pk__in=Among(pks)).update(met_count=met)


def counts(
    rows: Iterable[EnrolledStandard], mappings: Iterable[Mapping | Mapped]
) -> list[tuple[EnrolledStandard, int]]:
    """Each enrolled standard of a portfolio with the number of its criteria that are met."""
    rows = list(rows)
    criteria = Criterion.objects.filter(standard__in=[row.standard_id for row in rows])
    criteria = criteria.order_by("position").only("standard", "parent")
    per_standard = defaultdict(list)
    for criterion in criteria:
        per_standard[criterion.standard_id].append(criterion)
    state = states(criteria, mappings)
    return [(row, sum(state[c.pk] == "met" for c in per_standard[row.standard_id])) for row in rows]
