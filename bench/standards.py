"""Measures the standards at full size on both databases: `python -m bench.standards`.

`python -m bench.standards only PostgreSQL` (or SQLite) measures one of them. Prints the table of docs/performance.md:
gunicorn on two cores with the database beside it; one client asks for each page 200 times after it was warm.
"""

import io
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from bench.served import inside, median_and_high, queries, server, signed_in

DOCUMENTS = (250, 500, 1000)


def main(names: Sequence[str] = ("PostgreSQL", "SQLite")) -> None:
    """Each database in a process of its own, because settings are read once."""
    from tests import postgres

    # Nothing has to survive a power cut, but the server keeps as much in memory as a real one does.
    postgres.FAST += ["shared_buffers=1GB", "effective_cache_size=3GB", "work_mem=16MB"]
    for name in names:
        with postgres.server() if name == "PostgreSQL" else nullcontext("") as url:
            inside("bench.standards", name, {"DATABASE_URL": url} if url else {})


def measure(name: str) -> None:
    """Fill the database of the environment, then measure."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench.shelves import fill
    from standards.models import Standard

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    began = time.perf_counter()
    if not Standard.objects.exists():
        fill()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(f"\n{name}: filled in {time.perf_counter() - began:.0f} s\n", flush=True)
    cookie = signed_in(_reader())
    print("| page | queries | median | 95th percentile |\n|---|---|---|---|")
    with server() as port:
        # Right after it was filled, a database has to read everything for the first time, and tidies up.
        for path in _pages().values():
            median_and_high(port, path, cookie)
        for what, path in _pages().items():
            median, high = median_and_high(port, path, cookie)
            print(f"| {what} | {queries(path, cookie)} | {median:.0f} ms | {high:.0f} ms |", flush=True)
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


def _reader():
    from accounts.models import User

    return User.objects.create_user("reader@example.com", "a long password", name="R", language="cy")


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
    match sys.argv[1:]:
        case []:
            main()
        case ["only", *names]:
            main(names)
        case [name]:
            measure(name)
