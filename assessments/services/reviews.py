"""An assessor's decisions on a submission, and the countersignature they may need."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import is_qualified
from accounts.models import User
from accounts.refusals import Invalid, NotYours, WrongState
from accounts.workflow import Move
from assessments.models import Countersignature, Judgement, Outcome, Review
from ledger.models import Words
from ledger.services import record
from portfolio import rounds, workflow
from portfolio.access import parts_in, parts_on
from portfolio.models import Evidence, Mapping, Submission
from portfolio.progress import refresh_counts
from standards.models import Criterion


@dataclass(frozen=True)
class Decision:
    """What the assessor chose for one criterion: an Outcome's value, and feedback where wanted."""

    criterion_id: int
    outcome: str
    feedback: str = ""


@transaction.atomic
def record_review(
    *,
    by: User,
    submission: Submission,
    decisions: Sequence[Decision],
    valid: bool,
    authentic: bool,
    current: bool,
    feedback: str,
    language: str,
) -> Review:
    """Record all decisions on a submission in one act.

    Every criterion the round asks for must be decided; decisions on further criteria of the learner's standards credit
    them. Refused with 403 where the person may not judge, 409 where somebody was quicker, 422 where it does not add up.
    """
    evidence = (
        Evidence.objects.select_for_update(of=("self",))
        .select_related("enrolment__programme__provider")
        .get(pk=submission.evidence_id)
    )
    done = Review.objects.filter(submission=submission).first()
    if done and done.recorded_by_id == by.pk:
        return done
    step = check_may_review(by=by, evidence=evidence)
    if submission != evidence.submissions.order_by("-round").first():
        raise WrongState()
    asked = {m.criterion_id for m in rounds.asked_for(submission)}
    criteria = _decided_criteria(evidence, decisions, asked)
    _check_complete(decisions, asked, valid and authentic and current, feedback)

    review = Review.objects.create(
        submission=submission,
        submission_digest=submission.digest,
        words=Words.objects.keep(
            {
                "feedback": feedback,
                "language": language,
                "criteria": {criteria[d.criterion_id].key: d.feedback for d in decisions if d.feedback},
            }
        ),
        recorded_by=by,
    )
    mapped = set(evidence.mappings.values_list("criterion_id", flat=True))
    for decision in decisions:
        criterion = criteria[decision.criterion_id]
        credited = criterion.pk not in mapped
        if credited:
            Mapping.objects.create(evidence=evidence, criterion=criterion, added_by=by, by_assessor=True)
        Judgement.objects.create(
            review=review,
            criterion=criterion,
            outcome=decision.outcome,
            valid=valid,
            authentic=authentic,
            current=current,
            credited=credited,
            needs_countersignature=not _may_decide(by, criterion.standard.urn, evidence),
        )
    evidence.state = step.target
    evidence.save(update_fields=["state"])
    refresh_standings(evidence)
    record(
        chain=evidence.enrolment.chain,
        kind="evidence.judged",
        by=by.uid,
        subject=f"review:{review.uid}",
        data=review.facts(),
    )
    return review


def check_may_review(*, by: User, evidence: Evidence) -> Move:
    """The move that records decisions on a piece, if this person may make it now; otherwise a refusal."""
    step = workflow.EVIDENCE.check("record", state=evidence.state, parts=parts_on(by, evidence))
    workflow.check_allowed(evidence.enrolment, "decide")
    return step


def _may_decide(by: User, urn: str, evidence: Evidence) -> bool:
    """Whether their decisions on this standard count by themselves."""
    return is_qualified(by, "assessor", urn=urn, provider=evidence.enrolment.programme.provider)


