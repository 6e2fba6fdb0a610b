"""Labels, lists of the formats' own, headings and encodings that published documents were seen with."""

import io

import pytest
from docx import Document as WordDocument
from docx.shared import Cm
from weasyprint import HTML

from standards.nos.document import Refused
from standards.nos.parse import parse
from tests.standards.documents import FACTS, HEAD, ITEMS, KNOWLEDGE, PERFORMANCE, TAIL, text

LANGUAGES = pytest.mark.parametrize("lang", ["cy", "en"])
INCLUDING = {"cy": "dilyn rheolau, gan gynnwys:", "en": "follow rules, including:"}


def performance(data: bytes, name: str = "document.txt"):
    return parse(name, data).performance


def told(items) -> list[tuple[str, str]]:
    return [(item.number, item.text) for item in items]


def in_order(lang: str) -> list[tuple[str, str]]:
    return [(str(n), item) for n, item in enumerate(ITEMS[lang], 1)]


def with_sub_items(lang: str) -> list[tuple[str, str]]:
    one, two, three = ITEMS[lang]
    return [("1", INCLUDING[lang]), ("1.1", one), ("1.2", two), ("2", three)]


@LANGUAGES
@pytest.mark.parametrize(
    "label", ["({}) ", "(P{}) ", "P{}: ", "P{} - ", "p{} ", "PC{} ", "P {}. ", "{}.", "{}\u00a0\u00a0"]
)
def test_numbers_are_read_however_they_are_printed(lang, label):
    lines = [label.format(n) + item for n, item in enumerate(ITEMS[lang], 1)]
    assert told(performance(text(lang, performance="\n".join(lines)))) == in_order(lang)


@pytest.mark.parametrize(
    "said", ["gofal cyn- ac ôl-driniaeth", "pre- and post-treatment care", "tools – kept dry"]
)
def test_a_dash_within_a_numbered_text_stays(said):
    items = performance(text("en", performance=f"P1 - {said}\n2. {said}\n3 – {said}"))
    assert [item.text for item in items] == [said] * 3


@LANGUAGES
@pytest.mark.parametrize("bullet", ["o", "➢", "−", "■", "\uf0b7", "*"])
def test_bullets_of_all_kinds_are_labels(lang, bullet):
    items = performance(text(lang, performance="\n".join(f"{bullet} {item}" for item in ITEMS[lang])))
    assert told(items) == in_order(lang)
    assert {item.printed_label for item in items} == {bullet}


@LANGUAGES
@pytest.mark.parametrize("glued", ["1. {} 2. {} 3. {}", "1.{}2.{}3.{}", "1 {} 2 {} 3 {}", "• {} • {} • {}"])
def test_a_whole_list_on_one_line_is_cut(lang, glued):
    assert told(performance(text(lang, performance=glued.format(*ITEMS[lang])))) == in_order(lang)


@LANGUAGES
def test_an_item_that_begins_on_a_wrapped_line_is_found(lang):
    _one, two, three = ITEMS[lang]
    halves = {"cy": ("gweithio yn", "ddiogel"), "en": ("work with the", "others")}[lang]
    items = performance(text(lang, performance=f"1. {halves[0]}\n{halves[1]} 2. {two}\n3. {three}"))
    assert told(items) == [("1", " ".join(halves)), ("2", two), ("3", three)]


@LANGUAGES
@pytest.mark.parametrize(
    "subs", ["a) {} b) {}", "• {} • {}", "\ni. {}\nii. {}", "\no {}\no {}", "\n{}\n{}", "\n1.1. {}\n1.2. {}"]
)
def test_sub_items_may_be_glued_or_have_roman_numbers(lang, subs):
    one, two, three = ITEMS[lang]
    items = performance(text(lang, performance=f"1. {INCLUDING[lang]} {subs.format(one, two)}\n2. {three}"))
    assert told(items) == with_sub_items(lang)


