"""The lines of a list → its items: labels, items glued together, lines wrapped, groups, sub-items."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from standards.nos.document import Item, Line, Nature, joined
from standards.nos.vocabulary import breaks_off

_NUMBER = r"(?:[PK]|PC|KU)?\s?\d{1,3}(?:\.\d{1,3}){0,2}"
_LABEL = re.compile(
    rf"(?P<label>{_NUMBER}[.):]?(?=\s)|{_NUMBER}[.)](?=[^\W\d])|[•●▪◦·‣](?=\S)|[-–—•●▪◦·‣*](?=\s)"
    r"|\(?[a-z][.)](?=\s)|\(?[ivx]{1,4}[.)](?=\s))\s*(?P<text>\S.*)",
    re.IGNORECASE,
)
_LONE_LABEL = re.compile(rf"(?:{_NUMBER}[.)]?|[•●▪◦·‣])$", re.IGNORECASE)
_PARTS = re.compile(r"(?P<prefix>[A-Z]*\s?)(?P<number>\d+(?:\.\d+)*)(?P<end>[.):]?)$", re.IGNORECASE)
_GROUP = re.compile(
    r"(?:gwybodaeth a dealltwriaeth|meini prawf perfformiad|maen prawf perfformiad|performance criteri(?:a|on)"
    r"|knowledge and understanding)\b|.*\bknowledge and understanding$"
    r"|(?:outcome|canlyniad|deilliant|element|elfen|part|rhan)\s+\d+",
    re.IGNORECASE,
)
_MOST_WORDS_OF_A_GROUP = 15


def label_of(text: str) -> str:
    """The printed label at the beginning of a line, or ""."""
    found = _LABEL.match(text)
    return found["label"] if found else ""


def is_group(text: str) -> bool:
    """The line begins as headings of groups do: "Maen prawf perfformiad 1"."""
    return bool(_GROUP.match(text))


def bare_number(label: str) -> str:
    """The number of a printed label, without P or K and full stop; "" for bullets, letters and nothing."""
    found = _PARTS.match(label)
    return found["number"] if found else ""


@dataclass(frozen=True)
class _Piece:
    label: str
    text: str
    line: Line

    @property
    def is_item(self) -> bool:
        return bool(self.label) or self.line.nature == Nature.ITEM

    @property
    def kind(self) -> str:
        """Pieces of one kind stand on one level."""
        if bare_number(self.label):
            return "number"
        if self.label and (self.label[0].isalpha() or self.label[0] == "("):
            return "letter"
        return self.label or ("format" if self.line.nature == Nature.ITEM else "plain")


def items_of(lines: list[Line]) -> list[Item]:
    """The items of a list in their order, with group and parent, not yet numbered."""
    pieces = list(_pieces(lines))
    return _Folder(pieces).items


def _pieces(lines: list[Line]) -> Iterator[_Piece]:
    labelled = [_labelled(line) for line in lines]
    waiting = ""
    for place, (label, line) in enumerate(labelled):
        if _LONE_LABEL.match(line.text) and line.nature == Nature.PARAGRAPH:
            waiting = line.text
            continue
        label, waiting = label or waiting, ""
        following = next((bare_number(later) for later, _ in labelled[place + 1 : place + 2]), "")
        yield from (_Piece(part, text, line) for part, text in _unglued(label, line.text, following))


def _labelled(line: Line) -> tuple[str, Line]:
    found = None if line.nature == Nature.HEADING else _LABEL.match(line.text)
    # Where the format itself marks the item, "24 hour services" is its text.
    if found is None or (line.nature == Nature.ITEM and found["label"].isdecimal()):
        return "", line
    return found["label"], replace(line, text=found["text"])


def _unglued(label: str, text: str, following: str) -> Iterator[tuple[str, str]]:
    """Several items on one line: cut where the next number or the same bullet stands."""
    if label and label in "•●▪◦·‣*-–—":
        gap = r"(?<=[;.])\s+" if label in "-–—*" else r"\s+"
        yield from ((label, part) for part in re.split(rf"{gap}{re.escape(label)}\s*", text) if part)
        return
    while cut := _next_label(label, text, following):
        yield label, text[: cut.start()].strip()
        label, text = cut["label"], text[cut.end() :].strip()
    yield label, text


def _next_label(label: str, text: str, following: str) -> re.Match[str] | None:
    """Where the item after `label` begins within its text; not if that one stands on the following line."""
    parts = _PARTS.match(label)
    if parts is None:
        return None
    numbers = [int(number) for number in parts["number"].split(".")]
    expected = [[*numbers, 1]] + [[*numbers[:end], numbers[end] + 1] for end in range(len(numbers))]
    # A bare number may be a quantity; it needs the list to go on after it.
    if not parts["prefix"] and not parts["end"] and not following:
        expected = [number for number in expected if len(number) > 1]
    choices = [_as_printed(number, parts) for number in expected if ".".join(map(str, number)) != following]
    if not choices:
        return None
    start = rf"(?:\s|(?<=[.;:,]))(?P<label>{re.escape(parts['prefix'])}(?:{'|'.join(choices)}))"
    cut = re.search(rf"{start}\s+(?=[^\W\d])", text)
    return cut if cut and text[: cut.start()].strip() else None


def _as_printed(number: list[int], parts: re.Match[str]) -> str:
    """Sub-items are often printed without the full stop of their parents: "12." but "12.1"."""
    loose = len(number) > 1 or "." in parts["number"]
    end = r"[.):]?" if loose else r"[.):]" if parts["end"] else ""
    return re.escape(".".join(map(str, number))) + end


class _Folder:
    """Folds the pieces into items, one after the other."""

    def __init__(self, pieces: list[_Piece]) -> None:
        self.items: list[Item] = []
        self.group: str | None = None
        self.opener: tuple[_Piece, Item] | None = None
        self.nesting: list[tuple[int, Item]] = []
        self.last: tuple[_Piece, Item] | None = None
        sure = [piece for piece in pieces if piece.is_item] or pieces
        self.lower = sum(piece.text[:1].islower() for piece in sure) * 2 > len(sure)
        for place, piece in enumerate(pieces):
            self._take(piece, pieces[place + 1] if place + 1 < len(pieces) else None)

    def _take(self, piece: _Piece, following: _Piece | None) -> None:
        if piece.line.nature == Nature.HEADING:
            self._open_group(piece)
        elif self.last and self._goes_on(piece, self.last[1]):
            self.last[1].text = joined(self.last[1].text, f"{piece.label} {piece.text}".strip())
        elif not piece.is_item and self._is_group(piece, following):
            self._open_group(piece)
        else:
            self._add(piece)

    def _open_group(self, piece: _Piece) -> None:
        self.group, self.opener, self.last, self.nesting = piece.text, None, None, []

    def _goes_on(self, piece: _Piece, before: Item) -> bool:
        """The rest of the item before it: an unlabelled line, or one that only looks labelled ("30 days")."""
        if piece.line.nature == Nature.ITEM or not breaks_off(before.text):
            return False
        unlikely = piece.label.isdecimal() and piece.label != _after(before.printed_label)
        return not piece.label or (unlikely and not before.text.endswith(","))

    def _is_group(self, piece: _Piece, following: _Piece | None) -> bool:
        text = piece.text
        looks_like_title = text[:1].isupper() and not text[1:2].isupper() and text[-1] not in ".;,"
        if following is None or not looks_like_title or len(text.split()) > _MOST_WORDS_OF_A_GROUP:
            return False
        if self.last and self.last[1].text.endswith(":"):
            return False
        restarts = bare_number(following.label) == "1" and self.last is not None
        first = self.last is None and self.group is None and bare_number(following.label) in ("", "1")
        return is_group(text) or self.lower or restarts or (first and following.is_item)

    def _add(self, piece: _Piece) -> None:
        parent = self._parent(piece)
        item = Item(piece.text, piece.line.number, printed_label=piece.label, group=self.group, parent=parent)
        self.items.append(item)
        self.last = piece, item
        if parent is None:
            self.opener = piece, item
        if piece.line.nature == Nature.ITEM:
            self.nesting.append((piece.line.depth, item))

    def _parent(self, piece: _Piece) -> Item | None:
        if piece.line.nature == Nature.ITEM and not bare_number(piece.label):
            return self._nested(piece.line.depth)
        self.nesting = []
        head, dot, _rest = bare_number(piece.label).rpartition(".")
        if dot:
            return next(
                (item for item in reversed(self.items) if bare_number(item.printed_label) == head), None
            )
        return self._opened(piece)

    def _opened(self, piece: _Piece) -> Item | None:
        """Bullets, letters and plain lines belong to the item before them that ends with a colon."""
        if self.opener is None:
            return None
        first, item = self.opener
        deeper = piece.kind == first.kind and piece.kind != "number" and piece.line.depth > first.line.depth
        other = piece.kind not in (first.kind, "number")
        opens = item.text.endswith(":") or (piece.kind == "letter" and first.kind == "number")
        return item if opens and (other or deeper) else None

    def _nested(self, depth: int) -> Item | None:
        while self.nesting and self.nesting[-1][0] >= depth:
            self.nesting.pop()
        return self.nesting[-1][1] if self.nesting else None


def _after(label: str) -> str:
    number = bare_number(label)
    return str(int(number) + 1) if number.isdecimal() else ""
