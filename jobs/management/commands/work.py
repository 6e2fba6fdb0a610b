"""`manage.py work`: one worker."""

import os
import signal

from django.core.management.base import BaseCommand

from jobs import runner


class Command(BaseCommand):
    help = (
        "Runs background jobs, one at a time, until it is told to stop; then it ends the job in hand first."
    )
    stopping = False

    def handle(self, **options) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.stop)
        # People who wait for a page come first.
        os.nice(5)
        runner.work(lambda: not self.stopping)

    def stop(self, *_args: object) -> None:
        self.stopping = True