@LANGUAGES
def test_names_with_capitals_under_an_item_are_its_sub_items(lang):
    names = ["Health and Safety Act", "Equality Act", "COSHH"]
    listing = "\n".join([f"1. {INCLUDING[lang]}", *names, f"2. {ITEMS[lang][0]}"])
    numbers = [item.number for item in performance(text(lang, performance=listing))]
    assert numbers == ["1", "1.1", "1.2", "1.3", "2"]


@LANGUAGES
def test_the_foot_of_a_page_that_was_copied_along_is_no_item(lang):
    one, two, three = ITEMS[lang]
    foot = f"SIOP12 {HEAD[lang].splitlines()[0]} 2"
    assert told(performance(text(lang, performance=f"1. {one}\n{foot}\n2. {two}\n3. {three}"))) == in_order(
        lang
    )


@LANGUAGES
def test_a_number_in_a_text_is_no_label(lang):
    one, two, _three = ITEMS[lang]
    for bullet in ("- ", ""):
        lines = f"{bullet}{one}\n{bullet}24 {two}\n{bullet}7 {two}"
        items = performance(text(lang, performance=lines))
        assert [item.text for item in items] == [one, f"24 {two}", f"7 {two}"]


def page(lang: str, listing: str) -> bytes:
    title, _, urn, *_rest = HEAD[lang].splitlines()
    over, perf, know = (f"<h2>{part}</h2>" for part in _headings(lang))
    facts = "".join(f"<li>{fact}</li>" for fact in FACTS[lang])
    return f"<h1>{title}</h1><p>{urn}</p>{over}<p>x</p>{perf}{listing}{know}<ol>{facts}</ol>".encode()


def _headings(lang: str) -> list[str]:
    over = {"cy": "Trosolwg", "en": "Overview"}[lang]
    return [over, PERFORMANCE[lang].splitlines()[0], KNOWLEDGE[lang].splitlines()[0]]


@LANGUAGES
@pytest.mark.parametrize(
    "listing",
    [
        "<ol><li>{}<ol type=a><li>{}</li><li>{}</li></ol></li><li>{}</li></ol>",
        "<ol><li>{}</li></ol><ul><li>{}</li><li>{}</li></ul><ol start=2><li>{}</li></ol>",
        "<ol><li>{}<br>- {}<br>- {}</li><li><p>{}</p></li></ol>",
        "<p>1. {}</p><ul><li>{}</li><li>{}</li></ul><p>2. {}</p>",
        "<table><tr><td>P1</td><td>{}</td></tr><tr><td>P1.1</td><td>{}</td></tr>"
        "<tr><td>P1.2</td><td>{}</td></tr><tr><td>P2</td><td>{}</td></tr></table>",
    ],
)
def test_lists_of_web_pages_nest_in_many_ways(lang, listing):
    one, two, three = ITEMS[lang]
    data = page(lang, listing.format(INCLUDING[lang], one, two, three))
    assert told(performance(data, "page.html")) == with_sub_items(lang)


COLUMNS = {"cy": ("Rhif", "Maen prawf"), "en": ("Number", "Criterion")}


@LANGUAGES
@pytest.mark.parametrize(
    "head",
    [
        "<tr><th>{0}</th><th>{1}</th></tr>",
        "<tr><th>#</th><th>Whatever they call it</th></tr>",
        "<thead><tr><th></th><th>{2}</th></tr></thead>",
        "<tr><td>{0}</td><td><b>{1}</b></td></tr>",
        "<tr><td>{0}</td><td>{2}</td></tr>",
    ],
)
def test_the_head_of_a_table_is_neither_item_nor_group_nor_heading(lang, head):
    rows = "".join(f"<tr><td>{n}</td><td>{item}</td></tr>" for n, item in enumerate(ITEMS[lang], 1))
    data = page(lang, f"<table>{head.format(*COLUMNS[lang], _headings(lang)[1])}{rows}</table>")
    document = parse("page.html", data)
    assert told(document.performance) == in_order(lang)
    assert {item.group for item in document.performance} == {None}
    assert document.remarks == []


