"""Work that runs in the background."""

from datetime import date
from functools import partial

from accounts.models import User
from assessments.models import AssessmentPlan, Report, SamplingPlan
from assessments.services import exports, plans, reports, sampling_plans
from jobs.models import Job
from jobs.services import progress


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


def propose_samples(job: Job, *, plan: str) -> dict:
    """Draw for this sampling plan, for whoever asked; after a crash, what is left."""
    assert job.by_uid  # Somebody asked.
    asked_by = User.objects.get(uid=job.by_uid)
    found = SamplingPlan.objects.select_related("programme").get(uid=plan)
    made = sampling_plans.propose(by=asked_by, plan=found, tell=partial(progress, job))
    return {"plan": plan, "proposed": len(made)}
