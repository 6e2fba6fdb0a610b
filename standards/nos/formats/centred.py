"""Numbers half-way down their cells, as browsers print tables: they belong to the first line of what they number."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, pairwise

from standards.nos.formats.layout import Box
from standards.nos.labels import bare_number, split_label

# In heights of a line: so near is a number to the middle of its cell.
_SLACK = 0.3

Table = tuple[list[Box], list[Box]]


def raised(pages: list[list[Box]]) -> list[list[Box]]:
    """The pages from top to bottom, their numbers at the first lines of their cells.

    Where most numbers of the document cannot be in the middle of their cells, none is: a page may begin within a cell.
    """
    apart = [list(_apart(page)) for page in pages]
    tables = [list(_tables(boxes)) for boxes in apart]
    firsts = [dict(chain(*(_first_lines(*table).items() for table in page))) for page in tables]
    lower = sum(map(_is_lower, chain(*(first.items() for first in firsts))))
    elsewhere = sum(
        len(numbers)
        for numbers, lines in chain(*tables)
        if 1 < len(numbers) < len(lines) and not _first_lines(numbers, lines)
    )
    if lower <= elsewhere:
        return pages
    return [
        _level(boxes, first) if any(map(_is_lower, first.items())) else page
        for page, boxes, first in zip(pages, apart, firsts, strict=True)
    ]


def _is_lower(number_and_line: tuple[Box, Box]) -> bool:
    number, first = number_and_line
    return abs(number.top - first.top) >= _SLACK * number.height


def _level(boxes: list[Box], moved: dict[Box, Box]) -> list[Box]:
    level = [
        replace(box, top=moved[box].top, bottom=moved[box].bottom) if box in moved else box for box in boxes
    ]
    return sorted(level, key=lambda box: (-box.top, box.left))


def _is_number(box: Box) -> bool:
    return box.is_lone_label and bool(bare_number(box.label))


def _apart(page: list[Box]) -> Iterator[Box]:
    """The widest numbers may touch what stands in the next cell."""
    starts = {round(box.left) for box in page if not _is_number(box)}
    numbered = {round(box.left) for box in page if _is_number(box)}
    for box in page:
        label, text = split_label(box.text)
        if bare_number(label) and _is_at(numbered, box.left) and _is_at(starts, box.indent):
            width = (box.right - box.indent) * len(text.split()[0]) / len(text)
            yield replace(box, text=label, right=box.indent, indent=0.0)
            yield replace(box, text=text, left=box.indent, first_word=width, indent=0.0)
        else:
            yield box


def _is_at(places: set[int], left: float) -> bool:
    return not places.isdisjoint(round(left) + step for step in (-1, 0, 1))


def _tables(boxes: list[Box]) -> Iterator[Table]:
    """The numbers and the lines beside them; a row that begins as far left, and with none, ends a table."""
    edge = min((box.right for box in boxes if _is_number(box)), default=0.0)
    numbers: list[Box] = []
    lines: list[Box] = []
    end = math.inf
    for box in boxes:
        if _is_number(box) and box.left < edge:
            numbers.append(box)
        elif box.left < edge:
            yield numbers, lines
            numbers, lines, end = [], [], box.bottom
        elif box.top < end + _SLACK * box.height:
            lines.append(box)
    yield numbers, lines


def _first_lines(numbers: list[Box], lines: list[Box]) -> dict[Box, Box]:
    """The first line of each number's cell, where every number is in the middle of its own; {}: they are not."""
    margin = {left for left, _times in Counter(round(line.left) for line in lines).most_common(1)}
    lines = [line for line in lines if _is_at(margin, line.left)]
    for start, line in enumerate(lines):
        if not numbers or line.bottom < numbers[0].bottom - _SLACK * line.height:
            break
        cells = _cells(numbers, lines[start:])
        if cells and _is_clear(cells):
            return {number: cell[0] for number, cell in zip(numbers, cells, strict=True)}
    return {}


def _cells(numbers: list[Box], lines: list[Box]) -> list[list[Box]]:
    """The lines of each cell, from the first line on; []: some number is not in the middle of any.

    A cell that goes on overleaf has lines left over.
    """
    cells: list[list[Box]] = []
    for number in numbers:
        middle = number.top + number.bottom
        near = 2 * _SLACK * number.height
        ends = (n for n, line in enumerate(lines) if abs(lines[0].top + line.bottom - middle) < near)
        if (end := next(ends, None)) is None:
            return []
        cells.append(lines[: end + 1])
        lines = lines[end + 1 :]
    return cells


def _is_clear(cells: list[list[Box]]) -> bool:
    """Cells stand wider apart than their lines."""
    within = [above.bottom - below.top for cell in cells for above, below in pairwise(cell)]
    between = [above[-1].bottom - below[0].top for above, below in pairwise(cells)]
    return bool(within) and max(within) < min(between, default=0.0)
