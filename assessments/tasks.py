"""Work that runs in the background."""

from assessments.models import Report
from assessments.services import exports, reports
from jobs.models import Job


def make_report(job: Job, *, report: str) -> dict:
    """Make and issue the report with this uid."""
    rows = Report.objects.select_related(
        "enrolment__programme__provider__logo",
        "enrolment__learner",
        "programme__provider__logo",
        "asked_by",
        "export",
    )
    asked = rows.get(uid=report)
    if exports.held_up(asked):
        return {"report": report, "called_off": True}
    issued = reports.make_report(asked)
    return {"report": report, "sha256": issued.sha256}
