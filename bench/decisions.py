"""A provider's portfolios at full size: the data that bench.assessments measures with."""

import hashlib
import uuid
from datetime import date, timedelta
from itertools import islice, product
from types import SimpleNamespace

from django.db import connection
from django.utils import timezone

from accounts.models import Membership, User
from assessments.models import Judgement, Review
from ledger.models import Chain, Event, Words, event_hash
from portfolio.models import (
    Allocation,
    EnrolledStandard,
    Enrolment,
    Evidence,
    Mapping,
    Submission,
)
from standards.models import Criterion
from tests import factories

LEARNERS, PIECES, MAPPINGS = 1000, 100, 10
# Of an assessor with a large caseload: so many learners, 2,000 pieces of evidence.
CASELOAD = 60
BATCH = 2000


def fill(learners: int = LEARNERS) -> SimpleNamespace:
    """A provider with `learners` learners × 100 pieces × 10 mappings, nine of ten pieces judged."""
    provider = factories.make_provider()
    people = {
        role: factories.make_member(provider, role, role.title()) for role in ("manager", "assessor", "iqa")
    }
    others = [factories.make_member(provider, "assessor", f"Assessor {n}") for n in range(learners // 50)]
    standards = [factories.make_standard(performance=15, knowledge=15) for _ in range(4)]
    programme = factories.make_programme(provider, people["manager"], standards)
    rows = _enrolments(programme, learners)
    _allocations(rows, people, others)
    criteria = list(Criterion.objects.filter(standard__in=standards).order_by("pk"))
    for enrolment, assessor in _with_assessors(rows, people["assessor"], others):
        # The 60 learners of the one assessor have 2,000 pieces between them.
        pieces = 34 if assessor == people["assessor"] else PIECES
        _portfolio(enrolment, assessor, criteria, pieces)
    _statistics()
    return SimpleNamespace(programme=programme, enrolment=rows[0], **people)


def _enrolments(programme, count: int) -> list[Enrolment]:
    users = User.objects.bulk_create(
        User(email=f"learner{n}@example.org", name=f"Learner {n:04}", language="cy") for n in range(count)
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


def _portfolio(enrolment: Enrolment, assessor: User, criteria: list[Criterion], count: int) -> None:
    """Pieces with their mappings, rounds, reviews and events: the last tenth waits for the assessor."""
    began = timezone.now() - timedelta(days=200)
    waiting = count - max(1, count // 10)
    pieces = Evidence.objects.bulk_create(
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
        for n in range(count)
    )
    chosen = {p.pk: [criteria[(p.number * 7 + k) % len(criteria)] for k in range(MAPPINGS)] for p in pieces}
    Mapping.objects.bulk_create(
        Mapping(
            evidence=piece,
            criterion=criterion,
            added_by=enrolment.learner,
            standing="more_needed" if piece.state == "judged" else "",
            method="product" if piece.state == "judged" else "",
        )
        for piece in pieces
        for criterion in chosen[piece.pk]
    )
    rounds = Submission.objects.bulk_create(
        Submission(
            evidence=piece,
            round=1,
            manifest=_manifest(piece, chosen[piece.pk]),
            words=words,
            declared_in="cy",
            submitted_by=enrolment.learner,
            submitted_at=piece.submitted_at,
        )
        for piece, words in zip(pieces, _words({"title": "T", "locators": {}}, count), strict=True)
    )
    judged = [row for row in rounds if row.evidence.state == "judged"]
    reviews = Review.objects.bulk_create(
        Review(
            submission=row,
            submission_digest=row.digest,
            words=words,
            recorded_by=assessor,
            recorded_at=row.submitted_at + timedelta(days=1),
        )
        for row, words in zip(judged, _words({"feedback": "Da.", "criteria": {}}, len(judged)), strict=True)
    )
    judgements = Judgement.objects.bulk_create(
        Judgement(
            review=review,
            criterion=criterion,
            outcome="more_needed",
            **dict.fromkeys(["valid", "authentic", "current"], True),
        )
        for review in reviews
        for criterion in sorted(chosen[review.submission.evidence_id], key=lambda c: c.pk)
    )
    _events(enrolment, rounds, reviews, judgements)


def _manifest(piece: Evidence, criteria: list[Criterion]) -> dict:
    keys = [criterion.key for criterion in criteria]
    return {"kind": "product", "happened_on": "2026-10-01", "language": "cy", "files": [], "criteria": keys}


def _words(body: dict, count: int) -> list[Words]:
    digest = Words.digest_of("00", body)
    return Words.objects.bulk_create(Words(salt="00", body=body, digest=digest) for _ in range(count))


def _events(enrolment, rounds, reviews, judgements) -> None:
    of = iter(judgements)
    told = [("evidence.submitted", f"submission:{row.uid}", row.facts()) for row in rounds]
    for review in reviews:
        review._prefetched_objects_cache = {"judgements": _Rows(islice(of, MAPPINGS))}
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
    Event.objects.bulk_create(events, batch_size=BATCH)
    link.save()


def write_events(count: int, *, chains: int = 1000) -> None:
    """So many events that tell of nothing that is kept elsewhere."""
    each = count // chains
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
