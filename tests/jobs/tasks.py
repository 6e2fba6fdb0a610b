"""Tasks for the tests of the workers: each leaves lines in a file, where the tests look for them."""

import os
import signal
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import translation

from jobs.runner import Later
from jobs.services import progress


def note(job, *, path, word="ran"):
    with Path(path).open("a") as log:
        log.write(f"{os.getpid()} {word}\n")
    return {"word": word, "language": translation.get_language()}


def address(job, *, path):
    """Where letters and reports send people."""
    return note(job, path=path) | {"address": settings.ADDRESS}


def count(job, *, path, steps, pause=0.05):
    """Reports after every step, as a long task should."""
    note(job, path=path, word="began")
    for step in range(steps):
        progress(job, step + 1, steps)
        time.sleep(pause)
    return note(job, path=path, word="ended")


def sleep(job, *, path, seconds):
    note(job, path=path, word="began")
    time.sleep(seconds)
    return note(job, path=path, word="ended")


def crash(job, *, path):
    """What a segmentation fault or the kernel's memory killer does to a worker."""
    note(job, path=path, word="began")
    os.kill(os.getpid(), signal.SIGKILL)


def fail(job, **_arguments):
    raise ValueError("the file has no pages")


def unwritable(job):
    return {"result": object()}


def wait_for(job, *, path, sign):
    """Is put off until there is a file at `sign`."""
    note(job, path=path, word="asked")
    if not Path(sign).exists():
        raise Later(timedelta(hours=1))
