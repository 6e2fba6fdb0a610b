"""The parts of pages: what they say to eyes, ears and keys."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import get_script_prefix
from django.utils import translation

from portfolio.models import EvidenceState, StandardState
from portfolio.progress import CriterionState


class Note(forms.Form):
    title = forms.CharField(help_text="A few words.")
    place = forms.CharField(required=False)
    answer = forms.ChoiceField(choices=[("met", "met"), ("more", "more")], widget=forms.RadioSelect)
    genuine = forms.BooleanField()


def soup_of(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


@pytest.mark.parametrize("state", [*CriterionState, *EvidenceState, *StandardState])
def test_every_state_has_a_shape_of_its_own(state):
    shapes = soup_of(render_to_string("ui/marks.html"))
    mark = soup_of(render_to_string("ui/state.html", {"state": state.value, "word": state.label}))
    found = shapes.find(id=mark.use["href"].removeprefix("#"))
    assert found
    assert [str(s.decode_contents()) for s in shapes("symbol")].count(found.decode_contents()) == 1
    assert mark.get_text(strip=True) == state.label


def test_an_error_is_tied_to_its_field_and_listed_on_top():
    soup = soup_of(str(Note({"title": ""})))
    told = soup.find(id="id_title")["aria-describedby"].split()
    assert [soup.find(id=name).get_text(strip=True) for name in told] == [
        "A few words.",
        "This field is required.",
    ]
    links = [link["href"] for link in soup.select("[role=alert] a")]
    assert links == ["#id_title", "#id_answer", "#id_genuine"]
    assert all(soup.find(id=link[1:]) for link in links)
    # However long the page is, it opens where the list is.
    assert "autofocus" in soup.select_one("[role=alert][tabindex='-1']").attrs


def test_what_is_required_says_so_in_words():
    soup = soup_of(str(Note()))
    assert "required" in soup.find("label", attrs={"for": "id_title"}).get_text()
    assert "required" not in soup.find("label", attrs={"for": "id_place"}).get_text()
    assert "required" in soup.fieldset.legend.get_text()


@pytest.mark.parametrize("name", ["400.html", "404.html", "500.html", "403.html", "403_csrf.html"])
def test_error_pages_need_nothing_and_speak_the_readers_language(name, language):
    soup = soup_of(render_to_string(name))
    other = {"cy": "en", "en": "cy"}[language]
    assert soup.html["lang"] == language
    assert soup.find("a", hreflang=other)["href"] == f"{get_script_prefix()}{other}/"
    assert not soup.find("button")


@pytest.mark.parametrize("path", ["/cy/standards/?q=cwsmer&page=2", "/cy/nowhere/"])
def test_the_switch_keeps_path_and_query(path):
    request = RequestFactory().get(path)
    with translation.override("cy"):
        soup = soup_of(render_to_string("ui/switch.html", {"LANGUAGE_CODE": "cy"}, request))
    assert soup.form["action"] == path.replace("/cy/", "/en/")
    assert soup.button["lang"] == soup.button["value"] == "en"


def test_enter_in_a_form_does_not_press_the_switch():
    """The first button of a form is what Enter presses: the switch must never be it."""
    request = RequestFactory().get("/en/")
    first, switch = soup_of(render_to_string("ui/switch_typed.html", {"LANGUAGE_CODE": "en"}, request))(
        "button"
    )
    assert first["form"] == switch["form"] == "main-form"
    assert not first.has_attr("name")


def test_no_template_needs_inline_style_or_script():
    for path in (Path(settings.BASE) / "templates").rglob("*.html"):
        if "reports" in path.parts:
            continue
        soup = soup_of(path.read_text())
        assert not soup.find(style=True), path
        assert not soup.find("style"), path
        assert all(script.has_attr("src") for script in soup("script")), path
