"""Checks a portfolio pack by itself, without this installation's database; names the exact place of any damage."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from struct import error as StructError
from typing import IO
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError

from assessments.reports.manifest import SCHEMA, SECTIONS, digests_of
from assessments.reports.pack import MANIFEST, pieces_of, write_zip
from ledger.models import Words, canonical

# The parts that the ledger tells of, row by row, and what it calls such a row.
LOCKED = {
    "rounds": "submission",
    "reviews": "review",
    "countersignatures": "countersignature",
    "confirmations": "confirmation",
    "sign_offs": "signoff",
}

# What reading a ZIP ends in, according to which of its bytes were altered.
DAMAGED = (BadZipFile, ZlibError, OSError, EOFError, RuntimeError, ValueError, StructError)


def faults_of(path: Path) -> Iterator[str]:
    """Everything in a pack that is not as it was when the pack was made."""
    try:
        pack = ZipFile(path)
    except OSError as error:
        yield f"{path.name}: it cannot be read ({error})"
    except DAMAGED as error:
        yield f"{path.name}, {path.stat().st_size} bytes: cut off, or not a ZIP ({error})"
    else:
        with pack:
            found = [*_twice(pack), *_inside(pack)]
            yield from found or _framing(path, pack)


def _twice(pack: ZipFile) -> Iterator[str]:
    for name, times in Counter(pack.namelist()).items():
        if times > 1:
            yield f"{name}: it is there {times} times"


def _inside(pack: ZipFile) -> Iterator[str]:
    """What the manifest says of itself first: nothing else can be compared with what was altered."""
    try:
        made = _manifest_of(pack)
        yield from _sections(made)
        yield from _files(pack, made)
        yield from _chain(made["ledger"])
        yield from _rows(made)
        yield from _submitted(made)
    except (*DAMAGED, LookupError, TypeError, AttributeError) as error:
        yield f"{MANIFEST}: it cannot be read ({error!r})"


def _manifest_of(pack: ZipFile) -> dict:
    with pack.open(MANIFEST) as content:
        # Its checksum is compared when the ZIP is written anew; until then its own digests tell the very row.
        content._expected_crc = None  # type: ignore[attr-defined]  # noqa: SLF001
        made = json.loads(content.read())
    if made["schema"] != SCHEMA:
        raise ValueError(f"its schema is {made['schema']}, this checker knows {SCHEMA}")
    return made


def _framing(path: Path, pack: ZipFile) -> Iterator[str]:
    """What stands in the ZIP besides the content of its files, which fits: written anew, it is the same bytes."""
    with path.open("rb") as there:
        again = _Compared(there)
        files = (
            (entry.filename, entry.file_size, _content(pack, entry.filename)) for entry in pack.infolist()
        )
        try:
            made_at = datetime.fromisoformat(str(_manifest_of(pack)["made_at"]))
            write_zip(again.write, made_at, files)
        except DAMAGED as error:
            yield f"{path.name}: {error}"
            return
        again.end()
    if again.differs_at is not None:
        yield f"{path.name}, byte {again.differs_at}: altered, {_neighbourhood(pack, again.differs_at)}"


def _content(pack: ZipFile, name: str) -> Iterator[bytes]:
    with pack.open(name) as content:
        yield from pieces_of(content)


def _neighbourhood(pack: ZipFile, at: int) -> str:
    if at >= pack.start_dir:
        return "in the list of files at its end"
    before = [entry for entry in pack.infolist() if entry.header_offset <= at]
    name = max(before, key=lambda entry: entry.header_offset).filename if before else "its first file"
    return f"in what stands around {name}"


class _Compared:
    """Takes what a file should be, and remembers the first byte at which it is not."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.at = file, 0
        self.differs_at: int | None = None

    def write(self, piece: bytes) -> int:
        there = self.file.read(len(piece))
        if there != piece and self.differs_at is None:
            same = (mine == its for mine, its in zip(piece, there, strict=False))
            self.differs_at = self.at + next((n for n, equal in enumerate(same) if not equal), len(there))
        self.at += len(piece)
        return len(piece)

    def end(self) -> None:
        if self.file.read(1) and self.differs_at is None:
            self.differs_at = self.at


