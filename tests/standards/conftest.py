"""The five standards that Tystio brings along, and somebody who reads them."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.management import call_command

from assessments.reports import memory
from tests import factories

FIXTURES = settings.BASE / "fixtures" / "standards"


@pytest.fixture(scope="module")
def the_five(for_the_module) -> None:
    """Loaded once: it takes longer than most tests."""
    call_command("loaddata", *sorted(map(str, FIXTURES.glob("*.json"))), verbosity=0)


@pytest.fixture
def five(the_five, db) -> None:
    """What a test does to them is undone."""


@pytest.fixture
def reader(db, sign_in):
    """The browser of a person who is nothing anywhere yet."""
    return sign_in(factories.make_user())


@pytest.fixture
def manager(db):
    return factories.make_member(factories.make_provider(), "manager")


@pytest.fixture
def browser(manager, sign_in):
    return sign_in(manager)


@pytest.fixture(autouse=True)
def _others_print_without_memory() -> Iterator[None]:
    """Documents of others may justify their lines, which reports never do."""
    memory.uninstall()
    yield
    memory.install()
