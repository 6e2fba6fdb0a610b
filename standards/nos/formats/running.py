"""Running heads and feet: what stands at the edges of pages and belongs to none of them."""

import re
from collections import Counter
from itertools import chain, pairwise

from standards.nos.formats.layout import Box, rows_of
from standards.nos.labels import split_label
from standards.nos.vocabulary import HEADINGS, NUMBER_COLUMNS, TEXT_COLUMNS, heading_key, words_of

# They have at most so many lines, and stand so far from the text, in heights of a line.
_MOST_LINES, _APART = 5, 0.8
# The lines at the beginning of a document that running heads repeat: title and URN.
_NAMES = 5
_PRINTED = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4},? \d{1,2}[:.]\d\d")
_WORD = re.compile(r"[^\W\d_]{2}")
_URN_WORDS = {"urn", "rcu"}

Row = list[Box]
Mark = tuple[str, int]
Cells = tuple[Mark, ...]


def without_running_heads(pages: list[list[Box]]) -> tuple[list[list[Box]], list[str]]:
    """Without lines that stand in one place of most pages, of the odd or the even ones; or that only name the document.

    The first page keeps its top, but for what a browser prints above it. The head of a table stands once.
    The second is what the lines left out say.
    """
    rows = [rows_of(page) for page in pages]
    repeated = _repeated(rows)
    names = _names(rows[0]) if rows else set()
    heads: set[Cells] = set()
    kept, edges = [], []
    for number, page in enumerate(rows, 1):
        marks = repeated[(number - 1) % 2]
        top = _running(page, number, marks, names) if number > 1 else _is_printed(page)
        bottom = _running(page[top:][::-1], number, marks, names)
        inner = page[top : len(page) - bottom]
        edges += [box.text for row in page[:top] + page[len(page) - bottom :] for box in row]
        inner = inner[_is_head(inner[:2], heads) :]
        heads.update(
            _cells(row) for row, below in pairwise(inner) if _shared(row, below) > 1 or _is_named(row)
        )
        kept.append([box for row in inner for box in row])
    return kept, list(dict.fromkeys(edges))


def _is_head(rows: list[Row], heads: set[Cells]) -> bool:
    """The first of these was such a head on an earlier page, with a word in each cell, and the second has its columns.

    Neither wide spaces nor bullets make a table; of a row that was cut only one cell may go on.
    """
    if len(rows) < 2 or _cells(rows[0]) not in heads or not all(_WORD.search(box.text) for box in rows[0]):
        return False
    head, below = rows
    return _is_named(head) or _shared(head, below) > 1 or _shared(head, below) == len(below) < len(head)


def _shared(row: Row, below: Row) -> int:
    """How many columns begin in both."""
    return len({round(box.left) for box in row} & {round(box.left) for box in below})


def _is_named(row: Row) -> bool:
    """Its columns have names that tables of criteria use, which may stand in the middle of them."""
    return len(row) > 1 and all(
        heading_key(box.text).rstrip(".") in NUMBER_COLUMNS | TEXT_COLUMNS for box in row
    )


def _is_printed(page: list[Row]) -> bool:
    """The first line says when the page was printed, and repeats its title."""
    return bool(page and _PRINTED.match(page[0][0].text))


def _repeated(pages: list[list[Row]]) -> tuple[set[Mark], set[Mark]]:
    """What stands at the edges of most pages; with what does on most of the even ones, and of the odd ones."""
    marks = [set(map(_mark, page[:_MOST_LINES] + page[-_MOST_LINES:])) for page in pages]
    everywhere = _most(marks)
    return everywhere | _most(marks[::2]), everywhere | _most(marks[1::2])


def _names(page: list[Row]) -> set[tuple[str, ...]]:
    """What running heads say that stand there once: the title, on as many lines as it has, with or without the URN."""
    rows = [tuple(word for word in _words(row) if word not in _URN_WORDS) for row in page[:_NAMES]]
    first, *others = rows or [()]
    urns = [words for words in (first, *others) if len(words) == 1]
    titles = [tuple(chain(first, *others[:n])) for n in range(len(others) + 1)]
    titles += [tuple(chain(*others[:n])) for n in range(1, len(others) + 1)] if first in urns else []
    return {
        *titles,
        *(urn + title for urn in urns for title in titles),
        *(t + u for u in urns for t in titles),
    }


def _most(marks: list[set[Mark]]) -> set[Mark]:
    times = Counter(mark for page in marks for mark in page)
    return {mark for mark, n in times.items() if n > 1 and n > len(marks) / 2}


def _running(page: list[Row], number: int, repeated: set[Mark], names: set[tuple[str, ...]]) -> int:
    """How many lines are running ones, from the edge inwards."""
    count = 0
    for row, following in pairwise([*page[: _MOST_LINES + 1], []]):
        is_running = [_mark(line) in repeated or _words(line) in names for line in (row, following) if line]
        if _is_item(row) or not (
            is_running[0]
            or (following and _is_number(row, number) and (is_running[1] or _is_apart(row, following)))
        ):
            break
        count += 1
    return min(count, _MOST_LINES)


def _is_number(row: Row, number: int) -> bool:
    """Nothing but the number of this page."""
    return not _words(row) and str(number) in re.findall(r"\d+", " ".join(box.text for box in row))


def _is_apart(row: Row, following: Row) -> bool:
    """Far from the text; beside a heading it is a value: "Version number / 2"."""
    return _far(row, following) and heading_key(" ".join(box.text for box in following)) not in HEADINGS


def _is_item(row: Row) -> bool:
    """It has the label of an item, or is one: they may be in a font of their own and thus on a line of their own."""
    label, text = split_label(row[0].text)
    return bool(label) and not label.isdecimal() and (not text or re.search(r"[^\W\d]", text) is not None)


def _far(row: Row, following: Row) -> bool:
    higher, lower = sorted((row[0], following[0]), key=lambda box: -box.top)
    return higher.bottom - lower.top > _APART * max(higher.height, lower.height)


def _mark(row: Row) -> Mark:
    """What a line says, whatever its numbers, and where it stands."""
    return re.sub(r"\d+", "#", " ".join(box.text for box in row)), round(row[0].top)


def _cells(row: Row) -> Cells:
    """What the cells of a row say, and where they begin."""
    return tuple((box.text, round(box.left)) for box in row)


def _words(row: Row) -> tuple[str, ...]:
    """The words of a line, without those that only say which page this is."""
    return words_of(" ".join(box.text for box in row))
