"""What a person corrects in a document that was understood wrongly, or was faulty itself.

No word is ever lost: items are joined and cut, never rewritten. Numbers follow the importer's own rule: a list that
was numbered by position stays so, in any other list the numbers that stand there stay.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from standards.nos.document import Document, Item, Remark, clean
from standards.nos.numbering import by_position

KINDS = ("performance", "knowledge")
_NUMBER = re.compile(r"[\w.]{1,20}")
# A label that may as well be the first word of a text: "30 days".
_MAYBE_A_WORD = re.compile(r"\d+")


@dataclass(frozen=True)
class Correction:
    """What a person says about one item. Each line of the text is an item; a kind that is no kind leaves it out."""

    text: str
    number: str
    kind: str
    is_part: bool
    group: str


@dataclass(frozen=True)
class Fault:
    """Why a document cannot be kept yet; `place` is that of an item in its list, None: the whole document."""

    message: str
    kind: str = ""
    place: int | None = None
    # What leads there: the item, or the field of the whole document.
    reference: str = ""
    field: str = ""


def correct(
    document: Document, corrections: dict[str, list[Correction]], joined: tuple[str, int] | None = None
) -> None:
    """Correct every item, in the order of each list; then join one item (its kind and place) to the one before."""
    said = [
        _Said(kind, item, bool(item.parent), correction)
        for kind in KINDS
        for item, correction in zip(getattr(document, kind), corrections[kind], strict=True)
    ]
    for one in said:
        one.item.number = one.correction.number.strip().rstrip(".")
        one.item.group = clean(one.correction.group) or None
    positional = [kind for kind in KINDS if is_by_position(getattr(document, kind))]
    joining = getattr(document, joined[0])[joined[1]] if joined else None
    for one in said:
        _restructure(document, one)
    for items in (document.performance, document.knowledge):
        if joining and _has(items, joining):
            join(items, joining)
    for kind in positional:
        number_by_position(getattr(document, kind))


class _Said(NamedTuple):
    """A correction beside what the item was."""

    kind: str
    item: Item
    was_part: bool
    correction: Correction


def _restructure(document: Document, said: _Said) -> None:
    items = next(items for items in (document.performance, document.knowledge) if _has(items, said.item))
    if said.correction.is_part != said.was_part:
        nest(items, said.item, said.correction.is_part)
    split(items, said.item, said.correction.text)
    if said.correction.kind not in KINDS:
        leave_out(items, said.item)
    elif said.correction.kind != said.kind:
        move(items, said.item, getattr(document, said.correction.kind))


def join(items: list[Item], item: Item) -> None:
    """The item was the rest of the one before it; the first of a list stays as it is."""
    place = _place(items, item)
    if place == 0:
        return
    before = items[place - 1]
    label = item.printed_label if _MAYBE_A_WORD.fullmatch(item.printed_label) else ""
    before.text = clean(f"{before.text} {label} {item.text}")
    _pass_on(items, item, before)
    del items[place]


def split(items: list[Item], item: Item, text: str) -> None:
    """Each line of the text is an item of its own; the sub-items belong to the last."""
    first, *others = [clean(line) for line in text.splitlines() if clean(line)] or [""]
    item.text = first
    added = [Item(other, item.line, group=item.group, parent=item.parent) for other in others]
    if added:
        _pass_on(items, item, added[-1])
    place = _place(items, item) + 1
    items[place:place] = added


def nest(items: list[Item], item: Item, is_part: bool) -> None:
    """Make the item a part of the whole one above it, or an item of its own."""
    above = [other for other in items[: _place(items, item)] if other.parent is None]
    item.parent = above[-1] if is_part and above else None


def move(items: list[Item], item: Item, others: list[Item]) -> None:
    """To the other list, with its parts, to where its line has it."""
    moved = [item, *_parts(items, item)]
    item.parent = None
    place = next((n for n, other in enumerate(others) if other.line > item.line), len(others))
    others[place:place] = moved
    items[:] = [other for other in items if not any(other is one for one in moved)]


def leave_out(items: list[Item], item: Item) -> None:
    """It is no criterion; its parts go one level up."""
    _pass_on(items, item, item.parent)
    del items[_place(items, item)]


def is_by_position(items: list[Item]) -> bool:
    """Whether the numbers are those that number_by_position would give."""
    return [item.number for item in items] == by_position(items)


def number_by_position(items: list[Item]) -> None:
    """1 to n; the parts of n are n.1, n.2 and so on."""
    for item, given in zip(items, by_position(items), strict=True):
        item.number = given


def faults(document: Document) -> list[Fault]:
    """Everything that has to be put right before the document can be kept."""
    found = []
    if not document.urn:
        found.append(Fault(_("The URN is missing."), field="urn"))
    if not document.title:
        found.append(Fault(_("The title is missing."), field="title"))
    if not document.performance and not document.knowledge:
        found.append(Fault(_("No criterion and no knowledge item is left.")))
    return found + [fault for kind in KINDS for fault in _faults_of(kind, getattr(document, kind))]


def _faults_of(kind: str, items: list[Item]) -> Iterator[Fault]:
    counted = Counter(item.number for item in items)
    for place, item in enumerate(items):
        where = (kind, place, f"{kind[0].upper()}{item.number or '–'}")
        if not item.text:
            yield Fault(_("The text is missing."), *where)
        if not item.number:
            yield Fault(_("The number is missing."), *where)
        elif not _NUMBER.fullmatch(item.number):
            yield Fault(_("A number has letters, figures and full stops only, 20 at most."), *where)
        elif counted[item.number] > 1:
            yield Fault(_("This number stands here twice."), *where)


def still_true(remark: Remark, document: Document, understood: Document) -> bool:
    """Whether a warning of the importer still holds after the corrections."""
    match remark.code:
        case "missing-urn":
            # Without one, it is a fault.
            return bool(document.urn) and document.urn == understood.urn
        case "empty-section":
            return not (document.performance and document.knowledge)
        case "stem-language":
            return document.language == "cy"
    return True


def _has(items: list[Item], item: Item) -> bool:
    return any(other is item for other in items)


def _place(items: list[Item], item: Item) -> int:
    return next(place for place, other in enumerate(items) if other is item)


def _parts(items: list[Item], item: Item) -> list[Item]:
    """Its sub-items and theirs."""
    return [part for child in items if child.parent is item for part in (child, *_parts(items, child))]


def _pass_on(items: list[Item], item: Item, to: Item | None) -> None:
    for other in items:
        if other.parent is item:
            other.parent = to
