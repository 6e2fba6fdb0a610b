"""What a round consists of, what is missing before it can be submitted, and what a new one asks for."""

from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ledger.models import Words
from portfolio.models import Evidence, Mapping, Submission


def missing(evidence: Evidence, *, files: int, mappings: int) -> dict[str, Promise]:
    """What still has to be done before it can be submitted: field name → what to do. Empty when it is complete."""
    todo: dict[str, Promise] = {}
    if not files and not evidence.text and evidence.kind != "seen":
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
    if not mappings:
        todo["mappings"] = _("Map it to at least one criterion.")
    return todo


def missing_from(evidence: Evidence) -> dict[str, Promise]:
    """As `missing`, counting its files and mappings now."""
    return missing(
        evidence, files=evidence.files.filter(removed_at=None).count(), mappings=evidence.mappings.count()
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
    }


def words(evidence: Evidence) -> dict:
    """What its author wrote, as it stands: erasable, hashed with a salt."""
    return {
        "title": evidence.title,
        "text": evidence.text,
        "place": evidence.place,
        "locators": {m.criterion.key: m.locator for m in _mappings(evidence)},
    }


def _mappings(evidence: Evidence):
    return evidence.mappings.select_related("criterion__standard").order_by(
        "criterion__standard__urn", "-criterion__kind", "criterion__position"
    )


def asked_for(submission: Submission) -> list[Mapping]:
    """The mappings this round asks the assessor to judge: not yet met, or changed since they were.

    A criterion that was met is asked for again when its locator, the text, or a file that was there then has changed.
    """
    criteria = set(submission.manifest["criteria"])
    rows = [m for m in _mappings(submission.evidence) if m.criterion.key in criteria]
    earlier = list(
        submission.evidence.submissions.filter(round__lt=submission.round)
        .select_related("words")
        .order_by("-round")
    )
    return [m for m in rows if m.standing != "met" or _changed(m.criterion.key, submission, earlier)]


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


def _changed(key: str, submission: Submission, earlier: list[Submission]) -> bool:
    """Whether a criterion that stands met rests on something other than what this round holds."""
    before = next((s for s in earlier if key in s.manifest["criteria"]), None)
    if before is None:
        return False
    files = {f["sha256"] for f in submission.manifest["files"]}
    return (
        submission.words.get("text") != before.words.get("text")
        or submission.words.get("locators", {}).get(key) != before.words.get("locators", {}).get(key)
        or any(f["sha256"] not in files for f in before.manifest["files"])
    )
