"""The portfolio pack: a ZIP of the report, every file of evidence under a readable name, and a manifest."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from tempfile import TemporaryFile
from types import SimpleNamespace
from typing import IO
from zipfile import ZipFile, ZipInfo

from django.core.files import File
from django.db.models.fields.files import FieldFile
from django.utils.text import slugify

from assessments.models import Report
from assessments.reports.build import latest_rounds
from assessments.reports.manifest import manifest
from portfolio.models import EvidenceFile, Submission
from portfolio.uploads.kinds import KINDS

CHUNK = 256 * 1024
MANIFEST = "manifest.json"
# As ZIPs number the systems they were made on.
UNIX = 3
_ENDINGS = {kind.content_type: kind.endings[0] for kind in KINDS}


def write_pack(pack: Report, position: int, issued_at: datetime, report: Report) -> File:
    """The pack with the `report` that was issued for it, on disk: never more of it than a piece is in memory."""
    inside = [(report.file_name, report.file.size, _chunks(report.file))]
    files: list[dict] = [{"path": report.file_name, "sha256": report.sha256, "size": report.file.size}]
    for file, path in _evidence_files(pack):
        files.append({"path": path, "sha256": file.sha256, "size": file.size, "uid": str(file.uid)})
        if path:
            inside.append((path, file.size, _chunks(file.file)))
    made = json.dumps(manifest(pack, position, issued_at, files), ensure_ascii=False, indent=1).encode()
    # Whoever stores it closes it.
    out = TemporaryFile()  # noqa: SIM115
    write_zip(out.write, issued_at, [*inside, (MANIFEST, len(made), [made])])
    return File(out)


def write_zip(
    write: Callable[[bytes], int], made_at: datetime, files: Iterable[tuple[str, int, Iterable[bytes]]]
) -> None:
    """Files by path, size and content; the same ones give the same bytes, which is what `verify_pack` goes by."""
    # In what can only be written to, nothing is put right afterwards.
    out = SimpleNamespace(write=write, flush=lambda: None)
    with ZipFile(out, "w") as archive:  # type: ignore[call-overload]
        for path, size, content in files:
            entry = ZipInfo(path, made_at.astimezone(UTC).timetuple()[:6])
            entry.file_size, entry.create_system = size, UNIX
            with archive.open(entry, "w") as written:
                for piece in content:
                    written.write(piece)


def _evidence_files(pack: Report) -> Iterator[tuple[EvidenceFile, str | None]]:
    """Every file that was ever submitted and its path; none for what the storage or the virus scanner holds back."""
    enrolment = pack.enrolment
    assert enrolment  # A constraint.
    latest = latest_rounds(enrolment)
    manifests = Submission.objects.filter(evidence__enrolment=enrolment).values_list("manifest", flat=True)
    submitted = {entry["uid"] for kept in manifests for entry in kept["files"]}
    files = EvidenceFile.objects.filter(uid__in=submitted).select_related("evidence")
    for file in files.order_by("evidence__number", "added_at", "pk"):
        held_back = not file.may_be_opened or not file.file.storage.exists(file.file.name)
        yield file, None if held_back else file_path(file, latest[file.evidence_id].words.get("title"))


def file_path(file: EvidenceFile, title: str) -> str:
    """evidence/E7-complaint-about-a-lift-31.pdf: readable, safe on every system, never the name it came with."""
    words = (file.evidence.reference, slugify(title)[:50].strip("-"), str(file.pk))
    return f"evidence/{'-'.join(filter(None, words))}{_ENDINGS.get(file.content_type, '')}"


def _chunks(file: FieldFile) -> Iterator[bytes]:
    with file.storage.open(str(file.name)) as content:
        yield from pieces_of(content)


def pieces_of(content: IO[bytes] | File) -> Iterator[bytes]:
    while piece := content.read(CHUNK):
        yield piece
