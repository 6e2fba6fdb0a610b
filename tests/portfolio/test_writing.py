"""What people write is shown with its headings, lists and links, and never as HTML of theirs."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from ledger.models import Words
from portfolio import rounds
from portfolio.templatetags.writing import written
from tests import factories
from tests.portfolio.test_pages_evidence import details


def test_headings_lists_and_links():
    soup = BeautifulSoup(
        written("# Pennawd\n\n- un\n- dau\n\n[Cymru](https://llyw.cymru)\nail linell"), "html.parser"
    )
    assert soup.h4.get_text() == "Pennawd"
    assert [item.get_text() for item in soup("li")] == ["un", "dau"]
    assert "noopener" in soup.a["rel"]
    assert soup.br


@pytest.mark.parametrize(
    "nasty",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[gwasgwch](javascript:alert(1))",
        "[gwasgwch](JaVaScRiPt:alert(1))",
        "[gwasgwch](&#106;avascript:alert(1))",
        "[gwasgwch](data:text/html,<script>alert(1)</script>)",
        "<javascript:alert(1)>",
        "![llun](https://tracker.example/a.png)",
        '[a](https://a.example "x\\" onmouseover=\\"alert(1)")',
        "<a href='javascript:alert(1)'>a</a>",
    ],
)
def test_nothing_in_it_runs_or_calls_home(nasty):
    soup = BeautifulSoup(written(nasty), "html.parser")
    assert not soup(["script", "img", "iframe", "svg", "style"])
    for tag in soup(True):
        assert set(tag.attrs) <= {"href", "rel", "title"}
        assert tag.get("href", "https:").startswith(("http:", "https:", "mailto:"))


class TestLinks:
    def test_a_page_elsewhere_with_the_day_it_was_seen(self, cast, sign_in):
        link = {"link": "https://siop.example/adolygiad", "link_seen_on": "2026-10-02"}
        sign_in(cast.learner).post(*details(cast.draft, **link))
        cast.draft.refresh_from_db()
        submission = factories.submit(cast.draft)
        assert submission.manifest["link_seen_on"] == "2026-10-02"
        page = sign_in(cast.assessor).get(reverse("evidence", args=[cast.draft.uid])).content.decode()
        assert 'href="https://siop.example/adolygiad"' in page
        assert "The page may have changed since." in page

    @pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://a.example/", "data:text/html,a", "/etc"])
    def test_nothing_but_the_web(self, cast, sign_in, link):
        page = sign_in(cast.learner).post(*details(cast.draft, link=link))
        cast.draft.refresh_from_db()
        assert (page.status_code, cast.draft.link) == (422, "")
        # At the head of the form, and beside the field.
        assert page.content.decode().count("This is not the address of a web page.") == 2

    def test_without_the_day_it_cannot_be_submitted(self, cast):
        piece = factories.make_evidence(cast.enrolment, link="https://siop.example/")
        assert "link_seen_on" in rounds.missing_from(piece)


@pytest.mark.parametrize("answer", ["Yes", "No"])
def test_whether_it_shows_anybody_else_stands_with_its_particulars(cast, sign_in, answer):
    criteria = cast.standard.criteria.all()[:1]
    piece = factories.make_evidence(cast.enrolment, criteria, shows_others=answer == "Yes")

    def said(person, name: str, uid) -> list[str]:
        page = BeautifulSoup(sign_in(person).get(reverse(name, args=[uid])).content, "html.parser")
        asked = page.find_all("dt", string="Does it show or name anybody else?")
        return [question.find_next("dd").string for question in asked]

    assert said(cast.learner, "evidence_submit", piece.uid) == [answer]
    assert said(cast.learner, "evidence", cast.draft.uid) == ["No"]
    submission = factories.submit(piece)
    assert said(cast.assessor, "evidence", piece.uid) == [answer]
    assert said(cast.assessor, "review", submission.uid) == [answer]
    assert said(cast.learner, "round", submission.uid) == [answer]


class TestTranslation:
    def test_it_stands_beside_the_original_with_its_own_hash(self, cast, sign_in):
        said = {"translation": "I wrote to the customer.", "translator": "Cyfieithydd"}
        piece = factories.make_evidence(cast.enrolment, cast.standard.criteria.all()[:1], **said)
        submission = factories.submit(piece)
        assert submission.manifest["texts"].keys() == {"text", "translation"}
        assert submission.manifest["texts"] == rounds.texts_of(submission.words.body)
        page = sign_in(cast.assessor).get(reverse("evidence", args=[piece.uid])).content.decode()
        assert "I wrote to the customer." in page
        assert "what is judged is the original" in page

    def test_once_erased_neither_can_be_guessed_from_its_hash(self, cast):
        submission = factories.submit(cast.draft)
        assert "salts" in submission.words.body
        assert "salt" not in str(submission.manifest)
        assert Words.objects.get(pk=submission.words_id).intact

    def test_it_says_who_translated(self, cast):
        piece = factories.make_evidence(cast.enrolment, translation="I wrote.")
        assert "translator" in rounds.missing_from(piece)


def test_a_reflective_account_answers_questions_and_is_kept_as_it_was_written(cast, sign_in, language):
    draft, text = cast.draft, "# Fy rhan i\n\nGwrandewais yn gyntaf."
    browser = sign_in(cast.learner)
    page = BeautifulSoup(browser.get(details(draft)[0]).content, "html.parser")
    asked = {
        "cy": "Beth aeth yn dda, a sut rydych chi’n gwybod?",
        "en": "What went well, and how do you know?",
    }
    assert asked[language] in [li.get_text() for li in page.select(".for-reflection li")]
    browser.post(*details(draft, kind="reflection", text=text))
    manifest = factories.submit(draft).manifest
    assert (manifest["kind"], manifest["language"]) == ("reflection", "cy")
    page = BeautifulSoup(
        sign_in(cast.assessor).get(reverse("evidence", args=[draft.uid])).content, "html.parser"
    )
    assert {"cy": "Cofnod myfyriol", "en": "Reflective account"}[language] in page.main.get_text()
    assert page.find("h4", string="Fy rhan i").find_parent(lang="cy")


def test_prior_learning_needs_its_certificate(cast):
    piece = factories.make_evidence(cast.enrolment, kind="prior_learning")
    assert {"files", "awarded_by"} <= set(rounds.missing_from(piece))
