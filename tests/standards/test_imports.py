"""A manager brings documents into the standards: nothing is there before they confirmed it."""

import re

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jobs.runner import run_waiting
from standards import services
from standards.models import Criterion, ImportDraft, Standard
from tests import factories
from tests.standards.documents import ITEMS, TAIL, text

pytestmark = pytest.mark.django_db


def a_file(data: bytes, name: str = "siop.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def upload(browser, *files: SimpleUploadedFile, **fields):
    fields = {"language": "", "status": "official"} | fields
    return browser.post(reverse("imports"), {"documents": list(files), **fields})


def read(manager, data: bytes, name: str = "siop.txt", **fields) -> ImportDraft:
    """A document that was uploaded and read."""
    [draft] = services.upload(by=manager, documents=[a_file(data, name)], **fields)
    run_waiting()
    draft.refresh_from_db()
    return draft


def page_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def opened(browser, draft: ImportDraft) -> dict[str, str]:
    """What the page of a draft sends when nothing is typed."""
    page = page_of(browser.get(reverse("import_draft", args=[draft.uid])))
    fields = {}
    for control in page.select("#main-form :is(input, textarea, select)[name]"):
        if control.name == "textarea":
            fields[control["name"]] = control.get_text().removeprefix("\n")
        elif control.name == "select":
            fields[control["name"]] = control.select_one("[selected]")["value"]
        elif control.get("type") != "checkbox":
            fields[control["name"]] = control.get("value", "")
        elif control.has_attr("checked"):
            fields[control["name"]] = "on"
    del fields["_typed"]
    return fields


def press(browser, draft: ImportDraft, do: str = "save", **typed: str):
    """Press a button after typing; `performance_0_text` is a field of the first criterion."""
    names = {
        re.sub(r"^(performance|knowledge)_(\d+)_", r"\1-\2-", name): value for name, value in typed.items()
    }
    response = browser.post(
        reverse("import_draft", args=[draft.uid]), opened(browser, draft) | names | {"do": do}
    )
    draft.refresh_from_db()
    return response


def texts(draft: ImportDraft, kind: str = "performance") -> list[str]:
    return [row["text"] for row in draft.document[kind]]


class TestUpload:
    def test_several_documents_are_read_in_the_background(self, browser, language):
        response = upload(browser, a_file(text("cy"), "a.txt"), a_file(text("en"), "b.txt"))
        assert response.status_code == 302
        page = page_of(browser.get(response["Location"]))
        assert page.select_one("progress")["max"] == "2"
        assert page.select_one("[hx-get]")
        run_waiting()
        page = page_of(browser.get(response["Location"]))
        assert page.select_one("progress") is None
        assert [link.get_text() for link in page.select("h3 a")] == ["b.txt", "a.txt"]
        assert not Standard.objects.exists()

    def test_the_list_alone_is_sent_to_whoever_asks_again(self, browser, manager):
        read(manager, text("cy"))
        part = browser.get(reverse("imports"), headers={"HX-Request": "true"})
        assert b"<html" not in part.content
        assert b"siop.txt" in part.content

    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("a.exe", b"MZ"),
            ("a.docx", b"no zip"),
            ("a.txt", b"a letter to my aunt"),
            ("a.pdf", b""),
            ("a", b"x"),
        ],
    )
    def test_what_is_no_standard_is_refused_in_the_language_of_the_page(
        self, browser, manager, language, name, data
    ):
        good = read(manager, text("cy"))
        upload(browser, a_file(data, name))
        run_waiting()
        bad = ImportDraft.objects.exclude(pk=good.pk).get()
        assert bad.state == "refused"
        for address in (reverse("import_draft", args=[bad.uid]), reverse("imports")):
            assert page_of(browser.get(address)).find("p", string=bad.refusals[language])
        assert bad.refusals["cy"] != bad.refusals["en"]
        assert good.state == "read"

    def test_without_a_document_nothing_is_uploaded(self, browser):
        assert upload(browser).status_code == 422
        assert not ImportDraft.objects.exists()

    def test_a_huge_file_is_not_kept_whole(self, manager, monkeypatch):
        monkeypatch.setattr(services, "MOST_BYTES", {"txt": 10})
        [draft] = services.upload(by=manager, documents=[a_file(b"x" * 5000)])
        assert draft.file.size == 11

    def test_what_was_said_on_uploading_goes_before_what_the_document_tells(self, manager):
        draft = read(manager, text("cy"), language="en", status="working")
        assert (draft.document["language"], draft.status) == ("en", "working")

    def test_reading_twice_does_no_harm(self, browser, manager):
        draft = read(manager, text("cy"))
        press(browser, draft, performance_0_text="corrected")
        services.read_document(draft.uid)
        draft.refresh_from_db()
        assert texts(draft)[0] == "corrected"

    def test_a_fault_of_ours_leaves_no_document_waiting(self, browser, manager, language, monkeypatch):
        monkeypatch.setattr(services, "understand", lambda *_args, **_options: 1 / 0)
        draft = read(manager, text("cy"))
        page = page_of(browser.get(reverse("import_draft", args=[draft.uid])))
        assert page.select_one(".notice.error").get_text(strip=True) == draft.refusals[language]


