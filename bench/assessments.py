"""Measures assessment at full size: `PARTS="pages ledger ledger-sqlite" python -m bench.assessments`.

Prints what docs/performance.md quotes, each part on a database of its own and within minutes. The server is gunicorn
on two cores with PostgreSQL beside it; each page is asked for 200 times by one client after it was warm.
"""

import os
import statistics
import sys
import time

from bench.served import inside, median_and_high, queries, server, signed_in

PARTS = os.environ.get("PARTS", "pages ledger ledger-sqlite").split()
LEARNERS, EVENTS = int(os.environ.get("LEARNERS", 1000)), int(os.environ.get("EVENTS", 1_000_000))
DECISIONS = 100


def main() -> None:
    from tests import postgres

    # Nothing has to survive a power cut, but the server keeps as much in memory as a real one does.
    postgres.FAST += ["shared_buffers=512MB", "effective_cache_size=2GB", "work_mem=16MB", "max_wal_size=4GB"]
    for part in PARTS:
        if part.endswith("sqlite"):
            inside("bench.assessments", part, {})
            continue
        with postgres.server() as url:
            inside("bench.assessments", part, {"DATABASE_URL": url})


def measure(part: str) -> None:
    """Fill the database of the environment, then measure."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    print(f"\n{part}", flush=True)
    _ledger() if part.startswith("ledger") else _assessment()


def _assessment() -> None:
    from bench.decisions import fill

    began = time.perf_counter()
    cast = fill(LEARNERS)
    print(f"{LEARNERS} learners filled in {time.perf_counter() - began:.0f} s\n", flush=True)
    _pages(cast)
    _recording(cast)


def _ledger() -> None:
    from assessments.replay import Replay
    from bench.decisions import write_events
    from ledger.services import one_moment, verify_chains

    began = time.perf_counter()
    write_events(EVENTS)
    print(f"written in {time.perf_counter() - began:.0f} s", flush=True)
    began = time.perf_counter()
    with one_moment():
        assert not list(verify_chains(Replay().follow))
    print(f"ledger of {EVENTS} events verified in {time.perf_counter() - began:.1f} s", flush=True)


def _pages(cast) -> None:
    from portfolio.models import Submission

    waits = Submission.objects.filter(evidence__enrolment=cast.enrolment, reviews=None).last()
    portfolio = f"/cy/portfolios/{cast.enrolment.uid}/"
    standard = f"/cy/enrolled-standards/{cast.enrolment.enrolled_standards.first().uid}/"
    pages = [
        ("assessor's home", cast.assessor, "/cy/"),
        ("queue", cast.assessor, "/cy/queue/"),
        ("review", cast.assessor, f"/cy/submissions/{waits.uid}/review/"),
        ("portfolio", cast.assessor, portfolio),
        ("history", cast.assessor, f"{portfolio}history/"),
        ("standard", cast.assessor, standard),
        ("criterion", cast.assessor, f"{standard}criteria/P1/"),
        ("learner's home", cast.enrolment.learner, "/cy/"),
        ("quality assurer's home", cast.iqa, "/cy/"),
        ("releases", cast.iqa, "/cy/releases/"),
        ("sampling", cast.iqa, "/cy/sampling/"),
        ("external quality assurer's home", cast.eqa, "/cy/"),
        ("visit: all learners", cast.eqa, f"/cy/visits/{cast.visit.uid}/"),
        ("manager's home", cast.manager, "/cy/"),
        ("programme: progress of all learners", cast.manager, f"/cy/programmes/{cast.programme.uid}/"),
    ]
    print("| page | queries | median | 95th percentile |\n|---|---|---|---|")
    with server() as port:
        for what, person, path in pages:
            cookie = signed_in(person)
            asked = queries(path, cookie)
            median, high = median_and_high(port, path, cookie)
            print(f"| {what} | {asked} | {median:.0f} ms | {high:.0f} ms |", flush=True)


def _recording(cast) -> None:
    from bench.decisions import waiting_round
    from tests.factories import review

    taken = []
    for number in range(DECISIONS):
        submission = waiting_round(cast.enrolment, number)
        began = time.perf_counter()
        review(submission, cast.assessor)
        taken.append(1000 * (time.perf_counter() - began))
    taken.sort()
    median, high = statistics.median(taken), taken[int(DECISIONS * 0.95) - 1]
    print(f"\nrecording 12 decisions: median {median:.0f} ms, 95th percentile {high:.0f} ms", flush=True)


if __name__ == "__main__":
    measure(sys.argv[1]) if len(sys.argv) > 1 else main()
