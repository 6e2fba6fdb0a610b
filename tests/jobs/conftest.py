"""A database of its own for tests that start real workers: they see only what is really committed."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from jobs.models import Job
from tests.processes import kill, own_database


class Workers:
    """Worker processes on one database, and the file in which the tasks leave their lines."""

    def __init__(self, database_url: str, folder: Path):
        self.path = str(folder / "lines")
        self.environment = os.environ | {
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "config.settings_test",
            "TYSTIO_DATA": str(folder),
            "TYSTIO_JOBS_LEASE": "2",
            "TYSTIO_JOBS_LIMIT": "5",
        }
        self.processes = []

    def start(self, *arguments: str, **options) -> subprocess.Popen:
        command = [sys.executable, "manage.py", *(arguments or ["work", "--skip-checks"])]
        process = subprocess.Popen(command, cwd=settings.BASE, env=self.environment, **options)
        self.processes.append(process)
        return process

    def lines(self) -> list[tuple[int, str]]:
        """Who wrote (process id) and what, so far."""
        text = Path(self.path).read_text() if Path(self.path).exists() else ""
        return [(int(line.split()[0]), line.split()[1]) for line in text.splitlines()]

    def words(self) -> list[str]:
        return [word for _pid, word in self.lines()]

    def close(self) -> None:
        for process in self.processes:
            kill(process)


def until(condition, seconds: float = 60):
    """Wait for something to come true, and fail if it does not."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return value


@pytest.fixture
def workers(tmp_path, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), own_database(tmp_path) as (connection, url):
        if Job._meta.db_table not in connection.introspection.table_names():
            with connection.schema_editor() as editor:
                editor.create_model(Job)
        workers = Workers(url, tmp_path)
        try:
            yield workers
        finally:
            workers.close()
