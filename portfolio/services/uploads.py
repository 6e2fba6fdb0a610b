"""Uploads that arrive piece by piece: begun, gone on with, taken in, or ended otherwise."""

import dataclasses
import logging
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import cast
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.refusals import Invalid, NotYours, Refusal
from jobs.runner import Later
from jobs.services import enqueue
from ledger.services import record
from portfolio.models import (
    Enrolment,
    Evidence,
    EvidenceFile,
    Scan,
    Upload,
    UploadState,
    stored_name,
)
from portfolio.services import evidence as pieces
from portfolio.uploads import receive, scan, staging, tus

logger = logging.getLogger(__name__)

# When something that is needed is out of reach.
AGAIN = timedelta(seconds=30)


def begin(
    *, by: User, enrolment: Enrolment, piece: UUID, uid: UUID, name: str, size: int, language: str
) -> Upload:
    """Announce a file for the evidence `piece`, which need not be there yet. Announced twice it is the same upload."""
    known = Upload.objects.filter(uid=uid).first()
    if known and (known.by_id, known.piece, known.size) == (by.pk, piece, size):
        if known.state in (UploadState.EXPIRED, UploadState.REFUSED):
            raise tus.Problem(410, _("This upload has ended. Choose the file again."))
        return known
    evidence = Evidence.objects.filter(uid=piece).select_related("enrolment__programme").first()
    if known or (evidence and evidence.enrolment_id != enrolment.pk):
        raise NotYours()
    if evidence:
        pieces.check_may_change(by=by, evidence=evidence)
    else:
        pieces.check_may_start(by=by, enrolment=enrolment)
    name = receive.clean_name(name)
    receive.check_size(name, size, settings.RESUMABLE_LIMIT)
    _room(size)
    return _begun(by=by, enrolment=enrolment, piece=piece, uid=uid, name=name, size=size, language=language)


@transaction.atomic
def _begun(**what: object) -> Upload:
    upload = Upload.objects.create(expires_at=_end_of_waiting(), **what)
    enqueue(
        task="portfolio.tasks.expire_upload",
        by_uid=upload.by.uid,
        after=timedelta(days=settings.STAGING_DAYS),
        upload_uid=str(upload.uid),
    )
    return upload


def _room(size: int) -> None:
    try:
        staging.make_room(size)
    except staging.NoRoom:
        raise tus.Problem(507, _("There is no room for this file on the server now. Try again later."))


def _end_of_waiting():
    return timezone.now() + timedelta(days=settings.STAGING_DAYS)


def offset(upload: Upload) -> int:
    """How many of its bytes have arrived."""
    return staging.offset(upload.uid) if upload.state == UploadState.UPLOADING else upload.size


def append(*, upload: Upload, at: int, parts: Iterable[bytes]) -> int:
    """Go on with an upload at an offset; returns the new one."""
    if upload.state != UploadState.UPLOADING:
        raise tus.Problem(409, _("This file has arrived already."))
    try:
        end = staging.append(upload.uid, at, parts)
    except staging.Conflict:
        raise tus.Problem(409, _("This is not where the file goes on. What has arrived is kept."))
    except staging.NoRoom:
        raise tus.Problem(
            507, _("There is no more room on the server now. What has arrived is kept; go on later.")
        )
    finally:
        Upload.objects.filter(pk=upload.pk).update(expires_at=_end_of_waiting())
    complete(upload=upload)
    return end


@transaction.atomic
def complete(*, upload: Upload) -> None:
    """Hand it to the workers if all of it has arrived; asked twice, they get it once."""
    if upload.state != UploadState.UPLOADING or staging.offset(upload.uid) < upload.size:
        return
    staging.settle(upload.uid)
    waiting = Upload.objects.filter(pk=upload.pk, state=UploadState.UPLOADING)
    if waiting.update(state=UploadState.PROCESSING):
        enqueue(task="portfolio.tasks.take_in", by_uid=upload.by.uid, upload_uid=str(upload.uid))
    upload.refresh_from_db()


@transaction.atomic
def remove(*, upload: Upload) -> None:
    """Give an upload up, with what has arrived of it. One that is stored is removed as a file of its evidence."""
    upload = Upload.objects.select_for_update().get(pk=upload.pk)
    if upload.state == UploadState.STORED:
        raise tus.Problem(409, _("This file has arrived already."))
    transaction.on_commit(lambda: staging.remove(upload.uid))
    upload.delete()


def expire(uid: str) -> None:
    """Give up an upload that nobody went on with in time."""
    upload = Upload.objects.filter(uid=uid, state=UploadState.UPLOADING).first()
    if upload is None:
        return
    left = upload.expires_at - timezone.now()
    if left > timedelta():
        raise Later(left)
    complete(upload=upload)
    if Upload.objects.filter(pk=upload.pk, state=UploadState.UPLOADING).update(state=UploadState.EXPIRED):
        staging.remove(upload.uid)


class _Staged(File):
    """A whole upload, which a storage on the same disk takes over instead of copying it."""

    def temporary_file_path(self) -> str:
        return cast(str, self.name)


def take_in(uid: str) -> None:
    """Judge, hash and store a whole upload, and add it to its evidence.

    Killed anywhere it is run anew: until the last transaction nothing tells of the file but the staging folder or,
    once it was moved from there, the storage, under a name that follows from the upload.
    """
    upload = Upload.objects.filter(uid=uid).select_related("by", "enrolment__programme").first()
    if upload and upload.state == UploadState.PROCESSING:
        name = stored_name(EvidenceFile(uid=upload.uid), upload.name)
        try:
            received = dataclasses.replace(
                _looked_at(upload, name), uid=upload.uid, content=name, added_at=upload.created_at
            )
            _put(upload, name)
            _hand_over(upload, received)
        except Refusal as refusal:
            _refuse(upload, refusal)
        if not EvidenceFile.objects.filter(uid=upload.uid).exists():
            default_storage.delete(name)
    staging.remove(UUID(uid))


