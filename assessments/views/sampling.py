"""Sampling: what waits, the plan with its matrix and proposals, and each sample."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.forms import bound
from accounts.refusals import Invalid, NotYours, Refusal
from assessments import access as assessments_access
from assessments import caseload
from assessments.behind import criteria_with_evidence
from assessments.desk import as_submitted, told
from assessments.forms_quality import (
    AddForm,
    AnswerForm,
    DecideForm,
    ObservationForm,
    PlanForm,
    SampleForm,
    plan_initial,
)
from assessments.models import Sample, SampleAct
from assessments.plans import planned
from assessments.sampling import access, overview
from assessments.sampling.decided import decided_in, in_words, latest_in
from assessments.services import samples as services
from assessments.services import sampling_plans as plans
from portfolio.parts import allocated, roles_and_allocated

PER_PAGE = 50
SHOWN = 100


@never_cache
@require_safe
def sampling(request: HttpRequest) -> HttpResponse:
    """What waits for somebody who samples, or whose decisions were returned."""
    roles, held = roles_and_allocated(request.user)
    theirs = access.unfinished(access.samples_theirs(request.user, held["iqa"]))
    form, chosen = caseload.narrowed(request.GET, held["assessor"])
    context = {
        "roles": roles,
        "filter": form,
        "programmes": access.sampled_programmes(request.user),
        **access.in_lists(
            actions=chosen.samples(access.actions_of(request.user, held["assessor"]))[:SHOWN],
            to_sample=theirs.filter(state="chosen")[:SHOWN],
            to_close=theirs.filter(state="answered").order_by("action_due_on", "pk")[:SHOWN],
            returned=theirs.filter(state="returned").order_by("action_due_on", "pk")[:SHOWN],
            to_countersign=access.to_countersign(request.user, theirs)[:SHOWN],
        ),
    }
    return render(request, "assessments/sampling.html", context)


@never_cache
def sampling_plan_new(request: HttpRequest, uid: UUID) -> HttpResponse:
    programme = access.sampled_programme_for(request.user, uid)
    form, submitted = bound(PlanForm, request, initial=plan_initial(access.latest_plan(programme)))
    if submitted and form.is_valid():
        try:
            plan = plans.make_plan(by=request.user, programme=programme, **form.cleaned_data)
        except Invalid as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The plan is made. Let the system propose, then choose."))
            return redirect("sampling_plan", plan.uid)
    return _page(request, "assessments/sampling_plan_new.html", form=form, programme=programme)


@never_cache
def sampling_plan(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The matrix, what is still to cover, and every sample with its reasons, to choose from or to set aside."""
    plan = access.plan_for(request.user, uid)
    plans_it = access.plans_for(request.user, plan.programme)
    held = allocated(request.user)
    page = Paginator(access.samples_of(request.user, plan, held), SHOWN).get_page(request.GET.get("page"))
    samples = access.in_order(page, request.user, held["iqa"])
    undecided = [s for s in samples if s.theirs and s.state in services.TO_DECIDE]
    form, submitted = bound(DecideForm, request, samples=undecided)
    if submitted and not plans_it:
        raise NotYours()
    if submitted and form.is_valid():
        decide = services.choose if form.cleaned_data["move"] == "choose" else services.set_aside
        decide(by=request.user, samples=form.chosen)
        messages.success(request, _("The plan is changed. It keeps what was proposed and what you chose."))
        return redirect("sampling_plan", uid)
    context = {
        "plan": plan,
        "plans_it": plans_it,
        "overview": overview.overview(plan),
        "page": page,
        "ticked": form["sample"].value() or [],
        "rows": [(sample, overview.because(sample), sample in undecided) for sample in samples],
    }
    return _page(request, "assessments/sampling_plan.html", form=form, **context)


@require_POST
def sampling_propose(request: HttpRequest, uid: UUID) -> HttpResponse:
    job = plans.ask_to_propose(by=request.user, plan=access.plan_for(request.user, uid))
    return redirect("sampling_proposing", uid, job.uid)


@never_cache
@require_safe
def sampling_proposing(request: HttpRequest, uid: UUID, job: UUID) -> HttpResponse:
    """How far the draw is; htmx asks again. Once it is over, on to the plan."""
    plan = access.own_plan_for(request.user, uid)
    asked = plans.asked_to_propose(plan, job)
    if asked is None:
        raise Http404
    if asked.is_over and request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if not asked.is_over:
        return render(request, "assessments/sampling_proposing.html", {"plan": plan, "job": asked})
    if asked.result is None:
        messages.error(request, _("Not every proposal could be made. Let the system propose again."))
    elif made := asked.result["proposed"]:
        messages.success(request, _("New proposals: %(count)s") % {"count": made})
    else:
        messages.info(request, _("The plan has everything it draws from the decisions so far."))
    return redirect("sampling_plan", uid)


