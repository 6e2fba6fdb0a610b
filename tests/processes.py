"""Programs that tests start: a database for them, and their end with all that they started in turn."""

import os
import signal
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def own_database(folder: Path) -> Iterator[tuple[BaseDatabaseWrapper, str]]:
    """The connection to, and the address of, a database of one's own: what is committed there, other processes see.

    On PostgreSQL a new one on the server of the tests, like theirs made from their template if there is one; of SQLite
    an empty file in `folder`.
    """
    usual = connections["default"]
    own = connections.create_connection("default")
    if own.vendor == "postgresql":
        name = f"tystio_{uuid.uuid4().hex}"
        with usual._nodb_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} {usual.creation.sql_table_creation_suffix()}")
        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    else:
        name = str(folder / "tystio.sqlite3")
        url = f"sqlite:///{name}"
    own.settings_dict = own.settings_dict | {"NAME": name}
    connections["default"] = own
    try:
        yield own, url
    finally:
        own.close()
        connections["default"] = usual
        if own.vendor == "postgresql":
            with usual._nodb_cursor() as cursor:
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def descendants(pid: int) -> list[int]:
    listing = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    children = [int(line) for line in listing.stdout.split()]
    return [each for child in children for each in (child, *descendants(child))]


def kill(process: subprocess.Popen) -> None:
    """kill -9 for a process and everything it started."""
    for pid in [process.pid, *descendants(process.pid)] if process.poll() is None else []:
        # Some end by themselves meanwhile, or with what started them.
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()
