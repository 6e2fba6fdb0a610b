"""Asking for a report, making it in the background, issuing it, withdrawing it."""

import hashlib
import secrets
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.refusals import Invalid, NotYours, WrongState
from assessments.models import Report, ReportForm, ReportFormat, ReportKind, SamplingPlan
from assessments.reports.access import FOR_FEWER
from assessments.reports.cohort import chosen
from assessments.reports.content_programme import CohortReport
from assessments.reports.document import document_pdf
from assessments.reports.gather import content_of
from assessments.reports.pack import write_pack
from assessments.reports.tables import cohort_csv, cohort_xlsx
from jobs.models import Job
from jobs.runner import Later
from jobs.services import enqueue
from ledger.models import Event, Words
from ledger.services import head, one_moment, record
from portfolio.models import EnrolledStandard, Enrolment, Evidence, Programme, Withdrawal
from portfolio.parts import managed, parts_in

# Letters and figures that nobody mistakes for one another.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
MAKING = "assessments.tasks.make_report"
MAY_ASK = frozenset({"learner", "assessor", "iqa", "manager"})
# Whose each kind of report about a portfolio is.
FOR = {
    ReportKind.COMPLETION: MAY_ASK,
    ReportKind.PROGRESS: MAY_ASK,
    ReportKind.STANDARD: MAY_ASK,
    ReportKind.MATRIX: MAY_ASK,
    **FOR_FEWER,
}


def offered(parts: Collection[str], standards: Iterable[EnrolledStandard]) -> list[tuple[str, str]]:
    """What somebody with these parts may ask for in a portfolio: "kind" or "kind?scope", and what it is called."""
    found = []
    for kind, whose in FOR.items():
        if whose.isdisjoint(parts):
            continue
        if kind != ReportKind.STANDARD:
            found.append((str(kind), str(kind.label)))
            continue
        for row in standards:
            scope = scope_of(standard=f"{row.standard.urn}/{row.standard.edition}")
            found.append((f"{kind}?{scope}", f"{kind.label}: {row.standard.urn}"))
    return found


@transaction.atomic
def ask_for_report(
    *, by: User | None, enrolment: Enrolment, form: str, kind: str = ReportKind.COMPLETION, scope: str = ""
) -> Report:
    """Order a report about a portfolio; `form` is cy, en or bilingual. A worker makes it.

    Without a person it is whoever runs the installation that asks.
    """
    report = new_report(by=by, enrolment=enrolment, form=form, kind=kind, scope=scope)
    return _order(report)


def new_report(
    *, by: User | None, enrolment: Enrolment, form: str, kind: str = ReportKind.COMPLETION, scope: str = ""
) -> Report:
    """A report about a portfolio that this person may ask for; not stored yet."""
    parts = parts_in(by, enrolment) if by else MAY_ASK
    if parts.isdisjoint(MAY_ASK):
        raise NotYours()
    _check_form(form)
    if kind not in FOR:
        raise Invalid(_("Choose one of the reports that are offered."))
    if parts.isdisjoint(FOR[ReportKind(kind)]):
        raise NotYours()
    report = Report(enrolment=enrolment, kind=kind, scope=scope, form=form, asked_by=by)
    if kind == ReportKind.PACK:
        report.format = ReportFormat.ZIP
    _check_scope(report)
    return report


def _check_form(form: str) -> None:
    if form not in ReportForm.values:
        raise Invalid(_("Choose Welsh, English, or both side by side."))


def _check_scope(report: Report) -> None:
    """One standard for the report on one standard; nothing for the others."""
    offered = {""}
    if report.kind == ReportKind.STANDARD:
        rows = EnrolledStandard.objects.open().filter(enrolment=report.enrolment)
        names = rows.values_list("standard__urn", "standard__edition")
        offered = {scope_of(standard=f"{urn}/{edition}") for urn, edition in names}
    if report.scope not in offered:
        raise Invalid(_("Choose one of the reports that are offered."))


