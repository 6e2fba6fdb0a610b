"""Asks for a report, lets it be made, and reads it."""

import pypdfium2

from assessments.models import Report
from assessments.services import reports
from jobs.models import Job
from jobs.runner import run_waiting


def issue(cast, kind="progress", form="en", by=None, **asked) -> Report:
    report = reports.ask_for_report(
        by=by or cast.learner, enrolment=cast.enrolment, form=form, kind=kind, **asked
    )
    run_waiting(Job.objects.filter(uid=report.job_uid))
    report.refresh_from_db()
    assert report.issued_at, Job.objects.get(uid=report.job_uid).error
    return report


def bytes_of(report: Report) -> bytes:
    with report.file.open("rb") as content:
        return content.read()


def text_of(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
