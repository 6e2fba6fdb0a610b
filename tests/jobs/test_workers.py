"""Real workers on a real database, killed, doubled, stalled and stopped."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterable

import pytest

from jobs import services
from jobs.models import Job, State
from tests.processes import descendants, kill

from .conftest import until

pytestmark = pytest.mark.database


def enqueue(workers, task, **arguments):
    return services.enqueue(task=f"tests.jobs.tasks.{task}", by_uid=None, path=workers.path, **arguments)


def start_two(workers, **options):
    """The parent of two workers."""
    return workers.start("work", "--processes", "2", "--skip-checks", **options)


def over(job):
    job.refresh_from_db()
    return job.is_over


def children(pid: int) -> list[int]:
    listing = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return [int(line) for line in listing.stdout.split()]


def alive(pids: Iterable[int]) -> list[int]:
    """Those that have not ended, be it that nobody has taken notice yet."""
    listing = subprocess.run(
        ["ps", "-o", "pid=,stat=", "-p", ",".join(map(str, pids))], capture_output=True, text=True
    )
    states = [line.split() for line in listing.stdout.splitlines()]
    return [int(pid) for pid, state in states if not state.startswith("Z")]


def is_fit_to_fork(process: subprocess.Popen) -> bool:
    """It has nothing that a fork would break: no thread, be it of a library, no connection and no open port."""
    here = f"/proc/{process.pid}"
    opened = [os.readlink(f"{here}/fd/{number}") for number in os.listdir(f"{here}/fd")]
    return len(os.listdir(f"{here}/task")) == 1 and not [
        target for target in opened if "socket:" in target or "sqlite" in target
    ]


def test_worker_runs_what_waits_in_order(workers):
    jobs = [enqueue(workers, "note", word=word) for word in ("first", "second", "third")]
    workers.start()
    until(lambda: over(jobs[-1]))
    assert workers.words() == ["first", "second", "third"]
    assert jobs[-1].result["word"] == "third"
    assert jobs[-1].created_at <= jobs[-1].ended_at


def test_workers_of_one_machine_are_replaced_and_stopped_by_their_parent(workers):
    parent = start_two(workers, stderr=subprocess.DEVNULL)
    job = enqueue(workers, "sleep", seconds=1)
    until(workers.lines)
    first, doomed = children(parent.pid), workers.lines()[0][0]
    os.kill(doomed, signal.SIGKILL)
    until(lambda: over(job))
    assert workers.words() == ["began", "began", "ended"]
    assert workers.lines()[-1][0] != doomed
    assert (job.state, job.attempts, job.lease) == (State.DONE, 2, None)
    until(lambda: len(now := children(parent.pid)) == 2 and now != first)
    assert is_fit_to_fork(parent)

    jobs = [enqueue(workers, "sleep", seconds=2) for _ in range(3)]
    until(lambda: workers.words().count("began") == 4)
    running = children(parent.pid)
    assert len(running) == 2
    parent.terminate()
    assert parent.wait(60) == 0
    assert not alive(running)
    for job in jobs:
        job.refresh_from_db()
    assert sorted(job.state for job in jobs) == [State.DONE, State.DONE, State.QUEUED]


def test_workers_whose_parent_was_killed_end_the_job_in_hand_and_no_more(workers):
    jobs = [enqueue(workers, "sleep", seconds=2) for _ in range(3)]
    parent = start_two(workers)
    until(lambda: len(workers.lines()) == 2)
    orphans = children(parent.pid)
    parent.kill()
    until(lambda: not alive(orphans))
    for job in jobs:
        job.refresh_from_db()
    assert sorted((job.state, job.attempts) for job in jobs) == [
        (State.DONE, 1),
        (State.DONE, 1),
        (State.QUEUED, 0),
    ]


def test_two_workers_never_share_a_job_however_long(workers):
    jobs = [enqueue(workers, "note", word=f"job{number}") for number in range(60)]
    # Twice as long as a lease: it is kept while the other worker looks for work.
    jobs.append(enqueue(workers, "sleep", seconds=4))
    start_two(workers)
    until(lambda: over(jobs[-1]) and not Job.objects.unfinished().exists())
    assert sorted(workers.words()) == sorted([*(f"job{number}" for number in range(60)), "began", "ended"])
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}
    assert len({pid for pid, _word in workers.lines()}) == 2


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


def test_job_that_kills_its_workers_is_given_up_and_one_that_hangs_ends_its_worker(workers):
    job, hangs = enqueue(workers, "crash"), enqueue(workers, "sleep", seconds=60)
    parent = start_two(workers, stderr=subprocess.PIPE, text=True)
    until(lambda: over(job))
    assert (job.state, job.attempts) == (State.FAILED, 3)
    assert "died" in job.error
    after = enqueue(workers, "note")
    until(lambda: over(after) and Job.objects.get(pk=hangs.pk).attempts == 2)
    assert after.state == State.DONE
    kill(parent)
    with parent.stderr:
        said = parent.stderr.read()
    assert said.count(f"ended with code {-signal.SIGKILL}: starting it again") == 3
    assert said.count(f"ended with code {os.EX_SOFTWARE}: starting it again") == 1


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


def answers(address: str) -> bool:
    with contextlib.suppress(urllib.error.HTTPError):
        urllib.request.urlopen(address, timeout=60).close()
    return True


def test_serve_runs_web_and_workers_and_stops_all(workers):
    server = workers.start("serve", "--port", "0", "--workers", "2", stdout=subprocess.PIPE, text=True)
    with server.stdout:
        address = server.stdout.readline().split()[3]
        assert answers(address)
        job = enqueue(workers, "address")
        until(lambda: over(job))
        assert job.result["address"] == address.removesuffix("/")
        assert is_fit_to_fork(server)
        before = descendants(server.pid)
        os.kill(workers.lines()[0][0], signal.SIGKILL)
        after_death = enqueue(workers, "note")
        until(lambda: over(after_death))
        assert workers.lines()[0][0] != workers.lines()[1][0]
        everyone = set(before + descendants(server.pid))
        server.send_signal(signal.SIGINT)
        assert server.wait(60) == 0
    assert not alive(everyone)
    with pytest.raises(urllib.error.URLError):
        answers(address)


def test_serve_names_a_port_that_is_taken(workers):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        server = workers.start("serve", "--port", port, stderr=subprocess.PIPE, text=True)
        _, said = server.communicate(timeout=60)
    assert server.returncode == 1
    assert port in said
    assert "Traceback" not in said
