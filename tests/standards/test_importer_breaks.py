"""Lines that broke, lists within lists without a colon, and headings of groups as high as that of their list."""

import io
import textwrap

import pytest
from docx import Document as WordDocument
from weasyprint import HTML

from standards.nos.document import Document
from standards.nos.formats.centred import raised
from standards.nos.formats.layout import Box
from standards.nos.parse import parse
from tests.standards.documents import FACTS, HEAD, ITEMS, KNOWLEDGE, PERFORMANCE, TAIL, text

LANGUAGES = pytest.mark.parametrize("lang", ["cy", "en"])
LONG = {
    "cy": [
        "croesawu cwsmeriaid wrth y drws a gofyn beth maen nhw'n chwilio amdano cyn eu harwain at y silffoedd",
        "cadw'r silffoedd yn daclus drwy'r dydd, gan symud hen nwyddau ymlaen a rhoi rhai newydd y tu cefn iddynt",
        "cau'r siop yn ddiogel, diffodd y goleuadau i gyd a rhoi gwybod i'r rheolwr fod popeth wedi ei wneud",
    ],
    "en": [
        "welcome customers at the door and ask what they are looking for before you lead them to the shelves",
        "keep the shelves tidy all day long, moving old goods forward and putting new ones behind them instead",
        "close the shop safely, turn off every light and let the manager know that everything has been done",
    ],
}


def told(items) -> list[tuple[str, str]]:
    return [(item.number, item.text) for item in items]


@LANGUAGES
@pytest.mark.parametrize("width", [60, 72])
@pytest.mark.parametrize("indent", ["", "    "])
def test_a_text_whose_full_lines_broke_is_put_together(lang, width, indent):
    items = [f"{n}. {item}" for n, item in enumerate(LONG[lang], 1)]
    lines = "\n".join(line for item in items for line in textwrap.wrap(item, width, subsequent_indent=indent))
    document = parse("document.txt", text(lang, performance=lines, knowledge=lines))
    assert [item.text for item in document.performance + document.knowledge] == LONG[lang] * 2
    assert "renumbered" not in {remark.code for remark in document.remarks}


@LANGUAGES
def test_lines_with_room_behind_them_are_items_of_their_own(lang):
    day, shop = {"cy": (" bob dydd", "yn y siop hon"), "en": (" every day", "in this shop")}[lang]
    items = [f"{item}{day * days} {shop}" for item in ITEMS[lang] + FACTS[lang] for days in range(1, 6)]
    assert [
        item.text for item in parse("a.txt", text(lang, performance="\n".join(items))).performance
    ] == items


@LANGUAGES
def test_lines_break_nowhere_where_more_of_them_run_on(lang):
    word = {"cy": "gwasanaethau", "en": "arrangements"}[lang]
    full = [f"{word} {item} {'x' * (46 - len(item))}" for item in ITEMS[lang] + FACTS[lang]]
    items, knowledge = full + LONG[lang] * 2, "\n".join(f"{n}. {word}" for n in range(1, 60))
    document = parse("a.txt", text(lang, performance="\n".join(items), knowledge=knowledge))
    assert [item.text for item in document.performance] == items


@LANGUAGES
def test_signs_between_numbers_that_count_on_are_parts(lang):
    opener = {"cy": "dilyn y rheolau", "en": "follow the rules"}[lang]
    one, two, three = ITEMS[lang]
    lines = f"1. {opener}\n- {one}\n- {two}\n2. {three}"
    assert told(parse("a.txt", text(lang, performance=lines)).performance) == [
        ("1", opener),
        ("1.1", one),
        ("1.2", two),
        ("2", three),
    ]


@LANGUAGES
def test_a_sign_in_the_place_of_a_number_is_an_item(lang):
    one, two, three = ITEMS[lang]
    items = parse("a.txt", text(lang, performance=f"1. {one}\n- {two}\n3. {three}")).performance
    assert told(items) == [("1", one), ("2", two), ("3", three)]


@LANGUAGES
def test_parts_follow_including_without_a_colon(lang):
    opener = {"cy": "dilyn rheolau, gan gynnwys", "en": "follow rules, including"}[lang]
    one, two, three = ITEMS[lang]
    items = parse("a.txt", text(lang, performance=f"1. {one}\n2. {opener}\n- {two}\n- {three}")).performance
    assert told(items) == [("1", one), ("2", opener), ("2.1", two), ("2.2", three)]


@LANGUAGES
def test_a_title_that_breaks_within_a_bracket_goes_on(lang):
    title, *rest = HEAD[lang].splitlines()
    head = "\n".join([f"{title} (Lefel" if lang == "cy" else f"{title} (Level", "3)", *rest])
    assert parse("a.txt", text(lang, head=head)).title == " ".join(head.splitlines()[:2])


