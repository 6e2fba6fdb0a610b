"""What the manifest of a portfolio pack says; its schema is told in docs/pack.md."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from assessments.models import Confirmation, Countersignature, Report, Review, SignOff
from ledger.models import Event, Words, canonical, stamp
from portfolio.models import Enrolment, Mapping, Submission
from standards.models import Criterion

SCHEMA = "tystio-pack/5"
# The parts of a manifest that its digests cover, one by one.
SECTIONS = (
    "code",
    "made_at",
    "learner",
    "provider",
    "programme",
    "people",
    "standards",
    "criteria",
    "evidence",
    "mappings",
    "rounds",
    "reviews",
    "countersignatures",
    "confirmations",
    "sign_offs",
    "files",
    "ledger",
)


def manifest(pack: Report, position: int, issued_at: datetime, files: list[dict]) -> dict:
    """Everything about a portfolio but the bytes of its files, which `files` lists."""
    enrolment = pack.enrolment
    assert enrolment  # A constraint.
    programme, provider, learner = enrolment.programme, enrolment.programme.provider, enrolment.learner
    rounds = list(_of(enrolment, Submission, "evidence", "evidence", "words", "submitted_by"))
    reviews = list(
        _of(enrolment, Review, "submission__evidence", "submission", "words", "recorded_by").prefetch_related(
            "judgements__criterion__standard"
        )
    )
    signed = "review__submission__evidence"
    countersignatures = list(_of(enrolment, Countersignature, signed, "review", "signed_by"))
    judged = "judgement__review__submission__evidence"
    standards = ("criterion__standard", "judgement__criterion__standard")
    confirmations = list(
        _of(enrolment, Confirmation, judged, "judgement__review", *standards, "confirmed_by")
    )
    sign_offs = list(
        SignOff.objects.filter(enrolled_standard__enrolment=enrolment)
        .select_related("enrolled_standard", "words", "signed_by")
        .order_by("pk")
    )
    made = {
        "schema": SCHEMA,
        "code": pack.code,
        "made_at": stamp(issued_at),
        "learner": {"uid": str(learner.uid), "name": learner.name},
        "provider": {"uid": str(provider.uid), "name_cy": provider.name_cy, "name_en": provider.name_en},
        "programme": {
            "uid": str(programme.uid),
            "title_cy": programme.title_cy,
            "title_en": programme.title_en,
            "awarding_body": programme.awarding_body,
            "qualification_number": programme.qualification_number,
            "registration_number": enrolment.registration_number,
            "enrolment": str(enrolment.uid),
            "language": enrolment.language,
            "state": enrolment.state,
            "started_on": enrolment.started_on.isoformat(),
            "ended_on": enrolment.ended_on.isoformat() if enrolment.ended_on else None,
        },
        "people": _people(
            [learner],
            (row.submitted_by for row in rounds),
            (row.recorded_by for row in reviews),
            (row.confirmed_by for row in confirmations),
            (row.signed_by for row in (*countersignatures, *sign_offs)),
        ),
        "standards": [_standard(row) for row in enrolment.enrolled_standards.select_related("standard")],
        "criteria": [_criterion(criterion) for criterion in _criteria(enrolment)],
        "evidence": _evidence(rounds),
        "mappings": [_mapping(mapping) for mapping in _mappings(enrolment)],
        "rounds": [_locked(row) for row in rounds],
        "reviews": [_locked(row) for row in reviews],
        "countersignatures": [_locked(row) for row in countersignatures],
        "confirmations": [_locked(row) for row in confirmations],
        "sign_offs": [_locked(row) for row in sign_offs],
        "files": files,
        "ledger": _ledger(enrolment.chain, position),
    }
    return made | {"digests": {name: digests_of(made[name]) for name in SECTIONS}}


def digests_of(section: object) -> str | list[str]:
    """One for each row, so that the one that was altered can be named."""
    return [_digest_of(row) for row in section] if isinstance(section, list) else _digest_of(section)


def _digest_of(part: object) -> str:
    return hashlib.sha256(canonical(part)).hexdigest()


def _of(enrolment: Enrolment, model: type, evidence: str, *related: str):
    rows = model.objects.filter(**{f"{evidence}__enrolment": enrolment})  # type: ignore[attr-defined]
    return rows.select_related(*related).order_by("pk")


def _people(*groups: Iterable) -> list[dict]:
    found = {str(person.uid): person.name for group in groups for person in group}
    return [{"uid": uid, "name": name} for uid, name in sorted(found.items())]


def _standard(row) -> dict:
    return {
        "uid": str(row.uid),
        "urn": row.standard.urn,
        "edition": row.standard.edition,
        "title_cy": row.standard.title_cy,
        "title_en": row.standard.title_en,
        "state": row.state,
        "met": row.met_count,
        "criteria": row.total_count,
    }


def _criteria(enrolment: Enrolment):
    criteria = Criterion.objects.filter(standard__enrolled__enrolment=enrolment)
    return criteria.select_related("standard", "parent").order_by("standard__urn", "-kind", "position")


def _criterion(criterion: Criterion) -> dict:
    return {
        "key": criterion.key,
        "reference": criterion.reference,
        "kind": criterion.kind,
        "text_cy": criterion.text_cy,
        "text_en": criterion.text_en,
    }


def _evidence(rounds: list[Submission]) -> list[dict]:
    """Each piece as its latest round has it."""
    latest = {row.evidence_id: row for row in rounds}
    return [
        {
            "uid": str(row.evidence.uid),
            "reference": row.evidence.reference,
            "title": row.words.get("title"),
            "kind": row.manifest["kind"],
            "language": row.manifest["language"],
            "happened_on": row.manifest["happened_on"],
        }
        for row in sorted(latest.values(), key=lambda row: row.evidence.number)
    ]


def _mappings(enrolment: Enrolment):
    submitted = Mapping.objects.filter(evidence__enrolment=enrolment, evidence__submitted_at__isnull=False)
    return submitted.select_related("evidence", "criterion__standard").order_by("evidence__number", "pk")


def _mapping(mapping: Mapping) -> dict:
    return {
        "evidence": mapping.evidence.reference,
        "criterion": mapping.criterion.key,
        "locator": mapping.locator,
        "by_assessor": mapping.by_assessor,
        "standing": mapping.standing,
        "provisional": mapping.provisional,
    }


def _locked(row) -> dict:
    """A row that never changes: its facts, as the ledger holds them, and the words that their hash is of."""
    said: Words | None = getattr(row, "words", None)
    return {
        "uid": str(row.uid),
        "subject": f"{row._meta.model_name}:{row.uid}",
        "facts": row.facts(),
        "words": {"salt": said.salt, "body": said.body} if said else None,
    }


def _ledger(chain: str, position: int) -> dict:
    """The chain as far as the report says that it goes."""
    events = list(Event.objects.filter(chain__key=chain, position__lte=position).order_by("position"))
    return {
        "chain": chain,
        "position": position,
        "head": events[-1].hash if events else "0" * 64,
        "events": [
            {
                "position": event.position,
                "at": stamp(event.at),
                "kind": event.kind,
                "by": str(event.by_uid) if event.by_uid else None,
                "subject": event.subject,
                "data": event.data,
                "previous": event.previous,
                "hash": event.hash,
            }
            for event in events
        ],
    }
