"""Plain text: a line is a line."""

import re

from standards.nos.document import HYPHEN, SOFT_HYPHEN, Line, clean
from standards.nos.formats.encoding import decoded


def read(data: bytes) -> list[Line]:
    lines = []
    for number, raw in enumerate(decoded(data).splitlines(), 1):
        # At the end of a line it shows.
        text = clean(re.sub(f"{SOFT_HYPHEN}\\s*$", HYPHEN, raw))
        if text:
            indent = len(raw) - len(raw.lstrip())
            lines.append(Line(text, number, depth=indent))
    return lines
