"""The only door from a person to submissions and reviews."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import (
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.shortcuts import get_object_or_404

from accounts.models import Provider, User
from assessments.models import (
    Appeal,
    AppealAct,
    Countersignature,
    Judgement,
    Phrase,
    Review,
    SignOff,
)
from portfolio.access import (
    criteria_in,
    let_in,
    number_of,
    open_standards,
    pieces_in,
    with_files,
)
from portfolio.among import Among
from portfolio.models import EnrolledStandard, Enrolment, Evidence, Mapping, Submission
from portfolio.parts import people_who
from portfolio.workflow import allowing
from standards.models import Criterion, at_length

NOT_MOVED = ~Q(enrolled_standards__state="moved")


def own_portfolios(learner: User) -> QuerySet[Enrolment]:
    """The portfolios in which this person is the learner, with their standards."""
    rows = Enrolment.objects.filter(learner=learner).select_related("programme")
    return rows.prefetch_related(open_standards()).order_by("pk")


def caseload_in(portfolios: Collection[int]) -> QuerySet[Enrolment]:
    """The learners of these portfolios (their ids): name, title of the programme, progress."""
    # Summed up for each row that a page shows: joined, they would be for all before the page is cut.
    standards = EnrolledStandard.objects.open().filter(enrolment=OuterRef("pk")).order_by()
    met, total = (
        Subquery(standards.values("enrolment").annotate(sum=Sum(count)).values("sum"))
        for count in ("met_count", "total_count")
    )
    rows = Enrolment.objects.filter(pk__in=Among(portfolios)).only("uid", "state")
    names = {
        "name": F("learner__name"),
        "title_cy": F("programme__title_cy"),
        "title_en": F("programme__title_en"),
    }
    return rows.annotate(met=met, total=total, **names).order_by("name", "pk")


def caseload_choices(portfolios: Collection[int]) -> QuerySet:
    """What a caseload is narrowed to: (id, portfolio, learner, language, standard), by the learner's name."""
    rows = Enrolment.objects.filter(pk__in=Among(portfolios)).order_by("learner__name", "pk")
    rows = rows.annotate(open=FilteredRelation("enrolled_standards", condition=NOT_MOVED))
    return rows.values_list("pk", "uid", "learner__name", "language", "open__standard__urn")


def evidence_in(user: User, enrolment: Enrolment) -> QuerySet[Evidence]:
    """What this person may see of a portfolio, newest first, with the number of criteria each is mapped to.

    With `wanting`: for how many of them one's own piece came back; and `own`: whether it is one's own.
    """
    came_back = Mapping.objects.wanting([enrolment]).filter(
        evidence__state="judged", evidence__started_by=user
    )
    pieces = pieces_in(user, enrolment).order_by("-number")
    return with_files(pieces).annotate(
        mapped=number_of(Mapping.objects.open()), wanting=number_of(came_back), own=Q(started_by=user)
    )


def standards_in(enrolment: Enrolment) -> QuerySet[EnrolledStandard]:
    """The standards of a portfolio that came through the door."""
    rows = enrolment.enrolled_standards.open()
    return rows.select_related("standard", "moved_from__standard").order_by("standard__urn", "pk")


def own_drafts(learner: User) -> QuerySet[Evidence]:
    """What a learner kept and never submitted, latest first."""
    drafts = Evidence.objects.filter(started_by=learner, enrolment__learner=learner, state="draft")
    return drafts.select_related("enrolment").order_by("-changed_at", "-pk")


def own_withdrawn(learner: User) -> QuerySet[EnrolledStandard]:
    """The learner's standards whose sign-off was withdrawn, until it is given again."""
    withdrawn = SignOff.objects.filter(enrolled_standard=OuterRef("pk"), act="withdrawn")
    rows = EnrolledStandard.objects.filter(Exists(withdrawn), enrolment__learner=learner, state="in_progress")
    return rows.order_by("pk")


