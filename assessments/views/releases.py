"""What an IQA does with a whole standard: release it, alone or with others, or take its sign-off back."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.forms import bound
from assessments import access
from assessments.forms_quality import ReleaseForm, WithdrawForm
from assessments.services import sign_offs as services
from portfolio.access import enrolled_standard_for

PER_PAGE = 50


@never_cache
def releases(request: HttpRequest) -> HttpResponse:
    """Standards that wait for this quality assurer, with what still stands in the way of each."""
    page = Paginator(access.standards_to_release(request.user), PER_PAGE).get_page(request.GET.get("page"))
    in_the_way = services.in_the_way(by=request.user, rows=list(page))
    rows = [(row, in_the_way.get(row.pk)) for row in page]
    form, submitted = bound(ReleaseForm, request, rows=[row for row, refusal in rows if not refusal])
    if submitted and form.is_valid():
        released = services.release_all(by=request.user, enrolled_standards=form.chosen)
        messages.success(request, _("Released for claiming: %(count)s") % {"count": len(released)})
        return redirect("releases")
    ticked = form["standard"].value() or []
    context = {"page": page, "rows": rows, "form": form, "ticked": ticked}
    return render(request, "assessments/releases.html", context, status=422 if form.errors else 200)


@require_POST
def release(request: HttpRequest, uid: UUID) -> HttpResponse:
    row = enrolled_standard_for(request.user, uid)
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
