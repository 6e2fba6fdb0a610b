"""Appeals: opened by the learner, answered at each level."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.forms import bound, switching
from accounts.refusals import Invalid
from assessments import access
from assessments.forms_appeals import AppealAnswerForm, AppealEndForm, AppealForm
from assessments.models import Appeal
from assessments.services import appeals as services
from assessments.workflow import LEVELS
from portfolio.access import enrolled_standard_for, enrolment_for
from portfolio.models import Enrolment
from portfolio.parts import parts_in


@never_cache
@require_safe
def appeals(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Every appeal of a portfolio, and how it stands."""
    enrolment = enrolment_for(request.user, uid)
    context = {"enrolment": enrolment, "appeals": access.appeals_in(enrolment)}
    return render(request, "assessments/appeals.html", context)


@never_cache
def appeal_review(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Appeal against the decisions of a review."""
    review = access.review_for(request.user, uid)
    return _new(request, review.submission.evidence.enrolment, review=review)


@never_cache
def appeal_standard(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Appeal against how far a standard is."""
    row = enrolled_standard_for(request.user, uid)
    return _new(request, row.enrolment, enrolled_standard=row)


def _new(request: HttpRequest, enrolment: Enrolment, **about) -> HttpResponse:
    services.check_may_open(by=request.user, enrolment=enrolment, **about)
    form, submitted = bound(AppealForm, request, initial={"language": get_language()})
    if submitted and form.is_valid():
        appeal = services.open_appeal(by=request.user, **about, **form.cleaned_data)
        messages.success(request, _("Your appeal is open. The assessor answers first."))
        return redirect("appeal", appeal.uid)
    context = {"form": form, "enrolment": enrolment, **about}
    return render(request, "assessments/appeal_new.html", context, status=422 if form.errors else 200)


@never_cache
def appeal(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What it is about, what was said so far, and what this person can do now."""
    found = access.appeal_for(request.user, uid)
    moves = services.open_moves(by=request.user, appeal=found)
    if request.method == "POST" and not switching(request) and moves.isdisjoint({"answer", "further"}):
        services.check(f"answer-{found.state}", by=request.user, appeal=found)
    form_class = AppealAnswerForm if "answer" in moves else AppealForm if "further" in moves else None
    form, submitted = None, False
    if form_class:
        form, submitted = bound(form_class, request, initial={"language": get_language()})
    if submitted and form.is_valid():
        try:
            _said(request, found, form)
        except Invalid as refusal:
            form.add_error("answered_on", str(refusal))
        else:
            return redirect("appeal", uid)
    for_nobody = services.waits_for_nobody(found)
    context = {
        "appeal": found,
        "acts": access.acts_of(found),
        "moves": moves,
        "form": form,
        "waits": found.state in LEVELS,
        "for_nobody": for_nobody,
        "managers": access.managers_of(found) if for_nobody else [],
        "manages": "manager" in parts_in(request.user, found.enrolment),
    }
    return render(request, "assessments/appeal.html", context, status=422 if form and form.errors else 200)


def _said(request: HttpRequest, found: Appeal, form) -> None:
    """Record what the form holds."""
    if isinstance(form, AppealAnswerForm):
        services.answer(by=request.user, appeal=found, **form.cleaned_data)
        messages.success(request, _("Answered. The learner reads it now."))
    else:
        services.take_further(by=request.user, appeal=found, **form.cleaned_data)
        messages.success(request, _("Your appeal was taken further."))


@never_cache
def appeal_end(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Asks first: what has ended here does not begin again. What was typed on the way comes along, and back."""
    found = access.appeal_for(request.user, uid)
    services.check(services.ending(found.state), by=request.user, appeal=found)
    others = request.user.pk != found.enrolment.learner_id
    initial = {"language": get_language()}
    form, submitted = bound(AppealEndForm, request, wants_reason=others, initial=initial)
    if submitted and form.is_valid():
        services.end(by=request.user, appeal=found, **form.cleaned_data)
        messages.success(request, _("The appeal has ended. What was said stays to be read."))
        return redirect("appeal", uid)
    context = {"form": form, "appeal": found, "others": others}
    return render(request, "assessments/appeal_end.html", context, status=422 if form.errors else 200)
