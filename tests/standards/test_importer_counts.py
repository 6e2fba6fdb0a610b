"""Numbers that the format itself gives, where they begin elsewhere than with 1."""

import io

import pytest
from docx import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from standards.nos.parse import parse
from tests.standards.documents import FACTS, HEAD, ITEMS, KNOWLEDGE, PERFORMANCE
from tests.standards.test_importer_labels import page

LANGUAGES = pytest.mark.parametrize("lang", ["cy", "en"])


def told(items) -> list[tuple[str, str]]:
    return [(item.number, item.printed_label) for item in items]


@LANGUAGES
@pytest.mark.parametrize(
    ("listing", "numbers"),
    [
        (
            "<ol start=13><li>{}</li><li>{}<ul><li>abc</li></ul></li><li>{}</li></ol>",
            ["13", "14", "14.1", "15"],
        ),
        ("<ol><li>{}</li><li value=5>{}</li><li>{}</li></ol>", ["1", "5", "6"]),
        # Not all count, or not once: by position.
        ("<ol start=4><li>{}</li><li>{}</li></ol><p>{}</p>", ["1", "2", "3"]),
        ("<ol><li>{}</li></ol><h4>A</h4><ol start=1><li>{}</li><li>{}</li></ol>", ["1", "2", "3"]),
        ("<ol reversed><li>{}</li><li>{}<ul><li>abc</li></ul></li><li>{}</li></ol>", ["3", "2", "2.1", "1"]),
        ("<ol reversed start=9><li>{}</li><li>{}</li><li>{}</li></ol>", ["9", "8", "7"]),
    ],
)
def test_a_list_of_a_page_may_begin_elsewhere(lang, listing, numbers):
    document = parse("page.html", page(lang, listing.format(*ITEMS[lang])))
    assert told(document.performance) == [(number, "") for number in numbers]
    assert "renumbered" not in {remark.code for remark in document.remarks}


def word(lang: str, override: str = "") -> bytes:
    """A list that begins with 13, unless `override` says otherwise."""
    document = WordDocument()
    document.add_heading(HEAD[lang].splitlines()[0], 0)
    lists = document.part.numbering_part.element
    level = (
        '<w:lvl w:ilvl="0"><w:start w:val="13"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    )
    kind = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{level}</w:abstractNum>'
    lists.find(qn("w:num")).addprevious(parse_xml(kind))
    lists.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/>{override}</w:num>')
    )
    for heading, items in ((PERFORMANCE, ITEMS), (KNOWLEDGE, FACTS)):
        document.add_heading(heading[lang].splitlines()[0], 1)
        for item in items[lang]:
            paragraph = document.add_paragraph(item, "List Number" if items is ITEMS else None)
            if items is FACTS:
                number = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="77"/></w:numPr>'
                paragraph._p.get_or_add_pPr().append(parse_xml(number))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


@LANGUAGES
@pytest.mark.parametrize(("start", "numbers"), [("", ["13", "14"]), ("1", ["1", "2"]), ("4", ["4", "5"])])
def test_a_list_of_word_may_begin_elsewhere(lang, start, numbers):
    override = (
        f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{start}"/></w:lvlOverride>' if start else ""
    )
    document = parse("a.docx", word(lang, override))
    assert told(document.knowledge) == [(number, "") for number in numbers]
    assert [item.number for item in document.performance] == ["1", "2", "3"]
