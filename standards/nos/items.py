"""The lines of a list → its items: labels, items glued together, lines wrapped, groups, sub-items."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from standards.nos.document import Item, Line, Nature, joined
from standards.nos.labels import (
    bare_number,
    is_bullet,
    is_letter,
    label_of,
    may_follow,
    number_after,
    split_label,
    unglued,
)
from standards.nos.vocabulary import breaks_off, ends_stranded, opens_list

_GROUP = re.compile(
    r"(?:gwybodaeth a dealltwriaeth|meini prawf perfformiad|maen prawf perfformiad|performance criteri(?:a|on)"
    r"|knowledge and understanding)\b|.*\bknowledge and understanding$"
    r"|(?:outcome|canlyniad|deilliant|element|elfen|part|rhan)\s+\d+",
    re.IGNORECASE,
)
_MOST_WORDS_OF_A_GROUP = 25
# Labels of one level may be aligned to the left or to the right; what is further in stands below.
_INDENTED = 1
# In capitals, and longer than the short names that begin many items.
_LONG_NAME = 7
# What is left of Word's hollow bullet; in Welsh also a word.
_CIRCLE = "o "


def is_group(text: str) -> bool:
    """The line begins as headings of groups do: "Maen prawf perfformiad 1"."""
    return bool(_GROUP.match(text))


@dataclass(frozen=True)
class _Piece:
    label: str
    text: str
    line: Line

    @property
    def is_item(self) -> bool:
        return bool(self.label) or self.line.is_item

    @property
    def kind(self) -> str:
        """Pieces of one kind stand on one level."""
        if bare_number(self.label):
            return "number"
        if is_letter(self.label):
            return "letter"
        return self.label or self.line.nature


def items_of(lines: list[Line]) -> list[Item]:
    """The items of a list in their order, with group and parent, not yet numbered."""
    pieces = list(_pieces(lines))
    return _Folder(pieces).items


def _pieces(lines: list[Line]) -> Iterator[_Piece]:
    whole = list(_joined(_labelled(lines)))
    above = ""
    for place, piece in enumerate(whole):
        following = bare_number(whole[place + 1].label) if place + 1 < len(whole) else ""
        if piece.line.nature == Nature.HEADING:
            yield piece
            continue
        for label, text in unglued(piece.label, piece.text, above=above, following=following):
            above = label if bare_number(label) else above
            yield _Piece(label, text, piece.line)


def _labelled(lines: list[Line]) -> Iterator[_Piece]:
    """Each line with its label; a label that stands alone belongs to the next line."""
    waiting, above, before = "", "", ""
    is_label = _Judge(lines)
    for line in lines:
        label, text = ("", line.text) if line.nature == Nature.HEADING else split_label(line.text)
        if label and not text and line.nature == Nature.PARAGRAPH:
            waiting = label
            continue
        if not text or not is_label(label, line, above):
            label, text = "", line.text
        if not label and text.startswith(_CIRCLE) and (is_label.circles or before.endswith(":")):
            label, text = _CIRCLE.strip(), text.removeprefix(_CIRCLE)
        before = line.text
        label, waiting = label or waiting, ""
        above = label if bare_number(label) else above
        yield _Piece(label, text, line)


class _Judge:
    """Tells labels from words that only look like them, by what else stands in the list."""

    def __init__(self, lines: list[Line]) -> None:
        labels = [(line, label_of(line.text)) for line in lines if line.nature != Nature.HEADING]
        self.circles = sum(line.text.startswith(_CIRCLE) for line in lines) > 1
        # Bullets say nothing of numbers; where the format marks the items, each may have one.
        self.bare = _count(
            [label for line, label in labels if bare_number(label) and line.nature == Nature.PARAGRAPH]
        )
        self.bare_in_items = _count([label for line, label in labels if line.is_item])

    def __call__(self, label: str, line: Line, above: str) -> bool:
        if not label.isdecimal():
            return True
        # Where the format itself marks the item, "24 hour services" is its text.
        if line.is_item:
            return self.bare_in_items
        return self.bare or label == (number_after(above) or "1")


def _count(labels: list[str]) -> bool:
    """Most are numbers without a full stop, and they count: "24 hours", "3 ways" do not."""
    bare = [label for label in labels if label and label == bare_number(label)]
    counts = any(label == number_after(before) for before, label in pairwise(["0", *bare]))
    return counts and len(bare) > 1 and len(bare) * 2 >= len(labels)


def _joined(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Lines put together again that a line break cut."""
    before: _Piece | None = None
    for piece in pieces:
        if before and _goes_on(before, piece):
            before = replace(before, text=joined(before.text, f"{piece.label} {piece.text}".strip()))
            continue
        if before:
            yield before
        before = piece
    if before:
        yield before


