"""What word processors make of published documents, on paper and as web pages."""

import io
import re

import pytest
from docx import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from standards.nos.document import Document
from standards.nos.labels import split_label
from standards.nos.parse import parse
from tests.standards.documents import FACTS, HEAD, ITEMS, docx, text
from tests.standards.test_importer_labels import page
from tests.standards.test_importer_pdf import INCLUDING, LONG, items, printed

LANGUAGES = pytest.mark.parametrize("lang", ["cy", "en"])


def told(document: Document) -> list[tuple[str, str]]:
    return [(item.number, item.text) for item in document.performance]


def numbered(listing: list[str]) -> list[tuple[str, str]]:
    return [(str(n), item) for n, item in enumerate(listing, 1)]


def table(listing: list[str], head: str = "") -> str:
    rows = "".join(f"<tr><td>{n}.</td><td>{item}</td></tr>" for n, item in numbered(listing))
    return f"<table>{head}<tbody>{rows}</tbody></table>"


@LANGUAGES
@pytest.mark.parametrize("urn", ["COSVR09v2", "SfHGEN63"])
@pytest.mark.parametrize(
    "head", ["{urn}\n{title}\n", "{urn}: {title}\n", "{urn} {title}\n", "{title} ({urn})\n"]
)
def test_some_urns_have_a_small_letter(lang, urn, head):
    title = HEAD[lang].splitlines()[0]
    document = parse("document.txt", text(lang, head=head.format(urn=urn, title=title)))
    assert (document.urn, document.title) == (urn, title)


@LANGUAGES
def test_commas_in_brackets_part_no_suites(lang):
    suites = ["Lletygarwch (Cegin, Bwyd a Diod)", "Hospitality (Kitchen, Food & Drink)"]
    tail = {"cy": "Sectorau Busnes (Cyfresi): ", "en": "Business Sectors (Suites): "}[lang] + ", ".join(
        suites
    )
    assert parse("document.txt", text(lang, tail=tail)).suites == suites


GROUPS = {
    "cy": (
        "Tra bo’r llwyth yn cael ei symud ar draws y safle â llaw, â pheiriant",
        "neu drwy gyfuniad o’r ddau",
    ),
    "en": (
        "While the load is being moved across the site by hand, by machine or by",
        "a combination of both of them",
    ),
}


@LANGUAGES
@pytest.mark.parametrize("strong", ["{}", "<b>{}</b>"])
@pytest.mark.parametrize("between", [" ", "<br>"])
def test_the_heading_of_a_group_may_be_long_and_break(lang, strong, between):
    one, two, three = ITEMS[lang]
    group = between.join(GROUPS[lang])
    data = page(lang, f"<p>1. {one}</p><p>{strong.format(group)}</p><p>2. {two}</p><p>3. {three}</p>")
    found = parse("page.html", data).performance
    whole = " ".join(GROUPS[lang])
    assert [(item.group, item.text) for item in found] == [(None, one), (whole, two), (whole, three)]


@LANGUAGES
def test_a_criterion_below_the_heading_of_a_group_is_none_of_it(lang):
    one, two, three = ITEMS[lang]
    above = INCLUDING[lang][0].lower() + INCLUDING[lang][1:].rstrip(":") + ":"
    listing = f"<h3>{one.capitalize()}</h3><p>{above}</p><ul><li>{two}</li><li>{three}</li></ul>"
    found = parse("page.html", page(lang, listing)).performance
    assert [(item.group, item.number, item.text) for item in found] == [
        (one.capitalize(), number, text) for number, text in [("1", above), ("1.1", two), ("1.2", three)]
    ]


@LANGUAGES
@pytest.mark.parametrize("start", ["<b>24</b>-", "<b>24</b>%", "<b>1</b>st", "24<sup>th</sup>"])
def test_a_number_in_letters_of_its_own_is_no_label(lang, start):
    listing = [f"{start} {item}" for item in ITEMS[lang]]
    bare = [re.sub(r"<[^>]*>", "", item) for item in listing]
    assert told(parse("page.html", page(lang, f"<ol>{items(listing)}</ol>"))) == numbered(bare)


