"""A manager's pages: programmes, enrolments, who is allocated."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models.functions import Lower
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import managed_provider_for, membership_for
from accounts.forms import bound, must_ask
from accounts.refusals import Invalid
from portfolio import access, workflow
from portfolio.forms.programmes import (
    AllocationForm,
    EnrolForm,
    EnrolmentEditForm,
    HandOverForm,
    ProgrammeForm,
)
from portfolio.models import Allocation
from portfolio.parts import held_as, holders
from portfolio.services import enrolments as services
from standards.access import standards_visible_to

PER_PAGE = 50
# What a manager reads where nobody who is allocated is qualified.
WANTING = {
    "countersigner": gettext_lazy(
        "This person holds no qualification as an assessor for these standards, so they cannot countersign there: "
        "%(urns)s. Record it on their page, or allocate somebody else."
    ),
    "assessor": gettext_lazy(
        "Nobody who is allocated holds a qualification as an assessor for these standards, so that decisions there do "
        "not count: %(urns)s. Allocate a countersigning assessor who does."
    ),
}


@require_safe
def programmes(request: HttpRequest, uid: UUID) -> HttpResponse:
    provider = managed_provider_for(request.user, uid)
    context = {"provider": provider, "programmes": access.programmes_of([provider])}
    return render(request, "portfolio/programmes.html", context)


@require_safe
def programme(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One programme and its learners with their progress."""
    found = access.programme_for(request.user, uid)
    page = Paginator(access.enrolments_of(found), PER_PAGE).get_page(request.GET.get("page"))
    context = {"programme": found, "page": page}
    return render(request, "portfolio/programme.html", context)


def programme_new(request: HttpRequest, uid: UUID) -> HttpResponse:
    provider = managed_provider_for(request.user, uid)
    form, submitted = bound(ProgrammeForm, request, offered=_offered(request))
    if submitted and form.is_valid():
        made = services.create_programme(by=request.user, provider=provider, **form.cleaned_data)
        messages.success(request, _("The programme was added."))
        return redirect("programme", made.uid)
    return _page(request, "portfolio/programme_new.html", form, provider=provider)


def programme_edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = access.programme_for(request.user, uid)
    names = ("title_cy", "title_en", "awarding_body", "qualification_number")
    initial = {name: getattr(found, name) for name in names} | {"standards": found.standards.all()}
    form, submitted = bound(ProgrammeForm, request, offered=_offered(request), initial=initial)
    if submitted and form.is_valid():
        services.change_programme(by=request.user, programme=found, **form.cleaned_data)
        messages.success(request, _("The programme was changed. Portfolios that exist keep their standards."))
        return redirect("programme", uid)
    return _page(request, "portfolio/programme_edit.html", form, programme=found)


def enrol(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = access.programme_for(request.user, uid)
    form, submitted = bound(EnrolForm, request, programme=found)
    if submitted and form.is_valid():
        try:
            enrolment = services.enrol(by=request.user, programme=found, **form.cleaned_data)
        except Invalid as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("The learner is enrolled. Allocate an assessor and an internal quality assurer next."),
            )
            return redirect("enrolment", enrolment.uid)
    return _page(request, "portfolio/enrol.html", form, programme=found)


def enrolment(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What a manager keeps about one enrolment: details, allocations, state."""
    found = access.managed_enrolment_for(request.user, uid)
    names = ("language", "registration_number", "registered_on", "cohort", "started_on")
    initial = {name: getattr(found, name) for name in names}
    form, submitted = bound(EnrolmentEditForm, request, enrolment=found, initial=initial)
    if submitted and form.is_valid():
        services.change_enrolment(by=request.user, enrolment=found, **form.cleaned_data)
        messages.success(request, _("The enrolment was changed."))
        return redirect("enrolment", uid)
    context = {
        "enrolment": found,
        "standards": access.standards_of(found),
        "allocations": access.allocations_of(found),
        "assessed": holders(found, "assessor").exists(),
        "allocation_form": AllocationForm(enrolment=found),
        "moves": workflow.ENROLMENT.open_to(state=found.state, parts={"manager"}),
    }
    return _page(request, "portfolio/enrolment.html", form, **context)


@require_POST
def allocate(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = access.managed_enrolment_for(request.user, uid)
    form = AllocationForm(request.POST, enrolment=found)
    if not form.is_valid():
        raise Invalid(_("Choose somebody from the list. Nothing was changed."))
    role, user = form.chosen()
    allocation = services.allocate(by=request.user, enrolment=found, user=user, role=role)
    messages.success(request, _("Allocated: %(name)s") % {"name": user.name})
    _warn(request, [allocation])
    return redirect("enrolment", uid)


def _warn(request: HttpRequest, allocations: list[Allocation]) -> None:
    """Say in which standards what these people decide does not count yet."""
    for role, text in WANTING.items():
        theirs = (services.without_countersigner(each) for each in allocations if each.role == role)
        if urns := sorted(set().union(*theirs)):
            messages.warning(request, text % {"urns": ", ".join(urns)})


def hand_over(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Give the learners of somebody who leaves, or who has too many, to another in the same role."""
    found = membership_for(request.user, uid)
    held = held_as(found).select_related("enrolment__learner", "enrolment__programme__provider")
    held = held.order_by(Lower("enrolment__learner__name"), "pk")
    form, submitted = bound(HandOverForm, request, membership=found, held=held)
    if submitted and form.is_valid():
        try:
            taken = services.hand_over(by=request.user, **form.cleaned_data)
        except Invalid as refusal:
            form.add_error(None, str(refusal))
        else:
            told = {"count": len(taken), "name": form.cleaned_data["to"].name}
            messages.success(request, _("Handed over to %(name)s: %(count)s") % told)
            _warn(request, taken)
            return redirect("membership", uid)
    return _page(request, "portfolio/hand_over.html", form, membership=found, held=held)


@require_POST
def allocation_end(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Asks first: what has ended here does not begin again."""
    found = access.managed_allocation_for(request.user, uid)
    if must_ask(request):
        return render(request, "portfolio/allocation_end.html", {"allocation": found})
    services.end_allocation(by=request.user, allocation=found)
    messages.success(request, _("The allocation has ended. What was done keeps its name."))
    return redirect("enrolment", found.enrolment.uid)


@require_POST
def enrolment_move(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A move after which nothing can be changed any more asks first."""
    found = access.managed_enrolment_for(request.user, uid)
    move = request.POST.get("move", "")
    if move not in {m.name for m in workflow.ENROLMENT.moves}:
        raise Invalid()
    step = workflow.ENROLMENT.check(move, state=found.state, parts={"manager"})
    if not workflow.ALLOWED[step.target] and must_ask(request):
        context = {"enrolment": found, "move": step, "standards": access.standards_of(found)}
        return render(request, "portfolio/enrolment_end.html", context)
    moved = services.move_enrolment(by=request.user, enrolment=found, move=move)
    messages.success(request, _("The enrolment is now: %(state)s") % {"state": moved.get_state_display()})
    return redirect("enrolment", uid)


def _offered(request: HttpRequest):
    return standards_visible_to(request.user).in_order(get_language())


def _page(request: HttpRequest, template: str, form: BaseForm, **context: object) -> HttpResponse:
    """A page with a form: 422 while the form has errors."""
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)