def _goes_on(before: _Piece, piece: _Piece) -> bool:
    """The rest of the item before it: an unlabelled line, or one that only looks labelled ("30 days")."""
    if piece.line.begins or piece.line.nature != Nature.PARAGRAPH or before.line.nature == Nature.HEADING:
        return False
    if piece.line.strong and not before.line.strong:
        return False
    within = before.line.is_item and piece.line.depth == before.line.depth
    if within and not piece.label and not before.text.endswith(":"):
        return True
    if (
        not before.is_item
        and ends_stranded(before.text)
        and before.text[0].isupper()
        and piece.text[0].isupper()
    ):
        return False
    unlikely = piece.label.isdecimal() and not may_follow(piece.label, before.label)
    return breaks_off(before.text) and (not piece.label or (unlikely and not before.text.endswith(",")))


class _Folder:
    """Folds the pieces into items, one after the other."""

    def __init__(self, pieces: list[_Piece]) -> None:
        self.items: list[Item] = []
        # The last item of each printed number.
        self.numbered: dict[str, Item] = {}
        self.group: str | None = None
        # Its heading may have broken: the format does not mark it as one. Both its lines are bold, or none.
        self.may_go_on = self.is_strong = False
        self.opener: tuple[_Piece, Item] | None = None
        self.nesting: list[tuple[int, Item]] = []
        self.last: tuple[_Piece, Item] | None = None
        sure = [piece for piece in pieces if piece.is_item] or pieces
        lower = sum(piece.text[:1].islower() for piece in sure)
        ended = sum(piece.text.endswith((".", ";")) for piece in sure)
        begins_with_title = bool(pieces) and not pieces[0].is_item and _looks_like_title(pieces[0].text)
        # A title differs from most items: by its capital, or, where one stands first, by its end.
        self.titled = max(lower, ended * begins_with_title) * 2 > len(sure)
        self.between = set(map(id, _between_numbers(pieces)))
        for place, piece in enumerate(pieces):
            self._take(piece, pieces[place + 1] if place + 1 < len(pieces) else None)

    def _take(self, piece: _Piece, following: _Piece | None) -> None:
        is_heading = piece.line.nature == Nature.HEADING
        if self.group and self.may_go_on and self._is_rest_of_group(piece, following):
            self.group = joined(self.group, piece.text)
        elif is_heading or (not piece.is_item and self._is_group(piece, following)):
            self._open_group(piece)
        else:
            self._add(piece)

    def _open_group(self, piece: _Piece) -> None:
        self.group, self.opener, self.last, self.nesting = piece.text, None, None, []
        self.may_go_on, self.is_strong = piece.line.nature != Nature.HEADING, piece.line.strong

    def _is_rest_of_group(self, piece: _Piece, following: _Piece | None) -> bool:
        """The heading of a group that broke: nothing stands between its lines."""
        if self.last or piece.is_item or piece.text.endswith(":") or piece.line.strong < self.is_strong:
            return False
        if not (piece.text[:1].islower() or breaks_off(self.group or "")):
            return False
        return piece.line.strong or bool(following and following.is_item)

    def _is_group(self, piece: _Piece, following: _Piece | None) -> bool:
        text = piece.text
        if following and piece.line.strong and not following.line.strong:
            # Between items without labels one may be printed bold; that begins as they do.
            is_one = text[:1].islower() and not following.is_item
            return len(text.split()) <= _MOST_WORDS_OF_A_GROUP and not is_one
        if (
            following is None
            or not _looks_like_title(text)
            or (self.last and self.last[1].text.endswith(":"))
        ):
            return False
        last = self.last[0] if self.last else None
        if is_group(text) or last is None:
            return is_group(text) or self.titled or self._is_first_group(following)
        if self.last and self.last[1].parent and last.kind == Nature.PARAGRAPH:
            return False
        restarts = bare_number(following.label) == "1"
        has_groups = self.group is not None and last.is_item and following.is_item
        return self.titled or restarts or has_groups

    def _is_first_group(self, following: _Piece) -> bool:
        return self.group is None and following.is_item and bare_number(following.label) in ("", "1")

    def _add(self, piece: _Piece) -> None:
        parent = self._parent(piece)
        item = Item(piece.text, piece.line.number, printed_label=piece.label, group=self.group, parent=parent)
        item.count = piece.line.count
        self.items.append(item)
        self.numbered[bare_number(piece.label)] = item
        self.last = piece, item
        if parent is None:
            self.opener = piece, item
        if piece.line.is_item:
            self.nesting.append((piece.line.depth, item))

    def _parent(self, piece: _Piece) -> Item | None:
        if piece.line.is_item and not bare_number(piece.label):
            return self._nested(piece.line.depth) or self._opened(piece)
        self.nesting = []
        head, dot, _part = bare_number(piece.label).rpartition(".")
        return self.numbered.get(head) if dot and head in self.numbered else self._opened(piece)

    def _opened(self, piece: _Piece) -> Item | None:
        """Bullets, letters and plain lines belong to the item before them that ends with a colon."""
        if self.opener is None:
            return None
        first, item = self.opener
        inside = bool(piece.label) and piece.line.depth > first.line.depth + _INDENTED
        deeper = piece.kind == first.kind and piece.line.depth > first.line.depth
        if piece.kind == "number":
            deeper = inside and bare_number(piece.label) == self._next_part(item)
        is_part = "." in bare_number(piece.label)
        other = piece.kind != first.kind and (piece.kind != "number" or is_part)
        opens = opens_list(item.text) or (first.kind == "number" and (piece.kind == "letter" or inside))
        opens = opens or id(piece) in self.between
        return item if opens and (other or deeper) else None

    def _next_part(self, item: Item) -> str:
        """The number of the next part of an item that numbers its parts anew."""
        if self.last and self.last[1].parent is item and "." not in bare_number(self.last[0].label):
            return number_after(self.last[0].label)
        return "1"

    def _nested(self, depth: int) -> Item | None:
        while self.nesting and self.nesting[-1][0] >= depth:
            self.nesting.pop()
        return self.nesting[-1][1] if self.nesting else None


def _between_numbers(pieces: list[_Piece]) -> Iterator[_Piece]:
    """Signs between two numbers that count on: in the place of a number they would be counted."""
    before: _Piece | None = None
    signs: list[_Piece] = []
    for piece in pieces:
        if found := bare_number(piece.label):
            if before and found == number_after(before.label):
                yield from signs
            before, signs = piece, []
        elif is_bullet(piece.label) or (piece.line.is_item and not (before and _alike(before, piece))):
            signs.append(piece)
        else:
            before = None


def _alike(first: _Piece, second: _Piece) -> bool:
    """The format marks both as items of one list: "3. …" and what has no number of its own."""
    return (first.line.nature, first.line.depth) == (second.line.nature, second.line.depth)


def _looks_like_title(text: str) -> bool:
    in_capitals = text.isupper() and len(text) > _LONG_NAME
    begins = text[:1].isupper() and (in_capitals or not text[1:2].isupper())
    return begins and text[-1] not in ".;," and len(text.split()) <= _MOST_WORDS_OF_A_GROUP
