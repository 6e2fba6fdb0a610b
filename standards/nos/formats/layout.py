"""Where words stand on pages → their lines, in the order of reading.

Published standards often have their headings in a column of their own, beside what stands under them.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from standards.nos.document import HYPHEN, joined
from standards.nos.labels import bare_number, may_follow, split_label
from standards.nos.values import looks_like_urn
from standards.nos.vocabulary import (
    HEADINGS,
    ITEM_BEGINNINGS,
    begins_heading,
    begins_list,
    breaks_off,
    heading_key,
)

_FEWEST_HEADINGS = 3
# In heights of a line: wider apart than lines are by this, or by all of this, they are no heading, no paragraph.
_HEADING_GAP, _HEADING_APART, _PARAGRAPH_GAP = 0.12, 0.6, 1.4
# Wider than this is the space between two cells of a table, and between words; what measuring may be wrong by.
CELL_GAP, _WORD_GAP, _SLACK = 0.6, 0.2, 0.1
# Gaps within paragraphs and those between them differ by as much; fewer narrow ones than these are an accident.
_CLEAR_JUMP, _OFTEN = 0.12, 2
# So many lines with one margin tell where lines end; cells may end earlier by so many heights of a line, or twice.
_FEWEST_LINES, _PADDING = 3, 0.75
# Lists have no spaces between their items if so many begin without.
_TIGHT = 5
# Spaces within a justified line differ by less than this, and are less wide; lines as near may be rows of its table.
_EVEN, _WIDEST, _NEAR = 0.2, 6.0, 3
_LETTER_CIRCLE, _CIRCLE = "o", "◦"
_POINTS = ".,;:()"


@dataclass(frozen=True)
class Box:
    """Words on a line; `left` to `right`, `top` above `bottom` (upwards, as PDF counts)."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    # How high its lines are, how wide its first word is, and whether it is bold.
    height: float
    first_word: float
    bold: bool = False
    # Whether a space was written before it and behind it.
    spaced: tuple[bool, bool] = (False, False)
    page: int = 0
    # How many lines were joined to it.
    lines: int = 1
    # The paragraph, item or cell of its page to which it belongs, where the PDF itself says so; 0: it does not.
    block: int = 0
    # Where the text begins that stands behind a label of its own.
    indent: float = 0.0

    @property
    def label(self) -> str:
        return split_label(self.text)[0]

    @property
    def is_lone_label(self) -> bool:
        label, text = split_label(self.text)
        return bool(label) and not text


def in_reading_order(pages: list[list[Box]], width: float) -> Iterator[Box]:
    """Headings and paragraphs, each heading before what stands beside it."""
    boxes = _on_one_page(pages)
    gutter = _gutter(boxes, width)
    rows = rows_of([box for box in boxes if box.left >= gutter])
    edge = _usual_end(rows)
    beside = [_cells(rows, place, edge) for place in range(len(rows))]
    headings = deque(_headings([box for box in boxes if box.left < gutter], [row[0] for row in beside]))
    tops = [heading.top for heading in headings if heading_key(heading.text) in HEADINGS]
    for box in _paragraphs(beside, tops):
        while headings and headings[0].top >= (box.top + box.bottom) / 2:
            yield headings.popleft()
        yield box
    yield from headings


def _on_one_page(pages: list[list[Box]]) -> list[Box]:
    """All pages below each other, because headings and items go on over the edge of a page."""
    boxes: list[Box] = []
    for number, page in enumerate(pages):
        floor = min((box.bottom for box in boxes), default=0.0)
        shift = floor - max((box.top for box in page), default=0.0)
        boxes += [replace(box, top=box.top + shift, bottom=box.bottom + shift, page=number) for box in page]
    return boxes


def _gutter(boxes: list[Box], width: float) -> float:
    """Where a column of headings ends; 0 if there is none."""
    headings = [box for box in boxes if not box.is_lone_label]
    labels = [box for box in boxes if box.is_lone_label]
    crossings = {
        x: sum(box.left < x < box.right for box in boxes)
        for x in (width * percent / 100 for percent in range(15, 50))
        if sum(box.right <= x for box in headings) >= _FEWEST_HEADINGS > sum(box.right <= x for box in labels)
    }
    best = min(crossings, key=lambda x: (crossings[x], -x), default=0.0)
    letters = [(box.right <= best, len(box.text)) for box in headings]
    mostly_beside = sum(n for left, n in letters if not left) > 2 * sum(n for left, n in letters if left)
    return best if best and crossings[best] * 6 <= len(boxes) and mostly_beside else 0.0


