"""Measures the standards at full size on both databases: `python -m bench.standards`.

Prints the table of docs/performance.md. The server is gunicorn on two cores with the database beside it; each page
is asked for 200 times by one client after it was warm.
"""

import http.client
import io
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REQUESTS, WARM = 200, 20
DOCUMENTS = (250, 500, 1000)


def main() -> None:
    """Each database in a process of its own, because settings are read once."""
    from tests import postgres

    # Nothing has to survive a power cut, but the server keeps as much in memory as a real one does.
    postgres.FAST += ["shared_buffers=1GB", "effective_cache_size=3GB", "work_mem=16MB"]
    with postgres.server() as url:
        _inside("PostgreSQL", {"DATABASE_URL": url})
    _inside("SQLite", {})


def _inside(name: str, environment: dict[str, str]) -> None:
    folder = tempfile.mkdtemp(prefix="tystio-bench-")
    try:
        settings = {"TYSTIO_DATA": folder, "TYSTIO_DEMO": "yes", "DJANGO_SETTINGS_MODULE": "config.settings"}
        command = [sys.executable, "-m", "bench.standards", name]
        subprocess.run(command, env=os.environ | settings | environment, check=True)
    finally:
        shutil.rmtree(folder)


def measure(name: str) -> None:
    """Fill the database of the environment, then measure."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench.shelves import fill

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    began = time.perf_counter()
    fill()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(f"\n{name}: filled in {time.perf_counter() - began:.0f} s\n", flush=True)
    cookie = _signed_in()
    print("| page | queries | median | 95th percentile |\n|---|---|---|---|")
    with _server() as port:
        for what, path in _pages().items():
            times = sorted(_times(port, path, cookie))
            median, high = statistics.median(times), times[int(len(times) * 0.95) - 1]
            print(f"| {what} | {_queries(path, cookie)} | {median:.0f} ms | {high:.0f} ms |", flush=True)
    print("\n| documents imported | time | each |\n|---|---|---|")
    for count in DOCUMENTS:
        taken = _import(count)
        print(f"| {count} | {taken:.1f} s | {1000 * taken / count:.1f} ms |", flush=True)


def _pages() -> dict[str, str]:
    from bench.shelves import COMMON, RARE

    return {
        "list": "/cy/standards/",
        "list, page 800": "/cy/standards/?page=800",
        "list of a suite": "/cy/standards/?suite=suite-007",
        "search, few found": f"/cy/standards/?q={RARE['cy']}",
        "search, most found": f"/cy/standards/?q={COMMON['cy'][0][:6]}",
        "search, two words in knowledge": f"/cy/standards/?q={'+'.join(COMMON['cy'][:2])}&kind=knowledge",
        "search by URN": "/cy/standards/?q=bench12345",
        "one standard": "/cy/standards/BENCH12345/2021/",
        "one standard, side by side": "/cy/standards/BENCH12345/2021/?view=both",
    }


def _signed_in() -> str:
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(
        User.objects.create_user("reader@example.com", "a long password", name="R", language="cy")
    )
    return client.cookies["sessionid"].value


def _queries(path: str, cookie: str) -> int:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(HTTP_HOST="127.0.0.1")
    client.cookies["sessionid"] = cookie
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@contextmanager
def _server() -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"fd://{listener.fileno()}"]
    command += ["--workers", "2", "--worker-class", "gthread", "--threads", "8", "--log-level", "warning"]
    process = subprocess.Popen(
        [*command, "--no-control-socket"], pass_fds=(listener.fileno(),), start_new_session=True
    )
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(process.pid, {0, 1})
    try:
        yield listener.getsockname()[1]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def _times(port: int, path: str, cookie: str) -> Iterator[float]:
    """Milliseconds from the question to the last byte of the answer, over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for number in range(WARM + REQUESTS):
        began = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": f"sessionid={cookie}"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        if number >= WARM:
            yield 1000 * (time.perf_counter() - began)


def _import(count: int) -> float:
    from django.core.management import call_command

    from tests.standards.documents import text

    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{count}-{number}.txt" for number in range(count)]
        for number, file in enumerate(files):
            file.write_bytes(text("en").replace(b"SIOP12", f"IMP{count}N{number}".encode()))
        began = time.perf_counter()
        call_command("import_nos", *files, language="en", stdout=io.StringIO())
        return time.perf_counter() - began


if __name__ == "__main__":
    measure(sys.argv[1]) if len(sys.argv) > 1 else main()
