"""The press: it fetches nothing, cuts endless words, and knows which WeasyPrint it is made for."""

import unicodedata

import pypdfium2
import pytest

from assessments.reports import checks
from assessments.reports.pdf import LONGEST_WORD, Refused, printable, render

PAGE = '<html lang="en"><head><title>x</title>{head}</head><body><p>x{body}</p></body></html>'
OUTSIDE = ["file:///etc/passwd", "http://127.0.0.1:9/x.png", "data:image/png;base64,AAAA"]
WAYS_OUT = {
    "picture": ("", '<img src="{url}" alt="x"/>'),
    "style sheet": ('<link rel="stylesheet" href="{url}"/>', ""),
    "import": ("<style>@import url({url});</style>", ""),
    "background": ("<style>p {{ background: url({url}) }}</style>", ""),
    "font": ("<style>@font-face {{ font-family: x; src: url({url}) }} p {{ font-family: x }}</style>", ""),
    "attachment": ('<link rel="attachment" href="{url}"/>', ""),
    "object": ("", '<object data="{url}"></object>'),
    "drawing": (
        "",
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>x</title>'
        '<image href="{url}" width="9" height="9"/></svg>',
    ),
}


@pytest.mark.parametrize("url", OUTSIDE)
@pytest.mark.parametrize("way", WAYS_OUT)
def test_nothing_is_ever_fetched(way, url):
    head, body = (part.format(url=url) for part in WAYS_OUT[way])
    with pytest.raises(Refused, match=url[:8]):
        render(PAGE.format(head=head, body=body))


def test_endless_words_are_cut():
    assert printable("a" * LONGEST_WORD) == "a" * LONGEST_WORD
    assert printable("a" * 50_000) == "a" * (LONGEST_WORD - 1) + "…"
    assert printable("b " * 300) == "b " * 300


@pytest.mark.parametrize("width", range(210, 230))
def test_lines_are_broken_as_late_as_they_can_be(width):
    words = "rhoi esboniadau o sefyllfa eich sefydliad"
    style = f"<style>p {{ width: {width}px }}</style>"
    with pypdfium2.PdfDocument(
        render(f'<html lang="cy"><head>{style}</head><body><p>{words}\n</p></body></html>')
    ) as made:
        first = made[0].get_textpage().get_text_range().splitlines()[0]
    assert first.startswith("rhoi esboniadau o sefyllfa")


def test_letters_and_accents_written_apart_are_put_together():
    assert printable("Ty\u0302 Dw\u0302r") == "Tŷ Dŵr"


def test_another_version_of_weasyprint_is_refused(monkeypatch):
    assert checks.weasyprint_is_the_version_that_is_corrected(None) == []
    monkeypatch.setattr(checks, "version", lambda name: "70.1")
    assert [error.id for error in checks.weasyprint_is_the_version_that_is_corrected(None)] == [
        "assessments.E001"
    ]


# Each vowel under each accent of Welsh.
ACCENTED = [
    unicodedata.normalize("NFC", letter + accent)
    for letter in "AEIOUWYaeiouwy"
    for accent in "\u0300\u0301\u0302\u0308"
]


@pytest.mark.parametrize("tag", ["p", "h1"])
def test_welsh_letters_look_as_they_should(tag):
    """Text extraction does not notice a wrong glyph, so pictures are compared: ŵ is a w under a hat."""
    bare, accented = dots([without_accent(letter) for letter in ACCENTED], tag), dots(ACCENTED, tag)
    for letter, below, both in zip(ACCENTED, bare, accented, strict=True):
        accent = both - below
        assert accent, letter
        assert max(y for x, y in accent) <= min(y for x, y in below) + 1, letter


def without_accent(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0].replace("i", "ı")


def dots(letters: list[str], tag: str) -> list[set[tuple[int, int]]]:
    """Where the page of each letter is dark, in its first corner."""
    pages = "".join(f"<section><{tag}>{letter}</{tag}></section>" for letter in letters)
    html = f'<html lang="cy"><head><title>x</title></head><body>{pages}</body></html>'
    with pypdfium2.PdfDocument(render(html)) as document:
        pictures = [page.render(scale=3, crop=(40, 735, 520, 50)).to_pil().convert("L") for page in document]
    return [
        {
            (at % picture.width, at // picture.width)
            for at, level in enumerate(picture.tobytes())
            if level < 128
        }
        for picture in pictures
    ]
