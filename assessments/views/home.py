"""The first page: what waits for this person, whoever they are."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import managed_by, roles_of
from accounts.models import User
from assessments import access, caseload
from assessments.forms_plans import CaseloadFilter
from assessments.sampling.access import actions_of, samples_theirs
from portfolio.access import visits_by
from portfolio.models import Enrolment

PER_PAGE = 60
SHOWN = 6


@dataclass(frozen=True)
class Step:
    """The one thing to do next."""

    text: str | Promise
    href: str
    action: str | Promise


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Sections for each part a person plays; most play one."""
    user, roles = request.user, roles_of(request.user)
    context: dict = {"roles": roles, **_as_learner(user)}
    if roles & {"assessor", "iqa", "eqa"}:
        learners = access.caseload_of(user)
        context["learners"] = Paginator(learners, PER_PAGE).get_page(request.GET.get("page"))
    if "assessor" in roles:
        context |= _as_assessor(request)
        context["actions"] = actions_of(user).count()
    if "iqa" in roles:
        context["releases"] = access.standards_to_release(user).count()
        context["samples"] = samples_theirs(user).filter(state__in=["chosen", "answered"]).count()
    if "eqa" in roles:
        context["visits"] = visits_by(user)
    if "manager" in roles:
        context["providers"] = managed_by(user)
    return render(request, "assessments/home.html", context)


def _as_learner(user: User) -> dict:
    portfolios = list(access.own_portfolios(user))
    if not portfolios:
        return {"portfolios": []}
    returned = access.feedback_for(user)
    open_portfolios = [p for p in portfolios if p.state == "active"] or portfolios
    return {
        "portfolios": portfolios,
        "first": open_portfolios[0],
        "step": _next_step(user, open_portfolios),
        "to_improve": returned.filter(wanting__gt=0)[:SHOWN],
        "accepted": returned.filter(wanting=0)[:SHOWN],
    }


def _next_step(user: User, portfolios: list[Enrolment]) -> Step:
    """A standard to acknowledge comes before work that came back, that before drafts, those before new evidence."""
    rows = [row for portfolio in portfolios for row in portfolio.enrolled_standards.all()]
    if row := next((row for row in rows if row.state == "competent"), None):
        return Step(
            _("Your assessor has declared you competent in a standard. Look at it and acknowledge it."),
            reverse("enrolled_standard", args=[row.uid]),
            _("Look at the standard"),
        )
    if review := access.feedback_for(user).filter(wanting__gt=0).first():
        return Step(
            _("Evidence came back. Read the feedback, add what is needed, then submit it again."),
            reverse("evidence", args=[review.submission.evidence.uid]),
            _("Read the feedback"),
        )
    if draft := access.own_drafts(user).first():
        return Step(
            _("You have kept evidence that is not submitted yet. Finish it while you remember it well."),
            reverse("to_finish", args=[draft.enrolment.uid]),
            _("Finish the evidence"),
        )
    return Step(
        _("Nothing waits for you. Next time you do something at work that shows a criterion, keep it here."),
        reverse("map", args=[portfolios[0].uid]),
        _("See what is still open"),
    )


def _as_assessor(request: HttpRequest) -> dict:
    user = request.user
    choices = list(access.caseload_choices(user))
    mine = {pk for pk, *_rest in choices}
    learners = dict.fromkeys((str(uid), name) for _pk, uid, name, _urn in choices)
    urns = sorted({urn for *_rest, urn in choices if urn})
    form = CaseloadFilter(request.GET, learners=list(learners), standards=urns)
    form.is_valid()
    chosen = caseload.Chosen(**{name: form.cleaned_data.get(name, "") for name in form.fields})
    queue = list(caseload.waiting(mine, chosen)[: SHOWN + 1])
    return {
        "filter": form,
        **caseload.counted(mine, chosen),
        "queue": queue[:SHOWN],
        "to_countersign": access.reviews_to_countersign(user).count(),
        "to_sign": caseload.to_sign(user, chosen),
        "due": caseload.due(user, chosen),
        "quiet": caseload.quiet(user, chosen),
        "assesses": bool(mine),
    }
