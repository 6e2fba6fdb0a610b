"""The last steps of a standard: what is signed is shown first, then signed with one button."""

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.forms import bound, switching
from assessments import access
from assessments.behind import basis, criteria_with_evidence
from assessments.forms import AcknowledgeForm
from assessments.forms_quality import WithdrawForm
from assessments.services import sign_offs as services
from portfolio.access import enrolled_standard_for
from portfolio.models import EnrolledStandard


@never_cache
def declare_competent(request: HttpRequest, uid: UUID) -> HttpResponse:
    row = enrolled_standard_for(request.user, uid)
    if not _pressed(request):
        return _summary(request, row, "competent")
    services.declare_competent(by=request.user, enrolled_standard=row)
    messages.success(request, _("Declared competent. Next, the learner acknowledges it."))
    return redirect("enrolled_standard", uid)


@never_cache
def acknowledge(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The learner says yes with one button; a manager who stands in for one who has left says why."""
    row = enrolled_standard_for(request.user, uid)
    if row.enrolment.learner_id == request.user.pk:
        return _acknowledged(request, row) if _pressed(request) else _summary(request, row, "acknowledge")
    form, submitted = bound(AcknowledgeForm, request, initial={"language": get_language()})
    if submitted and form.is_valid():
        return _acknowledged(request, row, **form.cleaned_data)
    return _summary(request, row, "acknowledge", form)


@never_cache
def release(request: HttpRequest, uid: UUID) -> HttpResponse:
    row = enrolled_standard_for(request.user, uid)
    if not _pressed(request):
        return _summary(request, row, "release")
    services.release(by=request.user, enrolled_standard=row)
    messages.success(request, _("Released for claiming."))
    return redirect("releases")


@never_cache
def sign_off_withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a sign-off back, with a reason."""
    row = enrolled_standard_for(request.user, uid)
    services.check("withdraw", by=request.user, enrolled_standard=row)
    form, submitted = bound(WithdrawForm, request, initial={"language": get_language()})
    if submitted and form.is_valid():
        services.withdraw(by=request.user, enrolled_standard=row, **form.cleaned_data)
        messages.success(request, _("The sign-off is withdrawn. The standard is in progress again."))
        return redirect("enrolled_standard", uid)
    context = {"row": row, "form": form}
    return render(request, "assessments/sign_off_withdraw.html", context, status=422 if form.errors else 200)


def _pressed(request: HttpRequest) -> bool:
    return request.method == "POST" and not switching(request)


def _acknowledged(request: HttpRequest, row: EnrolledStandard, **why: str) -> HttpResponse:
    services.acknowledge(by=request.user, enrolled_standard=row, **why)
    messages.success(request, _("Acknowledged. Next, it is checked and released for claiming."))
    return redirect("enrolled_standard", row.uid)


def _summary(
    request: HttpRequest, row: EnrolledStandard, move: str, form: Form | None = None
) -> HttpResponse:
    """What is about to be signed, for whom, and what it rests on; refused where it cannot be signed."""
    services.check(move, by=request.user, enrolled_standard=row)
    context = {
        "row": row,
        "move": move,
        "form": form,
        "basis": basis(criteria_with_evidence(row, request.user)),
        "sign_offs": services.standing(access.sign_offs_of(row)),
        "appealed": bool(services.under_appeal([row])),
    }
    return render(request, "assessments/sign_off.html", context, status=422 if form and form.errors else 200)
