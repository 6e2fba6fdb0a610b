"""Content that documents fear: endless words, other scripts, titles of 300 characters, emoji, tricks."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from itertools import cycle

from assessments.reports.content import Content
from assessments.reports.texts import Both, Written

PEOPLE = {"learner", "assessor", "countersigner", "name", "made_by"}
NAMES = [
    "שרה לוי",
    "مريم الحسن",
    "Ŵŷn ap Ŷŵ",
    "Ll" * 400,
    "Siân 😀\u202egnorw\x01",
    "<b>Twm</b> & 'Guto' {{ x }}",
    "Ελένη Їжак",
]
TEXTS = {"title", "text", "programme", "provider", "group"}
LONG = Both("Ŵyneb ŷd a thŷ dŵr, " * 15, "x" * 300)
WRITTEN = ["w" * 3000, "Lifft 😀 <i>hwyr</i>", "ŵ ŷ " * 200, "a\nb\n\nc"]


def strained(content: Content) -> Content:
    """The same report with other names and texts."""
    return _walk(content, "", cycle(NAMES), cycle(WRITTEN))


def _walk(value, name: str, names: Iterator[str], written: Iterator[str]):
    if isinstance(value, Both):
        return LONG if name in TEXTS and (value.cy or value.en) else value
    if isinstance(value, Written):
        return replace(value, text=next(written))
    if is_dataclass(value):
        return replace(
            value,
            **{
                field.name: _walk(getattr(value, field.name), field.name, names, written)
                for field in fields(value)
            },
        )
    if isinstance(value, tuple):
        return tuple(_walk(item, name, names, written) for item in value)
    return next(names) if name in PEOPLE and value else value
