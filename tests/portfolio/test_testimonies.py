"""A witness who has no account: asked by letter, heard behind a link and a code, kept as evidence."""

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from assessments.management.commands.verify_ledger import Command
from ledger.models import Event
from portfolio.models import Testimony as Request
from portfolio.services import evidence as evidence_services
from portfolio.services import testimonies as services
from portfolio.services.privacy import withdraw_content
from tests import factories
from tests.portfolio.test_pages_evidence import details

SAW = {
    "text": "Gwelais hi'n delio â **chwyn**.",
    "happened_on": "2026-10-01",
    "place": "Y siop",
    "language": "cy",
}
ABOUT = {
    "witness_name": "Siân Tyst",
    "witness_role": "Rheolwr y siop",
    "witness_relationship": "rheolwr llinell",
    "witness_contact": "01234 567890",
    "witness_expert": "yes",
    "shows_others": "no",
    "true": "on",
}


@pytest.fixture
def letter(cast, sign_in, django_capture_on_commit_callbacks):
    """(link, code) of the letter that the learner had sent."""
    with django_capture_on_commit_callbacks(execute=True):
        response = sign_in(cast.learner).post(
            reverse("witness_ask", args=[cast.enrolment.uid]),
            {"name": "Siân", "email": "sian@example.com"},
        )
    assert response.status_code == 302
    return read(mail.outbox[-1])


def read(message) -> tuple[str, str]:
    return (
        re.search(r"/en/testimony/\S+", message.body).group(),
        re.search(r"\b\d{6}\b", message.body).group(),
    )


def give(letter, **about) -> Client:
    """The witness goes through all the pages."""
    link, code = letter
    browser = Client()
    browser.post(link, {"code": code})
    browser.post(f"{link}account/", SAW)
    browser.post(f"{link}about/", ABOUT | about)
    return browser


class TestTheLetter:
    def test_is_in_both_languages_with_a_link_and_a_code(self, cast, letter):
        message = mail.outbox[-1]
        assert message.to == ["sian@example.com"]
        assert "What did you see?" in message.subject
        assert "/cy/testimony/" in message.body
        assert "/en/testimony/" in message.body
        assert cast.learner.name in message.body

    def test_keeps_neither_link_nor_code(self, letter):
        link, code = letter
        kept = str(Request.objects.values().get())
        assert link.split("/")[-2] not in kept
        assert code not in kept

    def test_goes_to_somebody_else(self, cast, sign_in):
        page = sign_in(cast.learner).post(
            reverse("witness_ask", args=[cast.enrolment.uid]), {"name": "Fi", "email": cast.learner.email}
        )
        assert page.status_code == 422
        assert not Request.objects.exists()

    def test_only_so_many_a_day(self, cast):
        about = {"by": cast.learner, "enrolment": cast.enrolment, "origin": ""}
        for n in range(services.ASKED_A_DAY):
            services.ask(name="T", email=f"t{n}@example.com", **about)
        with pytest.raises(services.TooOften):
            services.ask(name="T", email="un@example.com", **about)

    def test_sent_again_the_old_link_no_longer_works(
        self, cast, sign_in, letter, django_capture_on_commit_callbacks
    ):
        found, browser = Request.objects.get(), sign_in(cast.learner)
        with django_capture_on_commit_callbacks(execute=True):
            browser.post(reverse("testimony_resend", args=[found.uid]))
        assert Client().get(letter[0]).status_code == 410
        assert Client().get(read(mail.outbox[-1])[0]).status_code == 200
        for _ in range(services.LETTERS_EACH - 2):
            assert browser.post(reverse("testimony_resend", args=[found.uid])).status_code == 302
        assert browser.post(reverse("testimony_resend", args=[found.uid])).status_code == 429

    def test_withdrawn_or_expired_leads_nowhere(self, cast, sign_in, letter):
        found = Request.objects.get()
        Request.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
        assert "too old" in Client().get(letter[0]).content.decode()
        sign_in(cast.learner).post(reverse("testimony_withdraw", args=[found.uid]))
        page = Client().get(letter[0])
        assert (page.status_code, "no longer asks" in page.content.decode()) == (410, True)
        assert sign_in(cast.learner).post(reverse("testimony_withdraw", args=[found.uid])).status_code == 409


