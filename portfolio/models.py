"""Programmes, enrolments, and the evidence that learners gather."""

import hashlib
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import LANGUAGES, DatedQuerySet, Provider, User
from ledger.models import Words, canonical, stamp
from standards.models import Criterion, Standard


class Programme(models.Model):
    """What a provider offers: a qualification of an awarding body and the standards it is made of."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="programmes")
    title_cy = models.CharField(_("title in Welsh"), max_length=300)
    title_en = models.CharField(_("title in English"), max_length=300)
    awarding_body = models.CharField(_("awarding body"), max_length=200)
    qualification_number = models.CharField(_("qualification number"), max_length=40, blank=True, default="")
    standards = models.ManyToManyField(Standard, related_name="programmes")

    class Meta:
        ordering = ["title_cy", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """Its title in the language of the page."""
        return self.title_en if get_language() == "en" else self.title_cy


class EnrolmentState(models.TextChoices):
    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
    WITHDRAWN = "withdrawn", _("withdrawn")
    COMPLETED = "completed", _("completed")


class Enrolment(models.Model):
    """A learner on a programme: the portfolio."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="enrolments")
    learner = models.ForeignKey(User, models.PROTECT, related_name="enrolments")
    registration_number = models.CharField(_("registration number"), max_length=60, blank=True, default="")
    registered_on = models.DateField(_("registered on"), null=True, blank=True)
    cohort = models.CharField(_("cohort"), max_length=100, blank=True, default="")
    started_on = models.DateField(_("started on"), default=timezone.localdate)
    ended_on = models.DateField(null=True, blank=True)
    language = models.CharField(_("language of assessment"), max_length=2, choices=LANGUAGES)
    state = models.CharField(max_length=10, choices=EnrolmentState.choices, default=EnrolmentState.ACTIVE)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "learner"], name="learner_is_on_a_programme_once"),
            models.CheckConstraint(
                condition=Q(state__in=["active", "suspended"], ended_on__isnull=True)
                | Q(state__in=["withdrawn", "completed"], ended_on__isnull=False),
                name="ended_enrolment_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner}: {self.programme}"

    @property
    def chain(self) -> str:
        """The name of this portfolio's chain in the ledger."""
        return f"enrolment:{self.uid}"


class AllocationRole(models.TextChoices):
    ASSESSOR = "assessor", _("assessor")
    COUNTERSIGNER = "countersigner", _("countersigning assessor")
    IQA = "iqa", _("internal quality assurer")


class Allocation(models.Model):
    """Who assesses, countersigns or quality-assures this learner, since when, until when."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="allocations")
    user = models.ForeignKey(User, models.PROTECT, related_name="allocations")
    role = models.CharField(_("role"), max_length=13, choices=AllocationRole.choices)
    from_at = models.DateTimeField(default=timezone.now)
    to_at = models.DateTimeField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "user", "role"],
                condition=Q(to_at__isnull=True),
                name="allocation_is_open_once",
            ),
            models.CheckConstraint(
                condition=Q(to_at__isnull=True) | Q(to_at__gte=F("from_at")),
                name="allocation_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"


class StandardState(models.TextChoices):
    IN_PROGRESS = "in_progress", _("in progress")
    COMPETENT = "competent", _("competent")
    ACKNOWLEDGED = "acknowledged", _("acknowledged by the learner")
    RELEASED = "released", _("released for claiming")


class EnrolledStandard(models.Model):
    """A standard a learner works towards, in the edition they began with."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="enrolled_standards")
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="enrolled")
    state = models.CharField(max_length=12, choices=StandardState.choices, default=StandardState.IN_PROGRESS)
    # How many of its criteria are met, and how many there are: what lists show (see progress.py).
    met_count = models.PositiveIntegerField(default=0)
    total_count = models.PositiveIntegerField()

    class Meta:
        ordering = ["enrolment", "standard__urn"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "standard"], name="standard_is_enrolled_once"),
            models.CheckConstraint(
                condition=Q(met_count__lte=F("total_count")), name="no_more_is_met_than_there_is"
            ),
            models.CheckConstraint(
                condition=Q(state="in_progress") | Q(met_count=F("total_count")),
                name="competent_only_when_every_criterion_is_met",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.learner}: {self.standard}"


class EvidenceKind(models.TextChoices):
    OBSERVATION = "observation", _("observation record")
    PRODUCT = "product", _("work product")
    TESTIMONY = "testimony", _("witness testimony")
    DISCUSSION = "discussion", _("professional discussion")
    QUESTIONING = "questioning", _("questioning")
    REFLECTION = "reflection", _("reflective account")
    PRIOR_LEARNING = "prior_learning", _("recognition of prior learning")
    SIMULATION = "simulation", _("simulation")
    SEEN = "seen", _("seen at the workplace")
    OTHER = "other", _("other")


class EvidenceState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    JUDGED = "judged", _("judged")


