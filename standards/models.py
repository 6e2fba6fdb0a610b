"""National Occupational Standards: suites, standards in their editions, criteria.

An edition never changes, but for its translation. Each text exists in Welsh, in English or in both;
`status_cy` and `status_en` say what each one is. Nothing falls back silently: pages show what is missing.
"""

import re
import uuid
from typing import Any, Self

from django.db import connections, models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from standards import search
from standards.printed import in_edition

LANGUAGES = [("cy", _("Welsh")), ("en", _("English"))]
# What is shown of a standard that is one of many.
NAMES = ("urn", "edition", "title_cy", "title_en", "status_cy", "status_en", "superseded_by")
# What a standard says in each language: columns that end in _cy and _en.
STANDARD_TEXTS = (
    "title",
    "overview",
    "developer",
    "originating_organisation",
    "occupations",
    "keywords",
    "skills",
)


class TextStatus(models.TextChoices):
    OFFICIAL = "official", _("official text")
    WORKING = "working", _("working translation")
    NONE = "none", _("no text")


class SuiteManager(models.Manager["Suite"]):
    def get_by_natural_key(self, slug: str) -> "Suite":
        return self.get(slug=slug)


class Suite(models.Model):
    """A family of standards, such as Customer Service."""

    slug = models.SlugField(max_length=100, unique=True)
    name_cy = models.CharField(max_length=200, blank=True, default="")
    name_en = models.CharField(max_length=200, blank=True, default="")

    objects = SuiteManager()

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


class Validity(models.TextChoices):
    CURRENT = "current", _("current")
    LEGACY = "legacy", _("legacy")


class Origin(models.TextChoices):
    ORIGINAL = "original", _("original")
    TAILORED = "tailored", _("tailored")


