"""The first page: what waits for this person, whoever they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet, Window
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import managed_by
from accounts.models import Provider, User
from assessments import access, caseload
from assessments.models import Review
from assessments.plans import plans_to_agree, visits_due
from assessments.sampling.access import actions_of, waiting_for
from assessments.services import appeals
from portfolio.access import left_alone_at, programmes_of, visits_by
from portfolio.models import Enrolment
from portfolio.parts import examined_by, roles_and_allocated
from portfolio.workflow import REFUSED, allowing

PER_PAGE = 60
SHOWN = 6


@dataclass(frozen=True)
class Step:
    """Something to do next."""

    text: str | Promise
    href: str
    action: str | Promise


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Sections for each part a person plays; most play one."""
    user = request.user
    roles, held = roles_and_allocated(user)
    context: dict = {"roles": roles, **_as_learner(user)}
    if roles & {"assessor", "iqa", "eqa"}:
        theirs = set().union(*held.values())
        if "eqa" in roles:
            theirs |= set(examined_by(user).values_list("pk", flat=True))
            context["visits"] = visits_by(user)
        if "assessor" in roles:
            narrowing, chosen = caseload.narrowed(request.GET, held["assessor"] | held["countersigner"])
            context |= _as_assessor(user, held, chosen) | {"filter": narrowing}
            if narrowing and narrowing.changed_data:
                theirs &= set(chosen.portfolios)
        learners = Paginator(access.caseload_in(theirs), PER_PAGE)
        learners.count = len(theirs)  # Known: it need not be asked for.
        context["learners"] = learners.get_page(request.GET.get("page"))
        if "iqa" in roles:
            context |= _as_iqa(user, held["iqa"])
    if "manager" in roles:
        context["providers"] = list(managed_by(user))
        context["unanswered"] = appeals.waiting_for_nobody(user, context["providers"])
        context |= _as_manager(context["providers"])
    if roles & {"assessor", "iqa", "manager"}:
        context["appeals"] = appeals.waiting_for(user, held, context.get("providers", []))
    if roles & {"assessor", "iqa"}:
        context["upheld"] = appeals.to_decide_again(user, held)
    return render(request, "assessments/home.html", context)


def _as_learner(user: User) -> dict:
    portfolios = list(access.own_portfolios(user))
    if not portfolios:
        return {"portfolios": []}
    # Active ones before those that are suspended; in the others nothing can be done any more.
    writable = sorted((p for p in portfolios if p.state in allowing("write")), key=lambda p: p.state)
    returned = access.feedback_for(user, portfolios)
    to_improve = list(returned.filter(wanting__gt=0, submission__evidence__enrolment__in=writable)[:SHOWN])
    steps = list(_steps(user, portfolios, writable, next(iter(to_improve), None)))
    return {
        "portfolios": portfolios,
        "first": [*writable, *portfolios][0],
        "steps": steps or [_something_new(writable[0])],
        "own_visits": visits_due([p.pk for p in writable]),
        "to_improve": to_improve,
        "accepted": returned.filter(wanting=0, refused=False, awaits=False)[:SHOWN],
    }


def _steps(
    user: User, portfolios: list[Enrolment], writable: list[Enrolment], returned: Review | None
) -> Iterator[Step]:
    """A standard to acknowledge comes before what came back, that before what others ask for, that before drafts."""
    rows = [row for portfolio in portfolios for row in portfolio.enrolled_standards.all()]
    if row := next((row for row in rows if row.state == "competent"), None):
        yield Step(
            _("Your assessor has declared you competent in a standard. Look at it and acknowledge it."),
            reverse("enrolled_standard", args=[row.uid]),
            _("Look at the standard"),
        )
    if appeal := access.own_answered(user).first():
        yield Step(
            _("Your appeal was answered. Read the answer, then end the appeal or take it further."),
            reverse("appeal", args=[appeal.uid]),
            _("Read the answer"),
        )
    if not writable:
        yield Step(
            REFUSED[portfolios[0].state],
            reverse("portfolio", args=[portfolios[0].uid]),
            _("Open the portfolio"),
        )
        return
    if row := access.own_withdrawn(user).filter(enrolment__in=writable).first():
        yield Step(
            _("The sign-off of a standard was withdrawn. Read why, and what is still needed."),
            reverse("enrolled_standard", args=[row.uid]),
            _("Read why"),
        )
    if returned:
        yield Step(
            _("Evidence came back. Read the feedback, add what is needed, then submit it again."),
            reverse("evidence", args=[returned.submission.evidence.uid]),
            _("Read the feedback"),
        )
    if record := access.own_to_confirm(user).filter(evidence__enrolment__in=writable).first():
        yield Step(
            _("Your assessor recorded something about your work. Say whether it tells what happened."),
            reverse("record_reply", args=[record.uid]),
            _("Read the record"),
        )
    if plan := plans_to_agree(user).filter(enrolment__in=writable).first():
        yield Step(
            _(
                "A plan of assessment waits for you. Look at it, and agree to it once you have talked it over."
            ),
            reverse("plan", args=[plan.uid]),
            _("Look at the plan"),
        )
    if draft := access.own_drafts(user).filter(enrolment__in=writable).first():
        yield Step(
            _("You have kept evidence that is not submitted yet. Finish it while you remember it well."),
            reverse("to_finish", args=[draft.enrolment.uid]),
            _("Finish the evidence"),
        )


def _something_new(portfolio: Enrolment) -> Step:
    return Step(
        _("Nothing waits for you. Next time you do something at work that shows a criterion, keep it here."),
        reverse("map", args=[portfolio.uid]),
        _("See what is still open"),
    )


def _as_assessor(user: User, held: dict[str, set[int]], chosen: caseload.Chosen) -> dict:
    mine = held["assessor"]
    deciding = mine | held["countersigner"]
    portfolios = mine & set(chosen.portfolios)
    to_decide = caseload.standards_to_decide(user, portfolios)
    standards = list(to_decide.filter(standard__urn=chosen.standard) if chosen.standard else to_decide)
    return {
        **caseload.first_of(chosen.submissions(access.queue_in(mine)), SHOWN),
        "to_countersign": chosen.reviews(access.to_countersign(user, deciding)).count(),
        "to_confirm": [row for row in standards if row.carried],
        "to_sign": [row for row in standards if row.is_met],
        "due": visits_due(portfolios),
        "quiet": caseload.quiet(portfolios),
        "actions": chosen.samples(actions_of(user, mine)).count(),
        "assesses": bool(mine),
    }


def _as_manager(providers: list[Provider]) -> dict:
    alone, alone_count = _first(left_alone_at(providers))
    uncountersigned, uncountersigned_count = _first(caseload.countersigned_by_nobody(providers))
    return {
        **{"alone": alone, "alone_count": alone_count},
        **{"uncountersigned": uncountersigned, "uncountersigned_count": uncountersigned_count},
        "programmes": programmes_of(providers),
    }


def _first(rows: QuerySet[Enrolment]) -> tuple[list[Any], int]:
    """The first of them, and how many there are."""
    found: list[Any] = list(rows.annotate(in_all=Window(Count("pk")))[:SHOWN])
    return found, found[0].in_all if found else 0


def _as_iqa(user: User, sampled: set[int]) -> dict:
    samples = waiting_for(user, sampled)
    return {"releases": access.standards_to_release(sampled).count(), "samples": samples.count()}
