"""Appeals: a learner asks for a decision to be looked at again, and each level answers."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.models.decisions import Review
from ledger.models import Words, stamp
from portfolio.models import EnrolledStandard, Enrolment


class AppealState(models.TextChoices):
    """Whose answer it waits for; whether the learner may take it further; or how it ended."""

    ASSESSOR = "assessor", _("waits for the assessor")
    ASSESSOR_ANSWERED = "assessor_answered", _("not upheld by the assessor")
    IQA = "iqa", _("waits for the internal quality assurer")
    IQA_ANSWERED = "iqa_answered", _("not upheld by the internal quality assurer")
    PROVIDER = "provider", _("waits for the training provider")
    PROVIDER_ANSWERED = "provider_answered", _("not upheld by the training provider")
    BODY = "body", _("waits for the awarding body")
    UPHELD = "upheld", _("upheld")
    ENDED = "ended", _("ended, not upheld")


OVER = ("upheld", "ended")


class AppealQuerySet(models.QuerySet["Appeal"]):
    def open(self) -> Self:
        """Those that are not over: what they are about is neither erased nor released."""
        return self.exclude(state__in=OVER)


class Appeal(models.Model):
    """Against the decisions of a review, or against how far a standard is. It only says how things stand."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="appeals")
    review = models.ForeignKey(Review, models.PROTECT, related_name="appeals", null=True, blank=True)
    enrolled_standard = models.ForeignKey(
        EnrolledStandard, models.PROTECT, related_name="appeals", null=True, blank=True
    )
    state = models.CharField(max_length=17, choices=AppealState.choices, default=AppealState.ASSESSOR)
    opened_at = models.DateTimeField(default=timezone.now)

    objects = AppealQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(review__isnull=False, enrolled_standard__isnull=True)
                | Q(review__isnull=True, enrolled_standard__isnull=False),
                name="appeal_is_about_a_review_or_a_standard",
            ),
            models.CheckConstraint(condition=Q(state__in=AppealState.values), name="appeal_state_is_known"),
            models.UniqueConstraint(
                fields=["review"], condition=~Q(state__in=OVER), name="review_is_under_one_appeal"
            ),
            models.UniqueConstraint(
                fields=["enrolled_standard"],
                condition=~Q(state__in=OVER),
                name="standard_is_under_one_appeal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review or self.enrolled_standard}: {self.state}"


class AppealStep(models.TextChoices):
    OPENED = "opened", _("appeal opened")
    UPHELD = "upheld", _("upheld")
    NOT_UPHELD = "not_upheld", _("not upheld")
    TAKEN_FURTHER = "taken_further", _("taken further")
    ENDED = "ended", _("ended")


class AppealAct(models.Model):
    """One step of an appeal."""

    locked_table = True

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    appeal = models.ForeignKey(Appeal, models.PROTECT, related_name="acts")
    step = models.CharField(max_length=13, choices=AppealStep.choices)
    # Who was asked: assessor, iqa, provider, body.
    level = models.CharField(max_length=8)
    # The day of the answer; the awarding body's may be earlier than the day on which it was recorded.
    answered_on = models.DateField(null=True, blank=True)
    # {"text", "language"}
    words = models.ForeignKey(Words, models.PROTECT, related_name="+", null=True, blank=True)
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["appeal", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(step__in=AppealStep.values), name="appeal_step_is_known"),
            models.CheckConstraint(
                condition=~Q(step__in=["upheld", "not_upheld"])
                | Q(words__isnull=False, answered_on__isnull=False),
                name="answer_to_an_appeal_has_words_and_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(step__in=["opened", "taken_further"]) | Q(words__isnull=False),
                name="appeal_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appeal}: {self.step}"

    def facts(self) -> dict:
        return {
            "appeal": str(self.appeal.uid),
            "step": self.step,
            "level": self.level,
            "answered_on": self.answered_on.isoformat() if self.answered_on else None,
            "words": self.words.digest if self.words else None,
            "by": str(self.signed_by.uid),
            "at": stamp(self.signed_at),
        }