@LANGUAGES
def test_the_head_of_a_table_may_be_the_only_heading_of_its_list(lang):
    heading = PERFORMANCE[lang].splitlines()[0]
    table = f"{COLUMNS[lang][0]}\t{heading}\n" + "\n".join(f"{n}\t{item}" for n, item in in_order(lang))
    data = text(lang).decode().replace(PERFORMANCE[lang] + "\n", "")
    start, end = data.index("1. "), data.index(KNOWLEDGE[lang])
    document = parse("document.txt", f"{data[:start]}{table}\n{data[end:]}".encode())
    assert told(document.performance) == in_order(lang)


@LANGUAGES
def test_what_a_web_page_does_not_show_is_no_item(lang):
    one, two, three = ITEMS[lang]
    unseen = "<p hidden>a</p><img hidden><p style='display: none'>b</p><s>c</s>"
    shown = f"<button aria-controls=more></button><div id=more hidden><p>3. {three}</p></div>"
    items = performance(page(lang, f"<p>1. {one}</p>{unseen}<p>2. {two}</p>{shown}"), "page.html")
    assert told(items) == in_order(lang)


@LANGUAGES
def test_an_element_may_say_that_it_is_a_heading(lang):
    listing = "<ol>{}</ol>".format("".join(f"<li>{item}</li>" for item in ITEMS[lang]))
    heading = "<div role=heading aria-level=2>Something new</div><p>none</p>"
    document = parse("page.html", page(lang, listing + heading))
    assert told(document.performance) == in_order(lang)
    assert [remark.code for remark in document.remarks] == ["unknown-heading"]


@LANGUAGES
def test_title_and_urn_may_stand_in_the_head_of_the_pages_of_word(lang):
    title = HEAD[lang].splitlines()[0]
    word = WordDocument()
    word.sections[0].header.paragraphs[0].text = f"SIOP12\n{title}"
    word.add_heading(_headings(lang)[1], 1)
    for item in ITEMS[lang]:
        word.add_paragraph(item, style="List Number").add_run(" hidden").font.hidden = True
    data = io.BytesIO()
    word.save(data)
    document = parse("document.docx", data.getvalue())
    assert (document.urn, document.title) == ("SIOP12", title)
    assert told(document.performance) == in_order(lang)


@LANGUAGES
def test_a_list_item_of_a_web_page_may_number_itself_and_break(lang):
    lines = [item.split(" ", 1) for item in ITEMS[lang]]
    rows = "".join(f"<li>{n}. {first}<br>{rest}</li>" for n, (first, rest) in enumerate(lines, 1))
    items = performance(page(lang, f"<ul>{rows}</ul>"), "page.html")
    assert told(items) == in_order(lang)
    assert [item.printed_label for item in items] == ["1.", "2.", "3."]


@LANGUAGES
@pytest.mark.parametrize("styles", [("List Number", "List Bullet"), ("List Number", "List Number 2")])
def test_lists_of_word_nest_by_style(lang, styles):
    over, perf, know = _headings(lang)
    document = WordDocument()
    document.add_heading(HEAD[lang].splitlines()[0], 0)
    for heading, lines in [(over, []), (perf, with_sub_items(lang)), (know, [("1", FACTS[lang][0])])]:
        document.add_heading(heading, 1)
        for number, line in lines:
            document.add_paragraph(line, styles["." in number])
    file = io.BytesIO()
    document.save(file)
    assert told(performance(file.getvalue(), "document.docx")) == with_sub_items(lang)


@LANGUAGES
def test_paragraphs_of_word_tell_by_indentation_and_letters_what_belongs_together(lang):
    over, perf, know = _headings(lang)
    document = WordDocument()
    document.add_heading(HEAD[lang].splitlines()[0], 0)
    document.add_heading(over, 1)
    document.add_heading(perf, 1)
    for number, line in with_sub_items(lang):
        document.add_paragraph(line).paragraph_format.left_indent = Cm(number.count("."))
    document.add_heading(know, 1)
    for fact in FACTS[lang]:
        document.add_paragraph().add_run(f"Group of {fact}").bold = True
        document.add_paragraph(fact.capitalize())
    file = io.BytesIO()
    document.save(file)
    found = parse("document.docx", file.getvalue())
    assert told(found.performance) == with_sub_items(lang)
    assert [(item.group, item.text) for item in found.knowledge] == [
        (f"Group of {fact}", fact.capitalize()) for fact in FACTS[lang]
    ]


