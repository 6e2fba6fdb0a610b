"""A job: one piece of background work, from the moment it is asked for until long after it is over."""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


UNFINISHED = [State.QUEUED, State.RUNNING]


class JobQuerySet(models.QuerySet):
    def unfinished(self):
        return self.filter(state__in=UNFINISHED)

    def deliverable(self):
        """Due, or left behind by a worker that died: its lease has run out (by the database's clock)."""
        due = Q(due_at__isnull=True) | Q(due_at__lte=Now())
        return self.filter(Q(due, state=State.QUEUED) | Q(state=State.RUNNING, lease_ends_at__lte=Now()))


class Job(models.Model):
    """Who asked for what, how far it is, and what came of it.

    Whoever runs a job holds its lease: a random mark that every write of theirs names, so that a worker
    which lost the lease (it stalled, or the job was cancelled) can change nothing any more.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # The dotted name of a function in some app's tasks.py; it is called with the job and these arguments.
    task = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    # The person who asked; nobody for the system's own work.
    by_uid = models.UUIDField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True, blank=True)
    lease_ends_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    # For operators; pages say in a plain sentence that it failed.
    error = models.TextField(blank=True, default="")
    # One of many of its kind: nobody waits for this very one, so it is done when nothing else is to be done.
    in_bulk = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    # Not to be begun before; nothing: at once.
    due_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        # Workers look for the few that wait among the many that are over.
        indexes = [
            models.Index(fields=["in_bulk", "id"], condition=Q(state__in=UNFINISHED), name="jobs_unfinished")
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="job_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=State.RUNNING, lease__isnull=False, lease_ends_at__isnull=False)
                | (~Q(state=State.RUNNING) & Q(lease__isnull=True, lease_ends_at__isnull=True)),
                name="job_is_leased_while_it_runs",
            ),
            models.CheckConstraint(
                condition=Q(state=State.QUEUED, started_at__isnull=True, attempts=0)
                | Q(
                    state__in=[State.RUNNING, State.DONE, State.FAILED],
                    started_at__isnull=False,
                    attempts__gte=1,
                )
                | Q(state=State.CANCELLED),
                name="job_was_started_unless_it_waits",
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNFINISHED, ended_at__isnull=True)
                | (~Q(state__in=UNFINISHED) & Q(ended_at__isnull=False)),
                name="job_has_an_end_once_it_is_over",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DONE, result__isnull=False)
                | (~Q(state=State.DONE) & Q(result__isnull=True)),
                name="job_has_a_result_when_done",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.FAILED) & ~Q(error="")) | (~Q(state=State.FAILED) & Q(error="")),
                name="job_says_why_it_failed",
            ),
            models.CheckConstraint(
                condition=Q(total=0) | Q(done__lte=F("total")), name="job_progress_stays_within_its_total"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} ({self.uid})"

    @property
    def is_over(self) -> bool:
        return self.state not in UNFINISHED
