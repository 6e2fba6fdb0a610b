"""What a manager corrects in a document: pure functions, no word lost."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standards.nos import corrections
from standards.nos.beside import beside
from standards.nos.corrections import Correction, correct, faults
from standards.nos.document import Document, Item, Line, Remark
from standards.nos.formats.txt import read
from standards.nos.parse import understand
from standards.nos.saved import from_json, lines_from_json, lines_to_json, to_json
from tests.standards import documents


def made_of(*texts: str) -> Document:
    """Performance criteria numbered by position, each on a line of its own."""
    items = [Item(text, line) for line, text in enumerate(texts, 1)]
    corrections.number_by_position(items)
    return Document(urn="SIOP12", title="Siop", language="cy", performance=items)


def unchanged(document: Document) -> dict[str, list[Correction]]:
    """What the page sends when nobody typed anything."""
    return {
        kind: [
            Correction(item.text, item.number, kind, bool(item.parent), item.group or "")
            for item in getattr(document, kind)
        ]
        for kind in corrections.KINDS
    }


def typed(document: Document, place: int, **changes) -> dict[str, list[Correction]]:
    said = unchanged(document)
    said["performance"][place] = replace(said["performance"][place], **changes)
    return said


def shown(items: list[Item]) -> list[tuple[str, str]]:
    return [(item.number, item.text) for item in items]


def test_an_item_joins_the_one_before_and_the_numbers_close_up():
    document = made_of("greet", "customers with", "a smile", "say goodbye")
    correct(document, unchanged(document), joined=("performance", 2))
    assert shown(document.performance) == [
        ("1", "greet"),
        ("2", "customers with a smile"),
        ("3", "say goodbye"),
    ]


def test_what_only_looked_like_a_label_comes_back_as_a_word():
    document = made_of("pay within")
    document.performance.append(Item("days of the order", 2, printed_label="30", number="30"))
    correct(document, unchanged(document), joined=("performance", 1))
    assert document.performance[0].text == "pay within 30 days of the order"


def test_the_first_of_a_list_has_none_to_join():
    document = made_of("greet", "smile")
    correct(document, unchanged(document), joined=("performance", 0))
    assert shown(document.performance) == [("1", "greet"), ("2", "smile")]


def test_each_line_of_a_text_becomes_an_item():
    document = made_of("greet customers; close the shop", "lock up")
    correct(document, typed(document, 0, text="greet customers;\r\nclose the shop"))
    assert shown(document.performance) == [
        ("1", "greet customers;"),
        ("2", "close the shop"),
        ("3", "lock up"),
    ]


def test_printed_numbers_stay_and_the_new_item_still_wants_one():
    document = made_of("greet; close", "lock up")
    document.performance[1].number = "7"
    correct(document, typed(document, 0, text="greet;\nclose"))
    assert shown(document.performance) == [("1", "greet;"), ("", "close"), ("7", "lock up")]
    assert [(fault.kind, fault.place) for fault in faults(document)] == [("performance", 1)]
    corrections.number_by_position(document.performance)
    assert faults(document) == []


def test_parts_follow_the_item_they_belong_to():
    document = made_of("dress for: work and", "shoes", "home")
    correct(document, typed(document, 1, is_part=True))
    assert shown(document.performance)[1:] == [("1.1", "shoes"), ("2", "home")]
    correct(document, typed(document, 0, text="dress for:\nwork and"))
    assert document.performance[2].parent is document.performance[1]
    assert [number for number, _text in shown(document.performance)] == ["1", "2", "2.1", "3"]
    correct(document, unchanged(document), joined=("performance", 1))
    assert document.performance[1].parent is document.performance[0]


def test_an_item_moves_to_the_other_list_with_its_parts_to_where_its_line_stands():
    document = made_of("greet", "know the till", "how to open it")
    document.knowledge = [Item("how to pay", 9, number="1")]
    correct(document, typed(document, 2, is_part=True))
    correct(document, typed(document, 1, kind="knowledge"))
    assert shown(document.performance) == [("1", "greet")]
    assert shown(document.knowledge) == [
        ("1", "know the till"),
        ("1.1", "how to open it"),
        ("2", "how to pay"),
    ]


def test_what_is_no_criterion_is_left_out_and_its_parts_stand_alone():
    document = made_of("greet", "Page 3", "smile")
    document.performance[2].parent = document.performance[1]
    corrections.number_by_position(document.performance)
    correct(document, typed(document, 1, kind=""))
    assert shown(document.performance) == [("1", "greet"), ("2", "smile")]
    assert document.performance[1].parent is None


@pytest.mark.parametrize(
    ("numbers", "wrong"),
    [(["1", "1"], [0, 1]), (["1", ""], [1]), (["1", "2/3"], [1]), (["1", "2a"], []), (["1.", "2."], [])],
)
def test_numbers_have_to_be_there_once_each(numbers, wrong):
    document = made_of("greet", "smile")
    said = unchanged(document)
    said["performance"] = [
        replace(one, number=number) for one, number in zip(said["performance"], numbers, strict=True)
    ]
    correct(document, said)
    assert [fault.place for fault in faults(document)] == wrong


def test_a_document_without_urn_title_or_items_cannot_be_kept():
    assert len(faults(Document())) == 3
    assert faults(made_of("greet")) == []


def test_warnings_end_when_what_they_warn_of_is_put_right():
    document = replace(made_of("greet"), urn="FILE1")
    missing, empty = Remark("missing-urn", ""), Remark("empty-section", "")
    stem, renumbered = Remark("stem-language", ""), Remark("renumbered", "")
    every = [missing, empty, stem, renumbered]
    assert all(corrections.still_true(remark, document, document) for remark in every)
    better = replace(document, urn="SIOP12", knowledge=[Item("a", 2)], language="en")
    assert [r for r in every if corrections.still_true(r, better, document)] == [renumbered]
    # That it is missing is said once, as a fault.
    nameless = replace(document, urn="")
    assert not corrections.still_true(missing, nameless, nameless)


words = st.text(alphabet="abcŵ ", min_size=1).map(" ".join).map(str.split).filter(bool).map(" ".join)
acts = st.lists(
    st.tuples(st.sampled_from(["join", "split", "part", "move"]), st.integers(0, 30)), max_size=12
)


@settings(deadline=None)
@given(st.lists(words, min_size=1, max_size=8), acts)
def test_no_word_is_lost_or_invented_whatever_is_joined_and_cut(texts, acts):
    document = made_of(*texts)
    for act, number in acts:
        place = number % max(len(document.performance), 1)
        if not document.performance:
            break
        if act == "join":
            correct(document, unchanged(document), joined=("performance", place))
        elif act == "split":
            correct(
                document, typed(document, place, text=document.performance[place].text.replace(" ", "\n", 1))
            )
        elif act == "part":
            correct(document, typed(document, place, is_part=number % 2 == 0))
        else:
            correct(document, typed(document, place, kind="knowledge"))
    left = [word for _kind, _place, item in document.criteria() for word in item.text.split()]
    assert sorted(left) == sorted(word for text in texts for word in text.split())
    if not any(act == "move" for act, _number in acts):
        assert left == [word for text in texts for word in text.split()]
    assert faults(document) == []


@pytest.mark.parametrize("tongue", ["cy", "en"])
def test_a_document_survives_being_saved(tongue):
    lines = read(documents.text(tongue, performance="1. a:\n- b\n- c\n2. d"))
    document = understand(lines)
    assert from_json(to_json(document)) == document
    assert lines_from_json(lines_to_json(lines)) == lines


def test_every_line_and_every_item_stands_once_beside_the_other():
    lines = read(documents.text("en", performance="1. greet customers with\na smile\n2. close; 3. lock up"))
    document = understand(lines)
    rows = beside(lines, document, [Remark("x", "here", lines[0].number)])
    assert [line for row in rows for line in row.lines] == lines
    assert [item for row in rows for *_where, item in row.items] == [
        item for *_where, item in document.criteria()
    ]
    smile = next(row for row in rows if row.items)
    assert [line.text for line in smile.lines] == ["1. greet customers with", "a smile"]
    assert rows[0].remarks
    assert sum(len(row.remarks) for row in rows) == 1


def test_lines_that_are_no_items_stand_alone():
    lines = [Line("Title", 1), Line("1. greet", 2), Line("Page 3", 3), Line("2. smile", 4)]
    document = made_of("greet", "smile")
    document.performance[0].line, document.performance[1].line = 2, 4
    assert [len(row.items) for row in beside(lines, document, [])] == [0, 1, 0, 1]
