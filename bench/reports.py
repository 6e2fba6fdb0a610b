"""Measures the reports: `python -m bench.reports [--quick]`, figures for docs/performance.md.

A plain WeasyPrint rendering of the same content (automatic table layout, nothing reused, system fonts) and headless
Chromium's print-to-PDF stand beside ours in one run; the best of interleaved runs counts, because other work disturbs.
"""

import argparse
import gc
import os
import re
import resource
import subprocess
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
django.setup()

import pypdfium2  # noqa: E402
from weasyprint import CSS, HTML  # noqa: E402
from weasyprint.pdf.tags import add_tags as STOCK_TAGS  # noqa: E402, N812

from assessments.reports import tagging  # noqa: E402
from assessments.reports.document import document_html, document_pdf  # noqa: E402
from assessments.reports.pdf import STYLES, render  # noqa: E402
from tests.reports import samples  # noqa: E402

CRITERIA = 40


def report(standards: int):
    """So many standards of forty criteria, and a piece of evidence for each criterion."""
    parts = [
        samples.standard(tuple(samples.line(n) for n in range(1, CRITERIA + 1)), urn=f"INSCS{n:03}")
        for n in range(standards)
    ]
    return samples.report(*parts, evidence=samples.evidence(standards * CRITERIA))


def cpu(work, *args) -> tuple[float, bytes]:
    began = time.process_time()
    made = work(*args)
    return time.process_time() - began, made


def ours(html: str) -> bytes:
    return render(html)


def naive(html: str) -> bytes:
    """What a project does that only calls WeasyPrint: tagged, nothing corrected, nothing kept."""
    styles = STYLES.read_text("utf-8").replace("table-layout: fixed", "table-layout: auto")
    styles = re.sub(r'font-family: "Noto Sans"[^;]*;', "font-family: sans-serif;", styles)
    with stock_weasyprint():
        return HTML(string=html).write_pdf(stylesheets=[CSS(string=styles)], pdf_variant="pdf/ua-1")


class stock_weasyprint:
    """WeasyPrint as it comes, for as long as this lasts."""

    def __enter__(self) -> None:
        tagging.weasyprint.pdf.add_tags = STOCK_TAGS
        tagging.Stream.marked = tagging._marked_by_weasyprint

    def __exit__(self, *error: object) -> None:
        tagging.install()


def chromium(html: str) -> float:
    """CPU seconds of a cold Chromium that prints the same page."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "report.html")
        page.write_text(
            html.replace("</head>", f"<style>{STYLES.read_text('utf-8')}</style></head>"), "utf-8"
        )
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [
                "/usr/bin/chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                # So that all its processes are its children, whose time is counted.
                "--no-zygote",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                f"--user-data-dir={folder}/profile",
                f"--print-to-pdf={folder}/report.pdf",
                str(page),
            ],
            check=True,
            capture_output=True,
            timeout=180,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def pages(pdf: bytes) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def resident() -> float:
    """Megabytes in use now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def beside_others(rounds: int) -> None:
    html = document_html(report(5), "bilingual")
    best = {"ours": 1e9, "plain WeasyPrint": 1e9, "cold Chromium": 1e9}
    for _round in range(rounds):
        seconds, made = cpu(ours, html)
        best["ours"] = min(best["ours"], seconds)
        best["plain WeasyPrint"] = min(best["plain WeasyPrint"], cpu(naive, html)[0])
        best["cold Chromium"] = min(best["cold Chromium"], chromium(html))
    print(f"5 standards, 200 criteria, both languages: {pages(made)} pages, {len(made) / 1e3:.0f} kB")
    for name, seconds in best.items():
        print(f"  {name}: {seconds:.2f} s CPU, ours / it = {best['ours'] / seconds:.2f}")
    untagged = HTML(string=html).write_pdf(stylesheets=[CSS(filename=STYLES)])
    print(f"  size: tagged / untagged = {len(made) / len(untagged):.2f}")


def linearity(sizes: list[int]) -> None:
    print("standards, pages, CPU s, ms a page, resident MB")
    for standards in sizes:
        html = document_html(report(standards), "bilingual")
        seconds, made = min((cpu(ours, html) for _ in range(2)), key=lambda pair: pair[0])
        count = pages(made)
        print(f"  {standards}, {count}, {seconds:.2f}, {1000 * seconds / count:.1f}, {resident():.0f}")


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


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, smaller documents")
    quick = parser.parse_args().quick
    render(document_html(report(1), "bilingual"))  # Warm: fonts, styles, templates.
    beside_others(1 if quick else 3)
    linearity([1, 5] if quick else [1, 5, 20, 50])
    growth(50 if quick else 500)