def test_sentences_may_end_with_a_preposition():
    listing = ["How emergencies should be responded to", "The people to ask for help"]
    assert told(parse("document.txt", text("en", performance="\n".join(listing)))) == numbered(listing)


@LANGUAGES
@pytest.mark.parametrize(
    "listing",
    [
        "<ol><li><span>1.</span>{}<ol><li><span>a)</span>{}</li><li><span>b)</span>{}</li></ol></li>"
        "<li><span>2.</span>{}</li></ol>",
        "<ul><li><b>\uf0b7\uf0b7</b>{}<ul><li>o {}</li><li>o {}</li></ul></li><li><b>\uf0b7\uf0b7</b>{}</li></ul>",
        "<table><tr><td><ol><li><p></p></ol></td><td>{}</td></tr>"
        "<tr><td><ol><ol><li></ol></ol></td><td>{}</td></tr><tr><td><ol><ol><li></ol></ol></td><td>{}</td></tr>"
        "<tr><td><ol start=2><li></ol></td><td>{}</td></tr></table>",
        "<table><tr><td><ol><li>1</ol></td><td>{}</td></tr><tr><td><ol><ol><li>1.1</ol></ol></td><td>{}</td></tr>"
        "<tr><td><ol><ol><li>1.2</ol></ol></td><td>{}</td></tr><tr><td><ol><li>2</ol></td><td>{}</td></tr></table>",
    ],
)
def test_numbers_of_a_word_processor_stand_apart_in_its_web_pages(lang, listing):
    one, two, three = ITEMS[lang]
    document = parse("page.html", page(lang, listing.format(INCLUDING[lang], one, two, three)))
    assert told(document) == [("1", INCLUDING[lang]), ("1.1", one), ("1.2", two), ("2", three)]


@LANGUAGES
def test_values_go_on_below_within_their_cells(lang):
    heads = {
        "cy": ("Sectorau busnes (Suites)", "Datblygwyd gan"),
        "en": ("Business sectors (Suites)", "Developed by"),
    }
    suites = [f"{item.capitalize()} {LONG[lang]}" for item in ITEMS[lang][:2]]
    rows = "".join(
        f"<tr><th>{a}<td>{b}" for a, b in zip(heads[lang], ["; ".join(suites), LONG[lang]], strict=True)
    )
    style = "table{border-collapse:collapse} td,th{vertical-align:top;text-align:left;line-height:1;padding:0 8pt}"
    style += "th{width:35%} body{line-height:1.5}"
    document = printed(lang, f"<ol>{items(ITEMS[lang] * 4)}</ol>", style, tail=f"<table>{rows}</table>")
    assert (document.suites, document.developer) == (suites, LONG[lang])
    assert told(document) == numbered(ITEMS[lang] * 4)


@LANGUAGES
def test_feet_of_many_lines_and_heads_of_tables_overleaf_are_left_out(lang):
    title, foot = HEAD[lang].splitlines()[0], f"SIOP12\\A {LONG[lang]}\\A © Y Cyngor\\A "
    style = f"@page{{margin-bottom:4cm;@bottom-left{{content:'{foot}' counter(page);white-space:pre-wrap}}}}"
    style += "td,th{vertical-align:top;text-align:left} table{width:100%}"
    columns = {"cy": ("Rhif", "Maen prawf"), "en": ("Number", "Criterion")}[lang]
    head = f"<thead><tr><th>{columns[0]}</th><th>{columns[1]}</th></tr></thead>"
    listing = [f"{item} {LONG[lang]} {LONG[lang]} {n}x" for n, item in enumerate(ITEMS[lang] * 6)]
    document = printed(lang, table(listing, head), style)
    assert (document.title, told(document)) == (title, numbered(listing))
    assert {item.group for item in document.performance} == {None}
    assert [item.text for item in document.knowledge] == FACTS[lang]


