"""A learner appeals, the assessor answers, the assessor decides again; everybody reads it in the history."""

import os

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Page, expect

from tests import factories


@pytest.fixture
def page_of(live_server, new_page, sign_in):
    def open_page(person, name: str, *arguments, language: str = "en", **options) -> Page:
        page = new_page(language=language, **options)
        cookie = sign_in(person).cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        with translation.override(language):
            page.goto(reverse(name, args=arguments))
        return page

    return open_page


@pytest.mark.parametrize("width", [360, 1280])
def test_an_appeal_is_opened_answered_and_put_right(cast, page_of, accessible, width):
    review = factories.review(cast.submission, cast.assessor, "not_accepted")
    learner = page_of(cast.learner, "round", cast.submission.uid, width=width)
    learner.get_by_role("link", name="Appeal against these decisions").click()
    accessible(learner)
    learner.get_by_label("Why you appeal").fill("The second file shows it.")
    learner.get_by_role("button", name="Open the appeal").click()
    accessible(learner)
    assessor = page_of(cast.assessor, "appeal", cast.enrolment.appeals.get().uid, width=width)
    assessor.get_by_label("Upheld", exact=True).check()
    assessor.get_by_label("Reasons").fill("It does.")
    accessible(assessor)
    assessor.get_by_role("button", name="Record the answer").click()
    assessor.goto(reverse("review_supersede", args=[review.uid]))
    accessible(assessor)
    for criterion in review.judgements.all():
        assessor.locator(f"[name=outcome-{criterion.criterion_id}][value=met]").check()
    for name in ("valid", "authentic", "current"):
        assessor.locator(f"[name={name}]").check()
    assessor.get_by_label("Feedback on the whole").fill("Met, by the second file.")
    assessor.get_by_label("Why you decide again").fill("The appeal was upheld.")
    assessor.get_by_role("button", name="Record the new decisions").click()
    expect(assessor.get_by_text("superseded")).to_be_visible()
    accessible(assessor)


@pytest.mark.parametrize("language", ["cy", "en"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_history_reads_well(cast, page_of, accessible, language, width):
    factories.supersede(cast.review, cast.trainee)
    page = page_of(cast.manager, "history", cast.enrolment.uid, language=language, width=width)
    accessible(page)
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/history-{language}-{width}.png", full_page=True)
