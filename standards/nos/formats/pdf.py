"""PDF: pages with words somewhere on them; layout.py finds the lines."""

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from string import ascii_letters
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from standards.nos.document import HYPHEN, SOFT_HYPHEN, Line, Nature, clean
from standards.nos.formats.centred import raised
from standards.nos.formats.columns import column_by_column
from standards.nos.formats.layout import CELL_GAP, Box, in_reading_order
from standards.nos.formats.pairs import one_below_the_other
from standards.nos.formats.running import without_running_heads
from standards.nos.formats.tags import blocks_of
from standards.nos.labels import bare_number, split_label
from standards.nos.vocabulary import HEADINGS, METADATA, heading_key

MOST_PAGES = 80
# What is indented is so by more than this.
_STEP = 6
# Letters of one word, however it was printed, are nearer than this, in heights of a line.
_HARDLY = 0.02
_OF_NUMBERS = "0123456789.,:)]"
# What runs along the edges of pages is said again and again, but for numbers.
_MOST_EDGES = 20
_BROKEN_HYPHENS = {0x02, 0xFFFE}
# Bullets that are drawn are so large and so near to their text, in heights of a line, and about as wide as high.
_SMALLEST, _LARGEST, _NEAR, _ROUND = 0.1, 0.7, 2.5, 1.3
_MOST_DRAWINGS = 5_000
_BOLD = re.compile(rb"bold|black|heavy", re.IGNORECASE)


def read(data: bytes) -> list[Line]:
    document = pypdfium2.PdfDocument(data)
    if len(document) > MOST_PAGES:
        raise ValueError("too many pages")
    width = max((page.get_width() for page in document), default=0)
    pages, edges = without_running_heads([_boxes(page) for page in document])
    runs = column_by_column([part for page in pages for part in one_below_the_other(page)], width)
    boxes = chain.from_iterable(in_reading_order(raised(run), width) for run in runs)
    lines = [
        Line(clean(box.text), number, depth=round(box.left / _STEP), strong=box.bold)
        for number, box in enumerate(boxes, 1)
    ]
    return [Line(clean(text), 0, Nature.EDGE) for text in edges[:_MOST_EDGES]] + lines


def _boxes(page: pypdfium2.PdfPage) -> list[Box]:
    """The pieces of text of a page from top to bottom, letter by letter: printers set words in parts."""
    words, blocks = page.get_textpage(), blocks_of(page)
    pieces: list[list[_Letter]] = []
    for letter in _as_high_as_their_fonts(list(_letters(words))):
        if not pieces or not _follows(pieces[-1], letter):
            pieces.append([])
        elif _touches(pieces[-1], letter, words):
            pieces[-1].append(letter._replace(sign=" "))
        pieces[-1].append(letter)
    pieces = [piece for piece in pieces if clean("".join(letter.sign for letter in piece))]
    boxes = [_box(piece, words, blocks) for piece in pieces]
    boxes += _drawn_bullets(page, boxes)
    return sorted(boxes, key=lambda box: (-box.top, box.left))


def _drawn_bullets(page: pypdfium2.PdfPage, boxes: list[Box]) -> list[Box]:
    """Browsers draw the bullets of their lists: small, as wide as high, left of a line and within its height."""
    paths = islice(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=3), _MOST_DRAWINGS)
    found: dict[Box, Box] = {}
    for left, bottom, right, top in dict.fromkeys(path.get_bounds() for path in paths):
        middle, width = (bottom + top) / 2, right - left
        if not width or not 1 / _ROUND < (top - bottom) / width < _ROUND:
            continue
        beside = (box for box in boxes if box.bottom < middle < box.top and left < box.left)
        line = min(beside, key=lambda box: box.left, default=None)
        if line is None or line.label or line.is_lone_label:
            continue
        if _SMALLEST < width / line.height < _LARGEST and line.left - right < _NEAR * line.height:
            bullet = {"text": "\u2022", "left": left, "right": right, "first_word": width}
            found[line] = replace(line, spaced=(False, False), **bullet)
    return list(found.values())


class _Letter(NamedTuple):
    sign: str
    place: int
    # Of its font.
    size: float
    left: float
    bottom: float
    right: float
    top: float
    # Where the line stands on which it is written.
    foot: float
    font: bytes

    @property
    def height(self) -> float:
        return self.top - self.bottom


def _letters(words: pypdfium2.PdfTextPage) -> Iterator[_Letter]:
    x, y = ctypes.c_double(), ctypes.c_double()
    for place in range(words.count_chars()):
        code = pdfium.FPDFText_GetUnicode(words.raw, place)
        # A hyphen at which a line breaks comes as a control character.
        sign = "-" if code in _BROKEN_HYPHENS else chr(code).replace(SOFT_HYPHEN, HYPHEN)
        # As high as its font, whichever letter it is.
        size = pdfium.FPDFText_GetFontSize(words.raw, place)
        pdfium.FPDFText_GetCharOrigin(words.raw, place, x, y)
        left, bottom, right, top = words.get_charbox(place, loose=True)
        yield _Letter(sign, place, size, left, bottom, right, top, y.value, _font(words, place))


