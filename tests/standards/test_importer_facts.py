"""The facts at the end of a document, in tables and lists, and names beside values of any height."""

import pytest
from weasyprint import HTML

from standards.nos.document import Document
from standards.nos.parse import parse
from tests.standards.documents import FACTS, HEAD, ITEMS, KNOWLEDGE, PERFORMANCE, html, text

LANGUAGES = pytest.mark.parametrize("lang", ["cy", "en"])
# One occupation that has commas, and two more.
OCCUPATIONS = {
    "cy": ["Iechyd, Gwasanaethau Cyhoeddus a Gofal", "Glanhawyr a Gweithwyr Domestig", "Rheolwyr Siopau"],
    "en": ["Health, Public Services and Care", "Cleaners and Domestics", "Managers of Shops"],
}
NAMES = {
    "cy": [
        *("Fersiwn rhif", "Dyddiad Adolygu Dangosol", "Sefydliad gwreiddiol", "URN gwreiddiol"),
        *("Galwedigaethau Perthnasol", "Geiriau Allweddol"),
    ],
    "en": [
        *("Version number", "Indicative review date", "Originating organisation", "Original URN"),
        *("Relevant occupations", "Keywords"),
    ],
}
VALUES = ["2", "2027-03-01", "Lantra", "SIOP11"]


def tail(lang: str, occupations: str, keywords: str = "siop; shop;") -> list[tuple[str, str]]:
    return list(zip(NAMES[lang], [*VALUES, occupations, keywords], strict=True))


def told(document: Document) -> tuple:
    return (
        *(document.version, document.review_on, document.originating_organisation),
        *(document.original_urns, document.occupations, document.keywords),
    )


def expected(lang: str) -> tuple:
    return "2", "2027-03-01", "Lantra", ["SIOP11"], OCCUPATIONS[lang], ["siop", "shop"]


def printed(lang: str, facts: str, style: str) -> Document:
    title, _, urn, *_rest = HEAD[lang].splitlines()
    lists = [(PERFORMANCE[lang], ITEMS[lang]), (KNOWLEDGE[lang], FACTS[lang])]
    body = "".join(
        f"<h2>{heading.splitlines()[0]}</h2><ol>{''.join(f'<li>{item}' for item in items)}</ol>"
        for heading, items in lists
    )
    page = (
        f"<html lang={lang}><style>@page{{size:A5}}{style}</style><h1>{title}</h1><p>{urn}</p>{body}{facts}"
    )
    return parse("document.pdf", HTML(string=page).write_pdf())


@LANGUAGES
def test_commas_within_the_name_of_an_occupation_are_its_own(lang):
    one, two, three = OCCUPATIONS[lang]
    for listing, found in [(one, [one]), (f"{one}, {two}, {three}", OCCUPATIONS[lang])]:
        data = text(lang, tail=f"{NAMES[lang][4]}\n{listing}\n")
        assert parse("document.txt", data).occupations == found


@LANGUAGES
@pytest.mark.parametrize("bullet", ["• ", "- ", "* "])
def test_facts_may_be_a_list(lang, bullet):
    facts = tail(lang, "; ".join(OCCUPATIONS[lang]))
    data = text(lang, tail="".join(f"{bullet}{name}: {value}\n" for name, value in facts))
    document = parse("document.txt", data)
    assert told(document) == expected(lang)
    assert [item.text for item in document.knowledge] == FACTS[lang]


@LANGUAGES
@pytest.mark.parametrize("place", ["middle", "top"])
@pytest.mark.parametrize("names", ["text-align:center", "text-align:left;vertical-align:top"])
def test_names_and_values_stand_beside_each_other_wherever_in_their_cells(lang, place, names):
    rows = "".join(f"<tr><th>{n}<td>{v}" for n, v in tail(lang, "; ".join(OCCUPATIONS[lang])))
    style = (
        f"th{{width:22%;{names}}} td{{vertical-align:{place}}} td,th{{padding:2pt}} table{{font-size:10pt}}"
    )
    for width in ("60%", "100%"):
        document = printed(lang, f"<table style='width:{width}'>{rows}</table>", style)
        assert told(document) == expected(lang)


