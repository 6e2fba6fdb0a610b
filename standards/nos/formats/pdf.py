"""PDF: pages with words somewhere on them; layout.py finds the lines."""

import ctypes
import re
from collections import Counter
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

from standards.nos.document import Line, clean
from standards.nos.formats.layout import Box, in_reading_order, rows_of

MOST_PAGES = 80
_BROKEN_HYPHENS = {0x02: "-", 0xFFFE: "-"}
_LONGEST_WORD = 40
# Running heads and feet have at most so many lines.
_EDGE = 3
_BOLD = re.compile(rb"bold|black|heavy", re.IGNORECASE)


def read(data: bytes) -> list[Line]:
    document = pypdfium2.PdfDocument(data)
    if len(document) > MOST_PAGES:
        raise ValueError("too many pages")
    pages = _without_running_heads([list(_boxes(page)) for page in document])
    texts = in_reading_order(pages, max((page.get_width() for page in document), default=0))
    return [Line(clean(text), number) for number, text in enumerate(texts, 1)]


def _boxes(page: pypdfium2.PdfPage) -> Iterator[Box]:
    """The pieces of text of a page from top to bottom, those of one line and style in one."""
    words = page.get_textpage()
    boxes = []
    for place in range(words.count_rects()):
        left, bottom, right, top = words.get_rect(place)
        # A hyphen at which a line breaks comes as a control character.
        raw = words.get_text_bounded(left, bottom, right, top).translate(_BROKEN_HYPHENS)
        text, spaced = clean(raw), (raw[:1].isspace(), raw[-1:].isspace())
        if not text:
            continue
        character = words.get_index(left, (bottom + top) / 2, 3, top - bottom)
        if character is None:
            boxes.append(Box(text, left, bottom, right, top, top - bottom, right - left, False, spaced))
            continue
        # As high as its font, whichever letters it has.
        _, bottom, _, top = words.get_charbox(character, loose=True)
        first_word = _end_of_word(words, character, right) - left
        bold = _is_bold(words, character)
        boxes.append(Box(text, left, bottom, right, top, top - bottom, first_word, bold, spaced))
    yield from sorted(boxes, key=lambda box: (-box.top, box.left))


def _end_of_word(words: pypdfium2.PdfTextPage, character: int, right: float) -> float:
    """Where the word that begins with this character ends: at a space or after a hyphen."""
    rest = words.get_text_range(character, min(_LONGEST_WORD, words.count_chars() - character))
    length = len(re.split(r"(?<=[-/])|\s", rest)[0])
    return words.get_charbox(character + length - 1, loose=True)[2] if length else right


def _is_bold(words: pypdfium2.PdfTextPage, character: int) -> bool:
    name = ctypes.create_string_buffer(200)
    pdfium.FPDFText_GetFontInfo(words.raw, character, name, len(name), None)
    return bool(_BOLD.search(name.value))


def _without_running_heads(pages: list[list[Box]]) -> list[list[Box]]:
    """Without lines that stand in one place at the top or bottom of most pages; the first page keeps its top."""
    rows = [rows_of(page) for page in pages]
    marks = [[_mark(row) for row in page] for page in rows]
    edges = Counter(mark for page in marks for mark in {*page[:_EDGE], *page[-_EDGE:]})
    repeated = {mark for mark, times in edges.items() if times > 1 and times >= len(pages) / 2}

    def is_kept(page: int, place: int) -> bool:
        at_top, at_bottom = place < _EDGE, place >= len(rows[page]) - _EDGE
        return not (marks[page][place] in repeated and ((at_top and page) or at_bottom))

    kept = [[row for place, row in enumerate(page) if is_kept(n, place)] for n, page in enumerate(rows)]
    return [[box for row in page for box in row] for page in kept]


def _mark(row: list[Box]) -> tuple[str, int]:
    """What a line says, whatever its numbers, and where it stands."""
    return re.sub(r"\d+", "#", " ".join(box.text for box in row)), round(row[0].top)
