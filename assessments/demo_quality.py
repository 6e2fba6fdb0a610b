"""The demo's quality assurance: a plan with samples in several states, and an EQA's visit."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from assessments.models import Check, Sample
from assessments.services import samples, sampling_plans
from portfolio.models import Programme
from portfolio.services import visits

IN_ORDER = dict.fromkeys(Check.values, True)


def play(programme: Programme, *, manager: User, iqa: User, eqa: User) -> None:
    today = timezone.localdate()
    plan = sampling_plans.make_plan(
        by=iqa,
        programme=programme,
        from_on=today - timedelta(days=60),
        to_on=today + timedelta(days=300),
        share=15,
        higher_share=50,
    )
    proposed = sampling_plans.propose(by=iqa, plan=plan)
    # The last proposal stays one, so that there is something to choose.
    samples.choose(by=iqa, samples=proposed[:-1])
    chosen = Sample.objects.filter(plan=plan, state="chosen").order_by("pk")
    released = chosen.filter(enrolled_standard__state="released").first()
    in_progress = chosen.filter(enrolled_standard__state="in_progress").first()
    if released and in_progress:
        samples.agree(
            by=iqa,
            sample=released,
            checks=IN_ORDER,
            comment="Mae'r penderfyniadau'n glir ac mae'r dystiolaeth yn eu cefnogi.",
            language="cy",
        )
        samples.return_(
            by=iqa,
            sample=in_progress,
            checks=IN_ORDER | {"feedback": False},
            action="Ychwanegwch at yr adborth beth mae'r dysgwr i'w wneud nesaf.",
            due_on=today + timedelta(days=14),
            language="cy",
        )
    visits.open_visit(
        by=manager,
        programme=programme,
        user=eqa,
        period_from=today - timedelta(days=365),
        period_to=today,
        last_day=today + timedelta(days=28),
    )
