"""The only door from a person to submissions, reviews and reports."""

from uuid import UUID

from django.db.models import F, QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import User
from assessments.models import Report, Review
from portfolio.access import enrolments_as, enrolments_visible_to, evidence_visible_to
from portfolio.models import EnrolledStandard, Submission


def submissions_visible_to(user: User) -> QuerySet[Submission]:
    return Submission.objects.filter(evidence__in=evidence_visible_to(user)).select_related(
        "evidence__enrolment__programme__provider", "evidence__enrolment__learner", "words", "submitted_by"
    )


def submission_for(user: User, uid: UUID) -> Submission:
    return get_object_or_404(submissions_visible_to(user), uid=uid)


def queue_of(user: User) -> QuerySet[Submission]:
    """What waits for this assessor, oldest first."""
    return (
        Submission.objects.filter(
            evidence__enrolment__in=enrolments_as(user, "assessor"), evidence__state="submitted", reviews=None
        )
        .select_related("evidence__enrolment__learner", "evidence__enrolment__programme", "words")
        .order_by("submitted_at", "pk")
    )


def reviews_to_countersign(user: User) -> QuerySet[Review]:
    """Reviews of others that do not count yet, where this person is allocated as assessor or countersigner."""
    mine = enrolments_as(user, "assessor") | enrolments_as(user, "countersigner")
    return (
        Review.objects.filter(
            submission__evidence__enrolment__in=mine,
            judgements__needs_countersignature=True,
            countersignature=None,
        )
        .exclude(recorded_by=user)
        .select_related("submission__evidence__enrolment__learner", "recorded_by", "words")
        .order_by("recorded_at", "pk")
        .distinct()
    )


def review_for(user: User, uid: UUID) -> Review:
    reviews = Review.objects.filter(submission__evidence__in=evidence_visible_to(user))
    return get_object_or_404(reviews.select_related("submission__evidence__enrolment", "words"), uid=uid)


def standards_to_sign(user: User) -> QuerySet[EnrolledStandard]:
    """Standards of one's learners in which every criterion is met and nobody has declared them competent yet."""
    return EnrolledStandard.objects.filter(
        enrolment__in=enrolments_as(user, "assessor"), state="in_progress", met_count=F("total_count")
    ).select_related("standard", "enrolment__learner")


def standards_to_release(user: User) -> QuerySet[EnrolledStandard]:
    """What waits for this IQA's release."""
    return EnrolledStandard.objects.filter(
        enrolment__in=enrolments_as(user, "iqa"), state="acknowledged"
    ).select_related("standard", "enrolment__learner")


def reports_visible_to(user: User) -> QuerySet[Report]:
    return Report.objects.filter(enrolment__in=enrolments_visible_to(user)).select_related(
        "enrolment", "asked_by"
    )


def report_for(user: User, uid: UUID) -> Report:
    return get_object_or_404(reports_visible_to(user), uid=uid)
