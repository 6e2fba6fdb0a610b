"""Measures the reports: `python -m bench.reports PART …`, figures for docs/performance.md. The parts:

    beside 1 5 20 50    portfolios of so many standards: ours, a plain WeasyPrint rendering of the same content
                        (automatic table layout, nothing reused, system fonts) and headless Chromium's print-to-PDF,
                        size by size in one run; what takes longer than LIMIT is reported as not finished
    growth 500          so many renders in one process: does it grow?
    bulk 200            so many reports through database, jobs and storage by two workers; plain WeasyPrint beside it
    shared 1 5 20       the peak memory of two workers that are rendering so many standards

Memory of workers is counted by shares (Pss: what several processes use, each of them in equal parts): what the parent
and the workers have together at the moment at which it is most, divided by the number of workers.
Each rendering that is compared has a process of its own, so that CPU time and peak memory are its own alone.
"""

import contextlib
import gc
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from multiprocessing import Value
from pathlib import Path
from random import Random
from types import SimpleNamespace

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
django.setup()

import pypdfium2  # noqa: E402
from django.core.management import call_command  # noqa: E402
from weasyprint import CSS, HTML  # noqa: E402
from weasyprint.pdf.tags import add_tags as STOCK_TAGS  # noqa: E402, N812

from assessments.reports import memory, rules, tagging  # noqa: E402
from assessments.reports.document import document_html, document_pdf  # noqa: E402
from assessments.reports.pdf import STYLES, render  # noqa: E402
from assessments.reports.texts import Both  # noqa: E402
from assessments.services import exports  # noqa: E402
from jobs.management.commands.work import load  # noqa: E402
from jobs.models import Job, State  # noqa: E402
from jobs.supervisor import Fork  # noqa: E402
from tests import factories  # noqa: E402
from tests.reports import samples  # noqa: E402

CRITERIA = 40
SAID = [samples.CRITERION.cy.split(), samples.CRITERION.en.split()]
WORKERS = 2
SIZES = (1, 5, 20, 50)
# Seconds, of one way with one size: warming up and all its renderings.
LIMIT = 1800


def report(standards: int, edition: str = "2021"):
    """So many standards of forty criteria, no two of which say the same, and a piece of evidence for each."""
    parts = [
        samples.standard(
            tuple(samples.line(n, text=_own_words(f"{urn} {edition} {n}")) for n in range(1, CRITERIA + 1)),
            urn=urn,
        )
        for urn in (f"INSCS{n:03}" for n in range(standards))
    ]
    return samples.report(*parts, evidence=samples.evidence(standards * CRITERIA))


def _own_words(criterion: str) -> Both:
    """The words of a criterion in an order of their own."""
    return Both(*(" ".join(Random(criterion).sample(words, len(words))) for words in SAID))


def ours(html: str) -> bytes:
    return render(html)


def plain(html: str) -> bytes:
    """What a project does that only calls WeasyPrint: tagged, nothing corrected, nothing kept."""
    styles = STYLES.read_text("utf-8").replace("table-layout: fixed", "table-layout: auto")
    styles = re.sub(r'font-family: "Noto Sans"[^;]*;', "font-family: sans-serif;", styles)
    tagging.weasyprint.pdf.add_tags = STOCK_TAGS
    tagging.Stream.marked = tagging._marked_by_weasyprint
    memory.uninstall()
    rules.weasyprint.draw.draw_border = rules.draw_border
    return HTML(string=html).write_pdf(stylesheets=[CSS(string=styles)], pdf_variant="pdf/ua-1")


def untagged(html: str) -> bytes:
    return HTML(string=html).write_pdf(stylesheets=[CSS(filename=STYLES)])


