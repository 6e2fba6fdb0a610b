"""Plain text: a line is a line."""

import re

from standards.nos.document import HYPHEN, SOFT_HYPHEN, Line, clean
from standards.nos.formats.encoding import decoded


def read(data: bytes) -> list[Line]:
    # A new page, or a break within a paragraph, begins a line, but editors do not count it.
    numbered = enumerate(re.split(r"\r\n?|\n", decoded(data)), 1)
    lines = []
    for number, raw in ((number, raw) for number, line in numbered for raw in line.splitlines()):
        # At the end of a line it shows.
        text = clean(re.sub(f"{SOFT_HYPHEN}\\s*$", HYPHEN, raw))
        if text:
            indent = len(raw) - len(raw.lstrip())
            lines.append(Line(text, number, depth=indent))
    return lines
