"""What happens to a sample: chosen, looked at, answered, closed."""

from collections.abc import Iterable
from collections.abc import Mapping as Dict
from datetime import date
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import is_qualified
from accounts.models import NoticeKind, User
from accounts.notices import tell
from accounts.refusals import Invalid, NotYours, WrongState
from accounts.workflow import Move
from assessments.models import Check, Sample, SampleAct
from assessments.sampling.access import left_waiting_by, own, parts_on_sample
from assessments.workflow import SAMPLE
from ledger.models import Words
from ledger.services import record
from portfolio.parts import holders, or_successors, people_who

# The states in which the IQA still decides whether to sample it at all.
TO_DECIDE = ("proposed", "set_aside", "chosen")


@transaction.atomic
def choose(*, by: User, samples: Iterable[Sample]) -> None:
    """Take proposals, or what was set aside, into the plan."""
    for sample in _all_locked(samples):
        _move(sample, check("choose", by=by, sample=sample))
        sign(by, sample, "chosen")


@transaction.atomic
def set_aside(*, by: User, samples: Iterable[Sample]) -> None:
    """Not sample these; the plan keeps that they were proposed."""
    for sample in _all_locked(samples):
        _move(sample, check("set-aside", by=by, sample=sample))
        sign(by, sample, "set_aside")


@transaction.atomic
def agree(*, by: User, sample: Sample, checks: Dict[str, bool], comment: str, language: str) -> SampleAct:
    """The IQA agrees with what they looked at."""
    sample = _locked(sample)
    step = check("agree", by=by, sample=sample)
    if not all(_whole(checks).values()):
        raise Invalid(_("Something in the check list is not in order. Return it with an action."))
    _look(by, sample, step)
    return _looked(by, sample, "agreed", checks, words=_words(comment=comment, language=language))


@transaction.atomic
def return_(
    *,
    by: User,
    sample: Sample,
    checks: Dict[str, bool],
    action: str,
    due_on: date | None,
    language: str,
    comment: str = "",
) -> SampleAct:
    """Back to the assessor, with what is to be done until when; also where an answer was not enough."""
    sample = _locked(sample)
    step = check("return", by=by, sample=sample)
    _whole(checks)
    if not action.strip():
        raise Invalid(_("Say what the assessor is to do."))
    if due_on is None or due_on < timezone.localdate():
        raise Invalid(_("Say until when: today or a later day."))
    sample.action_due_on = due_on
    _look(by, sample, step)
    words = _words(comment=comment, action=action, language=language)
    act = _looked(by, sample, "returned", checks, words=words, due_on=due_on)
    _tell(sample, _assessors(sample), NoticeKind.SAMPLE_RETURNED)
    return act


@transaction.atomic
def answer(*, by: User, sample: Sample, text: str, language: str) -> SampleAct:
    """The assessor says what was done."""
    sample = _locked(sample)
    step = check("answer", by=by, sample=sample)
    if not text.strip():
        raise Invalid(_("Say what was done."))
    _move(sample, step)
    act = sign(by, sample, "answered", words=_words(answer=text, language=language))
    _tell(sample, or_successors(sample.sampled_by, _iqas(sample)), NoticeKind.SAMPLE_ANSWERED)
    return act


@transaction.atomic
def close(*, by: User, sample: Sample) -> SampleAct:
    """The action is done."""
    sample = _locked(sample)
    step = check("close", by=by, sample=sample)
    sample.provisional = sample.provisional or not _qualified(by, sample)
    _move(sample, step)
    _tell(sample, _assessors(sample), NoticeKind.SAMPLE_CLOSED)
    _ask_to_countersign(by, sample)
    return sign(by, sample, "closed", details=_provisional(sample))


@transaction.atomic
def countersign(*, by: User, sample: Sample) -> SampleAct:
    """A qualified IQA stands by the sample of one who is not yet qualified."""
    sample = _locked(sample)
    check_may_countersign(by=by, sample=sample)
    sample.provisional = False
    sample.save(update_fields=["provisional"])
    return sign(by, sample, "countersigned")


def check(move: str, *, by: User, sample: Sample) -> Move:
    """The move, if this person may make it now; otherwise the refusal that says why."""
    step = SAMPLE.check(move, state=sample.state, parts=parts_on_sample(by, sample))
    if "iqa" in step.who:
        _check_of_others(by, sample)
    return step


def open_moves(*, by: User, sample: Sample) -> set[str]:
    """The moves that this person may make now."""
    steps = SAMPLE.open_to(state=sample.state, parts=parts_on_sample(by, sample))
    if any("iqa" in step.who for step in steps) and _is_own(by, sample):
        steps = [step for step in steps if "iqa" not in step.who]
    return {step.name for step in steps}


