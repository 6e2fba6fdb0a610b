"""Gathers what assessors said about each piece of evidence: for its learner and the assessors alone."""

from collections import defaultdict

from django.db.models import Prefetch
from django.utils import timezone

from assessments.models import Judgement, Outcome, Review
from assessments.reports.addresses import page_of
from assessments.reports.content import FeedbackLine, FeedbackPiece, FeedbackReport, FeedbackRound
from assessments.reports.texts import Both, Issue, Written
from portfolio.models import Enrolment


def feedback_report(enrolment: Enrolment, issue: Issue) -> FeedbackReport:
    """Every round that was decided on, piece by piece."""
    programme = enrolment.programme
    return FeedbackReport(
        issue=issue,
        learner=enrolment.learner.name,
        programme=Both(programme.title_cy, programme.title_en),
        pieces=tuple(_piece(reviews) for reviews in _reviews_by_piece(enrolment).values()),
    )


def _reviews_by_piece(enrolment: Enrolment) -> dict[int, list[Review]]:
    in_order = Judgement.objects.prefetch_related("criterion__standard").order_by(
        "criterion__standard__urn", "-criterion__kind", "criterion__position"
    )
    reviews = (
        Review.objects.filter(submission__evidence__enrolment=enrolment)
        .select_related(
            "submission__evidence",
            "submission__words",
            "words",
            "recorded_by",
            "countersignature__signed_by",
            "superseded_by",
        )
        .prefetch_related(Prefetch("judgements", in_order))
        .order_by("submission__evidence__number", "submission__round", "pk")
    )
    found = defaultdict(list)
    for review in reviews:
        found[review.submission.evidence_id].append(review)
    return found


def _piece(reviews: list[Review]) -> FeedbackPiece:
    submission = reviews[-1].submission
    return FeedbackPiece(
        reference=submission.evidence.reference,
        address=page_of(submission),
        title=Written(submission.words.get("title", "–"), submission.manifest["language"]),
        rounds=tuple(_round(review) for review in reviews),
    )


def _round(review: Review) -> FeedbackRound:
    language = review.words.get("language", "cy")
    countersignature = getattr(review, "countersignature", None)
    superseding = getattr(review, "superseded_by", None)
    reason = review.words.get("reason")
    judgements = list(review.judgements.all())
    knowledge = any(j.criterion.kind == "knowledge" and j.outcome == "met" for j in judgements)
    shown = review.words.get("shown") if knowledge else ""
    return FeedbackRound(
        number=review.submission.round,
        submitted_on=timezone.localdate(review.submission.submitted_at),
        decided_on=timezone.localdate(review.recorded_at),
        assessor=review.recorded_by.name,
        countersigner=countersignature.signed_by.name if countersignature else "",
        feedback=Written(review.words.get("feedback"), language),
        lines=tuple(_line(judgement, review, language) for judgement in judgements),
        awaits=not countersignature and any(judgement.needs_countersignature for judgement in judgements),
        superseded_on=timezone.localdate(superseding.recorded_at) if superseding else None,
        shown=Written(shown, language) if shown else None,
        reason=Written(reason, language) if review.supersedes_id and reason else None,
    )


def _line(judgement: Judgement, review: Review, language: str) -> FeedbackLine:
    criterion = judgement.criterion
    said = review.words.get("criteria", {}).get(criterion.key, "")
    return FeedbackLine(
        criterion=f"{criterion.standard.urn} {criterion.reference}",
        text=Both(criterion.text_cy, criterion.text_en),
        state=judgement.outcome,
        outcome=Outcome(judgement.outcome).label,
        feedback=Written(said, language) if said else None,
    )
