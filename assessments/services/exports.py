"""Reports of many learners at once: one job for each report, and a ZIP of those that are there."""

from collections.abc import Iterable, Iterator

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from zipstream import ZIP_STORED, ZipStream

from accounts.models import User
from accounts.refusals import Invalid, NotYours, WrongState
from assessments.models import BulkExport, Report, ReportForm, ReportKind
from assessments.services.reports import MAKING, new_code
from jobs.models import Job, State
from jobs.services import enqueue_in_bulk, release, withhold
from ledger.services import record
from portfolio.models import Enrolment, Programme
from portfolio.parts import managed

KINDS = (ReportKind.COMPLETION, ReportKind.PROGRESS, ReportKind.MATRIX)
MOST = 1000


@transaction.atomic
def ask_for_export(
    *, by: User, programme: Programme, kind: str, form: str, enrolments: Iterable[Enrolment]
) -> BulkExport:
    """Order the same report for each of these portfolios of a programme."""
    if not managed(by, programme):
        raise NotYours()
    enrolments = list(enrolments)
    if kind not in KINDS or form not in ReportForm.values:
        raise Invalid(_("Choose one of the reports that are offered."))
    if not enrolments:
        raise Invalid(_("Nobody fits this choice. Nothing was ordered."))
    if len(enrolments) > MOST:
        raise Invalid(_("At most %(most)s learners at once. Choose a cohort."), most=MOST)
    if any(enrolment.programme_id != programme.pk for enrolment in enrolments):
        raise NotYours()
    export = BulkExport.objects.create(programme=programme, kind=kind, form=form, asked_by=by)
    reports = [
        Report(enrolment=row, kind=kind, form=form, code=new_code(), export=export, asked_by=by)
        for row in enrolments
    ]
    _enqueue(export, reports)
    Report.objects.bulk_create(reports)
    record(
        chain=f"provider:{programme.provider.uid}",
        kind="export.ordered",
        by=by.uid,
        subject=f"export:{export.uid}",
        data={"kind": kind, "form": form, "reports": len(reports)},
    )
    return export


def _enqueue(export: BulkExport, reports: list[Report]) -> None:
    """A job for each, none of which is begun while somebody waits for a single one."""
    each = [{"report": str(report.uid)} for report in reports]
    jobs = enqueue_in_bulk(task=MAKING, by_uid=export.asked_by.uid, each=each)
    for report, job in zip(reports, jobs, strict=True):
        report.job_uid = job.uid


@transaction.atomic
def pause(*, by: User, export: BulkExport) -> BulkExport:
    """What is being made is finished; workers never see the rest."""
    export = _changed(by, export, paused_at=timezone.now())
    withhold(_left(export).values("job_uid"))
    return export


@transaction.atomic
def go_on(*, by: User, export: BulkExport) -> BulkExport:
    """Let workers have what was held back, and ask anew for what one may leave undone this moment: it counts once."""
    export = _changed(by, export, paused_at=None)
    release(_left(export).values("job_uid"))
    in_hand = Job.objects.filter(state__in=[State.QUEUED, State.FAILED]).values("uid")
    reports = list(_left(export).exclude(job_uid__in=in_hand))
    _enqueue(export, reports)
    Report.objects.bulk_update(reports, ["job_uid"])
    return export


@transaction.atomic
def cancel(*, by: User, export: BulkExport) -> BulkExport:
    """What is made already stays issued; the rest is never made."""
    export = _changed(by, export, cancelled_at=timezone.now())
    withhold(_left(export).values("job_uid"))
    return export


def _changed(by: User, export: BulkExport, **changes: object) -> BulkExport:
    export = BulkExport.objects.select_for_update(of=("self",)).get(pk=export.pk)
    if not managed(by, export.programme):
        raise NotYours()
    if is_over(export):
        raise WrongState()
    for name, value in changes.items():
        setattr(export, name, value)
    export.save(update_fields=[*changes])
    return export


def _left(export: BulkExport):
    return Report.objects.filter(export=export, issued_at=None)


def held_up(report: Report) -> bool:
    """Whether the export that a report is for was paused or called off since a worker took the report."""
    return bool(report.export and (report.export.paused_at or report.export.cancelled_at))


def counts(export: BulkExport) -> tuple[int, int, int]:
    """How many of its reports are issued, how many cannot be made, and how many there are."""
    reports = Report.objects.filter(export=export)
    failed = Job.objects.filter(uid__in=_left(export).values("job_uid"), state=State.FAILED).count()
    return reports.exclude(issued_at=None).count(), failed, reports.count()


def is_over(export: BulkExport) -> bool:
    issued, failed, total = counts(export)
    return bool(export.cancelled_at) or issued + failed == total


def zip_of(export: BulkExport) -> Iterator[bytes]:
    """The ZIP of what is issued by now and holds, made while it is sent: there is no second copy of it anywhere."""
    archive = ZipStream(compress_type=ZIP_STORED)
    rows = Report.objects.filter(export=export, issued_at__isnull=False, withdrawn_at=None)
    rows = rows.select_related("enrolment__learner")
    for report in rows.order_by("enrolment__learner__name", "pk"):
        archive.add(_chunks(report), name_in_zip(report))
    return iter(archive)


def name_in_zip(report: Report) -> str:
    """sian-llyr-TY-26-1041-K7QM-4TRW-9XHD-2FPB.cy.pdf: to be found by name, and never twice."""
    assert report.enrolment  # A constraint.
    words = (
        slugify(report.enrolment.learner.name),
        slugify(report.enrolment.registration_number),
        report.code,
    )
    return f"{'-'.join(filter(None, words))}.{report.form}.{report.format}"


def _chunks(report: Report) -> Iterator[bytes]:
    with report.file.open("rb") as content:
        yield from content.chunks()
