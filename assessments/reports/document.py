"""Sets what a report says: as HTML in Welsh, in English, or in both side by side, and as PDF."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import segno
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language

from assessments.reports.content import (
    CompletionReport,
    Content,
    FeedbackReport,
    MatrixReport,
)
from assessments.reports.content_programme import CohortReport, QualityReport

FORMS = {"cy": ("cy",), "en": ("en",), "bilingual": ("cy", "en")}
TEMPLATES = {
    CompletionReport: "reports/completion.html",
    FeedbackReport: "reports/feedback.html",
    MatrixReport: "reports/matrix.html",
    CohortReport: "reports/cohort.html",
    QualityReport: "reports/quality.html",
}

# So many learners or samples are in a preview: a thousand would take longer than a page may.
SHOWN = 200


def document_html(report: Content, form: str, request: HttpRequest | None = None, **preview: object) -> str:
    """The report as one HTML document. `form` is cy, en or bilingual (Welsh on the left).

    With a `request` it is a preview on screen, in a frame that speaks the language of the page.
    """
    languages, rows = FORMS[form], len(getattr(report, "lines", ()))
    context = {
        "report": report,
        "issue": report.issue,
        "form": form,
        "languages": languages,
        "bilingual": form == "bilingual",
        "qr": qr_code(report.issue.address) if report.issue.address else None,
        "shown": f":{SHOWN}" if request else ":",
        "cut": {"shown": SHOWN, "all": rows} if rows > SHOWN else None,
        **preview,
    }
    with translation.override(get_language() if request else languages[0]):
        return render_to_string(TEMPLATES[type(report)], context, request)


def document_pdf(report: Content, form: str) -> bytes:
    """The report as PDF/UA-1; the same report gives the same bytes."""
    # Loading WeasyPrint takes half a second and 40 MB: only the process that prints a report pays for it.
    from assessments.reports.pdf import render

    return render(document_html(report, form), pictures={report.issue.logo})


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
