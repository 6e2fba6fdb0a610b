"""Locked tables are locked, on both databases."""

import pytest
from django.db import DatabaseError, connection, transaction

from ledger import guards

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("cast")]


def test_every_guard_stands():
    assert guards.wanted(connection)
    assert guards.standing(connection) >= guards.wanted(connection)


def test_every_locked_model_has_a_guard_for_every_move():
    moves = {"update", "delete"} | ({"truncate"} if connection.vendor == "postgresql" else set())
    wanted = {f"{model._meta.db_table}_refuses_{move}" for model in guards.locked_models() for move in moves}
    assert guards.standing(connection) == wanted


@pytest.mark.parametrize("model", guards.locked_models(), ids=lambda model: model.__name__)
def test_rows_of_a_locked_table_cannot_be_changed_or_removed(model, cast):
    table, key = model._meta.db_table, model._meta.pk.column
    assert model._base_manager.exists(), "the cast leaves this table empty: nothing would be proved"
    for statement in (f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}"):  # noqa: S608
        with (
            pytest.raises(DatabaseError, match=guards.REFUSAL),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
