"""PDF as printers make it: what runs along the edges, what is only drawn, what says of itself what it is."""

import subprocess
import sys

import pypdfium2
import pytest
from weasyprint import HTML

from standards.nos.document import Document
from standards.nos.formats.layout import Box
from standards.nos.formats.pdf import read
from standards.nos.formats.running import without_running_heads
from standards.nos.parse import parse, understand
from tests.standards.documents import FACTS, HEAD, ITEMS, KNOWLEDGE, PERFORMANCE

LANGUAGES = pytest.mark.parametrize("lang", ["cy", "en"])
LONG = {
    "cy": "dilyn y codau ymarfer a'r polisïau cyfreithiol sy'n berthnasol i'ch rôl a'r gweithgareddau",
    "en": "follow the legal codes of practice and policies that are relevant to your role and the activities",
}
INCLUDING = {"cy": "dilyn rheolau, gan gynnwys:", "en": "follow rules, including:"}


def printed(lang: str, listing: str, style: str = "", tail: str = "", *, tagged: bool = False) -> Document:
    """What is understood of a page after it was printed."""
    title, _, urn, *_rest = HEAD[lang].splitlines()
    facts = "".join(f"<li>{fact}</li>" for fact in FACTS[lang])
    source = f"<html lang={lang}><style>@page{{size:A5}}{style}</style><h1>{title}</h1><p>{urn}</p>"
    source += f"<h2>{PERFORMANCE[lang].splitlines()[0]}</h2>{listing}"
    source += f"<h2>{KNOWLEDGE[lang].splitlines()[0]}</h2><ol>{facts}</ol>{tail}"
    return parse("document.pdf", with_tags(source) if tagged else HTML(string=source).write_pdf())


def with_tags(source: str) -> bytes:
    """A tagged PDF as WeasyPrint makes it; in this process the tagging of the reports may have taken its place."""
    made = "sys.stdout.buffer.write(HTML(string=sys.stdin.buffer.read().decode()).write_pdf(pdf_tags=True))"
    program = f"import sys; from weasyprint import HTML; {made}"
    done = subprocess.run(
        [sys.executable, "-c", program], input=source.encode(), capture_output=True, check=True
    )
    return done.stdout


def texts(document: Document) -> list[str]:
    return [item.text for item in document.performance]


def many(lang: str, *, times: int) -> list[str]:
    return [f"{text} {number}x" for number in range(times) for text in [*ITEMS[lang], LONG[lang]]]


def items(listing: list[str]) -> str:
    return "".join(f"<li>{item}</li>" for item in listing)


@LANGUAGES
@pytest.mark.parametrize("times", [4, 16])
def test_heads_of_odd_and_of_even_pages_are_left_out(lang, times):
    title = HEAD[lang].splitlines()[0]
    style = f"@page:left{{@top-left{{content:'{title}'}}@bottom-left{{content:counter(page) ' SIOP12'}}}}"
    style += "@page:right{@top-right{content:'SIOP12'}@bottom-right{content:'SIOP12 ' counter(page)}}"
    listing = many(lang, times=times)
    document = printed(lang, f"<ol>{items(listing)}</ol>", style)
    assert texts(document) == listing
    assert [item.text for item in document.knowledge] == FACTS[lang]


@LANGUAGES
def test_bullets_that_are_only_drawn_are_bullets(lang):
    style = "ul{list-style:none} li::before{content:'';display:inline-block;width:.4em;height:.4em;"
    style += "margin-right:.6em;background:black;border-radius:50%} li,ul{margin:0}"
    listing = many(lang, times=3)
    document = printed(lang, f"<ul>{items(listing)}</ul>", style)
    assert texts(document) == listing
    assert {item.printed_label for item in document.performance} == {"•"}


@LANGUAGES
def test_a_tagged_document_says_where_its_items_end(lang):
    listing = [f"{LONG[lang]} {LONG[lang][:length]}x" for length in range(5, 65, 5)]
    document = printed(lang, f"<ul>{items(listing)}</ul>", "ul{list-style:none} *{margin:0}", tagged=True)
    assert texts(document) == listing


