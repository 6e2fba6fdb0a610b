"""The tus protocol for resumable uploads, version 1.0, as far as it is headers (see https://tus.io)."""

import base64
import binascii
import hashlib
import tempfile
from collections.abc import Iterator
from typing import IO

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.refusals import Refusal

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,checksum,termination"
ALGORITHMS = ("sha1", "sha256", "sha512", "md5")
# How much is read before it is written.
PIECE = 256 * 1024
# A part with a checksum is held back until it was checked: so much of it in memory, the rest on disk.
HELD_IN_MEMORY = 1024 * 1024
# Seconds without a byte after which a connection is taken to be dead.
PATIENCE = 60


class Problem(Refusal):
    """A request that is not as the protocol has it, or that cannot be met."""

    default = _("The request does not follow the protocol for uploads. What has arrived is kept.")

    def __init__(self, status: int, message: str | Promise | None = None) -> None:
        super().__init__(message)
        self.status = status


def check_version(request: HttpRequest) -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise Problem(412, _("This program speaks another version of the protocol for uploads."))


def number(request: HttpRequest, header: str) -> int:
    """A header that is a whole number, such as Upload-Offset."""
    value = request.headers.get(header, "")
    if not (value.isascii() and value.isdigit()):
        raise Problem(400)
    return int(value)


def metadata(request: HttpRequest) -> dict[str, str]:
    """What the client says of the file: "name base64,name base64,…"."""
    said = {}
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _space, value = pair.strip().partition(" ")
        try:
            said[key] = base64.b64decode(value, validate=True).decode()
        except ValueError:
            raise Problem(400)
    return said


def body(request: HttpRequest) -> Iterator[bytes]:
    """The bytes of a PATCH in pieces, as far as they arrive; with a checksum only if that is right."""
    if request.content_type != "application/offset+octet-stream":
        raise Problem(415)
    if sock := request.META.get("gunicorn.socket"):
        sock.settimeout(PATIENCE)
    checksum = request.headers.get("Upload-Checksum")
    return _checked(request, checksum) if checksum else _pieces(request)


def _pieces(source: HttpRequest | IO[bytes]) -> Iterator[bytes]:
    while piece := source.read(PIECE):
        yield piece


def _checked(request: HttpRequest, checksum: str) -> Iterator[bytes]:
    algorithm, _space, value = checksum.partition(" ")
    try:
        expected = base64.b64decode(value, validate=True)
    except binascii.Error:
        raise Problem(400)
    if algorithm not in ALGORITHMS:
        raise Problem(400)
    digest = hashlib.new(algorithm, usedforsecurity=False)
    with tempfile.SpooledTemporaryFile(HELD_IN_MEMORY) as held:
        for piece in _pieces(request):
            digest.update(piece)
            held.write(piece)
        if digest.digest() != expected:
            raise Problem(460, _("A part of the file arrived damaged and was not kept. It is sent again."))
        held.seek(0)
        yield from _pieces(held)
