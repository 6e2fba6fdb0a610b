"""A file → its lines, whatever its format; the process that reads it (formats/__main__.py) knows nothing of Django."""

import json
import subprocess
import sys
from pathlib import PurePath

from django.conf import settings
from django.utils.translation import gettext as _

from standards.nos.document import Line, Nature, Refused
from standards.nos.formats import FORMATS, LONGEST_LINE, MOST_BYTES, MOST_LINES, SECONDS, reader


def read(name: str, data: bytes) -> list[Line]:
    """The lines of a document, or Refused."""
    form = FORMATS.get(PurePath(name).suffix.lower())
    if form is None:
        raise Refused(_("This kind of file cannot be read. Save it as .txt, .html, .docx or .pdf."))
    if not data:
        raise Refused(_("The file is empty. Choose another one."))
    if len(data) > MOST_BYTES[form]:
        raise Refused(_("The file is too large to be a standard. Give the document of one standard only."))
    lines = reader(form)(data) if form == "txt" else _read_apart(form, data)
    if len(lines) > MOST_LINES or any(len(line.text) > LONGEST_LINE for line in lines):
        raise Refused(_("The file is too long to be a standard. Give the document of one standard only."))
    return lines


def _read_apart(form: str, data: bytes) -> list[Line]:
    """In a process of its own, with little time and memory: what such a file unpacks to is not known before."""
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "standards.nos.formats", form],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            cwd=settings.BASE,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        raise Refused(_("The file cannot be read: it is damaged or not what its name says. Save it anew."))
    return [
        Line(text, number, Nature(nature), *rest) for text, number, nature, *rest in json.loads(done.stdout)
    ]
