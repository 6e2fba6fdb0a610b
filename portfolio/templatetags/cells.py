"""The rows of the evidence map, written in Python because a large map has hundreds, with thousands of cells."""

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dict

from django import template
from django.utils.html import conditional_escape, escape
from django.utils.safestring import mark_safe

from portfolio.models import Mapping
from portfolio.progress import CriterionState, mapping_state

register = template.Library()


@register.simple_tag
def map_row(row: Dict, text: str, columns: int, drawn: Dict[CriterionState, str]) -> str:
    """`{% map_row row text columns drawn %}`: a criterion, its text, what each piece does for it.

    The states were `drawn` before, with `render_to_string`.
    Neighbours without a mapping are one cell, so that a large map stays light.
    """
    criterion, state = row["criterion"], row["state"]
    gap = ' class="gap"' if state == "not_started" else ""
    child = ' class="child"' if criterion.parent_id else ""
    said = f'<span class="ref">{escape(criterion.reference)}</span> {conditional_escape(text)} {drawn[state]}'
    head = f'<th scope="row"{child}>{said}</th>'
    # Safe because texts and locators, all that people wrote of it, are escaped; addresses and numbers are our own.
    return mark_safe(f"<tr{gap}>{head}{''.join(_cells(row['mapped'], columns, drawn))}</tr>")  # noqa: S308


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
