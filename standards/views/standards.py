"""Pages of standards."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from standards.access import (
    listed,
    may_import,
    other_editions,
    standard_for,
    standards_visible_to,
    suites_visible_to,
)
from standards.forms.standards import StandardFilter
from standards.models import Kind, TextStatus

PAGE = 25


@require_safe
def standards(request: HttpRequest) -> HttpResponse:
    """All standards, with search and filters."""
    form = StandardFilter(request.GET, suites=suites_visible_to(request.user))
    found = form.narrow(standards_visible_to(request.user))
    pages: Paginator[int] = Paginator(found, PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "standards": listed(page.object_list),
        "may_import": may_import(request.user),
    }
    return render(request, "standards/standards.html", context)


@require_safe
def standard(request: HttpRequest, urn: str, edition: str) -> HttpResponse:
    """One standard in the page's language, or (?view=both) in both side by side."""
    row = standard_for(request.user, urn, edition)
    here = get_language()
    both = request.GET.get("view") == "both"
    there = "en" if here == "cy" else "cy"
    only = there if row.status(here) == TextStatus.NONE else here
    criteria = list(row.criteria.all())
    context = {
        "standard": row,
        "both": both,
        "sheets": [row.texts_in(language) for language in (["cy", "en"] if both else [only])],
        "title": row.texts_in(only),
        "sources": [row.texts_in("cy"), row.texts_in("en")],
        "others": other_editions(request.user, row),
        "may_import": may_import(request.user),
        "is_missing": only != here,
        "performance": [criterion for criterion in criteria if criterion.kind == Kind.PERFORMANCE],
        "knowledge": [criterion for criterion in criteria if criterion.kind == Kind.KNOWLEDGE],
    }
    return render(request, "standards/standard.html", context)