def own_to_confirm(learner: User) -> QuerySet[Submission]:
    """What assessors recorded of a learner who has not said yet whether it was so, the oldest first."""
    later = Submission.objects.filter(evidence=OuterRef("evidence"), round__gt=OuterRef("round"))
    rows = Submission.objects.filter(~Exists(later), evidence__enrolment__learner=learner, reply=None)
    rows = rows.exclude(submitted_by=learner).exclude(evidence__state="withdrawn")
    return rows.select_related("evidence").order_by("pk")


def own_answered(learner: User) -> QuerySet[Appeal]:
    """The learner's appeals that were answered, and that they have to end or to take further."""
    return Appeal.objects.filter(enrolment__learner=learner, state__endswith="_answered").order_by("pk")


def mappings_of(evidence: Evidence) -> QuerySet[Mapping]:
    """What a piece that came through the door is mapped to, in the order of the documents."""
    return (
        evidence.mappings.open()
        .select_related("evidence", "criterion__standard")
        .defer(*at_length("criterion__standard"))
        .order_by("criterion__standard__urn", "-criterion__kind", "criterion__position")
    )


def sign_offs_of(enrolled_standard: EnrolledStandard) -> QuerySet[SignOff]:
    return enrolled_standard.sign_offs.select_related("signed_by", "words").order_by("pk")


def _rounds() -> QuerySet[Submission]:
    """With `is_judged`: whether decisions on it are recorded."""
    rows = Submission.objects.select_related(
        "evidence__enrolment__programme__provider", "evidence__enrolment__learner", "words", "submitted_by"
    )
    return rows.annotate(is_judged=Exists(Review.objects.filter(submission=OuterRef("pk"))))


def submission_for(user: User, uid: UUID) -> Submission:
    submission = get_object_or_404(_rounds(), uid=uid)
    let_in(user, submission.evidence.enrolment)
    return submission


def submission_on_desk(user: User, uid: UUID) -> Submission:
    """With what this assessor kept of their decisions on it: `draft_body`, and since when, `draft_saved_at`."""
    rows = _rounds().select_related(None)
    rows = rows.select_related("evidence__enrolment__programme", "evidence__enrolment__learner", "words")
    rows = rows.annotate(
        own=FilteredRelation("drafts", condition=Q(drafts__assessor=user)),
        draft_body=F("own__body"),
        draft_saved_at=F("own__saved_at"),
    )
    submission = get_object_or_404(rows, uid=uid)
    let_in(user, submission.evidence.enrolment)
    return submission


def rounds_of(evidence: Evidence) -> QuerySet[Submission]:
    """The rounds of a piece that came through the door, in order, with what was decided on them."""
    return (
        evidence.submissions.select_related("words", "submitted_by", "reply__words", "reply__signed_by")
        .prefetch_related(Prefetch("reviews", _in_full(Review.objects.all())))
        .order_by("round")
    )


def reviews_of(submission: Submission) -> QuerySet[Review]:
    """What was decided on a round that came through the door."""
    return _in_full(submission.reviews.all())


def _in_full(reviews: QuerySet[Review]) -> QuerySet[Review]:
    """With judgements, people and words: all that a page shows of a review."""
    return reviews.select_related(
        "words", "recorded_by", "countersignature__signed_by", "superseded_by", "supersedes"
    ).prefetch_related(
        Prefetch(
            "judgements",
            Judgement.objects.select_related("criterion__standard")
            .defer(*at_length("criterion__standard"))
            .order_by("criterion__standard__urn", "-criterion__kind", "criterion__position"),
        )
    )


def criteria_open_in(submission: Submission) -> QuerySet[Criterion]:
    """Every criterion of the standards of a round's learner."""
    return (
        criteria_in(submission.evidence.enrolment)
        .with_standard()
        .order_by("standard__urn", "-kind", "position")
    )


