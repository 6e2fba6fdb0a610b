"""The pack of a portfolio: whole, readable, and no alteration of it goes unnamed."""

import copy
import hashlib
import json
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from assessments.models import Report
from assessments.reports.manifest import SECTIONS, digests_of
from assessments.reports.pack import write_zip
from assessments.reports.pack_check import faults_of
from assessments.services import reports
from portfolio.services.privacy import withdraw_content
from portfolio.uploads.receive import receive
from tests import factories
from tests.assessments.test_verify_ledger import verify
from tests.reports.issuing import bytes_of, issue


@pytest.fixture(scope="module")
def whole_pack(whole_cast) -> bytes:
    """With a file of evidence in it and decisions about it; made once."""
    cast = copy.deepcopy(whole_cast)
    note = receive(SimpleUploadedFile("enw'r cwsmer.txt", b"Cwyn am ddanfoniad hwyr. " * 40))
    piece = factories.make_evidence(
        cast.enrolment, list(cast.standard.criteria.all()), files=[note], title="Tŷ: cwyn / ateb"
    )
    factories.review(factories.submit(piece), cast.assessor)
    return bytes_of(issue(cast, "pack", form="cy"))


@pytest.fixture
def pack(whole_pack, db, tmp_path):
    path = tmp_path / "pack.zip"
    path.write_bytes(whole_pack)
    return path


def test_a_pack_holds_everything_under_safe_names_and_fits(pack):
    with ZipFile(pack) as held:
        names = held.namelist()
        manifest = json.loads(held.read("manifest.json"))
    [evidence] = [name for name in names if name.startswith("evidence/")]
    assert evidence.startswith("evidence/E4-ty-cwyn-ateb-")
    assert evidence.endswith(".txt")
    assert sum(name.endswith(".pdf") for name in names) == 1
    assert manifest["ledger"]["events"][-1]["hash"] == manifest["ledger"]["head"]
    assert manifest["reviews"][0]["words"]["body"]["feedback"] == "Da iawn."
    assert list(faults_of(pack)) == []
    call_command("verify_pack", str(pack))
    # The page of the report within says how far it is, as that of the pack does.
    [report, made] = Report.objects.order_by("format")
    assert (report.kind, report.job_uid) == ("completion", made.job_uid)


def rewritten(pack, change) -> list[str]:
    """The faults of the pack after `change(name, content)` went over everything in it."""
    with ZipFile(pack) as held:
        content = {name: held.read(name) for name in held.namelist()}
    with ZipFile(pack, "w", ZIP_DEFLATED) as altered:
        for name, body in content.items():
            if (body := change(name, body)) is not None:
                altered.writestr(name, body)
    return list(faults_of(pack))


def in_manifest(change):
    def changed(name, body):
        if name != "manifest.json":
            return body
        made = json.loads(body)
        change(made)
        return json.dumps(made)

    return changed


def test_what_was_altered_in_a_pack_is_named(pack):
    def body(name, content):
        return content.replace(b"hwyr", b"cynnar") if name.endswith(".txt") else content

    [fault] = rewritten(pack, body)
    assert "evidence/E4-ty-cwyn-ateb" in fault


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda made: made["learner"].update(name="Somebody Else"), "manifest.json, learner"),
        (lambda made: made["criteria"][1].update(text_cy="Arall"), "manifest.json, criteria, 2"),
        (lambda made: made["mappings"].pop(), "manifest.json, mappings: it has"),
        (lambda made: made["reviews"][0]["facts"].update(by="x"), "manifest.json, reviews, 1"),
        (
            lambda made: made["reviews"][0]["words"]["body"].update(feedback="Gwael"),
            "manifest.json, reviews, 1",
        ),
        (lambda made: made["ledger"]["events"][3].update(by=None), "manifest.json, ledger, event 4"),
        (lambda made: made["ledger"]["events"].pop(), "the chain should have"),
        (lambda made: made["ledger"]["events"].pop(2), "manifest.json, ledger, event 3: it is missing"),
        (lambda made: made["ledger"]["events"].reverse(), "event 1: another stands in its place"),
        (lambda made: made.update(made_at="2020-01-01T00:00:00Z"), "manifest.json, made_at"),
        (lambda made: made.update(grade="A*"), "manifest.json, grade: the schema does not know it"),
        (lambda made: made.pop("ledger"), "manifest.json, ledger"),
        (lambda made: made["rounds"][0].pop("facts"), "manifest.json, rounds, 1"),
        (lambda made: made["files"][0].pop("path"), "manifest.json, files, 1"),
    ],
)
def test_what_was_altered_in_a_manifest_is_named(pack, change, place):
    faults = rewritten(pack, in_manifest(change))
    assert any(place in fault for fault in faults)


def forged(pack, change) -> list[str]:
    """The faults of the pack after somebody changed it who knows how packs are made, and its ledger alone is left."""
    with ZipFile(pack) as held:
        content = {name: held.read(name) for name in held.namelist()}
    made = json.loads(content["manifest.json"])
    change(made, content)
    made["digests"] = {name: digests_of(made.get(name)) for name in SECTIONS}
    content["manifest.json"] = json.dumps(made, ensure_ascii=False, indent=1).encode()
    out = BytesIO()
    then = datetime(2026, 10, 30, tzinfo=UTC)
    write_zip(out.write, then, [(name, len(body), [body]) for name, body in content.items()])
    pack.write_bytes(out.getvalue())
    return list(faults_of(pack))


