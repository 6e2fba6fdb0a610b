"""What lies on an assessor's desk: decisions that are not recorded yet, and phrases of their own."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import LANGUAGES, User
from portfolio.models import Submission


class ReviewDraft(models.Model):
    """What an assessor has chosen and written on a round and not recorded yet; theirs alone."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="drafts")
    assessor = models.ForeignKey(User, models.CASCADE, related_name="+")
    # The fields of the form as they were typed: {name: value}.
    body = models.JSONField(default=dict)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "assessor"], name="assessor_has_one_draft_of_a_round"
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission}: {self.assessor}"

    @property
    def version(self) -> str:
        """What the form goes on from: one that was opened before the last change has another."""
        return self.saved_at.isoformat()


class Phrase(models.Model):
    """A sentence that an assessor uses again and again."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="phrases")
    language = models.CharField(max_length=2, choices=LANGUAGES)
    text = models.TextField(max_length=2000)

    class Meta:
        ordering = ["language", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="phrase_is_not_empty")]

    def __str__(self) -> str:
        return self.text
