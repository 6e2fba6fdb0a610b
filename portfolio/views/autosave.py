"""Answers to a form that saves itself in the background (static/js/autosave.js)."""

from datetime import datetime

from django.http import JsonResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portfolio.models import Evidence


def saved(evidence: Evidence) -> JsonResponse:
    """When, and which version the form is to go on from."""
    return JsonResponse({"version": evidence.version, "said": _said(evidence.changed_at)})


def noted() -> JsonResponse:
    """That it was saved just now, where nobody else could have changed it."""
    return JsonResponse({"said": _said(timezone.now())})


def _said(when: datetime) -> str:
    return _("Saved: %(when)s") % {"when": date_format(timezone.localtime(when), "H:i")}


def not_saved() -> JsonResponse:
    """There is nothing yet that could be saved."""
    return JsonResponse({"said": _("Not saved yet.")}, status=422)


def overtaken() -> JsonResponse:
    """Somebody, or the same person elsewhere, was quicker."""
    said = _(
        "This was changed in another window or on another device. What you typed here since then is not saved. "
        "Press the button to compare."
    )
    return JsonResponse({"said": said}, status=409)
