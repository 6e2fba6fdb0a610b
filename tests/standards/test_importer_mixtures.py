"""Lists in which some items have labels and others have none, or others."""

import pytest

from standards.nos.parse import parse
from tests.standards.documents import ITEMS, text
from tests.standards.test_importer_labels import page

LANGUAGES = pytest.mark.parametrize("lang", ["cy", "en"])
MORE = {
    "cy": ["gwirio'r stoc", "glanhau'r ffenestri", "gosod prisiau", "adrodd am ddiffygion"],
    "en": ["check the stock", "clean the windows", "set the prices", "report defects"],
}


def told(items) -> list[tuple[str, str, str]]:
    return [(item.number, item.printed_label, item.text) for item in items]


def expected(texts: list[str], labels: list[str]) -> list[tuple[str, str, str]]:
    return [(str(n), label, said) for n, (said, label) in enumerate(zip(texts, labels, strict=True), 1)]


@LANGUAGES
@pytest.mark.parametrize("end", ["", "."])
def test_numbers_behind_bullets_need_no_full_stop(lang, end):
    texts = ITEMS[lang] + MORE[lang]
    labels = ["-", "-", "-", "-", "", f"5{end}", f"6{end}"]
    lines = [f"{label} {said}".strip() for label, said in zip(labels, texts, strict=True)]
    document = parse("a.txt", text(lang, performance="\n".join(lines)))
    assert told(document.performance) == expected(texts, labels)
    assert "renumbered" in {remark.code for remark in document.remarks}


@LANGUAGES
def test_quantities_behind_bullets_are_no_numbers(lang):
    lines = ["- " + said for said in ITEMS[lang]] + ["24 awr" + said for said in ("", " eto")]
    items = parse("a.txt", text(lang, performance="\n".join(lines))).performance
    assert [item.printed_label for item in items] == ["-", "-", "-", "", ""]


@LANGUAGES
@pytest.mark.parametrize("label", ["P{}", "{}.", "({})", "{}"])
def test_an_item_of_a_page_without_a_label_stands_beside_those_that_have_one(lang, label):
    texts = ITEMS[lang] + MORE[lang]
    labels = [label.format(n) for n in (1, 2, 3)] + [""] + [label.format(n) for n in (4, 5, 6)]
    listing = "".join(f"<li>{name} {said}" for name, said in zip(labels, texts, strict=True))
    document = parse("a.html", page(lang, f"<ul>{listing}</ul>"))
    assert told(document.performance) == expected(texts, labels)
    assert "renumbered" in {remark.code for remark in document.remarks}


@LANGUAGES
def test_a_bare_number_does_not_count_on_behind_a_letter(lang):
    rest = {"cy": ["o fewn y", "2 ddiwrnod nesaf"], "en": ["within the", "2 days that follow"]}[lang]
    texts = [f"{ITEMS[lang][0]} {' '.join(rest)}", *ITEMS[lang][1:]]
    lines = [f"P1 {ITEMS[lang][0]} {rest[0]}", rest[1], f"P2 {texts[1]}", f"P3 {texts[2]}"]
    items = parse("a.txt", text(lang, performance="\n".join(lines))).performance
    assert told(items) == expected(texts, ["P1", "P2", "P3"])


@LANGUAGES
def test_an_item_below_a_bold_heading_is_not_its_rest(lang):
    texts = ITEMS[lang]
    group = {"cy": "Paratoi'r gwaith", "en": "Preparing the work"}[lang]
    listing = f"<p><b>{group}</b><p>{texts[0]}<p>P1 {texts[1]}<p>P2 {texts[2]}"
    items = parse("a.html", page(lang, listing)).performance
    assert told(items) == expected(texts, ["", "P1", "P2"])
    assert {item.group for item in items} == {group}


@LANGUAGES
@pytest.mark.parametrize("label", ["{}.", "P{}", "P{}.", "({})"])
def test_items_glued_together_are_cut_where_the_next_line_repeats_a_number(lang, label):
    texts = ITEMS[lang] + MORE[lang][:1]
    labels = [label.format(n) for n in (1, 2, 3, 3)]
    lines = [f"{name} {said}" for name, said in zip(labels, texts, strict=True)]
    document = parse("a.txt", text(lang, performance=f"{' '.join(lines[:3])}\n{lines[3]}"))
    assert told(document.performance) == expected(texts, labels)
    assert "renumbered" in {remark.code for remark in document.remarks}


@LANGUAGES
def test_an_item_that_speaks_of_the_next_one_is_not_cut_there(lang):
    spoken = {"cy": "cofnodi canlyniad P1 a P2 wedyn", "en": "record the results of P1 and P2 afterwards"}[
        lang
    ]
    lines = [f"P1 {spoken}", f"P2 {ITEMS[lang][1]}"]
    items = parse("a.txt", text(lang, performance="\n".join(lines))).performance
    assert told(items) == expected([spoken, ITEMS[lang][1]], ["P1", "P2"])
