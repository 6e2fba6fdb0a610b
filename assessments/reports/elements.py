"""The HTML of a report, read quickly: our templates are well-formed, and use a dozen elements of HTML.

WeasyPrint 70.0 reads any HTML there is, and its own sheet prepares five pseudo-elements for each element, a style each.
What is overridden is private; a system check refuses any other version (checks.py).
"""

import re
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import fromstring  # noqa: S405 (no text that somebody wrote gets here unescaped)

import cssselect2
from weasyprint import CSS, HTML
from weasyprint.urls import URLFetcher

# Those which XML cannot hold even when they are escaped.
CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Source(HTML):
    """The HTML of a report, parsed."""

    def __init__(self, html: str, url_fetcher: URLFetcher) -> None:
        self.base_url, self.url_fetcher, self.media_type = None, url_fetcher, "print"
        root = fromstring(CONTROL_CHARACTERS.sub(lambda found: code_point(found[0]), html))  # noqa: S314
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [_elements()]


def code_point(character: str) -> str:
    """[U+1F600]"""
    return f"[U+{ord(character):04X}]"


@cache
def _elements() -> CSS:
    return CSS(filename=Path(__file__).with_name("elements.css"))
