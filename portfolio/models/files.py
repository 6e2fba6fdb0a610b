"""Files: on their way, as they arrived, and the pictures made of them."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import LANGUAGES, User
from portfolio.models.enrolments import Enrolment
from portfolio.models.evidence import Evidence


class Scan(models.TextChoices):
    """What the virus scanner said."""

    NOT_CONFIGURED = "not_configured", _("there is no virus scanner")
    WAITING = "waiting", _("waiting for the virus scanner")
    CLEAN = "clean", _("no virus found")
    INFECTED = "infected", _("virus found")
    NOT_SCANNED = "not_scanned", _("too large for the virus scanner: not scanned")


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
    scan = models.CharField(max_length=14, choices=Scan.choices, default=Scan.NOT_CONFIGURED)
    scanned_at = models.DateTimeField(null=True, blank=True)
    # What the scanner calls it.
    virus = models.CharField(max_length=200, blank=True, default="")
    # When the storage was found not to have it any more, or to have something else (see `manage.py verify_files`).
    damaged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        # As they were chosen, whichever arrived first.
        ordering = ["added_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="file_is_not_empty"),
            models.CheckConstraint(
                condition=Q(scan__in=["not_configured", "waiting"], scanned_at__isnull=True)
                | Q(scan__in=["clean", "infected", "not_scanned"], scanned_at__isnull=False),
                name="scanned_file_says_when",
            ),
            models.CheckConstraint(
                condition=Q(scan="infected", removed_at__isnull=False) & ~Q(virus="")
                | ~Q(scan="infected") & Q(virus=""),
                name="infected_file_is_taken_out_and_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def may_be_opened(self) -> bool:
        """Whether the scanner has let it through, or never had a say."""
        return self.scan not in (Scan.WAITING, Scan.INFECTED)

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


class UploadState(models.TextChoices):
    UPLOADING = "uploading", _("uploading")
    PROCESSING = "processing", _("being checked")
    STORED = "stored", _("stored")
    REFUSED = "refused", _("refused")
    EXPIRED = "expired", _("expired")


class UploadQuerySet(models.QuerySet):
    def arriving(self):
        """Those of which nobody can yet say how they end."""
        return self.filter(state__in=[UploadState.UPLOADING, UploadState.PROCESSING])


class Upload(models.Model):
    """A file on its way. How much of it has arrived is told by the staging folder alone (see uploads/staging.py).

    Once stored it is the receipt, and its EvidenceFile has the same uid.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="uploads")
    # The uid of the evidence it is for, which the first file to arrive may bring into being.
    piece = models.UUIDField(db_index=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    # Of the page it was sent from.
    language = models.CharField(max_length=2, choices=LANGUAGES)
    state = models.CharField(max_length=10, choices=UploadState.choices, default=UploadState.UPLOADING)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    stored_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    # Why it was refused, for whoever sent it.
    refusal_cy = models.TextField(blank=True, default="")
    refusal_en = models.TextField(blank=True, default="")

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="upload_is_not_empty"),
            models.CheckConstraint(
                condition=Q(state="stored", stored_at__isnull=False) & ~Q(sha256="")
                | ~Q(state="stored") & Q(stored_at__isnull=True, sha256=""),
                name="stored_upload_has_a_receipt",
            ),
            models.CheckConstraint(
                condition=Q(state="refused") & ~Q(refusal_cy="") & ~Q(refusal_en="")
                | ~Q(state="refused") & Q(refusal_cy="", refusal_en=""),
                name="refused_upload_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def refusal(self) -> str:
        """Why it was refused, in the language of the page."""
        return self.refusal_en if get_language() == "en" else self.refusal_cy
