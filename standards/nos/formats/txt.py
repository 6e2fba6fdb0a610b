"""Plain text: a line is a line."""

from standards.nos.document import Line, clean

_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def read(data: bytes) -> list[Line]:
    lines = []
    for number, raw in enumerate(_decoded(data).splitlines(), 1):
        text = clean(raw)
        if text:
            indent = len(raw) - len(raw.lstrip())
            lines.append(Line(text, number, depth=indent))
    return lines


def _decoded(data: bytes) -> str:
    encoding = _BYTE_ORDER_MARKS.get(data[:2], "utf-8-sig")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        # What Windows writes when it is not asked.
        return data.decode("cp1252", errors="replace")
