"""What learner and assessor agree to do next, and what the learner says of the assessor's own records."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from ledger.models import Words, stamp
from portfolio.models import Enrolment, EvidenceKind, Submission
from standards.models import Criterion


class PlanState(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    AGREED = "agreed", _("agreed")
    CLOSED = "closed", _("closed")


class AssessmentPlan(models.Model):
    """An activity that is to show some criteria: how, where and when. What it says never changes."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="plans")
    # {"activity", "place", "language"}
    words = models.ForeignKey(Words, models.PROTECT, related_name="+")
    method = models.CharField(_("method"), max_length=14, choices=EvidenceKind.choices)
    planned_on = models.DateField(_("date"))
    criteria = models.ManyToManyField(Criterion, related_name="+")
    state = models.CharField(max_length=8, choices=PlanState.choices, default=PlanState.PROPOSED)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    # The next visit, as the last review set it: what home pages count down to.
    next_visit_on = models.DateField()

    class Meta:
        ordering = ["-planned_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PlanState.values), name="plan_state_is_known")
        ]
        indexes = [models.Index(fields=["state", "next_visit_on"], name="visits_due")]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.planned_on}"


class PlanStep(models.TextChoices):
    MADE = "made", _("made and agreed")
    AGREED = "agreed", _("agreed")
    REVIEWED = "reviewed", _("reviewed")
    CLOSED = "closed", _("closed")


class PlanAct(models.Model):
    """Something learner or assessor did with a plan."""

    locked_table = True

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(AssessmentPlan, models.PROTECT, related_name="acts")
    act = models.CharField(max_length=8, choices=PlanStep.choices)
    part = models.CharField(max_length=8)
    # What was agreed on with it: the method, days, criteria.
    terms = models.JSONField(default=dict)
    # Of a review: {"note", "language"}.
    words = models.ForeignKey(Words, models.PROTECT, related_name="+", null=True, blank=True)
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["plan", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(act__in=PlanStep.values), name="act_of_a_plan_is_known"),
            models.CheckConstraint(
                condition=Q(part__in=["learner", "assessor"]), name="plan_is_between_learner_and_assessor"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan}: {self.act}"

    @property
    def told(self) -> str:
        return told_of(self.act, self.part)

    def facts(self) -> dict:
        """What the ledger holds of it."""
        return {
            "plan": str(self.plan.uid),
            "plan_words": self.plan.words.digest,
            "act": self.act,
            "part": self.part,
            "terms": self.terms,
            "words": self.words.digest if self.words else None,
            "by": str(self.signed_by.uid),
            "at": stamp(self.signed_at),
        }


def told_of(act: str, part: str) -> str:
    """A step in words. Whoever made the plan agreed to it with that, and the other side has not yet."""
    if act != PlanStep.MADE:
        return str(PlanStep(act).label)
    return str(_("made; agreed by the learner") if part == "learner" else _("made; agreed by the assessor"))


class RecordReply(models.Model):
    """The learner says that an assessor's own record tells what happened, or what they see differently."""

    locked_table = True

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission = models.OneToOneField(Submission, models.PROTECT, related_name="reply")
    agreed = models.BooleanField()
    # {"comment", "language"}, where they wrote something.
    words = models.ForeignKey(Words, models.PROTECT, related_name="+", null=True, blank=True)
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed=True) | Q(words__isnull=False), name="whoever_disagrees_says_why"
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission}: {self.agreed}"

    def facts(self) -> dict:
        """What the ledger holds of it."""
        return {
            "submission": str(self.submission.uid),
            "submission_digest": self.submission.digest,
            "agreed": self.agreed,
            "words": self.words.digest if self.words else None,
            "by": str(self.signed_by.uid),
            "at": stamp(self.signed_at),
        }
