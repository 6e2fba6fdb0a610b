"""Real workers on a real database, killed, doubled, stalled and stopped."""

import contextlib
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request

import pytest

from jobs import services
from jobs.models import Job, State

from .conftest import until

pytestmark = pytest.mark.database


def enqueue(workers, task, **arguments):
    return services.enqueue(task=f"tests.jobs.tasks.{task}", by_uid=None, path=workers.path, **arguments)


def over(job):
    job.refresh_from_db()
    return job.is_over


def test_worker_runs_what_waits_in_order(workers):
    jobs = [enqueue(workers, "note", word=word) for word in ("first", "second", "third")]
    workers.start()
    until(lambda: over(jobs[-1]))
    assert workers.words() == ["first", "second", "third"]
    assert jobs[-1].result["word"] == "third"
    assert jobs[-1].created_at <= jobs[-1].ended_at


def test_job_of_a_killed_worker_is_finished_by_another(workers):
    job = enqueue(workers, "sleep", seconds=1)
    doomed = workers.start()
    until(workers.lines)
    doomed.kill()
    killed_at = time.monotonic()
    survivor = workers.start()
    until(lambda: over(job))
    assert time.monotonic() - killed_at < 30
    assert workers.lines() == [(doomed.pid, "began"), (survivor.pid, "began"), (survivor.pid, "ended")]
    assert (job.state, job.attempts, job.lease) == (State.DONE, 2, None)


def test_two_workers_never_share_a_job(workers):
    jobs = [enqueue(workers, "note", word=f"job{number}") for number in range(60)]
    workers.start()
    workers.start()
    until(lambda: over(jobs[-1]) and not Job.objects.unfinished().exists())
    assert sorted(workers.words()) == sorted(f"job{number}" for number in range(60))
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}


def test_lease_is_kept_while_a_long_job_runs(workers):
    job = enqueue(workers, "sleep", seconds=4)
    workers.start()
    workers.start()
    until(lambda: over(job))
    assert workers.words() == ["began", "ended"]
    assert job.attempts == 1


def test_outcome_of_a_worker_that_lost_its_lease_does_not_count(workers):
    # However long the other one takes to begin, this one is not ended for having slept.
    workers.environment["TYSTIO_JOBS_LIMIT"] = "60"
    job = enqueue(workers, "sleep", seconds=0.5)
    stalled = workers.start()
    until(workers.lines)
    stalled.send_signal(signal.SIGSTOP)
    faster = workers.start()
    until(lambda: over(job))
    ended_at = job.ended_at
    stalled.send_signal(signal.SIGCONT)
    until(lambda: (stalled.pid, "ended") in workers.lines())
    time.sleep(0.5)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.ended_at) == (State.DONE, 2, ended_at)
    assert (faster.pid, "ended") in workers.lines()


def test_job_that_kills_its_workers_is_given_up(workers):
    job = enqueue(workers, "crash")
    for attempt in range(1, 4):
        assert workers.start().wait(60) == -signal.SIGKILL
        assert len(workers.lines()) == attempt
    after = enqueue(workers, "note")
    workers.start()
    until(lambda: over(job) and over(after))
    assert (job.state, job.attempts) == (State.FAILED, 3)
    assert "died" in job.error
    assert after.state == State.DONE
    assert workers.words() == ["began"] * 3 + ["ran"]


def test_hanging_job_ends_its_worker(workers):
    enqueue(workers, "sleep", seconds=60)
    assert workers.start(stderr=subprocess.DEVNULL).wait(60) == os.EX_SOFTWARE


def test_failure_is_final_and_the_worker_goes_on(workers):
    job, after = enqueue(workers, "fail"), enqueue(workers, "note")
    workers.start(stderr=subprocess.DEVNULL)
    until(lambda: over(after))
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (State.FAILED, 1, "ValueError: the file has no pages")
    assert job.result is None
    assert after.state == State.DONE


def test_running_job_called_off_stops_at_its_next_step(workers):
    job = enqueue(workers, "count", steps=1000)
    workers.start(stderr=subprocess.DEVNULL)
    until(lambda: Job.objects.get(pk=job.pk).done >= 3)
    assert services.cancel(job)
    after = enqueue(workers, "note")
    until(lambda: over(after))
    job.refresh_from_db()
    assert (job.state, job.total) == (State.CANCELLED, 1000)
    assert workers.words() == ["began", "ran"]


def test_worker_told_to_stop_ends_the_job_in_hand(workers):
    job, after = enqueue(workers, "sleep", seconds=1), enqueue(workers, "note")
    worker = workers.start()
    until(workers.lines)
    worker.terminate()
    assert worker.wait(60) == 0
    job.refresh_from_db()
    after.refresh_from_db()
    assert (job.state, after.state) == (State.DONE, State.QUEUED)


def children(pid: int) -> list[int]:
    listing = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return [int(line) for line in listing.stdout.split()]


def answers(address: str) -> bool:
    with contextlib.suppress(urllib.error.HTTPError):
        urllib.request.urlopen(address, timeout=60).close()
    return True


def test_serve_runs_web_and_worker_and_stops_both(workers):
    server = workers.start("serve", "--port", "0", "--workers", "1", stdout=subprocess.PIPE, text=True)
    with server.stdout:
        address = server.stdout.readline().split()[3]
        assert answers(address)
        job = enqueue(workers, "note")
        until(lambda: over(job))
        before = children(server.pid)
        os.kill(workers.lines()[0][0], signal.SIGKILL)
        after_death = enqueue(workers, "note")
        until(lambda: over(after_death))
        assert workers.lines()[0][0] != workers.lines()[1][0]
        everyone = set(before + children(server.pid))
        server.send_signal(signal.SIGINT)
        assert server.wait(60) == 0
    assert not [pid for pid in everyone if os.path.exists(f"/proc/{pid}")]
    with pytest.raises(urllib.error.URLError):
        answers(address)


def test_serve_names_a_port_that_is_taken(workers):
    first = workers.start("serve", "--port", "0", "--workers", "0", stdout=subprocess.PIPE, text=True)
    with first.stdout:
        port = first.stdout.readline().split()[3].rstrip("/").rsplit(":", 1)[1]
        second = workers.start("serve", "--port", port, stderr=subprocess.PIPE, text=True)
        _, said = second.communicate(timeout=60)
    assert second.returncode == 1
    assert port in said
    assert "Traceback" not in said