def _decided_criteria(
    evidence: Evidence, decisions: Sequence[Decision], asked: set[int]
) -> dict[int, Criterion]:
    """The criteria decided on, by id, all of them among the learner's standards."""
    ids = [d.criterion_id for d in decisions]
    criteria = (
        Criterion.objects.filter(standard__enrolled__enrolment=evidence.enrolment)
        .select_related("standard")
        .in_bulk(ids)
    )
    if len(criteria) != len(ids):
        raise Invalid(_("One of the criteria belongs to a standard that this learner is not enrolled on."))
    extra = set(criteria) - asked
    if evidence.mappings.filter(criterion__in=extra, standing="met").exists():
        raise WrongState(_("One of the criteria is met already by this piece. Nothing was recorded."))
    return criteria


def _check_complete(decisions: Sequence[Decision], asked: set[int], sound: bool, feedback: str) -> None:
    outcomes = {d.outcome for d in decisions}
    if not outcomes <= set(Outcome.values):
        raise Invalid(_("One of the decisions is none of the three choices."))
    if asked - {d.criterion_id for d in decisions}:
        raise Invalid(_("Some criteria have no decision yet. Choose one of the three for each."))
    if not sound and outcomes - {Outcome.NOT_ACCEPTED}:
        raise Invalid(
            _("Evidence can be accepted only when it is valid, authentic and current. Confirm all three.")
        )
    if not feedback.strip():
        raise Invalid(_("Write feedback on the whole: what the evidence shows, and what comes next."))


def refresh_standings(evidence: Evidence) -> None:
    """Write what the latest judgement of each criterion says onto the mappings, and the counts that follow from it."""
    latest = standings(evidence)
    changed = set()
    for mapping in evidence.mappings.select_related("criterion"):
        standing, provisional = latest.get(mapping.criterion_id, ("", False))
        if (mapping.standing, mapping.provisional) != (standing, provisional):
            mapping.standing, mapping.provisional = standing, provisional
            mapping.save(update_fields=["standing", "provisional"])
            changed.add(mapping.criterion.standard_id)
    if changed:
        refresh_counts(evidence.enrolment, only=changed)


def standings(evidence: Evidence) -> dict[int, tuple[str, bool]]:
    """Criterion id → (standing, whether it still waits for a countersignature), from the judgements themselves."""
    judgements = (
        Judgement.objects.filter(review__submission__evidence=evidence)
        .select_related("review__countersignature")
        .order_by("review__submission__round", "review__pk")
    )
    return {
        j.criterion_id: (j.outcome, j.needs_countersignature and not hasattr(j.review, "countersignature"))
        for j in judgements
    }


@transaction.atomic
def countersign(*, by: User, reviews: Iterable[Review]) -> list[Countersignature]:
    """Stand by the decisions of an assessor who is not yet qualified; from then on they count."""
    return [_countersign(by, review) for review in reviews]


def _countersign(by: User, review: Review) -> Countersignature:
    evidence = (
        Evidence.objects.select_for_update(of=("self",))
        .select_related("enrolment__programme__provider")
        .get(pk=review.submission.evidence_id)
    )
    signed = Countersignature.objects.filter(review=review).first()
    if signed:
        return signed
    if parts_in(by, evidence.enrolment).isdisjoint({"assessor", "countersigner"}):
        raise NotYours()
    if by.pk == review.recorded_by_id:
        raise NotYours(_("Nobody countersigns their own decisions. A qualified assessor does it."))
    workflow.check_allowed(evidence.enrolment, "decide")
    open_judgements = review.judgements.filter(needs_countersignature=True).select_related(
        "criterion__standard"
    )
    urns = {j.criterion.standard.urn for j in open_judgements}
    if not urns:
        raise WrongState(_("These decisions count already; they need no countersignature."))
    if not all(_may_decide(by, urn, evidence) for urn in urns):
        raise NotYours(_("Only an assessor who is qualified for these standards can countersign."))
    countersignature = Countersignature.objects.create(review=review, signed_by=by)
    refresh_standings(evidence)
    record(
        chain=evidence.enrolment.chain,
        kind="review.countersigned",
        by=by.uid,
        subject=f"countersignature:{countersignature.uid}",
        data=countersignature.facts(),
    )
    return countersignature