SECTIONS = {
    "cy": ["Trosolwg", "Cwmpas/ystod", "Gwerthoedd", "Sgiliau", "Geirfa", "Dilysrwydd", "Ar hyn o bryd"],
    "en": ["Overview", "Scope/range", "Values", "Skills", "Glossary", "Validity", "Current"],
}


@LANGUAGES
@pytest.mark.parametrize("height", [120, 150, 180, 210])
def test_sections_beside_headings_half_way_down_may_be_empty_or_cut(lang, height):
    title, _, urn, developer, *_rest, overview = HEAD[lang].splitlines()
    above, scope, values, skills, glossary, validity, current = SECTIONS[lang]
    items, skilled = ITEMS[lang] * 3, [item.capitalize() for item in FACTS[lang] * 2]
    listed = "".join(f"<p>{n}. {item}" for n, item in enumerate(items, 1))
    cells = {above: f"<p>{overview}<p>{overview}"} | {
        heading: f"<p>{stem}{listed}"
        for heading, _blank, stem in (PERFORMANCE[lang].splitlines(), KNOWLEDGE[lang].splitlines())
    }
    cells |= {scope: "", values: "", skills: f"<ul><li>{'<li>'.join(skilled)}</ul>", glossary: ""}
    facts = [fact.split(": ") for fact in (urn, developer)]
    tables = [facts, cells.items(), [(validity, current)]]
    rows = ["".join(f"<tr><th>{name}<td>{value}" for name, value in table) for table in tables]
    style = f"<style>@page{{size:150mm {height}mm;margin:15mm}} table{{font-size:10pt}}</style>"
    source = (
        f"<html lang={lang}>{style}<h1>{title}</h1>{''.join(f'<table>{table}</table>' for table in rows)}"
    )
    document = parse("document.pdf", HTML(string=source).write_pdf())
    assert [item.text for item in document.performance + document.knowledge] == items * 2
    assert len(document.overview) == 2
    assert document.skills == skilled
    assert {remark.code for remark in document.remarks} <= {"stem-language"}


@LANGUAGES
def test_names_may_be_spread_over_their_cells(lang):
    rows = tail(lang, "; ".join(OCCUPATIONS[lang]))
    table = "".join(f"<tr><th>{name}<td>{value}" for name, value in rows)
    style = (
        "th,td{vertical-align:top;padding:1pt 10pt} th{width:38mm;text-align:justify} table{font-size:10pt}"
    )
    assert told(printed(lang, f"<table>{table}</table>", style)) == expected(lang)


@LANGUAGES
def test_values_may_be_lists_of_their_own(lang):
    listing = "".join(f"<li>{name}" for name in OCCUPATIONS[lang])
    rows = tail(lang, f"<ul>{listing}</ul>", "<ul><li>siop<li>shop<li>siop</ul>")
    table = "".join(f"<tr><th>{name}<td>{value}" for name, value in rows)
    style = "th{width:30%;text-align:left} td{vertical-align:middle} ul{margin:0} th,td{padding:3pt}"
    style += " tr{break-inside:avoid}"
    assert told(printed(lang, f"<table>{table}</table>", style)) == expected(lang)


@LANGUAGES
@pytest.mark.parametrize(
    "nothing", ["N/A", "-", {"cy": "Dim", "en": "None"}, {"cy": "Amherthnasol", "en": "n/a."}]
)
def test_a_field_may_say_that_it_has_no_value(lang, nothing):
    said = nothing[lang] if isinstance(nothing, dict) else nothing
    facts = "\n".join(f"{name}: {said}" for name in NAMES[lang])
    assert told(parse("document.txt", text(lang, tail=facts))) == ("", "", "", [], [], [])


@LANGUAGES
@pytest.mark.parametrize("short", ["SIOP12 {}", "SIOP12: {}", "{} (SIOP12)"])
def test_a_head_of_pages_with_the_urn_and_a_part_of_the_title_is_not_the_title(lang, short):
    title, *rest = HEAD[lang].splitlines()
    head = "\n".join([short.format(title.rpartition(" ")[0]), title, *rest])
    assert parse("a.txt", text(lang, head=head)).title == title


