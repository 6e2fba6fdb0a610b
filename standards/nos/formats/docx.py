"""Word documents: styles tell headings, numbering tells list items."""

import io
import re
import zipfile
from collections.abc import Iterator

from docx import Document as open_docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

from standards.nos.document import Line, Nature, clean
from standards.nos.vocabulary import HEADINGS, METADATA, heading_key

MOST_UNPACKED = 100_000_000
# Styles are based on each other, a damaged document's in a circle.
_MOST_STYLES = 10
_LIST_STYLE = re.compile(r"list(?: bullet| number| continue)?(?: \d)?$")
# In twentieths of a point: what is indented is so by more than this.
_STEP = 120
# What is not there, or there twice: moved away, or drawn again for older programs.
_NOT_SHOWN = {qn("w:moveFrom"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}


def read(data: bytes) -> list[Line]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
            raise ValueError("unpacks to too much")
    document = open_docx(io.BytesIO(data))
    return [*_edges(document), *_lines(document)]


def _edges(document) -> Iterator[Line]:
    """What the head and the foot of the pages say, between tabs; title and URN may stand there only."""
    section = document.sections[0]
    for edge in (section.first_page_header, section.header, section.first_page_footer, section.footer):
        paragraphs = [] if edge.is_linked_to_previous else edge._element.iter(qn("w:p"))
        texts = [clean(text) for paragraph in paragraphs for text in re.split("[\t\n]", _text(paragraph))]
        yield from (Line(text, 0, Nature.EDGE) for text in texts if text)


def _lines(document) -> Iterator[Line]:
    styles = {style.style_id: style for style in document.styles}
    formats = _formats(document)
    # The next number of each list that does not begin with 1.
    counts = _starts(document)
    # What stands alone in a cell, a number of Word's own, belongs to the next cell of its row.
    alone: dict = {}
    for number, paragraph in enumerate(document.element.body.iter(qn("w:p")), 1):
        if next(paragraph.iterancestors(*_NOT_SHOWN), None) is not None:
            continue
        around = next(paragraph.iterancestors(qn("w:p")), None)
        # What is drawn beside the text of a list's item belongs to no list.
        if around is not None and _text(around).strip() and _is_item(_nature(around, styles, formats)[0]):
            continue
        row = next(paragraph.iterancestors(qn("w:tr")), None)
        nature, depth, number_of_list = alone.pop(row, None) or _nature(paragraph, styles, formats)
        texts = [text for line in _text(paragraph).split("\n") for text in _at_tabs(line)]
        if not texts and row is not None and _is_item(nature):
            alone[row] = nature, depth, number_of_list
        # The first of its lines is the item.
        natures = [nature] + [nature if nature == Nature.HEADING else Nature.PARAGRAPH] * len(texts)
        if row is not None and nature == Nature.PARAGRAPH and _is_head(row):
            natures = [Nature.COLUMN] * len(texts)
        strong = _is_strong(paragraph, styles)
        count = ""
        if texts and nature == Nature.ITEM and depth == 1 and number_of_list in counts:
            count = str(counts[number_of_list])
            counts[number_of_list] += 1
        for text, kind in zip(texts, natures, strict=False):
            yield Line(text, number, kind, depth, strong, count)


def _is_item(nature: Nature) -> bool:
    return nature in (Nature.ITEM, Nature.BULLET)


def _text(paragraph) -> str:
    """What a reader sees, tracked insertions included; a text box inside has paragraphs of its own."""
    parts = []
    for node in paragraph.iter(qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr"), qn("w:noBreakHyphen")):
        around = next(node.iterancestors(qn("w:p"), qn("w:moveFrom")))
        if around is not paragraph or _is_hidden(node.getparent()):
            continue
        signs = {qn("w:t"): node.text or "", qn("w:tab"): "\t", qn("w:noBreakHyphen"): "-"}
        parts.append(signs.get(node.tag, "\n"))
    return "".join(parts)


def _at_tabs(line: str) -> list[str]:
    """A heading stands before its text where a tab parts them; other tabs stand within lines."""
    first, _tab, rest = line.strip().partition("\t")
    name, _language = HEADINGS.get(heading_key(clean(first)), ("", ""))
    parts = [line] if name in {"", *METADATA} else [first, rest]
    return [clean(part) for part in parts if clean(part)]


def _is_head(row) -> bool:
    """The row names the columns of its table: it is repeated on every page."""
    return row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None and len(row.findall(qn("w:tc"))) > 1


def _is_strong(paragraph, styles) -> bool:
    by_style = any(_is_bold(style.element) for style in _styles_of(paragraph.pPr, styles))
    runs = [
        run
        for run in paragraph.iter(qn("w:r"))
        if "".join(text.text or "" for text in run.iter(qn("w:t"))).strip()
    ]
    return bool(runs) and all(by_style if (bold := _is_bold(run)) is None else bold for run in runs)


def _is_bold(holder) -> bool | None:
    return _is(holder, "w:b")


def _is_hidden(run) -> bool:
    return bool(_is(run, "w:vanish"))


def _is(holder, look: str) -> bool | None:
    """Whether a run or style looks so; None: it does not say."""
    found = holder.find(f"{qn('w:rPr')}/{qn(look)}")
    return None if found is None else found.get(qn("w:val"), "1") not in ("0", "false", "off")


def _nature(paragraph, styles, formats) -> tuple[Nature, int, str]:
    """What the paragraph is, its level or indentation, and the number of the list to which it belongs, or ""."""
    properties = paragraph.pPr
    chain = list(_styles_of(properties, styles))
    names = [style.name.lower() for style in chain if style.name]
    if heading := next((name for name in names if name == "title" or name.startswith("heading ")), ""):
        return Nature.HEADING, int(heading[-1]) if heading[-1].isdigit() else 1, ""
    list_style = next((name for name in names if _LIST_STYLE.match(name)), "")
    depth = int(list_style[-1]) if list_style[-1:].isdigit() else 1
    holders = [properties, *(style.element.pPr for style in chain)]
    numbering = _numbering(holders)
    if numbering:
        number, level = numbering
        nature = Nature.ITEM if formats.get((number, level or "0"), "decimal") == "decimal" else Nature.BULLET
        if number != "0":
            return nature, int(level) + 1 if level else depth, number
    if not list_style or numbering or list_style.startswith("list continue"):
        return Nature.PARAGRAPH, depth if list_style and not numbering else _indentation(holders), ""
    return Nature.BULLET if "bullet" in list_style else Nature.ITEM, depth, ""


def _styles_of(properties, styles) -> Iterator:
    """The style of a paragraph, that on which it is based, and so on."""
    style = (
        styles.get(properties.pStyle.val)
        if properties is not None and properties.pStyle is not None
        else None
    )
    for _step in range(_MOST_STYLES):
        if style is None:
            return
        yield style
        style = style.base_style


def _numbering(holders: list) -> tuple[str, str] | None:
    """Number and level of the list that a paragraph or its styles belong to; number 0 takes it out of any."""
    number = level = ""
    for holder in holders:
        numbering = holder.find(qn("w:numPr")) if holder is not None else None
        for child in numbering if numbering is not None else []:
            if child.tag == qn("w:numId"):
                number = number or child.get(qn("w:val"))
            elif child.tag == qn("w:ilvl"):
                level = level or child.get(qn("w:val"))
    return (number, level) if number else None


def _indentation(holders: list) -> int:
    found = (holder.find(qn("w:ind")) for holder in holders if holder is not None)
    indent = next((indent for indent in found if indent is not None), None)
    if indent is None:
        return 0
    left = indent.get(qn("w:left")) or indent.get(qn("w:start")) or "0"
    hanging = indent.get(qn("w:hanging")) or "0"
    return max(0, round((float(left) - float(hanging)) / _STEP))


def _formats(document) -> dict[tuple[str, str], str]:
    """(number, level) of lists → "decimal", "bullet", "lowerLetter" and so on."""
    return {
        (number, level.get(qn("w:ilvl"))): form.get(qn("w:val"))
        for number, levels in _lists(document)
        for level in levels
        if (form := level.find(qn("w:numFmt"))) is not None
    }


def _starts(document) -> dict[str, int]:
    """Number of a list → where its outermost level begins, unless that is 1."""
    starts = {}
    for number, levels in _lists(document):
        for level in levels:
            found = next(level.iterchildren(qn("w:start"), qn("w:startOverride")), None)
            start = "" if found is None else found.get(qn("w:val"), "")
            if level.get(qn("w:ilvl")) == "0" and re.fullmatch("[0-9]{1,3}", start):
                starts[number] = int(start)
    return {number: start for number, start in starts.items() if start > 1}


def _lists(document) -> Iterator[tuple[str, list]]:
    """The number of each list, and what is said of its levels: by its kind, then by itself."""
    parts = (
        rel.target_part for rel in document.part.rels.values() if rel.reltype == RELATIONSHIP_TYPE.NUMBERING
    )
    part = next(parts, None)
    if part is None:
        return
    levels = {
        abstract.get(qn("w:abstractNumId")): list(abstract.iter(qn("w:lvl")))
        for abstract in part.element.findall(qn("w:abstractNum"))
    }
    for number in part.element.findall(qn("w:num")):
        abstract = number.find(qn("w:abstractNumId"))
        own = number.findall(qn("w:lvlOverride"))
        if abstract is not None:
            yield number.get(qn("w:numId")), levels.get(abstract.get(qn("w:val")), []) + own
