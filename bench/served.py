"""What the benchmarks of pages share: a database, a served site, and the time that its answers take."""

import http.client
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

REQUESTS, WARM = int(os.environ.get("REQUESTS", 200)), 20
ROUNDS, UNDISTURBED = 5, 0.01
# Seconds.
LOADING = 10


def inside(module: str, name: str, environment: dict[str, str]) -> None:
    """Run `module` with `name` on a database of its own, in a process of its own, because settings are read once."""
    folder = tempfile.mkdtemp(prefix="tystio-bench-")
    try:
        settings = {"TYSTIO_DATA": folder, "TYSTIO_DEMO": "yes", "DJANGO_SETTINGS_MODULE": "config.settings"}
        command = [sys.executable, "-m", module, name]
        subprocess.run(command, env=os.environ | settings | environment, check=True)
    finally:
        shutil.rmtree(folder)


def queries(path: str, cookie: str) -> int:
    """How often a page asks the database."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(HTTP_HOST="127.0.0.1")
    client.cookies["sessionid"] = cookie
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


@contextmanager
def server() -> Iterator[int]:
    """The port of gunicorn on two cores, as `manage.py serve` runs it."""
    listener = socket.create_server(("127.0.0.1", 0))
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"fd://{listener.fileno()}"]
    command += ["--workers", "2", "--worker-class", "gthread", "--threads", "8", "--log-level", "warning"]
    process = subprocess.Popen(
        [*command, "--no-control-socket"], pass_fds=(listener.fileno(),), start_new_session=True
    )
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(process.pid, {0, 1})
    try:
        # Both processes load the site; while the second does, the first has to share the processors with it.
        time.sleep(LOADING)
        yield listener.getsockname()[1]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def times(port: int, path: str, cookie: str) -> Iterator[float]:
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


def signed_in(user) -> str:
    """The cookie of a session of theirs."""
    from django.test import Client

    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def processors() -> tuple[int, int]:
    """Ticks so far: wanted by anything on this machine, and of these taken by its host for other machines."""
    user, nice, system, _idle, _wait, irq, soft, stolen, *_ = (
        int(ticks) for ticks in Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    )
    return user + nice + system + irq + soft + stolen, stolen


def median_and_high(port: int, path: str, cookie: str) -> tuple[float, float]:
    """Milliseconds: the median, and the 95th percentile, of the round that the host of this machine disturbed least.

    On a rented machine the host may take the processors away in the middle of an answer. A round of which it took
    more than a hundredth is asked again, four times at most; what it took of the one that counts is said then.
    """
    rounds = []
    for _ in range(ROUNDS):
        wanted, stolen = processors()
        taken = sorted(times(port, path, cookie))
        after, gone = processors()
        rounds.append(((gone - stolen) / (after - wanted), taken))
        if rounds[-1][0] <= UNDISTURBED:
            break
    share, taken = min(rounds)
    if share > UNDISTURBED:
        print(f"{path}: the host took {share:.1%} of the processors", file=sys.stderr)
    return statistics.median(taken), taken[int(len(taken) * 0.95) - 1]
