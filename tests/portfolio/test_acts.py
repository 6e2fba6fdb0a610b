"""What is seen at the workplace, and what is withdrawn for privacy."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from assessments.management.commands.verify_ledger import Command
from ledger.models import Event, Words
from portfolio.models import Seeing, Submission, Upload
from portfolio.services.enrolments import move_enrolment
from portfolio.services.uploads import verify
from portfolio.uploads.receive import receive
from tests import factories
from tests.portfolio import samples


@pytest.fixture
def at_work(cast):
    """A machine that stays where it is."""
    evidence = factories.make_evidence(
        cast.enrolment, cast.standard.criteria.all()[:1], kind="seen", text="", kept_by="Y rheolwr"
    )
    factories.submit(evidence)
    return evidence


class TestSeen:
    def test_it_needs_no_file_but_who_keeps_it(self, cast, at_work):
        assert at_work.submissions.get().words.get("kept_by") == "Y rheolwr"
        nobody = factories.make_evidence(cast.enrolment, cast.standard.criteria.all()[:1], kind="seen")
        with pytest.raises(Exception, match="Something is still missing"):
            factories.submit(nobody)

    @pytest.mark.parametrize(("person", "part"), [("assessor", "assessor"), ("iqa", "iqa")])
    def test_assessor_and_iqa_say_when_they_saw_it(self, cast, sign_in, at_work, person, part):
        url, browser = reverse("evidence_seen", args=[at_work.uid]), sign_in(getattr(cast, person))
        for _ in range(2):
            assert browser.post(url, {"seen_on": "2026-10-05"}).status_code == 302
        seeing = Seeing.objects.get()
        assert (seeing.part, seeing.seen_by) == (part, getattr(cast, person))
        assert Event.objects.get(subject=f"seeing:{seeing.uid}").data == seeing.facts()
        page = browser.get(reverse("evidence", args=[at_work.uid])).content.decode()
        assert "5 October 2026" in page
        assert not list(Command().faults())

    def test_not_tomorrow_and_not_by_others(self, cast, sign_in, at_work):
        url, tomorrow = reverse("evidence_seen", args=[at_work.uid]), timezone.localdate() + timedelta(days=1)
        assert sign_in(cast.assessor).post(url, {"seen_on": tomorrow}).status_code == 422
        assert sign_in(cast.learner).post(url, {"seen_on": "2026-10-05"}).status_code == 403
        other = reverse("evidence_seen", args=[cast.evidence.uid])
        assert sign_in(cast.assessor).post(other, {"seen_on": "2026-10-05"}).status_code == 409
        assert not Seeing.objects.exists()

    def test_in_a_closed_portfolio_only_by_the_iqa(self, cast, sign_in, at_work):
        move_enrolment(by=cast.manager, enrolment=cast.enrolment, move="complete")
        url, said = reverse("evidence_seen", args=[at_work.uid]), {"seen_on": "2026-10-05"}
        assert [sign_in(person).post(url, said).status_code for person in (cast.assessor, cast.iqa)] == [
            409,
            302,
        ]


REASON = {"reason": "Mae plentyn yn y llun.", "sure": "on"}


@pytest.fixture
def photograph(cast):
    """A submitted and judged photograph that should not be there."""
    file = receive(SimpleUploadedFile("sian-jones.png", samples.picture()))
    evidence = factories.make_evidence(
        cast.enrolment, cast.standard.criteria.all()[:2], files=[file], title="Llun o Siân", text="Siân Jones"
    )
    factories.review(factories.submit(evidence), cast.assessor)
    return evidence


class TestWithdrawal:
    def test_what_it_held_is_gone_and_what_was_decided_stays(
        self, cast, sign_in, photograph, django_capture_on_commit_callbacks
    ):
        file = photograph.files.get()
        Upload.objects.create(
            enrolment=cast.enrolment,
            piece=photograph.uid,
            by=cast.learner,
            name="sian.exe",
            size=1,
            language="cy",
            state="refused",
            expires_at=timezone.now(),
            refusal_cy="sian.exe: na.",
            refusal_en="sian.exe: no.",
        )
        with django_capture_on_commit_callbacks(execute=True):
            response = sign_in(cast.manager).post(reverse("evidence_withdraw", args=[photograph.uid]), REASON)
        assert response.status_code == 302
        assert not default_storage.exists(file.file.name)
        photograph.refresh_from_db()
        assert (photograph.state, photograph.title, photograph.text) == ("withdrawn", "", "")
        assert photograph.files.get().name == "–"
        assert not Upload.objects.exists()
        assert "Siân" not in str(list(Words.objects.values_list("body", flat=True)))
        assert photograph.withdrawal.destroyed["files"] == [{"uid": str(file.uid), "sha256": file.sha256}]
        assert set(photograph.mappings.values_list("standing", flat=True)) == {"met"}
        assert not list(Command().faults())
        assert not list(Command().files())
        assert not list(verify())

    def test_every_page_says_so(self, cast, sign_in, photograph):
        browser = sign_in(cast.manager)
        browser.post(reverse("evidence_withdraw", args=[photograph.uid]), REASON)
        submission = Submission.objects.get(evidence=photograph)
        for page in (reverse("evidence", args=[photograph.uid]), reverse("round", args=[submission.uid])):
            shown = browser.get(page).content.decode()
            assert "Mae plentyn yn y llun." in shown
            assert photograph.files.get().sha256 in shown
            assert "Siân" not in shown
        row = cast.enrolment.enrolled_standards.get(standard=cast.standard)
        standard = browser.get(reverse("enrolled_standard", args=[row.uid])).content.decode()
        assert "content withdrawn" in standard
        assert browser.get(reverse("file", args=[photograph.files.get().uid])).status_code == 410

    def test_nothing_happens_without_a_reason_or_by_accident(self, cast, sign_in, photograph):
        url, browser = reverse("evidence_withdraw", args=[photograph.uid]), sign_in(cast.manager)
        assert browser.post(url, REASON | {"reason": ""}).status_code == 422
        assert browser.post(url, {"reason": "Plentyn"}).status_code == 422
        photograph.refresh_from_db()
        assert photograph.state == "judged"

    def test_only_by_a_manager_and_only_once(self, cast, sign_in, photograph):
        url = reverse("evidence_withdraw", args=[photograph.uid])
        for person in (cast.learner, cast.assessor, cast.iqa):
            assert sign_in(person).post(url, REASON).status_code == 403
        browser = sign_in(cast.manager)
        assert browser.post(url, REASON).status_code == 302
        assert browser.post(url, REASON).status_code == 409
        assert (
            sign_in(cast.manager).get(reverse("evidence_withdraw", args=[cast.draft.uid])).status_code == 404
        )

    def test_nobody_works_on_it_or_judges_it_any_more(self, cast, sign_in):
        sign_in(cast.manager).post(reverse("evidence_withdraw", args=[cast.evidence.uid]), REASON)
        review = reverse("review", args=[cast.submission.uid])
        assert sign_in(cast.assessor).get(review).status_code in (302, 409)
        assert (
            sign_in(cast.learner).get(reverse("evidence_edit", args=[cast.evidence.uid])).status_code == 409
        )
        queue = sign_in(cast.assessor).get(reverse("queue")).content.decode()
        assert str(cast.submission.uid) not in queue
