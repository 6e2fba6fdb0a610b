"""Planning what to sample: a plan, its proposals, what is added by hand."""

import secrets
from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.refusals import Invalid, NotYours
from assessments.models import Sample, SamplingPlan
from assessments.sampling.access import assessors_of, plans_for
from assessments.sampling.decided import Decided, decided_in
from assessments.sampling.draw import draw
from assessments.services.samples import sign
from jobs.models import Job
from jobs.services import enqueue
from ledger.services import record
from portfolio.models import EnrolledStandard, Programme
from portfolio.parts import allocated

LONGEST = timedelta(days=366)
# So long an IQA has for what was proposed.
TIME = timedelta(days=28)
# So many proposals are written down at a time.
BATCH = 100
PROPOSING = "assessments.tasks.propose_samples"


@transaction.atomic
def make_plan(
    *, by: User, programme: Programme, from_on: date, to_on: date, share: int, higher_share: int
) -> SamplingPlan:
    """Begin a plan; its seed is drawn here, once, and recorded."""
    _check_plans(by, programme)
    if not from_on < to_on <= from_on + LONGEST:
        raise Invalid(_("A plan is for twelve months at most, and ends after it begins."))
    if not 1 <= share <= higher_share <= 100:
        raise Invalid(
            _("The shares are between 1 and 100; the one for new assessors is at least as high as the other.")
        )
    plan = SamplingPlan.objects.create(
        programme=programme,
        from_on=from_on,
        to_on=to_on,
        share=share,
        higher_share=higher_share,
        seed=secrets.token_hex(8),
        made_by=by,
    )
    record(
        chain=f"provider:{programme.provider.uid}",
        kind="sampling.planned",
        by=by.uid,
        subject=f"samplingplan:{plan.uid}",
        data=plan.facts(),
    )
    return plan


@transaction.atomic
def ask_to_propose(*, by: User, plan: SamplingPlan) -> Job:
    """Draw in the background: a large programme has thousands of decisions to propose."""
    _check_plans(by, plan.programme)
    return enqueue(task=PROPOSING, by_uid=by.uid, plan=plan.uid)


def asked_to_propose(plan: SamplingPlan, uid: UUID) -> Job | None:
    """The job that draws, or drew, for this plan."""
    return Job.objects.filter(uid=uid, task=PROPOSING, arguments__plan=str(plan.uid)).first()


def propose(
    *, by: User, plan: SamplingPlan, tell: Callable[[int, int], None] = lambda done, total: None
) -> list[Sample]:
    """Draw from what was decided so far; what the plan already has stays as it is.

    Every hundred are a transaction of their own, so that whoever decides in these portfolios meanwhile hardly waits.
    Drawing again after a crash gives exactly those that were not written down.
    """
    _check_plans(by, plan.programme)
    drawn = draw(plan, decided_in(plan))
    made: list[Sample] = []
    for begin in range(0, len(drawn), BATCH):
        tell(begin, len(drawn))
        made += _write_down(by, plan, drawn[begin : begin + BATCH])
    return made


@transaction.atomic
def _write_down(by: User, plan: SamplingPlan, drawn: Sequence[tuple[Decided, list[str]]]) -> list[Sample]:
    plan = _locked(by, plan)
    rows = _rows([decided for decided, _reasons in drawn])
    # What somebody added by hand, or proposed as well, since the draw.
    known = plan.samples.filter(enrolled_standard__in=rows)
    there = set(known.values_list("review", "sign_off", "enrolled_standard"))
    made = []
    for decided, reasons in sorted(drawn, key=lambda pair: rows[pair[0].row].enrolment.chain):
        if (decided.review, decided.sign_off, decided.row) not in there:
            row = rows[decided.row]
            made.append(_add(plan, decided, row, by_hand=False, reasons=reasons, due_on=_due(plan)))
            sign(by, made[-1], "proposed", details={"reasons": reasons}, due_on=made[-1].due_on)
    return made


@transaction.atomic
def add(*, by: User, plan: SamplingPlan, keys: Collection[str], due_on: date) -> list[Sample]:
    """Choose decisions by hand, by their keys (see Decided); the draw does not matter for them."""
    plan = _locked(by, plan)
    among = {UUID(key.partition(".")[0]) for key in keys}
    found = [d for d in decided_in(plan, among) if d.key in keys and not d.state]
    if len(found) != len(set(keys)):
        raise Invalid(_("Some of these decisions are in the plan by now, or none of it. Nothing was added."))
    if not {d.enrolment for d in found} <= allocated(by)["iqa"]:
        raise NotYours(_("You are not the internal quality assurer of all these learners."))
    rows, made = _rows(found), []
    for decided in sorted(found, key=lambda one: rows[one.row].enrolment.chain):
        row = rows[decided.row]
        made.append(_add(plan, decided, row, by_hand=True, state="chosen", due_on=due_on))
        sign(by, made[-1], "added", due_on=due_on)
    return made


@transaction.atomic
def plan_observation(*, by: User, plan: SamplingPlan, assessor: User, due_on: date) -> Sample:
    """Plan to observe an assessor at work."""
    plan = _locked(by, plan)
    if assessor.pk == by.pk:
        raise NotYours(_("Nobody samples their own decisions. Another internal quality assurer does it."))
    if not assessors_of(plan.programme).filter(pk=assessor.pk).exists():
        raise Invalid(_("Choose somebody who assesses in this programme."))
    sample = Sample.objects.create(
        plan=plan, kind="observation", assessor=assessor, by_hand=True, state="chosen", due_on=due_on
    )
    sign(by, sample, "added", due_on=due_on)
    return sample


def _rows(decided: Collection[Decided]) -> dict[int, EnrolledStandard]:
    return EnrolledStandard.objects.select_related("enrolment").in_bulk({d.row for d in decided})


def _add(plan: SamplingPlan, decided: Decided, row: EnrolledStandard, **fields: object) -> Sample:
    return Sample.objects.create(
        plan=plan,
        kind=decided.kind,
        assessor_id=decided.assessor,
        enrolled_standard=row,
        review_id=decided.review,
        sign_off_id=decided.sign_off,
        **fields,
    )


def _due(plan: SamplingPlan) -> date:
    return min(timezone.localdate() + TIME, plan.to_on)


def _locked(by: User, plan: SamplingPlan) -> SamplingPlan:
    """Proposals and additions of one plan wait for each other."""
    _check_plans(by, plan.programme)
    plans = SamplingPlan.objects.select_for_update(of=("self",)).select_related("programme__provider")
    return plans.get(pk=plan.pk)


def _check_plans(by: User, programme: Programme) -> None:
    if not plans_for(by, programme):
        raise NotYours(_("Sampling plans are for those who assure quality."))
