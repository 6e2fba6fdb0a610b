"""What stands at the edges of pages, in Word and in PDF: often the only place where the URN does."""

import io

import pytest
from docx import Document as WordDocument

from standards.nos.document import Document
from standards.nos.formats.docx import read
from standards.nos.parse import understand
from tests.standards.documents import FACTS, HEAD, ITEMS, KNOWLEDGE, PERFORMANCE
from tests.standards.test_importer_pdf import items, many, printed

LANGUAGES = pytest.mark.parametrize("lang", ["cy", "en"])


def codes(document: Document) -> set[str]:
    return {remark.code for remark in document.remarks}


def understood(word: WordDocument) -> Document:
    saved = io.BytesIO()
    word.save(saved)
    return understand(read(saved.getvalue()))


def body(lang: str, *, title: bool) -> WordDocument:
    """A document that does not print its URN."""
    word = WordDocument()
    for line in HEAD[lang].splitlines()[:1] * title:
        word.add_paragraph(line)
    for heading, listing in ((PERFORMANCE, ITEMS), (KNOWLEDGE, FACTS)):
        for line in [*filter(None, heading[lang].splitlines()), *listing[lang]]:
            word.add_paragraph(line)
    return word


@LANGUAGES
@pytest.mark.parametrize(
    ("urn", "title", "edge"),
    [
        ("SIOP12", True, "header"),
        ("LANEnC15", False, "header"),
        ("SEMETS2-06", True, "footer"),
        ("IMI LV&E 05", False, "footer"),
        ("GS CC DB2.1", True, "header"),
    ],
)
def test_the_edges_of_words_pages_tell_urn_and_title(lang, urn, title, edge):
    name = HEAD[lang].splitlines()[0]
    word = body(lang, title=title)
    getattr(word.sections[0], edge).paragraphs[0].text = f"{urn}\t{name}\t1"
    document = understood(word)
    assert (document.urn, document.title) == (urn, name)
    assert "missing-urn" not in codes(document)


@LANGUAGES
@pytest.mark.parametrize("edge", ["LEVEL 3", "COVID-19", "Y Cyngor 2021", "2"])
def test_not_all_that_stands_there_is_a_urn(lang, edge):
    word = body(lang, title=True)
    word.sections[0].header.paragraphs[0].text = edge
    document = understood(word)
    assert (document.urn, document.title) == ("", HEAD[lang].splitlines()[0])
    assert "missing-urn" in codes(document)


@LANGUAGES
@pytest.mark.parametrize(("urn", "apart"), [("LANEnC15", " "), ("IMI LV&E 05", "\\A"), ("PPLPC 12", " ")])
def test_the_edges_of_printed_pages_tell_the_urn(lang, urn, apart):
    title, _, printed_urn, *_rest = HEAD[lang].splitlines()
    head = f"@page{{@top-left{{content:'{urn}{apart}{title}';white-space:pre}}@bottom-right{{content:counter(page)}}}}"
    listing = many(lang, times=8)
    document = printed(lang, f"<ol>{items(listing)}</ol>", f"{head} h1+p{{display:none}}")
    assert (document.urn, document.title) == (urn, title)
    assert [item.text for item in document.performance] == listing


@LANGUAGES
def test_a_foot_copied_along_among_facts_is_no_value(lang):
    """Foot and head of the next page stand between a value and the next field."""
    title, urn = HEAD[lang].splitlines()[0], "IMI LV&E 05"
    fields = {"cy": ("Cod SOC", "Cyfres"), "en": ("SOC code", "Suite")}[lang]
    word = WordDocument()
    texts = [urn, title, *filter(None, PERFORMANCE[lang].splitlines()), *ITEMS[lang], fields[0], "5231"]
    for line in [*texts, f"{urn} {title} 2", urn, title, fields[1], title]:
        word.add_paragraph(line)
    document = understood(word)
    assert (document.urn, document.soc_codes, document.suites) == (urn, ["5231"], [title])


@LANGUAGES
def test_a_tab_parts_a_heading_from_what_stands_beside_it(lang):
    heading, text = {
        "cy": ("Trosolwg", "Mae'r safon hon ar gyfer staff."),
        "en": ("Overview", "This standard is for staff."),
    }[lang]
    word = body(lang, title=True)
    word.paragraphs[0].add_run(f"\n{heading}\t{text}")
    assert understood(word).overview == [text]
