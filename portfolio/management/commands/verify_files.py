"""`manage.py verify_files`: does the storage still have every file as it arrived?"""

from django.core.management.base import BaseCommand

from portfolio.services.uploads import verify


class Command(BaseCommand):
    help = (
        "Read every stored file. What is missing or altered is named, and shown as damaged. Exit 1 if any is."
    )

    def handle(self, *args: object, **options: object) -> None:
        faults = 0
        for file, fault in verify():
            faults += 1
            self.stderr.write(f"evidencefile:{file.uid}: {fault}")
        if faults:
            raise SystemExit(1)
        self.stdout.write("Every file is as it arrived.")