@LANGUAGES
def test_a_pdf_without_columns_wraps_its_lines_and_keeps_its_table(lang):
    long = [f"{item} {' '.join(ITEMS[lang])} {n}x" for n, item in enumerate(ITEMS[lang] * 5, 1)]
    rows = "".join(f"<p>P{n} {item}</p>" for n, item in enumerate(long, 1))
    facts = [line for line in TAIL[lang].splitlines() if line][-6:]
    table = "".join(
        f"<tr><th>{a}</th><td>{b}</td></tr>" for a, b in zip(facts[::2], facts[1::2], strict=True)
    )
    style = "<style>@page{size:A5;@bottom-right{content:counter(page)}}th{text-align:left}</style>"
    source = style + page(lang, rows).decode() + f"<table>{table}</table>"
    document = parse("document.pdf", HTML(string=source).write_pdf())
    assert [item.text for item in document.performance] == long
    assert [item.text for item in document.knowledge] == FACTS[lang]
    assert (document.version, document.validity, document.status) == ("1", "current", "original")


@LANGUAGES
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-8-sig", "cp1252"])
def test_letters_are_read_whatever_wrote_them(lang, encoding):
    data = text(lang, performance="1. rôl â’r\n2. gweithio").decode().encode(encoding)
    assert performance(data)[0].text == "rôl â’r"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("items.html", b"<h2>Performance criteria</h2><ol>" + b"<li>x y</li>" * 100_000),
        ("deep.html", b"<h2>Performance criteria</h2>" + b"<ul><li>x" * 50_000),
        ("markup.html", b"<h2>Performance criteria</h2><ol><li>x y</ol>" + b"<div>" * 200_000),
    ],
)
def test_endless_web_pages_are_refused_at_once(name, data):
    with pytest.raises(Refused, match=r"\.$"):
        parse(name, data)


@LANGUAGES
@pytest.mark.parametrize("bullet", ["• ", "- "])
def test_a_number_behind_a_bullet_is_the_label(lang, bullet):
    lines = [f"{bullet}P{n} {item}" for n, item in enumerate(ITEMS[lang], 1)]
    items = performance(text(lang, performance="\n".join(lines)))
    assert (told(items), items[0].printed_label) == (in_order(lang), "P1")


@LANGUAGES
def test_a_quantity_behind_a_bullet_is_none(lang):
    items = performance(text(lang, performance="• 24 awr y dydd\n• 1.5 mm o led"))
    assert [item.text for item in items] == ["24 awr y dydd", "1.5 mm o led"]


@LANGUAGES
@pytest.mark.parametrize("label", ["", "• "])
def test_parts_with_numbers_of_items_without_belong_to_them(lang, label):
    one, two, three = ITEMS[lang]
    listing = f"{label}{three}\n{label}{INCLUDING[lang]}\n2.1 {one}\n2.2 {two}\n{label}{three}"
    assert told(performance(text(lang, performance=listing))) == [
        *(("1", three), ("2", INCLUDING[lang]), ("2.1", one), ("2.2", two), ("3", three))
    ]


@LANGUAGES
@pytest.mark.parametrize("end", [".", ";"])
def test_among_sentences_the_line_without_an_end_is_a_group_if_the_list_begins_with_one(lang, end):
    groups = {"cy": ["Cyn agor", "Wedi cau"], "en": ["Before opening", "After closing"]}[lang]
    sentences = [f"{item.capitalize()}{end}" for item in ITEMS[lang]]
    for listing, first in [([groups[0], *sentences[:2]], groups[0]), (sentences[:2], None)]:
        lines = [*listing, groups[1], sentences[2]]
        items = performance(text(lang, performance="\n".join(lines)))
        found = [(item.group, item.text) for item in items]
        last = [(groups[1], sentences[2])] if first else [(None, groups[1]), (None, sentences[2])]
        assert found == [(first, sentence) for sentence in sentences[:2]] + last


