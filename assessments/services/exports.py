"""Reports of many learners at once: one job for each report, and one that gathers them in a ZIP."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from tempfile import TemporaryFile

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from zipstream import ZIP_STORED, ZipStream

from accounts.models import User
from accounts.refusals import Invalid, NotYours, WrongState
from assessments.models import BulkExport, Report, ReportForm, ReportKind
from assessments.services.reports import new_code
from jobs.models import Job, State
from jobs.runner import Later
from jobs.services import enqueue
from ledger.services import record
from portfolio.access import managed
from portfolio.models import Enrolment, Programme

KINDS = (ReportKind.COMPLETION, ReportKind.PROGRESS, ReportKind.MATRIX)
MOST = 1000
# How often a worker looks whether a paused export goes on, and whether all reports are there.
PAUSED, WAITING = timedelta(seconds=5), timedelta(seconds=2)


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
    for report in reports:
        job = enqueue(task="assessments.tasks.make_report", by_uid=by.uid, report=str(report.uid))
        report.job_uid = job.uid
    Report.objects.bulk_create(reports)
    gathering = enqueue(task="assessments.tasks.gather_export", by_uid=by.uid, export=str(export.uid))
    export.job_uid = gathering.uid
    export.save(update_fields=["job_uid"])
    record(
        chain=f"provider:{programme.provider.uid}",
        kind="export.ordered",
        by=by.uid,
        subject=f"export:{export.uid}",
        data={"kind": kind, "form": form, "reports": len(reports)},
    )
    return export


@transaction.atomic
def pause(*, by: User, export: BulkExport) -> BulkExport:
    """Workers leave what is not made yet alone."""
    return _changed(by, export, paused_at=timezone.now())


@transaction.atomic
def go_on(*, by: User, export: BulkExport) -> BulkExport:
    return _changed(by, export, paused_at=None)


@transaction.atomic
def cancel(*, by: User, export: BulkExport) -> BulkExport:
    """What is made already stays issued; the rest is never made."""
    return _changed(by, export, cancelled_at=timezone.now())


def _changed(by: User, export: BulkExport, **changes: object) -> BulkExport:
    export = BulkExport.objects.select_for_update(of=("self",)).get(pk=export.pk)
    if not managed(by, export.programme):
        raise NotYours()
    if export.is_over:
        raise WrongState()
    for name, value in changes.items():
        setattr(export, name, value)
    export.save(update_fields=[*changes])
    return export


def held_up(report: Report) -> bool:
    """Whether the export that a report is for was called off; a paused one is asked again later."""
    export = report.export
    if export and export.paused_at and not export.is_over:
        raise Later(PAUSED)
    return bool(export and export.cancelled_at)


def counts(export: BulkExport) -> tuple[int, int, int]:
    """How many of its reports are issued, how many cannot be made, and how many there are."""
    reports = Report.objects.filter(export=export)
    over = [State.FAILED, State.CANCELLED]
    left = reports.filter(issued_at=None).values("job_uid")
    failed = Job.objects.filter(uid__in=left, state__in=over).count()
    return reports.exclude(issued_at=None).count(), failed, reports.count()


def gather(export: BulkExport) -> BulkExport:
    """Put what is issued into one ZIP; harmless when that is done. Comes back later while reports are being made."""
    if export.is_over:
        return export
    issued, failed, total = counts(export)
    if export.paused_at or issued + failed < total:
        raise Later(PAUSED if export.paused_at else WAITING)
    with TemporaryFile() as out:
        archive = ZipStream(compress_type=ZIP_STORED)
        for report in _issued(export):
            archive.add(_chunks(report), name_in_zip(report))
        for piece in archive:
            out.write(piece)
        return _store(export, out)


@transaction.atomic
def _store(export: BulkExport, out) -> BulkExport:
    export = BulkExport.objects.select_for_update(of=("self",)).get(pk=export.pk)
    if export.is_over:
        return export
    out.seek(0)
    export.file.save("", File(out), save=False)
    export.gathered_at = timezone.now()
    export.save()
    return export


def _issued(export: BulkExport) -> Iterator[Report]:
    rows = Report.objects.filter(export=export, issued_at__isnull=False).select_related("enrolment__learner")
    return rows.order_by("enrolment__learner__name", "pk").iterator()


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
