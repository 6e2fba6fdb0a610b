"""The desk in a browser: by keyboard, in few steps, in both languages."""

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from assessments.models import Review
from assessments.services.drafts import keep_phrase
from portfolio.uploads.receive import receive
from tests import factories
from tests.gates.conftest import JPEG

OUTCOMES = ("met", "more_needed", "not_accepted")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(new_page, live_server):
    """`desk(person, submission, language)`: the review page of a round, in that person's browser."""

    def open_desk(person, submission, language: str, **options):
        page = new_page(language=language, **options)
        client = Client()
        client.force_login(person)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        with translation.override(language):
            page.goto(reverse("review", args=[submission.uid]))
        return page

    return open_desk


@pytest.fixture
def ten(cast):
    """A round that asks for ten criteria of two standards."""
    standard = factories.make_standard(performance=8, knowledge=3)
    programme = factories.make_programme(cast.provider, cast.manager, [standard, cast.second])
    enrolment = factories.make_enrolment(programme, cast.manager, cast.learner, assessor=cast.assessor)
    criteria = [*standard.criteria.all()[:7], *cast.second.criteria.all()[:3]]
    return factories.submit(factories.make_evidence(enrolment, criteria))


def test_ten_criteria_are_decided_in_fifteen_steps(cast, ten, desk, language, accessible):
    page = desk(cast.assessor, ten, language)
    accessible(page)
    steps = 0
    loads = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    for key in "1111211131c":
        page.keyboard.press(key)
        steps += 1
    assert page.locator(".sound input:not(:checked)").count() == 0
    page.fill("textarea[name=feedback]", "Da iawn: mae'r cyfan yn glir.")
    figures = [page.locator(f"[data-tally] [data-outcome='{name}']").inner_text() for name in OUTCOMES]
    assert figures == ["8", "1", "1"]
    assert page.locator("[data-open-count]").is_hidden()
    accessible(page)
    page.click(".decisions .actions .primary")
    steps += 2
    page.wait_for_url("**/queue/")
    assert (steps, len(loads)) == (13, 1)
    outcomes = [j.outcome for j in Review.objects.get(submission=ten).judgements.order_by("pk")]
    assert sorted(outcomes) == ["met"] * 8 + ["more_needed", "not_accepted"]
    accessible(page)


def test_keys_move_between_criteria_and_leave_typing_alone(cast, ten, desk):
    page = desk(cast.assessor, ten, "en")
    place = "[...document.querySelectorAll('.decision')].indexOf(document.activeElement.closest('.decision'))"
    assert page.evaluate(place) == 0
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate(place) == 1
    page.locator(".decision summary").first.click()
    first = page.locator(".decision textarea").first
    first.fill("")
    first.press_sequentially("123 jk")
    assert first.input_value() == "123 jk"
    assert page.locator(".decision input:checked").count() == 0


def test_a_criterion_is_found_and_credited(cast, ten, desk):
    page = desk(cast.assessor, ten, "cy")
    page.click(".credit > summary")
    everything = page.locator("#credit-list .criterion:visible").count()
    page.fill("#credit-words", "maen prawf 8 performance")
    assert 0 < page.locator("#credit-list .criterion:visible").count() < everything


def test_the_desk_works_without_a_script_and_on_a_phone(cast, ten, desk):
    page = desk(cast.assessor, ten, "cy", width=360, java_script_enabled=False)
    for decision in page.locator(".decision").all():
        decision.locator("input[value=met]").check()
    for box in page.locator(".sound input").all():
        box.check()
    page.fill("textarea[name=feedback]", "Da iawn.")
    page.click(".decisions .actions .primary")
    page.get_by_text("Nid oes dim wedi’i gofnodi eto").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.click("main form .primary")
    page.wait_for_url("**/queue/")
    assert Review.objects.get(submission=ten).judgements.filter(outcome="met").count() == 10


def test_a_draft_saves_itself_and_a_phrase_goes_where_the_cursor_is(cast, ten, desk):
    keep_phrase(by=cast.assessor, text="Mae'n glir.", language="cy")
    page = desk(cast.assessor, ten, "cy")
    page.keyboard.press("1")
    page.fill("textarea[name=feedback]", "Da iawn. ")
    page.locator("details:has(.phrases) > summary").click()
    page.locator("[data-phrase]").click()
    assert page.input_value("textarea[name=feedback]") == "Da iawn. Mae'n glir."
    page.locator("[data-saved]").get_by_text(":").wait_for()
    page.reload()
    assert page.input_value("textarea[name=feedback]") == "Da iawn. Mae'n glir."
    assert page.locator(".decision input:checked").count() == 1
    assert not Review.objects.filter(submission=ten).exists()


def test_a_picture_comes_nearer_and_turns(cast, desk, accessible):
    picture = receive(SimpleUploadedFile("llun.jpg", JPEG))
    piece = factories.make_evidence(cast.enrolment, [cast.second.criteria.first()], files=[picture])
    page_of = piece.files.get().previews.create
    page_of(page=1, image=ContentFile(JPEG, name="llun.jpg"), width=8, height=8)
    page = desk(cast.assessor, factories.submit(piece), "en")
    wide = page.locator(".lens img").bounding_box()["width"]
    page.get_by_role("button", name="Nearer").click()
    assert page.locator(".lens img").bounding_box()["width"] > wide
    page.get_by_role("button", name="Turn").click()
    assert page.locator(".lens img").evaluate("picture => picture.style.rotate") == "90deg"
    accessible(page)
