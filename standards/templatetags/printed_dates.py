"""Dates as precise as a document printed them."""

from datetime import date

from django import template
from django.utils.dateformat import format as formatted
from django.utils.formats import date_format

register = template.Library()


@register.filter
def printed_date(text: str) -> str:
    """2014-11-30, 2023-08 and 2021 in the words of the page; anything else as it stands."""
    parts = text.split("-")
    try:
        day = date(*[*map(int, parts), 1, 1][:3])
    except ValueError:
        return text
    if len(parts) == 1:
        return text
    return date_format(day) if len(parts) == 3 else formatted(day, "F Y")
