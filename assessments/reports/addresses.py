"""Where a report leads its reader."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from assessments.reports.texts import Both
from portfolio.models import Submission


def page_of(submission: Submission) -> Both:
    """The page of the evidence in either language."""
    return Both(*(_in(language, "evidence", submission.evidence.uid) for language in ("cy", "en")))


def verification_of(code: str) -> str:
    """Where anybody checks a code; it leads on to the page in the reader's language."""
    return settings.ADDRESS + reverse("verification", args=[code])


def _in(language: str, name: str, argument: object) -> str:
    with translation.override(language):
        return settings.ADDRESS + reverse(name, args=[argument])
