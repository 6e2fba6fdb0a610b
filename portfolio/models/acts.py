"""What people did with a piece besides working on it: saw the original, destroyed its content. Never changed."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from ledger.models import Words, stamp
from portfolio.models.evidence import Evidence


class Seeing(models.Model):
    """That an assessor or a quality assurer went and saw what stays at the workplace."""

    PARTS = [("assessor", _("assessor")), ("iqa", _("internal quality assurer"))]

    locked_table = True

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="seeings")
    part = models.CharField(max_length=8, choices=PARTS)
    seen_on = models.DateField()
    seen_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["seen_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "seen_by", "seen_on"], name="seeing_is_recorded_once_a_day"
            ),
            models.CheckConstraint(condition=Q(part__in=["assessor", "iqa"]), name="seeing_part_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.evidence}: {self.seen_by}"

    def facts(self) -> dict:
        """What the ledger holds of it."""
        return {
            "evidence": str(self.evidence.uid),
            "part": self.part,
            "seen_on": self.seen_on.isoformat(),
            "by": str(self.seen_by.uid),
            "at": stamp(self.recorded_at),
        }


class Withdrawal(models.Model):
    """That the content of a piece was destroyed for somebody's privacy: its hashes, why, by whom, when."""

    locked_table = True

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    evidence = models.OneToOneField(Evidence, models.PROTECT, related_name="withdrawal")
    # {"files": [{"uid", "sha256"}], "words": [digests]}
    destroyed = models.JSONField()
    # The reason.
    words = models.ForeignKey(Words, models.PROTECT, related_name="+")
    withdrawn_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.evidence)

    def facts(self) -> dict:
        """What the ledger holds of it."""
        return {
            "evidence": str(self.evidence.uid),
            "destroyed": self.destroyed,
            "words": self.words.digest,
            "by": str(self.withdrawn_by.uid),
            "at": stamp(self.withdrawn_at),
        }