class Evidence(models.Model):
    """One piece of evidence: files, text, or both.

    Everything but the language may be empty while it is a draft: *Keep* asks for nothing. What was submitted is frozen
    in its Submission; this row is what the learner works on.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="evidence")
    # 1, 2, … within the portfolio: "E7" in lists and reports.
    number = models.PositiveIntegerField()
    title = models.CharField(_("title"), max_length=300, blank=True, default="")
    kind = models.CharField(
        _("kind of evidence"), max_length=14, choices=EvidenceKind.choices, blank=True, default=""
    )
    text = models.TextField(_("text"), blank=True, default="", max_length=100_000)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES)
    happened_on = models.DateField(_("when it happened"), null=True, blank=True)
    place = models.CharField(_("where it happened"), max_length=300, blank=True, default="")
    # Does it show or name anyone else? Unknown until it was asked.
    shows_others = models.BooleanField(_("shows or names somebody else"), null=True, blank=True)
    state = models.CharField(max_length=9, choices=EvidenceState.choices, default=EvidenceState.DRAFT)
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    # Counts the changes: a form that was opened before the last one is stale.
    version = models.PositiveIntegerField(default=1)
    # When its latest round was submitted: the queue's order.
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["enrolment", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "number"], name="evidence_number_is_unique"),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at__isnull=True)
                | Q(state__in=["submitted", "judged"], submitted_at__isnull=False),
                name="submitted_evidence_says_when",
            ),
        ]
        indexes = [models.Index(fields=["state", "submitted_at"], name="evidence_queue")]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}".strip()

    @property
    def reference(self) -> str:
        """E7: how lists, pages and reports call it."""
        return f"E{self.number}"


def stored_name(file: "EvidenceFile", name: str) -> str:
    """A random place in the storage that says nothing about the file."""
    return f"evidence/{file.uid.hex[:2]}/{file.uid.hex}"


class EvidenceFile(models.Model):
    """A file as it arrived. It is never changed; `sha256` is over its bytes."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="files")
    file = models.FileField(upload_to=stored_name, max_length=200)
    # The name it came with, cleaned: for its owner, never for reports.
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    # Judged by content.
    content_type = models.CharField(max_length=120)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    # Taken out of the evidence after a round had it: the round still shows it.
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="file_is_not_empty")]

    def __str__(self) -> str:
        return self.name

    @property
    def group(self) -> str:
        """image, video, audio, pdf or document: how pages show it."""
        first = self.content_type.split("/")[0]
        if first in ("image", "video", "audio"):
            return first
        return "pdf" if self.content_type == "application/pdf" else "document"


class Preview(models.Model):
    """A picture made from a file so that every browser can show it: without EXIF, GPS or active content."""

    file = models.ForeignKey(EvidenceFile, models.CASCADE, related_name="previews")
    # 0 for a thumbnail, else the page of the file.
    page = models.PositiveIntegerField()
    image = models.FileField(max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        ordering = ["file", "page"]
        constraints = [models.UniqueConstraint(fields=["file", "page"], name="preview_of_a_page_is_unique")]

    def __str__(self) -> str:
        return f"{self.file_id}/{self.page}"


class Standing(models.TextChoices):
    """What the latest judgement of a piece for a criterion said."""

    NONE = "", _("not judged yet")
    MET = "met", _("met")
    MORE_NEEDED = "more_needed", _("accepted, more needed")
    NOT_ACCEPTED = "not_accepted", _("not accepted")


class Mapping(models.Model):
    """That a piece of evidence shows a criterion, and where in it to look."""

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="mappings")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="mappings")
    # A page ("p. 3"), a time ("2:15"), or words.
    locator = models.CharField(_("where in the evidence"), max_length=200, blank=True, default="")
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # Credited by an assessor, not claimed by the learner.
    by_assessor = models.BooleanField(default=False)
    # The judgement that stands, written by the assessments' services only.
    standing = models.CharField(max_length=12, choices=Standing.choices, blank=True, default="")
    # It waits for a countersignature and does not count yet.
    provisional = models.BooleanField(default=False)

    class Meta:
        ordering = ["evidence", "criterion"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "criterion"], name="criterion_is_mapped_once"),
            models.CheckConstraint(
                condition=Q(provisional=False) | ~Q(standing=""), name="only_a_judgement_is_provisional"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id} → {self.criterion_id}"


class Submission(models.Model):
    """A round: the evidence as it stood when it was submitted. It never changes.

    `manifest` says, by ids and hashes only, what it consisted of:
    {"files": [{"uid", "sha256", "size", "type"}], "criteria": ["INSCS016/2021/P4", …], "kind", "happened_on"};
    the words (title, text, place, locators by criterion) are in `words`.
    """

    locked_table = True

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="submissions")
    round = models.PositiveIntegerField()
    manifest = models.JSONField()
    words = models.ForeignKey(Words, models.PROTECT, related_name="+")
    # The language in which the declaration was read and made.
    declared_in = models.CharField(max_length=2, choices=LANGUAGES)
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["evidence", "round"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "round"], name="round_is_submitted_once"),
            models.CheckConstraint(condition=Q(round__gte=1), name="rounds_count_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.evidence} ({self.round})"

    def facts(self) -> dict:
        """What the ledger holds of it."""
        return {
            "evidence": str(self.evidence.uid),
            "round": self.round,
            "manifest": self.manifest,
            "words": self.words.digest,
            "declared_in": self.declared_in,
            "by": str(self.submitted_by.uid),
            "at": stamp(self.submitted_at),
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the facts: what a judgement is pinned to."""
        return hashlib.sha256(canonical(self.facts())).hexdigest()
