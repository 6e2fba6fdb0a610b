"""The portfolio pack: a ZIP of the report, every file of evidence under a readable name, and a manifest."""

import json
from collections.abc import Iterator
from datetime import datetime
from tempfile import TemporaryFile

from django.core.files import File
from django.db.models.fields.files import FieldFile
from django.utils.text import slugify
from zipstream import ZIP_STORED, ZipStream

from assessments.models import Report
from assessments.reports.build import latest_rounds
from assessments.reports.manifest import manifest
from portfolio.models import EvidenceFile, Submission
from portfolio.uploads.kinds import KINDS

CHUNK = 256 * 1024
MANIFEST = "manifest.json"
_ENDINGS = {kind.content_type: kind.endings[0] for kind in KINDS}


def write_pack(pack: Report, position: int, issued_at: datetime, report: Report) -> File:
    """The pack with the `report` that was issued for it, on disk: never more of it than a piece is in memory."""
    archive = ZipStream(compress_type=ZIP_STORED)
    files: list[dict] = [{"path": report.file_name, "sha256": report.sha256, "size": report.file.size}]
    archive.add(_chunks(report.file), report.file_name)
    for file, path in _evidence_files(pack):
        files.append({"path": path, "sha256": file.sha256, "size": file.size, "uid": str(file.uid)})
        if path:
            archive.add(_chunks(file.file), path)
    body = json.dumps(manifest(pack, position, issued_at, files), ensure_ascii=False, indent=1)
    archive.add(body, MANIFEST)
    # Whoever stores it closes it.
    out = TemporaryFile()  # noqa: SIM115
    for piece in archive:
        out.write(piece)
    return File(out)


def _evidence_files(pack: Report) -> Iterator[tuple[EvidenceFile, str | None]]:
    """Every file that was ever submitted and its path; none for what the storage or the virus scanner holds back."""
    enrolment = pack.enrolment
    assert enrolment  # A constraint.
    latest = latest_rounds(enrolment)
    manifests = Submission.objects.filter(evidence__enrolment=enrolment).values_list("manifest", flat=True)
    submitted = {entry["uid"] for kept in manifests for entry in kept["files"]}
    files = EvidenceFile.objects.filter(uid__in=submitted).select_related("evidence")
    for file in files.order_by("evidence__number", "pk"):
        held_back = not file.may_be_opened or not file.file.storage.exists(file.file.name)
        yield file, None if held_back else file_path(file, latest[file.evidence_id].words.get("title"))


def file_path(file: EvidenceFile, title: str) -> str:
    """evidence/E7-complaint-about-a-lift-31.pdf: readable, safe on every system, never the name it came with."""
    words = (file.evidence.reference, slugify(title)[:50].strip("-"), str(file.pk))
    return f"evidence/{'-'.join(filter(None, words))}{_ENDINGS.get(file.content_type, '')}"


def _chunks(file: FieldFile) -> Iterator[bytes]:
    with file.storage.open(str(file.name)) as content:
        while piece := content.read(CHUNK):
            yield piece
