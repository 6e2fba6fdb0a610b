"""Pages set in two columns, as newspapers are → each column as a page of its own."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, groupby

from standards.nos.formats.layout import Box, rows_of
from standards.nos.vocabulary import HEADINGS, METADATA, heading_key

# In hundredths of the width of a page: somewhere here is the space between the columns.
_MIDDLE = range(44, 57)
# So many lines, and one of so many, take more than this part of the width of their column.
_FEWEST, _PART, _WIDE = 5, 3, 0.6
# One is at least so wide as the other.
_ALIKE = 0.8
_NAMES = tuple(heading for heading, (name, _language) in HEADINGS.items() if name in METADATA)

Page = list[Box]
# A part of a page, or what stands in its two columns.
Part = tuple[Page, ...]


def column_by_column(pages: list[Page], width: float) -> Iterator[list[Page]]:
    """Runs of pages with lines of one width; the right column is moved to where the left one stands."""
    boxes = [box for page in pages for box in page]
    places = (width * percent / 100 for percent in _MIDDLE)
    middle = min(places, key=lambda x: (sum(box.left < x < box.right for box in boxes), abs(x - width / 2)))
    parts = [part for page in pages for part in _parts(page, middle)]
    columns = [part for part in parts if len(part) > 1]
    if not any(_are_columns(*part) for part in columns):
        yield pages
        return
    starts = [min(box.left for part in columns for box in part[side]) for side in (0, 1)]
    for _in_columns, run in groupby(parts, key=lambda part: len(part) > 1):
        yield [
            [_moved(box, starts[0] - starts[1]) for box in page] if side else page
            for part in run
            for side, page in enumerate(part)
        ]


def _parts(page: Page, middle: float) -> Iterator[Part]:
    """Between lines that cross the middle stand columns, which begin at one height, and above facts."""
    rows = rows_of(page)
    whole = [_crosses(row, middle) for row in rows]
    for place, row in enumerate(rows):
        is_beside = any(box.left >= middle for box in row)
        whole[place] = whole[place] or (not is_beside and all(whole[max(0, place - 1) : place]))
    for place in reversed(range(len(rows))):
        is_fact = len(rows[place]) == 1 and heading_key(rows[place][0].text).startswith(_NAMES)
        whole[place] = whole[place] or (is_fact and all(whole[place + 1 : place + 2]))
    for is_whole, run in groupby(range(len(rows)), key=whole.__getitem__):
        boxes = sorted(chain(*(rows[place] for place in run)), key=lambda box: (-box.top, box.left))
        left = [box for box in boxes if box.right <= middle]
        right = [box for box in boxes if box.left >= middle]
        yield (left, right) if left and right and not is_whole else (boxes,)


def _crosses(row: list[Box], middle: float) -> bool:
    """A line over both columns, or a field with its value."""
    is_fact = len(row) > 1 and heading_key(row[0].text) in _NAMES
    return is_fact or any(box.left < middle < box.right for box in row)


def _are_columns(left: Page, right: Page) -> bool:
    """Both have lines of words as wide as they are, and are about as wide."""
    widths = []
    for column in (left, right):
        start, rows = min(box.left for box in column), rows_of(column)
        widths.append(max(box.right for box in column) - start)
        wide = sum(sum(box.right - box.left for box in row) > widths[-1] * _WIDE for row in rows)
        if wide < _FEWEST or wide * _PART < len(rows):
            return False
    return min(widths) > max(widths) * _ALIKE


def _moved(box: Box, shift: float) -> Box:
    indent = box.indent and box.indent + shift
    return replace(box, left=box.left + shift, right=box.right + shift, indent=indent)
