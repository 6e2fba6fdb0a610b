"""What the steps of the importer hand on to each other."""

import re
import unicodedata
from dataclasses import asdict, dataclass, field
from enum import StrEnum

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0e-\x1f]")


# Letters that fonts draw as one, copied along as one.
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}


def clean(text: str) -> str:
    """NFC, single spaces, nothing invisible, letters one by one."""
    whole = unicodedata.normalize("NFC", text).translate(_LIGATURES)
    return " ".join(_INVISIBLE.sub("", whole).split())


# What printers put at the end of a line within a word, and what tells them where they may.
HYPHEN, SOFT_HYPHEN = "\u2010", "\u00ad"


def joined(first: str, second: str) -> str:
    """A text whose line broke, after a hyphen without a space, within a word without the hyphen too."""
    if first.endswith(HYPHEN):
        return f"{first[:-1]}{second}"
    at_hyphen = re.search(r"[^\W\d]-$", first[-2:])
    return f"{first}{second}" if at_hyphen else f"{first} {second}"


class Nature(StrEnum):
    """What the format says that a line is.

    An item has a number of the format's own, a bullet none (or a letter); a column names one in the head of a table.
    An edge stands above or below the text of pages.
    """

    HEADING = "heading"
    ITEM = "item"
    BULLET = "bullet"
    COLUMN = "column"
    PARAGRAPH = "paragraph"
    EDGE = "edge"


@dataclass(frozen=True)
class Line:
    """One line as the format tells it. `depth` is the level of a heading, the nesting or indentation of others."""

    text: str
    number: int
    nature: Nature = Nature.PARAGRAPH
    depth: int = 0
    # All of it is bold.
    strong: bool = False
    # The number that the format itself gives an item of the outermost list, as a reader sees it; "": none.
    count: str = ""
    # Something else stands between it and the line before it in its section: it is not the rest of that.
    begins: bool = False

    @property
    def is_item(self) -> bool:
        return self.nature in (Nature.ITEM, Nature.BULLET)


class Refused(Exception):
    """The document cannot be taken; the text is a sentence for people and says what to do."""


@dataclass(frozen=True)
class Remark:
    """A warning: something in the document is not as it should be, and what was made of it."""

    code: str
    message: str
    line: int | None = None


@dataclass
class Item:
    """A criterion or knowledge item, or a skill."""

    text: str
    line: int
    printed_label: str = ""
    number: str = ""
    group: str | None = None
    parent: "Item | None" = None
    count: str = ""

    def as_json(self, kind: str, position: int) -> dict:
        return {
            "kind": kind,
            "position": position,
            "number": self.number,
            "printed_label": self.printed_label,
            "parent": self.parent.number if self.parent else None,
            "group": self.group,
            "text": self.text,
        }


@dataclass
class Document:
    """A standard in one language, as its document tells it."""

    urn: str = ""
    language: str = ""
    title: str = ""
    suites: list[str] = field(default_factory=list)
    developer: str = ""
    approved_on: str = ""
    review_on: str = ""
    version: str = ""
    validity: str = "current"
    status: str = "original"
    originating_organisation: str = ""
    original_urns: list[str] = field(default_factory=list)
    occupations: list[str] = field(default_factory=list)
    soc_codes: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    skills: list[str] = field(default_factory=list)
    overview: list[str] = field(default_factory=list)
    performance: list[Item] = field(default_factory=list)
    knowledge: list[Item] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def edition(self) -> str:
        """What tells this edition from others: its version, else its date of approval."""
        return self.version or self.approved_on or "undated"

    def criteria(self) -> list[tuple[str, int, Item]]:
        """(kind, position, item), performance before knowledge."""
        return [
            (kind, position, item)
            for kind in ("performance", "knowledge")
            for position, item in enumerate(getattr(self, kind), 1)
        ]

    def as_json(self) -> dict:
        apart = {"overview", "performance", "knowledge", "remarks"}
        return {name: value for name, value in vars(self).items() if name not in apart} | {
            "overview_paragraphs": len(self.overview),
            "criteria": [item.as_json(kind, position) for kind, position, item in self.criteria()],
        }

    def remarks_as_json(self) -> list[dict]:
        return [asdict(remark) for remark in self.remarks]
