"""The protocol: what is kept, what is refused, and in which words."""

import base64
import errno
import hashlib
import uuid
from datetime import timedelta
from io import FileIO

import pytest
from django.test import Client
from django.utils import timezone

from jobs import runner
from jobs.models import Job
from portfolio.models import EvidenceFile, Upload
from portfolio.uploads import staging as folder
from tests import factories
from tests.uploads.conftest import Tus, encoded

CONTENT = b"A customer called about a late delivery. "


def checksum(content: bytes, algorithm: str = "sha1") -> dict:
    value = base64.b64encode(hashlib.new(algorithm, content).digest()).decode()
    return {"upload-checksum": f"{algorithm} {value}"}


def test_options_say_what_is_understood(tus):
    answer = tus.client.options("/uploads/")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,expiration,checksum,termination"
    assert answer.headers["Tus-Max-Size"] == str(2 * 1024**3)
    assert "sha1" in answer.headers["Tus-Checksum-Algorithm"].split(",")


def test_a_file_arrives_in_parts_and_goes_on_where_it_stopped(tus):
    begun = tus.begin(len(CONTENT) * 2)
    assert begun.status_code == 201
    assert begun.headers["Location"].endswith(tus.address)
    assert "GMT" in begun.headers["Upload-Expires"]
    assert tus.offset() == 0
    first = tus.send(CONTENT)
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(len(CONTENT)))
    assert tus.offset() == len(CONTENT)
    assert tus.state()["tail"] == hashlib.sha256(CONTENT).hexdigest()
    assert tus.send(CONTENT, at=len(CONTENT)).headers["Upload-Offset"] == str(len(CONTENT) * 2)
    assert tus.state()["state"] == "processing"
    runner.run_waiting()
    stored = tus.state()
    assert stored["state"] == "stored"
    assert stored["sha256"] == hashlib.sha256(CONTENT * 2).hexdigest()
    assert stored["size"] == len(CONTENT) * 2
    assert b"".join(tus.client.get(stored["file"]).streaming_content) == CONTENT * 2


def test_begun_twice_it_is_the_same_upload(tus):
    tus.begin(len(CONTENT))
    assert tus.begin(len(CONTENT)).status_code == 201
    assert Upload.objects.count() == 1


def test_wrong_offsets_are_refused_and_harm_nothing(tus, language):
    tus.client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    tus.begin(len(CONTENT) * 2)
    tus.send(CONTENT)
    for at in (0, len(CONTENT) - 1, len(CONTENT) + 1):
        refused = tus.send(b"x", at=at)
        assert refused.status_code == 409
        assert {"cy": "Cedwir", "en": "kept"}[language] in refused.content.decode()
    assert tus.offset() == len(CONTENT)
    assert tus.send(b"x", at="-1").status_code == 400


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512", "md5"])
def test_a_part_with_the_wrong_checksum_is_not_kept(tus, algorithm):
    tus.begin(len(CONTENT))
    damaged = tus.send(CONTENT[:-1] + b"!", **checksum(CONTENT, algorithm))
    assert damaged.status_code == 460
    assert "damaged" in damaged.content.decode()
    assert tus.offset() == 0
    assert tus.send(CONTENT, **checksum(CONTENT, algorithm)).status_code == 204


@pytest.mark.parametrize("said", ["crc32 AAAA", "sha1 !!"])
def test_checksums_that_make_no_sense_are_refused(tus, said):
    tus.begin(len(CONTENT))
    assert tus.send(CONTENT, **{"upload-checksum": said}).status_code == 400
    assert tus.offset() == 0


def test_more_than_announced_is_refused_before_it_is_read(tus):
    tus.begin(len(CONTENT))
    refused = tus.send(CONTENT + b"!")
    assert refused.status_code == 413
    assert "More was sent" in refused.content.decode()
    assert tus.offset() == 0


def test_three_gigabytes_are_refused_when_announced(tus, language):
    tus.client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    refused = tus.begin(3 * 1024**3, "film.mp4")
    assert refused.status_code == 413
    said = refused.content.decode()
    assert said.startswith("film.mp4: ")
    assert {"cy": "rhy fawr", "en": "too large"}[language] in said
    assert not Upload.objects.exists()


def test_an_empty_file_is_refused(tus):
    assert tus.begin(0).status_code == 422


@pytest.mark.parametrize("method", ["head", "get", "patch", "delete"])
def test_the_upload_of_somebody_else_is_not_there(tus, enrolment, method, language):
    tus.begin(len(CONTENT))
    for stranger in (enrolment.allocations.get().user, factories.make_user()):
        other = Tus(stranger, enrolment)
        other.uid = tus.uid
        answer = getattr(other.client, method)(tus.address, headers={"accept-language": language})
        assert answer.status_code == 404
        said = {"cy": "Nid yw’r ffeil hon yno mwyach", "en": "This upload is not there any more"}
        assert method == "head" or answer.content.decode().startswith(said[language])
    assert getattr(Client(), method)(tus.address).status_code == 401
    assert tus.offset() == 0


def test_nobody_begins_an_upload_in_the_portfolio_of_a_stranger(enrolment, staging):
    assert Tus(factories.make_user(), enrolment).begin(5).status_code == 404


def test_nobody_begins_an_upload_for_the_evidence_of_somebody_else(tus, enrolment):
    evidence = factories.make_evidence(enrolment, by=enrolment.allocations.get().user)
    assert Tus(enrolment.learner, enrolment, evidence.uid).begin(5).status_code == 403


