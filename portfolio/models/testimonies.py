"""Letters that ask a witness, who needs no account, what they saw."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from ledger.models import Words
from portfolio.models.enrolments import Enrolment
from portfolio.models.evidence import Evidence


class Testimony(models.Model):
    """A learner's request to a witness, until it is given, withdrawn, or expires.

    The letter's link and code are kept as hashes only. What the witness sends becomes a piece of evidence, and `words`
    keep it as it was sent.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="testimonies")
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("email"))
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64)
    # Of the letters, and of the wrong codes since the last one: both have a limit.
    letters = models.PositiveIntegerField(default=0)
    wrong_codes = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # What the witness has written and not yet sent.
    draft = models.JSONField(default=dict, blank=True)
    given_at = models.DateTimeField(null=True, blank=True)
    evidence = models.OneToOneField(Evidence, models.PROTECT, null=True, blank=True, related_name="testimony")
    words = models.ForeignKey(Words, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(given_at__isnull=True, evidence__isnull=True, words__isnull=True)
                | Q(given_at__isnull=False, evidence__isnull=False, words__isnull=False, draft={}),
                name="testimony_that_was_given_is_evidence",
            ),
            models.CheckConstraint(
                condition=Q(given_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="testimony_that_was_given_is_not_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """given, withdrawn, expired or waiting."""
        if self.given_at:
            return "given"
        if self.withdrawn_at:
            return "withdrawn"
        return "expired" if self.expires_at <= timezone.now() else "waiting"

    @property
    def is_open(self) -> bool:
        """It can still be sent, or sent for again."""
        return not self.given_at and not self.withdrawn_at
