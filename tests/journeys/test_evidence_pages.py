"""Keeping files and mapping them, with the conveniences that need a script."""

from datetime import date

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from portfolio.uploads.receive import receive
from standards.models import Criterion
from tests import factories
from tests.jobs.conftest import until
from tests.portfolio import samples


@pytest.fixture
def learners_page(live_server, cast, new_page, sign_in):
    """A page in which the learner is signed in."""

    def open_page(name: str, uid, **options) -> Page:
        page = new_page(**options)
        cookie = sign_in(cast.learner).cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page.goto(reverse(name, args=[uid]))
        return page

    return open_page


def test_finding_criteria_in_either_language_loses_no_tick(cast, learners_page, accessible):
    evidence = factories.make_evidence(cast.enrolment)
    page = learners_page("evidence_mapping", evidence.uid)
    find, rows = page.get_by_label("Find criteria"), page.locator("#criteria .criterion:visible")

    find.fill("maen prawf 2 perf")
    expect(rows).to_have_count(2)
    rows.first.get_by_role("checkbox").check()
    rows.first.get_by_label("Where in the evidence").fill("p. 3")
    find.fill("criterion 1 know")
    rows.first.get_by_role("checkbox").check()
    find.fill("nothing like it")
    expect(page.get_by_text("No criterion fits.")).to_be_visible()
    accessible(page)

    find.fill("")
    page.get_by_label("Show", exact=True).select_option("chosen")
    expect(rows).to_have_count(2)
    expect(page.locator("[data-chosen]")).to_have_text("2")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/submit/")
    assert {m.criterion.reference: m.locator for m in evidence.mappings.all()} == {"P2": "p. 3", "K1": ""}


def test_finding_criteria_compares_the_beginnings_of_words(cast, learners_page):
    standard = factories.make_standard(performance=4, knowledge=4, urn="SFJ204")
    fourth = standard.criteria.get(kind="performance", number="4")
    Criterion.objects.filter(pk=fourth.pk).update(text_cy="cynnig dŵr i’r cwsmer", text_en="offer water")
    programme = factories.make_programme(cast.provider, cast.manager, [standard])
    evidence = factories.make_evidence(factories.make_enrolment(programme, cast.manager, cast.learner))
    page = learners_page("evidence_mapping", evidence.uid)
    rows = page.locator("#criteria .criterion:visible .ref")
    fits = {"dwr": ["P4"], "Dŵr I'R": ["P4"], "ir wat": ["P4"], "p4": ["P4"], "4": ["K4"]}
    fits |= {"sfj204 4 know": ["K4"], "where": [], "ater": [], "204": []}
    for typed, found in fits.items():
        page.get_by_label("Find criteria").fill(typed)
        expect(rows, typed).to_have_text(found)


def test_mapping_goes_by_keyboard_alone(cast, learners_page):
    evidence = factories.make_evidence(cast.enrolment)
    page = learners_page("evidence_mapping", evidence.uid)
    page.get_by_role("checkbox").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("2:15")
    page.keyboard.press("Enter")
    page.wait_for_url("**/submit/")
    assert evidence.mappings.get().locator == "2:15"


def test_here_writes_down_the_moment_of_a_film_and_its_cell_on_the_map_leads_back(cast, learners_page):
    film = receive(samples.upload("film.mp4", samples.demo("handling-a-complaint.mp4")))
    evidence = factories.make_evidence(cast.enrolment, files=[film])
    page = learners_page("evidence_mapping", evidence.uid)
    video = page.locator("video")
    page.get_by_role("checkbox").first.check()
    # Slowly, so that it still plays when a busy machine gets to the click.
    video.evaluate("video => Object.assign(video, {muted: true, currentTime: 2, playbackRate: 0.1}).play()")
    page.get_by_role("button", name="Here", exact=True).first.click()
    where = page.get_by_label("Where in the evidence").first
    assert not video.evaluate("video => video.paused")
    assert where.input_value() in ("0:02", "0:03")
    until(lambda: evidence.mappings.filter(locator=where.input_value()).exists())

    page.goto(reverse("map", args=[cast.enrolment.uid]))
    page.locator("td a").filter(has_text=evidence.mappings.get().locator).click()
    until(lambda: video.evaluate("video => video.currentTime") >= 2)


def test_two_windows_overwrite_nothing_silently(cast, learners_page):
    page = learners_page("evidence_edit", cast.draft.uid)
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("Title", exact=True).fill("Yn yr ail ffenestr")
    expect(other.locator("[data-saved]")).to_contain_text("Saved:")
    page.get_by_label("Title", exact=True).fill("Yn y gyntaf")
    told = page.locator("[data-overtaken]")
    expect(told).to_contain_text("This was changed in another window")
    cast.draft.refresh_from_db()
    assert cast.draft.title == "Yn yr ail ffenestr"
    page.get_by_role("button", name="Save", exact=True).click()
    compared = page.get_by_role("alert")
    expect(compared).to_contain_text("Yn yr ail ffenestr")
    expect(page.get_by_label("Title", exact=True)).to_have_value("Yn y gyntaf")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/submit/")
    cast.draft.refresh_from_db()
    assert cast.draft.title == "Yn y gyntaf"


