"""Which edition comes after which."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.forms import bound
from standards import editions
from standards.access import possible_successors, standard_for
from standards.forms.editions import SuccessorForm, SuccessorSearch

SHOWN = 25


def successor(request: HttpRequest, urn: str, edition: str) -> HttpResponse:
    """A manager chooses the standard that supersedes this one, among those the search finds."""
    row = standard_for(request.user, urn, edition)
    search = SuccessorSearch(request.GET)
    query = search.cleaned_data["q"] if search.is_valid() else ""
    found = list(possible_successors(request.user, row, query)[:SHOWN])
    if row.superseded_by and row.superseded_by not in found:
        found.insert(0, row.superseded_by)
    initial = {"successor": row.superseded_by_id or ""}
    form, submitted = bound(SuccessorForm, request, found=found, initial=initial)
    if submitted and form.is_valid():
        editions.supersede(by=request.user, standard=row, successor=form.cleaned_data["successor"])
        messages.success(request, _("Saved."))
        return redirect("standard", urn, edition)
    context = {"standard": row, "form": form, "search": search}
    return render(request, "standards/successor.html", context, status=422 if form.errors else 200)