GROUPS = {"cy": ["Agor y siop", "Cau'r siop"], "en": ["Open the shop", "Close the shop"]}


def word(lang: str, *, group_level: int = 2) -> bytes:
    document = WordDocument()
    for line in filter(None, HEAD[lang].splitlines()):
        document.add_paragraph(line)
    for head, items in [(PERFORMANCE, ITEMS), (KNOWLEDGE, FACTS)]:
        heading, stem = filter(None, head[lang].splitlines())
        document.add_heading(heading, 2)
        document.add_paragraph(stem)
        for group, part in zip(GROUPS[lang], [items[lang][:1], items[lang][1:]], strict=True):
            document.add_heading(group, group_level)
            for item in part:
                document.add_paragraph(item, style="List Number")
    for line in filter(None, TAIL[lang].splitlines()):
        document.add_paragraph(line)
    stored = io.BytesIO()
    document.save(stored)
    return stored.getvalue()


@LANGUAGES
@pytest.mark.parametrize("level", [1, 2, 3])
def test_headings_of_groups_may_be_as_high_as_that_of_their_list(lang, level):
    document = parse("document.docx", word(lang, group_level=level))
    first, second = GROUPS[lang]
    one, two, three = ITEMS[lang]
    assert [(item.group, item.text) for item in document.performance] == [
        (first, one),
        (second, two),
        (second, three),
    ]
    assert [item.group for item in document.knowledge] == [first, second]
    assert "unknown-heading" not in {remark.code for remark in document.remarks}


@LANGUAGES
def test_an_unknown_heading_behind_the_items_is_none_of_a_group(lang):
    document = WordDocument()
    for line in filter(None, HEAD[lang].splitlines()):
        document.add_paragraph(line)
    for head, items in [(PERFORMANCE, ITEMS), (KNOWLEDGE, FACTS)]:
        document.add_heading(head[lang].splitlines()[0], 2)
        for item in items[lang]:
            document.add_paragraph(item, style="List Number")
    document.add_heading("Nodyn", 2)
    document.add_paragraph("Ymlaen", style="List Number")
    stored = io.BytesIO()
    document.save(stored)
    found = parse("document.docx", stored.getvalue())
    assert [item.text for item in found.knowledge] == FACTS[lang]
    assert "unknown-heading" in {remark.code for remark in found.remarks}


def printed(lang: str, tail: str) -> Document:
    """What is understood of a page after it was printed, its headings in a column of their own."""
    title, _, urn, *_rest = HEAD[lang].splitlines()
    style = "@page{size:A5;margin:50pt} *{font:10pt/14pt 'DejaVu Sans'} table{border-spacing:0}"
    source = f"<html lang={lang}><style>{style} td{{padding:6pt 6pt 0 0;vertical-align:top}}</style>"
    source += f"<h1>{title}</h1><p>{urn}</p><table>"
    for head, items in [(PERFORMANCE, ITEMS), (KNOWLEDGE, FACTS)]:
        # Browsers set numbers and full stops apart.
        listing = "".join(
            f"<p>{n}<i style='margin-left:.5pt'>.</i> {item}" for n, item in enumerate(items[lang], 1)
        )
        source += f"<tr><td style='width:80pt'>{head[lang].splitlines()[0]}<td>{listing}"
    return parse("document.pdf", HTML(string=f"{source}</table>{tail}").write_pdf())


@LANGUAGES
def test_a_full_stop_apart_is_one_of_the_label(lang):
    assert told(printed(lang, "").performance) == [(str(n), item) for n, item in enumerate(ITEMS[lang], 1)]


@LANGUAGES
def test_a_value_whose_name_had_no_room_on_the_page_belongs_to_it(lang):
    version, review, of, date = {
        "cy": ("Fersiwn rhif", "Dyddiad Adolygu", "Dangosol", "3 Mai 2026"),
        "en": ("Version number", "Indicative review", "date", "3 May 2026"),
    }[lang]
    room = "<div style='break-before:page;height:447pt'></div>"
    facts = f"<tr><td>{version}<td>2<tr><td>{review}<br>{of}<td>{date}"
    document = printed(lang, f"{room}<table>{facts}</table>")
    assert (document.version, document.review_on) == ("2", "2026-05-03")


