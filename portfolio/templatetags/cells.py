"""The cells of the evidence map, written in Python because a large map has thousands of them."""

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dict

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from portfolio.models import Mapping
from portfolio.progress import CriterionState, mapping_state

register = template.Library()

_CELL = '<td><a href="{}#c{}"><span class="ref">{}</span> {}{}</a></td>'
_PLACE = ' <span class="small" lang="{}">{}</span>'


@register.simple_tag
def cells(row: Dict, columns: int, drawn: Dict[CriterionState, str]) -> str:
    """`{% cells row columns drawn %}`: what each piece does for a criterion, the states being `drawn` before.

    Neighbours without a mapping are one cell, so that a large map stays light.
    """
    # Safe because each cell is made by format_html.
    return mark_safe("".join(_cells(row["mapped"], columns, drawn)))  # noqa: S308


def _cells(
    mapped: Iterable[tuple[int, str, Mapping]], columns: int, drawn: Dict[CriterionState, str]
) -> Iterator[str]:
    """`mapped` are the column, the address of the piece and its mapping, from left to right."""
    at = 0
    for column, address, mapping in mapped:
        piece = mapping.evidence
        yield from _empty(column - at)
        place = format_html(_PLACE, piece.language, mapping.locator) if mapping.locator else ""
        state = drawn[mapping_state(mapping)]
        yield format_html(_CELL, address, mapping.criterion_id, piece.reference, state, place)
        at = column + 1
    yield from _empty(columns - at)


def _empty(width: int) -> Iterator[str]:
    if width:
        yield format_html('<td colspan="{}"></td>', width) if width > 1 else "<td></td>"
