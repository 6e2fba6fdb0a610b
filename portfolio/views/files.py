"""The bytes of evidence: for those who may see it, and never as anything that could run."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from django.views.decorators.http import require_safe

from portfolio.access import file_for
from portfolio.models import EvidenceFile, Scan
from portfolio.refusals import Damaged, Infected, Quarantined
from portfolio.services.visits import note_opening

CHUNK = 64 * 1024
# What browsers show by themselves without running anything in it. The rest is saved.
SHOWN = re.compile(r"image/(jpeg|png|webp)|(video|audio)/.*|application/pdf")
# No script, form or plug-in: nothing but the player that the browser itself puts around a sound or video, which it
# fetches once more as the same origin.
SANDBOX = {
    "default-src": [NONE],
    "media-src": [SELF],
    "style-src": [UNSAFE_INLINE],
    "sandbox": ["allow-same-origin"],
}


@require_safe
@csp(SANDBOX)
def file(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """The file as it arrived."""
    kept = _opened(request, _let_through(file_for(request.user, uid)))
    headers = {
        "Content-Type": kept.content_type,
        "Content-Disposition": content_disposition_header(not SHOWN.fullmatch(kept.content_type), kept.name),
        "ETag": quote_etag(kept.sha256),
    }
    return _send(request, kept.file, kept.size, headers)


@require_safe
@csp(SANDBOX)
def preview(request: HttpRequest, uid: UUID, page: int) -> HttpResponseBase:
    """The picture that was made of a page of the file; 0 is the thumbnail."""
    kept = _let_through(file_for(request.user, uid))
    image = get_object_or_404(kept.previews, page=page).image
    if page:
        _opened(request, kept)
    headers = {"Content-Type": "image/jpeg", "ETag": quote_etag(f"{kept.sha256}-{page}")}
    return _send(request, image, None, headers)


def _let_through(kept: EvidenceFile) -> EvidenceFile:
    """The file, unless it is in quarantine."""
    if kept.may_be_opened:
        return kept
    raise Quarantined() if kept.scan == Scan.WAITING else Infected()


def _opened(request: HttpRequest, kept: EvidenceFile) -> EvidenceFile:
    """The file, now that its opening is noted where that is wanted. A thumbnail in a list opens nothing."""
    note_opening(by=request.user, file=kept, session=request.session.session_key or "")
    return kept


def _send(
    request: HttpRequest, stored: FieldFile, size: int | None, headers: dict[str, str]
) -> HttpResponseBase:
    """What is stored, or the part of it that was asked for. `size` is how long it has to be, where that is known."""
    try:
        actual = stored.size
    except FileNotFoundError:
        raise Damaged()
    if size not in (None, actual):
        raise Damaged()
    # Asked again every time, because access can end; what has not changed is not sent again.
    headers |= {"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}
    if settings.FILES_ACCEL:
        return HttpResponse(headers={**headers, "X-Accel-Redirect": f"{settings.FILES_ACCEL}{stored.name}"})
    if settings.FILES_SIGNED:
        return HttpResponseRedirect(_signed(stored, headers), headers={"Cache-Control": "private, no-cache"})
    response = _part(request, stored, actual, headers)
    return get_conditional_response(request, etag=headers["ETag"], response=response) or response


def _signed(stored: FieldFile, headers: dict[str, str]) -> str:
    """An address at the storage itself, good for a few minutes and for this one file."""
    said = {"ResponseContentType": headers["Content-Type"]}
    if "Content-Disposition" in headers:
        said["ResponseContentDisposition"] = headers["Content-Disposition"]
    storage: Any = stored.storage
    return storage.url(stored.name, parameters=said)


def _part(request: HttpRequest, stored: FieldFile, size: int, headers: dict[str, str]) -> HttpResponseBase:
    """The whole (200), the range that was asked for (206), or that there is no such range (416)."""
    headers["Accept-Ranges"] = "bytes"
    match asked_range(request.headers.get("Range", ""), size):
        case (start, end) if request.headers.get("If-Range", headers["ETag"]) == headers["ETag"]:
            if start >= size:
                return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
            status, headers["Content-Range"] = 206, f"bytes {start}-{end}/{size}"
        case _:
            status, start, end = 200, 0, size - 1
    headers["Content-Length"] = str(end - start + 1)
    return StreamingHttpResponse(_chunks(stored, start, end - start + 1), status=status, headers=headers)


def asked_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a `Range` header, as far as the file goes. None for several ranges, or none we know.

    A range that begins behind the end of the file begins at `size` or later.
    """
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", header.replace(" ", ""))
    if not found or found.group() == "bytes=-":
        return None
    first, last = found.groups()
    if not first:
        # The last so many bytes; the last none are nowhere.
        return (max(size - int(last), 0) if int(last) else size, size - 1)
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last or size), size - 1)


def _chunks(stored: FieldFile, start: int, length: int) -> Iterator[bytes]:
    with stored.storage.open(stored.name) as content:
        content.seek(start)
        while length > 0 and (chunk := content.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk
