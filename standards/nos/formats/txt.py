"""Plain text: a line is a line."""

from standards.nos.document import Line, clean
from standards.nos.formats.encoding import decoded


def read(data: bytes) -> list[Line]:
    lines = []
    for number, raw in enumerate(decoded(data).splitlines(), 1):
        text = clean(raw)
        if text:
            indent = len(raw) - len(raw.lstrip())
            lines.append(Line(text, number, depth=indent))
    return lines
