"""What every test stands on: no gap in a page goes unnoticed, and tests do not touch each other."""

import copy
import gc
import os
import sys
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models.sql.compiler import SQLCompiler
from django.template import Node, engines
from django.test import Client, TransactionTestCase
from django.utils import translation

from ledger import guards


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that nobody waits for them at the end: those with a browser, which needs no second one."""
    items.sort(key=lambda item: "browser" not in item.keywords)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays; whatever comes is looked through for garbage less often than usual."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


class UndefinedVariable(AssertionError):
    """A template shows a variable that nobody gave it."""


class Undefined(str):
    """What an unknown variable is worth: false and empty, as in production, but it must not be shown."""

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        raise UndefinedVariable(self._shown_by())

    __html__ = __str__

    def __contains__(self, part: object) -> bool:
        return part == "%s"

    def __mod__(self, name: object) -> str:
        raise UndefinedVariable(name)

    @staticmethod
    def _shown_by() -> str:
        frame = sys._getframe()
        while frame := frame.f_back:
            node = frame.f_locals.get("self")
            if isinstance(node, Node):
                return f"{node!r} in {node.origin}"
        return "unknown"


@pytest.fixture(scope="session", autouse=True)
def _no_undefined_variables() -> None:
    engines["django"].engine.string_if_invalid = Undefined()


@pytest.fixture(scope="session", autouse=True)
def _nothing_is_locked_unawares() -> None:
    """A query that joins tables, be it only to put rows in order, locks the rows of all unless it says of which."""
    tables_to_lock = SQLCompiler.get_select_for_update_of_arguments

    def watched(self: SQLCompiler) -> list[str]:
        named = tables_to_lock(self)
        joined = [alias for alias, used in self.query.alias_refcount.items() if used]
        assert named or len(joined) == 1, f"locks rows of {joined}"
        return named

    SQLCompiler.get_select_for_update_of_arguments = watched


@pytest.fixture(scope="session", autouse=True)
def _emptied_past_the_guards() -> None:
    """Tests that commit are tidied up by emptying tables, which the guards of locked tables refuse."""

    def teardown(self: TransactionTestCase) -> None:
        if connection.vendor == "postgresql":
            _wait_for_answers()
            _empty()
        else:
            with guards.lifted():
                call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)

    TransactionTestCase._fixture_teardown = teardown


def _empty() -> None:
    """A twentieth of the time that TRUNCATE takes; as a replica, PostgreSQL heeds neither guards nor foreign keys."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    deletions = [f"DELETE FROM {connection.ops.quote_name(table)}" for table in tables]
    role = "SET session_replication_role ="
    with connection.cursor() as cursor:
        cursor.execute("; ".join([f"{role} replica", *deletions, f"{role} origin"]))


OTHERS = "pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def _wait_for_answers() -> None:
    """What a page asked for as it was closed may still be written: emptying the tables meanwhile is a deadlock."""
    busy = f"SELECT 1 FROM {OTHERS} AND state <> 'idle'"
    until = time.monotonic() + 10
    with connection.cursor() as cursor:
        while time.monotonic() < until and cursor.execute(busy).fetchone():
            time.sleep(0.02)


@pytest.fixture(scope="session", autouse=True)
def _nobody_else_holds_the_database(django_db_setup, django_db_blocker) -> Iterator[None]:
    """A browser may still be fetching a film from a page that is closed; then PostgreSQL would drop no database."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT pg_terminate_backend(pid) FROM {OTHERS}")


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """Each test begins in English and leaves no language behind."""
    with translation.override("en"):
        yield


@pytest.fixture(params=["cy", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """The test runs once in each language."""
    with translation.override(request.param):
        yield request.param


@pytest.fixture
def sign_in():
    """`sign_in(person)` is a browser in which that person is signed in; nobody's when there is no person."""

    def browser_of(person) -> Client:
        client = Client()
        if person is not None:
            client.force_login(person)
        return client

    return browser_of


# Playwright runs a loop of its own in the thread of the test; the database is asked between its steps.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="module")
def make_cast() -> Callable[[], SimpleNamespace]:
    from tests import factories

    return factories.make_cast


@pytest.fixture(scope="module")
def for_the_module(django_db_setup, django_db_blocker) -> Iterator[None]:
    """What is put into the database from here on is there for all tests of the module, and undone after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def whole_cast(make_cast, for_the_module) -> SimpleNamespace:
    """Made once: it takes longer than most tests."""
    with translation.override("en"):
        return make_cast()


@pytest.fixture
def cast(whole_cast: SimpleNamespace, db: None) -> SimpleNamespace:
    """The persons of two providers and a portfolio (see factories.make_cast); what a test does to them is undone."""
    return copy.deepcopy(whole_cast)
