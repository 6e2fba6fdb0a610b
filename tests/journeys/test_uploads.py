"""Files on their way, in a browser: slow lines, broken ones, a page that is opened anew."""

import hashlib
import os
import re

import pytest
from playwright.sync_api import Page, expect

from portfolio.models import Evidence, EvidenceFile
from tests.jobs.conftest import until
from tests.processes import kill
from tests.uploads.house import house

SIZE = 6_000_000


@pytest.fixture(scope="module")
def home(tmp_path_factory, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), house(tmp_path_factory.mktemp("house")) as built:
        built.server = built.serve(workers=1)
        yield built


@pytest.fixture
def site(home) -> str:
    EvidenceFile.objects.all().delete()
    return f"http://{home.address}"


@pytest.fixture
def film(tmp_path):
    """A file that takes a few seconds on a slow line; its first bytes make it a PDF."""
    path = tmp_path / "ffilm.pdf"
    path.write_bytes(b"%PDF-1.7\n" + os.urandom(SIZE - 9))
    return path


@pytest.fixture
def open_page(home, new_page, site):
    """`open_page(language, width)`: where the learner adds evidence."""

    def opened(language: str = "en", width: int = 360) -> Page:
        page = new_page(language=language, width=width)
        for cookie in home.headers["Cookie"].split("; "):
            name, value = cookie.split("=", 1)
            page.context.add_cookies([{"name": name, "value": value, "url": site}])
        page.goto(f"/{language}/portfolios/{home.enrolment.uid}/evidence/new/")
        return page

    return opened


def slow(page: Page, megabytes_a_second: float) -> None:
    network = page.context.new_cdp_session(page)
    line = {"offline": False, "latency": 0, "downloadThroughput": -1}
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", line | {"uploadThroughput": megabytes_a_second * 1e6})


def choose(page: Page, path) -> None:
    page.locator("#id_files").set_input_files(path)


def row(page: Page):
    return page.locator(".upload")


def safe(page: Page) -> int:
    """How many hundredths a row says are safe."""
    return int(re.search(r"(\d+)%", row(page).inner_text()).group(1))


def wait_for_a_part(page: Page) -> None:
    bar = row(page).locator("progress")
    until(lambda: bar.evaluate("bar => bar.value") > 1e6)


@pytest.mark.parametrize("language", ["cy", "en"])
def test_a_file_arrives_by_itself_and_leaves_its_receipt(open_page, accessible, film, language):
    page = open_page(language)
    choose(page, film)
    expect(row(page)).to_contain_text("SHA-256", timeout=60_000)
    expect(row(page)).to_contain_text(EvidenceFile.objects.get().sha256)
    accessible(page)
    page.locator("#main-form .primary").click()
    page.wait_for_url("**/edit/")
    expect(page.get_by_role("link", name="ffilm.pdf")).to_be_visible()
    accessible(page)


def test_a_line_that_broke_and_a_server_that_restarts_are_waited_for(home, open_page, film):
    page = open_page()
    slow(page, 1)
    choose(page, film)
    wait_for_a_part(page)
    port = int(home.address.rsplit(":", 1)[1])
    kill(home.server)
    home.server.stdout.close()
    expect(row(page)).to_contain_text("The connection is broken", timeout=60_000)
    home.server = home.serve(workers=1, port=port)
    expect(row(page)).to_contain_text("Stored", timeout=60_000)
    assert EvidenceFile.objects.get().sha256 == hashlib.sha256(film.read_bytes()).hexdigest()


def test_it_tells_its_speed_and_paused_it_waits_and_then_goes_on(open_page, film):
    page = open_page()
    slow(page, 1)
    choose(page, film)
    expect(row(page)).to_contain_text(re.compile(r"\d (KB|MB)/s"))
    wait_for_a_part(page)
    page.get_by_role("button", name="Pause").click()
    expect(row(page)).to_contain_text("Paused.")
    page.wait_for_timeout(700)
    before = safe(page)
    page.wait_for_timeout(700)
    assert safe(page) == before < 100
    page.get_by_role("button", name="Go on").click()
    expect(row(page)).to_contain_text(re.compile(r"\d (KB|MB)/s"))
    expect(row(page)).to_contain_text("Stored", timeout=60_000)


def test_opened_anew_it_asks_for_the_same_file_and_goes_on_from_there(open_page, film, tmp_path):
    page = open_page()
    slow(page, 1)
    choose(page, film)
    wait_for_a_part(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(row(page)).to_contain_text("Choose the same file;")
    assert 15 < safe(page) < 100
    other = tmp_path / "other" / "ffilm.pdf"
    other.parent.mkdir()
    other.write_bytes(b"%PDF-1.7\n" + os.urandom(SIZE - 9))
    choose(page, other)
    expect(row(page)).to_have_count(2)
    expect(row(page).last).to_contain_text("Stored", timeout=60_000)
    expect(row(page).first).to_contain_text("Choose the same file;")
    choose(page, film)
    expect(row(page).first).to_contain_text("Stored", timeout=60_000)
    assert {file.size for file in EvidenceFile.objects.all()} == {SIZE}
    assert EvidenceFile.objects.count() == 2


def test_removed_it_is_gone_and_what_is_refused_says_why(open_page, film, tmp_path):
    page = open_page()
    slow(page, 1)
    choose(page, film)
    wait_for_a_part(page)
    page.get_by_role("button", name="Remove").click()
    expect(row(page)).to_have_count(0)
    script = tmp_path / "tool.sh"
    script.write_text("#!/bin/sh\nls\n")
    choose(page, script)
    expect(row(page)).to_contain_text("files that can run code are not accepted", timeout=60_000)
    page.get_by_role("button", name="Remove").click()
    expect(row(page)).to_have_count(0)


def test_the_form_waits_for_its_files(open_page, film):
    page = open_page()
    slow(page, 2)
    choose(page, film)
    page.get_by_label("Title", exact=True).fill("A film")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("The form is sent as soon as the files have arrived.")).to_be_visible()
    page.wait_for_url("**/edit/", timeout=60_000)
    kept = Evidence.objects.get(title="A film")
    until(kept.files.exists)
    assert kept.files.get().size == SIZE


def test_twenty_at_once_all_arrive(open_page, tmp_path):
    page = open_page(width=1280)
    paths = []
    for number in range(20):
        path = tmp_path / f"{number}.txt"
        path.write_text(f"Nodyn {number}. " * 1000)
        paths.append(path)
    choose(page, paths)
    expect(row(page).filter(has_text="SHA-256")).to_have_count(20, timeout=60_000)
    assert EvidenceFile.objects.count() == 20
