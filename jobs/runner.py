"""The worker's side: takes a job by its lease, runs it, keeps the lease while it runs, records the outcome.

Every step is one UPDATE with its condition in the WHERE clause, so both databases let one worker alone pass.
Time is told by the database, so the clocks of several machines need not agree.
"""

import logging
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import F
from django.db.models.functions import Coalesce, Now
from django.utils import translation
from django.utils.module_loading import import_string

from jobs.models import Job, JobQuerySet, State

logger = logging.getLogger(__name__)

# A job whose workers died this often is not given to another.
ATTEMPTS = 3
# How often an idle worker looks for work, in seconds.
PAUSE = 0.5


class Later(Exception):
    """Raised inside a task that cannot do its work yet: it is run anew after so much time, and as if never begun."""

    def __init__(self, after: timedelta) -> None:
        self.after = after


class Stopped(Exception):
    """Raised inside a task to end it: the job was called off or is in other hands, what follows cannot count."""


def work(goes_on: Callable[[], bool]) -> None:
    """Run whatever is deliverable, one job at a time, for as long as `goes_on()` says so.

    A worker that loses the database ends with the error: whoever keeps it running starts it again.
    """
    while goes_on():
        job = claim()
        if job is None:
            time.sleep(PAUSE)
            continue
        with _kept(job):
            run(job)


def run_waiting(jobs: JobQuerySet | None = None) -> int:
    """Run all that is deliverable here and now, without a worker; returns how many jobs that was."""
    count = 0
    while job := claim(jobs, seconds=settings.JOBS_LIMIT):
        run(job)
        count += 1
    return count


def claim(jobs: JobQuerySet | None = None, *, seconds: int | None = None) -> Job | None:
    """Take the oldest deliverable job that somebody waits for, else the oldest; or None if there is nothing to take."""
    deliverable = (Job.objects.all() if jobs is None else jobs).deliverable().order_by("in_bulk", "pk")
    while job := deliverable.first():
        # Asked again in the UPDATE, because another worker may have been faster.
        still = deliverable.filter(pk=job.pk)
        lease = uuid.uuid4()
        if job.attempts >= ATTEMPTS:
            logger.error("job %s is given up after %s attempts: %s", job.uid, job.attempts, job.task)
            _end(still, state=State.FAILED, error=f"The worker died in each of {job.attempts} attempts.")
        elif still.update(
            state=State.RUNNING,
            lease=lease,
            lease_ends_at=_lease_end(seconds),
            attempts=F("attempts") + 1,
            started_at=Coalesce("started_at", Now()),
        ) and (taken := Job.objects.filter(pk=job.pk, lease=lease).first()):
            return taken
    return None


def run(job: Job) -> None:
    """Run a claimed job to its end and record what came of it."""
    logger.info("job %s begins: %s, attempt %s", job.uid, job.task, job.attempts)
    try:
        # Not the language of the page or job before: a task says itself which language it writes.
        with translation.override(settings.LANGUAGE_CODE):
            result = import_string(job.task)(job, **job.arguments)
        recorded = _end(held(job), state=State.DONE, result=result or {})
    except Later as later:
        recorded = _put_off(job, later.after)
    except Stopped:
        recorded = False
    except Exception as error:
        # Whatever a task raises ends that task alone; the worker goes on to the next.
        logger.exception("job %s failed: %s", job.uid, job.task)
        recorded = _end(held(job), state=State.FAILED, error=f"{type(error).__name__}: {error}")
    if not recorded:
        logger.warning("job %s was called off or is in other hands: this attempt does not count", job.uid)


def held(job: Job) -> JobQuerySet:
    """The job as long as its lease is the one this object was claimed with, else nothing."""
    return Job.objects.filter(pk=job.pk, state=State.RUNNING, lease=job.lease)


def _lease_end(seconds: int | None = None):
    return Now() + timedelta(seconds=seconds or settings.JOBS_LEASE)


def _put_off(job: Job, after: timedelta) -> bool:
    waiting = {"lease": None, "lease_ends_at": None, "started_at": None, "attempts": 0}
    return bool(held(job).update(state=State.QUEUED, due_at=Now() + after, **waiting))


def _end(jobs: JobQuerySet, **outcome: object) -> bool:
    return bool(jobs.update(ended_at=Now(), lease=None, lease_ends_at=None, **outcome))


@contextmanager
def _kept(job: Job) -> Iterator[None]:
    """Renew the lease from a second thread while the job runs."""
    over = threading.Event()
    thread = threading.Thread(target=_keep, args=(job, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _keep(job: Job, over: threading.Event) -> None:
    deadline = time.monotonic() + settings.JOBS_LIMIT
    try:
        while not over.wait(settings.JOBS_LEASE / 4):
            if time.monotonic() > deadline:
                # A task that hangs cannot be interrupted from here; a process that ends can be replaced.
                logger.critical("job %s ran too long: this worker ends itself", job.uid)
                os._exit(os.EX_SOFTWARE)
            try:
                if not held(job).update(lease_ends_at=_lease_end()):
                    return
            except DatabaseError:
                logger.warning("job %s: its lease could not be renewed", job.uid, exc_info=True)
                connection.close()
    finally:
        connection.close()
