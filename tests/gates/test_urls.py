"""Every address answers every person as the table says, and the table knows every address."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import translation

from tests.gates.table import NOT_ALLOWED, ROWS, addresses, everybody, read, role_of, send, told
from tests.gates.whole import faults_of
from tests.gates.words import marked_translations


def test_every_address_has_a_name_of_its_own():
    names = [name for name, _ in addresses()]
    nameless = [route for name, route in addresses() if not name]
    assert not nameless, f"without a name: {nameless}"
    assert len(names) == len(set(names)), f"used twice: {sorted({n for n in names if names.count(n) > 1})}"


def test_the_table_knows_every_address_and_no_other():
    names, known = {name for name, _ in addresses() if name}, {row.name for row in ROWS.values()}
    assert not names - known, f"missing in access_table.py: {sorted(names - known)}"
    assert not known - names, f"gone, but still in access_table.py: {sorted(known - names)}"


def test_a_table_is_read_as_it_looks():
    row = read("page uid=draft.uid\n  GET in 200 200 404 200 200 200 302 same\n  POST 403  # nobody")[
        "page uid=draft.uid"
    ]
    assert row.arguments == {"uid": "draft.uid"}
    assert row.allowed("GET", "nobody") == {"in"}
    assert row.allowed("GET", "outsiders", "manager") == {"302"}
    assert row.allowed("POST", "manager") == {"403"}
    assert row.allowed("DELETE", "learner") == {NOT_ALLOWED}
    assert row.methods("learner") == ["GET", "POST", "PUT", "PATCH", "DELETE"]
    assert read("done\n  POST 200")["done"].methods("manager") == ["POST"]
    assert row.methods("manager") == ["GET", "POST"]
    assert list(row.visits("cy")) == [
        ("GET", "learner", "200"),
        ("GET", "other_assessor", "404"),
        ("POST", "nobody", "403"),
    ]
    assert list(row.visits("en")) == [
        ("GET", "eqa", "200"),
        ("GET", "other_assessor", "404"),
        ("POST", "outsiders", "403"),
    ]


@pytest.fixture
def marked() -> Iterator[None]:
    with marked_translations():
        yield


@pytest.mark.parametrize("row", ROWS.values(), ids=list(ROWS))
@pytest.mark.usefixtures("marked")
def test_every_person_gets_what_the_table_says_on_whole_pages(row, cast, sign_in, known):
    """Each page that the address can show is looked at, too, in each language."""
    wrong, pages = [], {language: set(row.visits(language)) for language in ("cy", "en")}
    for name, person in everybody(cast):
        client, role = sign_in(person), role_of(person) if name == "outsiders" else ""
        # Nobody is locked out for what others tried.
        cache.clear()
        for method in row.methods(name):
            allowed = row.allowed(method, name, role)
            shown = {(method, name, status) for status in allowed}
            for language in [each for each in pages if pages[each] & shown] or ["cy"]:
                with translation.override(language), undone():
                    response = send(client, method, row.url(cast))
                    got = told(response)
                    looked_at = (method, name, got) in pages[language]
                    faults = faults_of(response, language, known[language]) if looked_at else []
                if got not in allowed:
                    faults += [f"{got} instead of {sorted(allowed)}"]
                about = f"{method} {row.name} in {language} as {name} ({person})"
                wrong += [f"{about}: {fault}" for fault in faults]
    assert not wrong, "\n".join(wrong)


@contextmanager
def undone() -> Iterator[None]:
    """What one request does is not there for the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
