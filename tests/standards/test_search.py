"""The search: both databases find what a plain reading of the words finds, in the same order."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standards import search
from standards.models import Kind, Standard
from standards.search import searchable, words_of
from tests.standards.conftest import FIXTURES

pytestmark = [pytest.mark.django_db, pytest.mark.database]

# Words that share beginnings, that accents and apostrophes tell apart, that query languages would take for their own.
_ODD = "dŵr dwr dwrn a'r ar cwsmer cwsmeriaid 12 12a 1e5 or AND not NEAR null Ω łódź 水 safon-1 ‘ty’ tŷ"
WORDS = st.sampled_from(_ODD.split()) | st.text(max_size=6)
TEXTS = st.lists(WORDS, max_size=4).map(" ".join)


@st.composite
def shelves(draw) -> list[dict[str, str]]:
    """The searched columns of a few standards."""
    rows = draw(st.lists(st.fixed_dictionaries(dict.fromkeys(search.COLUMNS, TEXTS)), max_size=5))
    return [{column: searchable(text) for column, text in row.items()} for row in rows]


def has(text: str, words: list[str]) -> bool:
    return all(any(there.startswith(word) for there in text.split()) for word in words)


def expected(rows: list[dict[str, str]], query: str, kind: str) -> list[tuple[int, int]]:
    """(rank, place) of each row that a person reading would find."""
    words, found = words_of(query), []
    if query.strip() and not words:
        return []
    for place, row in enumerate(rows):
        if has(row[f"search_{kind}"] if kind else " ".join(row.values()), words):
            in_urn, in_title = has(row["search_urn"], words), has(row["search_title"], words)
            found.append((2 if not words else 0 if in_urn else 1 if in_title else 2, place))
    return sorted(found)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(rows=shelves(), query=TEXTS, kind=st.sampled_from(["", *Kind.values]))
def test_finds_what_a_reader_would_find_the_best_first(db, rows, query, kind):
    Standard.objects.all().delete()
    standards = [
        Standard(
            urn=f"N{place}", edition="1", title_en="x", status_en="official", sort_key_en=f"{place:02}", **row
        )
        for place, row in enumerate(rows)
    ]
    Standard.objects.bulk_create(standards)
    found = Standard.objects.matching(query, kind).order_by("rank", "sort_key_en")
    assert [(row.rank, int(row.urn[1:])) for row in found] == expected(rows, query, kind)
    if words_of(query) and not kind:
        ids = [row.pk for row in found]
        named = Standard.objects.named(query).order_by("rank", "sort_key_en")
        pages = search.Found(*(rows.values_list("pk", flat=True) for rows in (named, found)))
        for start in range(0, len(ids), 2):
            assert pages[start : min(start + 2, len(ids))] == ids[start : start + 2]


def found(query: str) -> list[str]:
    return [row.urn for row in Standard.objects.matching(query).order_by("rank", "urn")]


def make(**fields: str) -> Standard:
    return Standard.objects.create(edition="1", title_en="x", status_en="official", **fields)


def test_what_changes_is_found_by_its_new_words_only():
    row = make(urn="A1", search_title=searchable("Trin dŵr"))
    assert found("dwr") == ["A1"]
    Standard.objects.filter(pk=row.pk).update(search_title=searchable("Trin tân"))
    assert (found("dwr"), found("tan")) == ([], ["A1"])
    row.delete()
    assert found("tan") == []


def test_what_is_loaded_from_fixtures_is_found():
    assert found("empathi") == []
    call_command("loaddata", *sorted(map(str, FIXTURES.glob("*.json"))), verbosity=0)
    assert "INSCS016" in found("empathi")


def test_a_word_without_end_is_no_fault():
    make(urn="A1", search_title=searchable("w" * 5000))
    assert found("w" * 3000) == ["A1"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps its index when a table changes")
def test_the_index_comes_back_with_all_that_was_missed(django_db_blocker):
    with connection.cursor() as cursor:
        for name in search._TRIGGERS:
            cursor.execute(f"DROP TRIGGER {name}")
    make(urn="A1", search_title=searchable("Trin dŵr"))
    assert found("dwr") == []
    search.install(connection)
    assert found("dwr") == ["A1"]


def test_pages_ask_as_often_whatever_there_is(cast, sign_in):
    """The list, a search that finds everything and a page far down: five standards and sixty cost the same."""
    browser = sign_in(cast.manager)
    addresses = [
        f"{reverse('standards')}{query}" for query in ("", "?q=safon", "?q=safon&kind=performance", "?page=2")
    ]

    def counted() -> list[int]:
        numbers = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(address).status_code == 200
            numbers.append(len(queries))
        return numbers

    def more(numbers: range) -> None:
        for n in numbers:
            make(urn=f"MORE{n}", search_title=searchable("Safon"), search_performance=searchable("safon"))

    more(range(2))
    counted()
    before = counted()
    more(range(2, 62))
    assert counted() == before
