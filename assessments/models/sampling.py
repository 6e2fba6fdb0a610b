"""Sampling: what an IQA plans to look at again, and what came of it.

Plans and the acts on samples are locked tables; a sample itself only says how things stand.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.models.decisions import Review, SignOff
from ledger.models import Words, stamp
from portfolio.models import EnrolledStandard, Programme


class SamplingPlan(models.Model):
    """How much of whose decisions is looked at again in a programme, in which time. Another one follows it."""

    locked_table = True

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="sampling_plans")
    from_on = models.DateField(_("from"))
    # Until then every assessor, standard, method and language is to be covered.
    to_on = models.DateField(_("until"))
    # Per cent of each assessor's decisions, and of those who are new or not yet qualified.
    share = models.PositiveSmallIntegerField(_("share"))
    higher_share = models.PositiveSmallIntegerField(_("higher share"))
    # Draws the proposals: the same seed and the same decisions give the same ones.
    seed = models.CharField(max_length=32)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gt=F("from_on")), name="plan_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(share__gte=1, higher_share__gte=F("share"), higher_share__lte=100),
                name="plan_has_shares_of_a_hundred",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme}: {self.from_on}–{self.to_on}"

    def facts(self) -> dict:
        return {
            "programme": str(self.programme.uid),
            "from": self.from_on.isoformat(),
            "to": self.to_on.isoformat(),
            "share": self.share,
            "higher_share": self.higher_share,
            "seed": self.seed,
            "by": str(self.made_by.uid),
            "at": stamp(self.made_at),
        }


class SampleKind(models.TextChoices):
    INTERIM = "interim", _("interim: the decisions on a round")
    SUMMATIVE = "summative", _("summative: a learner declared competent")
    OBSERVATION = "observation", _("observation of the assessor")


class SampleState(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    SET_ASIDE = "set_aside", _("set aside")
    CHOSEN = "chosen", _("to sample")
    AGREED = "agreed", _("agreed")
    RETURNED = "returned", _("returned with an action")
    ANSWERED = "answered", _("answered")
    CLOSED = "closed", _("closed")


LOOKED_AT = ("agreed", "returned", "answered", "closed")
WITH_ACTION = ("returned", "answered", "closed")


class Sample(models.Model):
    """Decisions (or an assessor at work) that the plan proposes, or that an IQA added, and how far they are."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(SamplingPlan, models.PROTECT, related_name="samples")
    kind = models.CharField(max_length=11, choices=SampleKind.choices)
    # Whose decisions they are, or who is observed.
    assessor = models.ForeignKey(User, models.PROTECT, related_name="samples")
    # The decisions of this review in this standard; the sign-off of this standard; nothing for an observation.
    enrolled_standard = models.ForeignKey(
        EnrolledStandard, models.PROTECT, related_name="samples", null=True, blank=True
    )
    review = models.ForeignKey(Review, models.PROTECT, related_name="samples", null=True, blank=True)
    sign_off = models.ForeignKey(SignOff, models.PROTECT, related_name="samples", null=True, blank=True)
    by_hand = models.BooleanField()
    # Why the system proposes it: ["share:15", "method:product", …]; sampling.py puts them into words.
    reasons = models.JSONField(default=list)
    due_on = models.DateField()
    state = models.CharField(max_length=9, choices=SampleState.choices, default=SampleState.PROPOSED)
    sampled_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    sampled_at = models.DateTimeField(null=True, blank=True)
    action_due_on = models.DateField(null=True, blank=True)
    # The IQA was not yet qualified: it stays open until a qualified one countersigns.
    provisional = models.BooleanField(default=False)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind="interim", enrolled_standard__isnull=False, review__isnull=False, sign_off=None
                )
                | Q(kind="summative", enrolled_standard__isnull=False, review=None, sign_off__isnull=False)
                | Q(kind="observation", enrolled_standard=None, review=None, sign_off=None),
                name="sample_says_of_what",
            ),
            models.UniqueConstraint(
                fields=["plan", "review", "enrolled_standard"], name="review_is_in_a_plan_once"
            ),
            models.UniqueConstraint(fields=["plan", "sign_off"], name="sign_off_is_in_a_plan_once"),
            models.CheckConstraint(
                condition=Q(state__in=LOOKED_AT, sampled_by__isnull=False, sampled_at__isnull=False)
                | Q(
                    state__in=["proposed", "set_aside", "chosen"],
                    sampled_by=None,
                    sampled_at=None,
                    provisional=False,
                ),
                name="sampled_says_by_whom_and_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=WITH_ACTION, action_due_on__isnull=False)
                | ~Q(state__in=WITH_ACTION) & Q(action_due_on=None),
                name="action_says_until_when",
            ),
            models.CheckConstraint(
                condition=~Q(sampled_by=F("assessor")), name="nobody_samples_their_own_decisions"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessor}: {self.enrolled_standard or self.kind}"

    @property
    def chain(self) -> str:
        """The chain of the portfolio it is about; of the provider for an observation."""
        if self.enrolled_standard:
            return self.enrolled_standard.enrolment.chain
        return f"provider:{self.plan.programme.provider.uid}"


class Check(models.TextChoices):
    """What an IQA looks at in every sample."""

    PLANNING = "planning", _("Planning: the assessment was planned and agreed")
    RULES = "rules", _("Rules of evidence: valid, authentic, current, sufficient")
    FEEDBACK = "feedback", _("Feedback: it says what was shown and what comes next")
    RECORDS = "records", _("Records: complete, dated, in the learner's language")


class Step(models.TextChoices):
    PROPOSED = "proposed", _("proposed by the system")
    ADDED = "added", _("added by hand")
    SET_ASIDE = "set_aside", _("set aside")
    CHOSEN = "chosen", _("chosen")
    AGREED = "agreed", _("agreed")
    RETURNED = "returned", _("returned with an action")
    ANSWERED = "answered", _("answered")
    CLOSED = "closed", _("closed")
    COUNTERSIGNED = "countersigned", _("countersigned")


class SampleAct(models.Model):
    """One step of a sample."""

    locked_table = True

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sample = models.ForeignKey(Sample, models.PROTECT, related_name="acts")
    step = models.CharField(max_length=13, choices=Step.choices)
    # Of a look: {"planning": true, …}; of a proposal: {"reasons": […]}. "provisional": true where it then waits for a
    # countersignature.
    details = models.JSONField(default=dict)
    # {"comment", "action", "answer", "language"}, as far as the step has them.
    words = models.ForeignKey(Words, models.PROTECT, related_name="+", null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["sample", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(step__in=Step.values), name="step_is_known"),
            models.CheckConstraint(
                condition=~Q(step="returned") | Q(words__isnull=False, due_on__isnull=False),
                name="returning_wants_an_action_and_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(step="answered") | Q(words__isnull=False), name="answer_has_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sample}: {self.step}"

    @property
    def missing(self) -> list:
        """What of the check list was not in order."""
        return [check.label for check in Check if self.details.get(check.value) is False]

    def facts(self) -> dict:
        return {
            "sample": str(self.sample.uid),
            "step": self.step,
            "details": self.details,
            "words": self.words.digest if self.words else None,
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "by": str(self.signed_by.uid),
            "at": stamp(self.signed_at),
        }
