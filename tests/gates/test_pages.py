"""Pages that no address shows on purpose, and whether what looks at all the others (test_urls) can see."""

import re

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from lxml.html import document_fromstring

from tests.gates.whole import switch_of
from tests.gates.words import forgotten, marked_translations, unmarked


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
def test_error_pages_need_nothing_but_themselves(status, language):
    """When the server broke, Django shows them without the request, the person or the database."""
    page = document_fromstring(render_to_string(f"{status}.html"))
    other = "en" if language == "cy" else "cy"
    assert page.get("lang") == language
    assert page.findtext("head/title") == f"{page.find('.//h1').text_content()} · Tystio"
    assert switch_of(page, other) == f"/{other}/"


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
    assert forgotten(unmarked(HTML.format(markup)), known) == left


def test_only_what_the_catalogue_has_is_marked():
    with marked_translations(), translation.override("cy"):
        assert _("Welsh") == "⟦Cymraeg⟧"
        assert _("nobody translated this") == "nobody translated this"
