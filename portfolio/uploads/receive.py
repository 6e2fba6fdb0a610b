"""What arrives is looked at before it is kept: judged by its content, its name cleaned, its bytes hashed."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.refusals import Invalid
from portfolio.uploads import kinds

NAME_LENGTH = 255
CHUNK = 1024 * 1024


class TooLarge(Invalid):
    """More than is taken."""

    status = 413


@dataclass(frozen=True)
class Received:
    """A file that may be kept; `content` is what is to be saved, or the name under which the storage has it already."""

    name: str
    size: int
    sha256: str
    content_type: str
    content: File | str
    uid: UUID = field(default_factory=uuid4)
    # When it was chosen: files stand in that order.
    added_at: datetime = field(default_factory=timezone.now)


def receive(upload: File, *, limit: int | None = None) -> Received:
    """The upload as it may be kept, or Invalid with what is wrong and what to do. Needs constant memory."""
    name = clean_name(upload.name)
    check_size(name, upload.size, limit or settings.UPLOAD_LIMIT)
    upload.seek(0)
    kind = _judge(name, kinds.seen_in(upload.read(kinds.HEAD)))
    return Received(
        name=_with_ending(name, kind),
        size=upload.size,
        sha256=sha256(upload),
        content_type=kind.content_type,
        content=upload,
    )


def check_size(name: str, size: int | None, limit: int) -> None:
    """Refuse what is empty or too large."""
    if not size:
        raise Invalid(_("%(name)s: the file is empty. Choose another one."), name=name)
    if size > limit:
        raise TooLarge(
            _("%(name)s: the file is too large. The limit is: %(limit)s. Shorten it or make it smaller."),
            name=name,
            limit=filesizeformat(limit),
        )


def receive_all(uploads: Iterable[UploadedFile]) -> tuple[list[Received], list[Invalid]]:
    """Those that may be kept, and a refusal for each of the others: one bad file loses nobody the good ones."""
    received, refusals = [], []
    for upload in uploads:
        try:
            received.append(receive(upload))
        except Invalid as refusal:
            refusals.append(refusal)
    return received, refusals


def clean_name(name: str | None) -> str:
    """A name that can be shown and saved anywhere: composed, without folders, invisible or reversing characters."""
    composed = unicodedata.normalize("NFC", name or "")
    last = composed.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(
        " " if c.isspace() else c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs")
    )
    whole = visible.strip(" .") or "file"
    ending = _ending(whole)
    return whole.removesuffix(ending)[: NAME_LENGTH - len(ending)] + ending


def _ending(name: str) -> str:
    """The ending of a name, such as ".pdf"; nothing for "Report 1.2" or "Talk with Mrs. Jones"."""
    match = re.search(r"\.[A-Za-z]\w{0,8}$", name)
    return match.group() if match else ""


def _judge(name: str, seen: str) -> kinds.Kind:
    """The kind of file that content and name agree on."""
    ending = _ending(name).lower()
    if kinds.is_active(seen) or kinds.is_active(ending):
        raise Invalid(
            _("%(name)s: files that can run code are not accepted. Choose a PDF or a photo of it instead."),
            name=name,
        )
    if kinds.is_archive(seen):
        raise Invalid(
            _("%(name)s: archives such as ZIP are not accepted. Unpack it and choose the files themselves."),
            name=name,
        )
    possible = [kind for kind in kinds.KINDS if kind.may_be(seen)]
    for kind in possible:
        if not ending or ending in kind.endings:
            return kind
    if possible and ending in kinds.ENDINGS:
        raise Invalid(
            _(
                "%(name)s: the file is not what its name says. By its content it is: %(kind)s. Choose the right file."
            ),
            name=name,
            kind=possible[0].label,
        )
    if ending in kinds.ENDINGS:
        raise Invalid(
            _("%(name)s: the file is not what its name says, or it is damaged. Choose it again."), name=name
        )
    raise Invalid(
        _(
            "%(name)s: this kind of file is not accepted. Accepted are photos (JPEG, PNG, WebP, HEIC), video "
            "(MP4, MOV, WebM), sound (M4A, MP3, WAV, OGG), PDF, Word, Excel, PowerPoint, OpenDocument, text and "
            "email (EML)."
        ),
        name=name,
    )


def _with_ending(name: str, kind: kinds.Kind) -> str:
    """Phones send some files without an ending; computers need one to open them."""
    return name if _ending(name) else name[: NAME_LENGTH - 6] + kind.endings[0]


def sha256(upload: File) -> str:
    """The hash of a file, read in constant memory."""
    digest = hashlib.sha256()
    for chunk in upload.chunks(CHUNK):
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
