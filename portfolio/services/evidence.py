"""Evidence: keep first, finish later, map, submit."""

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dict
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import NoticeKind, User
from accounts.notices import tell
from accounts.refusals import Invalid, NotYours, Stale
from jobs.services import enqueue
from ledger.models import Words
from ledger.services import record
from portfolio import rounds, workflow
from portfolio.access import criteria_in
from portfolio.models import Enrolment, Evidence, EvidenceFile, Mapping, Submission, Testimony, Upload
from portfolio.parts import holders, parts_in, parts_on
from portfolio.progress import lock_counts, refresh_counts
from portfolio.uploads import scan, staging
from portfolio.uploads.receive import Received

# A piece that was judged is mapped to other criteria: of what was decided on them this app does not know.
remapped = Signal()

# What a form may change, besides files and mappings.
FIELDS = (
    *("title", "kind", "text", "language", "happened_on", "place", "shows_others"),
    *("link", "link_seen_on", "translation", "translator", "kept_by", "awarded_by"),
    *("witness_name", "witness_role", "witness_relationship", "witness_contact", "witness_expert"),
)
# Those of them that hold what people wrote, or who they are.
ERASABLE = (
    *("title", "text", "place", "link", "translation", "translator", "kept_by", "awarded_by"),
    *("witness_name", "witness_role", "witness_relationship", "witness_contact"),
)


def check_may_start(*, by: User, enrolment: Enrolment) -> None:
    """Refuse whoever may not add evidence to this portfolio, or not any more."""
    if parts_in(by, enrolment).isdisjoint({"learner", "assessor"}):
        raise NotYours()
    workflow.check_allowed(enrolment, "write")


def check_may_change(*, by: User, evidence: Evidence) -> None:
    """Refuse whoever may not work on this piece, or not as it stands now."""
    move = "revise" if evidence.state == "judged" else "edit"
    workflow.EVIDENCE.check(move, state=evidence.state, parts=parts_on(by, evidence))
    workflow.check_allowed(evidence.enrolment, "write")


def is_by_witness(evidence: Evidence) -> bool:
    """Whether a witness wrote this piece themselves."""
    return evidence.kind == "testimony" and Testimony.objects.filter(evidence=evidence).exists()


def check_may_edit(*, by: User, evidence: Evidence) -> None:
    """As `check_may_change`, for what it says: a learner maps and submits the words of a witness, no more."""
    check_may_change(by=by, evidence=evidence)
    if is_by_witness(evidence):
        raise NotYours(_("A witness wrote this. It can be mapped and submitted, but not changed."))


def check_may_submit(*, by: User, evidence: Evidence) -> str:
    """The move ("submit" or "resubmit") that sends this piece for assessment, if this person may make it now."""
    move = "resubmit" if evidence.state == "judged" else "submit"
    workflow.EVIDENCE.check(move, state=evidence.state, parts=parts_on(by, evidence))
    workflow.check_allowed(evidence.enrolment, "submit")
    return move


@transaction.atomic
def keep(
    *,
    by: User,
    enrolment: Enrolment,
    uid: UUID,
    files: Iterable[Received] = (),
    language: str,
    version: int | None = None,
    **fields: object,
) -> Evidence:
    """Keep a new piece; nothing but a file or a word is asked for.

    `uid` comes from the form: pressing twice keeps one piece, and one that a file brought into being on its arrival
    gets the words of the form. A form that saves itself says which `version` it saved last.
    """
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    kept = Evidence.objects.select_for_update(of=("self",)).filter(uid=uid).first()
    if kept and (kept.started_by_id, kept.enrolment_id) == (by.pk, enrolment.pk):
        return _complete(by, kept, files, _known(fields), version)
    if kept:
        raise NotYours()
    check_may_start(by=by, enrolment=enrolment)
    files = list(files)
    words = any(fields.get(name) for name in ("text", "title"))
    if not files and not words and not Upload.objects.arriving().filter(piece=uid, by=by).exists():
        raise Invalid(_("There is nothing to keep yet. Choose a file or write something."))
    number = (enrolment.evidence.aggregate(last=Max("number"))["last"] or 0) + 1
    evidence = Evidence.objects.create(
        uid=uid, enrolment=enrolment, number=number, language=language, started_by=by, **_known(fields)
    )
    _store(by, evidence, files)
    return evidence


def _complete(
    by: User, evidence: Evidence, files: Iterable[Received], fields: dict, version: int | None
) -> Evidence:
    """Fill what is still empty; replace only what the form itself had saved (`version`)."""
    news = {name: value for name, value in fields.items() if value and value != getattr(evidence, name)}
    if version != evidence.version and any(getattr(evidence, name) for name in news):
        raise Stale()
    files = list(files)
    if evidence.state == "draft" and (news or files) and not is_by_witness(evidence):
        for name, value in news.items():
            setattr(evidence, name, value)
        _store(by, evidence, files)
        _touch(evidence)
    return evidence


