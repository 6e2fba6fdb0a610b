"""What waits for an IQA's release, to be released together."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.forms import bound
from assessments import access
from assessments.forms_quality import ReleaseForm
from assessments.services import sign_offs as services
from portfolio.parts import roles_and_allocated

PER_PAGE = 50


@never_cache
def releases(request: HttpRequest) -> HttpResponse:
    """Standards that wait for this quality assurer, with what still stands in the way of each.

    Those that were ticked are listed once more before they are released.
    """
    roles, held = roles_and_allocated(request.user)
    waiting = access.standards_to_release(held["iqa"])
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    in_the_way = services.in_the_way(by=request.user, rows=list(page))
    rows = [(row, in_the_way.get(row.pk)) for row in page]
    form, submitted = bound(ReleaseForm, request, rows=[row for row, refusal in rows if not refusal])
    if submitted and form.is_valid():
        if not form.cleaned_data["confirmed"]:
            return render(request, "assessments/releases_confirm.html", {"form": form, "rows": form.chosen})
        released = services.release_all(by=request.user, enrolled_standards=form.chosen)
        messages.success(request, _("Released for claiming: %(count)s") % {"count": len(released)})
        return redirect("releases")
    ticked = form["standard"].value() or []
    context = {"roles": roles, "page": page, "rows": rows, "form": form, "ticked": ticked}
    return render(request, "assessments/releases.html", context, status=422 if form.errors else 200)
