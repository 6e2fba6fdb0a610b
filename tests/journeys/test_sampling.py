"""An IQA samples, an assessor answers, an EQA reads: on a phone and on a desk."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from assessments.services import samples, sampling_plans
from tests import factories


@pytest.fixture
def open_as(site, new_page, sign_in):
    """`open_as(person, name, uid)`: that page, with the person signed in."""

    def open_page(person, name: str, uid=None, **options) -> Page:
        page = new_page(**options)
        cookie = sign_in(person).cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
        page.goto(reverse(name, args=[uid] if uid else []))
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        return page

    return open_page


@pytest.mark.parametrize("width", [360, 1280])
def test_what_was_sampled_travels_from_hand_to_hand(cast, open_as, accessible, width):
    plan = factories.make_plan(cast.programme, cast.iqa)
    [sample] = sampling_plans.propose(by=cast.iqa, plan=plan)

    page = open_as(cast.iqa, "sampling_plan", plan.uid, width=width)
    accessible(page)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Choose the ticked").click()
    page.goto(reverse("sample", args=[sample.uid]))
    accessible(page)
    for answer in page.get_by_label("In order", exact=True).all():
        answer.check()
    page.get_by_role("button", name="Return with the action").click()
    expect(page.get_by_role("alert")).to_contain_text("Say what the assessor is to do.")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_be_in_viewport()
    page.get_by_label("Action").fill("Ailasesu.")
    page.get_by_label("To be done by").fill(plan.to_on.isoformat())
    page.get_by_role("button", name="Return with the action").click()
    expect(page.get_by_role("status")).to_contain_text("Returned.")

    page = open_as(cast.assessor, "sampling", width=width)
    accessible(page)
    page.get_by_role("row").get_by_role("link").click()
    expect(page.get_by_text("Ailasesu.")).to_be_visible()
    page.get_by_label("What was done").fill("Gwnaed.")
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_text("Gwnaed.")).to_be_visible()
    samples.close(by=cast.iqa, sample=sample)

    page = open_as(cast.eqa, "visit", cast.visit.uid, width=width)
    accessible(page)
    page.get_by_role("link", name=cast.learner.name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(cast.learner.name)