def _as_high_as_their_fonts(letters: list[_Letter]) -> Iterator[_Letter]:
    """Where a font does not say how high it is, each letter is as high as it looks: "managers" lower than "help"."""
    heights: dict[tuple[bytes, float], tuple[float, float]] = {}
    for letter in letters:
        if letter.sign in ascii_letters:
            above, below = heights.get((letter.font, letter.size), (0.0, 0.0))
            highest = max(above, letter.top - letter.foot), max(below, letter.foot - letter.bottom)
            heights[letter.font, letter.size] = highest
    for letter in letters:
        if (letter.font, letter.size) in heights and letter.sign not in "\r\n":
            above, below = heights[letter.font, letter.size]
            letter = letter._replace(top=letter.foot + above, bottom=letter.foot - below)
        yield letter


def _follows(piece: list[_Letter], letter: _Letter) -> bool:
    """On the same line, as high, and right behind the letters before it."""
    if letter.sign in "\r\n" or piece[-1].sign in "\r\n":
        return False
    if letter.sign == " ":
        return True
    before = next((known for known in reversed(piece) if known.sign != " "), piece[-1])
    if letter[2:] == before[2:]:
        # A part of one ligature.
        return True
    # A ligature may be higher than other letters.
    height = max(before.height, letter.height)
    # Where a font does not say how high it is, each letter is as high as it looks.
    is_same_size = letter.size == before.size or abs(letter.top - before.top) < height / 4
    level = abs(letter.bottom - before.bottom) < height / 4
    return level and is_same_size and -height < letter.left - before.right < height * CELL_GAP


def _touches(piece: list[_Letter], letter: _Letter, words: pypdfium2.PdfTextPage) -> bool:
    """A tab had hardly any room between what stands before it, a number or the name of a field, and behind it."""
    apart = letter.left - piece[-1].right > _HARDLY * letter.height
    if not apart or _object(words, piece[-1].place) == _object(words, letter.place):
        return False
    text = clean("".join(known.sign for known in piece))
    label, rest = split_label(text)
    name, _language = HEADINGS.get(heading_key(text), ("", ""))
    is_number = bool(bare_number(label) and not rest) and letter.sign not in _OF_NUMBERS
    return name in METADATA or is_number


def _object(words: pypdfium2.PdfTextPage, character: int) -> int | None:
    """What tells the piece that was printed at once, to which a letter belongs, from others."""
    return ctypes.cast(pdfium.FPDFText_GetTextObject(words.raw, character), ctypes.c_void_p).value


def _box(piece: list[_Letter], words: pypdfium2.PdfTextPage, blocks: dict[int, int]) -> Box:
    raw = "".join(letter.sign for letter in piece)
    inked = [letter for letter in piece if not letter.sign.isspace()]
    label = len(split_label(clean(raw))[0].replace(" ", ""))
    # Labels often are in a font of their own, and a block of their own; it is the text that goes on in other lines.
    first, last = inked[label if label < len(inked) else 0], inked[-1]
    tall = _highest(inked[label:] or inked)
    length = len(re.split(r"(?<=[-/])|\s", raw.strip())[0])
    return Box(
        clean(raw),
        inked[0].left,
        tall.bottom,
        last.right,
        tall.top,
        height=tall.height,
        first_word=inked[min(length, len(inked)) - 1].right - inked[0].left,
        bold=all(_BOLD.search(letter.font) for letter in (first, last)),
        spaced=(raw[0].isspace(), raw[-1].isspace()),
        block=blocks.get(_content(words, last.place), 0) if blocks else 0,
        indent=first.left if label and first is not inked[0] else 0.0,
    )


def _highest(letters: list[_Letter]) -> _Letter:
    """Of those in the font that most have: a word in italics may be higher."""
    (most, _times), *_others = Counter(letter.font for letter in letters).most_common()
    return max((letter for letter in letters if letter.font == most), key=lambda letter: letter.height)


def _content(words: pypdfium2.PdfTextPage, character: int) -> int:
    """The number of the marked content to which a letter belongs; -1: none."""
    return pdfium.FPDFPageObj_GetMarkedContentID(pdfium.FPDFText_GetTextObject(words.raw, character))


def _font(words: pypdfium2.PdfTextPage, character: int) -> bytes:
    name = ctypes.create_string_buffer(200)
    pdfium.FPDFText_GetFontInfo(words.raw, character, name, len(name), None)
    return name.value