class StandardQuerySet(models.QuerySet["Standard"]):
    def get_by_natural_key(self, urn: str, edition: str) -> "Standard":
        return self.get(urn=urn, edition=edition)

    def in_order(self, language: str) -> Self:
        """By title, as that language's alphabet has it."""
        return self.order_by(f"sort_key_{language}", "urn", "edition")

    def matching(self, query: str, kind: str = "") -> Self:
        """Those with every word of `query`, or one that begins with it; `kind` looks in such criteria only.

        `rank` says where: in the URN (0), in title or keywords (1), in criteria (2).
        """
        words, vendor = search.words_of(query), connections[self.db].vendor
        if not words:
            return (self.none() if query.strip() else self).annotate(rank=Value(2))
        urn, title = self._found(words, "search_urn"), self._found(words, "search_title")
        here = search.has(words, kind and f"search_{kind}", vendor=vendor)
        rank = Case(When(urn, then=0), When(title, then=1), default=2)
        return self.filter(here).annotate(rank=rank)

    def named(self, query: str) -> Self:
        """The first of those that match: with every word in the URN, or in title and keywords."""
        words, vendor = search.words_of(query), connections[self.db].vendor
        here = [search.has(words, column, vendor=vendor) for column in ("search_urn", "search_title")]
        rank = Case(When(self._found(words, "search_urn"), then=0), default=1)
        return self.filter(here[0] | here[1]).annotate(rank=rank)

    def _found(self, words: list[str], column: str) -> Q:
        return Q(pk__in=search.ids_with(words, column, vendor=connections[self.db].vendor))


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
    superseded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="supersedes"
    )

    # What the tail of the document says. Dates as precise as printed: 2021, 2023-08, 2014-11-30.
    developer_cy = models.CharField(max_length=200, blank=True, default="")
    developer_en = models.CharField(max_length=200, blank=True, default="")
    approved_on = models.CharField(max_length=10, blank=True, default="")
    review_on = models.CharField(max_length=10, blank=True, default="")
    version = models.CharField(max_length=40, blank=True, default="")
    validity = models.CharField(max_length=7, choices=Validity.choices, default=Validity.CURRENT)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.ORIGINAL)
    originating_organisation_cy = models.CharField(max_length=200, blank=True, default="")
    originating_organisation_en = models.CharField(max_length=200, blank=True, default="")
    original_urns = models.JSONField(default=list, blank=True)
    occupations_cy = models.JSONField(default=list, blank=True)
    occupations_en = models.JSONField(default=list, blank=True)
    soc_codes = models.JSONField(default=list, blank=True)
    keywords_cy = models.JSONField(default=list, blank=True)
    keywords_en = models.JSONField(default=list, blank=True)
    skills_cy = models.JSONField(default=list, blank=True)
    skills_en = models.JSONField(default=list, blank=True)

    # Where the texts come from: files, their SHA-256, who imported them and when (empty for what Tystio brings along).
    source_name_cy = models.CharField(max_length=255, blank=True, default="")
    source_name_en = models.CharField(max_length=255, blank=True, default="")
    source_hash_cy = models.CharField(max_length=64, blank=True, default="")
    source_hash_en = models.CharField(max_length=64, blank=True, default="")
    imported_by_cy = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    imported_by_en = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    imported_at_cy = models.DateTimeField(null=True, blank=True)
    imported_at_en = models.DateTimeField(null=True, blank=True)

    # Made in Python (sorting.py, search.py), so that every database sorts and finds alike.
    sort_key_cy = models.CharField(max_length=700, blank=True, default="", editable=False)
    sort_key_en = models.CharField(max_length=700, blank=True, default="", editable=False)
    search_urn = models.CharField(max_length=60, blank=True, default="", editable=False)
    search_title = models.TextField(blank=True, default="", editable=False)
    search_performance = models.TextField(blank=True, default="", editable=False)
    search_knowledge = models.TextField(blank=True, default="", editable=False)

    objects = StandardQuerySet.as_manager()

    class Meta:
        ordering = ["urn", "edition"]
        constraints = [
            models.UniqueConstraint(fields=["urn", "edition"], name="edition_of_a_standard_is_unique"),
            models.CheckConstraint(
                condition=~Q(status_cy="none") | ~Q(status_en="none"),
                name="standard_has_a_text_in_some_language",
            ),
            models.CheckConstraint(
                condition=(Q(status_cy="none") & Q(title_cy="")) | (~Q(status_cy="none") & ~Q(title_cy="")),
                name="welsh_title_agrees_with_its_status",
            ),
            models.CheckConstraint(
                condition=(Q(status_en="none") & Q(title_en="")) | (~Q(status_en="none") & ~Q(title_en="")),
                name="english_title_agrees_with_its_status",
            ),
            models.CheckConstraint(
                condition=Q(status_cy__in=TextStatus.values) & Q(status_en__in=TextStatus.values),
                name="standard_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(validity__in=Validity.values) & Q(origin__in=Origin.values),
                name="standard_validity_and_origin_are_known",
            ),
            models.CheckConstraint(
                condition=~Q(urn="") & ~Q(edition=""), name="standard_has_a_urn_and_an_edition"
            ),
            models.CheckConstraint(
                condition=Q(superseded_by__isnull=True) | ~Q(superseded_by=F("id")),
                name="standard_does_not_supersede_itself",
            ),
        ]
        # With the id, so that a page far down the list is found in the index alone.
        indexes = [
            models.Index(fields=["sort_key_cy", "urn", "edition", "id"], name="standards_in_welsh_order"),
            models.Index(fields=["sort_key_en", "urn", "edition", "id"], name="standards_in_english_order"),
            models.Index(Upper("urn"), name="standards_by_urn_in_any_case"),
        ]

    def __str__(self) -> str:
        return f"{self.urn} ({self.edition})"

    def natural_key(self) -> tuple[str, str]:
        return (self.urn, self.edition)

    natural_key.dependencies = ["standards.suite"]  # type: ignore[attr-defined]

    def named_in(self, language: str) -> str:
        """Number, edition and title in that language, or else the one there is: for whoever chooses among many."""
        title = getattr(self, f"title_{language}") or self.title_cy or self.title_en
        notes = [TextStatus.WORKING.label] if self.status(language) == TextStatus.WORKING else []
        notes += [_("there is a later edition")] if self.superseded_by_id else []
        return " ".join([in_edition(self.urn, self.edition), title, *(f"({note})" for note in notes)])

    def status(self, language: str) -> str:
        """What the text in that language is: official, working or none."""
        return getattr(self, f"status_{language}")

    def texts_in(self, language: str) -> dict[str, Any]:
        """What it says in that language, but for its criteria, and where that text comes from."""
        names = (*STANDARD_TEXTS, "source_name", "imported_by", "imported_at")
        return {name: getattr(self, f"{name}_{language}") for name in names} | {"language": language}