def criteria_of(submission: Submission) -> QuerySet[Criterion]:
    """The criteria a round was mapped to, those of editions included from which the learner was moved on since."""
    named = Q(pk__in=[])
    for key in submission.manifest["criteria"]:
        urn, edition, reference = key.rsplit("/", 2)
        kind = "performance" if reference[0] == "P" else "knowledge"
        named |= Q(standard__urn=urn, standard__edition=edition, kind=kind, number=reference[1:])
    rows = Criterion.objects.filter(named).with_standard()
    return rows.order_by("standard__urn", "-kind", "position")


# What is told of a review beside its judgements, and who countersigned it.
TOLD = ("recorded_at", "recorded_by__name", "words__body", "submission__uid", "submission__evidence__number")
COUNTERSIGNED = ("countersignature__signed_at", "countersignature__signed_by__name")


def judgements_in(enrolment: Enrolment, criteria: Iterable[Criterion] | None = None) -> list[Judgement]:
    """Every judgement ever made in a portfolio (of these criteria), latest first."""
    reviews = Review.objects.select_related(
        "submission__evidence", "recorded_by", "countersignature__signed_by", "words"
    ).only(*TOLD, *COUNTERSIGNED, "submission__round")
    # Apart, because each has many judgements.
    rows = _judgements(enrolment).prefetch_related(Prefetch("review", reviews))
    if criteria is None:
        return list(rows.select_related("criterion__standard").defer(*at_length("criterion__standard")))
    return _on(criteria, rows)


def earlier_judgements(enrolment: Enrolment, criteria: Iterable[Criterion]) -> list[Judgement]:
    """The same, as far as the desk tells of them: not who countersigned."""
    rows = _judgements(enrolment).select_related(
        "review__submission__evidence", "review__recorded_by", "review__words"
    )
    return _on(criteria, rows.only("criterion", "outcome", *(f"review__{name}" for name in TOLD)))


def _judgements(enrolment: Enrolment) -> QuerySet[Judgement]:
    """With `superseded`: whether another review stands in the place of theirs."""
    rows = Judgement.objects.filter(review__submission__evidence__enrolment=enrolment)
    rows = rows.annotate(superseded=Exists(Review.objects.filter(supersedes=OuterRef("review"))))
    return rows.order_by("-review__recorded_at", "-pk")


def _on(criteria: Iterable[Criterion], judgements: QuerySet[Judgement]) -> list[Judgement]:
    """Those on these criteria; each holds its criterion."""
    by_id = {c.pk: c for c in criteria}
    found = list(judgements.filter(criterion__in=by_id))
    for judgement in found:
        judgement.criterion = by_id[judgement.criterion_id]
    return found


def feedback_for(learner: User, portfolios: Iterable[Enrolment]) -> QuerySet[Review]:
    """The latest review of each of a learner's own pieces that came back, in these portfolios of theirs.

    With `wanting`: how many criteria are not met yet, by this or another piece; `refused`: whether anything was not
    accepted; and `awaits`: whether decisions wait for a countersignature.
    """
    refused = Mapping.objects.open().filter(
        evidence=OuterRef("submission__evidence"), standing="not_accepted"
    )
    return (
        Review.objects.standing()
        .filter(
            submission__evidence__started_by=learner,
            submission__evidence__enrolment__in=portfolios,
            submission__evidence__state="judged",
            submission__submitted_at=F("submission__evidence__submitted_at"),
        )
        .select_related("submission__evidence", "words", "recorded_by")
        .annotate(
            wanting=number_of(Mapping.objects.wanting(portfolios), "submission__evidence"),
            refused=Exists(refused),
            awaits=Q(countersignature=None)
            & Exists(Judgement.objects.filter(review=OuterRef("pk"), needs_countersignature=True)),
        )
        .order_by("-recorded_at", "-pk")
    )


