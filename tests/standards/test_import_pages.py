"""What the pages of an import lead to and tell, so that nobody has to look for it in a long document."""

import pytest
from django.urls import reverse

from tests.standards.documents import text
from tests.standards.test_imports import a_file, page_of, press, read, upload

pytestmark = pytest.mark.django_db


def test_corrections_that_change_the_list_lead_back_to_their_item(browser, manager):
    draft = read(manager, text("en"))
    address = reverse("import_draft", args=[draft.uid])
    assert press(browser, draft, "join performance 2")["Location"] == f"{address}#performance-1"
    assert press(browser, draft, performance_1_text="one\ntwo")["Location"] == f"{address}#performance-1"
    assert press(browser, draft, performance_1_text="other words")["Location"] == address
    # Else what is answered next would open at that item too.
    assert page_of(browser.get(address)).select_one("#main-form")["action"] == address


def test_each_fault_names_its_item_and_leads_to_it(browser, manager):
    draft = read(manager, text("en"))
    page = page_of(press(browser, draft, "confirm", performance_1_number="1", title=""))
    links = {link.get_text(): link["href"] for link in page.select(".todo a")}
    assert links.items() >= {"The title is missing.": "#id_title", "P1": "#performance-1"}.items()
    assert page.select_one("#id_title")
    assert page.select_one("#performance-1")


def test_the_progress_is_that_of_the_documents_uploaded_together(browser, manager):
    read(manager, text("cy"))
    page = page_of(browser.get(upload(browser, a_file(text("en"), "b.txt"))["Location"]))
    assert (page.progress["value"], page.progress["max"]) == ("0", "1")
    assert len(page.select("li.card")) == 2


def test_the_page_shows_what_else_was_understood(browser, manager):
    draft = read(manager, text("en"))
    facts = page_of(browser.get(reverse("import_draft", args=[draft.uid]))).select_one("#main-form .card dl")
    told = {name.get_text(): name.find_next("dd").get_text(strip=True) for name in facts.select("dt")}
    assert told == {
        "Developed by": "The Council",
        "Version": "1",
        "Validity": "current",
        "Status": "original",
        "Overview": "This standard is for staff.",
    }
