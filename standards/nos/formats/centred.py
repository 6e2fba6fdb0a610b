"""Heads of rows half-way down their cells, as browsers print tables: they belong to the first line beside them."""

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import reduce
from itertools import chain, pairwise

from standards.nos.document import joined
from standards.nos.formats.cells import SLACK, Column
from standards.nos.formats.layout import Box, rows_of
from standards.nos.labels import split_label
from standards.nos.vocabulary import HEADINGS, METADATA, begins_heading, begins_list, heading_key

# One heading alone is half-way down something by chance, unless other pages tell.
_FEWEST_HEADINGS = 2
# In lines.
_LONGEST_STEM = 4

Page = list[Box]
# The heads of its rows, the lines beside them, and whether it begins on the page.
Table = tuple[Page, Page, bool]


def raised(pages: list[Page]) -> list[Page]:
    """The pages from top to bottom, labels, headings and names of fields at the first lines of their cells."""
    labels = _raised(pages, [list(_apart(page)) for page in pages], _is_label)
    headings = _raised(
        labels, [list(_whole_names(page, _is_heading)) for page in labels], _is_heading, _FEWEST_HEADINGS
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
    if alone and value.left > name.right and above.bottom - value.top > SLACK * value.height:
        page.remove(value)
        overleaf.insert(1, replace(value, top=name.top, bottom=name.top - value.height))


def _raised(
    pages: list[Page], apart: list[Page], is_head: Callable[[Box], bool], fewest: int = 1
) -> list[Page]:
    """Where most heads of a table's rows cannot be in the middle of their cells, none is.

    They are told by all pages together: one of them may begin within a cell.
    """
    tables = [
        [
            (heads, lines, _column(heads, lines, whole).first_lines())
            for heads, lines, whole in _tables(boxes, is_head)
        ]
        for boxes in apart
    ]
    votes: Counter[int] = Counter()
    for heads, lines, first in chain(*tables):
        if len(heads) < fewest:
            continue
        if first is not None:
            votes[_margin(lines)] += sum(map(_is_lower, first.items()))
        elif 1 < len(heads) < len(lines):
            votes[_margin(lines)] -= len(heads)
    firsts = [
        dict(chain(*(first.items() for _heads, lines, first in page if first and votes[_margin(lines)] > 0)))
        for page in tables
    ]
    return [
        _level(boxes, first) if any(map(_is_lower, first.items())) else page
        for page, boxes, first in zip(pages, apart, firsts, strict=True)
    ]


def _column(heads: Page, lines: Page, is_whole: bool) -> Column:
    """Numbers have texts with one margin beside them; what stands beside a field may be a table of its own."""
    firsts = [row[0] for row in rows_of(lines)]
    if not (heads and heads[0].is_lone_label):
        return Column(heads, firsts, numbered=False, is_whole=is_whole)
    margin = {_margin(firsts)}
    texts = [line for line in firsts if _is_at(margin, line.left)]
    others = [line for line in firsts if line not in texts]
    labels = [head for head in heads if not any(_is_level(head, line) for line in others)]
    return Column(labels, texts, numbered=True, is_whole=is_whole)


def _is_level(head: Box, line: Box) -> bool:
    return abs(head.top - line.top) < SLACK * head.height


def _margin(lines: Page) -> int:
    """Where most of them begin."""
    return Counter(round(line.left) for line in lines).most_common(1)[0][0] if lines else 0


def _is_lower(head_and_line: tuple[Box, Box]) -> bool:
    head, first = head_and_line
    return not _is_level(head, first)


def _level(boxes: Page, moved: dict[Box, Box]) -> Page:
    level = [
        replace(box, top=moved[box].top, bottom=moved[box].bottom) if box in moved else box for box in boxes
    ]
    return sorted(level, key=lambda box: (-box.top, box.left))


def _is_label(box: Box) -> bool:
    return box.is_lone_label


def _is_heading(box: Box) -> bool:
    """A known heading, with the sentence above its list or without."""
    if not box.text[:1].isupper():
        return False
    words = heading_key(box.text)
    return words in HEADINGS or any(
        words.startswith(f"{heading} ") and begins_list(words.removeprefix(heading).strip())
        for heading in HEADINGS
    )


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
    return not name.is_lone_label and name.bottom < (line.top + line.bottom) / 2 < name.top


def _is_beneath(box: Box, line: Box) -> bool:
    aligned = box.left < line.right and line.left < box.right and box.bold == line.bold
    return aligned and abs(box.bottom - line.top) < 2 * SLACK * box.height


def _apart(page: Page) -> Iterator[Box]:
    """The widest labels may touch what stands in the next cell."""
    starts = {round(box.left) for box in page if not box.is_lone_label}
    labelled = {round(box.left) for box in page if box.is_lone_label}
    for box in page:
        label, text = split_label(box.text)
        if label and text and _is_at(labelled, box.left) and _is_at(starts, box.indent):
            width = (box.right - box.indent) * len(text.split()[0]) / len(text)
            yield replace(box, text=label, right=box.indent, indent=0.0)
            yield replace(box, text=text, left=box.indent, first_word=width, indent=0.0)
        else:
            yield box


def _is_at(places: set[int], left: float) -> bool:
    return not places.isdisjoint(round(left) + step for step in (-1, 0, 1))


def _tables(boxes: Page, is_head: Callable[[Box], bool]) -> Iterator[Table]:
    """The heads of rows and the lines beside them; a row that begins as far left, and with none, ends a table.

    What stands left of all heads is of another table, around this one.
    """
    marked = [(box, is_head(box)) for box in boxes]
    start = min((box.left for box, is_one in marked if is_one), default=0.0)
    edge = min((box.right for box, is_one in marked if is_one), default=0.0)
    heads: Page = []
    lines: Page = []
    end = math.inf
    for box, is_one in marked:
        if box.right <= start:
            continue
        if is_one and box.left < edge:
            heads.append(box)
        elif is_one or (box.left < edge and not _has_value(box)):
            yield heads, lines, end < math.inf
            heads, lines, end = [], [], box.bottom
        elif box.left >= edge and box.top < end + SLACK * box.height:
            lines.append(box)
    yield heads, lines, end < math.inf
