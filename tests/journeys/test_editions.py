"""A revised standard: a manager tries the move and makes it, an assessor confirms what was judged before."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from standards.editions import supersede
from standards.models import Criterion
from tests import factories


@pytest.fixture
def revised(cast):
    """All criteria of the first edition are met; in the later one a text changed, one is gone, one is new."""
    old, new = (factories.make_standard(performance=3, knowledge=1) for _ in range(2))
    texts = {"2": "criterion 2 in practice", "3": "use the till by yourself"}
    for number, text in texts.items():
        rows = Criterion.objects.filter(standard=new, kind="performance", number=number)
        rows.update(text_en=text, text_cy=text.replace("criterion", "maen prawf"))
    supersede(by=cast.manager, standard=old, successor=new)
    programme = factories.make_programme(cast.provider, cast.manager, [old])
    cast.revised = factories.make_enrolment(programme, cast.manager, cast.learner, assessor=cast.assessor)
    factories.everything_met(cast.revised, cast.assessor)
    cast.row = cast.revised.enrolled_standards.get()
    return cast


@pytest.fixture
def page_of(live_server, new_page, sign_in):
    def open_page(person, name: str, *arguments, **options) -> Page:
        page = new_page(**options)
        cookie = sign_in(person).cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page.goto(reverse(name, args=arguments))
        return page

    return open_page


@pytest.mark.parametrize("width", [360, 1280])
def test_a_learner_is_moved_and_decisions_are_confirmed(revised, page_of, accessible, width):
    page = page_of(revised.manager, "superseded", revised.provider.uid, width=width)
    accessible(page)
    page.get_by_role("link", name="Try the move").click()
    expect(page.locator("del")).to_have_text(["performance"])
    expect(page.locator("ins")).to_have_text(["in practice"])
    accessible(page)
    page.get_by_role("button", name="Move the learner").click()
    page.get_by_label("Yes: carry its evidence over").check()
    page.get_by_role("button", name="Move the learner").click()
    expect(page.get_by_text("Moved here from an earlier edition")).to_be_visible()

    page = page_of(
        revised.assessor,
        "enrolled_standard",
        revised.revised.enrolled_standards.open().get().uid,
        width=width,
    )
    boxes = page.get_by_role("checkbox")
    expect(boxes).to_have_count(3)
    accessible(page)
    for box in boxes.all():
        box.check()
    page.get_by_role("button", name="Confirm what is chosen").click()
    expect(page.get_by_text("Decisions confirmed: 3")).to_be_visible()
    expect(page.get_by_text("Confirmed by: Assessor")).to_have_count(3)
    accessible(page)


def test_a_criterion_has_an_address_that_shows_it(revised, page_of, accessible):
    page = page_of(revised.learner, "standard", *revised.standard.natural_key())
    page.goto(f"{page.url}#P3")
    assert page.locator("#P3").evaluate("row => getComputedStyle(row).outlineStyle") == "solid"
    expect(page.locator("#P3")).to_be_in_viewport()
    accessible(page)


def test_a_printed_standard_is_the_standard_alone(revised, page_of):
    page = page_of(revised.manager, "standard", *revised.standard.natural_key())
    page.emulate_media(media="print")
    for control in page.locator("button, .tabs a, .bar a, .actions a, .page-head a").all():
        expect(control).to_be_hidden()
    expect(page.locator("#P1")).to_be_visible()