def queue_in(enrolments: Collection[int]) -> QuerySet[Submission]:
    """What waits for the assessor of these portfolios (their ids), oldest first."""
    return (
        Submission.objects.filter(evidence__enrolment__in=Among(enrolments), evidence__state="submitted")
        .filter(evidence__enrolment__state__in=allowing("decide"))
        .exclude(Exists(Review.objects.filter(submission=OuterRef("pk"))))
        .select_related("evidence__enrolment__learner", "words")
        .only(
            *("uid", "round", "manifest", "submitted_at", "words__body"),
            *("evidence__number", "evidence__enrolment__learner__name"),
        )
        .order_by("submitted_at", "pk")
    )


def to_countersign(user: User, portfolios: Collection[int]) -> QuerySet[Review]:
    """Reviews of others in these portfolios (their ids) that do not count yet."""
    # From the few that wait, not from all that were ever recorded.
    signed = Countersignature.objects.filter(review=OuterRef("review"))
    waiting = Judgement.objects.filter(needs_countersignature=True).exclude(Exists(signed))
    return (
        Review.objects.standing()
        .filter(
            pk__in=waiting.order_by().values("review"),
            submission__evidence__enrolment__in=Among(portfolios),
            submission__evidence__enrolment__state__in=allowing("decide"),
        )
        .exclude(recorded_by=user)
        .order_by("recorded_at", "pk")
    )


def with_their_learners(reviews: QuerySet[Review]) -> QuerySet[Review]:
    """In full, with the round, the learner and the programme of each."""
    return _in_full(reviews).select_related(
        "submission__words",
        "submission__evidence__enrolment__learner",
        "submission__evidence__enrolment__programme",
    )


def review_for(user: User, uid: UUID) -> Review:
    rows = Review.objects.select_related("submission__evidence__enrolment__programme", "words")
    review = get_object_or_404(rows, uid=uid)
    let_in(user, review.submission.evidence.enrolment)
    return review


def on_earlier_editions(provider: Provider) -> QuerySet[EnrolledStandard]:
    """What a provider's learners work towards, or were released in, that was superseded; by the standard."""
    rows = EnrolledStandard.objects.open().filter(
        enrolment__programme__provider=provider, standard__superseded_by__isnull=False
    )
    return rows.select_related("standard", "enrolment__learner").order_by(
        "standard__urn", "standard__edition", "enrolment__learner__name", "pk"
    )


def standards_to_release(portfolios: Collection[int]) -> QuerySet[EnrolledStandard]:
    """What waits for the release by the IQA of these portfolios."""
    rows = EnrolledStandard.objects.filter(enrolment__in=Among(portfolios), state="acknowledged")
    return rows.select_related("standard", "enrolment__learner", "enrolment__programme")


def appeals_in_full() -> QuerySet[Appeal]:
    """Every appeal, with what it is about and whose it is: for who knows which of them somebody may see."""
    return Appeal.objects.select_related(
        "enrolment__learner",
        "enrolment__programme__provider",
        "enrolled_standard__standard",
        "review__submission__evidence",
        "review__recorded_by",
        "review__countersignature",
    )


def appeal_for(user: User, uid: UUID) -> Appeal:
    appeal = get_object_or_404(appeals_in_full(), uid=uid)
    let_in(user, appeal.enrolment)
    return appeal


def appeals_in(enrolment: Enrolment) -> QuerySet[Appeal]:
    """The appeals of a portfolio that came through the door, the latest first."""
    return appeals_in_full().filter(enrolment=enrolment)


def acts_of(appeal: Appeal) -> QuerySet[AppealAct]:
    """What happened in an appeal that came through the door, in order."""
    return appeal.acts.select_related("words", "signed_by").order_by("pk")


def managers_of(appeal: Appeal) -> QuerySet[User]:
    """Those who can allocate somebody, where nobody may answer an appeal that came through the door."""
    return people_who(appeal.enrolment.programme.provider, "manager")


def phrases_of(user: User) -> QuerySet[Phrase]:
    """One's own phrases, by language, in the order in which they were kept."""
    return Phrase.objects.filter(user=user).order_by("language", "pk")


def phrase_for(user: User, uid: UUID) -> Phrase:
    return get_object_or_404(phrases_of(user), uid=uid)
