"""The assessor's queue, the desk at which evidence is judged, and countersigning."""

import re
from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import qualified_among
from accounts.forms import bound, typed
from accounts.models import LANGUAGES, User
from accounts.refusals import Invalid, Stale, WrongState
from assessments import access, caseload
from assessments.desk import Desk, Told, desk, told
from assessments.forms import CountersignForm, ReviewForm
from assessments.models import Outcome, Review
from assessments.services import drafts
from assessments.services import reviews as services
from portfolio.models import Submission
from portfolio.parts import roles_and_allocated
from portfolio.views import autosave
from standards.models import Criterion

PER_PAGE = 50
# What a draft keeps of the form.
FIELD = re.compile(r"(outcome|words|credit)-\d+|valid|authentic|current|shown|feedback|language")


@never_cache
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for this assessor, oldest first."""
    roles, held = roles_and_allocated(request.user)
    form, chosen = caseload.narrowed(request.GET, held["assessor"])
    waiting = chosen.submissions(access.queue_in(held["assessor"]))
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    rows = [(row, sorted({key.split("/")[0] for key in row.manifest["criteria"]})) for row in page]
    context = {"roles": roles, "page": page, "rows": rows, "filter": form}
    return render(request, "assessments/queue.html", context)


@never_cache
def review(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Evidence on the left, decisions on the right, one button.

    A script counts beside the button what it would record; without one, that is a page of its own, to be confirmed.
    """
    submission = access.submission_on_desk(request.user, uid)
    done = access.reviews_of(submission).first() if submission.is_judged else None
    if done and (request.method == "GET" or _is_recorded(request, done)):
        messages.info(request, _("The decisions on this round are recorded. Here is what they say."))
        return redirect("round", uid)
    try:
        services.check_may_review(by=request.user, evidence=submission.evidence)
        if done:
            raise WrongState()
    except WrongState as refusal:
        return _overtaken(request, submission, refusal)
    table = desk(submission, request.user)
    form, submitted = bound(ReviewForm, request, desk=table, initial=_as_saved(submission))
    try:
        if submitted and (answer := _pressed(request, submission, form)):
            return answer
    except Stale:
        return _changed_elsewhere(request, submission, table)
    except WrongState as refusal:
        return _overtaken(request, submission, refusal)
    return _page(request, form, status=422 if form.errors else 200)


def _as_saved(submission: Submission) -> dict[str, str]:
    """The draft as it was when the request began, if there was one."""
    saved_at = submission.draft_saved_at
    saved = {"language": get_language(), "version": saved_at.isoformat() if saved_at else ""}
    return saved | (submission.draft_body or {})


def _page(
    request: HttpRequest, form: ReviewForm, *, status: int, meanwhile: dict | None = None
) -> HttpResponse:
    context = {"form": form, "desk": form.desk, "submission": form.desk.submission, "meanwhile": meanwhile}
    context["phrases"] = access.phrases_of(request.user)
    return render(request, "assessments/review.html", context, status=status)


def _pressed(request: HttpRequest, submission: Submission, form: ReviewForm) -> HttpResponse | None:
    """What a button does; nothing where the form has errors."""
    if "draft" in request.POST:
        drafts.save_draft(by=request.user, submission=submission, **_draft(request))
        messages.success(request, _("Saved as a draft. Nothing is recorded yet."))
        return redirect("review", submission.uid)
    drafts.check_fresh(by=request.user, submission=submission, **_draft(request))
    if not form.is_valid():
        return None
    if not request.POST.get("confirmed"):
        return _summary(request, submission, form)
    said = {name: form.cleaned_data[name] for name in (*services.SOUND, "feedback", "language")}
    try:
        recorded = services.record_review(
            by=request.user,
            submission=submission,
            decisions=form.decisions,
            **said,
            shown=form.cleaned_data.get("shown", ""),
        )
    except Invalid as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, _("The decisions are recorded. The learner can read them now."))
    if any(judgement.needs_countersignature for judgement in recorded.judgements.all()):
        messages.info(request, _("They count once a qualified assessor has countersigned them."))
    return redirect("queue")


def _draft(request: HttpRequest) -> dict:
    """What a draft keeps of the form, and which one it goes on from."""
    body = {name: value for name, value in request.POST.items() if FIELD.fullmatch(name)}
    return {"body": body, "version": request.POST.get("version", "")}


def _changed_elsewhere(request: HttpRequest, submission: Submission, table: Desk) -> HttpResponse:
    """Something else was saved in another window: that, and what was typed here."""
    saved = _as_saved(submission)
    form = typed(ReviewForm(desk=table), request)
    form.initial["version"] = saved["version"]
    here = _typed(request.POST, submission)
    meanwhile = {
        "fields": [
            (field.label, *_shown(name, saved))
            for name, field in form.fields.items()
            if name in (*services.SOUND, "shown", "feedback", "language")
            and saved.get(name, "") != request.POST.get(name, "")
        ],
        "decisions": [row for row in _typed(saved, submission) if row not in here],
        "language": saved["language"],
    }
    return _page(request, form, meanwhile=meanwhile, status=409)


