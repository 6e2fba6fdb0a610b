"""Import published National Occupational Standards."""

import errno
import json
import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from standards.models import TextStatus
from standards.nos.document import Document, Refused
from standards.nos.formats import MOST_BYTES
from standards.nos.parse import parse
from standards.nos.store import store


class Command(BaseCommand):
    help = "Import standards from the documents as published (.txt, .html, .docx, .pdf), one standard a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="understand and check, keep nothing")
        parser.add_argument("--json", action="store_true", help="write what was understood as JSON")
        parser.add_argument(
            "--language", choices=["cy", "en"], default="", help="if the document does not tell"
        )
        parser.add_argument("--urn", default="", help="goes before what the document prints")
        parser.add_argument("--edition", default="", help="keep the text as this edition")
        parser.add_argument(
            "--status",
            choices=[TextStatus.OFFICIAL.value, TextStatus.WORKING.value],
            default=TextStatus.OFFICIAL.value,
        )

    def handle(self, *args: str, **options) -> None:
        results = [self._import(name, options) for name in options["files"]]
        if options["json"]:
            self.stdout.write(json.dumps(results, ensure_ascii=False, indent=2))
        if not all(result["ok"] for result in results):
            raise CommandError("Not every file was accepted.", returncode=1)

    def _import(self, name: str, options: dict) -> dict:
        document: Document | None = None
        errors: list[str] = []
        done = "understood"
        try:
            data = _bytes(name)
            document = parse(name, data, language=options["language"], urn=options["urn"])
            if not options["dry_run"]:
                kept = {"status": options["status"], "edition": options["edition"]}
                _standard, done = store(document=document, name=name, data=data, **kept)
        except Refused as refusal:
            errors.append(str(refusal))
        except DatabaseError:
            errors.append("The database cannot be written to. Run `manage.py migrate`, or give --dry-run.")
        except OSError as error:
            errors.append(f"The file cannot be opened: {error.strerror}.")
        if not options["json"]:
            self._say(name, document, errors, done)
        return {
            "file": name,
            "ok": not errors,
            "errors": errors,
            "warnings": document.remarks_as_json() if document else [],
            "standard": document.as_json() if document else None,
        }

    def _say(self, name: str, document: Document | None, errors: list[str], done: str) -> None:
        for error in errors:
            self.stderr.write(f"{name}: {error}")
        if document and not errors:
            counts = f"{len(document.performance)} + {len(document.knowledge)}"
            self.stdout.write(f"{name}: {document.urn} ({document.language}) {counts}, {done}")
            for remark in document.remarks:
                place = f"line {remark.line}: " if remark.line else ""
                self.stdout.write(f"  {place}{remark.message}")


def _bytes(name: str) -> bytes:
    """One byte more than any format may have is enough to refuse the file."""
    path = Path(name)
    if path.is_fifo():
        raise OSError(errno.ESPIPE, os.strerror(errno.ESPIPE))
    with path.open("rb") as file:
        return file.read(max(MOST_BYTES.values()) + 1)
