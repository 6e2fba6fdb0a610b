"""Measures uploads with PostgreSQL and `manage.py serve` on two cores: `python -m bench.uploads`.

Prints what docs/performance.md says of them: a file of 2 GB that is cut off at ten random places, and a hundred
learners who upload 5 MB each at once while somebody else reads pages. With `film` or `learners` behind it only the one.
"""

import contextlib
import copy
import hashlib
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from bench.served import inside

SIZE, CUTS, PIECE = 2 * 1024**3, 10, 1024**2
LEARNERS, EACH = 100, 5 * 1000**2


def main() -> None:
    from tests import postgres

    for name in sys.argv[1:] or MEASURED:
        with postgres.server() as url:
            inside("bench.uploads", name, {"DATABASE_URL": url, "MEASURE": "yes"})


def measure(name: str) -> None:
    """On the database and in the folder of the environment."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from tests.uploads.house import House

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    home = House(os.environ["DATABASE_URL"], settings.DATA)
    home.environment = dict(os.environ)
    home.settle()
    os.sched_setaffinity(0, {0, 1})
    server = home.serve(workers=2)
    try:
        MEASURED[name](home, server.pid)
    finally:
        server.terminate()
        server.wait(60)


def two_gigabytes(home, pid: int) -> None:
    film, beside = home.folder / "film.pdf", home.folder / "beside.pdf"
    with film.open("wb") as out:
        out.write(b"%PDF-1.7\n" + random.randbytes(PIECE - 9))
        for _ in range(SIZE // PIECE - 1):
            out.write(random.randbytes(PIECE))
    began = time.perf_counter()
    shutil.copyfile(film, beside)
    digest = subprocess.run(["sha256sum", beside], check=True, capture_output=True, text=True).stdout.split()[
        0
    ]
    plain = time.perf_counter() - began
    beside.unlink()
    _stored(home, home.begin(1000, "warm.txt"), b"Nodyn. ".ljust(1000))
    with grown(pid) as memory:
        began = time.perf_counter()
        path = home.begin(SIZE)
        for cut in [*sorted(random.sample(range(1, SIZE), CUTS)), SIZE]:
            _send(home, path, film, cut)
        sent = time.perf_counter() - began
        said = _outcome(home, path)
        whole = time.perf_counter() - began
    film.unlink()
    assert said["sha256"] == digest
    print(f"cp and sha256sum of {SIZE} bytes: {plain:.1f} s")
    print(
        f"upload, cut off {CUTS} times: {sent:.1f} s; until it was hashed, judged and stored: {whole:.1f} s"
    )
    print(f"memory of all processes grew by at most {max(memory) / 1024:.0f} MB", flush=True)


def _send(home, path: str, film: Path, until: int) -> None:
    """Go on from where the server is, and hang up in the middle of the request at `until`."""
    offset = _offset(home, path)
    connection = home.send_and_stall(path, b"", offset, SIZE)
    with film.open("rb") as content, contextlib.suppress(OSError):
        content.seek(offset)
        while offset < until:
            piece = content.read(min(PIECE, until - offset))
            connection.send(piece)
            offset += len(piece)
        if until == SIZE:
            assert connection.getresponse().status == 204
        else:
            connection.sock.shutdown(socket.SHUT_RDWR)
    connection.close()


def _offset(home, path: str) -> int:
    """Where the server is, once it has written what was still on its way."""
    before = -1
    while (now := int(home.request("HEAD", path).headers["Upload-Offset"])) != before:
        before = now
        time.sleep(0.05)
    return now


def _outcome(home, path: str) -> dict:
    while (said := json.loads(home.request("GET", path).text))["state"] in ("uploading", "processing"):
        time.sleep(0.2)
    assert said["state"] == "stored", said
    return said


def _stored(home, path: str, content: bytes) -> None:
    home.send(path, content)
    assert _outcome(home, path)["sha256"] == hashlib.sha256(content).hexdigest()


@contextmanager
def grown(pid: int) -> Iterator[list[int]]:
    """By how many kilobytes the memory of a process and its descendants has grown, again and again.

    By shares, because workers have much in common until they write there.
    """
    from tests.processes import descendants

    def taken() -> int:
        return sum(_share(each) for each in [pid, *descendants(pid)])

    before, figures, over = taken(), [0], threading.Event()

    def look() -> None:
        while not over.wait(0.2):
            figures.append(taken() - before)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield figures
    finally:
        over.set()
        thread.join()


def _share(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def a_hundred_learners(home, pid: int) -> None:
    from tests import factories

    programme, provider = home.enrolment.programme, home.enrolment.programme.provider
    manager = provider.memberships.get(role="manager").user
    senders = []
    for _ in range(LEARNERS):
        sender = copy.copy(home)
        learner = factories.make_member(provider, "learner")
        sender.sign_in(factories.make_enrolment(programme, manager, learner))
        senders.append(sender)
    over, page_times = threading.Event(), []
    reader = threading.Thread(target=_read_pages, args=(home, over, page_times))
    reader.start()
    began = time.perf_counter()
    with ThreadPoolExecutor(LEARNERS) as pool:
        paths = list(pool.map(_one_of_many, senders))
    sent = time.perf_counter() - began
    for sender, path in zip(senders, paths, strict=True):
        _outcome(sender, path)
    whole = time.perf_counter() - began
    over.set()
    reader.join()
    high = sorted(page_times)[int(len(page_times) * 0.95) - 1]
    print(f"{LEARNERS} learners, {EACH} bytes each: sent in {sent:.1f} s, all stored after {whole:.1f} s")
    print(
        f"{len(page_times)} pages read meanwhile: median {statistics.median(page_times) * 1000:.0f} ms, "
        f"95th percentile {high * 1000:.0f} ms"
    )


def _one_of_many(sender) -> str:
    # Different for each, and quickly made: the machine is to be busy with the server.
    content = b"%PDF-1.7\n" + os.urandom(50) * (EACH // 50)
    path = sender.begin(len(content))
    sender.send(path, content)
    return path


def _read_pages(home, over: threading.Event, page_times: list[float]) -> None:
    while not over.is_set():
        began = time.perf_counter()
        assert home.request("GET", f"/en/portfolios/{home.enrolment.uid}/").status == 200
        page_times.append(time.perf_counter() - began)
        time.sleep(0.05)


MEASURED = {"film": two_gigabytes, "learners": a_hundred_learners}

if __name__ == "__main__":
    measure(sys.argv[1]) if "MEASURE" in os.environ else main()