def test_without_the_csrf_token_nothing_is_taken(tus, enrolment):
    tus.begin(len(CONTENT))
    strict = Client(enforce_csrf_checks=True, headers={"tus-resumable": "1.0.0"})
    strict.force_login(enrolment.learner)
    kind = "application/offset+octet-stream"
    for answer in (
        strict.post("/uploads/", headers={"upload-length": "5"}),
        strict.patch(tus.address, CONTENT, content_type=kind, headers={"upload-offset": "0"}),
        strict.delete(tus.address),
    ):
        assert answer.status_code == 403
    assert tus.offset() == 0
    page = strict.get(f"/en/portfolios/{enrolment.uid}/evidence/new/")
    token = page.context["csrf_token"]
    headers = {"upload-offset": "0", "x-csrftoken": str(token)}
    assert strict.patch(tus.address, CONTENT, content_type=kind, headers=headers).status_code == 204


def test_a_removed_upload_is_gone_with_what_had_arrived(tus, staging, django_capture_on_commit_callbacks):
    tus.begin(len(CONTENT) * 2)
    tus.send(CONTENT)
    with django_capture_on_commit_callbacks(execute=True):
        assert tus.client.delete(tus.address).status_code == 204
    assert tus.client.head(tus.address).status_code == 404
    assert not list(staging.iterdir())


def test_what_is_stored_is_removed_as_a_file_and_not_as_an_upload(tus):
    tus.sent(CONTENT)
    runner.run_waiting()
    assert tus.client.delete(tus.address).status_code == 409
    assert tus.offset() == len(CONTENT)


def test_removed_while_it_is_checked_it_becomes_no_evidence(tus, django_capture_on_commit_callbacks):
    tus.sent(CONTENT)
    with django_capture_on_commit_callbacks(execute=True):
        assert tus.client.delete(tus.address).status_code == 204
    runner.run_waiting()
    assert not EvidenceFile.objects.exists()


def test_an_upload_waits_for_days_and_then_expires(tus, staging):
    tus.begin(len(CONTENT) * 2)
    tus.send(CONTENT)
    Job.objects.update(due_at=None)
    runner.run_waiting()
    assert tus.state()["state"] == "uploading", "it was gone on with in the meantime"
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    Job.objects.update(due_at=None)
    runner.run_waiting()
    assert tus.client.head(tus.address).status_code == 410
    assert tus.send(CONTENT, at=len(CONTENT)).status_code == 409
    assert tus.begin(len(CONTENT) * 2).status_code == 410
    assert not list(staging.iterdir())


def test_a_whole_upload_that_nobody_was_told_of_is_found_when_asked_for(tus):
    tus.begin(len(CONTENT))
    folder.append(tus.uid, 0, [CONTENT])
    assert tus.offset() == len(CONTENT)
    runner.run_waiting()
    assert tus.state()["state"] == "stored"


def test_a_full_disk_keeps_what_arrived_and_goes_on_when_there_is_room(tus, monkeypatch, language):
    tus.client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    tus.begin(len(CONTENT))

    class Small(FileIO):
        def write(self, piece):
            if self.tell() >= 10:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(piece[:10])

    with monkeypatch.context() as patch:
        patch.setattr(folder, "open", lambda path, *_rest, **_more: Small(path, "a"), raising=False)
        full = tus.send(CONTENT)
    assert full.status_code == 507
    assert {"cy": "Cedwir", "en": "What has arrived is kept"}[language] in full.content.decode()
    assert tus.offset() == 10
    assert tus.send(CONTENT[10:], at=10).status_code == 204


def test_without_room_for_a_file_it_is_not_begun(tus, monkeypatch):
    monkeypatch.setattr(folder.shutil, "disk_usage", lambda _path: type("Usage", (), {"free": 4}))
    assert tus.begin(5).status_code == 507


def test_two_tabs_cannot_mix_their_bytes(tus):
    tus.begin(len(CONTENT))

    def pieces():
        yield CONTENT[:5]
        # The other tab is faster with the next piece.
        assert tus.send(CONTENT[5:10], at=5).status_code == 204
        yield CONTENT[5:10]

    with pytest.raises(folder.Conflict):
        folder.append(tus.uid, 0, pieces())
    assert tus.offset() == 10
    tus.send(CONTENT[10:], at=10)
    runner.run_waiting()
    assert tus.state()["sha256"] == hashlib.sha256(CONTENT).hexdigest()


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (412, {"tus-resumable": "0.2.2"}),
        (400, {"upload-length": "many"}),
        (400, {"upload-length": ""}),
        (400, {"upload-metadata": "filename ???"}),
        (400, {"upload-metadata": f"uid {encoded('none')}"}),
        (400, {"upload-metadata": ""}),
    ],
)
def test_requests_that_are_not_tus_are_refused(tus, status, headers):
    usual = {
        "upload-length": "5",
        "upload-metadata": ",".join(
            f"{key} {encoded(str(value))}"
            for key, value in {
                "uid": uuid.uuid4(),
                "piece": tus.piece,
                "enrolment": tus.enrolment.uid,
                "filename": "a.txt",
            }.items()
        ),
    }
    assert tus.client.post("/uploads/", headers=usual | headers).status_code == status
    assert tus.client.post("/uploads/", headers=usual).status_code == 201


def test_other_content_types_are_refused(tus):
    tus.begin(5)
    answer = tus.client.patch(
        tus.address, b"12345", content_type="text/plain", headers={"upload-offset": "0"}
    )
    assert answer.status_code == 415


def test_where_only_post_passes_the_method_is_named_in_a_header(tus):
    tus.begin(len(CONTENT))
    headers = {"x-http-method-override": "PATCH", "upload-offset": "0"}
    answer = tus.client.post(
        tus.address, CONTENT, content_type="application/offset+octet-stream", headers=headers
    )
    assert answer.status_code == 204
    assert tus.client.post(tus.address).status_code == 405
