"""`manage.py export_cohort`: issues the report about a programme, cohort or period and writes it to a file."""

from datetime import date
from pathlib import Path
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.refusals import Refusal
from assessments.management.commands.export_report import BY, person, write
from assessments.models import ReportForm
from assessments.services import reports
from portfolio.models import Programme


class Command(BaseCommand):
    help = "Issue a cohort report as PDF, XLSX or CSV, and write it to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--programme", required=True, type=UUID, metavar="UID")
        parser.add_argument("--cohort", default="")
        parser.add_argument("--from", dest="from_on", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--to", dest="to_on", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--format", default="pdf", choices=["pdf", "xlsx", "csv"])
        parser.add_argument("--language", default="bilingual", choices=ReportForm.values, help="of the PDF")
        parser.add_argument("--by", metavar="EMAIL", help=BY)
        parser.add_argument("--output", required=True, type=Path)

    def handle(
        self,
        *args: object,
        programme: UUID,
        cohort: str,
        from_on: date | None,
        to_on: date | None,
        format: str,
        language: str,
        by: str | None,
        output: Path,
        **options: object,
    ) -> None:
        about = {"cohort": cohort, "from": from_on, "to": to_on}
        try:
            report = reports.ask_for_cohort_report(
                by=person(by),
                programme=Programme.objects.get(uid=programme),
                form=language,
                format=format,
                **about,
            )
        except (User.DoesNotExist, Programme.DoesNotExist, Refusal) as refusal:
            raise CommandError(str(refusal))
        write(report, output)
        self.stdout.write(f"{report.code} {output}")
