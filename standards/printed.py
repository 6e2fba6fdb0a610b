"""What documents print, in the words of the page."""

from datetime import date

from django.utils.dateformat import format as formatted
from django.utils.formats import date_format
from django.utils.translation import pgettext


def printed_date(text: str) -> str:
    """2014-11-30 and 2023-08 in words, as precise as they were printed; 2021 and anything else as it stands."""
    parts = text.split("-")
    try:
        day = date(*[*map(int, parts), 1, 1][:3])
    except ValueError:
        return text
    if len(parts) == 1:
        return text
    return date_format(day) if len(parts) == 3 else formatted(day, "F Y")


def in_edition(urn: str, edition: str) -> str:
    """ "INSCS033 (heb ddyddiad)"."""
    return f"{urn} ({edition_name(edition)})"


def edition_name(edition: str) -> str:
    """How people call an edition: by its version, its date in words, or as undated."""
    return pgettext("edition", "undated") if edition == "undated" else printed_date(edition)
