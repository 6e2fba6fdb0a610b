"""Every page there is, errors and refusals included, in both languages."""

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import translate_url
from django.utils import translation
from django.utils.translation import gettext as _

from tests.gates.table import ROWS, people, send
from tests.gates.words import forgotten, known_texts, marked_translations

VISITS = [(row, *visit) for row in ROWS.values() for visit in row.visits()]
NAMES = [f"{row.name}-{method}-{status}" for row, method, _person, status in VISITS]


def visit(row, method: str, name: str, cast, sign_in, language: str) -> HttpResponse:
    person = people(cast, name)[0]
    with translation.override(language):
        return send(sign_in(person), method, row.url(cast))


def is_page(response: HttpResponse) -> bool:
    return response.get("Content-Type", "").startswith("text/html") and not response.streaming


@pytest.mark.parametrize(("row", "method", "name", "status"), VISITS, ids=NAMES)
def test_page_says_its_language_and_leads_to_the_other(row, method, name, status, cast, sign_in, language):
    response = visit(row, method, name, cast, sign_in, language)
    if not is_page(response) or b"<html" not in response.content:
        pytest.skip("not a whole page")
    soup = BeautifulSoup(response.content, "html.parser")
    other = "en" if language == "cy" else "cy"
    assert soup.html["lang"] == language
    assert soup.title.get_text().removesuffix("· Tystio").strip(), "the page has no title"
    assert len(soup.find_all("h1")) == 1
    assert switch_of(soup, other) == translate_url(response.wsgi_request.get_full_path(), other)


def switch_of(soup: BeautifulSoup, other: str) -> str | None:
    """Where the language switch leads: a button, or on error pages a link."""
    if button := soup.find("button", attrs={"name": "_switch", "value": other, "lang": other}):
        return button.get("formaction") or button.find_parent("form")["action"]
    link = soup.find("a", attrs={"hreflang": other, "lang": other})
    return link and link["href"]


@pytest.mark.parametrize(("row", "method", "name", "status"), VISITS, ids=NAMES)
def test_page_leaves_no_text_in_another_language(row, method, name, status, cast, sign_in, language):
    with marked_translations():
        response = visit(row, method, name, cast, sign_in, language)
    if not is_page(response):
        pytest.skip("not a page")
    left = forgotten(response.content.decode(), known_texts(language))
    assert not left, "neither translated nor from the database nor marked with lang:\n" + "\n".join(left)


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
def test_error_pages_need_nothing_but_themselves(status, language):
    """When the server broke, Django shows them without the request, the person or the database."""
    html = render_to_string(f"{status}.html")
    soup = BeautifulSoup(html, "html.parser")
    other = "en" if language == "cy" else "cy"
    assert soup.html["lang"] == language
    assert soup.title.get_text() == f"{soup.h1.get_text()} · Tystio"
    assert switch_of(soup, other) == f"/{other}/"


HTML = """<html lang="cy"><title>⟦Teitl⟧ · Tystio</title><body>
<p>⟦Dysgwr: ⟦a⟧ Siân⟧ INSCS016 P4 12%</p><p lang="en">By her own words</p><p>Siân Jones</p>{}</body></html>"""


@pytest.mark.parametrize(
    ("markup", "left"),
    [
        ("<p>⟦Croeso⟧</p>", []),
        ("<p>⟦Croeso⟧ and more</p>", ["⟦Croeso⟧ and more"]),
        ('<img alt="A photo">', ["A photo"]),
        ('<input type="submit" value="Send">', ["Send"]),
        ("<p>Siân Jonesy</p>", ["Siân Jonesy"]),
    ],
)
def test_forgotten_text_is_found(markup, left):
    import re

    known = re.compile(r"(?<!\w)Siân\ Jones(?!\w)")
    assert forgotten(HTML.format(markup), known) == left


def test_only_what_the_catalogue_has_is_marked():
    with marked_translations(), translation.override("cy"):
        assert _("Welsh") == "⟦Cymraeg⟧"
        assert _("nobody translated this") == "nobody translated this"