@never_cache
def sampling_add(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Decisions on one's own learners, to add by hand what the plan does not have."""
    plan = access.own_plan_for(request.user, uid)
    latest = latest_in(plan, allocated(request.user)["iqa"])
    page = Paginator(latest, PER_PAGE).get_page(request.GET.get("page"))
    decided = decided_in(plan, {row["of"] for row in page})
    form, submitted = bound(AddForm, request, keys=[d.key for d in decided if not d.state])
    if submitted and form.is_valid():
        typed = form.cleaned_data
        plans.add(by=request.user, plan=plan, keys=typed["decided"], due_on=typed["due_on"])
        messages.success(request, _("Added to the plan."))
        return redirect("sampling_plan", uid)
    context = {"rows": in_words(decided), "ticked": form["decided"].value() or []}
    return _page(request, "assessments/sampling_add.html", form=form, plan=plan, page=page, **context)


@never_cache
def sampling_observe(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Plan to observe an assessor at work."""
    plan = access.own_plan_for(request.user, uid)
    assessors = access.assessors_of(plan.programme).exclude(pk=request.user.pk)
    form, submitted = bound(ObservationForm, request, assessors=assessors)
    if submitted and form.is_valid():
        plans.plan_observation(by=request.user, plan=plan, **form.cleaned_data)
        messages.success(request, _("Added to the plan."))
        return redirect("sampling_plan", uid)
    return _page(request, "assessments/sampling_observe.html", form=form, plan=plan)


@never_cache
def sample(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What was decided, and what this person has to say of it: the IQA's check list, the assessor's answer."""
    roles, held = roles_and_allocated(request.user)
    found = access.sample_for(request.user, uid, held)
    moves = services.open_moves(by=request.user, sample=found)
    form_class = SampleForm if "return" in moves else AnswerForm if "answer" in moves else None
    if request.method == "POST" and form_class is None:
        _refuse(request, found)
    form, submitted = None, False
    if form_class:
        form, submitted = bound(form_class, request, initial={"language": get_language()})
    if submitted and form.is_valid():
        _said(request, found, form)
        return redirect("sample", uid)
    earlier, waiting = _to_be_done(found, list(access.acts_of(found)))
    context = {
        "roles": roles,
        "sample": found,
        "reasons": overview.because(found),
        "acts": earlier,
        "waiting": waiting,
        "moves": moves,
        "form": form,
        "may_countersign": found.provisional
        and _passes(services.check_may_countersign, by=request.user, sample=found),
        **_looked_at(request, found),
    }
    return _page(request, "assessments/sample.html", **context)


def _to_be_done(found: Sample, acts: list[SampleAct]) -> tuple[list[SampleAct], list[SampleAct]]:
    """What happened before, and the action that is open with what was said of it since."""
    if found.state not in ("returned", "answered"):
        return acts, []
    at = max(n for n, act in enumerate(acts) if act.step == "returned")
    return acts[:at], acts[at:]


def _refuse(request: HttpRequest, found: Sample) -> None:
    """Say why nothing can be recorded: to an assessor about answering, to everybody else about looking."""
    theirs = "assessor" in access.parts_on_sample(request.user, found)
    services.check("answer" if theirs else "return", by=request.user, sample=found)


def _passes(check, *args, **about) -> bool:
    try:
        check(*args, **about)
    except Refusal:
        return False
    return True


def _said(request: HttpRequest, found: Sample, form) -> None:
    """Record what the form holds."""
    typed = form.cleaned_data
    if isinstance(form, AnswerForm):
        services.answer(by=request.user, sample=found, **typed)
        messages.success(request, _("Answered. The internal quality assurer closes it."))
    elif form.returns:
        words = {name: typed[name] for name in ("comment", "action", "due_on", "language")}
        services.return_(by=request.user, sample=found, checks=form.checks, **words)
        messages.success(request, _("Returned. The assessor sees the action and its date."))
    else:
        words = {name: typed[name] for name in ("comment", "language")}
        services.agree(by=request.user, sample=found, checks=form.checks, **words)
        messages.success(request, _("Agreed."))


def _looked_at(request: HttpRequest, found: Sample) -> dict:
    """What the sample is of, to be read in place."""
    if found.review:
        submission = assessments_access.submission_for(request.user, found.review.submission.uid)
        [review] = assessments_access.reviews_of(submission).filter(pk=found.review_id)
        criteria = assessments_access.criteria_of(submission)
        return {
            "submission": submission,
            "piece": as_submitted(submission),
            "told": told(review),
            "planned": planned(submission.evidence.enrolment, criteria, submission.submitted_at),
        }
    if found.sign_off:
        row = found.enrolled_standard
        return {
            "row": row,
            "criteria": criteria_with_evidence(row, request.user),
            "planned": planned(row.enrolment, row.standard.criteria.all(), found.sign_off.signed_at),
        }
    return {}


@require_POST
def sample_close(request: HttpRequest, uid: UUID) -> HttpResponse:
    services.close(by=request.user, sample=access.sample_for(request.user, uid, allocated(request.user)))
    messages.success(request, _("Closed."))
    return redirect("sample", uid)


@require_POST
def sample_countersign(request: HttpRequest, uid: UUID) -> HttpResponse:
    services.countersign(
        by=request.user, sample=access.sample_for(request.user, uid, allocated(request.user))
    )
    messages.success(request, _("Countersigned. The sample counts now."))
    return redirect("sample", uid)


def _page(request: HttpRequest, template: str, *, form, **context) -> HttpResponse:
    """A page with a form: 422 while the form has errors."""
    status = 422 if form and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)
