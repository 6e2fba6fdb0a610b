"""Whether a page is whole: every text in its language, a title, one heading, a way to the other language."""

import re
from collections.abc import Iterator

from django.http import HttpResponse
from django.urls import translate_url
from lxml.html import HtmlElement

from tests.gates.words import forgotten, unmarked


def faults_of(response: HttpResponse, language: str, known: re.Pattern[str]) -> list[str]:
    """Of a page that was made with `marked_translations`; other answers have none."""
    if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
        return []
    page = unmarked(response.content.decode())
    faults = [f"neither translated nor data nor marked with lang: {text}" for text in forgotten(page, known)]
    path = response.wsgi_request.get_full_path()
    # Parts of pages have no frame, and the page before a language was chosen is in none.
    if b"<html" in response.content and path.startswith(f"/{language}/"):
        faults += frame_faults(page, language, path)
    return faults


def frame_faults(page: HtmlElement, language: str, path: str) -> Iterator[str]:
    other = "en" if language == "cy" else "cy"
    if page.get("lang") != language:
        yield f"says that it is in {page.get('lang')}"
    if not page.findtext("head/title", "").removesuffix("· Tystio").strip():
        yield "has no title"
    if len(page.findall(".//h1")) != 1:
        yield "has not one h1"
    if switch_of(page, other) != translate_url(path, other):
        yield f"its language switch leads to {switch_of(page, other)}"


def switch_of(page: HtmlElement, other: str) -> str | None:
    """Where the language switch leads: a button, or on error pages a link."""
    for button in page.iterfind(f".//button[@name='_switch'][@value='{other}'][@lang='{other}']"):
        return button.get("formaction") or next(button.iterancestors("form")).get("action")
    link = page.find(f".//a[@hreflang='{other}'][@lang='{other}']")
    return None if link is None else link.get("href")
