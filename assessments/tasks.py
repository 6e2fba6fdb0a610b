"""Work that runs in the background."""

from assessments.models import Report
from assessments.services import reports
from jobs.models import Job


def make_report(job: Job, *, report: str) -> dict:
    """Make and issue the report with this uid."""
    rows = Report.objects.select_related(
        "enrolment__programme__provider__logo", "enrolment__learner", "programme__provider__logo", "asked_by"
    )
    issued = reports.make_report(rows.get(uid=report))
    return {"report": str(issued.uid), "sha256": issued.sha256}
