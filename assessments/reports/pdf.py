"""HTML to tagged PDF. Only this module, and those that replace parts of it (checks.py), know WeasyPrint.

Nothing is fetched, only the bundled fonts are used, and the same HTML gives the same bytes.
"""

import gc
import os
import re
import unicodedata
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import Element  # noqa: S405 (a name for annotations; nothing is parsed)

from django.conf import settings
from fontTools.ttLib import TTFont
from weasyprint import CSS
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from assessments.reports import memory, rules, tagging
from assessments.reports.elements import Source, code_point
from assessments.reports.index import shortened

FONTS = settings.BASE / "config" / "static" / "fonts"
STYLES = settings.BASE / "config" / "static" / "css" / "report.css"
# The layout of one unbroken word of 50,000 characters takes half a minute.
LONGEST_WORD = 255
# So many new objects pass before the collector looks for those that nothing needs any more.
OBJECTS_LET_BE = 100_000
# report.css takes running heads and bookmarks from these.
PRINTED_ATTRIBUTES = {"data-running", "data-bookmark"}
BLOCKS = {"p", "td", "th", "h1", "h2", "h3"}

memory.install()
rules.install()
tagging.install()


class Refused(Exception):
    """The document asked for something that is not in it: no PDF is made of it."""


class NothingFetched(URLFetcher):
    """Hands over the pictures that the document brings along as data: addresses, and refuses every other address.

    It remembers what it refused: inside a drawing a refusal would pass unnoticed.
    """

    def __init__(self, pictures: Collection[str] = ()) -> None:
        super().__init__(allowed_protocols=("data",))
        self.pictures = pictures
        self.refused: list[str] = []

    def fetch(self, url: str, headers: dict | None = None) -> URLFetcherResponse:
        if url in self.pictures and url.startswith("data:image/png;"):
            return super().fetch(url, headers)
        self.refused.append(url)
        raise Refused(url)


def render(html: str, pictures: Collection[str] = ()) -> bytes:
    """The HTML of a report as PDF/UA-1; `pictures` are the data: addresses that may stand in it."""
    fetcher = NothingFetched(pictures)
    with _collector_patient():
        made = _print(html, fetcher)
    if fetcher.refused:
        raise Refused(", ".join(fetcher.refused))
    return made


def _print(html: str, fetcher: NothingFetched) -> bytes:
    fonts, styles = _press()
    source = Source(html, fetcher)
    _make_printable(source)
    document = source.render(stylesheets=[styles], font_config=fonts)
    tagging.set_artifacts_apart(document)
    return shortened(document.write_pdf(pdf_variant="pdf/ua-1"))


@cache
def _press() -> tuple[FontConfiguration, CSS]:
    """Fonts and styles are read once for each process, and the collector need not look at what stays."""
    with _only_bundled_fonts():
        fonts = FontConfiguration()
    styles = CSS(filename=STYLES, font_config=fonts, url_fetcher=NothingFetched())
    gc.collect()
    gc.freeze()
    return fonts, styles


@contextmanager
def _only_bundled_fonts() -> Iterator[None]:
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(Path(__file__).with_name("fonts.conf"))
    try:
        yield
    finally:
        del os.environ["FONTCONFIG_FILE"]
        if before is not None:
            os.environ["FONTCONFIG_FILE"] = before


@contextmanager
def _collector_patient() -> Iterator[None]:
    """Walking through the half-made document again and again costs a quarter of the time, and finds little.

    Once it is printed, all of it goes before the next begins.
    """
    usual = gc.get_threshold()
    gc.set_threshold(OBJECTS_LET_BE)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.collect()


def _make_printable(source: Source) -> None:
    root = source.etree_element
    for element in root.iter():
        if element.text:
            element.text = printable(element.text)
        if element.tail:
            element.tail = printable(element.tail)
        for name in PRINTED_ATTRIBUTES.intersection(element.keys()):
            element.set(name, printable(element.get(name)))
        if element.tag in BLOCKS:
            _trim_end(element)
        if element is not root and element.get("lang"):
            # WeasyPrint takes `lang` for a style of this one element: a third more time, and much memory. By a rule of
            # report.css, all the cells of a column share one.
            element.set("data-lang", element.attrib.pop("lang"))


def _trim_end(block: Element) -> None:
    """White space after the last word makes WeasyPrint break the line before it much too early."""
    if len(block):
        block[-1].tail = (block[-1].tail or "").rstrip()
    else:
        block.text = (block.text or "").rstrip()


def printable(text: str) -> str:
    """The text with what the fonts lack as code points, [U+1F600], and with endless words cut off."""
    text = unicodedata.normalize("NFC", text).translate(PRINTED)
    return re.sub(rf"(\S{{{LONGEST_WORD - 1}}})\S{{2,}}", r"\1…", text)


class _CodePoints(dict):
    """Every character that is not in it comes out as its code point."""

    def __missing__(self, number: int) -> str:
        return code_point(chr(number))


def _printed() -> _CodePoints:
    """What the bundled fonts can print, and the white space of HTML, as they are."""
    printed = {ord(character) for character in "\t\n\r"}
    for path in FONTS.glob("NotoSans*.ttf"):
        with TTFont(path) as font:
            printed |= font.getBestCmap().keys()
    return _CodePoints(zip(printed, printed, strict=True))


PRINTED = _printed()
