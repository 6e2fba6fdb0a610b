"""Web pages: headings, list items and the blocks between them."""

import re

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag

from standards.nos.document import Line, Nature, clean

_HEADING = re.compile("h[1-6]$")
_SILENT = ["script", "style", "head", "nav", "template", "noscript", "select", "button"]
_BLOCKS = re.compile(
    "^(address|article|aside|blockquote|body|br|caption|center|dd|details|div|dl|dt|fieldset|figure|footer|form|"
    "h[1-6]|header|hr|legend|li|main|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul)$"
)


def read(data: bytes) -> list[Line]:
    page = BeautifulSoup(data, "html.parser")
    for tag in page.find_all(_SILENT):
        tag.decompose()
    lines: list[Line] = []
    block: Tag | None = None
    texts: list[str] = []

    def flush() -> None:
        text = clean("".join(texts))
        if text and block is not None:
            lines.append(_line(text, block, len(lines) + 1))
        texts.clear()

    for node in page.descendants:
        if isinstance(node, Tag) and _BLOCKS.match(node.name):
            flush()
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            home = _block_of(node)
            if home is not block:
                flush()
                block = home
            texts.append(str(node))
    flush()
    return lines


def _block_of(node: NavigableString) -> Tag | None:
    return next((tag for tag in node.parents if _BLOCKS.match(tag.name)), node.parent)


def _line(text: str, block: Tag, number: int) -> Line:
    number = block.sourceline or number
    heading = next((t for t in [block, *block.parents] if _HEADING.match(t.name)), None)
    if heading:
        return Line(text, number, Nature.HEADING, int(heading.name[1]))
    item = block if block.name == "li" else block.find_parent("li")
    if item:
        return Line(text, number, Nature.ITEM, len(item.find_parents(["ol", "ul"])))
    return Line(text, number)