class TestTheWitness:
    def test_a_machine_that_opens_the_link_changes_nothing(self, letter):
        before = Request.objects.values().get()
        for _ in range(3):
            assert Client().get(letter[0]).status_code == 200
        assert Request.objects.values().get() == before

    def test_needs_the_code_of_the_letter(self, letter):
        link, code = letter
        browser = Client()
        assert browser.get(f"{link}account/").status_code == 403
        wrong = browser.post(link, {"code": f"{(int(code) + 1) % 10**6:06}"})
        assert "This is not the code of the letter." in wrong.content.decode()
        assert browser.get(f"{link}account/").status_code == 403
        assert browser.post(link, {"code": f"{code[:3]} {code[3:]}"}).status_code == 302
        assert browser.get(f"{link}account/").status_code == 200

    def test_the_code_cannot_be_guessed(self, letter):
        link, code = letter
        for n in range(services.WRONG_CODES):
            Client().post(link, {"code": f"{(int(code) + n + 1) % 10**6:06}"})
        assert Client().post(link, {"code": code}).status_code == 429

    def test_comes_back_and_finds_what_was_kept(self, letter):
        link, code = letter
        first = Client()
        first.post(link, {"code": code})
        first.post(f"{link}account/", SAW)
        again = Client()
        again.post(link, {"code": code})
        assert "Gwelais hi" in again.get(f"{link}account/").content.decode()

    def test_words_save_themselves_and_are_not_sent_half_written(self, letter):
        link, code = letter
        browser = Client()
        browser.post(link, {"code": code})
        half = SAW | {"happened_on": "", "text": "Gwelais hi"}
        answer = browser.post(f"{link}account/", half, headers={"X-Autosave": "1"})
        assert answer.json()["said"].startswith("Saved: ")
        assert "Gwelais hi" in browser.get(f"{link}account/").content.decode()
        assert browser.get(f"{link}about/")["Location"].endswith("/account/")
        browser.post(f"{link}about/", ABOUT)
        assert not Request.objects.get().given_at
        stranger = Client().post(f"{link}account/", half, headers={"X-Autosave": "1"})
        assert stranger.status_code == 403

    def test_writes_before_the_criteria_are_shown(self, cast, letter):
        link, code = letter
        browser = Client()
        browser.post(link, {"code": code})
        criterion = cast.standard.criteria.first().text_en
        assert criterion not in browser.get(f"{link}account/").content.decode()
        assert browser.get(f"{link}about/").status_code == 302
        browser.post(f"{link}account/", SAW)
        assert criterion in browser.get(f"{link}about/").content.decode()

    def test_the_learner_hears_of_it_and_is_led_to_it(self, cast, letter, sign_in):
        give(letter)
        [notice] = Notice.objects.filter(user=cast.learner, about="Datganiad tyst: Siân Tyst")
        assert notice.kind == "testimony_given"
        page = sign_in(cast.learner).get(reverse("notice", args=[notice.uid]), follow=True)
        assert "Gwelais hi" in page.text
        assert page.redirect_chain == [(reverse("evidence", args=[Request.objects.get().uid]), 302)]

    def test_has_to_say_that_it_is_true(self, letter):
        give(letter, true="")
        assert not Request.objects.get().given_at

    def test_sends_once(self, letter):
        browser = give(letter)
        assert "Your testimony was sent" in browser.get(letter[0]).content.decode()
        browser.post(f"{letter[0]}about/", ABOUT | {"witness_name": "Arall"})
        assert Request.objects.get().evidence.witness_name == "Siân Tyst"


