"""The ledger finds what was altered, and the database refuses to alter it."""

import pytest
from django.db import DatabaseError, connection, transaction

from assessments.models import Review
from ledger import guards
from ledger.models import Chain, Event, Words
from ledger.services import erase_words, record, verify_chains, verify_rows, verify_words
from portfolio.models import Submission

pytestmark = pytest.mark.database


def three_events() -> Chain:
    for n in range(3):
        record(chain="provider:test", kind="test.happened", by=None, subject=f"thing:{n}", data={"n": n})
    return Chain.objects.get(key="provider:test")


def sql(statement: str) -> None:
    with guards.lifted(), connection.cursor() as cursor:
        cursor.execute(statement)


def faults() -> list[tuple[int, str]]:
    return [(fault.position, fault.why) for fault in verify_chains()]


@pytest.mark.django_db
def test_an_untouched_chain_fits():
    assert three_events().length == 3
    assert faults() == []


@pytest.mark.django_db
def test_an_altered_row_is_found():
    three_events()
    sql("UPDATE ledger_event SET kind = 'test.invented' WHERE position = 2")
    assert faults() == [(2, "its content was altered")]


@pytest.mark.django_db
def test_a_cut_tail_is_found():
    three_events()
    sql("DELETE FROM ledger_event WHERE position = 3")
    assert faults() == [(3, "the chain should have 3 events and has 2")]


@pytest.mark.django_db
def test_two_swapped_rows_are_found():
    three_events()
    sql("UPDATE ledger_event SET position = 99 WHERE position = 1")
    sql("UPDATE ledger_event SET position = 1 WHERE position = 2")
    sql("UPDATE ledger_event SET position = 2 WHERE position = 99")
    assert faults() == [(1, "it does not follow the event before it")]


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE ledger_event SET kind = 'x'", "DELETE FROM ledger_event"])
def test_the_database_refuses_changes(statement):
    three_events()
    with (
        pytest.raises(DatabaseError, match="only grows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Event.objects.count() == 3


@pytest.mark.django_db
def test_replacing_a_row_is_refused_too(cast):
    """SQLite fires no delete trigger for REPLACE unless it is told to."""
    if connection.vendor != "sqlite":
        pytest.skip("REPLACE is SQLite's")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("REPLACE INTO ledger_event SELECT * FROM ledger_event WHERE position = 1")


def test_locked_rows_say_what_their_events_recorded(cast):
    assert list(verify_rows(Submission.objects.all())) == []
    assert list(verify_rows(Review.objects.all())) == []
    sql(f"UPDATE portfolio_submission SET round = 7 WHERE id = {cast.submission.pk}")
    assert list(verify_rows(Submission.objects.all())) == [
        f"submission:{cast.submission.uid}: it is not what its event recorded"
    ]


def test_an_altered_judgement_is_found(cast):
    sql("UPDATE assessments_judgement SET outcome = 'met'")
    assert list(verify_rows(Review.objects.all())) == [
        f"review:{cast.review.uid}: it is not what its event recorded"
    ]


def test_words_can_be_erased_but_not_altered(cast):
    words = cast.submission.words
    erase_words(words=words, chain=cast.enrolment.chain, by=cast.manager.uid, reason="privacy")
    assert list(verify_words()) == []
    assert faults() == []
    Words.objects.filter(pk=cast.review.words_id).update(body={"feedback": "something else"})
    assert list(verify_words()) == [f"words:{cast.review.words.uid}: the text was altered"]
