"""The cells of the evidence map, written in Python because a large map has thousands of them."""

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dict

from django import template
from django.utils.html import escape
from django.utils.safestring import mark_safe

from portfolio.models import Mapping
from portfolio.progress import CriterionState, mapping_state

register = template.Library()


@register.simple_tag
def cells(row: Dict, columns: int, drawn: Dict[CriterionState, str]) -> str:
    """`{% cells row columns drawn %}`: what each piece does for a criterion, the states being `drawn` before.

    Neighbours without a mapping are one cell, so that a large map stays light.
    """
    # Safe because the locator, all that people wrote of it, is escaped below; addresses and numbers are our own.
    return mark_safe("".join(_cells(row["mapped"], columns, drawn)))  # noqa: S308


def _cells(
    mapped: Iterable[tuple[int, str, Mapping]], columns: int, drawn: Dict[CriterionState, str]
) -> Iterator[str]:
    """`mapped` are the column, the address of the piece and its mapping, from left to right."""
    at = 0
    for column, address, mapping in mapped:
        piece, state = mapping.evidence, drawn[mapping_state(mapping)]
        yield from _empty(column - at)
        yield f'<td><a href="{address}#c{mapping.criterion_id}"><span class="ref">{piece.reference}</span> {state}'
        if mapping.locator:
            yield f' <span class="small" lang="{piece.language}">{escape(mapping.locator)}</span>'
        yield "</a></td>"
        at = column + 1
    yield from _empty(columns - at)


def _empty(width: int) -> Iterator[str]:
    if width:
        yield f'<td colspan="{width}"></td>' if width > 1 else "<td></td>"
