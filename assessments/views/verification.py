"""Whoever holds a report asks whether it is genuine: no sign-in, and never a name."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_GET

from assessments import access


@require_GET
@login_not_required
def verification(request: HttpRequest, code: str) -> HttpResponse:
    """Where the printed code leads: on to the page in the reader's language."""
    with translation.override(translation.get_language_from_request(request)):
        return redirect("verification_page", code)


@require_GET
@login_not_required
def verification_page(request: HttpRequest, code: str) -> HttpResponse:
    found = access.issued_report(code)
    context = {"report": found, "code": code}
    return render(request, "assessments/verification_page.html", context, status=200 if found else 404)
