"""`manage.py demo`: the whole main job on invented people, ready to be looked at."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from assessments import demo


class Command(BaseCommand):
    help = "Set up the demo: database, standards, invented people, evidence, decisions, reports in out/."

    def handle(self, *args: object, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("The demo's people have a password that everybody knows: set TYSTIO_DEMO=yes.")
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        standards = sorted((settings.BASE / "fixtures" / "standards").glob("*.json"))
        call_command("loaddata", *standards, verbosity=0)
        if not demo.exists():
            with transaction.atomic():
                demo.build()
        paths = demo.write_reports(settings.BASE / "out")
        for line in [
            *demo.summary(),
            "Reports: " + ", ".join(str(p.relative_to(settings.BASE)) for p in paths),
        ]:
            self.stdout.write(line)
        self.stdout.write(demo.sign_ins())
