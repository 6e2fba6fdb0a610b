"""Plans of assessment: made from the gaps, agreed, reviewed at each visit."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.forms import bound, switching
from accounts.refusals import Invalid, Refusal
from assessments import plans as reading
from assessments.forms_plans import PlanForm, PlanReviewForm, all_of
from assessments.models import AssessmentPlan
from assessments.services import plans as services
from assessments.workflow import PLAN
from portfolio.access import enrolment_for


@never_cache
@require_safe
def plans(request: HttpRequest, uid: UUID) -> HttpResponse:
    enrolment = enrolment_for(request.user, uid)
    context = {
        "enrolment": enrolment,
        "plans": reading.plans_of(enrolment),
        "may_plan": _may(services.check_may_plan, by=request.user, enrolment=enrolment),
    }
    return render(request, "assessments/plans.html", context)


@never_cache
def plan_new(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What is open in the standard that one comes from, or in the only one, is chosen already: look, then press."""
    enrolment = enrolment_for(request.user, uid)
    services.check_may_plan(by=request.user, enrolment=enrolment)
    gaps, language = reading.gaps(enrolment), get_language() or ""
    standards = {c.standard for c in gaps}
    chosen = [all_of(s) for s in standards if len(standards) == 1 or s.urn == request.GET.get("standard")]
    initial = {"language": enrolment.language, "criteria": chosen}
    form, submitted = bound(PlanForm, request, gaps=gaps, language=language, initial=initial)
    if submitted and form.is_valid():
        try:
            made = services.make_plan(by=request.user, enrolment=enrolment, **form.cleaned_data)
        except Invalid as refusal:
            form.add_error("planned_on", str(refusal))
        else:
            messages.success(request, _("The plan is made. It holds once you have both agreed."))
            return redirect("plan", made.uid)
    context = {"form": form, "enrolment": enrolment, "gaps": gaps}
    return render(request, "assessments/plan_new.html", context, status=422 if form.errors else 200)


@never_cache
def plan(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What was planned beside what arrived; at a visit the assessor writes down what was said."""
    found = reading.plan_for(request.user, uid)
    if request.method == "POST" and not switching(request):
        PLAN.check("review", state=found.state, parts=services.parts_on_plan(request.user, found))
    form, submitted = bound(PlanReviewForm, request, initial={"language": get_language()})
    if submitted and form.is_valid():
        try:
            services.review_plan(by=request.user, plan=found, **form.cleaned_data)
        except Invalid as refusal:
            form.add_error("next_visit_on", str(refusal))
        else:
            messages.success(request, _("The visit is written down."))
            return redirect("plan", uid)
    return render(
        request, "assessments/plan.html", _context(request, found, form), status=422 if form.errors else 200
    )


def _context(request: HttpRequest, found: AssessmentPlan, form: PlanReviewForm) -> dict:
    return {
        "plan": found,
        "aims": reading.aims_of(found, request.user),
        "acts": found.acts.select_related("signed_by", "words"),
        "moves": services.open_moves(by=request.user, plan=found),
        "form": form,
    }


@require_POST
def plan_agree(request: HttpRequest, uid: UUID) -> HttpResponse:
    services.agree(by=request.user, plan=reading.plan_for(request.user, uid))
    messages.success(request, _("You have agreed to the plan."))
    return redirect("plan", uid)


@require_POST
def plan_close(request: HttpRequest, uid: UUID) -> HttpResponse:
    services.close_plan(by=request.user, plan=reading.plan_for(request.user, uid))
    messages.success(request, _("The plan is closed."))
    return redirect("plan", uid)


def _may(check, **about) -> bool:
    try:
        check(**about)
    except Refusal:
        return False
    return True
