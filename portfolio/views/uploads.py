"""Resumable uploads: the tus protocol, and in what state an upload is."""

import hashlib
from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.http import http_date
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from portfolio import access
from portfolio.models import Upload
from portfolio.services import uploads as services
from portfolio.uploads import staging, tus

View = Callable[..., HttpResponse]
# Of a file that is chosen again so much before the offset is compared with what has arrived.
TAIL = 1024 * 1024


def _spoken(view: View) -> View:
    """What every answer has in common: who may ask, the language asked for, refusals in plain words."""

    @login_not_required
    @wraps(view)
    def answered(request: HttpRequest, **arguments: UUID) -> HttpResponse:
        asked = request.headers.get("Accept-Language", "")[:2]
        with translation.override(asked if asked in dict(settings.LANGUAGES) else translation.get_language()):
            try:
                if not request.user.is_authenticated:
                    raise tus.Problem(401, _("You are signed out. What has arrived is kept: sign in again."))
                response = view(request, **arguments)
            except Http404:
                said = _("This upload is not there any more, or it is somebody else’s.")
                response = HttpResponse(said, "text/plain; charset=utf-8", 404)
            except Refusal as refusal:
                response = HttpResponse(str(refusal), "text/plain; charset=utf-8", refusal.status)
        response["Tus-Resumable"], response["Cache-Control"] = tus.VERSION, "no-store"
        return response

    answered.takes_any_method = True  # type: ignore[attr-defined]
    return answered


def _method(request: HttpRequest) -> str:
    """Some ways through the net let nothing but GET and POST pass."""
    method = request.method or ""
    return request.headers.get("X-HTTP-Method-Override", method) if method == "POST" else method


@_spoken
def uploads(request: HttpRequest) -> HttpResponse:
    """OPTIONS says what is understood, POST announces a file."""
    if request.method == "OPTIONS":
        return _options()
    if request.method != "POST":
        return HttpResponseNotAllowed(["OPTIONS", "POST"])
    tus.check_version(request)
    about = tus.metadata(request)
    upload = services.begin(
        by=request.user,
        enrolment=access.enrolment_for(request.user, _uid(about, "enrolment")),
        piece=_uid(about, "piece"),
        uid=_uid(about, "uid"),
        name=about.get("filename", ""),
        size=tus.number(request, "Upload-Length"),
        language=translation.get_language(),
    )
    address = request.build_absolute_uri(reverse("upload", args=[upload.uid]))
    return HttpResponse(status=201, headers={"Location": address, **_expiry(upload)})


@_spoken
def upload(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One upload: HEAD, PATCH and DELETE by the protocol, GET for what became of it."""
    answers = {"GET": _state, "HEAD": _head, "PATCH": _patch, "DELETE": _delete}
    method = _method(request)
    if method == "OPTIONS":
        return _options()
    if method not in answers:
        return HttpResponseNotAllowed([*answers, "OPTIONS"])
    if method != "GET":
        tus.check_version(request)
    return answers[method](request, access.upload_for(request.user, uid))


def _options() -> HttpResponse:
    about = {
        "Tus-Version": tus.VERSION,
        "Tus-Extension": tus.EXTENSIONS,
        "Tus-Max-Size": str(settings.RESUMABLE_LIMIT),
        "Tus-Checksum-Algorithm": ",".join(tus.ALGORITHMS),
    }
    return HttpResponse(status=204, headers=about)


def _uid(about: dict[str, str], name: str) -> UUID:
    try:
        return UUID(about[name])
    except (KeyError, ValueError):
        raise tus.Problem(400)


def _expiry(upload: Upload) -> dict[str, str]:
    return {"Upload-Expires": http_date(upload.expires_at.timestamp())} if upload.state == "uploading" else {}


def _head(request: HttpRequest, upload: Upload) -> HttpResponse:
    services.complete(upload=upload)
    if upload.state in ("refused", "expired"):
        raise tus.Problem(
            410, upload.refusal or _("This upload was not gone on with in time. Begin it again.")
        )
    headers = {"Upload-Offset": str(services.offset(upload)), "Upload-Length": str(upload.size)}
    return HttpResponse(headers=headers | _expiry(upload))


def _patch(request: HttpRequest, upload: Upload) -> HttpResponse:
    at, length = tus.number(request, "Upload-Offset"), tus.number(request, "Content-Length")
    if at + length > upload.size:
        raise tus.Problem(
            413, _("More was sent than the file has. What has arrived is kept; begin it again.")
        )
    end = services.append(upload=upload, at=at, parts=tus.body(request))
    upload.refresh_from_db()
    return HttpResponse(status=204, headers={"Upload-Offset": str(end), **_expiry(upload)})


def _delete(request: HttpRequest, upload: Upload) -> HttpResponse:
    services.remove(upload=upload)
    return HttpResponse(status=204)


def _state(request: HttpRequest, upload: Upload) -> HttpResponse:
    """What became of it. While it is on its way: how far it is, and a hash of the last of what has arrived."""
    services.complete(upload=upload)
    state = {"state": upload.state, "offset": services.offset(upload), "size": upload.size}
    if upload.state == "uploading":
        state["tail"] = hashlib.sha256(staging.tail(upload.uid, TAIL)).hexdigest()
    if upload.state == "stored":
        state |= {"sha256": upload.sha256, "file": reverse("file", args=[upload.uid])}
        state["time"] = date_format(localtime(upload.stored_at), "DATETIME_FORMAT")
        state["scan"] = access.scan_of(upload)
    return JsonResponse(state | {"refusal": upload.refusal})
