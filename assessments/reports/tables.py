"""The cohort report as tables: XLSX for people, CSV for programs (its columns are told in docs/reports.md)."""

import csv
from collections.abc import Iterator
from datetime import date
from io import BytesIO, StringIO

import xlsxwriter
from django.conf import settings
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from assessments.reports.content_programme import (
    CohortCell,
    CohortLine,
    CohortReport,
    CohortStandard,
)
from standards.printed import edition_name

# Spreadsheets run what begins with one of these.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
# A column of the workbook, in pixels.
WIDEST = 480
# As spreadsheets number the formats of paper.
A4 = 9
CSV_COLUMNS = [
    "learner",
    "registration_number",
    "cohort",
    "language",
    "enrolment_state",
    "started_on",
    "ended_on",
    "standard",
    "edition",
    "title_cy",
    "title_en",
    "state",
    "criteria_met",
    "criteria",
    "competent_on",
    "released_on",
    "status_cy",
    "status_en",
]
Taken = tuple[CohortLine, CohortStandard, CohortCell]
Value = str | int | date | None


def _taken(report: CohortReport) -> Iterator[Taken]:
    """Each learner with each standard they take."""
    for line in report.lines:
        for standard, cell in zip(report.standards, line.cells, strict=True):
            if cell:
                yield line, standard, cell


def cohort_csv(report: CohortReport) -> bytes:
    """A row for each learner and standard, in UTF-8 with the mark by which spreadsheets know it."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(CSV_COLUMNS)
    for line, standard, cell in _taken(report):
        row = [
            line.learner,
            line.registration_number,
            line.cohort,
            line.language,
            line.state.value,
            line.started_on,
            line.ended_on,
            standard.urn,
            standard.edition,
            standard.title.cy,
            standard.title.en,
            cell.state.value,
            cell.met,
            cell.total,
            cell.competent_on,
            cell.released_on,
            standard.status.cy,
            standard.status.en,
        ]
        writer.writerow([harmless(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def harmless(value: object) -> object:
    """What would be run as a formula begins with an apostrophe, and is text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value


def cohort_xlsx(report: CohortReport) -> bytes:
    """Two sheets in each language: learners × standards, and the totals."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        # Not the time at which it happens to be made: the same report gives the same bytes.
        book.set_properties({"created": report.issue.issued_at.replace(tzinfo=None)})
        for language in dict(settings.LANGUAGES):
            with translation.override(language):
                learners, totals = book.add_worksheet(_("Learners")), book.add_worksheet(_("Totals"))
                _write(book, learners, [*_learners(report, language)], filtered=True)
                _write(book, totals, [*_totals(report)])
                for sheet in (learners, totals):
                    sheet.set_footer(_footer(report, language))
    return out.getvalue()


def _footer(report: CohortReport, language: str) -> str:
    """What a sheet of paper says of itself: the code to check it by, whose it is, and its number."""
    provider = str(getattr(report.issue.provider, language))[:200].replace("&", "&&")
    return f"&L{report.issue.code}&C{provider}&R&P / &N"


def _learners(report: CohortReport, language: str) -> Iterator[list[Value]]:
    yield [
        _("Learner"),
        _("Registration number"),
        _("Cohort"),
        _("Language of assessment"),
        _("Enrolment"),
        _("Started on"),
        _("Ended on"),
        _("Standard"),
        _("Edition"),
        _("Title"),
        _("Text"),
        _("State"),
        _("Criteria met"),
        _("Criteria"),
        _("Declared competent"),
        _("Released for claiming"),
    ]
    languages = dict(settings.LANGUAGES)
    for line, standard, cell in _taken(report):
        yield [
            line.learner,
            line.registration_number,
            line.cohort,
            str(languages[line.language]),
            capfirst(str(line.state.label)),
            line.started_on,
            line.ended_on,
            standard.urn,
            edition_name(standard.edition),
            str(getattr(standard.title, language)),
            capfirst(str(getattr(standard.status, language).label)),
            capfirst(str(cell.state.label)),
            cell.met,
            cell.total,
            cell.competent_on,
            cell.released_on,
        ]


def _totals(report: CohortReport) -> Iterator[list[Value]]:
    yield [
        _("Language of assessment"),
        _("Learners"),
        _("Standards taken"),
        _("Declared competent"),
        _("Released for claiming"),
        *(
            [_("Declared competent in the period"), _("Released for claiming in the period")]
            * report.has_period
        ),
    ]
    languages = dict(settings.LANGUAGES)
    named = [(str(languages[language]), tally) for language, tally in report.by_language]
    for name, tally in [*named, (_("All"), report.in_all)]:
        within = [tally.competent_within, tally.released_within] * report.has_period
        yield [name, tally.learners, tally.standards, tally.competent, tally.released, *within]


def _write(
    book: xlsxwriter.Workbook, sheet: Worksheet, rows: list[list[Value]], *, filtered: bool = False
) -> None:
    """Typed cells under a head that stays in sight, and on every sheet of paper."""
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "indent": 1})
    bold = {"bold": True, "bottom": 1}
    head, head_of_figures = book.add_format(bold), book.add_format(bold | {"align": "right"})
    for column, title in enumerate(rows[0]):
        figures = any(isinstance(row[column], int) for row in rows[1:])
        sheet.write_string(0, column, str(title), head_of_figures if figures else head)
    for at, row in enumerate(rows[1:], start=1):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(at, column, value, day)
            elif isinstance(value, int):
                sheet.write_number(at, column, value)
            elif value:
                # As a string, whatever it begins with.
                sheet.write_string(at, column, value)
    sheet.freeze_panes(1, 1)
    if filtered:
        sheet.autofilter(0, 0, len(rows) - 1, len(rows[0]) - 1)
    # Knows of the buttons of the filter.
    sheet.autofit(WIDEST)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
