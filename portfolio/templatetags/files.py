"""How files are called on pages, and how much of them has arrived."""

from django import template
from django.utils.functional import Promise

from portfolio.models import Upload
from portfolio.services.uploads import offset
from portfolio.uploads.kinds import LABELS

register = template.Library()


@register.filter
def kind_label(content_type: str) -> str | Promise:
    """What people call a content type, such as "Word document"."""
    return LABELS.get(content_type, content_type)


@register.filter
def arrived(upload: Upload | None) -> int:
    """How many bytes of an upload are safe."""
    return offset(upload) if upload else 0
