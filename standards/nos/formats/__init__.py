"""Reading files: one module a format, each with `read(data) -> list[Line]`, chosen by the name's suffix."""

from importlib import import_module

FORMATS = {".txt": "txt", ".html": "html", ".htm": "html", ".docx": "docx", ".pdf": "pdf"}
# The longest published standards have some 60 pages.
MOST_BYTES = {"txt": 2_000_000, "html": 4_000_000, "docx": 20_000_000, "pdf": 20_000_000}
MOST_LINES = 4_000
LONGEST_LINE = 20_000
SECONDS = 10


def reader(form: str):
    """The `read` of a format's module."""
    return import_module(f"standards.nos.formats.{form}").read
