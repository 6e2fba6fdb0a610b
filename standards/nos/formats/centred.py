"""Heads of rows half-way down their cells, as browsers print tables: they belong to the first line beside them."""

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import reduce
from itertools import chain, pairwise

from standards.nos.document import joined
from standards.nos.formats.layout import Box, rows_of
from standards.nos.labels import bare_number, split_label
from standards.nos.vocabulary import HEADINGS, METADATA, begins_heading, begins_list, heading_key

# In heights of a line: so near is a number to the middle of its cell, and a line to the one above it (twice).
_SLACK = 0.3
# By so much more do cells stand apart than lines.
_CLEAR = 0.05
# One heading alone is half-way down something by chance, unless other pages tell.
_FEWEST_HEADINGS = 2
# In lines.
_LONGEST_STEM = 4

Page = list[Box]
Table = tuple[Page, Page]


def raised(pages: list[Page]) -> list[Page]:
    """The pages from top to bottom, numbers, headings and names of fields at the first lines of their cells."""
    numbers = _raised(pages, [list(_apart(page)) for page in pages], _is_number)
    headings = _raised(
        numbers, [list(_whole_names(page, _is_heading)) for page in numbers], _is_heading, _FEWEST_HEADINGS
    )
    names = _raised(headings, [list(_whole_names(page, _is_name)) for page in headings], _is_name)
    level = [
        _level_with_values(page) if page is before else page
        for page, before in zip(names, headings, strict=True)
    ]
    for page, overleaf in pairwise(level):
        _join_with_name_overleaf(page, overleaf)
    return level


def _join_with_name_overleaf(page: Page, overleaf: Page) -> None:
    """The row of a table was cut: its value had room on the page, its name, on more lines, had none."""
    rows = rows_of(page)
    if len(rows) < 2 or not overleaf or not _is_name(overleaf[0]):
        return
    name, value, above = overleaf[0], page[-1], rows[-2][-1]
    alone = rows[-1] == [value] and rows_of(overleaf)[0] == [name] and not _is_name(value)
    if alone and value.left > name.right and above.bottom - value.top > _SLACK * value.height:
        page.remove(value)
        overleaf.insert(1, replace(value, top=name.top, bottom=name.top - value.height))


def _raised(
    pages: list[Page], apart: list[Page], is_head: Callable[[Box], bool], fewest: int = 1
) -> list[Page]:
    """Where most heads of a table's rows cannot be in the middle of their cells, none is.

    They are told by all pages together: one of them may begin within a cell.
    """
    tables = [
        [(heads, lines, _first_lines(heads, lines)) for heads, lines in _tables(boxes, is_head)]
        for boxes in apart
    ]
    votes: Counter[int] = Counter()
    for heads, lines, first in chain(*tables):
        if len(heads) < fewest:
            continue
        if first:
            votes[_margin(lines)] += sum(map(_is_lower, first.items()))
        elif 1 < len(heads) < len(lines):
            votes[_margin(lines)] -= len(heads)
    firsts = [
        dict(chain(*(first.items() for _heads, lines, first in page if votes[_margin(lines)] > 0)))
        for page in tables
    ]
    return [
        _level(boxes, first) if any(map(_is_lower, first.items())) else page
        for page, boxes, first in zip(pages, apart, firsts, strict=True)
    ]


def _margin(lines: Page) -> int:
    """Where most of them begin."""
    return Counter(round(line.left) for line in lines).most_common(1)[0][0] if lines else 0


def _is_lower(head_and_line: tuple[Box, Box]) -> bool:
    head, first = head_and_line
    return abs(head.top - first.top) >= _SLACK * head.height


def _level(boxes: Page, moved: dict[Box, Box]) -> Page:
    level = [
        replace(box, top=moved[box].top, bottom=moved[box].bottom) if box in moved else box for box in boxes
    ]
    return sorted(level, key=lambda box: (-box.top, box.left))


def _is_number(box: Box) -> bool:
    return box.is_lone_label and bool(bare_number(box.label))


def _is_heading(box: Box) -> bool:
    """A known heading, with the sentence above its list or without."""
    words = heading_key(box.text)
    heading = next(
        (h for h in HEADINGS if words.startswith(f"{h} ") and begins_list(words.removeprefix(h).strip())),
        words,
    )
    return heading in HEADINGS and box.text[:1].isupper()


def _is_name(box: Box) -> bool:
    name, _language = HEADINGS.get(heading_key(box.text), ("", ""))
    return name in METADATA


def _has_value(box: Box) -> bool:
    """A name and its value touch: "Original URN SIOP11"."""
    words = heading_key(box.text).split()
    return any(" ".join(words[:n]) in HEADINGS for n in range(2, len(words)))


def _whole_names(page: Page, is_head: Callable[[Box], bool]) -> Iterator[Box]:
    """With the names of fields in one piece that broke: "Indicative / review date"."""
    rest: set[Box] = set()
    for place, box in enumerate(page):
        whole, parts = box, set()
        for line in page[place + 1 :] if begins_heading(box.text) else []:
            if line.top < whole.bottom - box.height:
                break
            together = joined(whole.text, line.text)
            if _is_beneath(whole, line) and begins_heading(together):
                parts.add(line)
                whole = _with(whole, line)
        is_name = is_head(whole)
        if is_name and (stem := _stem_beneath(whole, page[place + 1 :])):
            parts.update(stem)
            whole = reduce(_with, stem, whole)
        rest |= parts if is_name else set()
        if box not in rest:
            yield whole if is_name else box


