"""`manage.py export_report`: issues a report about one portfolio and writes it to a file."""

import time
from pathlib import Path
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.refusals import Refusal
from assessments.models import Report, ReportForm
from assessments.services import reports
from jobs.models import Job
from jobs.runner import PAUSE, run_waiting
from portfolio.models import Enrolment

BY = "who issues it, and so must be allowed to; without it, whoever runs this installation"


def person(email: str | None) -> User | None:
    return User.objects.get_by_natural_key(email) if email else None


class Command(BaseCommand):
    help = "Issue a report about one portfolio, and write it to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--enrolment", required=True, type=UUID, metavar="UID")
        parser.add_argument("--kind", required=True, choices=[str(kind) for kind in reports.FOR])
        parser.add_argument("--standard", default="", metavar="URN/EDITION", help="for --kind standard")
        parser.add_argument("--language", required=True, choices=ReportForm.values)
        parser.add_argument("--by", metavar="EMAIL", help=BY)
        parser.add_argument("--output", required=True, type=Path)

    def handle(
        self,
        *args: object,
        enrolment: UUID,
        kind: str,
        standard: str,
        language: str,
        by: str | None,
        output: Path,
        **options: object,
    ) -> None:
        try:
            report = reports.ask_for_report(
                by=person(by),
                enrolment=Enrolment.objects.get(uid=enrolment),
                form=language,
                kind=kind,
                scope=reports.scope_of(standard=standard),
            )
        except (User.DoesNotExist, Enrolment.DoesNotExist, Refusal) as refusal:
            raise CommandError(str(refusal))
        write(report, output)
        self.stdout.write(f"{report.code} {output}")


def write(report: Report, output: Path) -> None:
    """Make a report that was asked for here and now, or let a worker that was faster, and write its file."""
    assert report.job_uid  # It was ordered.
    job = Job.objects.filter(uid=report.job_uid)
    while job.unfinished().exists():
        if not run_waiting(job):
            time.sleep(PAUSE)
    report.refresh_from_db()
    if not report.issued_at:
        raise CommandError("The report could not be made: see its job (jobs_job.error).")
    try:
        with report.file.open("rb") as content, output.open("wb") as out:
            for piece in content.chunks():
                out.write(piece)
    except OSError as error:
        raise CommandError(f"{report.code} is issued, but could not be written: {error}")
