"""`manage.py export_cohort`: issues the report about a programme, cohort or period and writes it to a file."""

from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.refusals import Refusal
from assessments.management.commands.export_report import write
from assessments.models import ReportForm
from assessments.services import reports
from portfolio.models import Programme


class Command(BaseCommand):
    help = "Issue a cohort report as PDF, XLSX or CSV, as a manager, and write it to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--programme", required=True, metavar="UID")
        parser.add_argument("--cohort", default="")
        parser.add_argument("--from", dest="from_on", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--to", dest="to_on", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--format", default="pdf", choices=["pdf", "xlsx", "csv"])
        parser.add_argument("--language", default="bilingual", choices=ReportForm.values, help="of the PDF")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the manager who issues it")
        parser.add_argument("--output", required=True, type=Path)

    def handle(
        self,
        *args: object,
        programme: str,
        cohort: str,
        from_on: date | None,
        to_on: date | None,
        format: str,
        language: str,
        by: str,
        output: Path,
        **options: object,
    ) -> None:
        about = {"cohort": cohort, "from": from_on, "to": to_on}
        try:
            report = reports.ask_for_cohort_report(
                by=User.objects.get_by_natural_key(by),
                programme=Programme.objects.get(uid=programme),
                form=language,
                format=format,
                **about,
            )
        except (User.DoesNotExist, Programme.DoesNotExist, Refusal) as refusal:
            raise CommandError(str(refusal))
        write(report, output)
        self.stdout.write(f"{report.code} {output}")
