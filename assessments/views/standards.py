"""One standard of one learner, from the first evidence to its release."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assessments import access
from assessments.behind import criteria_with_evidence
from assessments.services import sign_offs as services
from assessments.services.editions import may_confirm
from assessments.services.plans import SIDES
from portfolio.access import enrolled_standard_for
from portfolio.parts import parts_in
from portfolio.strategy import ADVICE
from portfolio.workflow import allowing


@never_cache
@require_safe
def enrolled_standard(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Each criterion with its state and what stands behind it; the sign-offs; what comes next."""
    row = enrolled_standard_for(request.user, uid)
    criteria = criteria_with_evidence(row, request.user)
    context = {
        "row": row,
        "criteria": criteria,
        "sign_offs": access.sign_offs_of(row),
        "moves": services.open_moves(by=request.user, enrolled_standard=row),
        "may_plan": bool(parts_in(request.user, row.enrolment) & set(SIDES))
        and row.enrolment.state in allowing("write")
        and row.state != "moved",
        "own": row.enrolment.learner_id == request.user.pk,
        "confirms": row.moved_from_id is not None and may_confirm(request.user, row),
        "waiting": any(support.to_confirm for entry in criteria for support in entry.support),
    }
    return render(request, "assessments/enrolled_standard.html", context)


@never_cache
@require_safe
def criterion(request: HttpRequest, uid: UUID, reference: str) -> HttpResponse:
    """One criterion in a portfolio: its state and why, and every judgement ever made on it."""
    row = enrolled_standard_for(request.user, uid)
    entry = next(iter(criteria_with_evidence(row, request.user, reference)), None)
    if entry is None:
        raise Http404
    context = {"row": row, "entry": entry, "lines": entry.lines, "advice": ADVICE[entry.criterion.kind]}
    return render(request, "assessments/criterion.html", context)
