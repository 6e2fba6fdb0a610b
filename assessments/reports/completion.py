"""The completion report of one learner, in Welsh, in English, or in both side by side."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import segno
from django.template.loader import render_to_string
from django.utils import translation

from assessments.reports.content import CompletionReport

FORMS = {"cy": ("cy",), "en": ("en",), "bilingual": ("cy", "en")}


def completion_html(report: CompletionReport, form: str) -> str:
    """The report as one HTML document. `form` is cy, en or bilingual (Welsh on the left)."""
    languages = FORMS[form]
    context = {
        "report": report,
        "form": form,
        "languages": languages,
        "bilingual": form == "bilingual",
        "qr": qr_code(report.address),
    }
    with translation.override(languages[0]):
        return render_to_string("reports/completion.html", context)


def completion_pdf(report: CompletionReport, form: str) -> bytes:
    """The report as PDF/UA-1; the same report gives the same bytes."""
    # Loading WeasyPrint takes half a second and 40 MB: only the process that prints a report pays for it.
    from assessments.reports.pdf import render

    return render(completion_html(report, form))


@dataclass(frozen=True)
class Drawing:
    """A black and white picture as the path of an SVG of so many units."""

    size: int
    path: str


def qr_code(address: str) -> Drawing:
    """The address as a QR code with its quiet zone."""
    rows = list(segno.make(address, error="m").matrix_iter(border=4))
    return Drawing(len(rows), "".join(_strokes(rows)))


def _strokes(rows: Iterable[Iterable[int]]) -> Iterator[str]:
    for y, row in enumerate(rows):
        x = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                yield f"M{x} {y}h{length}v1h-{length}z"
            x += length
