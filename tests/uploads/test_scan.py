"""Quarantine: with a real clamd, and with one that is away."""

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from jobs import runner
from jobs.models import Job
from ledger.models import Event
from portfolio import rounds
from portfolio.models import Evidence, EvidenceFile, Scan
from portfolio.uploads import scan
from portfolio.uploads.receive import receive
from tests import factories
from tests.portfolio import samples
from tests.uploads.clamd import EICAR, LIMIT, clamd


@pytest.fixture(scope="module")
def scanner():
    with clamd() as address:
        yield address


@pytest.fixture
def away(settings, tmp_path):
    settings.CLAMD = str(tmp_path / "nobody")


def browser(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def later():
    Job.objects.filter(state="queued", task__endswith="scan_file").update(due_at=None)
    runner.run_waiting()


def test_a_clean_file_can_be_opened_once_it_was_scanned(tus, enrolment, settings, scanner):
    settings.CLAMD = scanner
    tus.sent(samples.photo(), "llun.jpg")
    runner.run_waiting()
    file = EvidenceFile.objects.get()
    assert (file.scan, file.virus) == (Scan.CLEAN, "")
    assert file.previews.count() == 2
    assert tus.client.get(f"/files/{file.uid}/").status_code == 200


def test_an_infected_file_is_thrown_out_told_and_recorded(
    tus, enrolment, settings, scanner, django_capture_on_commit_callbacks
):
    settings.CLAMD = scanner
    tus.sent(EICAR, "notes.txt")
    with django_capture_on_commit_callbacks(execute=True):
        runner.run_waiting()
    said = tus.state()
    assert said["state"] == "refused"
    assert said["refusal"].startswith("notes.txt: a virus was found in the file (Eicar-Test")
    file = EvidenceFile.objects.get()
    assert file.scan == Scan.INFECTED
    assert file.removed_at
    assert not default_storage.exists(file.file.name)
    assert tus.client.get(f"/files/{file.uid}/").status_code == 410
    event = Event.objects.get(kind="file.infected")
    assert event.data["sha256"] == file.sha256
    assert event.chain.key == enrolment.chain


def test_an_infected_file_of_a_plain_form_is_told_on_the_page(
    enrolment, settings, scanner, language, django_capture_on_commit_callbacks
):
    settings.CLAMD = scanner
    evidence = factories.make_evidence(enrolment, files=[receive(samples.upload("notes.txt", EICAR))])
    with django_capture_on_commit_callbacks(execute=True):
        runner.run_waiting()
    page = browser(enrolment.learner).get(f"/{language}/evidence/{evidence.uid}/edit/").content.decode()
    assert {"cy": "notes.txt: canfuwyd firws", "en": "notes.txt: a virus was found"}[language] in page


@pytest.mark.parametrize("known", [True, False])
def test_too_large_for_the_scanner_is_never_called_clean(tus, settings, scanner, known):
    settings.CLAMD, settings.CLAMD_LIMIT = scanner, (LIMIT if known else LIMIT * 4) * 1024**2
    tus.sent(b"words " * (LIMIT * 1024**2 // 3), "notes.txt")
    runner.run_waiting()
    file = EvidenceFile.objects.get()
    assert file.scan == Scan.NOT_SCANNED
    assert tus.client.get(f"/files/{file.uid}/").status_code == 200


def test_without_an_answer_the_file_waits_closed_and_is_tried_again(
    tus, enrolment, settings, scanner, away, language
):
    tus.sent(samples.photo(), "llun.jpg")
    runner.run_waiting()
    file = EvidenceFile.objects.get()
    assert file.scan == Scan.WAITING
    assert not file.previews.exists()
    assert tus.client.get(f"/files/{file.uid}/").status_code == 409
    evidence = Evidence.objects.get()
    page = tus.client.get(f"/{language}/evidence/{evidence.uid}/edit/").content.decode()
    assert {"cy": "yn aros am y sganiwr", "en": "waiting for the virus scanner"}[language] in page.lower()
    assert "arriving" in rounds.missing_from(evidence)
    settings.CLAMD = scanner
    later()
    file.refresh_from_db()
    assert file.scan == Scan.CLEAN
    assert file.previews.count() == 2
    assert "arriving" not in rounds.missing_from(evidence)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("stream: OK", scan.Verdict(Scan.CLEAN)),
        ("stream: Eicar-Test FOUND", scan.Verdict(Scan.INFECTED, "Eicar-Test")),
        ("INSTREAM size limit exceeded. ERROR", scan.Verdict(Scan.NOT_SCANNED)),
        ("stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND", scan.Verdict(Scan.NOT_SCANNED)),
    ],
)
def test_every_answer_means_one_thing(answer, verdict):
    assert scan._verdict(answer) == verdict


@pytest.mark.parametrize("answer", ["", "stream: Can't allocate memory ERROR", "UNKNOWN COMMAND"])
def test_an_answer_that_is_none_means_try_again(answer):
    with pytest.raises(scan.Unreachable):
        scan._verdict(answer)