def test_the_next_page_waits_for_what_was_typed_on_this_one(cast, learners_page):
    page = learners_page("evidence_edit", cast.draft.uid)
    page.get_by_label("Title", exact=True).fill("Newydd ei deipio")
    page.get_by_role("link", name="Criteria", exact=True).click()
    page.wait_for_url("**/mapping/")
    page.get_by_role("checkbox").last.check()
    expect(page.locator("[data-saved]")).to_contain_text("Saved:")
    expect(page.locator("[data-overtaken]")).to_be_hidden()
    cast.draft.refresh_from_db()
    assert cast.draft.title == "Newydd ei deipio"
    assert cast.draft.mappings.exists()


def test_what_is_typed_outlives_a_broken_connection_and_a_session(cast, learners_page):
    page = learners_page("evidence_edit", cast.draft.uid)
    title, told = page.get_by_label("Title", exact=True), page.locator("[data-saved]")
    page.context.set_offline(True)
    title.fill("Heb gysylltiad")
    expect(told).to_contain_text("there is no connection")
    page.context.set_offline(False)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(title).to_have_value("Heb gysylltiad")
    expect(told).to_contain_text("Saved:")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    title.fill("Wedi allgofnodi")
    expect(page.locator("[data-overtaken]")).to_contain_text("you are signed out")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/sign-in/?next=**")


def test_files_chosen_one_after_the_other_are_all_kept_and_what_is_refused_stays_named(
    cast, learners_page, settings
):
    settings.JOBS_IMMEDIATELY = True
    page = learners_page("evidence_new", cast.enrolment.uid)
    for name in ("un.txt", "dau.txt"):
        page.get_by_label("Choose files").set_input_files(
            {"name": name, "mimeType": "text/plain", "buffer": f"Nodyn {name}".encode()}
        )
        expect(page.locator(".upload").last).to_contain_text("SHA-256")
    expect(page.locator(".upload").first).to_contain_text("Stored: 12 bytes,")
    empty = {"name": "gwag.pdf", "mimeType": "application/pdf", "buffer": b""}
    page.get_by_label("Choose files").set_input_files(empty)
    said = page.get_by_text("gwag.pdf: the file is empty.")
    expect(said.last).to_be_visible()
    # Told aloud once, although the message names the file itself.
    expect(page.locator("p.unseen[role=status]")).to_have_text(
        "gwag.pdf: the file is empty. Choose another one."
    )
    page.get_by_role("button", name="Keep").click()
    page.wait_for_url("**/edit/")
    expect(page.locator(".upload").filter(has=said)).to_be_visible()
    page.reload()
    page.locator(".upload").get_by_role("button", name="Remove").click()
    expect(page.locator(".upload")).to_have_count(0)
    expect(page.locator(".file", has_text="un.txt")).to_contain_text("12 bytes")
    expect(page.get_by_role("link", name="dau.txt")).to_be_visible()


def test_without_scripts_everything_is_listed_and_works(cast, learners_page):
    evidence = factories.make_evidence(cast.enrolment)
    page = learners_page("evidence_mapping", evidence.uid, java_script_enabled=False)
    expect(page.get_by_label("Find criteria")).to_be_hidden()
    page.get_by_role("checkbox").first.check()
    page.get_by_label("Where in the evidence: P1").first.fill("line 4")
    page.get_by_role("button", name="Save").click()
    assert evidence.mappings.get().locator == "line 4"


@pytest.mark.parametrize(
    ("language", "words", "question"),
    [
        ("cy", "2 Tachwedd 2026", "Beth ddigwyddodd, a beth oedd eich rhan chi ynddo?"),
        ("en", "2 November 2026", "What happened, and what was your part in it?"),
    ],
)
def test_a_day_is_told_in_words_and_an_account_is_led_by_questions(
    cast, learners_page, language, words, question
):
    evidence = factories.make_evidence(cast.enrolment, happened_on=date(2026, 11, 2))
    page = learners_page("evidence_edit", evidence.uid, language=language)
    page.goto(page.url.replace("/en/", f"/{language}/"))
    told = page.locator("output[for=id_happened_on]")
    expect(told).to_have_text(words)
    page.locator("#id_happened_on").fill("")
    expect(told).to_be_empty()
    page.locator("#id_happened_on + button").click()
    expect(page.locator("#id_happened_on")).to_have_value(date.today().isoformat())
    shown = page.locator(".prompts:visible")
    expect(shown).to_have_count(0)
    page.locator("#id_kind").select_option("reflection")
    expect(shown).to_have_count(1)
    expect(shown.get_by_role("listitem").first).to_have_text(question)
