"""A provider's portfolios at full size: the data that bench.assessments measures with."""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import count, product
from types import SimpleNamespace
from typing import TypeVar

from django.db import connection
from django.db.models import Max, Model
from django.utils import timezone

from accounts.models import Membership, User
from assessments.models import Judgement, Review, Sample
from ledger.models import Chain, Event, Words, event_hash
from portfolio.models import (
    Allocation,
    EnrolledStandard,
    Enrolment,
    Evidence,
    Programme,
    Submission,
)
from standards.models import Criterion
from tests import factories

PIECES, MAPPINGS = 100, 10
# Of an assessor with a large caseload: so many learners besides, with 2,040 pieces of evidence between them.
CASELOAD, THEIR_PIECES = 60, 34
# That the internal quality assurer is to look at, each of another learner.
SAMPLES = 100
BATCH = 2000


def fill(learners: int) -> SimpleNamespace:
    """A provider with `learners` learners × 100 pieces × 10 mappings, nine of ten pieces judged, and 60 more learners.

    The rows go in as they are, without checks of their foreign keys: a million in a minute.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    provider = factories.make_provider()
    roles = ("manager", "assessor", "iqa", "eqa")
    people = {role: factories.make_member(provider, role, role.title()) for role in roles}
    others = [factories.make_member(provider, "assessor", f"Assessor {n}") for n in range(1 + learners // 50)]
    standards = [factories.make_standard(performance=15, knowledge=15) for _ in range(4)]
    programme = factories.make_programme(provider, people["manager"], standards)
    rows = _enrolments(programme, CASELOAD + learners)
    _allocations(rows, people, others)
    everything = list(Criterion.objects.filter(standard__in=standards).order_by("pk"))
    # What a piece is mapped to, by its number.
    criteria = {
        n: sorted((everything[(n * 7 + k) % len(everything)] for k in range(MAPPINGS)), key=lambda c: c.pk)
        for n in range(1, PIECES + 1)
    }
    for enrolment, assessor in _with_assessors(rows, people["assessor"], others):
        pieces = THEIR_PIECES if assessor == people["assessor"] else PIECES
        _portfolio(enrolment, assessor, criteria, pieces)
    _mappings_and_judgements(criteria)
    _samples(programme, people["iqa"])
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")
    visit = factories.make_visit(programme, people["manager"], people["eqa"])
    _statistics()
    return SimpleNamespace(programme=programme, enrolment=rows[0], visit=visit, **people)


def _enrolments(programme, number: int) -> list[Enrolment]:
    users = User.objects.bulk_create(
        User(email=f"learner{n}@example.org", name=f"Learner {n:04}", language="cy") for n in range(number)
    )
    Membership.objects.bulk_create(
        Membership(provider=programme.provider, user=user, role="learner") for user in users
    )
    rows = Enrolment.objects.bulk_create(
        Enrolment(programme=programme, learner=user, language="cy") for user in users
    )
    standards = list(programme.standards.all())
    EnrolledStandard.objects.bulk_create(
        EnrolledStandard(enrolment=row, standard=standard, total_count=30)
        for row, standard in product(rows, standards)
    )
    return rows


def _with_assessors(rows, assessor, others):
    for number, row in enumerate(rows):
        yield row, assessor if number < CASELOAD else others[number % len(others)]


def _allocations(rows, people, others) -> None:
    held = [
        Allocation(enrolment=row, user=user, role=role)
        for row, assessor in _with_assessors(rows, people["assessor"], others)
        for user, role in ((assessor, "assessor"), (people["iqa"], "iqa"))
    ]
    Allocation.objects.bulk_create(held, batch_size=BATCH)


def _portfolio(
    enrolment: Enrolment, assessor: User, criteria: dict[int, list[Criterion]], number: int
) -> None:
    """Pieces with their rounds, reviews and events: the last tenth waits for the assessor."""
    began = timezone.now() - timedelta(days=200)
    waiting = number - max(1, number // 10)
    pieces = write(
        Evidence(
            enrolment=enrolment,
            number=n + 1,
            title=f"Tystiolaeth {n + 1}",
            kind="product",
            text="Ysgrifennais at y cwsmer.",
            language="cy",
            happened_on=date(2026, 10, 1),
            place="Y siop",
            shows_others=False,
            started_by=enrolment.learner,
            state="judged" if n < waiting else "submitted",
            submitted_at=began + timedelta(hours=n),
        )
        for n in range(number)
    )
    rounds = write(
        Submission(
            evidence=piece,
            round=1,
            manifest=_manifest([c.key for c in criteria[piece.number]]),
            words=words,
            declared_in="cy",
            submitted_by=enrolment.learner,
            submitted_at=piece.submitted_at,
        )
        for piece, words in zip(pieces, _words({"title": "T", "locators": {}}, number), strict=True)
    )
    judged = [row for row in rounds if row.evidence.state == "judged"]
    reviews = write(
        Review(
            submission=row,
            submission_digest=row.digest,
            words=words,
            recorded_by=assessor,
            recorded_at=row.submitted_at + timedelta(days=1),
        )
        for row, words in zip(judged, _words({"feedback": "Da.", "criteria": {}}, len(judged)), strict=True)
    )
    _events(enrolment, rounds, reviews, criteria)


def _mappings_and_judgements(criteria: dict[int, list[Criterion]]) -> None:
    """A million of each, made by the database itself: Python would take longer than the measurement."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE chosen (number integer, criterion bigint)")
        pairs = [(number, c.pk) for number, found in criteria.items() for c in found]
        cursor.executemany("INSERT INTO chosen VALUES (%s, %s)", pairs)
        cursor.execute(
            "INSERT INTO portfolio_mapping (evidence_id, criterion_id, locator, added_by_id, by_assessor,"
            " standing, method, provisional, closed, to_confirm, held_back)"
            " SELECT e.id, criterion, '', started_by_id, false,"
            " CASE state WHEN 'judged' THEN 'more_needed' ELSE '' END,"
            " CASE state WHEN 'judged' THEN kind ELSE '' END, false, false, false, false"
            " FROM portfolio_evidence e JOIN chosen USING (number)"
        )
        cursor.execute(
            "INSERT INTO assessments_judgement (review_id, criterion_id, outcome, valid, authentic, current,"
            " credited, needs_countersignature)"
            " SELECT r.id, criterion, 'more_needed', true, true, true, false, false"
            " FROM assessments_review r JOIN portfolio_submission s ON s.id = r.submission_id"
            " JOIN portfolio_evidence e ON e.id = s.evidence_id JOIN chosen USING (number)"
        )


