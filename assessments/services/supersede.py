"""A review that stands in the place of an earlier one of the same round, with a reason."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import NoticeKind, User
from accounts.notices import done
from accounts.refusals import Invalid, NotYours, WrongState
from assessments.models import Appeal, Judgement, Outcome, Review
from assessments.services import reviews
from assessments.services.reviews import Decision
from portfolio import workflow
from portfolio.models import EnrolledStandard, Evidence
from portfolio.parts import parts_in
from standards.models import Criterion


@transaction.atomic
def supersede(
    *,
    by: User,
    review: Review,
    decisions: Sequence[Decision],
    valid: bool,
    authentic: bool,
    current: bool,
    feedback: str,
    reason: str,
    language: str,
    shown: str = "",
) -> Review:
    """Decide again on the same criteria of the same round. What was decided before stays to be read.

    Nothing un-judges silently: a standard that was declared competent has to be taken back first, by its IQA.
    """
    evidence = reviews.locked_evidence(review.submission)
    before = Review.objects.filter(supersedes=review).first()
    said = {"feedback": feedback, "shown": shown, "reason": reason}
    if before and before.recorded_by_id == by.pk and reviews.says_already(before, decisions, **said):
        return before
    check_may_supersede(by=by, review=review, evidence=evidence)
    judged = list(review.judgements.select_related("criterion__standard"))
    criteria = {judgement.criterion_id: judgement.criterion for judgement in judged}
    if len(decisions) != len(criteria) or {d.criterion_id for d in decisions} != set(criteria):
        raise Invalid(_("Decide again on the criteria of the earlier review: all of them, and no others."))
    if not reason.strip():
        raise Invalid(_("Say why you decide again. The reason is kept."))
    reviews.check_complete(decisions, set(criteria), valid and authentic and current, feedback)
    reviews.check_reasons(review.submission, decisions, criteria, shown)
    _check_in_progress(evidence, list(criteria.values()))
    # What its author has taken away since counts as it is decided now.
    reviews.credit(by, evidence, {d.criterion_id for d in decisions if d.outcome != Outcome.NOT_ACCEPTED})
    for appeal in Appeal.objects.filter(review=review, state="upheld"):
        done(NoticeKind.APPEAL_UPHELD, learner=evidence.enrolment.learner, about=appeal.uid)
    return reviews.write(
        by=by,
        evidence=evidence,
        submission=review.submission,
        supersedes=review,
        criteria=criteria,
        decisions=decisions,
        credited={judgement.criterion_id for judgement in judged if judgement.credited},
        sound={"valid": valid, "authentic": authentic, "current": current},
        words={**said, "language": language},
    )


def check_may_supersede(*, by: User, review: Review, evidence: Evidence) -> None:
    """Refuse whoever may not decide again, or not as things stand now.

    Who countersigns may instead decide otherwise.
    """
    if parts_in(by, evidence.enrolment).isdisjoint(reviews.DECIDING):
        raise NotYours()
    workflow.check_allowed(evidence.enrolment, "decide")
    criteria = Criterion.objects.filter(judgements__review=review).select_related("standard")
    others = by.pk != review.recorded_by_id
    if others and {c.standard.urn for c in criteria} - reviews.decides(by, evidence, criteria):
        raise NotYours(
            _("Whoever decided, or an assessor who is qualified for these standards, can decide again.")
        )
    if evidence.state != "judged":
        raise WrongState(_("This piece has moved on since. Decide on the round that waits, if one does."))
    if Review.objects.filter(supersedes=review).exists():
        raise WrongState(reviews.OVERTAKEN)
    later = Judgement.objects.filter(
        review__submission__evidence=evidence,
        review__submission__round__gt=review.submission.round,
        criterion__in=criteria,
    )
    if later.exists():
        raise WrongState(_("A later round was judged for the same criteria. Decide again on that one."))


def _check_in_progress(evidence: Evidence, criteria: list[Criterion]) -> None:
    """Whoever decides has locked them: nobody declares the learner competent meanwhile."""
    standards = {criterion.standard_id for criterion in criteria}
    rows = EnrolledStandard.objects.filter(enrolment=evidence.enrolment, standard__in=standards)
    for row in rows.select_related("standard").order_by("pk"):
        if row.state == "moved":
            raise WrongState(_("The learner has moved to a later edition. Decide there."))
        if row.state != "in_progress":
            raise WrongState(reviews.DECLARED, urn=row.standard.urn)
