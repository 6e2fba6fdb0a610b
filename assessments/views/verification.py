"""Whoever holds a report asks whether it is genuine: no sign-in, and never a name."""

import hashlib

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.forms import bound
from assessments.forms_reports import VerifyForm
from assessments.reports import access

# So many questions of one address in so many seconds.
QUESTIONS, WINDOW = 60, 300


@require_GET
@login_not_required
def verification(request: HttpRequest, code: str) -> HttpResponse:
    """Where the printed code leads: on to the page in the reader's language."""
    with translation.override(translation.get_language_from_request(request)):
        return redirect("verification_page", code)


@never_cache
@require_GET
@login_not_required
def verification_page(request: HttpRequest, code: str) -> HttpResponse:
    return _answer(request, code=code)


@never_cache
@require_GET
@login_not_required
def verification_file(request: HttpRequest, digest: str) -> HttpResponse:
    """The answer about a file stands at the address of its hash, so that it is there in the other language, too.

    With a code in the query it is about both together.
    """
    return _answer(request, digest=digest, code=access.printed_code(request.GET.get("code", "")))


@never_cache
@login_not_required
def verify(request: HttpRequest) -> HttpResponse:
    """Asks for a code or a file; the answer has a page of its own."""
    form, submitted = bound(VerifyForm, request, initial={"code": request.GET.get("code", "")})
    if not submitted:
        return render(request, "assessments/verify.html", {"form": form})
    if _asks_too_often(request):
        return render(request, "429.html", status=429)
    if not form.is_valid():
        return render(request, "assessments/verify.html", {"form": form}, status=422)
    code = form.cleaned_data["code"]
    if file := form.cleaned_data["file"]:
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
        there = reverse("verification_file", args=[digest.hexdigest()])
        return redirect(f"{there}?code={code}" if code else there)
    return redirect("verification_page", code)


def _answer(request: HttpRequest, *, code: str = "", digest: str = "") -> HttpResponse:
    """What is known of the code, the hash, or whether both are of one report; unless this address asks too often."""
    if _asks_too_often(request):
        return render(request, "429.html", status=429)
    of_file = access.issued_file(digest) if digest else None
    of_code = access.issued_report(code) if code else None
    report = of_file or of_code
    context = {
        "report": report,
        "superseded": report and access.is_superseded(report),
        "overtaken": report and access.is_overtaken(report),
        "code": code,
        "digest": digest,
        "differs": bool(report and code and digest and of_file != of_code),
        "of_file": of_file,
    }
    genuine = report and not context["differs"]
    return render(request, "assessments/verification_page.html", context, status=200 if genuine else 404)


def _asks_too_often(request: HttpRequest) -> bool:
    """Counted in the cache that all processes share."""
    key = f"verify:{get_adapter(request).get_client_ip(request)}"
    cache.add(key, 0, WINDOW)
    try:
        return cache.incr(key) > QUESTIONS
    except ValueError:
        # It ran out in between: the next window begins.
        return False