@LANGUAGES
@pytest.mark.parametrize("between", ["\t", "  ", " "])
def test_the_first_fact_below_the_title_needs_neither_colon_nor_urn(lang, between):
    title, *_rest = HEAD[lang].splitlines()
    name = {"cy": "Cyfres", "en": "Suite"}[lang]
    head = f"{title}\n\n{name}{between}Siopau\n"
    document = parse("a.txt", text(lang, head=head))
    assert (document.title, document.suites) == (title, ["Siopau"])
    # A title may begin with the same word.
    assert parse("a.txt", text(lang, head=f"{name} Siopau\n\n{title}\n")).title == f"{name} Siopau"


@LANGUAGES
def test_headings_in_small_letters_are_headings_also_if_they_are_one_word(lang):
    suite, value = {"cy": ("cyfres", "Manwerthu"), "en": ("suite", "Retail")}[lang]
    document = parse(
        "a.txt", text(lang).decode().casefold().replace("\n\nurn", f"\n\n{suite}\n{value}\nurn").encode()
    )
    assert (document.suites, len(document.overview)) == ([value], 1)
    assert (len(document.performance), len(document.knowledge), document.version) == (3, 2, "1")


@LANGUAGES
def test_the_title_may_stand_below_the_facts_or_once_more(lang):
    title = HEAD[lang].splitlines()[0]
    facts = "<table><tr><td>URN<td>SIOP12</table>"
    whole = html(lang).decode()
    below = whole.replace(f"<h1>{title}</h1>", f"{facts}<h1>{title}</h1>")
    again = whole.replace(f"<h1>{title}</h1>", f"<p>{title}</p>{facts}<h1>{title}</h1>")
    for page in (below, again):
        document = parse("a.html", page.encode())
        assert (document.title, document.urn) == (title, "SIOP12")
        assert not {"unknown-heading", "missing-urn"} & {remark.code for remark in document.remarks}


@LANGUAGES
def test_a_heading_above_the_sections_that_is_not_the_title_is_unknown(lang):
    title = HEAD[lang].splitlines()[0]
    page = html(lang).decode().replace(f"<h1>{title}</h1>", f"<h1>{title}</h1><h2>Colofn</h2><p>x</p>")
    document = parse("a.html", page.encode())
    assert document.title == title
    assert "unknown-heading" in {remark.code for remark in document.remarks}


@LANGUAGES
@pytest.mark.parametrize("written", ["cp1252", "iso8859-14", "utf-8"])
@pytest.mark.parametrize("said", ["iso-8859-1", "windows-1252", "iso-8859-14", "nothing-known"])
def test_pages_are_read_whatever_encoding_they_say_they_have(lang, written, said):
    item = {"cp1252": "rôl â’r", "iso8859-14": "dŵr a thŷ", "utf-8": "dŵr a’r tŷ"}[written]
    if (written, said) == ("cp1252", "iso-8859-14"):
        item = "rôl"
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={said}">'
    page = html(lang).decode().replace("<head>", f"<head>{meta}").replace(ITEMS[lang][0], item)
    document = parse("a.html", page.replace("\u200b", "").encode(written))
    assert document.performance[0].text == item


@LANGUAGES
def test_a_title_may_break_before_a_small_letter(lang):
    first, *rest = HEAD[lang].splitlines()
    document = parse("a.txt", text(lang, head="\n".join([first, "yn y dref", *rest])))
    assert document.title == f"{first} yn y dref"
    document = parse("a.txt", text(lang, head="\n".join([first, "", "yn y dref", *rest])))
    assert document.title == first


@LANGUAGES
def test_outcomes_below_a_stem_in_the_overview_are_no_criteria(lang):
    stem = PERFORMANCE[lang].splitlines()[2]
    document = parse("a.txt", text(lang, head=f"{HEAD[lang]}\n{stem}\n\n1. x y\n2. z"))
    assert [item.text for item in document.performance] == ITEMS[lang]
    assert not {remark.code for remark in document.remarks}


