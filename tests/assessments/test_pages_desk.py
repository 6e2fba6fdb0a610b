"""What a desk keeps and says: drafts, phrases, reasons, and the page of one criterion."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from assessments.models import Phrase, Review, ReviewDraft
from assessments.services.drafts import keep_phrase
from portfolio.models import TighterRule
from portfolio.services.strategy import tighten
from tests import factories

pytestmark = pytest.mark.django_db
QUIETLY = {"HTTP_X_AUTOSAVE": "1"}


def main_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser").main


@pytest.fixture
def asked(cast):
    return list(cast.standard.criteria.all()[:2])


@pytest.fixture
def half(asked) -> dict[str, str]:
    """What an assessor had chosen when the telephone rang."""
    return {f"outcome-{asked[0].pk}": "met", "feedback": "Half a sentence", "csrfmiddlewaretoken": "x"}


def test_a_draft_saves_itself_and_is_there_again(cast, sign_in, half, asked):
    client = sign_in(cast.assessor)
    answer = client.post(reverse("review_draft", args=[cast.submission.uid]), half, **QUIETLY)
    assert "Saved as a draft" in answer.json()["said"]
    page = main_of(client.get(reverse("review", args=[cast.submission.uid])))
    assert page.find("textarea", {"name": "feedback"}).get_text().strip() == "Half a sentence"
    chosen = [radio["name"] for radio in page.select(".decision input[checked]")]
    assert chosen == [f"outcome-{asked[0].pk}"]
    assert "csrfmiddlewaretoken" not in ReviewDraft.objects.get().body
    assert not Review.objects.filter(submission=cast.submission).exists()


def test_the_button_saves_a_draft_without_a_script(cast, sign_in, half):
    address = reverse("review", args=[cast.submission.uid])
    response = sign_in(cast.assessor).post(address, half | {"draft": ""}, follow=True)
    page = main_of(response)
    assert "Nothing is recorded yet." in page.get_text()
    assert page.find("textarea", {"name": "feedback"}).get_text().strip() == "Half a sentence"


@pytest.mark.database
def test_a_second_window_shows_what_the_first_has_saved_before_it_replaces_it(cast, sign_in, half, asked):
    """Whatever it does: save by itself, save with the button, or record."""
    client, address = sign_in(cast.assessor), reverse("review", args=[cast.submission.uid])
    opened = main_of(client.get(address)).find("input", {"name": "version"}).get("value", "")
    quietly = reverse("review_draft", args=[cast.submission.uid])
    first = {f"outcome-{asked[0].pk}": "met", "feedback": "Da iawn.", "valid": "on", "language": "cy"}
    version = client.post(quietly, first | {"version": opened}).json()["version"]
    # The window that saved it goes on, and the same again from the other one is no conflict.
    assert client.post(quietly, first | {"version": opened}).json()["version"] == version
    second = {f"outcome-{asked[0].pk}": "not_accepted", "feedback": "Not yet.", "language": "en"}
    second["version"] = opened
    assert client.post(quietly, second).status_code == 409
    for button in ({"draft": ""}, {"confirmed": "on"}):
        response = client.post(address, second | button)
        page = main_of(response)
        said = page.find(role="alert").get_text(" ", strip=True)
        assert response.status_code == 409
        assert all(word in said for word in ("Da iawn.", "Met", "Confirmed", "Welsh"))
        assert page.find("textarea", {"name": "feedback"}).get_text().strip() == "Not yet."
        assert ReviewDraft.objects.get().body["feedback"] == "Da iawn."
    assert not cast.submission.reviews.exists()
    second["version"] = page.find("input", {"name": "version"})["value"]
    assert second["version"] == version
    client.post(address, second | {"draft": ""})
    assert ReviewDraft.objects.get().body["feedback"] == "Not yet."


def test_a_draft_is_its_assessors_alone_and_gone_once_recorded(cast, sign_in, half):
    sign_in(cast.assessor).post(reverse("review_draft", args=[cast.submission.uid]), half, **QUIETLY)
    page = main_of(sign_in(cast.trainee).get(reverse("review", args=[cast.submission.uid])))
    assert "Half a sentence" not in page.get_text()
    factories.review(cast.submission, cast.assessor)
    assert not ReviewDraft.objects.exists()


def test_whoever_is_overtaken_hears_it_while_typing(cast, sign_in, half):
    client, address = sign_in(cast.assessor), reverse("review_draft", args=[cast.submission.uid])
    factories.review(cast.submission, cast.trainee)
    answer = client.post(address, half, **QUIETLY)
    assert (answer.status_code, bool(answer.json()["said"])) == (409, True)
    assert not ReviewDraft.objects.exists()


def test_phrases_are_kept_offered_at_the_desk_and_removed(cast, sign_in):
    client = sign_in(cast.assessor)
    for _ in range(2):
        client.post(reverse("phrases"), {"text": "Da iawn.", "language": "cy"})
    [phrase] = Phrase.objects.all()
    offered = main_of(client.get(reverse("review", args=[cast.submission.uid]))).select("[data-phrase]")
    assert [(button["lang"], button.get_text()) for button in offered] == [("cy", "Da iawn.")]
    assert "Da iawn." not in main_of(sign_in(cast.trainee).get(reverse("phrases"))).get_text()
    assert sign_in(cast.trainee).post(reverse("phrase_remove", args=[phrase.uid])).status_code == 404
    client.post(reverse("phrase_remove", args=[phrase.uid]))
    assert not Phrase.objects.exists()


def test_a_phrase_that_was_kept_twice_at_the_same_moment_hinders_nothing(cast):
    said = {"language": "cy", "text": "Da iawn."}
    twice = [Phrase.objects.create(user=cast.assessor, **said) for _ in range(2)]
    assert keep_phrase(by=cast.assessor, **said) in twice


def test_the_desk_says_what_the_strategy_asks_for_and_warns(cast, sign_in):
    piece = factories.make_evidence(cast.enrolment, [cast.second.criteria.first()], kind="reflection")
    page = main_of(sign_in(cast.assessor).get(reverse("review", args=[factories.submit(piece).uid])))
    said = page.select_one(".decision").get_text()
    assert "Simulation does not count." in said
    assert "Real work, best observed, shows it better." in said


def test_the_standard_says_why_a_criterion_does_not_count_yet(cast, sign_in):
    about = {"standard": cast.second, "kind": "performance", "methods": [], "simulation": False}
    tighten(by=cast.manager, rule=TighterRule(provider=cast.provider, pieces=2, **about))
    first = cast.second.criteria.first()
    factories.review(factories.submit(factories.make_evidence(cast.enrolment, [first])), cast.assessor)
    row = cast.enrolment.enrolled_standards.get(standard=cast.second)
    said = main_of(sign_in(cast.learner).get(reverse("enrolled_standard", args=[row.uid]))).get_text()
    assert "Accepted pieces that count: 1 of 2." in said
    assert "Sub-items that are not met yet: K2.1, K2.2." in said


def test_the_page_of_a_criterion_tells_every_decision_ever_made_on_it(cast, sign_in):
    criterion = cast.second.criteria.first()
    piece = factories.make_evidence(cast.enrolment, [criterion])
    factories.review(factories.submit(piece), cast.assessor, "not_accepted")
    factories.supersede(factories.review(factories.submit(piece), cast.trainee), cast.assessor, "met")
    row = cast.enrolment.enrolled_standards.get(standard=cast.second)
    address = reverse("criterion", args=[row.uid, criterion.reference])
    page = main_of(sign_in(cast.learner).get(address))
    entries = [" ".join(entry.get_text().split()) for entry in page.select(".timeline li")]
    assert ["Round 2" in entries[0], "Met" in entries[0]] == [True, True]
    assert ["Round 1" in entries[2], "Not accepted" in entries[2]] == [True, True]
    later = "a later decision stands in its place"
    assert [later in entry for entry in entries] == [False, True, False]
    assert "Awaiting countersignature" not in entries[1]
    assert cast.assessor.name in entries[0]
    assert sign_in(cast.outsiders[1]).get(address).status_code == 404
    assert sign_in(cast.learner).get(reverse("criterion", args=[row.uid, "P99"])).status_code == 404


def test_how_work_alone_shows_knowledge_is_read_wherever_the_decision_is(cast, sign_in):
    knows = cast.second.criteria.filter(kind="knowledge").first()
    elsewhere = {"text": "", "link": "https://example.com/", "link_seen_on": date(2026, 10, 1)}
    piece = factories.make_evidence(cast.enrolment, [cast.second.criteria.first(), knows], **elsewhere)
    submission = factories.submit(piece)
    factories.review(submission, cast.assessor, shown="Dewisodd y dull cywir heb gymorth.")
    row = cast.enrolment.enrolled_standards.get(standard=cast.second)
    client = sign_in(cast.learner)
    for address, times in {
        reverse("round", args=[submission.uid]): 1,
        reverse("evidence", args=[piece.uid]): 1,
        reverse("criterion", args=[row.uid, knows.reference]): 1,
        reverse("criterion", args=[row.uid, "P1"]): 0,
    }.items():
        said = main_of(client.get(address)).find_all("span", string="Dewisodd y dull cywir heb gymorth.")
        assert [span["lang"] for span in said] == ["cy"] * times
