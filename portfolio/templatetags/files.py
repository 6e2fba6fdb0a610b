"""How files are called on pages, and how much of them has arrived."""

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
            return content.read(SHOWN).decode("utf-8", errors="replace")
    except OSError:
        return ""


@register.filter
def arrived(upload: Upload | None) -> int:
    """How many bytes of an upload are safe."""
    return offset(upload) if upload else 0
