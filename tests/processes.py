"""Ending programs that tests started, with all that these started in turn."""

import os
import signal
import subprocess


def descendants(pid: int) -> list[int]:
    listing = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    children = [int(line) for line in listing.stdout.split()]
    return [each for child in children for each in (child, *descendants(child))]


def kill(process: subprocess.Popen) -> None:
    """kill -9 for a process and everything it started."""
    for pid in [process.pid, *descendants(process.pid)] if process.poll() is None else []:
        os.kill(pid, signal.SIGKILL)
    process.wait()
