"""How much work mapping is: counted, so that it does not grow."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from tests import factories

MOST = 20


@pytest.mark.django_db(transaction=True)
def test_twelve_criteria_of_three_standards_on_one_page(live_server, cast, new_page, sign_in):
    third = factories.make_standard()
    programme = factories.make_programme(cast.provider, cast.manager, [cast.standard, cast.second, third])
    enrolment = factories.make_enrolment(programme, cast.manager, cast.learner)
    evidence = factories.make_evidence(enrolment)
    page, loads, steps = new_page(), [], 0
    cookie = sign_in(cast.learner).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.on("load", lambda _page: loads.append(1))
    page.goto(reverse("evidence_mapping", args=[evidence.uid]))
    assert len(loads) == 1

    for standard in (cast.standard, cast.second, third):
        page.get_by_label("Find criteria").fill(standard.urn)
        steps += 1
        for box in page.locator("#criteria .criterion:visible").get_by_role("checkbox").all()[:4]:
            box.check()
            steps += 1
    expect(page.locator("[data-chosen]")).to_have_text("12")
    assert len(loads) == 1
    page.get_by_role("button", name="Save", exact=True).click()
    steps += 1
    page.wait_for_url("**/submit/")
    assert evidence.mappings.count() == 12
    assert steps <= MOST