def _headings(boxes: list[Box], beside: list[Box]) -> Iterator[Box]:
    near = _line_gap(pairwise(beside)) + _HEADING_GAP
    whole: Box | None = None
    for row in rows_of(boxes):
        line = _side_by_side(row)
        if whole and _is_rest_of_heading(whole, line, beside, near):
            whole = _one(whole, line)
            continue
        if whole:
            yield whole
        whole = line
    if whole:
        yield whole


def _is_rest_of_heading(before: Box, line: Box, beside: list[Box], near: float) -> bool:
    """Known headings tell; others have something beside them, or stand apart."""
    if (
        line.label
        or _is_fact(line)
        or looks_like_urn(line.text)
        or not _same_font(before, line)
        or (before.page != line.page and not line.text[0].islower())
    ):
        return False
    if begins_heading(before.text):
        return begins_heading(joined(before.text, line.text))
    goes_on = line.text[0].islower() or line.text[0] == "("
    alone = not any(box.bottom < (line.top + line.bottom) / 2 < box.top for box in beside)
    return goes_on or (alone and _gap(before, line) < near)


def _paragraphs(rows: list[list[Box]], tops: list[float]) -> Iterator[Box]:
    """Rows of text, put together where one goes on with the other, and the cells of tables.

    What stands beside a known heading (`tops` is where they do) begins anew.
    """
    measures = _Measures(rows, tops)
    _mark_hyphens(rows)
    row: list[Box] = []
    for cells in rows:
        if row and _is_rest_of_label(row, cells[0]):
            values = [*row[1:], *cells[1:]]
            if len(row) == len(cells) == 2 and measures.wraps(*values, in_cell=True):
                values = [_one(*values)]
            row = [_one(row[0], cells[0]), *values]
        elif (
            row
            and len(cells) == 1
            and _is_below(row, cells[0])
            and measures.wraps(row[-1], cells[0], in_cell=len(row) > 1)
        ):
            row = [*row[:-1], _one(row[-1], cells[0])]
        else:
            yield from row
            row = cells
    yield from row


def _mark_hyphens(rows: list[list[Box]]) -> None:
    """A hyphen at the end of a line cuts a word if that word stands elsewhere in one piece."""
    words = {word.strip(_POINTS) for row in rows for cell in row for word in cell.text.casefold().split()}
    for row, following in pairwise(rows):
        before, after = row[-1].text.casefold().split()[-1], _first_word(following[-1]).casefold()
        cut, whole = f"{before}{after}".strip(_POINTS), f"{before[:-1]}{after}".strip(_POINTS)
        if before.endswith("-") and whole in words and cut not in words:
            row[-1] = replace(row[-1], text=f"{row[-1].text[:-1]}{HYPHEN}")


def _is_rest_of_label(row: list[Box], line: Box) -> bool:
    """The first cell of a row of a table goes on in the next line: "Business / sectors"."""
    label, *values = row
    aligned = abs(label.left - line.left) < label.height / 2 and _same_font(label, line)
    return bool(values) and aligned and begins_heading(joined(label.text, line.text))


def _is_below(row: list[Box], line: Box) -> bool:
    """The line may go on with the last cell of the row, or with the only one, wherever that begins."""
    return len(row) == 1 or abs(row[-1].left - line.left) < line.height / 2


def rows_of(boxes: list[Box]) -> list[list[Box]]:
    """Pieces beside each other, from left to right; the boxes come from top to bottom."""
    rows: list[list[Box]] = []
    for box in boxes:
        middle = (box.top + box.bottom) / 2
        row = next((row for row in rows[-3:] if row[0].bottom < middle < row[0].top), None)
        if row is None:
            rows.append([box])
        else:
            row.append(box)
    return [sorted(row, key=lambda box: box.left) for row in rows]


def _usual_end(rows: list[list[Box]]) -> int:
    ends = Counter(round(row[-1].right) for row in rows).most_common(1)
    return ends[0][0] if ends and ends[0][1] >= _FEWEST_LINES else 0


