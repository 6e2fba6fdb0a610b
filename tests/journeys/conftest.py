"""The browser: Debian's Chromium without a window, a served site, and axe looking over each shoulder."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text("utf-8")
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Colours at rest, not half-way through a transition; and what sticks to the foot of the window takes its place on the
# page, so that it covers nothing that one could scroll to.
JUDGED = """async options => {
    await Promise.all(document.getAnimations().map(animation => animation.finished.catch(() => 0)));
    const sticks = element => ["sticky", "fixed"].includes(getComputedStyle(element).position);
    const sticking = [...document.querySelectorAll("body *")].filter(sticks);
    sticking.forEach(element => { element.style.position = "static"; });
    const found = await axe.run(options);
    sticking.forEach(element => { element.style.position = ""; });
    return found;
}"""
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # The same engine as `chromium`, which behind each page also draws the frame of its window: thrice the work.
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium-headless-shell", args=FLAGS)
        yield chromium
        chromium.close()


def blocked(said: ConsoleMessage) -> bool:
    """Whether the console tells of something that the policy for content kept out."""
    return said.type == "error" and "Content Security Policy" in said.text


@pytest.fixture
def site(live_server) -> str:
    """Where the pages are."""
    return live_server.url


@pytest.fixture
def new_page(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """`new_page(language="cy", width=1280)`: a browser of its own, with nobody signed in.

    Whatever goes wrong in the page (an error in a script, something the policy blocked) fails the test.
    """
    contexts, troubles = [], []

    def open_page(language: str = "en", width: int = 1280, **options: object) -> Page:
        context = browser.new_context(
            base_url=site,
            locale=language,
            viewport={"width": width, "height": 800},
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        # Only a failure waits that long; a busy machine may.
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
        page.on(
            "console", lambda said: troubles.append(f"{page.url}: {said.text}") if blocked(said) else None
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not troubles, "\n".join(troubles)


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """`accessible(page)` fails, naming each element, unless axe finds nothing against WCAG 2.2 A and AA."""

    def look(page: Page) -> None:
        # A page that shows how far things are may be about to come anew.
        page.wait_for_load_state()
        page.evaluate(AXE)
        # What passes need not be described.
        found = page.evaluate(JUDGED, {"runOnly": STANDARDS, "resultTypes": ["violations"]})
        assert not found["violations"], f"{page.url}\n" + "\n".join(map(_told, found["violations"]))

    return look


def _told(violation: dict) -> str:
    places = "\n".join(f"    {node['html']}\n        {node['failureSummary']}" for node in violation["nodes"])
    return f"{violation['id']} ({violation['impact']}): {violation['help']}\n{places}"


@pytest.fixture
def cast(make_cast: Callable[[], SimpleNamespace], db: None) -> SimpleNamespace:
    """Committed, so that the server sees it."""
    return make_cast()