def with_another_file(made, content):
    [entry] = [entry for entry in made["files"] if "uid" in entry]
    content[entry["path"]] = b"Dim cwyn."
    entry |= {"size": 9, "sha256": hashlib.sha256(b"Dim cwyn.").hexdigest()}


def without_the_file(made, content):
    [entry] = [entry for entry in made["files"] if "uid" in entry]
    made["files"].remove(entry)
    del content[entry["path"]]


@pytest.mark.parametrize(
    ("change", "place", "why"),
    [
        (with_another_file, "evidence/E4-ty-cwyn-ateb-", "not what was submitted"),
        (without_the_file, "manifest.json, files: ", "which was submitted"),
        (
            lambda made, content: made["reviews"].pop(),
            "manifest.json, reviews: review:",
            "the ledger recorded",
        ),
        (
            lambda made, content: made["rounds"].pop(),
            "manifest.json, rounds: submission:",
            "the ledger recorded",
        ),
        (lambda made, content: made.update(made_at="yesterday"), "pack.zip: ", "yesterday"),
    ],
)
def test_a_forger_who_makes_the_digests_anew_is_told_by_the_ledger(pack, change, place, why):
    [fault] = forged(pack, change)
    assert fault.startswith(place)
    assert why in fault


def test_a_pack_that_was_cut_short_or_lost_a_file_is_damaged(pack):
    [fault] = rewritten(pack, lambda name, body: None if name.endswith(".txt") else body)
    assert "missing" in fault
    pack.write_bytes(pack.read_bytes()[:-300])
    [fault] = faults_of(pack)
    assert "cut off" in fault


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_was_added_around_the_files_of_a_pack_is_named(pack):
    whole = pack.read_bytes()
    pack.write_bytes(b"x" + whole)
    assert list(faults_of(pack)) == ["pack.zip, byte 0: altered, in what stands around its first file"]
    pack.write_bytes(whole)
    with ZipFile(pack, "a") as altered:
        altered.comment = b"seen"
        start = altered.start_dir
    [fault] = faults_of(pack)
    assert "in the list of files at its end" in fault
    # A letter of the manifest, and a space of it that says nothing.
    for text, other, place in (
        (b'"code": ', b'"cede": ', "manifest.json, code"),
        (b'\n "code"', b'\n\t"code"', "Bad CRC-32 for file 'manifest.json'"),
    ):
        pack.write_bytes(whole.replace(text, other))
        assert any(place in fault for fault in faults_of(pack))
    # The time of the first file, twice: around it, and in the list.
    for at in (10, start + 12):
        pack.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        [fault] = faults_of(pack)
        assert fault.startswith(f"pack.zip, byte {at}: altered")
    pack.write_bytes(whole)
    with ZipFile(pack, "a") as altered:
        altered.writestr("manifest.json", altered.read("manifest.json"))
    assert list(faults_of(pack)) == ["manifest.json: it is there 2 times"]


def test_packs_are_framed_as_they_were_by_every_python():
    """Otherwise packs that were issued earlier would seem altered."""
    out = BytesIO()
    write_zip(out.write, datetime(2026, 10, 30, 12, tzinfo=UTC), [("a.txt", 3, [b"abc"]), ("b/ŵ.txt", 0, [])])
    assert hashlib.sha256(out.getvalue()).hexdigest()[:16] == "f3346273f1c5bf96"


def with_photograph(cast):
    """A piece with a file that has to go."""
    files = [receive(SimpleUploadedFile("enw.txt", b"Enw a chyfeiriad y cwsmer."))]
    piece = factories.make_evidence(cast.enrolment, cast.standard.criteria.all()[:1], files=files)
    factories.submit(piece)
    return piece


def test_a_pack_that_holds_what_is_destroyed_for_privacy_goes_with_it(
    cast, sign_in, django_capture_on_commit_callbacks
):
    earlier = issue(cast, "pack", form="cy")
    piece = with_photograph(cast)
    pack = issue(cast, "pack", form="cy")
    browser = sign_in(cast.manager)

    def status_of(pack) -> int:
        response = browser.get(reverse("report_file", args=[pack.uid]))
        # Read to its end, it closes its file.
        assert b"".join(response)
        return response.status_code

    assert status_of(pack) == 200
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_content(by=cast.manager, evidence=piece, reason="Cyfeiriad.", language="cy")
    assert not pack.file.storage.exists(pack.file.name)
    assert status_of(pack) == 410
    assert "destroyed as well" in browser.get(reverse("report", args=[pack.uid])).text
    pack.refresh_from_db()
    assert pack.withdrawal.get("reason") == "Cyfeiriad."
    # What was made before the piece was there holds, and so does everything else.
    assert status_of(earlier) == 200
    assert verify("--files") == (0, "Everything fits.")
    assert status_of(issue(cast, "pack", form="cy")) == 200


def test_a_pack_is_made_anew_where_something_is_destroyed_meanwhile(
    cast, monkeypatch, django_capture_on_commit_callbacks
):
    piece = with_photograph(cast)
    write = reports.write_pack

    def meanwhile(*about):
        made = write(*about)
        monkeypatch.setattr(reports, "write_pack", write)
        with django_capture_on_commit_callbacks(execute=True):
            withdraw_content(by=cast.manager, evidence=piece, reason="Cyfeiriad.", language="cy")
        return made

    monkeypatch.setattr(reports, "write_pack", meanwhile)
    pack = issue(cast, "pack", form="cy")
    with ZipFile(BytesIO(bytes_of(pack))) as held:
        assert not [name for name in held.namelist() if name.startswith(f"evidence/{piece.reference}-")]
    assert verify("--files") == (0, "Everything fits.")
