"""The history of a portfolio."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assessments.history import events_in, told
from portfolio.access import enrolment_for

PER_PAGE = 50


@never_cache
@require_safe
def history(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Every event of its ledger as a sentence, the latest first."""
    enrolment = enrolment_for(request.user, uid)
    page = Paginator(events_in(request.user, enrolment), PER_PAGE).get_page(request.GET.get("page"))
    context = {"enrolment": enrolment, "page": page, "entries": told(enrolment, page)}
    return render(request, "assessments/history.html", context)
