"""From a report that was asked for to what it says."""

import base64
from datetime import datetime

from assessments.models import Report, ReportKind, SamplingPlan
from assessments.reports.addresses import verification_of
from assessments.reports.build import completion_report, only_standard
from assessments.reports.cohort import cohort_report
from assessments.reports.content import Content
from assessments.reports.document import FORMS
from assessments.reports.feedback import feedback_report
from assessments.reports.matrix import matrix_report
from assessments.reports.quality import quality_report
from assessments.reports.texts import Both, Issue


def content_of(report: Report, issued_at: datetime) -> Content:
    """What this report says, as things stand now."""
    issue = _issue(report, issued_at)
    if report.kind == ReportKind.COHORT:
        return cohort_report(report.of_programme, issue, report.about, FORMS[report.form][0])
    if report.kind == ReportKind.IQA:
        plans = SamplingPlan.objects.select_related("programme", "made_by")
        return quality_report(plans.get(uid=report.about["plan"]), issue)
    enrolment = report.enrolment
    assert enrolment  # A constraint.
    if report.kind == ReportKind.FEEDBACK:
        return feedback_report(enrolment, issue)
    if report.kind == ReportKind.MATRIX:
        return matrix_report(enrolment, issue)
    content = completion_report(enrolment, issue, whole=report.kind != ReportKind.PROGRESS)
    if report.kind == ReportKind.STANDARD:
        return only_standard(content, *report.about["standard"].split("/", 1))
    return content


def _issue(report: Report, issued_at: datetime) -> Issue:
    provider = report.provider
    return Issue(
        title=ReportKind(report.kind).label,
        provider=Both(provider.name_cy, provider.name_en),
        issued_at=issued_at,
        code=report.code,
        address=verification_of(report.code) if report.code else "",
        logo=_picture(report),
    )


def _picture(report: Report) -> str:
    logo = getattr(report.provider, "logo", None)
    if logo is None:
        return ""
    with logo.image.open("rb") as content:
        return f"data:image/png;base64,{base64.b64encode(content.read()).decode()}"