class TestWhatArrives:
    @pytest.fixture
    def given(self, letter):
        give(letter)
        return Request.objects.get().evidence

    def test_is_evidence_in_the_witness_s_language(self, cast, given):
        assert (given.kind, given.language, given.started_by) == ("testimony", "cy", cast.learner)
        assert given.witness_expert is True
        kinds = Event.objects.filter(subject__startswith="testimony:").values_list("kind", flat=True)
        assert list(kinds) == ["testimony.asked", "testimony.given"]
        assert "Siân" not in str(list(Event.objects.values_list("data", flat=True)))

    def test_is_not_the_learner_s_to_change(self, cast, sign_in, given):
        browser = sign_in(cast.learner)
        assert browser.post(*details(given, text="Gwell")).status_code == 403
        assert browser.post(reverse("evidence_discard", args=[given.uid])).status_code == 403
        browser.post(
            reverse("evidence_new", args=[cast.enrolment.uid]),
            {"uid": given.uid, "text": "Gwell", "version": given.version},
        )
        given.refresh_from_db()
        assert given.text == SAW["text"]

    def test_is_the_learner_s_to_map_and_submit(self, cast, given):
        mapped = factories.map_to(given, cast.standard.criteria.all()[:1])
        submission = factories.submit(mapped)
        assert submission.words.get("witness")["name"] == "Siân Tyst"
        assert "01234" not in str(submission.words.body)
        assert not list(Command().faults())

    def test_stands_on_the_list_of_witnesses(self, cast, sign_in, given):
        factories.submit(factories.map_to(given, cast.standard.criteria.all()[:1]))
        url = reverse("witnesses", args=[cast.enrolment.uid])
        assert url in sign_in(cast.iqa).get(reverse("portfolio", args=[cast.enrolment.uid])).content.decode()
        told = {
            cast.assessor: True,
            cast.iqa: True,
            cast.learner: False,
            cast.manager: False,
            cast.eqa: False,
        }
        for person, reach in told.items():
            page = BeautifulSoup(sign_in(person).get(url).content, "html.parser")
            assert "Siân Tyst" in page.table.get_text()
            assert ("01234" in page.get_text()) is reach

    def test_no_page_shows_the_learner_how_to_reach_the_witness(self, cast, sign_in, given):
        factories.submit(factories.map_to(given, cast.standard.criteria.all()[:1]))
        browser = sign_in(cast.learner)
        for name, about in (
            *(("evidence", given), ("evidence_edit", given), ("evidence_mapping", given)),
            *(("portfolio", cast.enrolment), ("history", cast.enrolment)),
        ):
            page = browser.get(reverse(name, args=[about.uid]), follow=True)
            assert "01234" not in page.text
        assert "01234" not in browser.get(reverse("notices")).text

    def test_its_page_says_who_wrote_it(self, cast, sign_in, given):
        browser = sign_in(cast.learner)
        for piece, written in ((given, True), (cast.draft, False)):
            page = browser.get(reverse("evidence", args=[piece.uid])).text
            assert ("Written by the witness" in page, "Started by:" in page) == (written, not written)

    def test_nobody_else_asks_or_withdraws(self, cast, sign_in, letter):
        found = Request.objects.get()
        ask = reverse("witness_ask", args=[cast.enrolment.uid])
        assert sign_in(cast.assessor).get(ask).status_code == 403
        assert sign_in(cast.other_assessor).get(ask).status_code == 404
        withdraw = reverse("testimony_withdraw", args=[found.uid])
        assert sign_in(cast.assessor).post(withdraw).status_code == 403


def test_a_testimony_on_paper_wants_the_witness_named(cast):
    paper = factories.make_evidence(cast.enrolment, cast.standard.criteria.all()[:1], kind="testimony")
    with pytest.raises(evidence_services.Invalid):
        factories.submit(paper)

    def test_the_witness_goes_with_what_they_wrote_where_that_is_destroyed(self, cast, sign_in, letter):
        give(letter)
        evidence = Request.objects.get().evidence
        evidence_services.map_criteria(
            by=cast.learner,
            evidence=evidence,
            version=evidence.version,
            locators={cast.standard.criteria.first().pk: ""},
        )
        factories.submit(evidence)
        withdraw_content(by=cast.manager, evidence=evidence, reason="Cais y tyst.", language="cy")
        page = sign_in(cast.learner).get(reverse("witnesses", args=[cast.enrolment.uid])).text
        assert "Sent by the witness on" in page
        assert not [said for said in ("Siân", "sian@example.com") if said in page]
