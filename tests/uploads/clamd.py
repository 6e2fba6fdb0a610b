"""A real clamd for as long as a test runs, with one signature: that of EICAR's harmless test file."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Written in two parts, so that no scanner takes this file for it.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()
# What clamd takes in one stream, in megabytes.
LIMIT = 2


@contextmanager
def clamd() -> Iterator[str]:
    """The path of its socket. It lives in a folder of its own and is gone afterwards."""
    program = shutil.which("clamd") or "/usr/sbin/clamd"
    # A short path: those of sockets may not be long.
    folder = Path(tempfile.mkdtemp(prefix="clamd-"))
    (folder / "signatures").mkdir()
    (folder / "signatures" / "test.ndb").write_text(f"Eicar-Test:0:0:{EICAR.hex()}\n")
    (folder / "clamd.conf").write_text(
        f"LocalSocket {folder}/socket\nDatabaseDirectory {folder}/signatures\nForeground yes\n"
        f"TemporaryDirectory {folder}\nStreamMaxLength {LIMIT}M\nLogFile {folder}/log\n"
    )
    process = subprocess.Popen([program, "--config-file", folder / "clamd.conf"], stdout=subprocess.DEVNULL)
    try:
        _wait(folder, process)
        yield str(folder / "socket")
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(folder: Path, process: subprocess.Popen) -> None:
    for _ in range(300):
        assert process.poll() is None, (folder / "log").read_text()
        with socket.socket(socket.AF_UNIX) as client:
            if client.connect_ex(str(folder / "socket")) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("clamd did not start")
