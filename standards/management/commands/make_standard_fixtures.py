"""Make the fixtures of the standards that Tystio brings along from their documents."""

from pathlib import Path

from django.conf import settings
from django.core import serializers
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from standards.models import Standard, Suite, TextStatus
from standards.nos.parse import parse
from standards.nos.store import store

FOLDER = settings.BASE / "fixtures" / "standards"
STATUS = {"cy": TextStatus.OFFICIAL, "en": TextStatus.WORKING}


class Command(BaseCommand):
    help = "Make fixtures/standards/*.json from fixtures/standards/sources/, in an empty database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, default=FOLDER, help="the folder that the fixtures go to")

    def handle(self, *args: str, to: Path, **options) -> None:
        if Standard.objects.exists():
            raise CommandError(
                "Make the fixtures in a database without standards (TYSTIO_DATA names another)."
            )
        with transaction.atomic():
            standards = _import_sources()
            _write(to / "suites.json", Suite.objects.all())
            for standard in standards:
                _write(to / f"{standard.urn}.json", [standard, *standard.criteria.select_related("standard")])
            transaction.set_rollback(True)


def _import_sources() -> list[Standard]:
    for path in sorted((FOLDER / "sources").iterdir()):
        data, language = path.read_bytes(), path.name.split(".")[1]
        document = parse(path.name, data, language=language)
        store(document=document, name=path.name, data=data, status=STATUS[language])
    # The time of an import belongs to an installation.
    Standard.objects.update(imported_at_cy=None, imported_at_en=None)
    return list(Standard.objects.all())


def _write(path: Path, rows) -> None:
    keys = {"use_natural_foreign_keys": True, "use_natural_primary_keys": True}
    text = serializers.serialize("json", rows, indent=1, ensure_ascii=False, **keys)
    path.write_text(text, encoding="utf-8")
