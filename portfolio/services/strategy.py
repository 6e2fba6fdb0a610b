"""A provider asks for more than the assessment strategy does."""

from collections import defaultdict

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Provider, User
from accounts.refusals import Invalid, NotYours
from ledger.services import record
from portfolio.models import EnrolledStandard, EvidenceKind, Mapping, TighterRule
from portfolio.parts import people_who
from portfolio.progress import mapping_state, refresh_all
from portfolio.strategy import Mapped, base, gaps, rule_of_kind, rules_of
from standards.models import Criterion, Standard


@transaction.atomic
def tighten(*, by: User, rule: TighterRule) -> TighterRule:
    """Set a provider's rule for a kind of criteria of a standard, or for one criterion; never below what is above it.

    `rule` is not stored yet; it takes the place of what the provider asked for there. It holds at once for every
    portfolio in which the standard is in progress.
    """
    _check(by, rule)
    place = {name: getattr(rule, name) for name in ("provider", "standard", "kind", "criterion")}
    asked = {"pieces": rule.pieces, "methods": sorted(rule.methods), "simulation": rule.simulation}
    rule, _created = TighterRule.objects.update_or_create(
        **place, defaults=asked | {"changed_by": by, "changed_at": timezone.now()}
    )
    _record(by, rule, "strategy.tightened")
    refresh_all(_in_progress(rule.provider, rule.standard), rule.standard, rule.provider)
    return rule


@transaction.atomic
def take_back(*, by: User, rule: TighterRule) -> None:
    """From now on only what is above it holds; what it held back counts again."""
    _check_manages(by, rule.provider)
    _record(by, rule, "strategy.taken-back")
    rule.delete()
    refresh_all(_in_progress(rule.provider, rule.standard), rule.standard, rule.provider)


def touched(*, by: User, rule: TighterRule) -> tuple[int, int]:
    """Of how many learners how many criteria, met today, this rule would take back."""
    _check(by, rule)
    standard, criterion = rule.standard, rule.criterion
    rule_of = rules_of(rule.provider, [standard.pk], rule)
    criteria = standard.criteria.filter(kind=rule.kind, **({"pk": criterion.pk} if criterion else {}))
    by_id = criteria.with_standard().in_bulk()
    enrolments = _in_progress(rule.provider, standard).values("enrolment")
    behind = defaultdict(list)
    rows = Mapping.objects.filter(evidence__enrolment__in=enrolments, criterion__in=by_id).order_by()
    for enrolment, *row in rows.values_list("evidence__enrolment", *Mapped._fields[:-1], "evidence__state"):
        mapped = Mapped(*row)
        behind[enrolment, mapped.criterion_id].append(mapped)
    taken = [
        (enrolment, pk)
        for (enrolment, pk), mapped in behind.items()
        if any(mapping_state(m) == "met" for m in mapped) and gaps(rule_of(by_id[pk]), mapped)
    ]
    return len({enrolment for enrolment, _pk in taken}), len(taken)


def _check_manages(by: User, provider: Provider) -> None:
    if not people_who(provider, "manager").filter(pk=by.pk).exists():
        raise NotYours()


def _check(by: User, rule: TighterRule) -> None:
    """Refuse whoever may not set it, and what is no rule or asks for less than what is above it."""
    _check_manages(by, rule.provider)
    standard, criterion = rule.standard, rule.criterion
    if criterion is not None and (criterion.standard_id, criterion.kind) != (standard.pk, rule.kind):
        raise Invalid(_("This criterion belongs to another standard."))
    if not set(rule.methods) <= set(EvidenceKind.values):
        raise Invalid(_("One of the kinds of evidence does not exist."))
    above = base(standard.urn, rule.kind)
    if criterion is not None:
        above = above.and_(rule_of_kind(rule.provider, standard, rule.kind))
    if rule.pieces < above.pieces:
        raise Invalid(
            _("The strategy asks for more pieces than that: %(n)s. You can only ask for more."),
            n=above.pieces,
        )
    if rule.simulation and not above.simulation:
        raise Invalid(_("The strategy does not let simulation count here. You can only ask for more."))
    _check_can_be_met(rule)


def _check_can_be_met(rule: TighterRule) -> None:
    """Refuse what no evidence could ever meet, here or with what is asked for one criterion besides."""
    rule_of = rules_of(rule.provider, [rule.standard.pk], rule)
    if not rule_of(rule.criterion or Criterion(standard=rule.standard, kind=rule.kind)).can_be_met:
        raise Invalid(
            _("Nobody could meet this: it asks for a simulation, and simulation does not count here.")
        )
    if rule.criterion is None:
        found = rule.standard.criteria.filter(kind=rule.kind).with_standard()
        if hopeless := [criterion.reference for criterion in found if not rule_of(criterion).can_be_met]:
            raise Invalid(
                _(
                    "Your own rule for some criteria asks for a simulation, which would not count any more: "
                    "%(references)s. Change those rules first."
                ),
                references=", ".join(hopeless),
            )


def _record(by: User, rule: TighterRule, event: str) -> None:
    about = str(rule.criterion.key if rule.criterion else f"{rule.standard.urn}/{rule.standard.edition}")
    record(
        chain=f"provider:{rule.provider.uid}",
        kind=event,
        by=by.uid,
        subject=f"rule:{rule.pk}",
        data={
            "about": about,
            "kind": rule.kind,
            "pieces": rule.pieces,
            "methods": rule.methods,
            "simulation": rule.simulation,
        },
    )


def _in_progress(provider: Provider, standard: Standard) -> QuerySet[EnrolledStandard]:
    """The learners of a provider to whom a rule applies."""
    return EnrolledStandard.objects.filter(
        standard=standard, state="in_progress", enrolment__programme__provider=provider
    )
