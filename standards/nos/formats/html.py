"""Web pages: headings, list items and the blocks between them.

The page is read from its beginning to its end and never built up in memory, so that neither depth nor length costs.
"""

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

from standards.nos.document import Line, Nature, clean
from standards.nos.formats import MOST_LINES
from standards.nos.formats.encoding import decoded
from standards.nos.formats.txt import lines_of
from standards.nos.labels import split_label
from standards.nos.vocabulary import HEADINGS, METADATA, heading_key

_GOES_ON = re.compile(r"[-–%°.,:;)]|(?:st|nd|rd|th|af|ail|ydd|fed|eg)\b")
_HEADING = re.compile("h[1-6]$")
_DECLARED = re.compile(
    rb"<(?:meta[^>]{0,200}charset|\?xml[^>]{0,100}encoding)\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE
)
_SILENT = {
    "aside",
    "footer",
    "head",
    "nav",
    "noscript",
    "script",
    "select",
    "style",
    "svg",
    "template",
}
# Even if nothing closed what is silent, the page itself is not.
_LOUD = {"body", "main", "article", "h1"}
_LISTS = {"ol", "ul"}
_BOLD = {"b", "strong"}
_INDENTED = re.compile(r"margin-left:\s*([\d.]+)(in|cm|mm|pt|px|r?em)")
# In points; what is indented is so by more than a step.
_UNITS, _STEP = {"in": 72, "cm": 28, "mm": 2.8, "pt": 1, "px": 0.75, "em": 12, "rem": 12}, 6
# Published pages have some thousands; a page with more is noise.
_MOST_TAGS = 100_000
# How a word processor marks what runs along the edges of its pages.
_RUNNING = {"header", "footer"}
_STRUCK_OUT = {"del", "s", "strike"}
_HIDDEN = re.compile(r"display:\s*none|visibility:\s*hidden", re.IGNORECASE)
# Nothing stands within these, so nothing closes them.
_EMPTY = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
}
_BLOCKS = {
    *(
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "button",
        "caption",
        "center",
        "dd",
        "details",
        "div",
    ),
    *("dl", "dt", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr"),
    *("legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot"),
    *("th", "thead", "tr", "ul"),
}


def read(data: bytes) -> list[Line]:
    declared = _DECLARED.search(data[:4000])
    page = _Page()
    page.feed(decoded(data, declared[1].decode() if declared else ""))
    page.close()
    page.end_line()
    return page.lines


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self.tags = 0
        self.texts: list[str] = []
        self.start = 0
        # Within text whose lines are those of the source.
        self.is_plain_text = False
        # An element that held nothing but a label or the name of a field has just ended.
        self.is_after_label = False
        # Where the lines of the button begin that is open here.
        self.button: int | None = None
        self.silent: list[str] = []
        # What buttons open and close, by its id.
        self.opened: set[str] = set()
        # The element that is a heading here, and its level.
        self.heading, self.level = "", 1
        # The lists that are open here, each as the nature of its items.
        self.lists: list[Nature] = []
        # The number of the outermost list's next item; 0: it counts none.
        self.count = 0
        # Where the lines of the list begin that counts down here, and from what; 0: from how many it has.
        self.down: tuple[int, int] | None = None
        # The next line is the first of its list item.
        self.is_item = False
        # An item without a text, a number of its list's own in a cell: the next cell of the row says what it is of.
        self.alone: tuple[Nature, int, str] | None = None
        # Elements open here that make letters bold; whether some of this line's are not.
        self.bold = 0
        self.is_plain = False
        self.indent = 0
        # Where the row of a table began, which cells it has so far, and where each of them began.
        self.row = 0
        self.cells: list[str] = []
        self.places: list[int] = []
        # The cells of a row that named nothing but fields, and where it ended: their values stand below.
        self.names: list[list[Line]] = []
        self.names_end = 0

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in pairs}
        self.opened.update(attributes.get("aria-controls", "").split())
        self.tags += 1
        if self.tags > _MOST_TAGS:
            raise ValueError("too many tags")
        if tag in _LOUD:
            self.silent.clear()
        if tag in _SILENT:
            self.end_line()
            self.silent.append(tag)
        elif tag in _STRUCK_OUT or tag in self.silent or self._is_unseen(tag, attributes):
            # Within a line, or one within another that says nothing.
            self.silent.append(tag)
        self.bold += tag in _BOLD
        # A heading may hold the button that opens and closes its section.
        if self.silent or tag not in _BLOCKS or (tag == "button" and self.heading):
            return
        self.end_line()
        if tag == "button":
            self.button = len(self.lines)
        self.is_plain_text = self.is_plain_text or tag == "pre"
        self.indent = _indentation(attributes.get("style", ""))
        if level := _level(tag, attributes):
            self.heading, self.level = tag, level
        elif tag in _LISTS:
            is_numbered = tag == "ol" and attributes.get("type", "1") == "1"
            self.lists.append(Nature.ITEM if is_numbered else Nature.BULLET)
            if len(self.lists) == 1:
                start = attributes.get("start", "")
                is_down = is_numbered and "reversed" in attributes
                self.down = (len(self.lines), _number(start, 0)) if is_down else None
                self.count = 1 if is_down else _number(start, 1) if is_numbered else 0
            self.heading = ""
        elif tag == "li":
            self.is_item = True
            if len(self.lists) == 1 and self.count and not self.down:
                self.count = _number(attributes.get("value", ""), self.count)
        elif tag == "table":
            self.heading = ""
        elif tag == "tr":
            self.end_row()
        elif tag in ("td", "th"):
            self.cells.append(tag)
            self.places.append(len(self.lines))

    def handle_endtag(self, tag: str) -> None:
        if self.silent:
            if tag in self.silent:
                del self.silent[self.silent.index(tag) :]
            return
        self.bold = max(0, self.bold - (tag in _BOLD))
        if tag not in _BLOCKS or (tag == "button" and self.heading):
            text = clean("".join(self.texts))
            self.is_after_label = _is_lone_label(text) or _heading(text) in METADATA
            return
        self.end_line()
        self.is_plain_text = self.is_plain_text and tag != "pre"
        if tag == "tr":
            self.end_row()
        elif tag == self.heading:
            self.heading = ""
        elif tag == "button":
            self._end_button()
        elif tag in _LISTS:
            if self.is_item and self.lists and self.cells:
                self.alone = self.lists[-1], len(self.lists), self._counted()
            del self.lists[-1:]
            self.is_item = False
            if self.down and not self.lists:
                self._count_down(*self.down)

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        if not self.texts:
            self.start = self.getpos()[0]
        # A label in an element of its own stands apart; "24" in bold letters before "-hour" does not.
        if self.is_after_label and not _GOES_ON.match(data):
            self.texts.append(" ")
        self.is_after_label = False
        self.texts.append(data)
        self.is_plain = self.is_plain or (not self.bold and not data.isspace())

    def end_line(self) -> None:
        """What was gathered is a line, with the nature of where it stands, or several that stand as they are."""
        whole, is_strong = "".join(self.texts), not self.is_plain
        self.texts.clear()
        self.is_plain = False
        if self.is_plain_text:
            self.lines += lines_of(whole, self.start)
            return
        text = clean(whole)
        if not text:
            return
        if len(self.lines) > MOST_LINES:
            raise ValueError("too many lines")
        self.lines.append(replace(self._line(text), strong=is_strong))

    def end_row(self) -> None:
        """Of a row with nothing but header cells each names its column, unless they are labels and items."""
        row = self.lines[self.row :]
        cells = [self.lines[begin:end] for begin, end in pairwise([*self.places, len(self.lines)])]
        if len(cells) > 1 and all(
            _heading(" ".join(line.text for line in cell)) in METADATA for cell in cells
        ):
            self.names, self.names_end = cells, len(self.lines)
        elif self.names and self.row == self.names_end and len(cells) == len(self.names):
            beside = [line for name, value in zip(self.names, cells, strict=True) for line in name + value]
            self.lines[-len(beside) :] = beside
            self.names = []
        elif (
            len(self.cells) > 1
            and set(self.cells) == {"th"}
            and not any(split_label(line.text)[0] for line in row)
        ):
            self.lines[self.row :] = [replace(line, nature=Nature.COLUMN) for line in row]
        self.row, self.cells, self.places, self.alone = len(self.lines), [], [], None

    def _end_button(self) -> None:
        """It opens a section and says its heading, or is none of the document's."""
        if self.button is not None and not _heading(
            " ".join(line.text for line in self.lines[self.button :])
        ):
            del self.lines[self.button :]
        self.button = None

    def _line(self, text: str) -> Line:
        if self.heading:
            return Line(text, self.start, Nature.HEADING, self.level)
        is_item = self.is_item and self.lists and not (self.cells and _is_lone_label(text))
        nature, depth = (self.lists[-1] if is_item else Nature.PARAGRAPH), len(self.lists) or self.indent
        count = self._counted() if is_item else ""
        if self.alone and nature == Nature.PARAGRAPH:
            nature, depth, count = self.alone
        self.is_item, self.alone = False, None
        return Line(text, self.start, nature, depth, count=count)

    def _counted(self) -> str:
        """The number of this item, if it is one of the outermost list and that counts."""
        if len(self.lists) > 1 or not self.count:
            return ""
        self.count += 1
        return str(self.count - 1)

    def _count_down(self, begin: int, start: int) -> None:
        """How many items a list has is known at its end only."""
        start = start or sum(bool(line.count) for line in self.lines[begin:])
        self.lines[begin:] = [
            replace(line, count=str(start + 1 - int(line.count))) if line.count else line
            for line in self.lines[begin:]
        ]
        self.down = None

    def _is_unseen(self, tag: str, attributes: dict[str, str]) -> bool:
        """Hidden, and by no button to be shown; or the head or foot of a page."""
        if tag in _EMPTY or attributes.get("id") in self.opened:
            return False
        is_running = tag == "div" and attributes.get("title") in _RUNNING
        return is_running or "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style", "")))


def _level(tag: str, attributes: dict[str, str]) -> int:
    """Of a heading; 0: it is none."""
    if _HEADING.match(tag):
        return int(tag[1])
    level = attributes.get("aria-level", "2") if attributes.get("role") == "heading" else ""
    return int(level) if level.isdecimal() else 0


def _heading(text: str) -> str:
    """The field of a known heading, or ""."""
    return HEADINGS.get(heading_key(text), ("", ""))[0]


def _number(text: str, otherwise: int) -> int:
    return int(text) if re.fullmatch("[0-9]{1,3}", text) else otherwise


def _is_lone_label(text: str) -> bool:
    label, rest = split_label(text)
    return bool(label) and not rest


def _indentation(style: str) -> int:
    found = _INDENTED.search(style)
    try:
        return min(round(float(found[1]) * _UNITS[found[2]] / _STEP), 100) if found else 0
    except ValueError:
        return 0