@LANGUAGES
@pytest.mark.parametrize("cell", ["td", "th"])
def test_names_of_facts_may_stand_above_their_values(lang, cell):
    names = {"cy": ("URN", "Cyfres", "Fersiwn rhif"), "en": ("URN", "Suite", "Version number")}[lang]
    rows = "".join(
        f"<tr>{''.join(f'<{tag}>{said}</{tag}>' for said in row)}</tr>"
        for tag, row in [(cell, names), ("td", ("SIOP7", "", "3"))]
    )
    page = (
        html(lang)
        .decode()
        .replace("<table><tr><td>URN</td><td>SIOP\u200b12</td></tr></table>", f"<table>{rows}</table>")
    )
    document = parse("a.html", page.encode())
    assert (document.urn, document.suites, document.version) == ("SIOP7", [], "3")
    assert len(document.performance) == len(ITEMS[lang]) + 2


@LANGUAGES
def test_headings_of_a_page_may_be_numbered(lang):
    name, word = {"cy": ("Geiriau Allweddol", "siop"), "en": ("Keywords", "shop")}[lang]
    page = html(lang).decode().replace("</body>", f"<h2>4. {name}</h2><p>{word}</p></body>")
    document = parse("a.html", page.encode())
    assert document.keywords == [word]
    assert "unknown-heading" not in {remark.code for remark in document.remarks}


@LANGUAGES
@pytest.mark.parametrize("blank", ["\n", "\n\n"])
def test_what_a_page_has_above_and_below_the_document_is_not_of_it(lang, blank):
    above, name, words, below = {
        "cy": (
            ["Neidio i'r prif gynnwys", "Hafan"],
            "Geiriau Allweddol",
            "siop; gofal",
            ["Rydym yn defnyddio cwcis.", "Preifatrwydd"],
        ),
        "en": (["Skip to main content", "Home"], "Keywords", "shop; care", ["We use cookies.", "Privacy"]),
    }[lang]
    for last in (below, ["© 2024", *below], []):
        head, tail = blank.join([*above, HEAD[lang]]), blank.join([name, words, *last])
        document = parse("a.txt", text(lang, head=head, tail=tail))
        assert document.title == HEAD[lang].splitlines()[0]
        assert document.keywords == words.split("; ")


@LANGUAGES
def test_the_last_words_of_a_list_may_break_and_end_with_a_full_stop(lang):
    name = {"cy": "Geiriau Allweddol", "en": "Keywords"}[lang]
    document = parse("a.txt", text(lang, tail=f"{name}\nsiop; gofal\nam gwsmeriaid."))
    assert document.keywords == ["siop", "gofal am gwsmeriaid."]


@LANGUAGES
def test_facts_may_stand_two_to_a_row(lang):
    """Lines of a narrow cell are one value; below the last row stands what the last row does not go on with."""
    names = {
        "cy": [
            "Fersiwn rhif",
            "Datblygwyd gan",
            "Statws",
            "Sefydliad Cychwynnol",
            "RCU gwreiddiol",
            "Cyfres",
        ],
        "en": [
            "Version number",
            "Developed by",
            "Status",
            "Originating organisation",
            "Original URN",
            "Suite",
        ],
    }[lang]
    long = {"cy": "Cyngor Sgiliau Gofal Cymru a Lloegr", "en": "The Council of Skills for Wales and England"}[
        lang
    ]
    values = ["2", long, "Original", long, "SIOP11; SIOP2-09", "Siop"]
    cells = [f"<td>{name}<td>{value}" for name, value in zip(names, values, strict=True)]
    rows = "".join(f"<tr>{first}{second}" for first, second in zip(cells[::2], cells[1::2], strict=True))
    style = "table{width:100%;table-layout:fixed;font-size:9pt} td{vertical-align:top;padding:2mm}"
    document = printed(lang, f"<table>{rows}</table>", style)
    assert (document.version, document.developer, document.originating_organisation) == ("2", long, long)
    assert (document.original_urns, document.suites) == (["SIOP11", "SIOP2-09"], ["Siop"])
    assert len(document.knowledge) == len(FACTS[lang])