def scope_of(**about: object) -> str:
    """How a scope is written: like the query of an address, without what is empty, in alphabetical order."""
    return urlencode(sorted((name, str(value)) for name, value in about.items() if value), safe="/")


@transaction.atomic
def ask_for_cohort_report(
    *, by: User | None, programme: Programme, form: str, format: str = ReportFormat.PDF, **about: Any
) -> Report:
    """Order the report about a programme, as PDF, XLSX or CSV; `about` may name cohort, `from` and `to`."""
    return _order(new_cohort_report(by=by, programme=programme, form=form, format=format, **about))


def new_cohort_report(
    *, by: User | None, programme: Programme, form: str, format: str = ReportFormat.PDF, **about: Any
) -> Report:
    """A report about a programme that this person may ask for; not stored yet. Tables have both languages."""
    if by and not managed(by, programme):
        raise NotYours()
    _check_form(form)
    if format not in (ReportFormat.PDF, ReportFormat.XLSX, ReportFormat.CSV):
        raise Invalid(_("Choose PDF, XLSX or CSV."))
    check_period(about.get("from"), about.get("to"))
    check_choice(programme, about)
    if format != ReportFormat.PDF:
        form = ReportForm.BILINGUAL
    return Report(
        programme=programme,
        kind=ReportKind.COHORT,
        scope=scope_of(**about),
        form=form,
        format=format,
        asked_by=by,
    )


def check_period(first: date | None, last: date | None) -> None:
    """Refuses a period that ends before it begins; either day may be left open."""
    if first and last and last < first:
        raise Invalid(_("The last day comes before the first."))


def check_choice(programme: Programme, about: dict[str, Any]) -> None:
    """Refuses a cohort that is not there, and a period in which nobody was enrolled."""
    if not chosen(programme, about.get("cohort", ""), about.get("from"), about.get("to")).exists():
        raise Invalid(_("Nobody fits this choice. Nothing was ordered."))


@transaction.atomic
def ask_for_quality_report(*, by: User, plan: SamplingPlan, form: str) -> Report:
    """Order the report about a sampling plan; whoever may see the plan may."""
    _check_form(form)
    return _order(new_quality_report(by=by, plan=plan, form=form))


def new_quality_report(*, by: User, plan: SamplingPlan, form: str) -> Report:
    """The report about a sampling plan that came through its door; not stored yet."""
    return Report(
        programme=plan.programme,
        kind=ReportKind.IQA,
        scope=scope_of(plan=plan.uid),
        form=form,
        asked_by=by,
    )


def _order(report: Report) -> Report:
    """Store it, and let a worker make it."""
    report.code = new_code()
    by_uid = report.asked_by.uid if report.asked_by else None
    report.job_uid = enqueue(task=MAKING, by_uid=by_uid, report=str(report.uid)).uid
    report.save()
    return report


def new_code() -> str:
    """Four groups of four: 78 bits, so that nobody guesses one."""
    return "-".join("".join(secrets.choice(CODE_ALPHABET) for _ in range(4)) for _ in range(4))


def make_report(report: Report) -> Report:
    """Render and issue it; harmless when it is issued already."""
    if report.issued_at:
        return report
    issued_at = timezone.now()
    inside = _report_inside(report) if report.kind == ReportKind.PACK else None
    # What happens while the report is made is neither in it nor before its position.
    with one_moment():
        position, link = head(report.chain)
        made = write_pack(report, position, issued_at, inside) if inside else printed(report, issued_at)
    with made, transaction.atomic():
        report = (
            Report.objects.select_for_update(of=("self",))
            .select_related("enrolment", "programme__provider", "asked_by")
            .get(pk=report.pk)
        )
        if report.issued_at:
            return report
        made.seek(0)
        report.sha256 = hashlib.file_digest(made, "sha256").hexdigest()
        made.seek(0)
        report.file.save("", made, save=False)
        report.issued_at = issued_at
        report.ledger_position, report.ledger_head = position, link
        report.save()
        record(
            chain=report.chain,
            kind="report.issued",
            by=report.asked_by.uid if report.asked_by else None,
            subject=f"report:{report.uid}",
            data=report.facts(),
        )
        if inside:
            _check_nothing_destroyed(report)
    return report


