"""What becomes of a file that has arrived: judged, hashed, stored, part of its evidence."""

import hashlib
import unicodedata
from datetime import date

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from accounts.refusals import Invalid
from jobs import runner
from jobs.models import Job
from portfolio.models import Evidence, EvidenceFile
from portfolio.services import evidence as services
from tests import factories
from tests.portfolio import samples
from tests.uploads.conftest import Tus


def test_the_first_file_brings_the_evidence_into_being_and_the_form_adds_its_words(tus, enrolment):
    tus.sent(samples.photo(), "llun.jpg")
    runner.run_waiting()
    draft = Evidence.objects.get(uid=tus.piece)
    assert (draft.state, draft.started_by, draft.language) == ("draft", enrolment.learner, "en")
    page = Client()
    page.force_login(enrolment.learner)
    form = {"uid": str(tus.piece), "title": "Late delivery", "text": ""}
    answer = page.post(f"/en/portfolios/{enrolment.uid}/evidence/new/", form)
    assert answer.url == f"/en/evidence/{tus.piece}/edit/"
    draft.refresh_from_db()
    assert draft.title == "Late delivery"
    file = draft.files.get()
    assert (file.name, file.uid, file.previews.count()) == ("llun.jpg", tus.uid, 2)


def test_kept_while_its_file_is_on_its_way(tus, enrolment):
    tus.begin(1000, "llun.jpg")
    page = Client()
    page.force_login(enrolment.learner)
    answer = page.post(f"/en/portfolios/{enrolment.uid}/evidence/new/", {"uid": str(tus.piece)})
    assert answer.url == f"/en/evidence/{tus.piece}/edit/"


def test_it_joins_the_evidence_that_is_there_and_disturbs_no_open_form(tus, enrolment):
    evidence = factories.make_evidence(enrolment)
    tus.piece = evidence.uid
    tus.sent(b"A customer called.")
    runner.run_waiting()
    assert evidence.files.get().uid == tus.uid
    services.save(by=enrolment.learner, evidence=evidence, version=evidence.version, title="Changed")


@pytest.mark.database
def test_files_stand_in_the_order_in_which_they_began_to_arrive(tus, enrolment):
    other = Tus(enrolment.learner, enrolment, tus.piece)
    tus.begin(5, "1.txt")
    other.sent(b"other", "2.txt")
    runner.run_waiting()
    tus.send(b"words")
    runner.run_waiting()
    evidence = Evidence.objects.get(uid=tus.piece)
    assert [file.name for file in evidence.files.all()] == ["1.txt", "2.txt"]


def test_an_assessor_uploads_an_observation_record(enrolment, staging):
    tus = Tus(enrolment.allocations.get().user, enrolment)
    tus.sent(b"I saw the learner calm a customer.")
    runner.run_waiting()
    assert Evidence.objects.get(uid=tus.piece).kind == "observation"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("all.zip", samples.office("photo.jpg"), "Unpack it"),
        ("photo.jpg", b"MZ" + bytes(300), "run code"),
        ("page.html", b"<!doctype html><script>alert(1)</script>", "run code"),
    ],
)
def test_what_is_refused_is_told_in_both_languages(tus, name, content, why, staging):
    tus.sent(content, name)
    runner.run_waiting()
    said = tus.state()
    assert said["state"] == "refused"
    assert said["refusal"].startswith(f"{name}: ")
    assert why in said["refusal"]
    welsh = tus.client.get(tus.address, headers={"accept-language": "cy"}).json()["refusal"]
    assert welsh.startswith(f"{name}: ")
    assert why not in welsh
    assert tus.client.head(tus.address).status_code == 410
    assert tus.client.delete(tus.address).status_code == 204
    assert not list(staging.iterdir())
    assert not Evidence.objects.filter(uid=tus.piece).exists()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (unicodedata.normalize("NFD", "Tŷ Ŵyn.txt"), "Tŷ Ŵyn.txt"),
        ("photo\u202etxt.txt", "phototxt.txt"),
        ("a\x00b\nc\x7f.txt", "abc.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
    ],
)
def test_names_are_cleaned(tus, sent, kept):
    tus.sent(b"words", sent)
    runner.run_waiting()
    assert EvidenceFile.objects.get().name == kept


def test_the_same_file_again_is_there_once_and_has_its_receipt(tus, enrolment):
    again = Tus(enrolment.learner, enrolment, tus.piece)
    for each in (tus, again):
        each.sent(b"words")
        runner.run_waiting()
    assert again.state()["sha256"] == hashlib.sha256(b"words").hexdigest()
    file = EvidenceFile.objects.get()
    assert file.uid == tus.uid
    assert default_storage.exists(file.file.name)
    assert not default_storage.exists(f"evidence/{again.uid.hex[:2]}/{again.uid.hex}")


def test_a_piece_is_not_submitted_before_its_files_have_arrived(tus, enrolment):
    evidence = factories.make_evidence(enrolment, enrolment.programme.standards.get().criteria.all())
    tus.piece = evidence.uid
    tus.begin(5)
    with pytest.raises(Invalid):
        factories.submit(evidence)
    tus.send(b"words")
    with pytest.raises(Invalid):
        factories.submit(evidence)
    runner.run_waiting()
    assert [file["uid"] for file in factories.submit(evidence).manifest["files"]] == [str(tus.uid)]
    late = Tus(enrolment.learner, enrolment, evidence.uid)
    assert late.begin(5).status_code == 409


def test_what_arrives_when_the_portfolio_was_closed_is_refused_in_plain_words(tus, enrolment, language):
    tus.sent(b"words")
    enrolment.state, enrolment.ended_on = "withdrawn", date(2026, 10, 1)
    enrolment.save()
    runner.run_waiting()
    said = tus.client.get(tus.address, headers={"accept-language": language}).json()
    assert said["state"] == "refused"
    assert {"cy": "tynnwyd", "en": "withdrawn"}[language] in said["refusal"].lower()
    assert not default_storage.exists(f"evidence/{tus.uid.hex[:2]}/{tus.uid.hex}")


def test_discarded_with_its_evidence(tus, enrolment, staging, django_capture_on_commit_callbacks):
    evidence = factories.make_evidence(enrolment)
    tus.piece = evidence.uid
    tus.begin(50)
    tus.send(b"words")
    with django_capture_on_commit_callbacks(execute=True):
        services.discard(by=enrolment.learner, evidence=evidence)
    assert tus.client.head(tus.address).status_code == 404
    assert not list(staging.iterdir())


def test_a_storage_that_is_out_of_reach_loses_nothing(tus, monkeypatch):
    tus.sent(b"words")
    with monkeypatch.context() as patch:

        def fails(*_args, **_more):
            raise OSError("out of reach")

        patch.setattr(default_storage, "save", fails)
        runner.run_waiting()
    assert tus.state()["state"] == "processing"
    Job.objects.unfinished().filter(task__endswith="take_in").update(due_at=None)
    runner.run_waiting()
    assert tus.state()["state"] == "stored"
