"""Plans of assessment, agreed by learner and assessor, and looked at again at each visit."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import NoticeKind, User
from accounts.notices import tell
from accounts.refusals import Invalid, NotYours
from assessments.models import AssessmentPlan, PlanAct
from assessments.workflow import PLAN
from jobs.services import enqueue
from ledger.models import Words
from ledger.services import record
from portfolio.access import criteria_in
from portfolio.models import Enrolment, EvidenceKind
from portfolio.parts import holders, or_successors, parts_in
from portfolio.workflow import allowing, check_allowed

SIDES = ("learner", "assessor")
# So long before a visit both hear of it again.
BEFORE = timedelta(days=2)


def check_may_plan(*, by: User, enrolment: Enrolment) -> str:
    """As which of the two somebody may plan here now; otherwise a refusal."""
    parts = parts_in(by, enrolment)
    for side in SIDES:
        if side in parts:
            check_allowed(enrolment, "write")
            return side
    raise NotYours(_("A plan is made by the learner and their assessor. Nothing was changed."))


def parts_on_plan(user: User, plan: AssessmentPlan) -> frozenset[str]:
    """The parts in the portfolio, and "other side" for the one of the two who has not made the plan."""
    parts = parts_in(user, plan.enrolment)
    made_by_learner = plan.made_by_id == plan.enrolment.learner_id
    return parts | {"other side"} if ("assessor" if made_by_learner else "learner") in parts else parts


def open_moves(*, by: User, plan: AssessmentPlan) -> set[str]:
    """The moves that this person may make now."""
    if plan.enrolment.state not in allowing("write"):
        return set()
    return {move.name for move in PLAN.open_to(state=plan.state, parts=parts_on_plan(by, plan))}


@transaction.atomic
def make_plan(
    *,
    by: User,
    enrolment: Enrolment,
    activity: str,
    place: str,
    language: str,
    method: str,
    planned_on: date,
    criteria: Collection[int],
) -> AssessmentPlan:
    """Write down what is to show these criteria (their ids). Whoever makes it agrees to it."""
    side = check_may_plan(by=by, enrolment=enrolment)
    aimed = list(criteria_in(enrolment).filter(pk__in=criteria).select_related("standard"))
    if not criteria or len(aimed) != len(set(criteria)):
        raise Invalid(_("Choose at least one criterion, of the learner's own standards."))
    if method not in EvidenceKind.values:
        raise Invalid(_("One of the kinds of evidence does not exist."))
    if not activity.strip():
        raise Invalid(_("Say what is to be done."))
    if planned_on < timezone.localdate():
        raise Invalid(_("The plan lies in the past. Choose today or a later day."))
    plan = AssessmentPlan.objects.create(
        enrolment=enrolment,
        words=Words.objects.keep({"activity": activity, "place": place, "language": language}),
        method=method,
        planned_on=planned_on,
        next_visit_on=planned_on,
        made_by=by,
    )
    plan.criteria.set(aimed)
    terms: dict[str, object] = {
        "method": method,
        "planned_on": planned_on.isoformat(),
        "criteria": sorted(c.key for c in aimed),
    }
    _sign(by, plan, "made", side, terms)
    others = holders(enrolment, "assessor") if side == "learner" else [enrolment.learner]
    _tell(plan, others, NoticeKind.PLAN_PROPOSED)
    _remind(plan)
    return plan


@transaction.atomic
def agree(*, by: User, plan: AssessmentPlan) -> PlanAct:
    """The other of the two agrees."""
    plan = _moved(by, plan, "agree")
    act = _sign(by, plan, "agreed", check_may_plan(by=by, enrolment=plan.enrolment))
    learner = plan.enrolment.learner
    others = [learner] if by != learner else or_successors(plan.made_by, holders(plan.enrolment, "assessor"))
    _tell(plan, others, NoticeKind.PLAN_AGREED)
    return act


@transaction.atomic
def review_plan(*, by: User, plan: AssessmentPlan, note: str, language: str, next_visit_on: date) -> PlanAct:
    """The assessor looks at the plan during a visit: what was said, and when the next visit is."""
    plan = _moved(by, plan, "review")
    if next_visit_on < timezone.localdate():
        raise Invalid(_("The next visit lies in the past. Choose today or a later day."))
    plan.next_visit_on = next_visit_on
    plan.save(update_fields=["next_visit_on"])
    _remind(plan)
    words = Words.objects.keep({"note": note, "language": language})
    return _sign(by, plan, "reviewed", "assessor", {"next_visit_on": next_visit_on.isoformat()}, words=words)


@transaction.atomic
def close_plan(*, by: User, plan: AssessmentPlan) -> PlanAct:
    """It was done, or is no longer wanted."""
    return _sign(by, _moved(by, plan, "close"), "closed", "assessor")


def tell_of_visit(plan: AssessmentPlan, *, on: date) -> bool:
    """Remind both of a visit on a day, unless it is on another by now, or the plan or the portfolio is closed."""
    is_open = plan.state != "closed" and plan.enrolment.state in allowing("write")
    wanted = is_open and plan.next_visit_on == on
    if wanted:
        both = [plan.enrolment.learner, *holders(plan.enrolment, "assessor")]
        _tell(plan, both, NoticeKind.VISIT_DUE)
    return wanted


def _remind(plan: AssessmentPlan) -> None:
    """See to it that both hear of the next visit in time; whoever plans it for tomorrow needs no reminder."""
    day = plan.next_visit_on
    after = timezone.make_aware(datetime.combine(day - BEFORE, time(7))) - timezone.now()
    if after > timedelta(0):
        task = "assessments.tasks.tell_of_visit"
        enqueue(task=task, by_uid=None, after=after, plan=str(plan.uid), on=day.isoformat())


def _tell(plan: AssessmentPlan, users: Iterable[User], kind: str) -> None:
    words = plan.words
    tell(
        users=users,
        kind=kind,
        route="plan",
        arguments=[plan.uid],
        learner=plan.enrolment.learner,
        about=words.get("activity"),
        about_language=words.get("language"),
    )


def _moved(by: User, plan: AssessmentPlan, move: str) -> AssessmentPlan:
    rows = AssessmentPlan.objects.select_for_update(of=("self",))
    plan = rows.select_related("enrolment__programme", "enrolment__learner", "words", "made_by").get(
        pk=plan.pk
    )
    step = PLAN.check(move, state=plan.state, parts=parts_on_plan(by, plan))
    check_allowed(plan.enrolment, "write")
    plan.state = step.target
    plan.save(update_fields=["state"])
    return plan


def _sign(
    by: User,
    plan: AssessmentPlan,
    act: str,
    part: str,
    terms: dict[str, object] | None = None,
    *,
    words: Words | None = None,
) -> PlanAct:
    signed = PlanAct.objects.create(
        plan=plan, act=act, part=part, words=words, signed_by=by, terms=terms or {}
    )
    record(
        chain=plan.enrolment.chain,
        kind=f"plan.{act}",
        by=by.uid,
        subject=f"planact:{signed.uid}",
        data=signed.facts(),
    )
    return signed
