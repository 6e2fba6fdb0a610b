"""Every page there is, errors and refusals included, in both languages."""

import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import translate_url
from django.utils import translation
from django.utils.translation import gettext as _

from tests.gates.table import ROWS, people, send
from tests.gates.words import forgotten, known_texts, marked_translations


@pytest.fixture(scope="module")
def known(whole_cast) -> dict[str, re.Pattern[str]]:
    """By language; made once, because it takes longer than a page."""
    return {language: known_texts(language) for language in ("cy", "en")}


@pytest.mark.parametrize("row", ROWS.values(), ids=list(ROWS))
def test_page_is_whole_in_its_language(row, cast, sign_in, language, known):
    wrong = {
        f"{method} {status} as {name}": faults
        for method, name, status in row.visits()
        if (faults := list(faults_of(visit(row, method, name, cast, sign_in), language, known[language])))
    }
    assert not wrong, "\n".join(f"{page}:\n    " + "\n    ".join(faults) for page, faults in wrong.items())


def visit(row, method: str, name: str, cast, sign_in) -> HttpResponse:
    """The page, each translated text in marks; what the visit did is undone."""
    client, url = sign_in(people(cast, name)[0]), row.url(cast)
    with marked_translations(), transaction.atomic():
        response = send(client, method, url)
        transaction.set_rollback(True)
    return response


def faults_of(response: HttpResponse, language: str, known: re.Pattern[str]) -> Iterator[str]:
    if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
        return
    html = response.content.decode()
    yield from (
        f"neither translated nor data nor marked with lang: {text}" for text in forgotten(html, known)
    )
    path = response.wsgi_request.get_full_path()
    # Parts of pages, and the page before a language was chosen, stop here.
    if "<html" in html and path.startswith(f"/{language}/"):
        yield from frame_faults(BeautifulSoup(html, "html.parser"), language, path)


def frame_faults(soup: BeautifulSoup, language: str, path: str) -> Iterator[str]:
    other = "en" if language == "cy" else "cy"
    if soup.html["lang"] != language:
        yield f"says that it is in {soup.html['lang']}"
    if not soup.title.get_text().removesuffix("· Tystio").strip():
        yield "has no title"
    if len(soup.find_all("h1")) != 1:
        yield "has not one h1"
    if switch_of(soup, other) != translate_url(path, other):
        yield f"its language switch leads to {switch_of(soup, other)}"


def switch_of(soup: BeautifulSoup, other: str) -> str | None:
    """Where the language switch leads: a button, or on error pages a link."""
    if button := soup.find("button", attrs={"name": "_switch", "value": other, "lang": other}):
        return button.get("formaction") or button.find_parent("form")["action"]
    link = soup.find("a", attrs={"hreflang": other, "lang": other})
    return link and link["href"]


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
        ("<p>⟦Gwasgwch <kbd>m</kbd> neu <b>⟦cadw⟧</b>⟧</p>", []),
        ("<p>⟦Croeso i bawb…</p><p>⟦Ac eto⟧</p>", ["⟦Croeso i bawb…"]),
        ("<p>⟦Croeso⟧ and more</p>", ["… and more"]),
        ('<img alt="A photo">', ["A photo"]),
        ('<input type="submit" value="Send">', ["Send"]),
        ("<p>Siân Jonesy</p>", ["Siân Jonesy"]),
    ],
)
def test_forgotten_text_is_found(markup, left):
    known = re.compile(r"(?<!\w)Siân\ Jones(?!\w)")
    assert forgotten(HTML.format(markup), known) == left


def test_only_what_the_catalogue_has_is_marked():
    with marked_translations(), translation.override("cy"):
        assert _("Welsh") == "⟦Cymraeg⟧"
        assert _("nobody translated this") == "nobody translated this"
