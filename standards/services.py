"""Documents on their way into the standards: uploaded, read, corrected, confirmed or thrown away."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Invalid, Stale, WrongState
from jobs.services import enqueue
from standards.access import check_may_import
from standards.models import ImportDraft, ImportState
from standards.nos import corrections
from standards.nos.document import Document, Line, Refused, clean
from standards.nos.formats import MOST_BYTES
from standards.nos.parse import understand
from standards.nos.read import read
from standards.nos.saved import from_json, lines_to_json, to_json
from standards.nos.store import Outcome, store


@transaction.atomic
def upload(
    *, by: User, documents: Iterable[UploadedFile], language: str = "", status: str = "official"
) -> list[ImportDraft]:
    """Take documents in; a worker reads each of them."""
    check_may_import(by)
    now = timezone.now()
    return [_take_in(by, file, language=language, status=status, created_at=now) for file in documents]


def _take_in(by: User, file: UploadedFile, **said) -> ImportDraft:
    draft = ImportDraft(by=by, name=clean(file.name or "")[-255:], **said)
    # One byte more than any format may have is enough for it to be refused.
    draft.file.save("", ContentFile(file.read(max(MOST_BYTES.values()) + 1)), save=False)
    draft.save()
    enqueue(task="standards.tasks.read_document", by_uid=by.uid, draft=str(draft.uid))
    return draft


def read_document(uid: UUID | str) -> ImportDraft:
    """Understand a document that waits; harmless where that was done already."""
    draft = ImportDraft.objects.get(uid=uid)
    if draft.state == ImportState.WAITING:
        found = _understood(draft)
        # Somebody may have thrown it away meanwhile.
        ImportDraft.objects.filter(pk=draft.pk, state=ImportState.WAITING).update(**found)
        draft.refresh_from_db()
    return draft


def give_up_reading(uid: UUID | str) -> None:
    """Say that a document could not be read, for a reason that is not its own."""
    refusals = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            refusals[language] = _(
                "The document could not be read. Tell whoever runs this site: the fault is ours."
            )
    waiting = ImportDraft.objects.filter(uid=uid, state=ImportState.WAITING)
    waiting.update(state=ImportState.REFUSED, refusals=refusals)


def _understood(draft: ImportDraft) -> dict:
    """The columns that reading fills, with what there is to say in each language of the pages."""
    lines: list[Line] = []
    document: Document | None = None
    remarks, refusals = {}, {}
    with draft.file.open() as file:
        data = file.read()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            try:
                lines = lines or read(draft.name, data)
                document = understand(lines, name=draft.name, language=draft.language)
                remarks[language] = document.remarks_as_json()
            except Refused as refusal:
                refusals[language] = str(refusal)
    found = {"lines": lines_to_json(lines), "refusals": refusals, "state": ImportState.REFUSED}
    if document is None:
        return found
    read_as = {"language": document.language, "edition": document.edition, "understood": to_json(document)}
    return found | read_as | {"document": to_json(document), "remarks": remarks, "state": ImportState.READ}


@transaction.atomic
def correct(
    *,
    by: User,
    draft: ImportDraft,
    version: int,
    head: dict[str, str],
    said: dict[str, list[corrections.Correction]],
    joined: tuple[str, int] | None = None,
    by_position: str = "",
) -> ImportDraft:
    """Save what somebody corrected: `head` (urn, title, edition, language, status), then every item.

    `joined` (kind, place) joins an item to the one before it, `by_position` numbers the list of that kind anew.
    """
    draft = _open(by, draft, version)
    document = _document(draft.document)
    document.urn, document.title = clean(head["urn"]), clean(head["title"])
    document.language = draft.language = head["language"]
    draft.edition, draft.status = clean(head["edition"]), head["status"]
    corrections.correct(document, said, joined)
    if by_position:
        corrections.number_by_position(getattr(document, by_position))
    return _save(draft, document)


@transaction.atomic
def restart(*, by: User, draft: ImportDraft, version: int) -> ImportDraft:
    """Undo all corrections."""
    draft = _open(by, draft, version)
    document = _document(draft.understood)
    draft.language, draft.edition = document.language, document.edition
    return _save(draft, document)


@transaction.atomic
def confirm(*, by: User, draft: ImportDraft) -> tuple[ImportDraft, Outcome]:
    """Bring the document into the standards as this draft has it, or raise Refused and leave everything as it is."""
    check_may_import(by)
    unchanged = ImportDraft.objects.filter(pk=draft.pk, by=by, state=ImportState.READ, version=draft.version)
    # Of two who press at the same time, one goes on.
    if not unchanged.update(version=draft.version + 1):
        raise Stale()
    document = _document(draft.document)
    if corrections.faults(document):
        raise Invalid(_("Put right what is marked below first."))
    with draft.file.open() as file:
        data = file.read()
    draft.standard, outcome = store(
        document=document, name=draft.name, data=data, status=draft.status, edition=draft.edition, by=by
    )
    draft.state = ImportState.KEPT
    draft.save(update_fields=["standard", "state"])
    return draft, outcome


@transaction.atomic
def discard(*, by: User, draft: ImportDraft) -> ImportDraft:
    """Throw a document away that is not in the standards."""
    draft = _locked(by, draft)
    if draft.state in (ImportState.KEPT, ImportState.DISCARDED):
        raise WrongState()
    draft.state, draft.lines, draft.understood, draft.document = ImportState.DISCARDED, [], None, None
    draft.save()
    transaction.on_commit(lambda: draft.file.storage.delete(draft.file.name))
    return draft


def _locked(by: User, draft: ImportDraft) -> ImportDraft:
    check_may_import(by)
    return ImportDraft.objects.select_for_update().get(pk=draft.pk, by=by)


def _open(by: User, draft: ImportDraft, version: int) -> ImportDraft:
    """The draft as it is now, if it can be corrected and is what the page showed."""
    draft = _locked(by, draft)
    if draft.state != ImportState.READ:
        raise WrongState()
    if draft.version != version:
        raise Stale()
    return draft


def _document(saved: dict | None) -> Document:
    """What a draft that was read holds."""
    if saved is None:
        raise WrongState()
    return from_json(saved)


def _save(draft: ImportDraft, document: Document) -> ImportDraft:
    draft.document, draft.version = to_json(document), draft.version + 1
    draft.save()
    return draft