def check_may_countersign(*, by: User, sample: Sample) -> None:
    """Refuse whoever may not countersign a sample, or where nothing waits for it."""
    if "iqa" not in parts_on_sample(by, sample):
        raise NotYours()
    if not sample.provisional:
        raise WrongState(_("This sample needs no countersignature."))
    _check_of_others(by, sample)
    if left_waiting_by(by, sample) or not _qualified(by, sample):
        raise NotYours(
            _("Another internal quality assurer countersigns, one who is qualified for this standard.")
        )


def _check_of_others(by: User, sample: Sample) -> None:
    """Nobody samples what they decided, countersigned or signed themselves, or how they assess."""
    if _is_own(by, sample):
        raise NotYours(_("Nobody samples their own decisions. Another internal quality assurer does it."))


def _is_own(by: User, sample: Sample) -> bool:
    return Sample.objects.filter(own(by), pk=sample.pk).exists()


def _look(by: User, sample: Sample, step: Move) -> None:
    """Whoever looked last stands for the sample; if they are not yet qualified, it waits for a countersignature."""
    sample.sampled_by, sample.sampled_at = by, timezone.now()
    sample.provisional = not _qualified(by, sample)
    _move(sample, step)
    _ask_to_countersign(by, sample)


def _looked(by: User, sample: Sample, step: str, checks: Dict[str, bool], **facts: object) -> SampleAct:
    """What the sample says of the look, its act says, too."""
    details = {**checks, **_provisional(sample)}
    return sign(by, sample, step, details=details, signed_at=sample.sampled_at, **facts)


def _provisional(sample: Sample) -> dict[str, bool]:
    """What an act says besides, where the sample waits for a countersignature after it."""
    return {"provisional": True} if sample.provisional else {}


def _ask_to_countersign(by: User, sample: Sample) -> None:
    """The other quality assurers hear of what a trainee among them looked at."""
    if sample.provisional:
        others = _iqas(sample).exclude(pk__in=[by.pk, sample.assessor_id])
        _tell(sample, others, NoticeKind.COUNTERSIGN)


def _assessors(sample: Sample) -> Iterable[User]:
    """Whose decisions they are; where somebody else assesses the learner by now, they."""
    if row := sample.enrolled_standard:
        return or_successors(sample.assessor, holders(row.enrolment, "assessor"))
    return people_who(sample.plan.programme.provider, "assessor").filter(pk=sample.assessor_id)


def _iqas(sample: Sample) -> QuerySet[User]:
    row = sample.enrolled_standard
    return holders(row.enrolment, "iqa") if row else people_who(sample.plan.programme.provider, "iqa")


def _qualified(by: User, sample: Sample) -> bool:
    urn = sample.enrolled_standard.standard.urn if sample.enrolled_standard else ""
    return is_qualified(by, "iqa", urn=urn, provider=sample.plan.programme.provider)


def _whole(checks: Dict[str, bool]) -> Dict[str, bool]:
    if set(checks) != set(Check.values):
        raise Invalid(_("Go through the whole check list."))
    return checks


def _words(**texts: str) -> Words:
    return Words.objects.keep({name: text for name, text in texts.items() if text.strip()})


def _locked(sample: Sample) -> Sample:
    rows = Sample.objects.select_for_update(of=("self",)).select_related(
        "plan__programme__provider",
        "enrolled_standard__standard",
        "enrolled_standard__enrolment__programme__provider",
        "enrolled_standard__enrolment__learner",
        "review__submission__evidence",
        "assessor",
        "sampled_by",
    )
    return rows.get(pk=sample.pk)


def _all_locked(samples: Iterable[Sample]) -> list[Sample]:
    """In the order in which their chains are to be written to."""
    locked = [_locked(sample) for sample in sorted(samples, key=attrgetter("pk"))]
    return sorted(locked, key=attrgetter("chain"))


def _move(sample: Sample, step: Move) -> None:
    sample.state = step.target
    sample.save()


def _tell(sample: Sample, users: Iterable[User], kind: str) -> None:
    about: dict[str, Any] = {}
    if row := sample.enrolled_standard:
        about = {"learner": row.enrolment.learner, "about": row.standard.urn}
    if sample.review:
        submission = sample.review.submission
        about |= {"about": f"{about['about']}, {submission.evidence.reference}", "round": submission.round}
    tell(users=users, kind=kind, route="sample", arguments=[sample.uid], **about)


def sign(by: User, sample: Sample, step: str, **facts: object) -> SampleAct:
    """Write a step down, and into the ledger."""
    act = SampleAct.objects.create(sample=sample, step=step, signed_by=by, **facts)
    record(
        chain=sample.chain,
        kind=f"sample.{step.replace('_', '-')}",
        by=by.uid,
        subject=f"sampleact:{act.uid}",
        data=act.facts(),
    )
    return act