def _known(fields: Dict[str, object]) -> dict:
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise TypeError(f"not fields of evidence: {', '.join(sorted(unknown))}")
    return dict(fields)


def _store(by: User, evidence: Evidence, files: Iterable[Received]) -> None:
    """Add files; the same file again, such as by a second press of the button, is there once."""
    present = set(evidence.files.filter(removed_at=None).values_list("sha256", "name"))
    for received in files:
        if (received.sha256, received.name) in present:
            continue
        present.add((received.sha256, received.name))
        file = EvidenceFile.objects.create(
            uid=received.uid,
            evidence=evidence,
            file=received.content,
            name=received.name,
            size=received.size,
            sha256=received.sha256,
            content_type=received.content_type,
            added_by=by,
            added_at=received.added_at,
            scan=scan.at_first(),
        )
        # Nothing looks into a file before the scanner has.
        task = "make_previews" if file.may_be_opened else "scan_file"
        enqueue(task=f"portfolio.tasks.{task}", by_uid=by.uid, file_uid=str(file.uid))


def _open(by: User, evidence: Evidence, *, version: int | None = None) -> Evidence:
    """The evidence, locked, if its author may change it now and has seen its latest version."""
    evidence = locked([evidence.pk])[evidence.pk]
    check_may_change(by=by, evidence=evidence)
    if version is not None and version != evidence.version:
        raise Stale()
    return evidence


def locked(pieces: Iterable[int]) -> dict[int, Evidence]:
    """Pieces by id, locked in one order, with their portfolios as they are from then on.

    What is joined to a row that one waits for is as it was before: whoever ends an enrolment locks its pieces, too.
    """
    found = Evidence.objects.select_for_update().order_by("pk").in_bulk(list(pieces))
    portfolios = Enrolment.objects.select_related("programme__provider", "learner")
    by_id = portfolios.in_bulk({piece.enrolment_id for piece in found.values()})
    for piece in found.values():
        piece.enrolment = by_id[piece.enrolment_id]
    return found


def _touch(evidence: Evidence, at: datetime | None = None) -> None:
    evidence.version += 1
    evidence.changed_at = at or timezone.now()
    evidence.save()


@transaction.atomic
def save(
    *,
    by: User,
    evidence: Evidence,
    version: int,
    files: Iterable[Received] = (),
    remove: UUID | None = None,
    **fields: object,
) -> Evidence:
    """Write what the form holds: fields, a file to take out, files to add.

    Refused as stale when it was opened before the last change.
    """
    evidence = _open(by, evidence, version=version)
    check_may_edit(by=by, evidence=evidence)
    for name, value in _known(fields).items():
        setattr(evidence, name, value)
    if remove:
        _take_out(evidence, evidence.files.filter(uid=remove, removed_at=None))
    _store(by, evidence, files)
    _touch(evidence)
    return evidence


@transaction.atomic
def add_files(*, by: User, evidence: Evidence, files: Iterable[Received]) -> Evidence:
    """Add files to a piece whatever else its form holds: they cannot be chosen again by themselves."""
    evidence = _open(by, evidence)
    check_may_edit(by=by, evidence=evidence)
    _store(by, evidence, files)
    _touch(evidence)
    return evidence


@transaction.atomic
def add_arrived(*, by: User, evidence: Evidence, file: Received) -> None:
    """Add a file that arrived piece by piece. The version stays: whoever types in a form meanwhile is not stale."""
    evidence = _open(by, evidence)
    check_may_edit(by=by, evidence=evidence)
    _store(by, evidence, [file])
    evidence.changed_at = timezone.now()
    evidence.save(update_fields=["changed_at"])


def _take_out(evidence: Evidence, files: QuerySet[EvidenceFile]) -> None:
    """What a round had stays for that round; what no round had is deleted, its bytes once this is committed."""
    in_rounds = {f["uid"] for s in evidence.submissions.all() for f in s.manifest["files"]}
    stored = []
    # Locked before anything is taken away: whoever scans a file writes to its upload, too.
    for file in files.select_for_update().prefetch_related("previews"):
        if str(file.uid) in in_rounds:
            file.removed_at = timezone.now()
            file.save(update_fields=["removed_at"])
        else:
            stored += [file.file, *(preview.image for preview in file.previews.all())]
            Upload.objects.filter(uid=file.uid).delete()
            file.delete()
    transaction.on_commit(lambda: [f.storage.delete(f.name) for f in stored])


