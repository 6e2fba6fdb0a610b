"""Writing to the ledger, and checking it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter
from typing import TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from ledger.models import HASHED, Chain, Event, Words, event_hash

T = TypeVar("T")
# So many rows at a time are read and compared.
BATCH = 2000


@transaction.atomic
def record(*, chain: str, kind: str, by: UUID | None, subject: str, data: dict) -> Event:
    """Add an event to the chain named `chain` (such as "enrolment:<uid>"), in the caller's transaction.

    The chain stays locked until then: who writes to several takes them in the order of their names, so that two who do
    so at once do not wait for each other for ever.

    `data` must survive a round trip through JSON unchanged: strings, whole numbers, lists, dictionaries.
    """
    link, _new = Chain.objects.select_for_update().get_or_create(key=chain)
    event = Event(
        chain=link,
        position=link.length + 1,
        at=timezone.now(),
        kind=kind,
        by_uid=by,
        subject=subject,
        data=data,
        previous=link.head,
    )
    event.hash = event.computed_hash(chain)
    event.save(force_insert=True)
    link.length, link.head = event.position, event.hash
    link.save(update_fields=["length", "head"])
    return event


def happened(*, kind: str, by: UUID, subject: str, data: dict) -> bool:
    """Whether exactly this is in the ledger already."""
    events = Event.objects.filter(subject=subject, kind=kind, by_uid=by)
    return any(event.data == data for event in events)


def head(chain: str) -> tuple[int, str]:
    """(position, hash) of the last event of a chain; (0, zeros) where nothing happened yet."""
    link = Chain.objects.filter(key=chain).first() or Chain(key=chain)
    return link.length, link.head


@transaction.atomic
def erase_words(*, words: Words, chain: str, by: UUID, reason: str) -> None:
    """Destroy what was written; the digest in the locked row stays, and verification says "erased"."""
    words.body, words.salt, words.erased_at = None, "", timezone.now()
    words.save(update_fields=["body", "salt", "erased_at"])
    record(chain=chain, kind="words.erased", by=by, subject=f"words:{words.uid}", data={"reason": reason})


# How a transaction begins that only reads, sees one moment, and lets everybody write: Django's own would, on SQLite,
# be the writer, and on PostgreSQL see with each query what was written before it.
_VIEW = {"sqlite": "BEGIN DEFERRED", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"}


@contextmanager
def one_moment() -> Iterator[None]:
    """What is read here is as it was at one moment, whoever writes meanwhile; inside a transaction, as that sees it."""
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(_VIEW[connection.vendor])
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


@dataclass(frozen=True)
class Fault:
    """The first row of a chain that does not fit."""

    chain: str
    position: int
    why: str

    def __str__(self) -> str:
        return f"{self.chain}, event {self.position}: {self.why}"


def verify_chains(
    follow: Callable[[str, str, dict], None] = lambda kind, subject, data: None,
) -> Iterator[Fault]:
    """Recompute every chain; yields the first fault of each chain that has one.

    `follow` is given each event that fits: reading a long ledger once is what takes the time.
    """
    chains = Chain.objects.in_bulk()
    # One query for all, and plain values: making a model's instance of each event takes longer than hashing it.
    events = Event.objects.order_by("chain", "position").values_list("chain", "hash", *HASHED)
    for pk, of_chain in groupby(events.iterator(chunk_size=BATCH), key=itemgetter(0)):
        if fault := _verify_chain(chains.pop(pk), of_chain, follow):
            yield fault
    for empty in chains.values():
        if fault := _verify_chain(empty, (), follow):
            yield fault


def _verify_chain(chain: Chain, events: Iterable[tuple], follow: Callable) -> Fault | None:
    position, previous = 0, "0" * 64
    for _pk, digest, *said in events:
        position += 1
        if said[0] != position:
            return Fault(chain.key, position, "the event is missing")
        if said[-1] != previous:
            return Fault(chain.key, position, "it does not follow the event before it")
        if digest != event_hash(chain.key, *said):
            return Fault(chain.key, position, "its content was altered")
        previous = digest
        _position, _at, kind, _by, subject, data, _before = said
        follow(kind, subject, data)
    if (chain.length, chain.head) != (position, previous):
        return Fault(
            chain.key, position + 1, f"the chain should have {chain.length} events and has {position}"
        )
    return None


def verify_words() -> Iterator[str]:
    """Every kept text that is not what was hashed."""
    for words in Words.objects.filter(erased_at__isnull=True).iterator(chunk_size=BATCH):
        if not words.intact:
            yield f"words:{words.uid}: the text was altered"


def verify_rows(rows) -> Iterator[str]:
    """Every row of a locked table whose facts are not the ones its event recorded.

    `rows` is a queryset of a model that says `facts()` and has a `uid`; its event's subject is "<model>:<uid>".
    """
    name = rows.model._meta.model_name
    found = 0
    for batch in batches(rows.order_by("pk").iterator(chunk_size=BATCH)):
        subjects = {f"{name}:{row.uid}": row for row in batch}
        told = dict(Event.objects.filter(subject__in=subjects).values_list("subject", "data"))
        found += len(told)
        for subject, row in subjects.items():
            if subject not in told:
                yield f"{subject}: no event tells of it"
            elif told[subject] != row.facts():
                yield f"{subject}: it is not what its event recorded"
    events = Event.objects.filter(subject__startswith=f"{name}:")
    if events.values("subject").distinct().count() != found:
        present = {f"{name}:{uid}" for uid in rows.order_by().values_list("uid", flat=True)}
        for subject in sorted(set(events.values_list("subject", flat=True)) - present):
            yield f"{subject}: the event tells of it, but it is gone"


def batches(rows: Iterable[T]) -> Iterator[list[T]]:
    """The rows in lists of BATCH."""
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        yield batch
