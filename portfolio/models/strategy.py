"""What a provider asks for beyond the assessment strategy that holds for everybody."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Provider, User
from standards.models import Criterion, Kind, Standard


class TighterRule(models.Model):
    """A provider's rule for one kind of criteria of a standard, or for one criterion of it.

    It is added to those above it (see strategy.py), so it can only ask for more.
    """

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="rules")
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    # Empty: the rule is for every criterion of its kind.
    criterion = models.ForeignKey(Criterion, models.PROTECT, null=True, blank=True, related_name="+")
    pieces = models.PositiveSmallIntegerField(_("how many accepted pieces"), default=1)
    # Kinds of evidence, of which at least one accepted piece has to be; empty: any.
    methods = models.JSONField(default=list, blank=True)
    simulation = models.BooleanField(_("simulation counts"), default=True)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["standard", "-kind", "criterion__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "standard", "kind"],
                condition=Q(criterion__isnull=True),
                name="kind_of_criteria_has_one_rule",
            ),
            models.UniqueConstraint(
                fields=["provider", "criterion"],
                condition=Q(criterion__isnull=False),
                name="criterion_has_one_rule",
            ),
            models.CheckConstraint(condition=Q(pieces__gte=1), name="rule_asks_for_a_piece_or_more"),
        ]

    def __str__(self) -> str:
        return f"{self.provider}: {self.criterion or self.standard} {self.kind}"