class TestPage:
    def test_shows_every_line_of_the_source_and_every_item_beside_it(self, browser, manager, language):
        draft = read(manager, text("cy"))
        page = page_of(browser.get(reverse("import_draft", args=[draft.uid])))
        lines = [line for line in text("cy").decode().splitlines() if line.strip()]
        assert len(page.select(".source li")) == len(lines)
        beside = [row for row in page.select(".beside") if row.select_one("textarea")]
        assert len(beside) == 5
        for row in beside:
            assert row.textarea.get_text(strip=True) in row.select_one(".source").get_text(" ", strip=True)

    def test_shows_warnings_at_their_lines_in_the_language_of_the_page(self, browser, manager, language):
        data = text("cy", performance="1. croesawu cwsmeriaid\n1. cadw trefn\n")
        draft = read(manager, data)
        page = page_of(browser.get(reverse("import_draft", args=[draft.uid])))
        [warning] = draft.remarks[language]
        assert warning["message"] in page.select_one(".source .notice").get_text()
        assert page.select_one(f"a[href='#L{warning['line']}']")

    def test_of_somebody_else_is_not_found(self, manager, sign_in):
        draft = read(manager, text("cy"))
        colleague = factories.make_member(factories.make_provider(), "manager")
        assert sign_in(colleague).get(reverse("import_draft", args=[draft.uid])).status_code == 404

    def test_while_it_waits_it_asks_again_and_is_then_shown_whole(self, browser, manager):
        [draft] = services.upload(by=manager, documents=[a_file(text("cy"))])
        address = reverse("import_draft", args=[draft.uid])
        assert page_of(browser.get(address)).select_one("[hx-get]")["hx-get"] == address
        assert "HX-Refresh" not in browser.get(address, headers={"HX-Request": "true"})
        run_waiting()
        assert browser.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


class TestCorrections:
    def test_are_saved_and_the_standards_stay_as_they_are(self, browser, manager):
        draft = read(manager, text("cy"))
        response = press(browser, draft, title="Gofalu am siop", performance_1_text="cadw popeth yn daclus")
        assert response.status_code == 302
        assert draft.document["title"] == "Gofalu am siop"
        assert texts(draft)[1] == "cadw popeth yn daclus"
        assert not Standard.objects.exists()

    def test_join_and_split(self, browser, manager):
        draft = read(manager, text("cy"))
        press(browser, draft, "join performance 1")
        assert texts(draft) == [f"{ITEMS['cy'][0]} {ITEMS['cy'][1]}", ITEMS["cy"][2]]
        press(browser, draft, performance_0_text="\r\n".join(ITEMS["cy"][:2]))
        assert texts(draft) == ITEMS["cy"]

    def test_kind_part_and_leaving_out(self, browser, manager):
        draft = read(manager, text("cy"))
        changes = {"performance_2_kind": "knowledge", "performance_1_is_part": "on", "knowledge_1_kind": ""}
        press(browser, draft, **changes)
        assert [row["number"] for row in draft.document["performance"]] == ["1", "1.1"]
        assert texts(draft, "knowledge")[0] == ITEMS["cy"][2]
        assert len(texts(draft, "knowledge")) == 2

    def test_numbers_by_position(self, browser, manager):
        draft = read(manager, text("cy"))
        press(browser, draft, performance_0_number="5", performance_1_number="5")
        assert page_of(browser.get(reverse("import_draft", args=[draft.uid]))).select(".entry .errorlist")
        press(browser, draft, "number performance")
        assert [row["number"] for row in draft.document["performance"]] == ["1", "2", "3"]

    def test_can_all_be_undone(self, browser, manager):
        draft = read(manager, text("cy"))
        press(browser, draft, "join performance 1", title="x")
        press(browser, draft, "restart")
        assert draft.document == draft.understood

    def test_two_tabs_do_not_overwrite_each_other_and_show_what_was_typed(self, browser, manager):
        draft = read(manager, text("cy"))
        older = opened(browser, draft)
        press(browser, draft, title="the newer title")
        address = reverse("import_draft", args=[draft.uid])
        typed = {"performance-0-text": "typed on the older page", "title": "the older title"}
        response = browser.post(address, older | typed)
        assert response.status_code == 409
        told = [item.get_text() for item in page_of(response).select(".whole")]
        assert sorted(told) == ["the older title", "typed on the older page"]
        draft.refresh_from_db()
        assert (draft.document["title"], texts(draft)[0]) == ("the newer title", ITEMS["cy"][0])

    def test_survive_the_switch_of_the_language(self, browser, manager, language):
        draft = read(manager, text("cy"))
        other = "en" if language == "cy" else "cy"
        typed = opened(browser, draft) | {"title": "Typed", "_typed": "1", "_switch": other, "do": "confirm"}
        assert browser.post(reverse("import_draft", args=[draft.uid]), typed).status_code == 302
        draft.refresh_from_db()
        assert (draft.document["title"], draft.state) == ("Typed", "read")

    @pytest.mark.parametrize("do", ["join performance 99", "join nothing 1", "join", "number nothing"])
    def test_nonsense_changes_nothing(self, browser, manager, do):
        draft = read(manager, text("cy"))
        press(browser, draft, do)
        assert texts(draft) == ITEMS["cy"]

    def test_too_long_a_urn_is_shown_again_as_it_was_typed(self, browser, manager):
        draft = read(manager, text("cy"))
        response = press(browser, draft, urn="X" * 41)
        assert response.status_code == 422
        assert page_of(response).select_one("#id_urn")["value"] == "X" * 41


