"""PDF: lines of text, put together again where the page broke them, without what every page repeats."""

import io
import re
from collections import Counter

from pypdf import PdfReader

from standards.nos.document import Line, clean

MOST_PAGES = 80
# A line this much of the longest one was full: the next one goes on with it.
FULL = 0.8
# Labels of items on lines of their own; a bare "#" is the number of the page.
_LABELS = {"P#", "P#.", "K#", "K#.", "#.", "#)"}
_STARTS = re.compile(r"(?:[PK]?\d{1,3}(?:\.\d+)*[.)]?|[-–—•●▪◦·*]|\(?[a-z]{1,3}\))(?:\s|$)|[A-ZÀ-ÞŴŶ]")


def read(data: bytes) -> list[Line]:
    reader = PdfReader(io.BytesIO(data))
    if len(reader.pages) > MOST_PAGES:
        raise ValueError("too many pages")
    pages = [[clean(line) for line in (page.extract_text() or "").splitlines()] for page in reader.pages]
    pages = [[line for line in page if line] for page in pages]
    lines = _without_running_heads(pages)
    longest = max(map(len, lines), default=0)
    joined: list[str] = []
    full = False
    for line in lines:
        if full and not _STARTS.match(line):
            joined[-1] += f" {line}"
        else:
            joined.append(line)
        full = len(line) >= FULL * longest
    return [Line(text, number) for number, text in enumerate(joined, 1)]


def _without_running_heads(pages: list[list[str]]) -> list[str]:
    """Without the lines that stand at the top or bottom of most pages, whatever number they carry."""
    edges = Counter(mark for page in pages for mark in {_mark(line) for line in [*page[:3], *page[-3:]]})
    repeated = {mark for mark, times in edges.items() if times > 1 and times >= len(pages) / 2} - _LABELS
    kept = []
    for page_number, page in enumerate(pages):
        for place, line in enumerate(page):
            edge = place < 3 or place >= len(page) - 3
            if not (edge and _mark(line) in repeated and (page_number or place >= 3)):
                kept.append(line)
    return kept


def _mark(line: str) -> str:
    return re.sub(r"\d+", "#", line)
