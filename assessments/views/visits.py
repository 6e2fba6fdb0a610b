"""External quality assurance: a manager invites to a visit; whoever makes it reads."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.forms import bound
from accounts.refusals import Invalid
from assessments.forms_quality import VisitForm
from assessments.sampling import access
from portfolio import access as portfolio_access
from portfolio.parts import people_who
from portfolio.services import visits as services

PER_PAGE = 50


@never_cache
def visits(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Who was invited to look at a programme, and a form to invite."""
    programme = portfolio_access.programme_for(request.user, uid)
    people = people_who(programme.provider, "eqa")
    form, submitted = bound(VisitForm, request, people=people)
    if submitted and form.is_valid():
        try:
            services.open_visit(by=request.user, programme=programme, **form.cleaned_data)
        except Invalid as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("They can read from now on. It ends by itself."))
            return redirect("visits", uid)
    context = {
        "programme": programme,
        "visits": portfolio_access.visits_of(programme),
        "people": people,
        "now": timezone.now(),
        "form": form,
    }
    return render(request, "assessments/visits.html", context, status=422 if form.errors else 200)


@require_POST
def visit_end(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = portfolio_access.managed_visit_for(request.user, uid)
    services.end_visit(by=request.user, visit=found)
    messages.success(request, _("The visit has ended."))
    return redirect("visits", found.programme.uid)


@never_cache
@require_safe
def visit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Everything an external quality assurer chooses from: learners, plans, samples, staff."""
    found = portfolio_access.visit_for(request.user, uid)
    learners = Paginator(access.examined_portfolios(found), PER_PAGE)
    context = {
        "visit": found,
        "learners": learners.get_page(request.GET.get("page")),
        "plans": access.plans_of(found.programme),
        "staff": access.staff_of(found.programme.provider),
    }
    return render(request, "assessments/visit.html", context)
