"""A PostgreSQL server for as long as a command runs: `python -m tests.postgres pytest`.

The server lives in a temporary folder, listens on a socket there and nowhere else, and is gone afterwards.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

# PostgreSQL refuses to run as root; Debian's package brings this user.
ACCOUNT = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
FAST = [
    # Nothing here has to survive a power cut.
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=40",
    # It counts tables between two tests, when they are empty; what the next one puts there, uncommitted, it does not
    # see, and queries are then planned for no rows at all.
    "autovacuum=off",
    # Compiling a question takes longer than answering it from a few rows.
    "jit=off",
]


def binary(name: str) -> str:
    """The newest of Debian's versions; whatever else is called so in PATH may be another thing."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4]))
    if not found:
        sys.exit("PostgreSQL is missing: apt-get install postgresql")
    return str(found[-1])


@contextmanager
def server() -> Iterator[str]:
    """The address of a running server."""
    folder = Path(tempfile.mkdtemp(prefix="tystio-postgres-"))
    shutil.chown(folder, ACCOUNT)
    data, log = folder / "data", folder / "log"
    identity = {"user": ACCOUNT, "extra_groups": []} if os.getuid() == 0 else {}
    try:
        subprocess.run(
            [
                binary("initdb"),
                "-D",
                data,
                "-U",
                "tystio",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "-N",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            **identity,
        )
        options = [part for option in FAST for part in ("-c", option)]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [binary("postgres"), "-D", data, "-k", folder, "-h", "", *options],
                stdout=output,
                stderr=output,
                cwd=folder,
                # An interrupt from the keyboard is for the tests, which still need the server to tidy up.
                start_new_session=True,
                **identity,
            )
        try:
            wait_until_ready(folder, process, log)
            yield f"postgres://tystio@/postgres?host={folder}"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wait_until_ready(folder: Path, process: subprocess.Popen, log: Path) -> None:
    for _ in range(300):
        if subprocess.run([binary("pg_isready"), "-q", "-h", folder], check=False).returncode == 0:
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    sys.exit(f"PostgreSQL did not start:\n{log.read_text()}")


def migrated(url: str) -> dict[str, str]:
    """The environment of tests on this server: each database that they make is a copy of one with all tables."""
    name = "tystio_template"
    subprocess.run([binary("createdb"), "--maintenance-db", url, name], check=True)
    settings = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings_test"}
    there = settings | {"DATABASE_URL": urlsplit(url)._replace(path=f"/{name}").geturl()}
    subprocess.run([sys.executable, "manage.py", "migrate", "--skip-checks", "-v0"], env=there, check=True)
    return os.environ | {"DATABASE_URL": url, "TYSTIO_TEST_TEMPLATE": name}


def main() -> int:
    # A polite end from outside runs the `finally` blocks too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with server() as url:
        return subprocess.run(sys.argv[1:], env=migrated(url), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
