"""Web pages: headings, list items and the blocks between them.

The page is read from its beginning to its end and never built up in memory, so that neither depth nor length costs.
"""

import re
from html.parser import HTMLParser

from standards.nos.document import Line, Nature, clean
from standards.nos.formats import MOST_LINES
from standards.nos.formats.encoding import decoded

_HEADING = re.compile("h[1-6]$")
_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)
_SILENT = {"aside", "button", "footer", "head", "nav", "noscript", "script", "select", "style", "template"}
# Even if nothing closed what is silent, the page itself is not.
_LOUD = {"body", "main", "article", "h1"}
_LISTS = {"ol", "ul"}
_BLOCKS = {
    *("address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div"),
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
        self.texts: list[str] = []
        self.start = 0
        self.silent: list[str] = []
        self.heading = ""
        # The lists that are open here, each as the nature of its items.
        self.lists: list[Nature] = []
        # The next line is the first of its list item.
        self.is_item = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in _LOUD:
            self.silent.clear()
        # A heading that opens and closes its section is a button.
        if tag in _SILENT and not (tag == "button" and self.heading):
            self.end_line()
            self.silent.append(tag)
        elif tag == "del":
            # Struck out within a line.
            self.silent.append(tag)
        if self.silent or tag not in _BLOCKS:
            return
        self.end_line()
        if _HEADING.match(tag):
            self.heading = tag
        elif tag in _LISTS:
            is_numbered = tag == "ol" and dict(attributes).get("type") in (None, "1")
            self.lists.append(Nature.ITEM if is_numbered else Nature.BULLET)
            self.heading = ""
        elif tag == "li":
            self.is_item = True
        elif tag == "table":
            self.heading = ""

    def handle_endtag(self, tag: str) -> None:
        if self.silent:
            if tag in self.silent:
                del self.silent[self.silent.index(tag) :]
            return
        if tag not in _BLOCKS:
            return
        self.end_line()
        if tag == self.heading:
            self.heading = ""
        elif tag in _LISTS:
            del self.lists[-1:]
            self.is_item = False

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        if not self.texts:
            self.start = self.getpos()[0]
        self.texts.append(data)

    def end_line(self) -> None:
        """What was gathered is a line, with the nature of where it stands."""
        text = clean("".join(self.texts))
        self.texts.clear()
        if not text:
            return
        if len(self.lines) > MOST_LINES:
            raise ValueError("too many lines")
        self.lines.append(self._line(text))

    def _line(self, text: str) -> Line:
        if self.heading:
            return Line(text, self.start, Nature.HEADING, int(self.heading[1]))
        nature = self.lists[-1] if self.is_item and self.lists else Nature.PARAGRAPH
        self.is_item = False
        return Line(text, self.start, nature, len(self.lists))