def chromium(html: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        page, made = Path(folder, "report.html"), Path(folder, "report.pdf")
        styles = f"<style>{STYLES.read_text('utf-8')}</style>"
        page.write_text(html.replace("</head>", f"{styles}</head>"), "utf-8")
        command = ["/usr/bin/chromium", "--headless", "--no-sandbox", "--disable-gpu"]
        # So that all its processes are its children, whose time is counted.
        command += ["--no-zygote", "--no-first-run", "--disable-background-networking"]
        command += ["--disable-component-update", "--disable-sync", f"--user-data-dir={folder}/profile"]
        command += [f"--print-to-pdf={made}", str(page)]
        subprocess.run(command, check=True, capture_output=True)
        return made.read_bytes()


WAYS: dict[str, Callable[[str], bytes]] = {
    "ours": ours,
    "plain WeasyPrint": plain,
    "cold Chromium": chromium,
    "untagged": untagged,
}


def one(way: str, standards: int, rounds: int) -> None:
    """In a process of its own: the best of some renderings, warm, each of criteria it never saw before, as JSON."""
    if way != "cold Chromium":
        WAYS[way](document_html(report(1), "bilingual"))
    gc.collect()
    before, _reset = resident(), Path("/proc/self/clear_refs").write_text("5")
    texts = [document_html(report(standards, f"round {number}"), "bilingual") for number in range(rounds)]
    seconds, made = min((_timed(way, html) for html in texts), key=lambda pair: pair[0])
    with pypdfium2.PdfDocument(made) as document:
        pages = len(document)
    peak = children_peak() if way == "cold Chromium" else own_peak()
    found = {"cpu": seconds, "pages": pages, "size": len(made), "before": before, "peak": peak}
    print(json.dumps(found))


def _timed(way: str, html: str) -> tuple[float, bytes]:
    began = cpu()
    made = WAYS[way](html)
    return cpu() - began, made


def cpu() -> float:
    """Seconds of this process and of its children that have ended."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def resident() -> float:
    """Megabytes in use now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def own_peak() -> float:
    return int(re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[1]) * 1024 / 1e6


def children_peak() -> float:
    """Of the largest of its processes."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6


def python(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "bench.reports", *map(str, arguments)]


def beside(*sizes: int) -> None:
    for standards in sizes or SIZES:
        first = None
        for way in WAYS:
            rounds = 3 if standards == 1 or way == "ours" else 1
            it = alone(way, standards, rounds)
            if isinstance(it, str):
                print(f"{standards} standards, {way}: {it}", flush=True)
                continue
            if way == "ours":
                first = it
            print(
                f"{standards} standards, {it.pages} pages, {way}: {it.cpu:.2f} s CPU,"
                f" {1000 * it.cpu / it.pages:.1f} ms a page, peak {it.peak:.0f} MB,"
                f" {(it.peak - it.before) / it.pages:.2f} MB a page, {it.size / 1e3:.0f} kB"
                + (
                    f"; ours / it: CPU {first.cpu / it.cpu:.2f}, size {first.size / it.size:.2f}"
                    if first
                    else ""
                ),
                flush=True,
            )


def alone(way: str, standards: int, rounds: int) -> SimpleNamespace | str:
    """What a process of its own measures, or why there is nothing; the others are measured all the same."""
    command = python("one", way, standards, rounds)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as child:
        try:
            said, _ = child.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            # With the processes that it has started.
            os.killpg(child.pid, signal.SIGKILL)
            return f"not finished in {LIMIT} s"
    return f"failed ({child.returncode})" if child.returncode else SimpleNamespace(**json.loads(said))


def growth(renders: int) -> None:
    """Another document each time, so that nothing is a copy of the last."""
    small = samples.report(samples.standard(tuple(samples.line(n) for n in range(1, 9))))
    for number in range(20):
        document_pdf(replace(small, learner=f"Dysgwr {number}"), "cy")
    gc.collect()
    before = resident()
    for number in range(renders):
        document_pdf(replace(small, learner=f"Dysgwr {number}"), "cy")
    gc.collect()
    each = (resident() - before) / renders
    print(f"{renders} renders: {before:.0f} MB, then {resident():.0f} MB: {each:.3f} MB each")


def many(way: str, reports: int) -> None:
    """In a process of its own: so many reports of one standard, one after the other."""
    html = document_html(report(1), "bilingual")
    for number in range(reports):
        WAYS[way](html.replace("Gŵenllian", f"Dysgwr {number}"))


def bulk(reports: int) -> None:
    """The same portfolio again and again: what is ordered, claimed, gathered, rendered, stored is as for others."""
    with tempfile.TemporaryDirectory() as folder:
        here = os.environ | {"TYSTIO_DATA": folder, "DATABASE_URL": f"sqlite:///{folder}/bulk.sqlite3"}
        subprocess.run(python("prepare", reports), check=True, env=here)
        made = subprocess.run(python("made"), check=True, env=here, stdout=subprocess.PIPE, text=True)
        seconds, peak = json.loads(made.stdout)
    ours_a_minute = 60 * reports / seconds
    few = max(reports // 20, 2)
    began = time.monotonic()
    # As `manage.py work` does, they give way to others.
    plain = ["nice", "-n", "10", *python("many", "plain WeasyPrint", few // WORKERS)]
    for worker in [subprocess.Popen(plain) for _ in range(WORKERS)]:
        worker.wait()
    plain_a_minute = 60 * few / (time.monotonic() - began)
    print(
        f"{reports} reports of {CRITERIA} criteria on {WORKERS} workers: {ours_a_minute:.0f} a minute,"
        f" peak {peak};"
        f" plain WeasyPrint (layout alone, {few} reports): {plain_a_minute:.0f};"
        f" ours / it = {ours_a_minute / plain_a_minute:.1f}"
    )


def made() -> None:
    """With the database of the environment: until all reports are made, in seconds, and the memory that it took."""
    began = time.monotonic()
    # Not the letters, which are due later.
    left = Job.objects.unfinished().filter(due_at=None)
    command = [sys.executable, "-m", "django", "work", "--processes", str(WORKERS), "--skip-checks"]
    with subprocess.Popen(command) as parent:
        # Seldom: looking takes time, too, and a worker keeps what it once had.
        peak = watched(parent.pid, left.exists, every=1)
        seconds = time.monotonic() - began
        parent.terminate()
    if Job.objects.filter(state=State.FAILED).exists():
        raise SystemExit("a job failed")
    print(json.dumps([seconds, peak]))


def shared(*sizes: int) -> None:
    for standards in sizes:
        subprocess.run(python("both", standards), check=True)


def both(standards: int) -> None:
    """In a process of its own, the parent: workers that have warmed up render so much at the same time."""
    load()
    pages = Value("i")
    workers = [Fork(partial(one_of_both, standards, pages)) for _ in range(WORKERS)]
    peak = watched(os.getpid(), lambda: any(worker.poll() is None for worker in workers), every=0.1)
    print(f"{standards} standards, {pages.value} pages, {WORKERS} workers: peak {peak}")


def one_of_both(standards: int, pages) -> None:
    render(document_html(report(1), "bilingual"))
    made = render(document_html(report(standards, "measured"), "bilingual"))
    with pypdfium2.PdfDocument(made) as document:
        pages.value = len(document)


def watched(parent: int, goes_on: Callable[[], bool], every: float) -> str:
    """What the parent and its workers take when it is most."""
    most, found = 0.0, ""
    while goes_on():
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        parents, *workers = (megabytes(pid, "Pss") for pid in (parent, *children))
        if parents + sum(workers) > most:
            most = parents + sum(workers)
            resident = [megabytes(pid, "Rss") for pid in children]
            found = f"{most / WORKERS:.0f} MB a worker (parent {parents:.0f}, workers {_whole(workers)}"
            found += f" MB; resident {_whole(resident)} MB)"
        time.sleep(every)
    return found


def _whole(figures: list[float]) -> str:
    return " and ".join(f"{figure:.0f}" for figure in figures)


def megabytes(pid: int | str, kind: str) -> float:
    """Of a process, by its share (Pss) or resident (Rss); none if it has ended."""
    with contextlib.suppress(OSError):
        found = re.search(rf"^{kind}:\s*(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        return int(found[1]) * 1024 / 1e6 if found else 0
    return 0


def prepare(reports: int) -> None:
    """A portfolio with everything met, and the order."""
    call_command("migrate", verbosity=0)
    provider = factories.make_provider()
    people = {role: factories.make_member(provider, role) for role in ("manager", "assessor", "learner")}
    standards = [factories.make_standard(performance=CRITERIA // 2, knowledge=CRITERIA // 2)]
    programme = factories.make_programme(provider, people["manager"], standards)
    enrolment = factories.make_enrolment(
        programme, people["manager"], people["learner"], assessor=people["assessor"]
    )
    for criterion in standards[0].criteria.all():
        piece = factories.make_evidence(enrolment, [criterion])
        factories.review(factories.submit(piece), people["assessor"])
    exports.ask_for_export(
        by=people["manager"],
        programme=programme,
        kind="completion",
        form="bilingual",
        enrolments=[enrolment] * reports,
    )


PARTS = {
    "beside": beside,
    "growth": growth,
    "bulk": bulk,
    "one": one,
    "many": many,
    "prepare": prepare,
    "made": made,
    "shared": shared,
    "both": both,
}


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in PARTS:
        raise SystemExit(__doc__)
    PARTS[sys.argv[1]](*(int(word) if word.isdigit() else word for word in sys.argv[2:]))
