"""Asking for a report, making it in the background, issuing it."""

import hashlib
import secrets

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.refusals import Invalid, NotYours
from assessments.models import Report, ReportForm
from assessments.reports.build import completion_report
from assessments.reports.completion import completion_pdf
from jobs.models import Job
from jobs.services import enqueue
from ledger.services import head, record
from portfolio.access import parts_in
from portfolio.models import Enrolment

# Letters and figures that nobody mistakes for one another.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
MAY_ASK = frozenset({"learner", "assessor", "iqa", "manager"})


@transaction.atomic
def ask_for_report(*, by: User, enrolment: Enrolment, form: str) -> Report:
    """Order a completion report as PDF; `form` is cy, en or bilingual. A worker makes it."""
    if parts_in(by, enrolment).isdisjoint(MAY_ASK):
        raise NotYours()
    if form not in ReportForm.values:
        raise Invalid(_("Choose Welsh, English, or both side by side."))
    report = Report.objects.create(enrolment=enrolment, form=form, code=new_code(), asked_by=by)
    job = enqueue(task="assessments.tasks.make_report", by_uid=by.uid, report=str(report.uid))
    report.job_uid = job.uid
    report.save(update_fields=["job_uid"])
    return report


def new_code() -> str:
    """Four groups of four: 78 bits, so that nobody guesses one."""
    return "-".join("".join(secrets.choice(CODE_ALPHABET) for _ in range(4)) for _ in range(4))


def make_report(report: Report) -> Report:
    """Render and issue it; harmless when it is issued already."""
    if report.issued_at:
        return report
    issued_at = timezone.now()
    # The position is read first: what happens while the report is made comes after it.
    position, link = head(report.enrolment.chain)
    content = completion_report(report.enrolment, code=report.code, issued_at=issued_at)
    pdf = completion_pdf(content, report.form)
    with transaction.atomic():
        report = (
            Report.objects.select_for_update(of=("self",))
            .select_related("enrolment", "asked_by")
            .get(pk=report.pk)
        )
        if report.issued_at:
            return report
        report.file.save("", ContentFile(pdf), save=False)
        report.sha256 = hashlib.sha256(pdf).hexdigest()
        report.issued_at = issued_at
        report.ledger_position, report.ledger_head = position, link
        report.save()
        record(
            chain=report.enrolment.chain,
            kind="report.issued",
            by=report.asked_by.uid,
            subject=f"report:{report.uid}",
            data={
                "code": report.code,
                "form": report.form,
                "sha256": report.sha256,
                "position": position,
                "head": link,
            },
        )
    return report


def job_of(report: Report) -> Job | None:
    """The work behind a report that was asked for."""
    return Job.objects.filter(uid=report.job_uid).first() if report.job_uid else None
