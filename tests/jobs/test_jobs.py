"""Asking for jobs, running them without a worker, and what the database refuses."""

import logging
import signal
import subprocess
import uuid
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from jobs import runner, services
from jobs.models import Job, State
from jobs.supervisor import Program, keep_running

pytestmark = pytest.mark.database


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "lines")


def enqueue(task, **arguments):
    return services.enqueue(task=f"tests.jobs.tasks.{task}", by_uid=None, **arguments)


@pytest.mark.django_db(transaction=True)
def test_job_is_delivered_only_when_committed(path):
    with transaction.atomic():
        enqueue("note", path=path)
        transaction.set_rollback(True)
    assert runner.run_waiting() == 0
    with transaction.atomic():
        job = enqueue("note", path=path)
    assert runner.run_waiting() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.DONE, 1)


@pytest.mark.django_db(transaction=True)
def test_immediately_runs_after_the_commit_and_not_before(settings, path):
    settings.JOBS_IMMEDIATELY = True
    with transaction.atomic():
        job = enqueue("note", path=path)
        job.refresh_from_db()
        assert job.state == State.QUEUED
    job.refresh_from_db()
    assert (job.state, job.result["word"]) == (State.DONE, "ran")


@pytest.mark.django_db
def test_job_is_not_begun_before_it_is_due(path):
    job = services.enqueue(task="tests.jobs.tasks.note", by_uid=None, after=timedelta(hours=1), path=path)
    assert runner.run_waiting() == 0
    Job.objects.filter(pk=job.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    assert runner.run_waiting() == 1


@pytest.mark.django_db
def test_one_of_many_waits_for_what_somebody_waits_for(path):
    many = [enqueue("note", path=path, in_bulk=True) for _ in range(2)]
    one = enqueue("note", path=path)
    claimed = []
    while job := runner.claim(seconds=60):
        claimed.append(job)
    assert claimed == [one, *many]


@pytest.mark.django_db
def test_only_what_nobody_has_begun_is_withheld(path):
    begun, waiting = enqueue("note", path=path), enqueue("note", path=path)
    runner.claim(seconds=60)
    assert services.withhold(Job.objects.values("uid")) == 1
    for job in (begun, waiting):
        job.refresh_from_db()
    assert (begun.state, waiting.state) == (State.RUNNING, State.CANCELLED)
    assert waiting.ended_at


@pytest.mark.django_db
def test_job_that_cannot_do_its_work_yet_is_put_off_as_if_never_begun(path, tmp_path):
    job = enqueue("wait_for", path=path, sign=str(tmp_path / "sign"))
    assert runner.run_waiting() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts, job.lease, job.started_at) == (State.QUEUED, 0, None, None)
    assert job.due_at > timezone.now() + timedelta(minutes=59)
    (tmp_path / "sign").touch()
    Job.objects.filter(pk=job.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    assert runner.run_waiting() == 1
    job.refresh_from_db()
    assert job.state == State.DONE


@pytest.mark.django_db
def test_run_waiting_takes_everything(path):
    jobs = [enqueue("count", path=path, steps=2, pause=0), enqueue("note", path=path)]
    assert runner.run_waiting() == 2
    assert runner.run_waiting() == 0
    for job in jobs:
        job.refresh_from_db()
    assert [job.state for job in jobs] == [State.DONE, State.DONE]
    assert (jobs[0].done, jobs[0].total) == (2, 2)


@pytest.mark.django_db
def test_task_does_not_run_in_the_language_of_whoever_asked(path):
    with translation.override("cy"):
        job = enqueue("note", path=path)
        runner.run_waiting()
    job.refresh_from_db()
    assert job.result["language"] == "en"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("task", "error"), [("fail", "ValueError: the file has no pages"), ("unwritable", "TypeError: ")]
)
def test_failure_is_kept_for_operators_and_logged(task, error, caplog):
    job = enqueue(task)
    with caplog.at_level(logging.ERROR, logger="jobs"):
        runner.run_waiting()
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert job.error.startswith(error)
    assert str(job.uid) in caplog.text
    assert runner.run_waiting() == 0


@pytest.mark.django_db
def test_wrong_name_is_refused_when_asked_for():
    with pytest.raises(ImportError):
        enqueue("no_such_task")
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_cancel_before_it_runs_and_after(path):
    waiting, finished = enqueue("note", path=path), enqueue("note", path=path)
    assert services.cancel(waiting)
    assert not services.cancel(waiting)
    assert runner.run_waiting() == 1
    assert not services.cancel(finished)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts) == (State.CANCELLED, 0)


@pytest.mark.django_db
def test_progress_of_a_job_called_off_ends_the_task(path):
    enqueue("note", path=path)
    job = runner.claim()
    services.progress(job, 1, 3)
    services.cancel(job)
    with pytest.raises(runner.Stopped):
        services.progress(job, 2, 3)
    job.refresh_from_db()
    assert (job.done, job.total) == (1, 3)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [
        {"state": "lost"},
        {"state": State.RUNNING, "attempts": 1, "started_at": timezone.now()},
        {"state": State.QUEUED, "lease": uuid.uuid4(), "lease_ends_at": timezone.now()},
        {"state": State.QUEUED, "attempts": 1},
        {"state": State.CANCELLED},
        {"state": State.QUEUED, "ended_at": timezone.now()},
        {"state": State.DONE, "attempts": 1, "started_at": timezone.now(), "ended_at": timezone.now()},
        {"state": State.DONE, "result": {}, "ended_at": timezone.now()},
        {"state": State.FAILED, "attempts": 1, "started_at": timezone.now(), "ended_at": timezone.now()},
        {"state": State.QUEUED, "error": "no"},
        {"done": 4, "total": 3},
    ],
)
def test_database_refuses_what_cannot_be(values):
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(task="tests.jobs.tasks.note", **values)


def program(*command, **options):
    return Program(command[0], partial(subprocess.Popen, command), **options)


def test_program_that_ends_is_started_again_ever_more_slowly():
    failing = program("false")
    pauses = []
    for _ in range(8):
        failing.start()
        failing.process.wait()
        assert failing.ended() == 1
        assert not failing.is_due()
        pauses.append(failing.pause)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]


def test_end_of_a_vital_program_stops_the_others():
    said = []
    others, web = program("sleep", "60"), program("sh", "-c", "exit 3", vital=True)
    assert keep_running([others, web], lambda: True, said.append) == 1
    assert said == ["sh ended with code 3: stopping."]
    assert others.process.poll() is not None


def test_program_that_does_not_end_when_asked_to_is_killed(monkeypatch):
    monkeypatch.setattr("jobs.supervisor.PATIENCE", 0.1)
    deaf = program("env", "--ignore-signal=TERM", "sleep", "60")

    def begins():
        return not deaf.process or Path(f"/proc/{deaf.process.pid}/comm").read_text() != "sleep\n"

    assert keep_running([deaf], begins, print) == 0
    assert deaf.process.poll() == -signal.SIGKILL
