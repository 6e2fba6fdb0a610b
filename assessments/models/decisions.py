"""Decisions: reviews with their judgements, countersignatures, sign-offs of standards.

They are locked tables: a decision is followed by another, never changed.
"""

import uuid
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from ledger.models import Words, stamp
from portfolio.models import EnrolledStandard, Submission
from standards.models import Criterion


class Outcome(models.TextChoices):
    """What an assessor says of a piece of evidence for one criterion.

    "Met" is an accepted judgement and the sign-off of the criterion in one: the evidence accepted so far suffices.
    """

    MET = "met", _("met")
    MORE_NEEDED = "more_needed", _("accepted, more needed")
    NOT_ACCEPTED = "not_accepted", _("not accepted")


class ReviewQuerySet(models.QuerySet["Review"]):
    def standing(self) -> Self:
        """Those that no later one supersedes."""
        # Not `superseded_by=None`: PostgreSQL takes that join for an empty one, and plans accordingly.
        return self.exclude(Exists(self.model.objects.filter(supersedes=OuterRef("pk"))))


class Review(models.Model):
    """One act of an assessor on one submission: its judgements, recorded together."""

    locked_table = True

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="reviews")
    # The submission's facts as the assessor saw them: SHA-256.
    submission_digest = models.CharField(max_length=64)
    # The feedback: {"feedback", "language", "criteria": {criterion key: feedback}}, and the "reason" of one that
    # supersedes another.
    words = models.ForeignKey(Words, models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    # The review of the same round in whose place this one stands.
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"],
                condition=Q(supersedes__isnull=True),
                name="submission_is_reviewed_once_unless_superseded",
            ),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True) | ~Q(supersedes=F("id")),
                name="review_does_not_supersede_itself",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission}: {self.recorded_by}"

    def facts(self) -> dict:
        """What the ledger holds of it, judgements included."""
        return {
            "submission": str(self.submission.uid),
            "submission_digest": self.submission_digest,
            "words": self.words.digest,
            "by": str(self.recorded_by.uid),
            "at": stamp(self.recorded_at),
            "judgements": [j.facts() for j in self.judgements.all()],
        } | ({"supersedes": str(self.supersedes.uid)} if self.supersedes else {})


class Judgement(models.Model):
    """The outcome for one criterion."""

    locked_table = True

    review = models.ForeignKey(Review, models.PROTECT, related_name="judgements")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="judgements")
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    valid = models.BooleanField()
    authentic = models.BooleanField()
    current = models.BooleanField()
    # The assessor credited a criterion that the learner had not mapped.
    credited = models.BooleanField(default=False)
    # The assessor was not yet qualified for this standard: it counts once a qualified one countersigns.
    needs_countersignature = models.BooleanField(default=False)

    class Meta:
        ordering = ["review", "criterion"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "criterion"], name="criterion_is_judged_once_in_a_review"
            ),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="outcome_is_known"),
            models.CheckConstraint(
                condition=Q(outcome="not_accepted") | Q(valid=True, authentic=True, current=True),
                name="accepted_evidence_is_valid_authentic_and_current",
            ),
        ]
        indexes = [
            models.Index(
                fields=["review"],
                condition=Q(needs_countersignature=True),
                name="judgements_to_countersign",
            )
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.outcome}"

    def facts(self) -> dict:
        return {
            "criterion": self.criterion.key,
            "outcome": self.outcome,
            "valid": self.valid,
            "authentic": self.authentic,
            "current": self.current,
            "credited": self.credited,
            "needs_countersignature": self.needs_countersignature,
        }


class Countersignature(models.Model):
    """A qualified assessor stands by the review of one who is not yet qualified."""

    locked_table = True

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    review = models.OneToOneField(Review, models.PROTECT, related_name="countersignature")
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.review}: {self.signed_by}"

    def facts(self) -> dict:
        return {"review": str(self.review.uid), "by": str(self.signed_by.uid), "at": stamp(self.signed_at)}


class Confirmation(models.Model):
    """An assessor stands by a judgement that was made on an earlier edition, for a criterion of the later one."""

    locked_table = True

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    judgement = models.ForeignKey(Judgement, models.PROTECT, related_name="confirmations")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="confirmations")
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["judgement", "criterion"], name="judgement_is_confirmed_once_for_a_criterion"
            )
        ]

    def __str__(self) -> str:
        return f"{self.judgement} → {self.criterion}"

    def facts(self) -> dict:
        return {
            "review": str(self.judgement.review.uid),
            "judged": self.judgement.criterion.key,
            "outcome": self.judgement.outcome,
            "criterion": self.criterion.key,
            "by": str(self.confirmed_by.uid),
            "at": stamp(self.confirmed_at),
        }


class Act(models.TextChoices):
    COMPETENT = "competent", _("declared competent")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    RELEASED = "released", _("released for claiming")
    WITHDRAWN = "withdrawn", _("sign-off withdrawn")


class SignOff(models.Model):
    """One act on the way of a standard to its release."""

    locked_table = True

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolled_standard = models.ForeignKey(EnrolledStandard, models.PROTECT, related_name="sign_offs")
    act = models.CharField(max_length=12, choices=Act.choices)
    # The part in which the person acted: assessor, learner, manager (for a learner who has left), iqa.
    part = models.CharField(max_length=10)
    # A reason, where the act wants one: {"reason", "language"}.
    words = models.ForeignKey(Words, models.PROTECT, related_name="+", null=True, blank=True)
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["enrolled_standard", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(act__in=Act.values), name="act_is_known"),
            models.CheckConstraint(
                condition=~Q(part="manager") | Q(words__isnull=False), name="standing_in_wants_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(act="withdrawn") | Q(words__isnull=False), name="withdrawing_wants_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolled_standard}: {self.act}"

    def facts(self) -> dict:
        return {
            "enrolled_standard": str(self.enrolled_standard.uid),
            "act": self.act,
            "part": self.part,
            "words": self.words.digest if self.words else None,
            "by": str(self.signed_by.uid),
            "at": stamp(self.signed_at),
        }