class TestConfirm:
    def test_brings_the_corrected_text_into_the_standards_and_says_whose_it_is(
        self, browser, manager, language
    ):
        draft = read(manager, text("cy"))
        response = press(browser, draft, "confirm", edition="2", performance_0_text="corrected text")
        standard = Standard.objects.get()
        assert response["Location"] == reverse("standard", args=["SIOP12", "2"])
        assert (standard.imported_by_cy, standard.imported_by_en) == (manager, None)
        assert Criterion.objects.first().text_cy == "corrected text"
        page = page_of(browser.get(response["Location"]))
        about = page.select_one("[aria-labelledby=sources]").get_text(" ", strip=True)
        assert "siop.txt" in about
        assert manager.name in about
        assert draft.state == "kept"
        assert (
            page_of(browser.get(reverse("import_draft", args=[draft.uid]))).select_one(".notice a")["href"]
            == (response["Location"])
        )

    def test_says_what_is_new_and_how_learners_come_to_it(self, browser, manager, language):
        def told(**typed: str) -> tuple[str, list[str]]:
            response = browser.post(
                reverse("import_draft", args=[(draft := read(manager, text("cy"))).uid]),
                opened(browser, draft) | typed | {"do": "confirm"},
                follow=True,
            )
            page = page_of(response)
            links = [link["href"] for link in page.select(".notice.info a")]
            return page.select_one("[role=status]").get_text(" ", strip=True), links

        provider = manager.memberships.get().provider
        address = reverse("programmes", args=[provider.uid])
        standard, edition = {
            "cy": ("safon newydd", "argraffiad newydd"),
            "en": ("new standard", "new edition"),
        }[language]
        said, links = told()
        assert standard in said
        assert links == [address]
        factories.make_programme(provider, manager, list(Standard.objects.all()))
        page = page_of(browser.get(reverse("standard", args=["SIOP12", "1"])))
        assert page.select(".notice.info") == []
        said, links = told(edition="2")
        assert edition in said
        assert links == [address]

    def test_joins_the_other_language(self, browser, manager):
        press(browser, read(manager, text("cy")), "confirm")
        press(browser, read(manager, text("en"), status="working"), "confirm")
        standard = Standard.objects.get()
        assert (standard.status_cy, standard.status_en) == ("official", "working")

    def test_wants_a_urn_that_the_document_does_not_print(self, browser, manager):
        draft = read(manager, text("cy").replace(b"URN: SIOP12\n", b""))
        response = press(browser, draft, "confirm")
        assert response.status_code == 422
        assert not Standard.objects.exists()
        press(browser, draft, "confirm", urn="SIOP12")
        assert Standard.objects.get().urn == "SIOP12"

    def test_another_shape_is_refused_with_the_difference_and_nothing_lost(self, browser, manager):
        press(browser, read(manager, text("cy")), "confirm")
        draft = read(manager, text("en"))
        response = press(browser, draft, "confirm", performance_0_text="welcome\r\ncustomers")
        assert response.status_code == 422
        table = page_of(response).select_one("table")
        assert [row.th.get_text() for row in table.select("tbody tr")] == ["P4"]
        assert Standard.objects.get().status_en == "none"
        assert texts(draft)[:2] == ["welcome", "customers"]
        assert press(browser, draft, "join performance 1").status_code == 302
        assert press(browser, draft, "confirm")["Location"] == reverse("standard", args=["SIOP12", "1"])

    def test_another_text_of_a_known_edition_is_refused_with_both_texts(self, browser, manager):
        press(browser, read(manager, text("cy")), "confirm")
        draft = read(manager, text("cy"))
        response = press(browser, draft, "confirm", performance_1_text="rhywbeth arall")
        assert response.status_code == 422
        [row] = page_of(response).select("table tbody tr")
        assert [cell.get_text(strip=True) for cell in row.select("th, td")] == [
            "P2",
            ITEMS["cy"][1],
            "rhywbeth arall",
        ]
        assert press(browser, draft, "confirm", edition="2").status_code == 302
        assert Standard.objects.count() == 2

    def test_the_same_text_again_changes_nothing(self, browser, manager):
        press(browser, read(manager, text("cy")), "confirm")
        before = Standard.objects.values().get()
        assert press(browser, read(manager, text("cy")), "confirm").status_code == 302
        assert Standard.objects.values().get() == before

    def test_twice_is_once(self, browser, manager):
        draft = read(manager, text("cy"))
        typed = opened(browser, draft) | {"do": "confirm"}
        address = reverse("import_draft", args=[draft.uid])
        assert [browser.post(address, typed).status_code for _ in range(2)] == [302, 409]
        assert Standard.objects.count() == 1