def _check_nothing_destroyed(pack: Report) -> None:
    """Make a pack anew that may hold what was destroyed meanwhile. Its chain is locked: nothing is from now on."""
    gone = Event.objects.filter(chain__key=pack.chain, kind="evidence.content-withdrawn")
    if gone.filter(position__gt=pack.ledger_position).exists():
        pack.file.storage.delete(str(pack.file.name))
        raise Later(timedelta())


def _report_inside(pack: Report) -> Report:
    """The completion report that goes into a pack: issued like any other, so that it can be checked by itself."""
    asked = {
        "enrolment": pack.enrolment,
        "form": pack.form,
        "asked_by": pack.asked_by,
        "asked_at": pack.asked_at,
    }
    report = Report.objects.filter(kind=ReportKind.COMPLETION, **asked).first()
    # With the job of the pack: its page tells how far it is, like any other.
    return make_report(report or Report.objects.create(code=new_code(), job_uid=pack.job_uid, **asked))


def printed(report: Report, issued_at: datetime) -> File:
    """The file of a report, as things stand now."""
    content = content_of(report, issued_at)
    if report.format == ReportFormat.PDF:
        return ContentFile(document_pdf(content, report.form))
    assert isinstance(content, CohortReport)
    table = cohort_xlsx if report.format == ReportFormat.XLSX else cohort_csv
    return ContentFile(table(content))


def check_withdrawal(*, by: User, report: Report) -> None:
    """Refuses whoever may not withdraw it, and when it cannot be withdrawn."""
    if not managed(by, report.of_programme):
        raise NotYours()
    if not report.issued_at or report.withdrawn_at:
        raise WrongState()


@transaction.atomic
def withdraw_report(*, by: User, report: Report, reason: str, language: str) -> Report:
    """Say that a report that was issued no longer holds. A manager does, and says why."""
    report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    check_withdrawal(by=by, report=report)
    if not reason.strip():
        raise Invalid(_("Say why the report is withdrawn."))
    report.withdrawn_at, report.withdrawn_by = timezone.now(), by
    report.withdrawal = Words.objects.keep({"reason": reason.strip(), "language": language})
    report.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal"])
    record(
        chain=report.chain,
        kind="report.withdrawn",
        by=by.uid,
        subject=f"report:{report.uid}",
        data={"code": report.code, "words": report.withdrawal.digest},
    )
    return report


def destroy_packs(*, withdrawal: Withdrawal, **_sent: object) -> None:
    """A pack that holds what was destroyed for privacy is withdrawn for the same reason, and its file destroyed."""
    for pack in _packs_with(withdrawal.evidence):
        if not pack.withdrawn_at:
            said = {name: withdrawal.words.get(name) for name in ("reason", "language")}
            pack = withdraw_report(by=withdrawal.withdrawn_by, report=pack, **said)
        pack.destroyed_at = timezone.now()
        pack.save(update_fields=["destroyed_at"])
        transaction.on_commit(partial(pack.file.storage.delete, str(pack.file.name)))


def _packs_with(evidence: Evidence) -> QuerySet[Report]:
    """Those that were made when a piece had been submitted."""
    subjects = [f"submission:{uid}" for uid in evidence.submissions.values_list("uid", flat=True)]
    first = Event.objects.filter(subject__in=subjects).aggregate(first=Min("position"))["first"]
    packs = Report.objects.filter(enrolment=evidence.enrolment, kind=ReportKind.PACK, destroyed_at=None)
    return packs.filter(issued_at__isnull=False, ledger_position__gte=first).order_by("pk")


def job_of(job_uid: UUID | None) -> Job | None:
    """The work behind a report or an export that was asked for."""
    return Job.objects.filter(uid=job_uid).first() if job_uid else None
