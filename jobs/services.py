"""What the other apps may do with background work: ask for it, say how far it is, call it off."""

import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.module_loading import import_string

from jobs import runner
from jobs.models import Job, State


def enqueue(
    *,
    task: str,
    by_uid: uuid.UUID | None,
    after: timedelta | None = None,
    in_bulk: bool = False,
    **arguments: object,
) -> Job:
    """Ask for `task(job, **arguments)` to be run in the background; `by_uid` asked, or None: the system.

    Workers see the job when the transaction it was asked for in is committed, and never if it is rolled back.
    A task may be run again after a crash, so it must do no harm the second time. With `after` it is not begun
    before so much time has passed; a task that cannot do its work yet raises `runner.Later`. What is asked for
    `in_bulk` waits until nothing else does.
    """
    due_at = timezone.now() + after if after else None
    [job] = _enqueue([Job(task=task, arguments=arguments, by_uid=by_uid, due_at=due_at, in_bulk=in_bulk)])
    return job


def enqueue_in_bulk(*, task: str, by_uid: uuid.UUID | None, each: Iterable[dict[str, str]]) -> list[Job]:
    """A job in bulk for each of these arguments, all at once: a thousand one by one take seconds."""
    return _enqueue([Job(task=task, arguments=given, by_uid=by_uid, in_bulk=True) for given in each])


def _enqueue(jobs: list[Job]) -> list[Job]:
    for task in {job.task for job in jobs}:
        import_string(task)  # A wrong name fails here, where somebody sees it.
    jobs = Job.objects.bulk_create(jobs)
    if settings.JOBS_IMMEDIATELY:
        uids = [job.uid for job in jobs]
        transaction.on_commit(lambda: runner.run_waiting(Job.objects.filter(uid__in=uids)))
    return jobs


def progress(job: Job, done: int, total: int) -> None:
    """Say how far a running job is. Ends the task, by `Stopped`, if it was called off or is in other hands.

    Call it between transactions: inside one, nobody sees the figures before it is committed.
    """
    if not runner.held(job).update(done=done, total=total):
        raise runner.Stopped


def cancel(job: Job) -> bool:
    """Call a job off; False if it was over already. A running task ends when it next says how far it is."""
    unfinished = Job.objects.unfinished().filter(pk=job.pk)
    return bool(unfinished.update(state=State.CANCELLED, ended_at=Now(), lease=None, lease_ends_at=None))


def withhold(uids: QuerySet) -> int:
    """Call off those of these jobs that nobody has begun; returns how many."""
    waiting = Job.objects.filter(uid__in=uids, state=State.QUEUED)
    return waiting.update(state=State.CANCELLED, ended_at=Now())


def release(uids: QuerySet) -> int:
    """Let workers have those of these jobs that were withheld; returns how many."""
    withheld = Job.objects.filter(uid__in=uids, state=State.CANCELLED, started_at=None)
    return withheld.update(state=State.QUEUED, ended_at=None)