@LANGUAGES
def test_a_full_line_may_be_the_end_of_an_item_that_nothing_else_ends(lang):
    starts = {"cy": ["nodi", "cofnodi", "gwirio", "defnyddio"], "en": ["identify", "record", "check", "use"]}[
        lang
    ]
    rest = LONG[lang].split(" ", 1)[1]
    listing = [
        f"{start} {rest} {rest[:length]}x" for start, length in zip(starts * 3, range(5, 65, 5), strict=True)
    ]
    document = printed(lang, f"<ul>{items(listing)}</ul>", "ul{list-style:none} *{margin:0}")
    assert texts(document) == listing


@LANGUAGES
def test_words_cut_at_the_end_of_a_line_are_whole_again(lang):
    listing = many(lang, times=3)
    assert (
        texts(printed(lang, f"<ol>{items(listing)}</ol>", "li{hyphens:auto;text-align:justify}")) == listing
    )


@LANGUAGES
def test_numbers_that_begin_again_further_in_are_sub_items(lang):
    one, two, three = ITEMS[lang]
    nested = f"<ol><li>{INCLUDING[lang]}<ol>{items([one, two])}</ol></li>{items([three])}</ol>"
    numbers = [(item.number, item.text) for item in printed(lang, nested).performance]
    assert numbers == [("1", INCLUDING[lang]), ("1.1", one), ("1.2", two), ("2", three)]


@LANGUAGES
def test_a_value_at_the_end_of_a_page_is_no_page_number(lang):
    heading = {"cy": "Fersiwn rhif", "en": "Version number"}[lang]
    tail = f"<h2 style='break-before:page'>{heading}</h2><p>2</p>"
    assert printed(lang, f"<ol>{items(ITEMS[lang])}</ol>", tail=tail).version == "2"


@LANGUAGES
def test_wide_spaces_of_justified_lines_are_no_cells(lang):
    listing = many(lang, times=3)
    # In lines of either length, one of those that are said again stands at the top of a page.
    for size in ("13pt", "15pt"):
        style = f"@page{{size:10cm 20cm;margin:1cm}} li{{text-align:justify;font-size:{size}}}"
        assert texts(printed(lang, f"<ol>{items(listing)}</ol>", style)) == listing


@LANGUAGES
def test_a_bullet_that_is_a_letter_is_none_of_the_text(lang):
    one, two, three = ITEMS[lang]
    style = "ul{list-style:'o     ' outside} li{margin-left:2em}"
    listing = f"<ol><li>{INCLUDING[lang]}<ul>{items([one, two])}</ul></li>{items([three])}</ol>"
    assert [(item.number, item.text) for item in printed(lang, listing, style).performance] == [
        ("1", INCLUDING[lang]),
        ("1.1", one),
        ("1.2", two),
        ("2", three),
    ]


@LANGUAGES
def test_a_foot_of_two_lines_on_a_single_page_is_left_out(lang):
    title = HEAD[lang].splitlines()[0]
    style = f"@page{{@bottom-left{{content:'SIOP12 {title}\\A ' counter(page);white-space:pre}}}}"
    document = printed(lang, f"<ol>{items(ITEMS[lang])}</ol>", style)
    assert [item.text for item in document.knowledge] == FACTS[lang]


@LANGUAGES
def test_items_may_stand_but_a_little_apart(lang):
    listing = [f"{LONG[lang]} {LONG[lang][:length]}x" for length in range(5, 65, 5)]
    style = "@page{size:A4} ul{list-style:none} *{margin:0} li{font-size:20px;margin-bottom:2pt}"
    assert texts(printed(lang, f"<ul>{items(listing)}</ul>", style)) == listing


@LANGUAGES
def test_a_word_in_italics_makes_no_line_another(lang):
    emphasis = {"cy": "<em>polisïau</em>", "en": "<em>policies</em>"}[lang]
    word = emphasis[4:-5]
    listing = [f"{n} {LONG[lang]} x" for n in "abcd"]
    style = "@page{size:A5} *{font-family:'Liberation Sans'} em{font-family:'DejaVu Sans'} li{margin:1em 0}"
    bullets = items([item.replace(word, emphasis) for item in listing])
    assert texts(printed(lang, f"<ul>{bullets}</ul>", style)) == listing