class TextRevision(models.Model):
    """A working translation as it stood before the official text replaced it."""

    standard = models.ForeignKey(Standard, models.PROTECT, related_name="revisions")
    language = models.CharField(max_length=2, choices=LANGUAGES)
    status = models.CharField(max_length=8, choices=TextStatus.choices)
    source_name = models.CharField(max_length=255, blank=True, default="")
    source_hash = models.CharField(max_length=64, blank=True, default="")
    # The fields of the standard by name, and the texts of its criteria by reference.
    texts = models.JSONField()
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["standard", "language", "replaced_at"]
        constraints = [
            models.CheckConstraint(condition=Q(language__in=["cy", "en"]), name="revision_language_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.standard} {self.language} {self.replaced_at:%Y-%m-%d}"


class Kind(models.TextChoices):
    PERFORMANCE = "performance", _("performance criterion")
    KNOWLEDGE = "knowledge", _("knowledge item")


def at_length(path: str) -> list[str]:
    """What only a standard's own page shows, for `defer`: a hundred criteria would bring it a hundred times."""
    return [f"{path}__{f.name}" for f in Standard._meta.concrete_fields if f.name not in ("id", *NAMES)]


class CriterionQuerySet(models.QuerySet["Criterion"]):
    def with_standard(self) -> "CriterionQuerySet":
        """Each with its standard, by name."""
        return self.select_related("standard").defer(*at_length("standard"))

    def get_by_natural_key(self, urn: str, edition: str, kind: str, number: str) -> "Criterion":
        return self.get(standard__urn=urn, standard__edition=edition, kind=kind, number=number)


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

    objects = CriterionQuerySet.as_manager()

    class Meta:
        # Performance before knowledge.
        ordering = ["standard", "-kind", "position"]
        constraints = [
            models.UniqueConstraint(fields=["standard", "kind", "number"], name="criterion_number_is_unique"),
            models.UniqueConstraint(
                fields=["standard", "kind", "position"], name="criterion_position_is_unique"
            ),
            models.CheckConstraint(
                condition=~Q(text_cy="") | ~Q(text_en=""), name="criterion_has_a_text_in_some_language"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="criterion_kind_is_known"),
            models.CheckConstraint(
                condition=~Q(number="") & Q(position__gte=1), name="criterion_has_a_number_and_a_position"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="criterion_is_not_its_own_sub_item",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard.urn} {self.reference}"

    @property
    def reference(self) -> str:
        """P4, K2.1: unique within the standard; the anchor on its page."""
        return f"{self.kind[0].upper()}{self.number}"

    @property
    def key(self) -> str:
        """INSCS016/2021/P4: unique everywhere; how manifests and the ledger name it."""
        return f"{self.standard.urn}/{self.standard.edition}/{self.reference}"

    @property
    def group_key(self) -> tuple[str, str]:
        """The same for neighbours under one group heading."""
        return (self.group_cy, self.group_en)

    @property
    def printed_otherwise(self) -> str:
        """The label in the document, where it carries another number: for whoever has the paper in hand."""
        labels = (self.printed_label_cy, self.printed_label_en)
        numbers = ((label, re.sub("[^0-9.]", "", label).strip(".")) for label in labels)
        return next((label for label, number in numbers if number and number != self.number), "")

    def natural_key(self) -> tuple[str, str, str, str]:
        return (*self.standard.natural_key(), self.kind, self.number)

    natural_key.dependencies = ["standards.standard"]  # type: ignore[attr-defined]


class ImportState(models.TextChoices):
    WAITING = "waiting", _("waiting to be read")
    READ = "read", _("to be checked")
    REFUSED = "refused", _("refused")
    KEPT = "kept", _("in the standards")
    DISCARDED = "discarded", _("thrown away")


def draft_file_name(draft: "ImportDraft", name: str) -> str:
    """A random place in the storage that says nothing about the file."""
    return f"imports/{draft.uid.hex[:2]}/{draft.uid.hex}"


class ImportDraft(models.Model):
    """A document on its way into the standards: nothing of it is there before somebody confirmed it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    file = models.FileField(upload_to=draft_file_name, max_length=200)
    state = models.CharField(max_length=9, choices=ImportState.choices, default=ImportState.WAITING)
    # What was said on uploading, or corrected later; an empty language is read from the document.
    language = models.CharField(max_length=2, choices=LANGUAGES, blank=True, default="")
    status = models.CharField(max_length=8, choices=TextStatus.choices, default=TextStatus.OFFICIAL)
    edition = models.CharField(max_length=40, blank=True, default="")
    # As nos/saved.py has it: the lines of the source, the document as understood, and as corrected so far.
    lines = models.JSONField(default=list, blank=True)
    understood = models.JSONField(null=True, blank=True)
    document = models.JSONField(null=True, blank=True)
    # By the language of the page: warnings, and why it was refused.
    remarks = models.JSONField(default=dict, blank=True)
    refusals = models.JSONField(default=dict, blank=True)
    standard = models.ForeignKey(
        Standard, models.PROTECT, null=True, blank=True, related_name="import_drafts"
    )
    # Counts the corrections: a page that was opened before the last one is stale.
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["read", "kept"]) | Q(document__isnull=False),
                name="import_that_was_read_has_a_document",
            ),
            models.CheckConstraint(
                condition=Q(state="kept", standard__isnull=False)
                | (~Q(state="kept") & Q(standard__isnull=True)),
                name="import_that_was_kept_has_a_standard",
            ),
        ]

    def __str__(self) -> str:
        return self.name