def _shown(name: str, saved: dict[str, str]) -> tuple[str, str]:
    """What is saved in a field, and its language if somebody wrote it."""
    value = saved.get(name, "")
    if name in services.SOUND:
        return _("Confirmed") if value else _("Not confirmed"), ""
    if name == "language":
        return str(capfirst(dict(LANGUAGES).get(value, value))), ""
    return value, saved["language"]


def _summary(request: HttpRequest, submission: Submission, form: ReviewForm) -> HttpResponse:
    """What is about to be recorded, with everything that was typed."""
    chosen = Counter(decision.outcome for decision in form.decisions)
    context = {
        "form": form,
        "submission": submission,
        "tally": [(label, chosen[value]) for value, label in form.outcomes],
        "typed": _typed(request.POST, submission),
        "said": form.cleaned_data,
    }
    return render(request, "assessments/review_confirm.html", context)


@require_POST
def review_draft(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Keep the decisions as they are typed, for a script."""
    submission = access.submission_for(request.user, uid)
    try:
        draft = drafts.save_draft(by=request.user, submission=submission, **_draft(request))
    except Stale:
        return autosave.overtaken()
    when = date_format(timezone.localtime(draft.saved_at), "H:i")
    said = _("Saved as a draft: %(when)s") % {"when": when}
    return JsonResponse({"version": draft.version, "said": said})


def _overtaken(request: HttpRequest, submission: Submission, refusal: WrongState) -> HttpResponse:
    """Somebody was quicker, or oneself in another window: what is recorded, and what was typed here, to be kept."""
    done = access.reviews_of(submission).first()
    context = {
        "refusal": refusal,
        "submission": submission,
        "done": told(done) if done else None,
        "own": bool(done) and done.recorded_by_id == request.user.pk,
        "typed": _typed(request.POST, submission),
        "feedback": request.POST.get("feedback", ""),
        "shown": request.POST.get("shown", ""),
        "language": request.POST.get("language", get_language()),
    }
    return render(request, "assessments/review_overtaken.html", context, status=refusal.status)


def _is_recorded(request: HttpRequest, done: Review) -> bool:
    """Whether this person recorded just what they send: a second press."""
    if done.recorded_by_id != request.user.pk:
        return False
    decisions = [decision for _criterion, decision in _entered(request.POST, done.submission)]
    said = {name: request.POST.get(name, "") for name in ("feedback", "shown")}
    return services.says_already(done, decisions, **said)


def _typed(data: Mapping[str, str], submission: Submission) -> list[tuple]:
    """(criterion, outcome in words, feedback) of what a form held, valid or not."""
    labels = dict(Outcome.choices)
    rows = _entered(data, submission)
    return [(criterion, labels.get(row.outcome, ""), row.feedback) for criterion, row in rows]


def _entered(data: Mapping[str, str], submission: Submission) -> list[tuple[Criterion, services.Decision]]:
    rows = []
    for criterion in access.criteria_open_in(submission):
        outcome = data.get(f"outcome-{criterion.pk}") or data.get(f"credit-{criterion.pk}", "")
        words = data.get(f"words-{criterion.pk}", "")
        if outcome or words:
            rows.append((criterion, services.Decision(criterion.pk, outcome, words)))
    return rows


@never_cache
def countersigning(request: HttpRequest) -> HttpResponse:
    """Decisions that do not count yet: read them, stand by one or several."""
    roles, held = roles_and_allocated(request.user)
    deciding = held["assessor"] | held["countersigner"]
    narrowing, narrowed_to = caseload.narrowed(request.GET, deciding)
    waiting = narrowed_to.reviews(access.to_countersign(request.user, deciding))
    page = Paginator(access.with_their_learners(waiting), PER_PAGE).get_page(request.GET.get("page"))
    rows = _to_sign(request.user, [told(review) for review in page])
    mine = [row.review for row, mine in rows if mine]
    form, submitted = bound(CountersignForm, request, reviews=mine)
    if submitted and form.is_valid():
        chosen = [review for review in mine if str(review.uid) in form.cleaned_data["review"]]
        return _signed(request, chosen)
    context = {"page": page, "rows": rows, "form": form, "chosen": form["review"].value() or []}
    context |= {"roles": roles, "filter": narrowing}
    return render(request, "assessments/countersigning.html", context, status=422 if form.errors else 200)


def _to_sign(user: User, rows: list[Told]) -> list[tuple[Told, bool]]:
    """Each review with whether this person is qualified for every standard that waits in it."""
    wanted = [
        {
            (
                row.review.submission.evidence.enrolment.programme.provider_id,
                line.judgement.criterion.standard.urn,
            )
            for line in row.lines
            if line.awaits
        }
        for row in rows
    ]
    held = qualified_among(user, "assessor", set().union(*wanted))
    return [(row, pairs <= held) for row, pairs in zip(rows, wanted, strict=True)]


@require_POST
def countersign(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _signed(request, [access.review_for(request.user, uid)])


def _signed(request: HttpRequest, reviews: list[Review]) -> HttpResponse:
    services.countersign(by=request.user, reviews=reviews)
    messages.success(request, _("Countersigned. The decisions count now."))
    # The filter stays as it was chosen.
    return redirect(f"{reverse('countersigning')}?{request.GET.urlencode()}".removesuffix("?"))
