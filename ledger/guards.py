"""Guards: triggers by which the database itself refuses to change a locked table.

A model says `locked_table = True`. The guards are put back after every migration, because SQLite drops the triggers
of a table that it rebuilds. Nothing but `lifted()` takes them away, and nothing but the tests calls that.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.core.checks import CheckMessage, Warning
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model

REFUSAL = "this table only grows: its rows are never changed or removed"


def locked_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if getattr(model, "locked_table", False)]


def _tables(connection) -> list[str]:
    present = set(connection.introspection.table_names())
    return [m._meta.db_table for m in locked_models() if m._meta.db_table in present]


def _moves(connection) -> list[str]:
    return ["update", "delete"] + (["truncate"] if connection.vendor == "postgresql" else [])


def wanted(connection) -> set[str]:
    """The names of the triggers that must stand."""
    return {f"{table}_refuses_{move}" for table in _tables(connection) for move in _moves(connection)}


def standing(connection) -> set[str]:
    """The names of the guards that stand and are switched on."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall() if "_refuses_" in name}


def install(connection) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
        missing = wanted(connection) - standing(connection)
        for table in _tables(connection):
            for move in _moves(connection):
                if f"{table}_refuses_{move}" in missing:
                    cursor.execute(_create(connection, table, move))


def _create(connection, table: str, move: str) -> str:
    name = f"{table}_refuses_{move}"
    if connection.vendor == "sqlite":
        return f"CREATE TRIGGER {name} BEFORE {move} ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    each = "STATEMENT" if move == "truncate" else "ROW"
    return f"CREATE TRIGGER {name} BEFORE {move} ON {table} FOR EACH {each} EXECUTE FUNCTION refuse_change()"


def lift(connection) -> None:
    """Take the guards away. For tests."""
    with connection.cursor() as cursor:
        for table in _tables(connection):
            for move in _moves(connection):
                where = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_refuses_{move}{where}")


@contextmanager
def lifted(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Without guards inside the block. For tests."""
    connection = connections[using]
    lift(connection)
    try:
        yield
    finally:
        install(connection)


def after_migrate(sender, using: str, **kwargs: object) -> None:
    """After each app's migrations: cheap where all the guards stand."""
    install(connections[using])


def check_guards(app_configs=None, databases=None, **kwargs: object) -> list[CheckMessage]:
    """`manage.py check --database default` names each guard that is missing (as a warning, so that migrate can run)."""
    missing = [
        name
        for using in databases or []
        for name in wanted(connections[using]) - standing(connections[using])
    ]
    return [
        Warning(
            f"The guard {name} is missing.",
            hint="Run manage.py migrate, which puts it back.",
            id="ledger.W001",
        )
        for name in sorted(missing)
    ]
