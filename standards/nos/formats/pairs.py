"""Facts two to a row, "Version | 2 | Suite | Retail" → those on the right below those on the left."""

from collections.abc import Iterator
from dataclasses import replace

from standards.nos.document import joined
from standards.nos.formats.layout import Box, rows_of
from standards.nos.vocabulary import HEADINGS, METADATA, begins_heading, heading_key

# So many rows with two facts make a table of them.
_FEWEST = 2
# In heights of a line: so much of a cell is empty at its end, and between words.
_PADDING = 1.0


def one_below_the_other(page: list[Box]) -> Iterator[list[Box]]:
    """The page in parts, in the order of reading; columns of facts have their left edge where the first one has."""
    rows = rows_of(page)
    names = [second for row in rows if (second := _second(row))]
    seconds = [name.left for name in names]
    is_whole = any(HEADINGS.get(heading_key(name.text), ("",))[0] in METADATA for name in names)
    if len(seconds) < _FEWEST or max(seconds) - min(seconds) > 1 or not is_whole:
        yield page
        return
    middle = min(seconds) - 1
    places = [place for place, row in enumerate(rows) if _second(row)]
    last = places[-1] + 1
    while last < len(rows) and _goes_on(rows[last - 1], rows[last], middle):
        last += 1
    yield [box for row in rows[: places[0]] for box in row]
    facts = [box for row in rows[places[0] : last] for box in row]
    left, end = min(box.left for box in facts), max(box.right for box in page)
    yield _whole([box for box in facts if box.left < middle], middle)
    right = _whole([box for box in facts if box.left >= middle], end)
    yield [_moved(box, left - middle - 1) for box in right]
    yield [box for row in rows[last:] for box in row]


def _whole(facts: list[Box], end: float) -> list[Box]:
    """With the lines of each name and value put together, unless a value's next word had room on its line before."""
    whole: list[list[Box]] = []
    start = min(box.left for box in facts) + 1
    for row in rows_of(facts):
        names, values = [box for box in row if box.left < start], [box for box in row if box.left >= start]
        before = whole[-1] if whole else []
        is_rest = not names or (before and begins_heading(joined(before[0].text, names[0].text)))
        if (
            len(before) == 2
            and is_rest
            and len(values) < 2
            and not any(_had_room(before[1], v, end) for v in values)
        ):
            whole[-1] = [_joined(box, more) for box, more in zip(before, (names, values), strict=True)]
        else:
            whole.append(row)
    return [box for row in whole for box in row]


def _had_room(before: Box, line: Box, end: float) -> bool:
    return before.right + line.first_word + _PADDING * line.height < end


def _joined(box: Box, more: list[Box]) -> Box:
    return replace(box, text=joined(box.text, more[0].text), right=more[0].right) if more else box


def _second(row: list[Box]) -> Box | None:
    """The name of the second fact of a row, or its first line, with a value of the first before it."""
    is_fact = len(row) > 2 and begins_heading(row[0].text) and not row[0].is_lone_label
    names = [box for box in row[2:] if begins_heading(box.text)]
    return names[0] if is_fact and names else None


def _goes_on(before: list[Box], row: list[Box], middle: float) -> bool:
    """Names and values of the last row may have further lines; a row over all columns ends the table."""
    is_within = not any(box.left < middle < box.right for box in row)
    is_beside = any(box.left >= middle for box in row)
    return is_within and (is_beside or begins_heading(joined(before[0].text, row[0].text)))


def _moved(box: Box, shift: float) -> Box:
    return replace(
        box, left=box.left + shift, right=box.right + shift, indent=box.indent and box.indent + shift
    )
