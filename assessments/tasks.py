"""Work that runs in the background."""

from datetime import date

from assessments.models import AssessmentPlan, Report
from assessments.services import exports, plans, reports
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


def tell_of_visit(job: Job, *, plan: str, on: str) -> dict:
    """Remind learner and assessor of the visit that a plan sets for this day."""
    rows = AssessmentPlan.objects.select_related("enrolment__learner", "words")
    told = plans.tell_of_visit(rows.get(uid=plan), on=date.fromisoformat(on))
    return {"plan": plan, "told": told}