@LANGUAGES
def test_lines_are_as_high_as_their_font_even_if_that_does_not_say_how_high_it_is(lang, monkeypatch):
    """Word processors write fonts so; "a new screen" is as high as "help", and stands on the same foot."""
    ends = {"cy": ["cwsmer", "maes", "yn y man"], "en": ["concern", "season", "a new screen"]}[lang]
    listing = [" ".join([LONG[lang], *ITEMS[lang][:n], end]) for n in range(3) for end in ends]
    rows = "".join(f"<p>P{n} {text}" for n, text in enumerate(listing, 1))
    source = f"<style>@page{{size:A5}}</style><h1>SIOP12 {HEAD[lang].splitlines()[0]}</h1>"
    source += f"<h2>{PERFORMANCE[lang].splitlines()[0]}</h2>{rows}"
    page, box_of = pypdfium2.PdfTextPage, pypdfium2.PdfTextPage.get_charbox
    monkeypatch.setattr(page, "get_charbox", lambda words, place, **_loose: box_of(words, place))
    assert texts(understand(read(HTML(string=source).write_pdf()))) == listing


@LANGUAGES
def test_numbers_before_lines_without_spaces_between_are_where_they_stand(lang):
    """Three lines around a number are no cell, where none stands apart from the others."""
    long = [f"{LONG[lang]} {LONG[lang]}"[:length] + "x" for length in (75, 40, 75, 120, 40, 75)]
    listing = [text.replace("  ", " ") for text in long]
    document = printed(lang, f"<ol>{items(listing)}</ol>", "li{margin:0;font-size:11pt;line-height:1.1}")
    assert texts(document) == listing


@LANGUAGES
@pytest.mark.parametrize(
    ("table", "label"),
    [("", "{}"), ("", "-"), ("border-spacing:0", "{}"), ("width:100%", "{}"), ("text-align:justify", "-")],
)
def test_labels_half_way_down_their_cells_belong_to_the_first_line(lang, table, label):
    listing = [f"{item} {LONG[lang] * (n % 4)}x" for n, item in enumerate(ITEMS[lang] * 4, 1)]
    labels = [label.format(n) for n in range(1, 13)]
    rows = "".join(f"<tr><td>{label}<td>{item}" for label, item in zip(labels, listing, strict=True))
    style = f"table{{{table}}} tr{{break-inside:avoid}} td{{vertical-align:middle;padding:3pt}}"
    document = printed(lang, f"<table>{rows}</table>", style)
    assert texts(document) == listing
    assert [item.printed_label for item in document.performance] == labels


@LANGUAGES
@pytest.mark.parametrize("between", ["", "<br><br>"])
def test_headings_half_way_down_their_cells_belong_to_the_first_line(lang, between):
    """With the sentence above the list, beneath them, or without."""
    cells = [text.split("\n")[: 3 if between else 1] for text in (PERFORMANCE[lang], KNOWLEDGE[lang])]
    headings = [between.join(filter(None, cell)) for cell in cells]
    lists = (
        "".join(f"<p>{n}. {item}</p>" for n, item in enumerate(many(lang, times=1), 1)),
        f"<p>{LONG[lang]}</p>",
    )
    rows = "".join(f"<tr><td>{head}<td>{cell}" for head, cell in zip(headings, lists, strict=True))
    style = "<style>@page{size:A5}td:first-child{padding-right:1em}</style>"
    source = f"{style}<h1>{HEAD[lang].splitlines()[0]}</h1><table>{rows}</table>"
    document = parse("document.pdf", HTML(string=source).write_pdf())
    assert texts(document) == many(lang, times=1)
    assert [item.text for item in document.knowledge] == [LONG[lang]]


