"""`manage.py verify_pack FILE`: is a portfolio pack still what it was when it was made?"""

import hashlib
from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from assessments.reports.access import issued_file
from assessments.reports.pack_check import faults_of


class Command(BaseCommand):
    help = "Check every file, decision and ledger entry of a portfolio pack. Exit 1 names each place that does not fit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--alone", action="store_true", help="do not ask this installation whether it issued the pack"
        )

    def handle(self, *args: object, file: Path, alone: bool, **options: object) -> None:
        faults = list(faults_of(file))
        for fault in faults:
            self.stderr.write(fault)
        if not alone and not faults and not issued_file(_sha256(file)):
            faults.append("unknown")
            self.stderr.write(f"{file.name}: this installation did not issue it, or not so.")
        if faults:
            raise SystemExit(1)
        self.stdout.write("Everything fits.")


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