def _looked_at(upload: Upload, name: str) -> receive.Received:
    staged = staging.path(upload.uid)
    try:
        content = staged.open("rb") if staged.exists() else default_storage.open(name)
    except FileNotFoundError:
        raise Invalid(_("%(name)s: the file was lost on the server. Choose it again."), name=upload.name)
    with content:
        return receive.receive(File(content, name=upload.name), limit=settings.RESUMABLE_LIMIT)


def _put(upload: Upload, name: str) -> None:
    """Put the upload into the storage; with one on the same disk that is a move, done or not done."""
    staged = staging.path(upload.uid)
    if not staged.exists():
        return
    try:
        with staged.open("rb") as content:
            default_storage.save(name, _Staged(content, name=str(staged)))
    except Exception:
        # A full disk, a network, somebody else's server: whatever it was, the file is safe where it is.
        logger.exception("the storage does not take upload %s; it is tried again", upload.uid)
        raise Later(AGAIN)


@transaction.atomic
def _hand_over(upload: Upload, received: receive.Received) -> None:
    evidence = Evidence.objects.select_for_update(of=("self",)).filter(uid=upload.piece).first()
    try:
        rows = Upload.objects.select_for_update(of=("self",)).select_related("by")
        upload = rows.get(pk=upload.pk, state=UploadState.PROCESSING)
    except Upload.DoesNotExist:
        # Removed, or taken in by another worker.
        return
    by, enrolment = upload.by, Enrolment.objects.select_related("programme").get(pk=upload.enrolment_id)
    if evidence:
        pieces.add_arrived(by=by, evidence=evidence, file=received)
    else:
        pieces.keep(
            by=by,
            enrolment=enrolment,
            uid=upload.piece,
            files=[received],
            language=upload.language,
            kind="" if by.pk == enrolment.learner_id else "observation",
        )
    upload.state, upload.stored_at, upload.sha256 = UploadState.STORED, timezone.now(), received.sha256
    upload.save()


def _refuse(upload: Upload, refusal: Refusal) -> None:
    reasons = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            reasons[f"refusal_{language}"] = str(refusal)
    Upload.objects.filter(pk=upload.pk).update(
        state=UploadState.REFUSED, stored_at=None, sha256="", **reasons
    )


def scan_file(uid: str) -> None:
    """Have a stored file looked at by the virus scanner; until it answers, the file waits and is tried again."""
    file = EvidenceFile.objects.filter(uid=uid, scan=Scan.WAITING).first()
    if file is None:
        return
    try:
        with file.file.open("rb") as content:
            verdict = scan.scan(file.size, content.chunks(scan.PIECE))
    except scan.Unreachable as error:
        logger.warning("file %s waits for the virus scanner: %s", file.uid, error)
        raise Later(AGAIN)
    _judged(file, verdict)


@transaction.atomic
def _judged(file: EvidenceFile, verdict: scan.Verdict) -> None:
    rows = EvidenceFile.objects.select_for_update(of=("self",)).select_related("evidence__enrolment")
    try:
        file = rows.get(pk=file.pk, scan=Scan.WAITING)
    except EvidenceFile.DoesNotExist:
        return
    file.scan, file.virus, file.scanned_at = verdict.scan, verdict.virus, timezone.now()
    if verdict.scan == Scan.INFECTED:
        _throw_out(file)
    else:
        enqueue(task="portfolio.tasks.make_previews", by_uid=None, file_uid=str(file.uid))
    file.save()


def _throw_out(file: EvidenceFile) -> None:
    """An infected file leaves the evidence and the storage; that it was there stays on record."""
    file.removed_at = file.scanned_at
    for upload in Upload.objects.filter(uid=file.uid):
        message = _("%(name)s: a virus was found in the file (%(virus)s). It was deleted.")
        _refuse(upload, Invalid(message, name=file.name, virus=file.virus))
    record(
        chain=file.evidence.enrolment.chain,
        kind="file.infected",
        by=None,
        subject=f"file:{file.uid}",
        data={"evidence": str(file.evidence.uid), "sha256": file.sha256, "virus": file.virus},
    )
    transaction.on_commit(lambda: file.file.storage.delete(file.file.name))


def verify() -> Iterator[tuple[EvidenceFile, str]]:
    """Compare every file with what the storage has; yields what is damaged, and notes it for the pages."""
    for file, fault in compared():
        if bool(fault) != bool(file.damaged_at):
            file.damaged_at = timezone.now() if fault else None
            file.save(update_fields=["damaged_at"])
        if fault:
            yield file, fault


def compared() -> Iterator[tuple[EvidenceFile, str]]:
    """Every file that the storage should have, with what is wrong with it, if anything."""
    kept = EvidenceFile.objects.filter(evidence__withdrawal=None).exclude(scan=Scan.INFECTED)
    for file in kept.iterator():
        fault = fault_in(file.file, file.sha256)
        # What somebody took out or destroyed while this ran is rightly missing.
        if not fault or kept.filter(pk=file.pk).exists():
            yield file, fault


def fault_in(stored: FieldFile, sha256: str) -> str:
    """What is wrong with a stored file, if anything."""
    try:
        with stored.open("rb") as content:
            intact = receive.sha256(content) == sha256
    except FileNotFoundError:
        return "the file is missing"
    return "" if intact else "the file was altered"
