"""Which lines belong to which head of a table's rows, where the heads stand half-way down their cells."""

import math
from collections.abc import Iterator
from itertools import pairwise

from standards.nos.formats.layout import Box
from standards.nos.vocabulary import begins_list

# In heights of a line: so near is a number to the middle of its cell; other cells have the space of a paragraph above.
SLACK, _PARAGRAPH = 0.3, 0.6
# By so much more do cells stand apart than lines.
_CLEAR = 0.05
# What speaks against a cell, in squares of what it is off its middle by: it stands no wider apart than its lines,
# a list begins within, it goes on overleaf, there is a row without a number above it, it leaves lines over.
_UNCLEAR, _STEM_WITHIN, _CUT, _SKIPPED, _LEFT_OVER = 0.05, 1.0, 0.1, 0.2, 0.5
# A row without a number has fewer lines, and so has a page.
_MOST_LINES, _LONGEST = 8, 200

Page = list[Box]
# From where to where in the lines of the table.
Cell = tuple[int, int]


class Column:
    """The heads of a table's rows and the lines beside them, both from top to bottom.

    `is_whole`: it begins on its page, so that nothing stands above the first cell.
    """

    def __init__(self, heads: Page, lines: Page, *, numbered: bool, is_whole: bool) -> None:
        self.heads, self.lines, self.numbered = heads, lines, numbered
        self.is_whole = is_whole and not numbered
        self.slack = SLACK if numbered else _PARAGRAPH
        self.begins = [not numbered and begins_list(line.text) for line in lines]

    def first_lines(self) -> dict[Box, Box] | None:
        """The first line of each head's cell, where every head is in the middle of its own; None: they are not."""
        cost, cells = self._best() if self.heads else (0.0, [])
        filled = [cell for cell in cells if cell[0] < cell[1]]
        if cost == math.inf or (filled and not self._is_likely(cost, filled)):
            return None
        firsts = zip(self.heads, cells, strict=True)
        return {head: self.lines[start] for head, (start, end) in firsts if start < end}

    def _is_likely(self, cost: float, cells: list[Cell]) -> bool:
        return self._is_clear(cells) or self._is_alone(cells) or cost < self._cost_of_level()

    def _best(self) -> tuple[float, list[Cell]]:
        """The cells that speak least against themselves, and how much; what is above the first is left over."""
        ways: dict[int, tuple[float, list[Cell]]] = {start: (0.0, []) for start in self._first_starts()}
        for head in self.heads:
            further: dict[int, tuple[float, list[Cell]]] = {}
            for place, (cost, cells) in ways.items():
                for start, end, more in self._cells(head, place):
                    if cost + more < further.get(end, (math.inf, []))[0]:
                        further[end] = (cost + more, [*cells, (start, end)])
            ways = further
        left_over = 0.0 if self.numbered else _LEFT_OVER
        ends = ((cost + left_over * (end < len(self.lines)), cells) for end, (cost, cells) in ways.items())
        return min(ends, key=lambda way: way[0], default=(math.inf, []))

    def _first_starts(self) -> Iterator[int]:
        if self.is_whole:
            yield 0
            return
        for start, line in enumerate(self.lines):
            yield start
            if line.top <= _middle(self.heads[0]):
                return
        yield len(self.lines)

    def _cells(self, head: Box, place: int) -> Iterator[tuple[int, int, float]]:
        """Its cells from there on, and what speaks against each; rows without a number may come before."""
        for end, cost in self._ends(head, place):
            yield place, end, cost
        if self.numbered and head is not self.heads[0]:
            for start in range(place + 1, min(place + _MOST_LINES, len(self.lines))):
                if self._stands_apart(start, start + 1) and self.lines[start].top > _middle(head):
                    for end, cost in self._ends(head, start):
                        yield start, end, _SKIPPED + cost

    def _ends(self, head: Box, start: int) -> Iterator[tuple[int, float]]:
        """Where a cell that begins there may end, and what speaks against it."""
        is_last = head is self.heads[-1]
        if self._may_be_empty(head, start, is_last=is_last):
            yield start, 0.0
        for end in range(start + 1, min(start + _LONGEST, len(self.lines)) + 1):
            off = (_middle(head) - self._middle(start, end)) / head.height
            if abs(off) < self.slack or self._is_within(head, start, end):
                yield end, off * off + self._doubts(start, end)
            elif is_last and end == len(self.lines) and off < 0 and self.lines[-1].bottom < _middle(head):
                # The middle of a cell that goes on overleaf is lower than that of its lines here.
                yield end, _CUT + self._doubts(start, end)
            if off > self.slack:
                return

    def _is_within(self, head: Box, start: int, end: int) -> bool:
        """A name that broke may have more lines than its value, which may stand beside any of them."""
        first, last = _middle(self.lines[start]), _middle(self.lines[end - 1])
        return not self.numbered and head.bottom < last and first < head.top

    def _may_be_empty(self, head: Box, start: int, *, is_last: bool) -> bool:
        """A number has a text, here or overleaf; a field may have no value, and then nothing is beside it."""
        if self.numbered:
            return is_last and start == len(self.lines)
        near = SLACK * head.height
        above, below = self.lines[:start][-1:], self.lines[start : start + 1]
        return all(head.top < line.bottom + near for line in above) and all(
            line.top < head.bottom + near for line in below
        )

    def _doubts(self, start: int, end: int) -> float:
        return _UNCLEAR * (not self._stands_apart(start, end)) + _STEM_WITHIN * any(
            self.begins[start + 1 : end]
        )

    def _stands_apart(self, start: int, end: int) -> bool:
        """From the line above it, more than its lines from each other."""
        if not start:
            return True
        return self._is_wide(start, start, end)

    def _is_wide(self, place: int, start: int, end: int) -> bool:
        """The gap above that line is clearly wider than those within the cell."""
        widest = max(map(self._gap, range(start + 1, end)), default=-math.inf)
        return widest + _CLEAR * self.lines[0].height < self._gap(place)

    def _gap(self, place: int) -> float:
        return self.lines[place - 1].bottom - self.lines[place].top

    def _middle(self, start: int, end: int) -> float:
        return (self.lines[start].top + self.lines[end - 1].bottom) / 2

    def _is_clear(self, cells: list[Cell]) -> bool:
        """Cells stand wider apart than their lines, and the first of them than what is above it."""
        if len(cells) == 1 and not cells[0][0]:
            return cells[0][1] == 1
        return all(self._stands_apart(*cell) for cell in cells) and all(
            self._is_wide(below[0], *above) for above, below in pairwise(cells)
        )

    def _is_alone(self, cells: list[Cell]) -> bool:
        """The page shows one field of the table, in the middle of all that stands beside it, and beside no other."""
        first, last = self.lines[0], self.lines[-1]
        beside = [head for head in self.heads if last.bottom < head.bottom and head.top < first.top]
        return not self.numbered and cells == [(0, len(self.lines))] and len(beside) == 1

    def _cost_of_level(self) -> float:
        """What speaks against it that each head stands beside the first line of its cell, or of its own lines."""
        top = self.heads[0].top
        above = self.is_whole * sum(line.bottom > top for line in self.lines)
        return (
            above
            + _STEM_WITHIN * self._stems_within()
            + sum(
                min(self._off_level(head, line) ** 2 for line in self.lines)
                for head in self.heads
                if any(line.bottom < head.top and head.bottom < line.top for line in self.lines)
            )
        )

    def _stems_within(self) -> int:
        """Of how many lists the beginning is beside no heading."""
        stems = (line for line, begins in zip(self.lines, self.begins, strict=True) if begins)
        return sum(all(self._off_level(head, stem) > SLACK for head in self.heads) for stem in stems)

    def _off_level(self, head: Box, line: Box) -> float:
        highest, lowest = head.top - head.height / 2, head.bottom + head.height / 2
        middle = _middle(line)
        return max(middle - highest, lowest - middle, 0.0) / head.height


def _middle(box: Box) -> float:
    return (box.top + box.bottom) / 2
