"""How files are called on pages."""

from django import template
from django.utils.functional import Promise

from portfolio.uploads.kinds import LABELS

register = template.Library()


@register.filter
def kind_label(content_type: str) -> str | Promise:
    """What people call a content type, such as "Word document"."""
    return LABELS.get(content_type, content_type)
