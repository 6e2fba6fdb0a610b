"""One piece of evidence, and each of its rounds."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.refusals import Refusal
from assessments import access
from assessments.desk import Told, as_it_stands, as_submitted, told
from assessments.models import Review
from assessments.services.appeals import check_may_open
from assessments.services.records import check_may_reply
from assessments.services.reviews import check_may_countersign, check_may_review
from assessments.services.supersede import check_may_supersede
from portfolio import access as portfolio_access
from portfolio.models import Evidence, Submission
from portfolio.parts import holders
from portfolio.progress import mapping_state
from portfolio.rounds import missing_from, next_asks_for
from portfolio.services.evidence import check_may_change, check_may_submit, is_by_witness
from portfolio.services.privacy import check_may_withdraw
from portfolio.services.seen import check_may_record


@never_cache
@require_safe
def evidence(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What it is and what was said of it. Only its author sees what has changed since the last round."""
    piece = portfolio_access.evidence_for(request.user, uid)
    rounds = [(row, [told(review) for review in row.reviews.all()]) for row in access.rounds_of(piece)]
    mappings = list(access.mappings_of(piece))
    if piece.started_by_id == request.user.pk:
        shown = as_it_stands(piece, mappings)
    else:
        shown = as_submitted(rounds[-1][0])
        mappings = [m for m in mappings if m.standing or m.to_confirm or m.criterion.key in shown.locators]
    context = {
        "evidence": piece,
        "piece": shown,
        "by_witness": is_by_witness(piece),
        "mappings": [(m, mapping_state(m), shown.anchor(m.criterion)) for m in mappings],
        "rounds": rounds[::-1],
        "to_reply": rounds[-1][0] if rounds and _wants_reply(request.user, rounds[-1][0]) else None,
        "waiting": rounds[-1][0] if piece.state == "submitted" else None,
        "assessed": piece.state != "submitted" or holders(piece.enrolment, "assessor").exists(),
        "may": _may(request.user, piece),
        "seeings": portfolio_access.seeings_of(piece),
        "withdrawal": portfolio_access.withdrawal_of(piece),
        "to_appeal": _to_appeal(request.user, piece, rounds),
        # Nothing is missing, and a round submitted now would ask for something.
        "is_complete": not missing_from(piece) and bool(next_asks_for(piece)),
    }
    return render(request, "assessments/evidence.html", context)


def _to_appeal(user: User, piece: Evidence, rounds: list[tuple[Submission, list[Told]]]) -> Review | None:
    """The decisions that stand on the latest round that was judged, if this person may appeal against them now."""
    judged = [reviews[-1].review for _round, reviews in rounds if reviews]
    if judged and _passes(check_may_open, by=user, enrolment=piece.enrolment, review=judged[-1]):
        return judged[-1]
    return None


def _wants_reply(user: User, submission: Submission) -> bool:
    """Whether this person is the learner whom an assessor's record is about, and has not said anything of it."""
    return not hasattr(submission, "reply") and _passes(check_may_reply, by=user, submission=submission)


def _may(user: User, piece: Evidence) -> set[str]:
    """What this person may do with it now: change, submit, review, say that they saw it, destroy its content."""
    checks = {
        "change": check_may_change,
        "submit": check_may_submit,
        "review": check_may_review,
        "see": check_may_record,
        "withdraw": check_may_withdraw,
    }
    return {name for name, check in checks.items() if _passes(check, by=user, evidence=piece)}


def _passes(check, **about) -> bool:
    try:
        check(**about)
    except Refusal:
        return False
    return True


@never_cache
@require_safe
def round(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A round as it was submitted, for ever."""
    submission = access.submission_for(request.user, uid)
    piece = as_submitted(submission)
    reviews = [told(review) for review in access.reviews_of(submission)]
    standing = reviews[-1].review if reviews else None
    context = {
        "submission": submission,
        "evidence": submission.evidence,
        "withdrawal": portfolio_access.withdrawal_of(submission.evidence),
        "piece": piece,
        "criteria": [(c, piece.locators[c.key]) for c in access.criteria_of(submission)],
        "reviews": reviews,
        "standing": standing,
        "may": _may_of(request.user, submission.evidence, standing),
    }
    return render(request, "assessments/round.html", context)


def _may_of(user: User, piece: Evidence, review: Review | None) -> set[str]:
    """What this person may do about the decisions that stand: decide again, countersign, appeal."""
    if review is None:
        return set()
    checks = {
        "supersede": _passes(check_may_supersede, by=user, review=review, evidence=piece),
        "countersign": _passes(check_may_countersign, by=user, review=review, evidence=piece),
        "appeal": _passes(check_may_open, by=user, enrolment=piece.enrolment, review=review),
    }
    return {name for name, passed in checks.items() if passed}
