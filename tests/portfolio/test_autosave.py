"""A form that saves itself while somebody types, and never over somebody else."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from portfolio.models import Evidence
from tests.portfolio.test_pages_evidence import details, new
from tests.portfolio.test_pages_mapping import mapping

BY_SCRIPT = {"X-Autosave": "1"}


class TestDetails:
    def test_says_when_and_from_which_version_to_go_on(self, cast, sign_in):
        browser = sign_in(cast.learner)
        url, data = details(cast.draft, title="Hanner t")
        answer = browser.post(url, data, headers=BY_SCRIPT).json()
        assert answer["said"].startswith("Saved: ")
        again = browser.post(
            url, data | {"title": "Hanner teitl", "version": answer["version"]}, headers=BY_SCRIPT
        )
        cast.draft.refresh_from_db()
        assert (again.status_code, cast.draft.title) == (200, "Hanner teitl")
        assert "Last saved:" in browser.get(url).content.decode()

    def test_saves_what_is_right_already(self, cast, sign_in):
        url, data = details(cast.draft, title="Teitl", happened_on="2026-1")
        assert sign_in(cast.learner).post(url, data, headers=BY_SCRIPT).status_code == 200
        cast.draft.refresh_from_db()
        assert cast.draft.title == "Teitl"
        assert cast.draft.happened_on

    def test_a_second_window_is_told_and_overwrites_nothing(self, cast, sign_in):
        browser = sign_in(cast.learner)
        url, first = details(cast.draft, title="Y gyntaf")
        browser.post(url, first, headers=BY_SCRIPT)
        second = browser.post(url, first | {"title": "Yr ail"}, headers=BY_SCRIPT)
        assert second.status_code == 409
        assert "in another window" in second.json()["said"]
        cast.draft.refresh_from_db()
        assert cast.draft.title == "Y gyntaf"

    def test_not_for_others(self, cast, sign_in):
        url, data = details(cast.evidence, title="Nid fi")
        refused = sign_in(cast.assessor).post(url, data, headers=BY_SCRIPT)
        assert (refused.status_code, "does not include" in refused.json()["said"]) == (403, True)
        signed_out = sign_in(None).post(url, data, headers=BY_SCRIPT)
        assert (signed_out.status_code, "you are signed out" in signed_out.json()["said"]) == (401, True)

    def test_after_a_sign_in_elsewhere_it_gets_its_token(self, cast):
        browser = Client(enforce_csrf_checks=True, headers=BY_SCRIPT)
        browser.force_login(cast.learner)
        url, data = details(cast.draft, title="Wedyn")
        refused = browser.post(url, data)
        assert refused.status_code == 403
        token = {"csrfmiddlewaretoken": refused.json()["token"]}
        assert browser.post(url, data | token).status_code == 200


class TestNew:
    def test_the_first_words_make_a_draft_and_more_words_replace_them(self, cast, sign_in):
        browser = sign_in(cast.learner)
        url, data = new(cast.enrolment, text="Helpais")
        version = browser.post(url, data, headers=BY_SCRIPT).json()["version"]
        browser.post(url, data | {"text": "Helpais gwsmer", "version": version}, headers=BY_SCRIPT)
        assert Evidence.objects.get(uid=data["uid"]).text == "Helpais gwsmer"

    def test_nothing_is_kept_of_nothing(self, cast, sign_in):
        url, data = new(cast.enrolment)
        assert sign_in(cast.learner).post(url, data, headers=BY_SCRIPT).status_code == 422
        assert not Evidence.objects.filter(uid=data["uid"]).exists()

    def test_an_older_window_overwrites_nothing(self, cast, sign_in):
        browser = sign_in(cast.learner)
        url, data = new(cast.enrolment, text="Y gyntaf")
        browser.post(url, data, headers=BY_SCRIPT)
        assert browser.post(url, data | {"text": "Yr ail"}, headers=BY_SCRIPT).status_code == 409
        page = browser.post(url, data | {"text": "Yr ail"})
        assert "Yr ail" in page.content.decode()
        assert "Nothing was overwritten." in page.content.decode()
        assert Evidence.objects.get(uid=data["uid"]).text == "Y gyntaf"


class TestMapping:
    def test_ticks_are_saved_as_well(self, cast, sign_in):
        criterion = cast.second.criteria.first()
        url, data = mapping(cast.draft, **{f"c{criterion.pk}": "t. 2"})
        answer = sign_in(cast.learner).post(url, data, headers=BY_SCRIPT)
        assert answer.json()["version"] == cast.draft.version + 1
        assert cast.draft.mappings.get().locator == "t. 2"

    def test_but_not_over_others(self, cast, sign_in):
        criterion = cast.second.criteria.first()
        url, data = mapping(cast.draft, **{f"c{criterion.pk}": "t. 2"})
        browser = sign_in(cast.learner)
        browser.post(url, data, headers=BY_SCRIPT)
        assert browser.post(url, {"version": data["version"]}, headers=BY_SCRIPT).status_code == 409
        assert cast.draft.mappings.count() == 1


@pytest.mark.parametrize("name", ["evidence_edit", "evidence_mapping"])
def test_a_stranger_learns_nothing(cast, sign_in, name):
    url = reverse(name, args=[uuid.uuid4()])
    missing = sign_in(cast.learner).post(url, headers=BY_SCRIPT)
    assert (missing.status_code, missing.json()["said"]) == (404, "Not saved: this is no longer there.")