def _files(pack: ZipFile, made: dict) -> Iterator[str]:
    listed = {entry["path"]: entry for entry in made["files"] if entry["path"]}
    inside = [name for name in pack.namelist() if name != MANIFEST]
    for path in sorted(set(inside) - set(listed)):
        yield f"{path}: the manifest does not know it"
    for path, entry in listed.items():
        if path not in inside:
            yield f"{path}: it is missing"
        elif why := _damage(pack, path, entry):
            yield f"{path}: {why}"


def _damage(pack: ZipFile, path: str, entry: dict) -> str:
    digest, size = hashlib.sha256(), 0
    try:
        for piece in _content(pack, path):
            digest.update(piece)
            size += len(piece)
    except DAMAGED as error:
        return f"damaged after byte {size} ({error})"
    if size != entry["size"]:
        return f"it has {size} bytes, the manifest says {entry['size']}"
    return "" if digest.hexdigest() == entry["sha256"] else "its content was altered"


def _sections(made: dict) -> Iterator[str]:
    for name in sorted(set(made) - {*SECTIONS, "schema", "digests"}):
        yield f"{MANIFEST}, {name}: the schema does not know it"
    for name in SECTIONS:
        here, made_then = digests_of(made.get(name)), made["digests"].get(name)
        if here == made_then:
            continue
        if not isinstance(here, list) or not isinstance(made_then, list):
            yield f"{MANIFEST}, {name}: it is not what its digest is of"
        elif len(here) != len(made_then):
            yield f"{MANIFEST}, {name}: it has {len(here)} rows, there were {len(made_then)}"
        else:
            for number, (row, then) in enumerate(zip(here, made_then, strict=True), start=1):
                if row != then:
                    yield f"{MANIFEST}, {name}, {number}: it is not what its digest is of"


def _chain(ledger: dict) -> Iterator[str]:
    """The first event that does not fit: what follows one that was altered proves nothing."""
    previous = "0" * 64
    there = {event["position"] for event in ledger["events"]}
    for position, event in enumerate(ledger["events"], start=1):
        place = f"{MANIFEST}, ledger, event {position}"
        if event["position"] != position:
            yield f"{place}: {'another stands in its place' if position in there else 'it is missing'}"
            return
        if event["previous"] != previous or event["hash"] != _hash_of(ledger["chain"], event):
            yield f"{place} ({event['kind']}): it was altered, or does not follow the one before"
            return
        previous = event["hash"]
    if (len(ledger["events"]), previous) != (ledger["position"], ledger["head"]):
        yield f"{MANIFEST}, ledger: the chain should have {ledger['position']} events"


def _hash_of(chain: str, event: dict) -> str:
    said = {name: value for name, value in event.items() if name != "hash"}
    return hashlib.sha256(canonical(said | {"chain": chain})).hexdigest()


def _rows(made: dict) -> Iterator[str]:
    """Each decision against its event, each event against its decision, and the words against their hash."""
    recorded = {event["subject"]: event["data"] for event in made["ledger"]["events"]}
    for section, kind in LOCKED.items():
        told = {subject for subject in recorded if subject.startswith(f"{kind}:")}
        for subject in sorted(told - {row["subject"] for row in made[section]}):
            yield f"{MANIFEST}, {section}: {subject} is missing, which the ledger recorded"
        for number, row in enumerate(made[section], start=1):
            place = f"{MANIFEST}, {section}, {number} ({row['uid']})"
            if row["facts"] != recorded.get(row["subject"]):
                yield f"{place}: it is not what the ledger recorded"
            words, digest = row["words"], row["facts"].get("words")
            # Without a body they were erased.
            if (
                words
                and words["body"] is not None
                and Words.digest_of(words["salt"], words["body"]) != digest
            ):
                yield f"{place}: its words were altered"


def _submitted(made: dict) -> Iterator[str]:
    """The list of files against the rounds, which the ledger recorded: its own digests can be made anew."""
    listed = {entry.get("uid"): entry for entry in made["files"]}
    rounds = (row["facts"]["manifest"]["files"] for row in made["rounds"])
    for uid, file in {file["uid"]: file for files in rounds for file in files}.items():
        if not (entry := listed.get(uid)):
            yield f"{MANIFEST}, files: {uid} is missing, which was submitted"
        elif (entry["sha256"], entry["size"]) != (file["sha256"], file["size"]):
            yield f"{entry['path'] or uid}: it is not what was submitted"
