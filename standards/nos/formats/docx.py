"""Word documents: styles tell headings, numbering tells list items."""

import io
import zipfile

from docx import Document as open_docx
from docx.oxml.ns import qn

from standards.nos.document import Line, Nature, clean

MOST_UNPACKED = 100_000_000
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def read(data: bytes) -> list[Line]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
            raise ValueError("unpacks to too much")
    document = open_docx(io.BytesIO(data))
    styles = {style.style_id: style for style in document.styles}
    lines: list[Line] = []
    for number, paragraph in enumerate(document.element.body.iter(qn("w:p")), 1):
        if next(paragraph.iterancestors(_FALLBACK), None) is not None:
            continue
        nature, depth = _nature(paragraph, styles)
        lines += [
            Line(clean(text), number, nature, depth) for text in _text(paragraph).split("\n") if clean(text)
        ]
    return lines


def _text(paragraph) -> str:
    """What a reader sees, tracked insertions included; a text box inside has paragraphs of its own."""
    parts = []
    for node in paragraph.iter(qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr"), qn("w:noBreakHyphen")):
        if next(node.iterancestors(qn("w:p"))) is not paragraph:
            continue
        signs = {qn("w:t"): node.text or "", qn("w:tab"): " ", qn("w:noBreakHyphen"): "-"}
        parts.append(signs.get(node.tag, "\n"))
    return "".join(parts)


def _nature(paragraph, styles) -> tuple[Nature, int]:
    properties = paragraph.pPr
    style = (
        styles.get(properties.pStyle.val)
        if properties is not None and properties.pStyle is not None
        else None
    )
    name = style.name.lower() if style is not None and style.name else ""
    if name.startswith("heading "):
        return Nature.HEADING, int(name.removeprefix("heading ")[:1])
    if name == "title":
        return Nature.HEADING, 1
    numbering = _numbering(properties, style)
    in_list_style = name.startswith("list ") and name != "list paragraph"
    if numbering is None and not in_list_style:
        return Nature.PARAGRAPH, 0
    level = numbering.find(qn("w:ilvl")) if numbering is not None else None
    if level is not None:
        return Nature.ITEM, int(level.get(qn("w:val")))
    return Nature.ITEM, int(name[-1]) - 1 if in_list_style and name[-1].isdigit() else 0


def _numbering(properties, style):
    """The numbering of a paragraph or of its style; number 0 takes numbering away."""
    for holder in [properties, style.element.pPr if style is not None else None]:
        numbering = holder.find(qn("w:numPr")) if holder is not None else None
        if numbering is not None:
            number = numbering.find(qn("w:numId"))
            return numbering if number is None or number.get(qn("w:val")) != "0" else None
    return None
