"""What a round consists of, what is missing before it can be submitted, and what a new one asks for."""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dict
from typing import Any

from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ledger.models import Words
from portfolio.models import Evidence, Mapping, Scan, Submission, Upload
from standards.models import at_length

# What only some pieces have, in the words of a round besides title, text and place.
WRITTEN = ("link", "translation", "translator", "kept_by", "awarded_by")

# What the witness list says of each witness.
WITNESS = {
    "witness_name": _("Say who the witness is."),
    "witness_role": _("Say what the witness does at work."),
    "witness_relationship": _("Say how the witness knows the learner."),
}


def missing(evidence: Evidence, *, files: int, arriving: bool, mappings: int) -> dict[str, Promise]:
    """What still has to be done before it can be submitted: field name → what to do. Empty when it is complete."""
    todo: dict[str, Promise] = {}
    if arriving:
        todo["arriving"] = _("Wait until every file has arrived and is checked, or remove it.")
    elif not files and not evidence.text and not evidence.link and evidence.kind != "seen":
        todo["files"] = _("Add a file or write something.")
    if not evidence.title:
        todo["title"] = _("Give it a title.")
    if not evidence.kind:
        todo["kind"] = _("Choose what kind of evidence it is.")
    if not evidence.happened_on:
        todo["happened_on"] = _("Say when it happened.")
    if not evidence.place:
        todo["place"] = _("Say where it happened.")
    if evidence.shows_others is None:
        todo["shows_others"] = _("Say whether it shows or names anybody else.")
    todo |= _missing_for_kind(evidence, files)
    if evidence.link and not evidence.link_seen_on:
        todo["link_seen_on"] = _("Say when you saw the page that you link to.")
    if evidence.translation and not evidence.translator:
        todo["translator"] = _("Say who translated it.")
    if not mappings:
        todo["mappings"] = _("Map it to at least one criterion.")
    return todo


def _missing_for_kind(evidence: Evidence, files: int) -> dict[str, Promise]:
    """What only some kinds of evidence need."""
    todo: dict[str, Promise] = {}
    if evidence.kind == "seen" and not evidence.kept_by:
        todo["kept_by"] = _("Say who keeps what is to be seen.")
    if evidence.kind == "prior_learning":
        if not files:
            todo["files"] = _("Add the certificate.")
        if not evidence.awarded_by:
            todo["awarded_by"] = _("Say who gave the certificate.")
    if evidence.kind == "testimony":
        for name, what in WITNESS.items():
            if not getattr(evidence, name):
                todo[name] = what
    return todo


def missing_from(evidence: Evidence) -> dict[str, Promise]:
    """As `missing`, counting its files and mappings now."""
    files = [file.scan for file in evidence.files.filter(removed_at=None)]
    return missing(
        evidence,
        files=len(files),
        arriving=Scan.WAITING in files or Upload.objects.arriving().filter(piece=evidence.uid).exists(),
        mappings=evidence.mappings.open().count(),
    )


def manifest(evidence: Evidence) -> dict:
    """The evidence as it stands, by ids and hashes (see Submission.manifest)."""
    return {
        "kind": evidence.kind,
        "happened_on": evidence.happened_on.isoformat() if evidence.happened_on else "",
        "language": evidence.language,
        "files": [
            {"uid": str(f.uid), "sha256": f.sha256, "size": f.size, "type": f.content_type}
            for f in evidence.files.filter(removed_at=None)
        ],
        "criteria": [m.criterion.key for m in _mappings(evidence)],
        "link_seen_on": evidence.link_seen_on.isoformat() if evidence.link_seen_on else "",
        "shows_others": evidence.shows_others,
    }


def words(evidence: Evidence) -> dict:
    """What its author wrote, as it stands: erasable, hashed with a salt."""
    return {
        "title": evidence.title,
        "text": evidence.text,
        "place": evidence.place,
        "locators": {m.criterion.key: m.locator for m in _mappings(evidence)},
        **extras(evidence),
    }


def extras(evidence: Evidence) -> dict:
    """What only some pieces have."""
    return {name: getattr(evidence, name) for name in WRITTEN if getattr(evidence, name)} | _witness(evidence)


def texts_of(words: Dict[str, Any]) -> dict[str, str]:
    """The hashes of the original and of its translation, salted because a short text could be guessed."""
    return {
        name: hashlib.sha256(f"{salt}{words[name]}".encode()).hexdigest()
        for name, salt in words["salts"].items()
    }


def freeze(evidence: Evidence) -> dict[str, dict]:
    """Manifest and words of a round that is submitted now."""
    said = words(evidence)
    said["salts"] = {name: secrets.token_hex(16) for name in ("text", "translation") if said.get(name)}
    return {"manifest": manifest(evidence) | {"texts": texts_of(said)}, "words": said}


def _witness(evidence: Evidence) -> dict:
    """Who testifies; how to reach them is nobody's evidence."""
    if evidence.kind != "testimony":
        return {}
    return {
        "witness": {
            "name": evidence.witness_name,
            "role": evidence.witness_role,
            "relationship": evidence.witness_relationship,
            "expert": bool(evidence.witness_expert),
        }
    }


def _mappings(evidence: Evidence):
    return (
        evidence.mappings.open()
        .select_related("criterion__standard")
        .defer(*at_length("criterion__standard"))
        .order_by("criterion__standard__urn", "-criterion__kind", "criterion__position")
    )


def asked_for(submission: Submission, mappings: Iterable[Mapping] | None = None) -> list[Mapping]:
    """The mappings this round asks the assessor to judge: not yet met, or changed since they were.

    `mappings` are those of the piece, with their criteria, for whoever has them.

    A criterion that was met is asked for again when its locator, the text, or a file that was there then has changed.
    """
    criteria = set(submission.manifest["criteria"])
    if mappings is None:
        mappings = _mappings(submission.evidence)
    rows = [m for m in mappings if m.criterion.key in criteria]
    if all(m.standing != "met" for m in rows):
        return rows
    earlier = list(
        submission.evidence.submissions.filter(round__lt=submission.round)
        .select_related("words")
        .order_by("-round")
    )
    return [m for m in rows if m.standing != "met" or _changed(m, submission, earlier)]


def next_asks_for(evidence: Evidence) -> list[Mapping]:
    """The mappings that a round submitted now would ask the assessor to judge."""
    rounds = evidence.submissions.aggregate(last=Max("round"))["last"] or 0
    return asked_for(
        Submission(
            evidence=evidence,
            round=rounds + 1,
            manifest=manifest(evidence),
            words=Words(body=words(evidence)),
        )
    )


def _changed(mapping: Mapping, submission: Submission, earlier: list[Submission]) -> bool:
    """Whether a criterion that stands met rests on something other than what this round holds."""
    key = mapping.criterion.key
    found = ((s, known) for s in earlier for known in names_of(mapping) if known in s.manifest["criteria"])
    before, key_before = next(found, (None, ""))
    if before is None:
        return False
    files = {f["sha256"] for f in submission.manifest["files"]}
    return (
        any(submission.words.get(name) != before.words.get(name) for name in ("text", "link", "kept_by"))
        or submission.words.get("locators", {}).get(key) != before.words.get("locators", {}).get(key_before)
        or any(f["sha256"] not in files for f in before.manifest["files"])
    )


def names_of(mapping: Mapping | None) -> Iterator[str]:
    """What rounds call a criterion: now, and when it stood in earlier editions."""
    while mapping:
        yield mapping.criterion.key
        mapping = mapping.carried_from