@transaction.atomic
def discard(*, by: User, evidence: Evidence) -> None:
    """Throw away a draft that was never submitted, with its files."""
    evidence = _open(by, evidence)
    check_may_edit(by=by, evidence=evidence)
    if evidence.state != "draft":
        raise Invalid(
            _("This was submitted before, so it stays in the portfolio. You can revise it instead.")
        )
    _take_out(evidence, evidence.files.all())
    staged = [upload.uid for upload in Upload.objects.filter(piece=evidence.uid)]
    Upload.objects.filter(piece=evidence.uid).delete()
    for uid in staged:
        transaction.on_commit(partial(staging.remove, uid))
    evidence.mappings.all().delete()
    evidence.delete()


@transaction.atomic
def map_criteria(*, by: User, evidence: Evidence, version: int, locators: Dict[int, str]) -> Evidence:
    """Make the mappings exactly these: criterion id → where in the evidence.

    A criterion that stands met by this piece, or waits to be confirmed, stays: nothing un-judges silently. What was
    decided on another one is gone with its mapping, and comes back with it.
    """
    evidence = _open(by, evidence, version=version)
    was_judged = evidence.state == "judged"
    if was_judged:
        lock_counts([evidence.enrolment])
    criteria = criteria_in(evidence.enrolment).in_bulk(list(locators))
    if len(criteria) != len(locators):
        raise Invalid(_("One of the criteria belongs to a standard that this learner is not enrolled on."))
    by_assessor = "assessor" in parts_in(by, evidence.enrolment)
    present = {m.criterion_id: m for m in evidence.mappings.open()}
    gone = [pk for pk, mapping in present.items() if pk not in locators and not mapping.stays]
    evidence.mappings.filter(criterion__in=gone).delete()
    for pk, locator in locators.items():
        if pk not in present:
            Mapping.objects.create(
                evidence=evidence, criterion_id=pk, locator=locator, added_by=by, by_assessor=by_assessor
            )
        elif present[pk].locator != locator:
            present[pk].locator = locator
            present[pk].save(update_fields=["locator"])
    if was_judged:
        remapped.send(Evidence, evidence=evidence)
        if gone:
            standards = criteria_in(evidence.enrolment).filter(pk__in=gone).values_list("standard", flat=True)
            refresh_counts(evidence.enrolment, only=set(standards))
    _touch(evidence)
    return evidence


@transaction.atomic
def submit(*, by: User, evidence: Evidence, version: int, declared: bool, language: str) -> Submission:
    """Freeze the evidence as a round and send it for assessment. Pressing twice submits once.

    `language` is the one in which the declaration was read.
    """
    return _submit(by, locked([evidence.pk])[evidence.pk], version, declared, language)


@transaction.atomic
def submit_many(*, by: User, pieces: Sequence[Evidence], declared: bool, language: str) -> list[Submission]:
    """Submit several pieces under one declaration, as they were read: all of them or none."""
    now = locked(piece.pk for piece in pieces)
    return [_submit(by, now[piece.pk], piece.version, declared, language) for piece in pieces]


def _submit(by: User, evidence: Evidence, version: int, declared: bool, language: str) -> Submission:
    last = evidence.submissions.order_by("-round").first()
    if evidence.state == "submitted" and last and last.submitted_by_id == by.pk:
        return last
    step = workflow.EVIDENCE.move(check_may_submit(by=by, evidence=evidence))
    if version != evidence.version:
        raise Stale()
    if rounds.missing_from(evidence):
        raise Invalid(_("Something is still missing. Everything you entered is kept; finish the list first."))
    if not declared:
        raise Invalid(_("Confirm that the evidence is genuine before you submit it."))
    frozen = rounds.freeze(evidence)
    submission = Submission.objects.create(
        evidence=evidence,
        round=last.round + 1 if last else 1,
        manifest=frozen["manifest"],
        words=Words.objects.keep(frozen["words"]),
        declared_in=language,
        submitted_by=by,
    )
    if not rounds.asked_for(submission):
        raise Invalid(
            _("Everything this piece is mapped to is met already, so there is nothing to submit again.")
        )
    evidence.state, evidence.submitted_at = step.target, submission.submitted_at
    _touch(evidence, submission.submitted_at)
    record(
        chain=evidence.enrolment.chain,
        kind="evidence.submitted",
        by=by.uid,
        subject=f"submission:{submission.uid}",
        data=submission.facts(),
    )
    learner = evidence.enrolment.learner
    tell_of_it = partial(
        tell,
        learner=learner,
        about=evidence.title,
        about_language=evidence.language,
        round=submission.round,
    )
    others = holders(evidence.enrolment, "assessor").exclude(pk=by.pk)
    tell_of_it(users=others, kind=NoticeKind.EVIDENCE_WAITS, route="review", arguments=[submission.uid])
    if by != learner:
        tell_of_it(users=[learner], kind=NoticeKind.RECORD_WAITS, route="evidence", arguments=[evidence.uid])
    return submission
