"""A portfolio: what it is for, how far it is, what is in it, who is in it."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assessments import access
from assessments.forms_plans import RECORD_FORMS
from assessments.models import ReportForm
from assessments.reports.access import reports_in
from assessments.services.reports import offered
from portfolio.access import allocations_of, as_known_to, enrolment_for
from portfolio.models import EvidenceKind
from portfolio.parts import parts_in
from portfolio.workflow import ALLOWED, REFUSED

PER_PAGE = 50


@never_cache
@require_safe
def portfolio(request: HttpRequest, uid: UUID) -> HttpResponse:
    enrolment = enrolment_for(request.user, uid)
    parts = parts_in(request.user, enrolment)
    standards = access.standards_in(enrolment)
    pages = Paginator(access.evidence_in(request.user, enrolment), PER_PAGE)
    evidence = pages.get_page(request.GET.get("page"))
    evidence.object_list = as_known_to(request.user, evidence.object_list)
    context = {
        "enrolment": enrolment,
        "own": "learner" in parts,
        "may_add": bool(parts & {"learner", "assessor"}) and "write" in ALLOWED[enrolment.state],
        "manages": "manager" in parts,
        "records": [(kind, EvidenceKind(kind).label) for kind in RECORD_FORMS],
        "closed": REFUSED.get(enrolment.state),
        "standards": standards,
        "evidence": evidence,
        "people": allocations_of(enrolment).current(),
        "reports": reports_in(enrolment, parts),
        "offered": offered(parts, standards),
        "forms": ReportForm.choices,
    }
    return render(request, "assessments/portfolio.html", context)
