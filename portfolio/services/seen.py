"""Evidence that stays at the workplace: who went and saw it, when."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.refusals import Invalid, NotYours, WrongState
from ledger.services import record
from portfolio.models import Evidence, Seeing
from portfolio.parts import parts_in
from portfolio.services.evidence import locked
from portfolio.workflow import check_allowed


def check_may_record(*, by: User, evidence: Evidence) -> str:
    """The part ("assessor" or "iqa") in which this person may say that they saw it."""
    parts = parts_in(by, evidence.enrolment)
    part = next((part for part in ("assessor", "iqa") if part in parts), "")
    if not part:
        raise NotYours()
    if part == "assessor":
        check_allowed(evidence.enrolment, "decide")
    if evidence.kind != "seen" or evidence.state not in ("submitted", "judged"):
        raise WrongState(_("Only evidence that is to be seen at the workplace can be recorded as seen."))
    return part


@transaction.atomic
def record_seeing(*, by: User, evidence: Evidence, seen_on: date) -> Seeing:
    """Say that one saw it, on a day. Pressing twice says it once."""
    evidence = locked([evidence.pk])[evidence.pk]
    part = check_may_record(by=by, evidence=evidence)
    if seen_on > timezone.localdate():
        raise Invalid(_("This day is still to come. Enter the day on which you saw it."))
    said = Seeing.objects.filter(evidence=evidence, seen_by=by, seen_on=seen_on).first()
    if said:
        return said
    seeing = Seeing.objects.create(evidence=evidence, part=part, seen_on=seen_on, seen_by=by)
    record(
        chain=evidence.enrolment.chain,
        kind="evidence.seen",
        by=by.uid,
        subject=f"seeing:{seeing.uid}",
        data=seeing.facts(),
    )
    return seeing
