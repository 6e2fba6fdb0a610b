"""Which decisions a plan proposes, and why.

Every decision has its place in an order that the seed gives: first comes whatever covers something new, then each
assessor's share. The same seed and decisions always give the same proposals.
"""

import hashlib
from collections import defaultdict
from datetime import timedelta

from django.db.models import Min
from django.utils import timezone

from accounts.models import Competence, Membership
from assessments.models import SamplingPlan
from assessments.sampling.decided import Decided

# For so long an assessor is new.
NEW = timedelta(days=183)


def draw(plan: SamplingPlan, decided: list[Decided]) -> list[tuple[Decided, list[str]]]:
    """The decisions to propose now, each with its reasons, in the order of the draw."""
    ranked = sorted((d for d in decided if not d.state), key=lambda d: rank(plan.seed, d.key))
    reasons: dict[Decided, list[str]] = {}
    covered = set().union(*(d.covers for d in decided if d.is_in))
    for item in ranked:
        if new := item.covers - covered:
            reasons[item] = sorted(new)
            covered |= new
    place = {item: n for n, item in enumerate(ranked)}
    for why, group in _groups(plan, decided):
        percent = plan.higher_share if why else plan.share
        # Upwards: the share of a few decisions is at least one.
        lacking = -(-len(group) * percent // 100) - sum(d.is_in or d in reasons for d in group)
        rest = sorted((d for d in group if d in place and d not in reasons), key=place.__getitem__)
        for item in rest[: max(lacking, 0)]:
            reasons[item] = [f"{why or 'share'}:{percent}"]
    return [(item, reasons[item]) for item in ranked if item in reasons]


def rank(seed: str, key: str) -> str:
    """The place of a decision in the draw."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def _groups(plan: SamplingPlan, decided: list[Decided]) -> list[tuple[str, list[Decided]]]:
    """The decisions of each assessor and kind, with why they deserve the higher share, if they do.

    "unqualified" for the standard, or "new".
    """
    provider = plan.programme.provider_id
    since = dict(
        Membership.objects.filter(provider=provider, role="assessor")
        .values_list("user")
        .annotate(Min("from_at"))
    )
    held = set(
        Competence.objects.current().filter(provider=provider, kind="assessor").values_list("user", "urn")
    )
    newest = timezone.now() - NEW

    def risk(assessor: int, urn: str) -> str:
        if not held & {(assessor, ""), (assessor, urn)}:
            return "unqualified"
        return "new" if since.get(assessor, newest) > newest else ""

    risks = {pair: risk(*pair) for pair in {(d.assessor, d.urn) for d in decided}}
    groups = defaultdict(list)
    for item in decided:
        groups[item.assessor, item.kind, risks[item.assessor, item.urn]].append(item)
    return [(why, group) for (_assessor, _kind, why), group in groups.items()]
