"""The pages of plans, rules, records and reasons: accessible, in both languages, on a phone and on a desk."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import expect

from assessments.services.drafts import keep_phrase
from assessments.services.plans import agree
from portfolio.models import TighterRule
from portfolio.services.strategy import tighten
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def visits(cast) -> list[tuple]:
    """(Person, name, address) of each page, with something on it."""
    about = {"standard": cast.second, "kind": "performance", "methods": ["observation"], "simulation": False}
    tighten(by=cast.manager, rule=TighterRule(provider=cast.provider, pieces=2, **about))
    criteria = cast.second.criteria.all()[:4]
    factories.review(factories.submit(factories.make_evidence(cast.enrolment, criteria)), cast.assessor)
    record = factories.make_evidence(
        cast.enrolment, criteria[:1], by=cast.assessor, kind="observation", title="Llanfairpwll" * 20
    )
    submission = factories.submit(record)
    plan = factories.make_assessment_plan(cast.enrolment, criteria, cast.assessor)
    agree(by=cast.learner, plan=plan)
    keep_phrase(by=cast.assessor, text="Mae'n glir.", language="cy")
    row = cast.enrolment.enrolled_standards.get(standard=cast.second)
    subject = [cast.programme.uid, cast.second.urn, cast.second.edition, "performance"]
    return [
        (cast.manager, "strategy", [cast.programme.uid]),
        (cast.manager, "strategy_rule", subject),
        (cast.assessor, "home", []),
        (cast.assessor, "portfolio", [cast.enrolment.uid]),
        (cast.assessor, "enrolled_standard", [row.uid]),
        (cast.assessor, "criterion", [row.uid, "P1"]),
        (cast.assessor, "plans", [cast.enrolment.uid]),
        (cast.assessor, "plan_new", [cast.enrolment.uid]),
        (cast.assessor, "plan", [plan.uid]),
        (cast.assessor, "record_new", [cast.enrolment.uid, "questioning"]),
        (cast.assessor, "phrases", []),
        (cast.assessor, "review", [submission.uid]),
        (cast.learner, "record_reply", [submission.uid]),
        (cast.learner, "evidence", [record.uid]),
    ]


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_are_accessible_and_stay_in_the_window(cast, new_page, site, language, width, accessible):
    wide = []
    pages = {}
    for person, name, arguments in visits(cast):
        if person not in pages:
            client = Client()
            client.force_login(person)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            pages[person] = new_page(language=language, width=width)
            pages[person].context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}]
            )
        page = pages[person]
        with translation.override(language):
            page.goto(reverse(name, args=arguments))
        accessible(page)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wide.append(name)
        if os.environ.get("SHOTS"):
            page.screenshot(path=Path(os.environ["SHOTS"]) / f"{name}.{language}.{width}.png", full_page=True)
    assert not wide


def test_a_record_that_was_not_kept_yet_outlives_its_page(cast, new_page, site):
    client = Client()
    client.force_login(cast.assessor)
    page = new_page()
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}])
    page.on("dialog", lambda dialog: dialog.accept())
    address = reverse("record_new", args=[cast.enrolment.uid, "observation"])
    page.goto(address)
    account = page.get_by_label("What you saw the learner do")
    account.fill("Gwelais bopeth.")
    page.get_by_role("radio", name="No", exact=True).check()
    page.wait_for_function("sessionStorage.length == 1")
    page.goto("about:blank")
    page.goto(address)
    expect(account).to_have_value("Gwelais bopeth.")
    expect(page.get_by_role("radio", name="No", exact=True)).to_be_checked()
    page.get_by_label("Title").fill("Bore")
    page.get_by_label("Where it happened").fill("Y siop")
    page.get_by_role("button", name="Keep the record").click()
    page.wait_for_url("**/mapping/")
    page.goto(address)
    expect(account).to_have_value("")
