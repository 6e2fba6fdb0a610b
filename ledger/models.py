"""The ledger: what happened, in chains that show when a link was altered."""

import hashlib
import json
import secrets
import uuid
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

_encoder = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(value: object) -> bytes:
    """The one way to write a value down for hashing: JSON, keys sorted, no spaces, UTF-8."""
    return _encoder.encode(value).encode()


def stamp(moment: datetime) -> str:
    """A moment as hashes hold it: UTC with microseconds, as both databases keep it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class Chain(models.Model):
    """One sequence of events, of an enrolment or a provider; its row is locked while an event is added."""

    key = models.CharField(max_length=80, unique=True)
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(length=0, head="0" * 64) | Q(length__gt=0) & ~Q(head="0" * 64),
                name="chain_with_events_has_a_head",
            )
        ]

    def __str__(self) -> str:
        return self.key


class Event(models.Model):
    """Something that happened. Holds ids, outcomes and hashes; never names, never what people wrote."""

    locked_table = True

    chain = models.ForeignKey(Chain, models.PROTECT, related_name="events")
    position = models.PositiveBigIntegerField()
    at = models.DateTimeField(default=timezone.now)
    # What happened, such as "evidence.submitted".
    kind = models.CharField(max_length=60)
    # Who did it; empty for the system itself.
    by_uid = models.UUIDField(null=True)
    # What it happened to, such as "submission:<uid>".
    subject = models.CharField(max_length=120, db_index=True)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["chain", "position"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "position"], name="event_has_its_own_place_in_the_chain")
        ]

    def __str__(self) -> str:
        return f"{self.chain_id}/{self.position} {self.kind}"

    def computed_hash(self, key: str) -> str:
        """Its hash as a link of the chain `key`."""
        return event_hash(key, *(getattr(self, name) for name in HASHED))


# What of an event its hash covers, in the order in which event_hash takes it.
HASHED = ("position", "at", "kind", "by_uid", "subject", "data", "previous")


def event_hash(
    chain: str,
    position: int,
    at: datetime,
    kind: str,
    by: uuid.UUID | None,
    subject: str,
    data: dict,
    previous: str,
) -> str:
    """SHA-256 over what an event says, its place in its chain and the hash before it."""
    said = {
        "chain": chain,
        "position": position,
        "at": stamp(at),
        "kind": kind,
        "by": str(by) if by else None,
        "subject": subject,
        "data": data,
        "previous": previous,
    }
    return hashlib.sha256(canonical(said)).hexdigest()


class WordsQuerySet(models.QuerySet):
    def keep(self, body: dict) -> "Words":
        """Store what somebody wrote; the row's digest is what locked rows hold of it."""
        salt = secrets.token_hex(16)
        return self.create(salt=salt, body=body, digest=Words.digest_of(salt, body))


class Words(models.Model):
    """What a person wrote at a locked moment. Can be erased; the digest in the locked row remains."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    salt = models.CharField(max_length=32)
    body = models.JSONField(null=True)
    digest = models.CharField(max_length=64)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = WordsQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True, body__isnull=False)
                | Q(erased_at__isnull=False, body__isnull=True, salt=""),
                name="erased_words_are_gone_with_their_salt",
            )
        ]

    def __str__(self) -> str:
        return self.digest

    @staticmethod
    def digest_of(salt: str, body: dict | None) -> str:
        return hashlib.sha256(salt.encode() + canonical(body)).hexdigest()

    @property
    def intact(self) -> bool:
        """True where the words are what was hashed, or were erased."""
        return self.erased_at is not None or self.digest_of(self.salt, self.body) == self.digest

    def get(self, name: str, default: Any = "") -> Any:
        """One of the texts; the default where it is missing or erased."""
        return (self.body or {}).get(name, default)
