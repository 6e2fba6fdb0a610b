"""How files are called on pages, and how much of them has arrived."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder

from django import template
from django.utils.functional import Promise

from portfolio.models import EvidenceFile, Upload
from portfolio.services.uploads import offset
from portfolio.uploads.kinds import LABELS

register = template.Library()
# So much of a plain text is shown in place, in bytes.
SHOWN = 50_000


@register.filter
def kind_label(content_type: str) -> str | Promise:
    """What people call a content type, such as "Word document"."""
    return LABELS.get(content_type, content_type)


@register.filter
def beginning(file: EvidenceFile) -> str:
    """How a plain text begins, as far as a page shows it; nothing if it cannot be read."""
    try:
        with file.file.open("rb") as content:
            return _decoded(content.read(SHOWN))
    except OSError:
        return ""


@register.filter
def goes_on(file: EvidenceFile) -> bool:
    """Whether a plain text has more than its beginning."""
    return file.size > SHOWN


def _decoded(head: bytes) -> str:
    """In UTF-8, or as Windows writes it; the last letter may be cut."""
    encoding = "utf-16" if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return head.decode("cp1252", errors="replace")


@register.filter
def arrived(upload: Upload | None) -> int:
    """How many bytes of an upload are safe."""
    return offset(upload) if upload else 0
