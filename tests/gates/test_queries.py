"""A page asks the database as often when there is ten times as much to show."""

from functools import partial

from django.db import connection
from django.utils import translation

from tests.gates.grow import grow
from tests.gates.table import ROWS, people, send

PAGES = [
    (row, person)
    for row in ROWS.values()
    for person, status in row.answers.get("GET", {}).items()
    if status == "200" and person != "outsiders"
]


def addresses(cast) -> list[tuple[str, str]]:
    """(address, person) of every page that somebody is shown."""
    with translation.override("cy"):
        return [(row.url(cast), name) for row, name in PAGES]


def count(pages, clients) -> dict[str, int]:
    """How often each page asks, for each person it is shown to."""
    counted = {}
    with translation.override("cy"):
        for url, name in pages:
            asked: list[str] = []
            with connection.execute_wrapper(partial(heard, asked)):
                send(clients[name], "GET", url)
            counted[f"{url} for {name}"] = len(asked)
    return counted


def heard(asked: list[str], execute, sql: str, *rest):
    """Runs a query and keeps it: with less trouble than Django, which also writes out what it asked for."""
    asked.append(sql)
    return execute(sql, *rest)


def test_pages_ask_as_often_for_one_row_as_for_ten(cast, sign_in):
    clients = {name: sign_in(people(cast, name)[0]) for _row, name in PAGES}
    pages = addresses(cast)
    # The first visit to an address fills what is kept for the next, whoever makes it.
    count(dict(pages).items(), clients)
    before = count(pages, clients)
    grow(cast)
    after = count(pages, clients)
    more = [f"{page}: {before[page]}, then {after[page]}" for page in after if after[page] > before[page]]
    assert not more, "\n".join(more)
