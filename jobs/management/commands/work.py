"""`manage.py work`: one worker, or the workers of one machine."""

import gc
import os
from collections.abc import Callable
from functools import partial
from importlib import import_module

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections
from django.template import engines
from django.urls import get_resolver
from django.utils import translation
from django.utils.module_loading import autodiscover_modules

from jobs import runner
from jobs.supervisor import Fork, Program, keep_running, until_told_to_stop


class Command(BaseCommand):
    help = "Runs background jobs until it is told to stop; then it ends those in hand first."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--processes", type=int, default=1, help="How many jobs run at the same time, each in a process."
        )

    def handle(self, *, processes: int, **options) -> None:
        goes_on = until_told_to_stop()
        if processes == 1:
            work(goes_on)
        else:
            keep_running(forks(processes, goes_on), goes_on, self.stderr.write)


def work(goes_on: Callable[[], bool]) -> None:
    """Be a worker, behind whoever waits for a page."""
    os.nice(10)
    runner.work(goes_on)


def forks(number: int, goes_on: Callable[[], bool]) -> list[Program]:
    """So many workers, which share what this process loads for them now."""
    load()
    parent = os.getpid()
    # Nobody would stop a worker, or start it again, whose parent was killed: it ends after the job in hand.
    one = partial(Fork, partial(work, lambda: goes_on() and os.getppid() == parent))
    return [Program(f"Worker {n}", one) for n in range(1, number + 1)]


def load() -> None:
    """Load what tasks need: workers that are forked from this process share it for as long as nobody changes it.

    A connection, a thread, or what Pango knows of fonts would not survive that: each worker has its own.
    """
    autodiscover_modules("tasks")
    for name in settings.JOBS_SHARE:
        import_module(name)
    engines.all()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            _ = get_resolver().reverse_dict
    connections.close_all()
    # The collector would change all it looks at.
    gc.collect()
    gc.freeze()
