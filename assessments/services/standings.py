"""What stands of all that was judged: written onto the mappings, and recomputed from the judgements themselves."""

from collections import defaultdict
from collections.abc import Collection
from collections.abc import Mapping as Dict
from typing import NamedTuple

from assessments.models import Confirmation, Judgement
from portfolio.models import Evidence, Mapping
from portfolio.progress import refresh_counts


class Stands(NamedTuple):
    """What the latest judgement of a piece for a criterion says."""

    standing: str = ""
    # It still waits for a countersignature.
    provisional: bool = False
    # The kind of evidence that was judged.
    method: str = ""
    # It was judged on an earlier edition, and nobody has confirmed that here.
    to_confirm: bool = False

    @classmethod
    def of(cls, mapping: Mapping) -> "Stands":
        """What a mapping shows of it."""
        return cls(*(getattr(mapping, name) for name in cls._fields))


def refresh_standings(evidence: Evidence) -> None:
    """Write what the latest judgement of each criterion says onto the mappings, and the counts that follow from it."""
    latest = standings(evidence)
    changed, standards = defaultdict(list), set()
    rows = Mapping.objects.filter(evidence=evidence).order_by()
    for pk, criterion, standard, *shown in rows.values_list(
        "pk", "criterion", "criterion__standard", *Stands._fields
    ):
        stands = latest.get(criterion, Stands())
        if Stands(*shown) != stands:
            changed[stands].append(pk)
            standards.add(standard)
    # At once where the same is said: most reviews say the same of most criteria.
    for stands, pks in changed.items():
        held_back = {} if stands.standing == "met" else {"held_back": False}
        rows.filter(pk__in=pks).update(**stands._asdict(), **held_back)
    if changed:
        refresh_counts(evidence.enrolment, only=standards)


def after_mapping(*, evidence: Evidence, **_sent: object) -> None:
    """A criterion that was decided on, taken away and mapped again stands as it was decided."""
    refresh_standings(evidence)


def standings(evidence: Evidence) -> dict[int, Stands]:
    """Criterion id → what stands, from the judgements themselves."""
    return standings_of([evidence.pk])[evidence.pk]


def standings_of(pieces: Collection[int]) -> dict[int, dict[int, Stands]]:
    """Evidence id → criterion id → what stands; as many queries for many pieces as for one."""
    judgements = Judgement.objects.filter(review__submission__evidence__in=pieces).order_by(
        "review__submission__round", "review__pk"
    )
    judged: dict[int, dict[int, Stands]] = {pk: {} for pk in pieces}
    for piece, criterion, outcome, needs, countersigned, kind in judgements.values_list(
        "review__submission__evidence",
        "criterion",
        "outcome",
        "needs_countersignature",
        "review__countersignature",
        "review__submission__manifest__kind",
    ):
        judged[piece][criterion] = Stands(outcome, needs and countersigned is None, kind)
    carried = _carried(judged)
    return {pk: judged[pk] | carried[pk] for pk in pieces}


def _carried(judged: Dict[int, Dict[int, Stands]]) -> dict[int, dict[int, Stands]]:
    """What stands of judgements on earlier editions, where none was made since: confirmed, or still to be."""
    found: dict[int, dict[int, Stands]] = {pk: {} for pk in judged}
    carried = Mapping.objects.filter(evidence__in=judged, carried_from__isnull=False)
    # Earlier moves first: what waited there waits on.
    names = ("evidence", "criterion", "carried_from__criterion")
    moved = list(carried.order_by("pk").values_list(*names))
    if not moved:
        return found
    rows = Confirmation.objects.filter(judgement__review__submission__evidence__in=judged)
    confirmed = {
        (row.judgement.review.submission.evidence_id, row.criterion_id): Stands(
            row.judgement.outcome, method=row.judgement.review.submission.manifest["kind"]
        )
        for row in rows.select_related("judgement__review__submission")
    }
    for piece, criterion, before in moved:
        if criterion in judged[piece]:
            continue
        if (piece, criterion) in confirmed:
            found[piece][criterion] = confirmed[piece, criterion]
        elif before in judged[piece] or before in found[piece]:
            found[piece][criterion] = Stands(to_confirm=True)
    return found