def _cells(rows: list[list[Box]], place: int, edge: int) -> list[Box]:
    """The pieces of a row that stand clearly apart; a label belongs to what it labels."""
    row = _with_circle(rows[place], rows[place - 1]) if place else rows[place]
    gaps = [(after.left - before.right) / max(before.height, after.height) for before, after in pairwise(row)]
    # What stands behind a label is as far from it as all the others.
    wide = [gap for gap in gaps[row[0].is_lone_label :] if gap > CELL_GAP]
    if len(wide) > 1 and max(wide) - min(wide) < _EVEN:
        return [_side_by_side(row)]
    # The spaces of a justified line are wide too, but elsewhere than those of the lines around it.
    near = rows[max(0, place - _NEAR) : place] + rows[place + 1 : place + 1 + _NEAR]
    starts = {round(box.left) for other in near for box in other}
    is_justified = abs(row[-1].right - edge) <= 1
    cells = [[row[0]]]
    for gap, before, box in zip(gaps, row, row[1:], strict=False):
        cell = _side_by_side(cells[-1])
        # The PDF itself says so; or the words of a name stand as far apart as those of a justified line.
        is_one = 0 != before.block == box.block or begins_heading(f"{cell.text} {box.text}")
        is_space = is_justified and gap < _WIDEST and round(box.left) not in starts
        if gap < CELL_GAP or is_one or is_space or cell.is_lone_label:
            cells[-1].append(box)
        else:
            cells.append([box])
    return [_side_by_side(cell) for cell in cells]


def _with_circle(row: list[Box], above: list[Box]) -> list[Box]:
    """Word's hollow bullet is a letter, and in Welsh a word; that one stands where the text above it does."""
    text = above[1] if len(above) > 1 and above[0].is_lone_label else above[0]
    is_word = (
        abs(row[0].left - text.left) < 1 and text.text != _LETTER_CIRCLE and not above[-1].text.endswith(":")
    )
    if row[0].text != _LETTER_CIRCLE or len(row) == 1 or is_word:
        return row
    return [replace(row[0], text=_CIRCLE), *row[1:]]


def _side_by_side(row: list[Box]) -> Box:
    whole = row[0]
    for box in row[1:]:
        apart = box.left - whole.right > whole.height * _WORD_GAP
        space = " " if apart or whole.spaced[1] or box.spaced[0] or whole.is_lone_label else ""
        text, spaced = f"{whole.text}{space}{box.text}", (whole.spaced[0], box.spaced[1])
        bold, block = whole.bold and box.bold, box.block or whole.block
        if whole.is_lone_label:
            # Labels often are in a font of their own; it is the text that goes on in the next line.
            whole = replace(box, left=whole.left, indent=box.left)
        whole = replace(whole, text=text, right=box.right, bold=bold, spaced=spaced, block=block)
    return whole


def _one(whole: Box, line: Box) -> Box:
    """A line and the one below it; it begins where the first one does."""
    text = joined(whole.text, line.text)
    line = replace(line, text=text, lines=whole.lines + 1)
    return replace(line, left=whole.left, top=whole.top, bold=whole.bold, indent=whole.indent)


class _Measures:
    """What a page's lines have in common: where they end, how far apart they and paragraphs stand."""

    def __init__(self, rows: list[list[Box]], tops: list[float]) -> None:
        lines = [row[0] for row in rows]
        self.tops = tops
        # Lines of tables stand nearer than others.
        self.spacing = _spacing((a[0], b[0]) for a, b in pairwise(rows) if len(a) == len(b) == 1)
        self.font = Counter(map(_font, lines)).most_common(1)[0][0] if lines else (0, False)
        self.rights: dict[int, list[float]] = defaultdict(list)
        for row in rows:
            for left in {row[0].left, row[0].indent or row[0].left}:
                self.rights[round(left)].append(row[-1].right)
        often = [max(rights) for rights in self.rights.values() if len(rights) >= _FEWEST_LINES]
        self.edge = max(often, default=max((row[-1].right for row in rows), default=0))
        self.starts = Counter(
            _first_word(line)
            for before, line in pairwise(lines)
            if self._is_narrow(before, line) and self._has_room(before, line) and _is_plain(before, line)
        )

    def wraps(self, before: Box, line: Box, *, in_cell: bool = False) -> bool:
        """Nothing says that `line` begins anew: no label, no space between paragraphs, no room on the line before."""
        if _is_fact(line) or _is_labelled(line, before):
            return False
        # A font without this sign borrows it from a higher one.
        if before.text.endswith(HYPHEN):
            return True
        if not _same_font(before, line) or any(abs(top - line.top) < line.height / 2 for top in self.tops):
            return False
        if self._has_room(before, line, in_cell=in_cell) and not _hangs(before, line):
            return False
        same_page = before.page == line.page
        if same_page and (before.block or line.block):
            return before.block == line.block
        if before.text.endswith(":") or self._begins_like_others(before, line):
            return False
        # Printers leave no single line of a paragraph behind.
        is_broken = bool(before.label) or before.lines > 1 or breaks_off(before.text)
        return self._is_narrow(before, line) if same_page else is_broken

    def _has_room(self, before: Box, line: Box, *, in_cell: bool = False) -> bool:
        """The first word of `line` would have stood on the line before."""
        space = before.height * (_WORD_GAP + _SLACK + in_cell * _PADDING)
        return before.right + space + line.first_word < self._edge_of(before)

    def _edge_of(self, box: Box) -> float:
        """Where lines like this one end: cells of tables have a little less room than what stands outside."""
        rights = self.rights[round(box.left)] + self.rights[round(box.indent)]
        nearly = self.edge - 2 * _PADDING * box.height
        return max(rights) if len(rights) >= _FEWEST_LINES and max(rights) > nearly else self.edge

    def _is_narrow(self, before: Box, line: Box) -> bool:
        # Headings have a spacing of their own.
        spacing = self.spacing if _font(before) == self.font else _HEADING_APART
        return _gap(before, line) < (spacing or _PARAGRAPH_GAP)

    def _begins_like_others(self, before: Box, line: Box) -> bool:
        """In a list without labels and spaces a full line may end by chance where its item does."""
        if before.block or not _is_plain(before, line) or breaks_off(before.text):
            return False
        word = _first_word(line)
        return self.starts[word] > 1 or (self.starts.total() >= _TIGHT and word in ITEM_BEGINNINGS)


