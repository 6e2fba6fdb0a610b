"""Which kinds of file are accepted as evidence, and what a file is by its content."""

import re
from dataclasses import dataclass
from email.parser import BytesHeaderParser

import magic
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# As much of a file as libmagic wants to see.
HEAD = 1024 * 1024


@dataclass(frozen=True)
class Kind:
    """A kind of file: the type it is stored and served as, what people call it, the endings of its names.

    `seen_as` are further types that libmagic gives to such files. Recorders write sound into the container of a
    video, and one family of containers has two names: there the ending of the name decides between the kinds.
    """

    content_type: str
    label: str | Promise
    endings: tuple[str, ...]
    seen_as: tuple[str, ...] = ()

    def may_be(self, seen: str) -> bool:
        return seen == self.content_type or seen in self.seen_as


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
# Word, Excel and PowerPoint up to 2003 share a container, which libmagic does not always see into.
_OLD_OFFICE = ("application/cdfv2", "application/x-ole-storage")
_ISO_MEDIA = ("video/mp4", "video/quicktime", "video/x-m4v", "video/3gpp", "audio/x-m4a", "audio/mp4")

KINDS = (
    Kind("image/jpeg", _("JPEG photo"), (".jpg", ".jpeg", ".jpe", ".jfif")),
    Kind("image/png", _("PNG picture"), (".png",)),
    Kind("image/webp", _("WebP picture"), (".webp",)),
    Kind("image/heic", _("HEIC photo"), (".heic", ".heif"), ("image/heif",)),
    Kind("video/mp4", _("MP4 video"), (".mp4", ".m4v"), _ISO_MEDIA[1:4]),
    Kind("video/quicktime", _("QuickTime video"), (".mov", ".qt"), _ISO_MEDIA[:1]),
    Kind("video/webm", _("WebM video"), (".webm",)),
    Kind("audio/mp4", _("M4A sound"), (".m4a",), _ISO_MEDIA),
    Kind("audio/mpeg", _("MP3 sound"), (".mp3",)),
    Kind("audio/wav", _("WAV sound"), (".wav",), ("audio/x-wav",)),
    Kind("audio/ogg", _("OGG sound"), (".ogg", ".oga", ".opus"), ("application/ogg",)),
    Kind("application/pdf", _("PDF"), (".pdf",)),
    Kind(_OOXML + "wordprocessingml.document", _("Word document"), (".docx",)),
    Kind(_OOXML + "spreadsheetml.sheet", _("Excel workbook"), (".xlsx",)),
    Kind(_OOXML + "presentationml.presentation", _("PowerPoint presentation"), (".pptx",)),
    Kind("application/msword", _("Word document"), (".doc",), _OLD_OFFICE),
    Kind("application/vnd.ms-excel", _("Excel workbook"), (".xls",), _OLD_OFFICE),
    Kind("application/vnd.ms-powerpoint", _("PowerPoint presentation"), (".ppt",), _OLD_OFFICE),
    Kind(_ODF + "text", _("OpenDocument text"), (".odt",)),
    Kind(_ODF + "spreadsheet", _("OpenDocument spreadsheet"), (".ods",)),
    Kind(_ODF + "presentation", _("OpenDocument presentation"), (".odp",)),
    Kind("message/rfc822", _("email"), (".eml",)),
    # Notes often begin like an email ("Date: …"); their names tell.
    Kind("text/plain", _("plain text"), (".txt", ".text", ".md", ".csv"), ("message/rfc822",)),
)
LABELS = {kind.content_type: kind.label for kind in KINDS}
ENDINGS = frozenset(ending for kind in KINDS for ending in kind.endings)

# What could run on the machine of whoever opens it: types, and endings of names.
_ACTIVE = re.compile(
    r"""text/(html|xml|javascript) | application/(xhtml\+xml|javascript|java-archive) | image/svg\+xml
    | text/x-(shellscript|msdos-batch|php|perl|(script\.)?python|ruby)
    | application/(x-(dosexec|(pie-)?executable|sharedlib|mach-binary|msi|ms-shortcut))
    | application/vnd\.(microsoft\.portable-executable|android\.package-archive)
    | \.(x?html?|hta|svg|m?js|vbs|bat|cmd|ps1|sh|php|py|pl|rb|exe|dll|com|scr|msi|jar|apk|app|lnk|url)
    | \.(doc|xls|ppt)m""",
    re.VERBOSE,
)
_ARCHIVE = re.compile(r"application/(zip|gzip|vnd\.rar|x-(rar|7z-compressed|tar|bzip2|xz))")


def is_active(seen_or_ending: str) -> bool:
    return bool(_ACTIVE.fullmatch(seen_or_ending))


def is_archive(seen: str) -> bool:
    return bool(_ARCHIVE.fullmatch(seen))


def seen_in(head: bytes) -> str:
    """The type of a file by its first bytes: libmagic's answer, corrected where that is known to be too narrow."""
    answer = _magic.from_buffer(head)
    seen, _sep, charset = answer.lower().partition("; charset=")
    if seen == "application/zip":
        return _office_type(head) or seen
    # A PDF may be all text.
    if charset == "binary" or seen == "application/pdf":
        return seen
    if _begins_like_mail(head):
        return "message/rfc822"
    # libmagic takes many a plain note for a program in some language.
    return seen if is_active(seen) else "text/plain"


_magic = magic.Magic(mime=True, mime_encoding=True)


def _office_type(head: bytes) -> str:
    """Which Office document a ZIP is, by the names of its first members (nothing is unpacked)."""
    names = re.findall(rb"PK\x03\x04.{26}([\w\[\]./-]+)", head, re.DOTALL)
    for folder, rest in (
        (b"word/", "wordprocessingml.document"),
        (b"xl/", "spreadsheetml.sheet"),
        (b"ppt/", "presentationml.presentation"),
    ):
        if any(name.startswith(folder) for name in names):
            return _OOXML + rest
    return ""


def _begins_like_mail(head: bytes) -> bool:
    headers = BytesHeaderParser().parsebytes(head)
    return "from" in headers and ("date" in headers or "subject" in headers)