@LANGUAGES
def test_a_bullet_overleaf_that_was_said_before_stays(lang):
    one, two, three = ITEMS[lang]
    below = [
        f"<ul><li{place}>{two}</li><li>{three}</li></ul>" for place in ("", " style='break-before:page'")
    ]
    listing = "".join(f"<li>{INCLUDING[lang]}{bullets}</li>" for bullets in below)
    style = "ul{list-style:'o     ' outside} ul li{margin-left:2em}"
    assert told(printed(lang, f"<ol>{listing}<li>{one}</li></ol>", style)) == [
        *(("1", INCLUDING[lang]), ("1.1", two), ("1.2", three)),
        *(("2", INCLUDING[lang]), ("2.1", two), ("2.2", three)),
        ("3", one),
    ]


@LANGUAGES
@pytest.mark.parametrize("hour", ["27/11/2026, 09:41", "11/27/26, 9:41 AM"])
def test_a_browser_prints_the_hour_above_the_title(lang, hour):
    title = HEAD[lang].splitlines()[0]
    style = f"@page{{@top-left{{content:'{hour}';white-space:nowrap;font-size:7pt}}"
    style += f"@top-center{{content:'{title}';white-space:nowrap;font-size:7pt}}"
    style += (
        "@bottom-left{content:'https://siop.example'}@bottom-right{content:counter(page) '/' counter(pages)}}"
    )
    document = printed(lang, f"<ol>{items(ITEMS[lang] * 9)}</ol>", style)
    assert (document.title, told(document)) == (title, numbered(ITEMS[lang] * 9))


@LANGUAGES
@pytest.mark.parametrize("first", range(1, 4))
def test_a_page_may_begin_within_a_cell(lang, first):
    """Its first number is not in the middle of what is left of the cell before it and its own."""
    listing = [*ITEMS[lang], f"{LONG[lang]} {LONG[lang]}", ITEMS[lang][0], f"{LONG[lang]} x", *ITEMS[lang]]
    style = f"td{{vertical-align:top;orphans:{first};widows:1}} h2{{margin-bottom:{9 + first / 2}cm}}"
    assert told(printed(lang, table(listing), style)) == numbered(listing)


@LANGUAGES
@pytest.mark.parametrize("quantity", ["6 x", "1.5 mm"])
def test_a_number_beneath_a_text_is_a_quantity(lang, quantity):
    ends = {"cy": "o fewn", "en": "within the"}[lang]
    listing = [f"{LONG[lang]} {ends}<br>{quantity}", *ITEMS[lang]]
    style = "ul{list-style:'•' outside} @page{size:A4} *{font-size:9pt}"
    document = printed(lang, f"<ul>{items(listing)}</ul>", style)
    assert [text for _number, text in told(document)][0] == f"{LONG[lang]} {ends} {quantity}"
    assert len(document.performance) == 4


@pytest.mark.parametrize("text", ["0.1 mm a llai", "0.25 mm or less"])
def test_a_part_of_one_is_a_quantity(text):
    assert split_label(text) == ("", text)
    assert split_label(f"1{text}")[0]


@LANGUAGES
@pytest.mark.parametrize("beside", [0, 1])
def test_a_text_box_beside_an_item_is_none_and_no_group(lang, beside):
    document = WordDocument(io.BytesIO(docx(lang)))
    box = "<w:pict><w:txbxContent><w:p><w:r><w:t>Crown copyright</w:t></w:r></w:p></w:txbxContent></w:pict>"
    item = next(p for p in document.paragraphs if p.text == ITEMS[lang][beside])
    item._p.append(parse_xml(f"<w:r {nsdecls('w')}>{box}</w:r>"))
    file = io.BytesIO()
    document.save(file)
    plain, boxed = parse("a.docx", docx(lang)), parse("a.docx", file.getvalue())
    assert told(boxed) == told(plain)
    assert {item.group for item in boxed.performance} == {None}
