"""Finds text on a page that is in no language's keeping.

A text may stand on a page when it was translated, when it came out of the database in the language of the
page, or when an element says with `lang` which other language it is in. Whatever is left was forgotten.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.apps import apps
from django.db.models import CharField, JSONField, TextField
from django.utils.safestring import SafeData, mark_safe
from django.utils.translation import _trans, trans_real
from lxml.etree import Comment
from lxml.html import HtmlElement, document_fromstring

from assessments.templatetags.told import _held
from config.templatetags.ui import _day, _moment, _words

OPEN, CLOSE = "⟦", "⟧"
MARKED = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
TAG = re.compile(r"</?[a-z][^>]*>")
# Addresses, keys of standards and criteria, hashes and codes; the name of the thing itself.
NEUTRAL = re.compile(
    r"https?://\S+|\S+@\S+|\b[A-Z]+\d+(\.\d+)*\b|\b[0-9a-f]{8,}\b|\b[0-9A-Z]{4}(-[0-9A-Z]{4})+\b"
    r"|\bPDF\b|\bTystio\b"
)
LETTERS = re.compile(r"[^\W\d_]")
SPOKEN = ("alt", "aria-label", "placeholder", "title")
UNREAD = ("script", "style", "kbd", Comment)
# Their language is how to write to the person or that of a document, not the language of a text in the row.
ABOUT_PEOPLE = {"User", "Invitation", "Enrolment", "ImportDraft"}


@contextmanager
def marked_translations() -> Iterator[None]:
    """Every text that has a translation comes in ⟦ ⟧; in Welsh, what the catalogue lacks comes bare."""

    def marking(name: str, key: Callable) -> Callable:
        real = getattr(trans_real, name)

        def translate(*args):
            text = real(*args)
            if not text or trans_real.get_language() == "cy" and not _in_catalogue(key(*args)):
                return text
            # Only what was safe already; the marks are two letters of our own.
            return mark_safe(OPEN + text + CLOSE) if isinstance(text, SafeData) else OPEN + text + CLOSE

        return translate

    keys: dict[str, Callable] = {
        "gettext": lambda message: message,
        "ngettext": lambda singular, plural, number: (singular, number),
        "pgettext": lambda context, message: f"{context}\x04{message}",
        "npgettext": lambda context, singular, plural, number: (f"{context}\x04{singular}", number),
    }
    # What is kept in the words of a page must not come from outside, nor go there.
    kept = (_day, _held, _moment, _words)
    for words in kept:
        words.cache_clear()
    with patch.multiple(_trans, create=True, **{name: marking(name, key) for name, key in keys.items()}):
        yield
    for words in kept:
        words.cache_clear()


def _in_catalogue(key: str | tuple[str, int]) -> bool:
    catalogue = trans_real.catalog()
    if isinstance(key, str):
        return catalogue._catalog.get(key.replace("\r\n", "\n")) is not None
    singular, number = key
    return catalogue._catalog.get((singular, catalogue.plural(number))) is not None


def known_texts(language: str) -> re.Pattern[str]:
    """Whatever the database holds that may stand on a page of this language as it is."""
    texts = {
        text
        for model in apps.get_models()
        for row in model._base_manager.all()
        for text in _of(row, language)
    }
    longest_first = sorted(
        {line.strip() for text in texts for line in text.splitlines()}, key=len, reverse=True
    )
    texts = [rf"(?<!\w){re.escape(text)}(?!\w)" for text in longest_first if len(text) > 1]
    return re.compile("|".join(texts) or r"(?!)")


def _of(row, language: str) -> Iterator[str]:
    other = "en" if language == "cy" else "cy"
    if type(row).__name__ not in ABOUT_PEOPLE and getattr(row, "language", language) == other:
        return
    for field in row._meta.concrete_fields:
        if field.name.endswith(f"_{other}") or getattr(field, "choices", None):
            continue
        if isinstance(field, CharField | TextField):
            yield getattr(row, field.attname) or ""
        elif isinstance(field, JSONField):
            yield from _strings(getattr(row, field.attname), other)


def _strings(value: object, other: str) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict) and value.get("language") != other:
        for part in value.values():
            yield from _strings(part, other)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part, other)


def unmarked(html: str) -> HtmlElement:
    """The page without what was translated."""
    # A translated text may hold another one, and elements: from the inside out, the elements stay.
    while MARKED.search(html):
        html = MARKED.sub(lambda region: " … " + "".join(TAG.findall(region[0])), html)
    return document_fromstring(html)


def forgotten(page: HtmlElement, known: re.Pattern[str]) -> list[str]:
    """Each text of the page that nobody translated or owns."""
    texts = (" ".join(text.split()) for text in _texts(page) if text)
    return [text for text in texts if LETTERS.search(known.sub(" ", NEUTRAL.sub(" ", text)))]


def _texts(element: HtmlElement) -> Iterator[str | None]:
    """What people read in it, unless it names its language (the page itself does not count)."""
    if element.tag in UNREAD or "lang" in element.attrib and element.tag != "html":
        return
    yield from (element.get(name) for name in SPOKEN)
    if element.tag == "input" and element.get("type") in ("submit", "button"):
        yield element.get("value")
    yield element.text
    for child in element:
        yield from _texts(child)
        yield child.tail