@LANGUAGES
def test_a_criterion_may_be_bold(lang):
    one, two, three = ITEMS[lang]
    listing = f"<p>{one}</p><p><b>{two}</b></p><p>{three}</p>"
    page = f"<h1>{HEAD[lang].splitlines()[0]}</h1><h2>{PERFORMANCE[lang].splitlines()[0]}</h2>{listing}"
    items = performance(page.encode(), "page.html")
    assert [(item.group, item.text) for item in items] == [(None, item) for item in (one, two, three)]


@LANGUAGES
def test_the_sentence_above_a_list_has_many_forms(lang):
    stems = {
        "cy": ["Byddwch yn gallu:", "Mae'n ofynnol i chi allu:", "Mae'n rhaid i'r unigolyn allu:"],
        "en": [
            "The individual must be able to:",
            "To be competent, you must be able to:",
            "You are required to be able to:",
        ],
    }[lang]
    for stem in stems:
        data = text(lang).decode().replace(PERFORMANCE[lang].splitlines()[2], stem)
        assert told(performance(data.encode())) == in_order(lang)


@LANGUAGES
def test_what_stands_at_the_edges_of_pages_is_no_item(lang):
    one, two, three = ITEMS[lang]
    title = HEAD[lang].splitlines()[0]
    page = {"cy": "Tudalen 2 o 4", "en": "Page 2 of 4"}[lang]
    for edge in [
        page,
        "SIOP12",
        f"SIOP12\n{title}",
        f"{title}\nSIOP12",
        "SIOP12 3",
        "______",
        "© Lantra 2012",
    ]:
        listing = f"P1 {one}\n{edge}\nP2 {two}\nP3 {three}"
        items = performance(text(lang, performance=listing))
        assert [(item.group, item.number, item.text) for item in items] == [
            (None, number, item) for number, item in in_order(lang)
        ]


@LANGUAGES
def test_buttons_may_say_the_headings_of_their_sections(lang):
    items, facts = ("".join(f"<p>{n}. {x}" for n, x in enumerate(xs[lang], 1)) for xs in (ITEMS, FACTS))
    heads = [head[lang].splitlines()[0] for head in (PERFORMANCE, KNOWLEDGE)]
    page = f"<h1>{HEAD[lang].splitlines()[0]}</h1><button>Argraffu / Print</button>"
    page += f"<button>{heads[0]}<svg></svg></button><div>{items}</div>"
    page += f"<h2><button>{heads[1]}</button></h2><div>{facts}</div><button><span>Top</span></button>"
    document = parse("document.html", page.encode())
    assert [item.text for item in document.performance] == ITEMS[lang]
    assert [item.text for item in document.knowledge] == FACTS[lang]
    assert [remark.code for remark in document.remarks] == ["missing-urn"]


@LANGUAGES
def test_names_and_values_may_touch(lang):
    """A style sheet sets them apart."""
    names = {
        "cy": ("URN", "Datblygwyd gan", "Fersiwn rhif", "Statws"),
        "en": ("URN", "Developed by", "Version number", "Status"),
    }[lang]
    facts = list(zip(names, ("SIOP12", "Y Cyngor", "2", "Original"), strict=True))
    head = "".join(f"<div><span>{name}</span><span>{value}</span></div>" for name, value in facts)
    body = f"<h2>{PERFORMANCE[lang].splitlines()[0]}</h2><ol><li>{'<li>'.join(ITEMS[lang])}</ol>"
    document = parse("document.html", f"<h1>{HEAD[lang].splitlines()[0]}</h1>{head}{body}".encode())
    assert (document.urn, document.developer, document.version) == ("SIOP12", "Y Cyngor", "2")
