"""PDF: where words stand on the page tells columns, lines and paragraphs.

Published standards often have their headings in a column of their own, beside what stands under them.
"""

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pypdfium2

from standards.nos.document import Line, clean, joined
from standards.nos.vocabulary import breaks_off

MOST_PAGES = 80
_FEWEST_HEADINGS = 3
_BROKEN_HYPHENS = {0x02: "-", 0xFFFE: "-"}
# In heights of a line: closer than this, lines may be one heading, or one paragraph.
_HEADING_GAP, _PARAGRAPH_GAP = 0.35, 1.4
_LABEL = re.compile(r"(?:[PK]?\d{1,3}(?:\.\d+)*[.)]?|[-–—•●▪◦·*]|\(?[a-z]{1,3}\))(?:\s|$)", re.IGNORECASE)


@dataclass(frozen=True)
class _Box:
    """Words on a line; `left` to `right`, `top` above `bottom` (upwards, as PDF counts)."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    # How high its lines are, and how wide a letter is on the last one.
    height: float
    letter: float
    page: int = 0


def read(data: bytes) -> list[Line]:
    document = pypdfium2.PdfDocument(data)
    if len(document) > MOST_PAGES:
        raise ValueError("too many pages")
    pages = _without_running_heads([list(_boxes(page)) for page in document])
    boxes = _on_one_page(pages)
    gutter = _gutter(boxes, max((page.get_width() for page in document), default=0))
    edge = max((box.right for box in boxes), default=0)
    lines = enumerate(_in_reading_order(boxes, gutter, edge), 1)
    return [Line(clean(line.text), number) for number, line in lines]


def _boxes(page: pypdfium2.PdfPage) -> Iterator[_Box]:
    """The pieces of text of a page from top to bottom, those of one line and style in one."""
    words = page.get_textpage()
    boxes = []
    for place in range(words.count_rects()):
        left, bottom, right, top = words.get_rect(place)
        # A hyphen at which a line breaks comes as a control character.
        text = clean(words.get_text_bounded(left, bottom, right, top).translate(_BROKEN_HYPHENS))
        character = words.get_index(left, (bottom + top) / 2, 3, top - bottom)
        if character is not None:
            # As high as its font, whichever letters it has.
            _, bottom, _, top = words.get_charbox(character, loose=True)
        if text:
            boxes.append(_Box(text, left, bottom, right, top, top - bottom, (right - left) / len(text)))
    yield from sorted(boxes, key=lambda box: (-box.top, box.left))


def _without_running_heads(pages: list[list[_Box]]) -> list[list[_Box]]:
    """Without what stands in one place at the top or bottom of most pages; the first page keeps its top."""
    marks = [[(re.sub(r"\d+", "#", box.text), round(box.top)) for box in page] for page in pages]
    edges = Counter(mark for page in marks for mark in {*page[:3], *page[-3:]})
    repeated = {mark for mark, times in edges.items() if times > 1 and times >= len(pages) / 2}

    def is_kept(page: int, place: int) -> bool:
        at_top, at_bottom = place < 3, place >= len(pages[page]) - 3
        return not (marks[page][place] in repeated and ((at_top and page) or at_bottom))

    return [[box for place, box in enumerate(boxes) if is_kept(n, place)] for n, boxes in enumerate(pages)]


def _on_one_page(pages: list[list[_Box]]) -> list[_Box]:
    """All pages below each other, because headings and items go on over the edge of a page."""
    boxes: list[_Box] = []
    for number, page in enumerate(pages):
        floor = min((box.bottom for box in boxes), default=0.0)
        shift = floor - max((box.top for box in page), default=0.0)
        boxes += [replace(box, top=box.top + shift, bottom=box.bottom + shift, page=number) for box in page]
    return boxes


def _gutter(boxes: list[_Box], width: float) -> float:
    """Where a column of headings ends; 0 if there is none."""
    crossings = {
        x: sum(box.left < x < box.right for box in boxes)
        for x in (width * percent / 100 for percent in range(15, 50))
        if sum(box.right <= x for box in boxes) >= _FEWEST_HEADINGS
    }
    best = min(crossings, key=lambda x: (crossings[x], -x), default=0.0)
    return best if best and crossings[best] * 6 <= len(boxes) else 0.0


def _in_reading_order(boxes: list[_Box], gutter: float, edge: float) -> Iterator[_Box]:
    """Headings and paragraphs, each heading before what stands beside it."""
    headings = _together(_rows([box for box in boxes if box.left < gutter]), _is_rest_of_heading)
    beside = _rows([box for box in boxes if box.left >= gutter])
    spacing = _spacing(beside)
    paragraphs = deque(_together(beside, lambda before, line: _wraps(before, line, edge, spacing)))
    for heading in headings:
        while paragraphs and (paragraphs[0].top + paragraphs[0].bottom) / 2 > heading.top:
            yield paragraphs.popleft()
        yield heading
    yield from paragraphs


def _rows(boxes: list[_Box]) -> list[_Box]:
    """Pieces beside each other become one line."""
    rows: list[list[_Box]] = []
    for box in boxes:
        middle = (box.top + box.bottom) / 2
        row = next((row for row in rows[-3:] if row[0].bottom < middle < row[0].top), None)
        if row is None:
            rows.append([box])
        else:
            row.append(box)
    return [_side_by_side(sorted(row, key=lambda box: box.left)) for row in rows]


def _side_by_side(row: list[_Box]) -> _Box:
    whole = row[0]
    for box in row[1:]:
        space = " " if box.left - whole.right > whole.height / 5 else ""
        text = f"{whole.text}{space}{box.text}"
        letter = (box.right - whole.left) / len(text)
        whole = replace(whole, text=text, right=box.right, letter=letter)
    return whole


def _together(lines: list[_Box], goes_on: Callable[[_Box, _Box], bool]) -> Iterator[_Box]:
    """Lines of which one goes on with the other become one."""
    whole: _Box | None = None
    for line in lines:
        if whole and goes_on(whole, line):
            whole = replace(line, text=joined(whole.text, line.text), top=whole.top)
            continue
        if whole:
            yield whole
        whole = line
    if whole:
        yield whole


def _is_rest_of_heading(before: _Box, line: _Box) -> bool:
    if breaks_off(before.text) and line.text[0].islower():
        return True
    near = before.page == line.page and _gap(before, line) < _HEADING_GAP
    return near and _same_font(before, line) and not _LABEL.match(line.text)


def _wraps(before: _Box, line: _Box, edge: float, spacing: float) -> bool:
    """Nothing says that `line` begins anew: no label, no space between paragraphs, no room on the line before."""
    if _LABEL.match(line.text) or not _same_font(before, line):
        return False
    gap = _gap(before, line)
    if spacing and before.page == line.page:
        return gap < spacing
    # Its letters may be wider than those before them.
    word = 1.15 * len(re.split(r"[\s-]", line.text)[0]) + 1
    had_room = before.right + word * before.letter < edge
    return not had_room and gap < _PARAGRAPH_GAP


def _gap(before: _Box, line: _Box) -> float:
    """Between two lines, in heights of a line; -1 over the edge of a page."""
    if before.page != line.page:
        return -1.0
    return (before.bottom - line.top) / max(line.height, 1.0)


def _spacing(lines: list[_Box]) -> float:
    """The gap from which on a paragraph begins; 0 if paragraphs stand no wider apart than lines."""
    pairs = list(zip(lines, lines[1:], strict=False))
    anew = sorted(_gap(*pair) for pair in pairs if _LABEL.match(pair[1].text))
    within = sorted(
        _gap(*pair) for pair in pairs if pair[1].text[0].islower() and not _LABEL.match(pair[1].text)
    )
    if not anew or not within:
        return 0.0
    wide, narrow = anew[len(anew) // 2], within[len(within) // 2]
    return (wide + narrow) / 2 if wide - narrow > _HEADING_GAP else 0.0


def _same_font(before: _Box, line: _Box) -> bool:
    return abs(before.height - line.height) < 1
