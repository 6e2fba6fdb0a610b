"""PDF: pages with words somewhere on them; layout.py finds the lines."""

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from standards.nos.document import Line, clean
from standards.nos.formats.layout import CELL_GAP, Box, in_reading_order, rows_of

MOST_PAGES = 80
_BROKEN_HYPHENS = {0x02, 0xFFFE}
# Running heads and feet have at most so many lines.
_EDGE = 3
_BOLD = re.compile(rb"bold|black|heavy", re.IGNORECASE)


def read(data: bytes) -> list[Line]:
    document = pypdfium2.PdfDocument(data)
    if len(document) > MOST_PAGES:
        raise ValueError("too many pages")
    pages = _without_running_heads([_boxes(page) for page in document])
    texts = in_reading_order(pages, max((page.get_width() for page in document), default=0))
    return [Line(clean(text), number) for number, text in enumerate(texts, 1)]


def _boxes(page: pypdfium2.PdfPage) -> list[Box]:
    """The pieces of text of a page from top to bottom, letter by letter: printers set words in parts."""
    words = page.get_textpage()
    pieces: list[list[_Letter]] = []
    for letter in _letters(words):
        if not pieces or not _follows(pieces[-1], letter):
            pieces.append([])
        pieces[-1].append(letter)
    boxes = [_box(piece, words) for piece in pieces if clean("".join(letter.sign for letter in piece))]
    return sorted(boxes, key=lambda box: (-box.top, box.left))


class _Letter(NamedTuple):
    sign: str
    place: int
    left: float
    bottom: float
    right: float
    top: float


def _letters(words: pypdfium2.PdfTextPage) -> Iterator[_Letter]:
    for place in range(words.count_chars()):
        code = pdfium.FPDFText_GetUnicode(words.raw, place)
        # A hyphen at which a line breaks comes as a control character.
        sign = "-" if code in _BROKEN_HYPHENS else chr(code)
        # As high as its font, whichever letter it is.
        yield _Letter(sign, place, *words.get_charbox(place, loose=True))


def _follows(piece: list[_Letter], letter: _Letter) -> bool:
    """On the same line, as high, and right behind the letters before it."""
    if letter.sign in "\r\n" or piece[-1].sign in "\r\n":
        return False
    if letter.sign == " ":
        return True
    before = next((known for known in reversed(piece) if known.sign != " "), piece[-1])
    height = before.top - before.bottom
    level = abs(letter.bottom - before.bottom) < height / 4 and abs(letter.top - before.top) < height / 4
    return level and -height < letter.left - before.right < height * CELL_GAP


def _box(piece: list[_Letter], words: pypdfium2.PdfTextPage) -> Box:
    raw = "".join(letter.sign for letter in piece)
    inked = [letter for letter in piece if not letter.sign.isspace()]
    first, last = inked[0], inked[-1]
    length = len(re.split(r"(?<=[-/])|\s", raw.strip())[0])
    return Box(
        clean(raw),
        first.left,
        first.bottom,
        last.right,
        first.top,
        height=first.top - first.bottom,
        first_word=inked[min(length, len(inked)) - 1].right - first.left,
        bold=_is_bold(words, first.place) and _is_bold(words, last.place),
        spaced=(raw[0].isspace(), raw[-1].isspace()),
    )


def _is_bold(words: pypdfium2.PdfTextPage, character: int) -> bool:
    name = ctypes.create_string_buffer(200)
    pdfium.FPDFText_GetFontInfo(words.raw, character, name, len(name), None)
    return bool(_BOLD.search(name.value))


def _without_running_heads(pages: list[list[Box]]) -> list[list[Box]]:
    """Without lines that stand in one place at the top or bottom of most pages; the first page keeps its top."""
    rows = [rows_of(page) for page in pages]
    marks = [[_mark(row) for row in page] for page in rows]
    edges = Counter(mark for page in marks for mark in {*page[:_EDGE], *page[-_EDGE:]})
    repeated = {mark for mark, times in edges.items() if times > 1 and times > len(pages) / 2}

    def is_kept(page: int, place: int) -> bool:
        at_top, at_bottom = place < _EDGE, place >= len(rows[page]) - _EDGE
        return not (marks[page][place] in repeated and ((at_top and page) or at_bottom))

    kept = [[row for place, row in enumerate(page) if is_kept(n, place)] for n, page in enumerate(rows)]
    return [[box for row in page for box in row] for page in kept]


def _mark(row: list[Box]) -> tuple[str, int]:
    """What a line says, whatever its numbers, and where it stands."""
    return re.sub(r"\d+", "#", " ".join(box.text for box in row)), round(row[0].top)
