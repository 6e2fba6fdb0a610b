"""A page asks the database as often when there is twenty times as much to show."""

from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tests.gates.grow import grow
from tests.gates.table import ROWS, people, send

PAGES = [
    (row, person)
    for row in ROWS.values()
    for person, status in row.answers.get("GET", {}).items()
    if status == "200" and person != "outsiders"
]


# Each page for one person.
ONCE = list({row.name: (row, person) for row, person in PAGES}.values())


def count(cast, clients, pages) -> dict[str, int]:
    """How often each page asks, for each person it is shown to."""
    counted = {}
    with translation.override("cy"):
        for row, name in pages:
            url = row.url(cast)
            # Captured, a request does not do so itself, and the log holds 9,000.
            reset_queries()
            with CaptureQueriesContext(connection) as queries:
                send(clients[name], "GET", url)
            counted[f"{url} for {name}"] = len(queries)
    return counted


def test_pages_ask_as_often_for_one_row_as_for_twenty(cast, sign_in):
    clients = {name: sign_in(people(cast, name)[0]) for _row, name in PAGES}
    # The first visit fills what is kept for the next.
    count(cast, clients, ONCE)
    before = count(cast, clients, PAGES)
    grow(cast)
    after = count(cast, clients, PAGES)
    more = [f"{page}: {before[page]}, then {after[page]}" for page in after if after[page] > before[page]]
    assert not more, "\n".join(more)