def test_of_several_one_leads_to_the_next(browser, manager, language):
    """Down the list and from its top again, past what was refused; the last one leads to its standard."""
    urns = [b"SIOP12", b"SIOP13", b"SIOP14"]
    oldest, older, newest = (read(manager, text("cy").replace(b"SIOP12", urn)) for urn in urns)
    read(manager, b"a letter")
    first, second, third = (reverse("import_draft", args=[draft.uid]) for draft in (oldest, older, newest))
    assert page_of(browser.get(second)).select_one("main p.row strong").get_text() == "2"
    assert press(browser, older, "next", title="Teitl")["Location"] == first
    assert (older.state, older.document["title"]) == ("read", "Teitl")
    assert press(browser, older, "confirm")["Location"] == first
    assert "SIOP13" in page_of(browser.get(first)).select_one("[role=status]").get_text()
    assert browser.post(reverse("import_discard", args=[oldest.uid]))["Location"] == third
    assert page_of(browser.get(third)).select("main p.row, [value=next]") == []
    assert press(browser, newest, "confirm")["Location"] == reverse("standard", args=["SIOP14", "1"])


class TestDiscard:
    def test_deletes_the_document_and_leaves_the_standards(
        self, browser, manager, django_capture_on_commit_callbacks
    ):
        draft = read(manager, text("cy"))
        place, storage = draft.file.name, draft.file.storage
        with django_capture_on_commit_callbacks(execute=True):
            assert browser.post(reverse("import_discard", args=[draft.uid])).status_code == 302
        assert not storage.exists(place)
        assert page_of(browser.get(reverse("imports"))).select("h3 a") == []

    def test_comes_too_late_for_what_is_a_standard(self, browser, manager):
        draft = read(manager, text("cy"))
        press(browser, draft, "confirm")
        assert browser.post(reverse("import_discard", args=[draft.uid])).status_code == 409
        assert Standard.objects.count() == 1


def test_only_managers_import(sign_in, manager):
    other = factories.make_member(factories.make_provider(), "assessor")
    assert sign_in(manager).get(reverse("imports")).status_code == 200
    assert sign_in(other).get(reverse("imports")).status_code == 403
    assert upload(sign_in(other), a_file(text("cy"))).status_code == 403
    assert not ImportDraft.objects.exists()


def test_long_lists_without_criteria_are_folded(browser, manager):
    draft = read(manager, text("en", tail=TAIL["en"]))
    page = page_of(browser.get(reverse("import_draft", args=[draft.uid])))
    assert page.select(".beside-rest")