@pytest.mark.parametrize("times", [0, 5])
def test_a_heading_may_go_on_with_a_word_that_is_one_itself(times):
    """However little stands beside the headings."""
    rules = f"rheolau {LONG['cy'][0]}" * times
    tail = (
        f"<tr><td>Cwmpas/ystod<td>{rules}<tr><td>Gwybodaeth<br>Cwmpas<td>{rules}<tr><td>Gwerthoedd<td>parch"
    )
    document = printed("cy", f"<table><col style='width:86pt'>{tail}</table>")
    assert told(document.performance) == [(str(n), item) for n, item in enumerate(ITEMS["cy"], 1)]
    assert "duplicate-heading" not in {remark.code for remark in document.remarks}


@LANGUAGES
def test_a_stem_ends_above_the_table_that_it_is_of(lang):
    heads = [list(filter(None, head[lang].splitlines())) for head in (PERFORMANCE, KNOWLEDGE)]
    lines = [
        [heads[0][0]],
        [heads[0][1]],
        ["", "x", "y"],
        ["", "1.", ITEMS[lang][0]],
        [heads[1][0]],
        [heads[1][1]],
    ]
    page = [
        Box(text, left, bottom=700 - 20 * n, right=left + 90, top=712 - 20 * n, height=12, first_word=20)
        for n, line in enumerate(lines)
        for left, text in zip([50, 55, 300], line, strict=False)
        if text
    ]
    assert [box.text for box in raised([page])[0] if box.left == 50] == [*heads[0], *heads[1]]


@LANGUAGES
def test_an_item_may_end_with_at_least(lang):
    hot = {"cy": "coginio bwyd nes ei fod yn 75 gradd o leiaf", "en": "heat food to 75 degrees at least"}[
        lang
    ]
    listing = [hot, *ITEMS[lang]]
    assert [
        item.text for item in parse("a.txt", text(lang, performance="\n".join(listing))).performance
    ] == listing


@LANGUAGES
@pytest.mark.parametrize("label", ["{}.", "P{}", "•"])
def test_the_rest_of_an_item_hangs_further_in_than_its_label(lang, label):
    items = [f"{label.format(n)} {item[:52]}\n     {item[52:]}" for n, item in enumerate(LONG[lang], 1)]
    items = [item.replace(" \n", "\n") for item in items]
    document = parse("a.txt", text(lang, performance="\n".join(items)))
    assert [" ".join(item.text.split()) for item in document.performance] == [
        " ".join(f"{item[:52].strip()} {item[52:].strip()}".split()) for item in LONG[lang]
    ]


@LANGUAGES
def test_an_item_that_lost_its_number_does_not_hang(lang):
    lines = [f"1. {ITEMS[lang][0]}", f"   {ITEMS[lang][1]}", f"3. {ITEMS[lang][2]}"]
    document = parse("a.txt", text(lang, performance="\n".join(lines)))
    assert [item.text for item in document.performance] == ITEMS[lang]


@LANGUAGES
@pytest.mark.parametrize("between", ["30 Tach 2014", "{performance}"])
def test_what_breaks_off_does_not_go_on_behind_something_else(lang, between):
    cut = {"cy": "sut i ofalu am", "en": "how to look after the"}[lang]
    between = between.format(performance=PERFORMANCE[lang])
    again = KNOWLEDGE[lang].splitlines()[0] if between == PERFORMANCE[lang] else ""
    knowledge = f"{FACTS[lang][0]}\n{cut}\n{between}\n{again}\n{FACTS[lang][1]}"
    document = parse("a.txt", text(lang, knowledge=knowledge))
    assert [item.text for item in document.knowledge] == [FACTS[lang][0], cut, FACTS[lang][1]]


@LANGUAGES
def test_a_page_may_show_a_text_as_it_was_typed(lang):
    wrapped = "\n".join(
        textwrap.fill(f"{n}. {item}", 60, subsequent_indent="   ") for n, item in enumerate(LONG[lang], 1)
    )
    page = f"<html><body><pre>{text(lang, performance=wrapped).decode()}</pre></body></html>"
    document = parse("a.html", page.encode())
    assert [item.text for item in document.performance] == LONG[lang]
    assert [item.text for item in document.knowledge] == FACTS[lang]
    assert (document.title, document.urn) == (HEAD[lang].splitlines()[0], "SIOP12")


@LANGUAGES
def test_the_last_word_of_an_item_is_no_heading_where_it_broke(lang):
    word, item = {
        "cy": ("ymddygiadau", "dweud wrth y rheolwr am y gwahaniaeth rhwng mathau o"),
        "en": ("behaviours", "tell the manager about the differences between passive"),
    }[lang]
    items = [*LONG[lang], f"{item} {word}", *LONG[lang]]
    lines = [
        textwrap.fill(f"{n}. {said}", len(item) + 4, break_on_hyphens=False)
        for n, said in enumerate(items, 1)
    ]
    document = parse("a.txt", text(lang, performance="\n".join(lines)))
    assert [found.text for found in document.performance] == items
