"""`manage.py work`: one worker, or the workers of one machine."""

import gc
import os
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
from jobs.supervisor import PATIENCE, Fork, Program, keep_running, until_told_to_stop


class Command(BaseCommand):
    help = "Runs background jobs until it is told to stop; then it ends those in hand first."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--processes", type=int, default=1, help="How many jobs run at the same time, each in a process."
        )

    def handle(self, *, processes: int, **options) -> None:
        goes_on = until_told_to_stop()
        # People who wait for a page come first.
        os.nice(5)
        if processes == 1:
            runner.work(goes_on)
            return
        load()
        parent = os.getpid()
        # Nobody would stop a worker, or start it again, whose parent was killed: it ends after the job in hand.
        work = partial(runner.work, lambda: goes_on() and os.getppid() == parent)
        workers = [Program(f"Worker {n}", partial(Fork, work)) for n in range(1, processes + 1)]
        # Shorter than that of `serve`, which may wait for this process.
        keep_running(workers, goes_on, self.stderr.write, patience=PATIENCE - 5)


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
