"""Issued reports."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from portfolio.models import Enrolment


class ReportForm(models.TextChoices):
    CY = "cy", _("Welsh")
    EN = "en", _("English")
    BILINGUAL = "bilingual", _("both, side by side")


def report_name(report: "Report", name: str) -> str:
    return f"reports/{report.uid.hex}.pdf"


class Report(models.Model):
    """A report that was asked for; once made, it is issued with code and hash."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="reports")
    form = models.CharField(max_length=9, choices=ReportForm.choices)
    # For whoever holds the paper: four groups of four letters and figures.
    code = models.CharField(max_length=19, unique=True)
    job_uid = models.UUIDField(null=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    issued_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(upload_to=report_name, max_length=200, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    # Where the portfolio's chain stood: what the report says is what had happened up to there.
    ledger_position = models.PositiveBigIntegerField(null=True)
    ledger_head = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(issued_at__isnull=True, sha256="", file="")
                | Q(issued_at__isnull=False, ledger_position__isnull=False) & ~Q(sha256="") & ~Q(file=""),
                name="issued_report_has_file_hash_and_ledger_position",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.form})"
