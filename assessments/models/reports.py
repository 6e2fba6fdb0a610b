"""Issued reports, the exports that gather many of them, and the logo that stands on them."""

import uuid
from urllib.parse import parse_qsl

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Provider, User
from ledger.models import Words
from portfolio.models import Enrolment, Programme


class ReportForm(models.TextChoices):
    CY = "cy", _("Welsh")
    EN = "en", _("English")
    BILINGUAL = "bilingual", _("both, side by side")


class ReportKind(models.TextChoices):
    COMPLETION = "completion", _("Completion report")
    PROGRESS = "progress", _("Progress report")
    STANDARD = "standard", _("Report on one standard")
    FEEDBACK = "feedback", _("Feedback report")
    MATRIX = "matrix", _("Evidence matrix")
    PACK = "pack", _("Portfolio pack")
    COHORT = "cohort", _("Cohort report")
    IQA = "iqa", _("Internal quality assurance report")


class ReportFormat(models.TextChoices):
    PDF = "pdf", _("PDF")
    XLSX = "xlsx", _("XLSX")
    CSV = "csv", _("CSV")
    ZIP = "zip", _("ZIP")


def report_name(report: "Report", name: str) -> str:
    return f"reports/{report.uid.hex}.{report.format}"


def logo_name(logo: "Logo", name: str) -> str:
    return f"logos/{logo.provider.uid.hex}.png"


class Logo(models.Model):
    """What stands at the head of a provider's reports: a small PNG that was made here from what was uploaded."""

    provider = models.OneToOneField(Provider, models.PROTECT, related_name="logo")
    image = models.FileField(upload_to=logo_name, max_length=200)

    def __str__(self) -> str:
        return str(self.provider)


class BulkExport(models.Model):
    """The same report of many learners, to be had in one ZIP."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="exports")
    kind = models.CharField(max_length=10, choices=ReportKind.choices)
    form = models.CharField(max_length=9, choices=ReportForm.choices)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    # Workers leave its reports alone meanwhile.
    paused_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.programme}: {self.kind} ({self.form})"


class Report(models.Model):
    """A report that was asked for; once made, it is issued with code and hash.

    It is about a portfolio or about a programme. `scope` narrows that, written like the query of an address, its names
    in alphabetical order: "standard=INSCS016/2021", "cohort=2026-09&from=2026-09-01&to=2026-12-31", "plan=<uid>".
    """

    # Four groups of four letters and figures, with a hyphen between them.
    CODE_LENGTH = 19

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=ReportKind.choices, default=ReportKind.COMPLETION)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="reports", null=True, blank=True)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="reports", null=True, blank=True)
    scope = models.CharField(max_length=500, blank=True, default="")
    form = models.CharField(max_length=9, choices=ReportForm.choices)
    format = models.CharField(max_length=4, choices=ReportFormat.choices, default=ReportFormat.PDF)
    # For whoever holds the paper.
    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    export = models.ForeignKey(BulkExport, models.PROTECT, related_name="reports", null=True, blank=True)
    job_uid = models.UUIDField(null=True)
    # Nobody: whoever runs the installation, from its command line.
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    issued_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(upload_to=report_name, max_length=200, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="", db_index=True)
    # Where the chain stood: what the report says is what had happened up to there.
    ledger_position = models.PositiveBigIntegerField(null=True)
    ledger_head = models.CharField(max_length=64, blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    # Why it was withdrawn: {"reason", "language"}. Never shown to strangers.
    withdrawal = models.ForeignKey(Words, models.PROTECT, related_name="+", null=True, blank=True)
    # When its file was destroyed, because it held what was destroyed for privacy.
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(issued_at__isnull=True, sha256="", file="")
                | Q(issued_at__isnull=False, ledger_position__isnull=False) & ~Q(sha256="") & ~Q(file=""),
                name="issued_report_has_file_hash_and_ledger_position",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["cohort", "iqa"], programme__isnull=False, enrolment__isnull=True)
                | ~Q(kind__in=["cohort", "iqa"]) & Q(programme__isnull=True, enrolment__isnull=False),
                name="report_is_about_a_portfolio_or_a_programme",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawal=None)
                | Q(
                    issued_at__isnull=False,
                    withdrawn_at__isnull=False,
                    withdrawn_by__isnull=False,
                    withdrawal__isnull=False,
                ),
                name="withdrawn_report_says_when_by_whom_and_why",
            ),
            models.CheckConstraint(
                condition=Q(destroyed_at=None) | Q(kind="pack", withdrawn_at__isnull=False),
                name="destroyed_report_is_a_withdrawn_pack",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.form})"

    def facts(self) -> dict:
        """What the ledger holds of it once it is issued."""
        return {
            "code": self.code,
            "kind": self.kind,
            "form": self.form,
            "format": self.format,
            "sha256": self.sha256,
            "position": self.ledger_position,
            "head": self.ledger_head,
        }

    @property
    def about(self) -> dict[str, str]:
        """The scope by its names."""
        return dict(parse_qsl(self.scope))

    @property
    def asked_by_name(self) -> str | Promise:
        return self.asked_by.name if self.asked_by else _("whoever runs this installation, by a command")

    @property
    def of_programme(self) -> Programme:
        """The programme it is about, or that the portfolio is in."""
        programme = self.programme or (self.enrolment and self.enrolment.programme)
        assert programme  # A constraint.
        return programme

    @property
    def provider(self) -> Provider:
        return self.of_programme.provider

    @property
    def chain(self) -> str:
        """The chain of the portfolio; of the provider for a report about a programme."""
        return self.enrolment.chain if self.enrolment else f"provider:{self.provider.uid}"

    @property
    def file_name(self) -> str:
        """What it is called when it is saved: never by anybody's name."""
        return f"Tystio-{self.code}.{self.form}.{self.format}"