@LANGUAGES
def test_tables_of_numbers_may_stand_in_a_table_with_headings_half_way_down_their_cells(lang):
    """The heading is beside the middle of some item, a row may have no number, and other lists stand below."""
    listing = [
        f"{item} {' '.join([LONG[lang]] * (1 + n % 3))} x" for n, item in enumerate(ITEMS[lang] * 3, 1)
    ]
    numbers = [f"P{n}" if n != 6 else "" for n in range(1, 10)]
    rows = "".join(f"<tr><td>{n}<td>{item}" for n, item in zip(numbers, listing, strict=True))
    facts = "".join(f"<tr><td>K{n}<td>{fact}" for n, fact in enumerate(FACTS[lang], 1))
    (performance, stem), (knowledge, know) = (
        text.splitlines()[:3:2] for text in (PERFORMANCE[lang], KNOWLEDGE[lang])
    )
    skills = {"cy": "Sgiliau", "en": "Skills"}[lang]
    source = f"<tr><td>{performance}<td><p>{stem}</p><table>{rows}</table>"
    source += f"<tr><td>{knowledge}<td><p>{know}</p><table>{facts}</table>"
    source += f"<tr><td>{skills}<td><ol>{items(ITEMS[lang])}</ol>"
    style = "<style>@page{size:A3} td{vertical-align:middle}</style>"
    document = parse(
        "document.pdf",
        HTML(string=f"{style}<h1>{HEAD[lang].splitlines()[0]}</h1><table>{source}").write_pdf(),
    )
    assert texts(document) == listing
    assert [item.printed_label for item in document.performance] == numbers
    assert [item.text for item in document.knowledge] == FACTS[lang]
    assert document.skills == ITEMS[lang]


@LANGUAGES
def test_a_tab_without_room_still_parts_what_it_stands_between(lang):
    listing = "".join(f"<p>{n}.1<span>{item}</span></p>" for n, item in enumerate(ITEMS[lang], 1))
    document = printed(lang, listing, "span{margin-left:.5pt}")
    assert [(item.number, item.text) for item in document.performance] == [
        (f"{n}.1", item) for n, item in enumerate(ITEMS[lang], 1)
    ]


@LANGUAGES
@pytest.mark.parametrize("title", [{}, {"cy": " ac eto" * 30, "en": " and again" * 30}])
def test_columns_are_read_one_after_the_other(lang, title):
    """As in a newspaper, between a title and facts that stand over both."""
    listing = many(lang, times=6)
    heading, facts = PERFORMANCE[lang].splitlines()[0], "".join(f"<li>{fact}</li>" for fact in FACTS[lang])
    version = {"cy": "Fersiwn rhif", "en": "Version number"}[lang]
    name = HEAD[lang].splitlines()[0] + title.get(lang, "")
    source = f"<h1>{name}</h1><div style='columns:2'><h2>{heading}</h2><ol>{items(listing)}</ol>"
    source += f"<h2>{KNOWLEDGE[lang].splitlines()[0]}</h2><ol>{facts}</ol></div>"
    source += f"<table><tr><td>{version}<td>3</table>"
    style = "<style>@page{size:A4} *{font:11pt 'DejaVu Sans'} li{margin:3pt 0}</style>"
    document = parse("document.pdf", HTML(string=style + source).write_pdf())
    assert texts(document) == listing
    assert [item.text for item in document.knowledge] == FACTS[lang]
    assert (document.title, document.version) == (name, "3")


def boxes(*lines: str, head: str, centred: int) -> list[Box]:
    """Lines below each other, their cells, kept apart by "|", at places of their own."""
    return [
        Box(cell, left, bottom=700 - 20 * n, right=left + 50, top=712 - 20 * n, height=12, first_word=20)
        for n, line in enumerate(lines)
        for place, cell in enumerate(line.split("|"))
        for left in [50 + 100 * place + centred * (line == head)]
        if cell
    ]


@LANGUAGES
@pytest.mark.parametrize("centred", [0, 20])
def test_the_head_of_a_table_may_stand_within_a_row_that_goes_on_overleaf(lang, centred):
    head = {"cy": "Rhif|Maen prawf", "en": "No.|Criterion"}[lang]
    one, two, three = ITEMS[lang]
    pages = [
        [HEAD[lang].splitlines()[0], head, f"1.|{one}", f"2.|{two}"],
        [head, f"|{LONG[lang]}", f"3.|{three}"],
        [f"4.|{one}"],
    ]
    kept, _edges = without_running_heads([boxes(*page, head=head, centred=centred) for page in pages])
    assert [box.text for box in kept[1]] == [LONG[lang], "3.", three]
