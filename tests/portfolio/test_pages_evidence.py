"""Keep, finish and submit evidence, as the person at the screen notices it."""

import uuid
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.refusals import Invalid
from jobs import runner
from portfolio.models import Evidence, EvidenceFile, Submission
from portfolio.services import enrolments
from portfolio.services import evidence as services
from portfolio.uploads.receive import receive
from tests import factories
from tests.portfolio import samples


def soup_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def photo(name: str = "llun.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, samples.picture())


def impostor(name: str = "drwg.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"MZ this is no picture")


def new(enrolment, **data) -> tuple[str, dict]:
    """Address and fields of the form for a new piece."""
    return reverse("evidence_new", args=[enrolment.uid]), {"uid": uuid.uuid4(), **data}


def details(evidence: Evidence, **data) -> tuple[str, dict]:
    """Address and fields of the form that finishes a piece, as a browser would send it."""
    fields = {
        "version": evidence.version,
        "title": evidence.title,
        "kind": evidence.kind,
        "happened_on": evidence.happened_on or "",
        "place": evidence.place,
        "language": evidence.language,
        "text": evidence.text,
        "shows_others": {True: "yes", False: "no"}.get(evidence.shows_others, ""),
    }
    return reverse("evidence_edit", args=[evidence.uid]), fields | data


def declaration(evidence: Evidence, **data) -> tuple[str, dict]:
    return reverse("evidence_submit", args=[evidence.uid]), {"version": evidence.version, **data}


class TestKeep:
    def test_a_few_words_are_enough(self, cast, sign_in):
        url, data = new(cast.enrolment, text="Helpais gwsmer.")
        response = sign_in(cast.learner).post(url, data)
        kept = Evidence.objects.get(uid=data["uid"])
        assert (kept.text, kept.language, kept.state) == ("Helpais gwsmer.", "en", "draft")
        assert response.headers["Location"] == reverse("evidence_edit", args=[kept.uid])

    def test_several_files_from_both_fields(self, cast, sign_in):
        url, data = new(cast.enrolment, files=[photo("a.png"), photo("b.png")], camera=photo("c.png"))
        sign_in(cast.learner).post(url, data)
        assert set(EvidenceFile.objects.values_list("name", flat=True)) == {"a.png", "b.png", "c.png"}

    def test_files_are_kept_although_the_words_were_changed_in_another_window(self, cast, sign_in):
        browser = sign_in(cast.learner)
        url, data = new(cast.enrolment, text="Y cyntaf")
        browser.post(url, data)
        page = browser.post(url, data | {"text": "Yr ail", "files": [photo()]})
        assert (page.status_code, "Yr ail" in page.text) == (422, True)
        kept = Evidence.objects.get(uid=data["uid"])
        assert (kept.text, [file.name for file in kept.files.all()]) == ("Y cyntaf", ["llun.png"])

    def test_the_language_switch_keeps_the_files_that_have_arrived(self, cast, sign_in):
        url, data = new(cast.enrolment, files=[photo()])
        browser = sign_in(cast.learner)
        browser.post(url, data)
        typed = {"uid": data["uid"], "text": "Mwy i ddod", "_switch": "cy", "_typed": "1"}
        page = browser.post(url.replace("/en/", "/cy/"), typed)
        assert "Mwy i ddod" in page.text
        assert "llun.png" in soup_of(page).find("section", attrs={"aria-labelledby": "files-kept"}).text

    def test_a_double_click_keeps_one_piece(self, cast, sign_in):
        url, data = new(cast.enrolment, text="Unwaith")
        browser = sign_in(cast.learner)
        first, second = browser.post(url, data), browser.post(url, data)
        assert first.headers["Location"] == second.headers["Location"]
        assert Evidence.objects.filter(text="Unwaith").count() == 1

    def test_a_refused_file_is_named_and_the_good_one_is_kept(self, cast, sign_in):
        url, data = new(cast.enrolment, files=[photo("da.png"), impostor("drwg.png")])
        page = sign_in(cast.learner).post(url, data, follow=True)
        kept = Evidence.objects.get(uid=data["uid"])
        assert [file.name for file in kept.files.all()] == ["da.png"]
        assert "drwg.png: " in soup_of(page).find(role="status").get_text()

    def test_when_nothing_can_be_kept_what_was_typed_stays(self, cast, sign_in):
        before = Evidence.objects.count()
        url, data = new(cast.enrolment, files=[impostor()])
        page = sign_in(cast.learner).post(url, data)
        assert page.status_code == 422
        assert "drwg.png: " in soup_of(page).find(role="alert").get_text()
        assert soup_of(page).find("input", attrs={"name": "uid"})["value"] == str(data["uid"])
        assert Evidence.objects.count() == before

    def test_an_empty_form_says_what_to_do(self, cast, sign_in):
        page = sign_in(cast.learner).post(*new(cast.enrolment))
        assert page.status_code == 422
        assert "Choose a file or write something." in page.content.decode()

    def test_an_assessor_starts_an_observation_record(self, cast, sign_in):
        browser = sign_in(cast.assessor)
        url, data = new(cast.enrolment, title="Arsylwi", text="Gwelais…")
        title = soup_of(browser.get(url)).find("input", attrs={"name": "title"})
        browser.post(url, data)
        kept = Evidence.objects.get(uid=data["uid"])
        assert title["value"] == "Observation record"
        assert (kept.kind, kept.started_by) == ("observation", cast.assessor)

    def test_others_may_not(self, cast, sign_in):
        url, data = new(cast.enrolment, text="Nid fi")
        assert sign_in(cast.manager).post(url, data).status_code == 403
        assert sign_in(cast.other_assessor).post(url, data).status_code == 404
        assert not Evidence.objects.filter(text="Nid fi").exists()

    @pytest.mark.parametrize(("move", "status"), [("suspend", 302), ("withdraw", 409)])
    def test_the_state_of_the_enrolment_decides(self, cast, sign_in, move, status):
        enrolments.move_enrolment(by=cast.manager, enrolment=cast.enrolment, move=move)
        url, data = new(cast.enrolment, text="Wedyn")
        assert sign_in(cast.learner).post(url, data).status_code == status

    def test_the_language_switch_keeps_what_was_typed(self, cast, sign_in):
        url, data = new(cast.enrolment, text="Hanner brawddeg")
        page = sign_in(cast.learner).post(
            url.replace("/en/", "/cy/"), data | {"_switch": "cy", "_typed": "1"}
        )
        assert page.status_code == 200
        assert soup_of(page).html["lang"] == "cy"
        assert soup_of(page).textarea.get_text().strip() == "Hanner brawddeg"
        assert not Evidence.objects.filter(uid=data["uid"]).exists()


class TestFinish:
    def test_the_language_switch_keeps_the_language_that_was_chosen(self, cast, sign_in):
        url, data = details(cast.draft, language="en", title="A late delivery", _switch="cy", _typed="1")
        page = soup_of(sign_in(cast.learner).post(url, data))
        assert page.select_one("[name=language][checked]")["value"] == "en"
        assert page.find(id="id_title")["value"] == "A late delivery"

    def test_what_is_missing_is_listed_until_it_is_there(self, cast, sign_in):
        browser = sign_in(cast.learner)
        draft = services.keep(
            by=cast.learner, enrolment=cast.enrolment, uid=uuid.uuid4(), language="cy", text="Nodyn"
        )
        url, data = details(draft, title="Teitl", kind="product", happened_on="2026-10-01")
        page = browser.post(url, data, follow=True)
        missing = soup_of(page).find(id="missing").parent.get_text()
        assert "Say where it happened." in missing
        assert "Give it a title." not in missing

    def test_saving_leads_to_what_comes_next(self, cast, sign_in):
        browser = sign_in(cast.learner)
        unmapped, mapped = factories.make_evidence(cast.enrolment), cast.draft
        assert browser.post(*details(unmapped)).headers["Location"].endswith("/mapping/")
        assert browser.post(*details(mapped)).headers["Location"].endswith("/submit/")

    def test_each_of_its_pages_has_the_title_as_its_heading(self, cast, sign_in):
        nameless = factories.make_evidence(cast.enrolment, title="")
        for name in ("evidence_edit", "evidence_mapping", "evidence_submit"):
            for piece, heading in (
                (cast.draft, cast.draft.title),
                (nameless, f"Evidence {nameless.reference}"),
            ):
                page = soup_of(sign_in(cast.learner).get(reverse(name, args=[piece.uid])))
                assert page.h1.get_text() == heading

    def test_places_of_earlier_pieces_are_offered(self, cast, sign_in):
        factories.make_evidence(cast.enrolment, place="Y warws")
        factories.make_evidence(cast.enrolment, by=cast.assessor, place="Y dderbynfa")
        page = soup_of(sign_in(cast.learner).get(reverse("evidence_edit", args=[cast.draft.uid])))
        offered = page.find(id=page.find(id="id_place")["list"])("option")
        assert [option["value"] for option in offered] == ["Y siop", "Y warws"]

    def test_a_day_to_come_is_refused_and_the_rest_stays(self, cast, sign_in):
        tomorrow = timezone.localdate() + timedelta(days=1)
        page = sign_in(cast.learner).post(
            *details(cast.draft, title="Teitl newydd", happened_on=tomorrow, files=photo())
        )
        cast.draft.refresh_from_db()
        assert page.status_code == 422
        assert "This day is still to come." in page.content.decode()
        assert soup_of(page).find("input", attrs={"name": "title"})["value"] == "Teitl newydd"
        assert cast.draft.title != "Teitl newydd"
        # Files cannot be chosen again by the page: they are kept, and the form can be sent again.
        assert [file.name for file in cast.draft.files.all()] == ["llun.png"]
        version = soup_of(page).find("input", attrs={"name": "version"})["value"]
        again = details(cast.draft, title="Teitl newydd", version=version)
        assert sign_in(cast.learner).post(*again).status_code == 302

    def test_what_comes_with_a_stale_form_of_the_same_words_is_not_lost(self, cast, sign_in):
        """It saved itself as the button was pressed, say."""
        old = services.add_files(by=cast.learner, evidence=cast.draft, files=[receive(photo("hen.png"))])
        url, data = details(old, files=[photo("newydd.png")], remove=old.files.get().uid)
        services.save(by=cast.learner, evidence=old, version=old.version)
        assert sign_in(cast.learner).post(url, data).status_code == 302
        assert [file.name for file in old.files.all()] == ["newydd.png"]

    def test_a_stale_form_shows_what_was_saved_and_keeps_what_was_typed(self, cast, sign_in):
        browser = sign_in(cast.learner)
        url, old = details(cast.draft, title="O'r ail ffenestr")
        browser.post(*details(cast.draft, title="O'r ffenestr gyntaf"))
        page = browser.post(url, old)
        assert page.status_code == 409
        assert "O'r ffenestr gyntaf" in soup_of(page).find(role="alert").get_text()
        assert soup_of(page).find("input", attrs={"name": "title"})["value"] == "O'r ail ffenestr"
        version = soup_of(page).find("input", attrs={"name": "version"})["value"]
        assert browser.post(url, old | {"version": version}).status_code == 302
        cast.draft.refresh_from_db()
        assert cast.draft.title == "O'r ail ffenestr"

    def test_a_double_click_saves_once(self, cast, sign_in):
        browser = sign_in(cast.learner)
        url, data = details(cast.draft, title="Dwywaith")
        for _ in range(2):
            assert browser.post(url, data | {"files": photo()}).status_code == 302
        assert cast.draft.files.count() == 1

    def test_a_file_is_removed_with_everything_typed_saved(self, cast, sign_in):
        browser = sign_in(cast.learner)
        browser.post(*details(cast.draft, files=photo()))
        cast.draft.refresh_from_db()
        file = cast.draft.files.get()
        browser.post(*details(cast.draft, title="Heb lun", remove=file.uid))
        cast.draft.refresh_from_db()
        assert (cast.draft.title, cast.draft.files.count()) == ("Heb lun", 0)

    def test_a_photo_is_known_by_its_thumbnail(self, cast, sign_in):
        browser = sign_in(cast.learner)
        browser.post(*details(cast.draft, files=photo()))
        runner.run_waiting()
        small = reverse("preview", args=[cast.draft.files.get().uid, 0])
        for page in ("evidence_edit", "evidence_submit"):
            shown = soup_of(browser.get(reverse(page, args=[cast.draft.uid])))
            assert shown.select_one(".file img")["src"] == small
        tray = soup_of(browser.get(reverse("to_finish", args=[cast.enrolment.uid])))
        assert [img["src"] for img in tray.select("img[loading]")] == [small]

    def test_nobody_removes_a_file_of_another_piece(self, cast, sign_in):
        other = factories.make_evidence(cast.enrolment)
        sign_in(cast.learner).post(*details(other, files=photo()))
        file = other.files.get()
        browser = sign_in(cast.learner)
        browser.post(*details(cast.draft, remove=file.uid))
        assert other.files.count() == 1

    def test_only_its_author_and_only_while_it_is_open(self, cast, sign_in):
        draft, submitted = details(cast.draft), details(cast.evidence)
        assert sign_in(cast.assessor).post(*draft).status_code == 404
        assert sign_in(cast.assessor).post(*submitted).status_code == 403
        assert sign_in(cast.learner).post(*submitted).status_code == 409

    @pytest.mark.parametrize("page", ["evidence_edit", "evidence_mapping", "evidence_submit"])
    def test_whoever_goes_back_to_what_they_submitted_is_shown_the_piece(self, cast, sign_in, page):
        address = reverse(page, args=[cast.evidence.uid])
        seen = reverse("evidence", args=[cast.evidence.uid])
        assert sign_in(cast.learner).get(address)["Location"] == seen
        assert sign_in(cast.assessor).get(address).status_code == 403

    def test_a_draft_is_thrown_away_but_never_what_was_submitted(self, cast, sign_in):
        browser = sign_in(cast.learner)
        assert browser.post(reverse("evidence_discard", args=[cast.draft.uid])).status_code == 302
        assert browser.post(reverse("evidence_discard", args=[cast.returned.uid])).status_code == 422
        assert set(Evidence.objects.filter(pk__in=[cast.draft.pk, cast.returned.pk])) == {cast.returned}


class TestSubmit:
    def test_declared_and_off_it_goes(self, cast, sign_in, language):
        page = sign_in(cast.learner).post(*declaration(cast.draft, declared="on"), follow=True)
        submission = Submission.objects.get(evidence=cast.draft)
        assert submission.declared_in == language
        assert page.redirect_chain[-1][0] == reverse("evidence", args=[cast.draft.uid])

    def test_pressing_twice_submits_once(self, cast, sign_in):
        browser = sign_in(cast.learner)
        url, data = declaration(cast.draft, declared="on")
        first, second = browser.post(url, data), browser.post(url, data)
        assert first.headers["Location"] == second.headers["Location"]
        assert cast.draft.submissions.count() == 1

    def test_not_without_the_declaration(self, cast, sign_in):
        page = sign_in(cast.learner).post(*declaration(cast.draft))
        assert page.status_code == 422
        assert not cast.draft.submissions.exists()

    def test_not_while_something_is_missing(self, cast, sign_in):
        draft = factories.make_evidence(cast.enrolment, place="")
        page = sign_in(cast.learner).post(*declaration(draft, declared="on"))
        links = {a.get_text(): a["href"] for a in soup_of(page).find(id="missing").parent.find_all("a")}
        assert page.status_code == 422
        assert links == {
            "Say where it happened.": reverse("evidence_edit", args=[draft.uid]),
            "Map it to at least one criterion.": reverse("evidence_mapping", args=[draft.uid]),
        }

    def test_not_when_it_was_changed_since_it_was_read(self, cast, sign_in):
        browser = sign_in(cast.learner)
        url, old = declaration(cast.draft, declared="on")
        browser.post(*details(cast.draft, text="Rhywbeth arall"))
        page = browser.post(url, old)
        assert page.status_code == 409
        assert "Rhywbeth arall" in page.content.decode()
        assert not cast.draft.submissions.exists()

    def test_a_new_round_asks_for_what_was_not_met(self, cast, sign_in):
        judged = factories.make_evidence(cast.enrolment, cast.standard.criteria.all()[:2])
        factories.review(factories.submit(judged), cast.assessor, P1="met", P2="more_needed")
        page = sign_in(cast.learner).get(reverse("evidence_submit", args=[judged.uid]))
        asked = soup_of(page).find(id="asked").parent
        assert [ref.get_text() for ref in asked.find_all(class_="ref")] == ["P2"]

    def test_an_assessor_declares_what_they_saw(self, cast, sign_in):
        record = factories.make_evidence(cast.enrolment, cast.standard.criteria.all()[:1], by=cast.assessor)
        url, data = declaration(record, declared="on")
        browser = sign_in(cast.assessor)
        assert "This is a true record of what I saw." in browser.get(url).content.decode()
        assert browser.post(url, data).status_code == 302

    def test_a_suspended_enrolment_submits_nothing(self, cast, sign_in):
        enrolments.move_enrolment(by=cast.manager, enrolment=cast.enrolment, move="suspend")
        page = sign_in(cast.learner).post(*declaration(cast.draft, declared="on"))
        assert page.status_code == 409
        assert "This enrolment is suspended." in page.content.decode()


def test_the_same_file_is_there_once(cast):
    from portfolio.uploads.receive import receive

    evidence = factories.make_evidence(cast.enrolment, files=[receive(photo()), receive(photo())])
    services.add_files(
        by=cast.learner, evidence=evidence, files=[receive(photo()), receive(photo("arall.png"))]
    )
    assert sorted(file.name for file in evidence.files.all()) == ["arall.png", "llun.png"]


def test_discarding_what_was_submitted_is_refused(cast):
    with pytest.raises(Invalid):
        services.discard(by=cast.learner, evidence=cast.returned)
