"""Finding the way in, in the language one wants."""

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize("width", [360, 1280])
def test_the_first_visit_asks_for_the_language_and_the_switch_changes_it(new_page, accessible, width):
    page = new_page(width=width)
    page.goto("/")
    accessible(page)
    page.get_by_role("button", name="Cymraeg").click()
    expect(page.locator("html")).to_have_attribute("lang", "cy")
    page.goto("/cy/sign-in/")
    accessible(page)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.endswith("/en/sign-in/")
    accessible(page)


def test_no_page_is_wider_than_a_phone(new_page):
    page = new_page(width=360)
    for address in ("/", "/cy/sign-in/", "/en/password/forgotten/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
