"""What happens around every view: the sign-in, the language switch, and refusals as pages."""

import re
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db.models import TextChoices
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import translate_url
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.forms import saves_itself
from accounts.notices import read
from accounts.refusals import Refusal
from accounts.services import choose_language

PLAIN = ("GET", "HEAD", "POST")


def remember(request: HttpRequest, language: str) -> None:
    """Keep the language in a cookie, too, for pages that nobody is signed in to."""
    request.chosen_language = language  # type: ignore[attr-defined]


class LanguageMiddleware:
    """Any page takes the switch: a POST with `_switch`, to its own address in the other language.

    The choice is remembered. With `_typed` among the fields the view then shows its form again as it was
    typed (see forms.bound); without it the page is opened anew.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if language := getattr(request, "chosen_language", ""):
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                language,
                max_age=settings.LANGUAGE_COOKIE_AGE,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                samesite="Lax",
            )
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        language = request.POST.get("_switch", "") if request.method == "POST" else ""
        if language not in dict(settings.LANGUAGES):
            return None
        remember(request, language)
        if request.user.is_authenticated:
            choose_language(by=request.user, language=language)
        if "_typed" in request.POST:
            return None
        return HttpResponseRedirect(request.get_full_path(), status=303)


class SignInMiddleware(LoginRequiredMiddleware):
    """Asks whoever is signed out to sign in. What they had typed waits for them in the session.

    Then the page shows its form as it was typed, as after a switch of the language. Files and passwords cannot be shown
    again.
    """

    KEPT = "typed"
    # Seconds. Whoever did not come back by then left it to whoever uses the browser next.
    PATIENCE = 60 * 60

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict
    ) -> HttpResponseBase | None:
        needed = getattr(view, "login_required", True)
        if needed and request.method == "GET" and request.user.is_authenticated:
            self._bring_back(request)
        return super().process_view(request, view, args, kwargs)

    def handle_no_permission(self, request: HttpRequest, view: Callable) -> HttpResponse:  # type: ignore[override]
        if saves_itself(request):
            said = _(
                "Not saved: you are signed out. Press the button and sign in: what you typed comes along."
            )
            return JsonResponse({"said": said}, status=401)
        if request.method == "POST" and "_typed" in request.POST:
            fields = request.POST.copy()
            for name in [name for name in fields if "password" in name]:
                del fields[name]
            request.session[self.KEPT] = {"path": _anywhere(request), "fields": fields.urlencode()}
            request.session.set_expiry(self.PATIENCE)
        return super().handle_no_permission(request, view)

    def _bring_back(self, request: HttpRequest) -> None:
        kept = request.session.get(self.KEPT)
        if not kept or kept["path"] != _anywhere(request):
            return
        fields = request.POST.copy()
        fields.update(QueryDict(request.session.pop(self.KEPT)["fields"]))
        fields["_switch"] = get_language()
        request.method, request.POST = "POST", fields  # type: ignore[assignment]
        messages.warning(
            request,
            _("You had been signed out. What you typed is here again. Look at it, then press the button."),
        )


def _anywhere(request: HttpRequest) -> str:
    """The address of a page in whatever language."""
    return translate_url(request.path, settings.LANGUAGE_CODE)


class MethodMiddleware:
    """Pages are read and forms are sent: other methods reach only views that say `takes_any_method`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, *_arguments: object) -> HttpResponse | None:
        if request.method in PLAIN or getattr(view, "takes_any_method", False):
            return None
        return HttpResponseNotAllowed(PLAIN)


class SizeMiddleware:
    """No form takes more than its files and words may have together.

    Asked before anything reads what was sent: to look for a token in it, all of it is written to the disk.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
        if request.method != "POST" or size <= settings.UPLOAD_LIMIT + settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return None
        context = {"limit": filesizeformat(settings.UPLOAD_LIMIT)}
        return render(request, "413.html", context, status=413)


class NoticesMiddleware:
    """Whoever was shown the place that a notice leads to, by whatever way, has read it.

    The top bar, which counts what is unread, finds out which notices those are (see the tag `unread`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if here := getattr(request, "notices_read_here", None):
            read(by=request.user, pk__in=here)
        return response


class RefusalMiddleware:
    """Shows an uncaught refusal as a page with its status, in the reader's language.

    A form that saves itself is told in plain words. The address of a mere step, opened like a page (405), gets one as
    well; Django answers it with nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or response.streaming or response.content:
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Http404) and saves_itself(request):
            return JsonResponse({"said": _("Not saved: this is no longer there.")}, status=404)
        if not isinstance(exception, Refusal):
            return None
        if saves_itself(request):
            return JsonResponse({"said": str(exception)}, status=exception.status)
        context = {
            "refusal": exception,
            "written": _written(request),
            "language": request.POST.get("language", ""),
        }
        return render(request, "refusal.html", context, status=exception.status)


# Numbers, days, ids and the like, which forms send besides what somebody wrote.
KEY = re.compile(r"[\d.:/-]*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}.*")


@cache
def _choices() -> frozenset[str]:
    """What boxes and lists are sent as."""
    kinds = (kind.values for kind in TextChoices.__subclasses__())
    return frozenset({"on", "yes", "no", *dict(settings.LANGUAGES)}.union(*kinds))


def _written(request: HttpRequest) -> list[str]:
    """What somebody wrote in a form that is refused as a whole: the page gives it back."""
    if "_typed" not in request.POST:
        return []
    typed = [(name, text.strip()) for name, text in request.POST.items() if not name.startswith("_")]
    return [
        text
        for name, text in typed
        if name != "csrfmiddlewaretoken"
        and "password" not in name
        and text not in _choices()
        and not KEY.fullmatch(text)
    ]