def _samples(programme: Programme, iqa: User) -> None:
    plan = factories.make_plan(programme, iqa)
    firsts = Review.objects.filter(submission__evidence__number=1).select_related(
        "submission__evidence__enrolment"
    )
    write(
        Sample(
            plan=plan,
            kind="interim",
            assessor_id=row.recorded_by_id,
            enrolled_standard=row.submission.evidence.enrolment.enrolled_standards.first(),
            review=row,
            by_hand=True,
            due_on=plan.to_on,
            state="chosen",
        )
        for row in firsts.order_by("pk")[:SAMPLES]
    )


Row = TypeVar("Row", bound=Model)
# The ids that COPY gives.
_next: dict[type[Model], count] = {}


def write(rows: Iterable[Row]) -> list[Row]:
    """Store new rows: by COPY where the database has it, because statements take ten times as long."""
    rows = list(rows)
    if connection.vendor != "postgresql" or not rows:
        return type(rows[0]).objects.bulk_create(rows, batch_size=BATCH) if rows else []
    model = type(rows[0])
    fields, table = model._meta.concrete_fields, model._meta.db_table
    if model not in _next:
        _next[model] = count(1 + (model.objects.aggregate(last=Max("pk"))["last"] or 0))
    with connection.cursor() as cursor:
        columns = ", ".join(field.column for field in fields)
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                row.pk = next(_next[model])
                copy.write_row([f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields])
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, rows[-1].pk])
    return rows


def _manifest(keys: list[str]) -> dict:
    return {"kind": "product", "happened_on": "2026-10-01", "language": "cy", "files": [], "criteria": keys}


def _words(body: dict, number: int) -> list[Words]:
    digest = Words.digest_of("00", body)
    return write(Words(salt="00", body=body, digest=digest) for _ in range(number))


def _events(enrolment, rounds, reviews, criteria: dict[int, list[Criterion]]) -> None:
    sound = dict.fromkeys(["valid", "authentic", "current"], True)
    judged = {
        number: _Rows(Judgement(criterion=c, outcome="more_needed", **sound) for c in found)
        for number, found in criteria.items()
    }
    told = [("evidence.submitted", f"submission:{row.uid}", row.facts()) for row in rounds]
    for review in reviews:
        review._prefetched_objects_cache = {"judgements": judged[review.submission.evidence.number]}
        told.append(("evidence.judged", f"review:{review.uid}", review.facts()))
    chain(enrolment.chain, told)


class _Rows(list):
    """What was just written, where a model asks for related rows."""

    all = list.copy


def chain(key: str, told: list[tuple[str, str, dict]], by: uuid.UUID | None = None) -> None:
    """Write events as ledger.services.record does, many at a time."""
    link, _created = Chain.objects.get_or_create(key=key)
    events, now = [], timezone.now()
    for kind, subject, data in told:
        said = (link.length + 1, now, kind, by, subject, data, link.head)
        link.length, link.head = said[0], event_hash(key, *said)
        position, at, *_rest = said
        events.append(
            Event(
                chain=link,
                position=position,
                at=at,
                kind=kind,
                by_uid=by,
                subject=subject,
                data=data,
                previous=said[-1],
                hash=link.head,
            )
        )
    write(events)
    link.save()


def write_events(events: int, *, chains: int = 1000) -> None:
    """So many events that tell of nothing that is kept elsewhere."""
    each = events // chains
    for number in range(chains):
        digest = hashlib.sha256(str(number).encode()).hexdigest()
        chain(
            f"bench:{number}",
            [
                ("file.opened", f"evidencefile:{uuid.uuid4()}", {"sha256": digest, "session": digest})
                for _ in range(each)
            ],
            by=uuid.uuid4(),
        )


def _statistics() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def waiting_round(enrolment: Enrolment, number: int) -> Submission:
    """A fresh round with twelve criteria to decide."""
    enrolment = Enrolment.objects.select_related("learner").get(pk=enrolment.pk)
    criteria = Criterion.objects.filter(standard__enrolled__enrolment=enrolment).order_by("pk")
    return factories.submit(factories.make_evidence(enrolment, criteria[number : number + 12]))
