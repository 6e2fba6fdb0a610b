"""Programmes, and learners on them."""

import uuid
from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import LANGUAGES, DatedQuerySet, Provider, User
from standards.models import Standard


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
    # Something in it is under appeal, so nothing of it may be erased. Written by the assessments' services only.
    under_appeal = models.BooleanField(default=False)

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


class Visit(models.Model):
    """An external quality assurer reads the portfolios of a programme that were open in a period. It ends by itself."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="visits")
    user = models.ForeignKey(User, models.PROTECT, related_name="visits")
    # Whose portfolios: of the learners enrolled at some time between these days.
    period_from = models.DateField()
    period_to = models.DateField()
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    from_at = models.DateTimeField(default=timezone.now)
    to_at = models.DateTimeField()

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(period_to__gte=F("period_from")), name="period_of_a_visit_ends_after_it_began"
            ),
            models.CheckConstraint(condition=Q(to_at__gte=F("from_at")), name="visit_ends_after_it_began"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.programme}"

    @property
    def last_day(self) -> date:
        """The last day of which something can be read; it ends with the day, or when a manager ended it."""
        return timezone.localdate(self.to_at - timedelta(microseconds=1))


class StandardState(models.TextChoices):
    IN_PROGRESS = "in_progress", _("in progress")
    COMPETENT = "competent", _("competent")
    ACKNOWLEDGED = "acknowledged", _("acknowledged by the learner")
    RELEASED = "released", _("released for claiming")
    MOVED = "moved", _("moved to a later edition")


class EnrolledStandardQuerySet(models.QuerySet["EnrolledStandard"]):
    def open(self) -> Self:
        """Those that the learner works towards: not the earlier editions that they were moved away from."""
        return self.exclude(state=StandardState.MOVED)


class EnrolledStandard(models.Model):
    """A standard a learner works towards, in the edition they began with or were moved to."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="enrolled_standards")
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="enrolled")
    state = models.CharField(max_length=12, choices=StandardState.choices, default=StandardState.IN_PROGRESS)
    # How many of its criteria are met, and how many there are: what lists show (see progress.py).
    met_count = models.PositiveIntegerField(default=0)
    total_count = models.PositiveIntegerField()
    # The same learner's earlier edition, closed when they were moved here.
    moved_from = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="moved_to")
    moved_at = models.DateTimeField(null=True, blank=True)

    objects = EnrolledStandardQuerySet.as_manager()

    class Meta:
        ordering = ["enrolment", "standard__urn"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "standard"], name="standard_is_enrolled_once"),
            models.CheckConstraint(
                condition=Q(met_count__lte=F("total_count")), name="no_more_is_met_than_there_is"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["in_progress", "moved"]) | Q(met_count=F("total_count")),
                name="competent_only_when_every_criterion_is_met",
            ),
            models.CheckConstraint(
                condition=Q(moved_from__isnull=True, moved_at__isnull=True)
                | Q(moved_from__isnull=False, moved_at__isnull=False) & ~Q(moved_from=F("id")),
                name="moved_standard_says_when_and_from_where",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.learner}: {self.standard}"

    @property
    def figures(self) -> str:
        """How far it is, as lists say it."""
        return f"{self.met_count}/{self.total_count}"
