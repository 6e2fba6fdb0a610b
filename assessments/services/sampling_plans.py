"""Planning what to sample: a plan, its proposals, what is added by hand."""

import secrets
from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.refusals import Invalid, NotYours
from assessments.models import Sample, SamplingPlan
from assessments.sampling.access import assessors_of, enrolments_sampled_by, plans_for
from assessments.sampling.draw import Decided, decided_in, draw
from assessments.services.samples import sign
from ledger.services import record
from portfolio.models import Programme

LONGEST = timedelta(days=366)
# So long an IQA has for what was proposed.
TIME = timedelta(days=28)


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
def propose(*, by: User, plan: SamplingPlan) -> list[Sample]:
    """Draw from what was decided so far; what the plan already has stays as it is."""
    plan = _locked(by, plan)
    made = []
    for decided, reasons in draw(plan, decided_in(plan)):
        sample = _add(plan, decided, by_hand=False, reasons=reasons, due_on=_due(plan))
        sign(by, sample, "proposed", details={"reasons": reasons})
        made.append(sample)
    return made


@transaction.atomic
def add(*, by: User, plan: SamplingPlan, keys: Collection[str], due_on: date) -> list[Sample]:
    """Choose decisions by hand, by their keys (see Decided); the draw does not matter for them."""
    plan = _locked(by, plan)
    theirs = enrolments_sampled_by(by)
    found = [d for d in decided_in(plan) if d.key in keys and d.sample is None]
    if len(found) != len(set(keys)):
        raise Invalid(_("Some of these decisions are in the plan by now, or none of it. Nothing was added."))
    if any(d.row.enrolment_id not in theirs for d in found):
        raise NotYours(_("You are not the internal quality assurer of all these learners."))
    made = []
    for decided in found:
        made.append(_add(plan, decided, by_hand=True, state="chosen", due_on=due_on))
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


def _add(plan: SamplingPlan, decided: Decided, **fields: object) -> Sample:
    return Sample.objects.create(
        plan=plan,
        kind=decided.kind,
        assessor=decided.assessor,
        enrolled_standard=decided.row,
        review=decided.review,
        sign_off=decided.sign_off,
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
