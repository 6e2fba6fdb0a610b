"""Sets what a report says: as HTML in Welsh, in English, or in both side by side, and as PDF."""

from collections.abc import Iterable, Iterator, Sized
from dataclasses import dataclass
from itertools import accumulate, groupby

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

# So many learners, samples or pieces are in a preview, and so many criteria: more would take longer than a page may.
SHOWN = 200
CRITERIA_SHOWN = 300


def document_html(report: Content, form: str, request: HttpRequest | None = None, **preview: object) -> str:
    """The report as one HTML document. `form` is cy, en or bilingual (Welsh on the left).

    With a `request` it is a preview on screen, in a frame that speaks the language of the page.
    """
    languages = FORMS[form]
    context = {
        "report": report,
        "issue": report.issue,
        "form": form,
        "languages": languages,
        "bilingual": form == "bilingual",
        "qr": qr_code(report.issue.address) if report.issue.address else None,
        **_beginning(report, whole=request is None),
        **preview,
    }
    with translation.override(get_language() if request else languages[0]):
        return render_to_string(TEMPLATES[type(report)], context, request)


def _beginning(report: Content, *, whole: bool) -> dict:
    """How many rows of each list and how many parts (standards, pieces, tables) are shown; `cut` if not all."""
    if whole:
        return {"rows": ":", "parts": ":", "cut": False}
    rows, sizes = len(_rows(report)), _sizes(report)
    parts = max(1, sum(total <= CRITERIA_SHOWN for total in accumulate(sizes)))
    return {"rows": f":{SHOWN}", "parts": f":{parts}", "cut": rows > SHOWN or len(sizes) > parts}


def _rows(report: Content) -> Sized:
    return report.evidence if isinstance(report, CompletionReport) else getattr(report, "lines", ())


def _sizes(report: Content) -> list[int]:
    """The criteria in each part, which a preview has whole or not at all."""
    match report:
        case CompletionReport():
            return [len(standard.criteria) for standard in report.standards]
        case FeedbackReport():
            return [sum(len(turn.lines) for turn in piece.rounds) for piece in report.pieces]
        case MatrixReport():
            return [len(table.lines) for table in report.tables]
    return []


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