def _first_word(line: Box) -> str:
    return line.text.split()[0]


def _is_plain(before: Box, line: Box) -> bool:
    return line.text[0].islower() and not before.label and not line.label and _same_font(before, line)


def _hangs(before: Box, line: Box) -> bool:
    """Below the text of an item, not below its label."""
    beneath = before.page == line.page and abs(before.indent - line.left) < before.height * _SLACK
    return bool(before.indent) and beneath


def _is_fact(line: Box) -> bool:
    """A heading, alone or with its value ("Version number: 2"), or the sentence above a list."""
    heading = line.text.partition(":")[0]
    return heading[:1].isupper() and (heading_key(heading) in HEADINGS or begins_list(line.text))


def _is_labelled(line: Box, before: Box) -> bool:
    """A bare number may be a quantity, "within / 30 days": it does not continue the list, or stands where texts do."""
    if not line.label or line.label != bare_number(line.label):
        return bool(line.label)
    beneath = before.indent and abs(line.left - before.indent) < 1 and not before.text.endswith(":")
    if not line.label.isdecimal():
        return not (beneath and breaks_off(before.text))
    return not beneath and may_follow(line.label, before.label)


def _gap(before: Box, line: Box) -> float:
    """From foot to foot of two lines, in heights of a line, without one; some letters are higher. -1: overleaf."""
    if before.page != line.page:
        return -1.0
    return (before.bottom - line.bottom) / max(min(before.height, line.height), 1.0) - 1


def _spacing(pairs: Iterable[tuple[Box, Box]]) -> float:
    """The gap from which on a paragraph begins; 0 if paragraphs stand no wider apart than lines."""
    gaps = _gaps(pairs)
    few = max(_OFTEN, len(gaps) // 10)
    for narrow, wide in zip(gaps[few:], gaps[few + 1 :], strict=False):
        if wide - narrow > _CLEAR_JUMP:
            return (narrow + wide) / 2
    return 0.0


def _line_gap(pairs: Iterable[tuple[Box, Box]]) -> float:
    """How far lines of a paragraph stand apart."""
    gaps = _gaps(pairs)
    return gaps[len(gaps) // 10] if gaps else 0.0


def _gaps(pairs: Iterable[tuple[Box, Box]]) -> list[float]:
    """The gaps between lines of one font, from the narrowest to the widest that may be within a paragraph."""
    gaps = sorted(_gap(*pair) for pair in pairs if pair[0].page == pair[1].page and _same_font(*pair))
    return [gap for gap in gaps if gap < _PARAGRAPH_GAP]


def _font(box: Box) -> tuple[int, bool]:
    return round(box.height), box.bold


def _same_font(before: Box, line: Box) -> bool:
    # Letters that its font does not have are from another.
    return abs(before.height - line.height) < max(1, line.height / 12) and before.bold == line.bold