def _stem_beneath(name: Box, below: Page) -> Page:
    """The sentence above a list, where it stands under the heading in the cell beside that list."""
    beneath = [line for line in below if line.bottom < name.bottom and abs(line.left - name.left) < 1]
    for n in range(1, _LONGEST_STEM + 1):
        stem = beneath[:n]
        if any(above.bottom - line.top > line.height for above, line in pairwise(stem)):
            return []
        if begins_list(" ".join(line.text for line in stem)) and stem[-1].text.endswith(":"):
            is_cell = any(
                line.left > max(part.right for part in stem) for line in below if line.top > stem[-1].bottom
            )
            return stem if is_cell else []
    return []


def _with(name: Box, line: Box) -> Box:
    text = joined(name.text, line.text)
    return replace(name, text=text, bottom=line.bottom, right=max(name.right, line.right))


def _level_with_values(page: Page) -> Page:
    """Names and headings that broke stand where the first line stands that is beside any of theirs."""
    whole = list(_whole_names(page, lambda box: _is_name(box) or _is_heading(box)))
    broken = set(whole).difference(page)
    moved = {}
    for name in broken:
        beside = (box for box in page if name.right < box.left and _is_within(box, name))
        if first := next(beside, None):
            moved[name] = first
    return _level(whole, moved) if broken else page


def _is_within(line: Box, name: Box) -> bool:
    """The line is beside one of those of a name that broke."""
    return not _is_number(name) and name.bottom < (line.top + line.bottom) / 2 < name.top


def _is_beneath(box: Box, line: Box) -> bool:
    aligned = box.left < line.right and line.left < box.right and box.bold == line.bold
    return aligned and abs(box.bottom - line.top) < 2 * _SLACK * box.height


def _apart(page: Page) -> Iterator[Box]:
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


def _tables(boxes: Page, is_head: Callable[[Box], bool]) -> Iterator[Table]:
    """The heads of rows and the lines beside them; a row that begins as far left, and with none, ends a table."""
    edge = min((box.right for box in boxes if is_head(box)), default=0.0)
    heads: Page = []
    lines: Page = []
    end = math.inf
    for box in boxes:
        if is_head(box) and box.left < edge:
            heads.append(box)
        elif is_head(box) or (box.left < edge and not _has_value(box)):
            yield heads, lines
            heads, lines, end = [], [], box.bottom
        elif box.left >= edge and box.top < end + _SLACK * box.height:
            lines.append(box)
    yield heads, lines


def _first_lines(heads: Page, lines: Page) -> dict[Box, Box]:
    """The first line of each head's cell, where every head is in the middle of its own; {}: they are not."""
    if heads and _is_number(heads[0]):
        margin = {_margin(lines)}
        lines = [line for line in lines if _is_at(margin, line.left)]
    else:
        lines = [row[0] for row in rows_of(lines)]
    for start, line in enumerate(lines if heads else []):
        cells = _cells(heads, lines[start:])
        if cells and (_is_clear([lines[:start][-1:], *cells.values()]) or _is_alone(heads, cells, lines)):
            return {head: cell[0] for head, cell in cells.items()}
        if line.bottom < heads[0].bottom - _SLACK * line.height:
            break
    return {}


def _cells(heads: Page, lines: Page) -> dict[Box, Page]:
    """The lines of each head's cell, from the first line on; {}: some head is not in the middle of any.

    A cell that goes on overleaf has lines left over, one that begins there has none.
    """
    cells: dict[Box, Page] = {}
    for head in heads:
        if _has_none(head, lines, is_last=head is heads[-1]):
            continue
        middle = head.top + head.bottom
        near = 2 * _SLACK * head.height
        ends = (n for n, line in enumerate(lines) if abs(lines[0].top + line.bottom - middle) < near)
        end = next(ends, 0 if lines and _is_within(lines[0], head) else None)
        if end is None and head is heads[-1] and _goes_on(head, lines):
            end = len(lines) - 1
        if end is None:
            return {}
        cells[head] = lines[: end + 1]
        lines = lines[end + 1 :]
    return cells


def _has_none(head: Box, lines: Page, *, is_last: bool) -> bool:
    """The rest of the page has nothing for it: its cell begins overleaf, or a field has no value."""
    return (
        is_last or not _is_number(head) if not lines else not _is_number(head) and lines[0].top < head.bottom
    )


def _goes_on(head: Box, lines: Page) -> bool:
    """The middle of a cell that goes on overleaf is lower than that of its lines here."""
    middle = (head.top + head.bottom) / 2
    return lines[-1].bottom < middle < (lines[0].top + lines[-1].bottom) / 2 - _SLACK * head.height


def _is_alone(heads: Page, cells: dict[Box, Page], lines: Page) -> bool:
    """The page shows one field of the table, in the middle of all that stands beside it, and no other beside that."""
    (head, cell), *_others = cells.items()
    beside = [other for other in heads if lines[-1].bottom < other.bottom and other.top < lines[0].top]
    return cell == lines and beside == [head] and not (_is_number(head) or _goes_on(head, lines))


def _is_clear(cells: list[Page]) -> bool:
    """Cells stand wider apart than their lines, and the first of them than what is above it."""
    cells = list(filter(None, cells))
    if len(cells) == 1:
        return len(cells[0]) == 1
    widest = [
        max((above.bottom - below.top for above, below in pairwise(cell)), default=-math.inf)
        for cell in cells
    ]
    clear = _CLEAR * cells[0][0].height
    return all(
        max(gaps) + clear < above[-1].bottom - below[0].top
        for gaps, (above, below) in zip(pairwise(widest), pairwise(cells), strict=True)
    )
