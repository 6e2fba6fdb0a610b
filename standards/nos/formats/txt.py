"""Plain text: a line is a line, unless the lines were broken where they were full."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, pairwise

from standards.nos.document import HYPHEN, SOFT_HYPHEN, Line, clean, joined
from standards.nos.formats import LONGEST_LINE, MOST_LINES
from standards.nos.formats.encoding import decoded
from standards.nos.labels import bare_number, is_letter, label_of, numbers_after, split_label
from standards.nos.vocabulary import begins_heading, begins_list, opens_list

# Where programs break lines. There, of the lines longer than this part that may go on in the next, half are full.
_WIDTHS = range(50, 101)
_LONG = 0.6
_FEWEST_FULL = 4
_BEHIND_NAMES = re.compile(r":|\t|\s{2,}")


def read(data: bytes) -> list[Line]:
    return lines_of(decoded(data))


def lines_of(text: str, start: int = 1) -> list[Line]:
    # A new page, or a break within a paragraph, begins a line, but editors do not count it.
    numbered = enumerate(re.split(r"\r\n?|\n", text), start)
    raws = [(number, raw.rstrip()) for number, line in numbered for raw in line.splitlines() or [""]]
    width = _width([raw for _number, raw in raws])
    lines: list[Line] = []
    before = ""
    for number, raw in raws:
        # At the end of a line it shows.
        text = clean(re.sub(f"{SOFT_HYPHEN}\\s*$", HYPHEN, raw))
        if text and _is_full(before, raw, width) and not _begins_anew(raw) and _has_room(lines[-1]):
            lines[-1] = replace(lines[-1], text=joined(lines[-1].text, text))
        elif text:
            indent = len(raw) - len(raw.lstrip())
            lines.append(Line(text, number, depth=indent))
        before = raw
    return list(_hung(lines))


def _hung(lines: list[Line]) -> Iterator[Line]:
    """Lines that hang further in than the label of the item above them are its rest."""
    before: Line | None = None
    for line, following in _with_next_item(lines):
        if before and _hangs(before, line, following):
            before = replace(before, text=joined(before.text, line.text))
            continue
        if before:
            yield before
        before = line
    if before:
        yield before


def _with_next_item(lines: list[Line]) -> Iterator[tuple[Line, Line | None]]:
    """Each with the next below it that has a label; a line no further in than that stands between two lists."""
    items: list[Line | None] = [None]
    for line in reversed(lines):
        below = items[-1] if items[-1] and line.depth > items[-1].depth else None
        items.append(line if label_of(line.text) else below)
    return zip(lines, items[-2::-1], strict=True)


def _hangs(before: Line, line: Line, following: Line | None) -> bool:
    """No item that lost its number, which the count would miss, nor one of a list that the item above opens."""
    label, after = label_of(before.text), label_of(following.text) if following else ""
    if not label or line.depth <= before.depth or opens_list(before.text) or not _has_room(before):
        return False
    if _begins_anew(line.text):
        return False
    if following and bare_number(after) and not bare_number(label):
        return is_letter(label) or following.depth < before.depth
    return not bare_number(after) or bare_number(after) in numbers_after(label)


def _width(raws: list[str]) -> int:
    """How long lines may be before they break, as most of them tell; 0: they do not break."""
    most = Counter(len(raw) for raw in raws if raw)
    pairs = islice(pairwise(raws), MOST_LINES)
    goes_on = [(before, raw) for before, raw in pairs if raw and not _begins_anew(raw)]
    found = {}
    for width in _WIDTHS:
        # Fewer may be longer: names of fields with their values.
        longer = sum(n for length, n in most.items() if length > width)
        full = sum(_is_full(before, raw, width) for before, raw in goes_on)
        long = sum(width * _LONG < len(before) <= width for before, _raw in goes_on)
        if full >= _FEWEST_FULL and full > longer and full * 2 >= long:
            found[width] = full
    return max(found, key=found.__getitem__, default=0)


def _is_full(before: str, raw: str, width: int) -> bool:
    """The first word of a line had no room on the line before it."""
    words = raw.split()
    return bool(before and words) and len(before) <= width < len(before) + 1 + len(words[0])


def _has_room(line: Line) -> bool:
    return len(line.text) < LONGEST_LINE


def _begins_anew(raw: str) -> bool:
    text, name = clean(raw), clean(_BEHIND_NAMES.split(raw.strip())[0])
    # "behaviours" may be the last word of an item.
    is_heading = (name[:1].isupper() or " " in name) and begins_heading(name)
    return bool(split_label(text)[0]) or is_heading or begins_list(text)
