"""National Occupational Standards: suites, standards in their editions, criteria.

An edition never changes, but for its translation. Each text exists in Welsh, in English or in both; `status_cy`
and `status_en` say what each one is. Nothing falls back silently: pages show what is missing as missing.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class TextStatus(models.TextChoices):
    OFFICIAL = "official", _("official text")
    WORKING = "working", _("working translation")
    NONE = "none", _("no text")


class Suite(models.Model):
    """A family of standards, such as Customer Service."""

    slug = models.SlugField(max_length=100, unique=True)
    name_cy = models.CharField(max_length=200, blank=True, default="")
    name_en = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name_cy="") | ~Q(name_en=""), name="suite_has_a_name_in_some_language"
            )
        ]

    def __str__(self) -> str:
        return self.name_cy or self.name_en

    def natural_key(self) -> tuple[str]:
        return (self.slug,)


class Standard(models.Model):
    """One edition of one published standard."""

    urn = models.CharField(max_length=40)
    # Version number, else approval date, else "undated".
    edition = models.CharField(max_length=40)
    suites = models.ManyToManyField(Suite, related_name="standards", blank=True)
    title_cy = models.CharField(max_length=300, blank=True, default="")
    title_en = models.CharField(max_length=300, blank=True, default="")
    overview_cy = models.TextField(blank=True, default="")
    overview_en = models.TextField(blank=True, default="")
    status_cy = models.CharField(max_length=8, choices=TextStatus.choices, default=TextStatus.NONE)
    status_en = models.CharField(max_length=8, choices=TextStatus.choices, default=TextStatus.NONE)
    # ... metadata, sort keys, search text: the standards slice adds them
    superseded_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="supersedes")
    imported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["urn", "edition"]
        constraints = [
            models.UniqueConstraint(fields=["urn", "edition"], name="edition_of_a_standard_is_unique"),
            models.CheckConstraint(
                condition=~Q(status_cy="none") | ~Q(status_en="none"), name="standard_has_a_text_in_some_language"
            ),
            models.CheckConstraint(
                condition=(Q(status_cy="none") & Q(title_cy="")) | (~Q(status_cy="none") & ~Q(title_cy="")),
                name="welsh_title_agrees_with_its_status",
            ),
            models.CheckConstraint(
                condition=(Q(status_en="none") & Q(title_en="")) | (~Q(status_en="none") & ~Q(title_en="")),
                name="english_title_agrees_with_its_status",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.urn} ({self.edition})"

    def natural_key(self) -> tuple[str, str]:
        return (self.urn, self.edition)


class Kind(models.TextChoices):
    PERFORMANCE = "performance", _("performance criterion")
    KNOWLEDGE = "knowledge", _("knowledge item")


class Criterion(models.Model):
    """A performance criterion or a knowledge item. `reference` (P4, K2.1) names it within its standard."""

    standard = models.ForeignKey(Standard, models.PROTECT, related_name="criteria")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    number = models.CharField(max_length=20)
    # As the documents print it, so that a person with the paper in hand can find it.
    printed_label_cy = models.CharField(max_length=20, blank=True, default="")
    printed_label_en = models.CharField(max_length=20, blank=True, default="")
    # 1 to n within its kind, sub-items counted.
    position = models.PositiveIntegerField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="sub_items")
    group_cy = models.TextField(blank=True, default="")
    group_en = models.TextField(blank=True, default="")
    text_cy = models.TextField(blank=True, default="")
    text_en = models.TextField(blank=True, default="")

    class Meta:
        # Performance before knowledge.
        ordering = ["standard", "-kind", "position"]
        constraints = [
            models.UniqueConstraint(fields=["standard", "kind", "number"], name="criterion_number_is_unique"),
            models.UniqueConstraint(fields=["standard", "kind", "position"], name="criterion_position_is_unique"),
            models.CheckConstraint(
                condition=~Q(text_cy="") | ~Q(text_en=""), name="criterion_has_a_text_in_some_language"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="criterion_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.standard.urn} {self.reference}"

    @property
    def reference(self) -> str:
        """P4, K2.1: unique within the standard; the anchor on its page."""
        return f"{self.kind[0].upper()}{self.number}"

    def natural_key(self) -> tuple[str, str, str, str]:
        return (*self.standard.natural_key(), self.kind, self.number)
