"""An assessor's decisions on a submission, and the countersignature they may need."""

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from accounts.access import qualified_among
from accounts.models import NoticeKind, User
from accounts.notices import done, tell
from accounts.refusals import Invalid, NotYours, WrongState
from accounts.workflow import Move
from assessments.models import Countersignature, Judgement, Outcome, Review
from assessments.services.standings import refresh_standings
from ledger.models import Words
from ledger.services import record
from portfolio import rounds, workflow
from portfolio.access import criteria_in
from portfolio.models import Evidence, Mapping, Submission
from portfolio.parts import holders, or_successors, parts_in, parts_on
from portfolio.progress import lock_counts
from portfolio.services.evidence import locked
from portfolio.strategy import wants_reason
from standards.models import Criterion, at_length

# Of what is said of a whole piece, or of one criterion.
LONGEST = 20_000
# What is confirmed of evidence that is accepted.
SOUND = ("valid", "authentic", "current")
# The parts whose decisions count, or may.
DECIDING = ("assessor", "countersigner")
OVERTAKEN = _("Somebody has decided again on this already. Open the page again to see how.")
DECLARED = _(
    "Standard: %(urn)s. The learner was declared competent in it. The internal quality assurer withdraws the sign-off "
    "first; until then nothing changes."
)


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
    shown: str = "",
) -> Review:
    """Record all decisions on a submission in one act.

    `shown` says how work alone shows knowledge, where nothing is written (see portfolio/strategy.py).

    Every criterion the round asks for must be decided; decisions on further criteria of the learner's standards credit
    them. Refused with 403 where the person may not judge, 409 where somebody was quicker, 422 where it does not add up.
    """
    evidence = locked_evidence(submission)
    done = Review.objects.filter(submission=submission).first()
    if (
        done
        and done.recorded_by_id == by.pk
        and says_already(done, decisions, feedback=feedback, shown=shown)
    ):
        return done
    step = check_may_review(by=by, evidence=evidence)
    if submission != evidence.submissions.order_by("-round").first():
        raise WrongState()
    mappings = rounds.asked_for(submission)
    asked = {m.criterion_id for m in mappings}
    criteria = _decided_criteria(evidence, decisions, asked)
    check_complete(decisions, asked, valid and authentic and current, feedback)
    check_reasons(submission, decisions, criteria, shown)
    _check_nothing_un_judged(by, evidence, decisions, mappings)
    credited = credit(by, evidence, set(criteria))
    submission.drafts.filter(assessor=by).delete()
    evidence.state = step.target
    evidence.save(update_fields=["state"])
    return write(
        by=by,
        evidence=evidence,
        submission=submission,
        criteria=criteria,
        decisions=decisions,
        credited=credited,
        sound={"valid": valid, "authentic": authentic, "current": current},
        words={"feedback": feedback, "language": language, "shown": shown},
    )


def says_already(review: Review, decisions: Sequence[Decision], **words: str) -> bool:
    """Whether a recorded review holds all that is said now, as after a second press, and not from another window."""
    of_criteria = review.words.get("criteria", {})
    recorded = {
        (judgement.criterion_id, judgement.outcome, _plain(of_criteria.get(judgement.criterion.key, "")))
        for judgement in review.judgements.select_related("criterion__standard")
    }
    said = {(decision.criterion_id, decision.outcome, _plain(decision.feedback)) for decision in decisions}
    return said <= recorded and all(
        _plain(text) in ("", _plain(review.words.get(name))) for name, text in words.items()
    )


def _plain(text: str) -> str:
    """Without what the way through a form may change."""
    return " ".join(text.split())


def locked_evidence(submission: Submission) -> Evidence:
    """The piece of a round; whoever decides on it, or beside it, waits here for whoever was quicker."""
    evidence = locked([submission.evidence_id])[submission.evidence_id]
    lock_counts([evidence.enrolment])
    return evidence


def write(
    *,
    by: User,
    evidence: Evidence,
    submission: Submission,
    criteria: Dict[int, Criterion],
    decisions: Sequence[Decision],
    credited: set[int],
    sound: Dict[str, bool],
    words: Dict[str, str],
    supersedes: Review | None = None,
) -> Review:
    """Write down what was checked: the review, its judgements, what follows from them, the event. Tell people."""
    of_criteria = {criteria[d.criterion_id].key: d.feedback for d in decisions if d.feedback}
    said = {name: text for name, text in words.items() if text.strip()}
    review = Review.objects.create(
        submission=submission,
        submission_digest=submission.digest,
        words=Words.objects.keep({**said, "criteria": of_criteria}),
        recorded_by=by,
        supersedes=supersedes,
    )
    qualified_in = decides(by, evidence, criteria.values())
    Judgement.objects.bulk_create(
        Judgement(
            review=review,
            criterion=criteria[decision.criterion_id],
            outcome=decision.outcome,
            credited=decision.criterion_id in credited,
            needs_countersignature=criteria[decision.criterion_id].standard.urn not in qualified_in,
            **sound,
        )
        for decision in decisions
    )
    refresh_standings(evidence)
    judgements = Judgement.objects.select_related("criterion__standard")
    prefetch_related_objects(
        [review], Prefetch("judgements", judgements.defer(*at_length("criterion__standard")))
    )
    record(
        chain=evidence.enrolment.chain,
        kind="review.superseded" if supersedes else "evidence.judged",
        by=by.uid,
        subject=f"review:{review.uid}",
        data=review.facts(),
    )
    _tell_of(review, evidence)
    return review


def _tell_of(review: Review, evidence: Evidence) -> None:
    """Learner and author hear of the decisions; whoever can countersign hears that they are wanted."""
    learner = evidence.enrolment.learner
    done(NoticeKind.EVIDENCE_WAITS, NoticeKind.COUNTERSIGN, learner=learner, about=review.submission.uid)
    tell_of_it = partial(
        tell,
        learner=learner,
        about=evidence.title,
        about_language=evidence.language,
        round=review.submission.round,
    )
    concerned = {learner}
    if evidence.started_by != learner:
        concerned |= or_successors(evidence.started_by, holders(evidence.enrolment, "assessor"))
    others = concerned - {review.recorded_by}
    tell_of_it(users=others, kind=NoticeKind.EVIDENCE_JUDGED, route="evidence", arguments=[evidence.uid])
    if any(judgement.needs_countersignature for judgement in review.judgements.all()):
        others = set(holders(evidence.enrolment, *DECIDING)) - {review.recorded_by}
        tell_of_it(
            users=others, kind=NoticeKind.COUNTERSIGN, route="round", arguments=[review.submission.uid]
        )


def credit(by: User, evidence: Evidence, decided: set[int]) -> set[int]:
    """Map what the assessor decided on and the learner had not mapped; the ids of those criteria."""
    credited = decided - set(evidence.mappings.values_list("criterion_id", flat=True))
    Mapping.objects.bulk_create(
        Mapping(evidence=evidence, criterion_id=pk, added_by=by, by_assessor=True) for pk in sorted(credited)
    )
    return credited


def check_may_review(*, by: User, evidence: Evidence) -> Move:
    """The move that records decisions on a piece, if this person may make it now; otherwise a refusal."""
    step = workflow.EVIDENCE.check("record", state=evidence.state, parts=parts_on(by, evidence))
    workflow.check_allowed(evidence.enrolment, "decide")
    return step


def decides(by: User, evidence: Evidence, criteria: Iterable[Criterion]) -> set[str]:
    """Those of the criteria's standards (their URNs) in which this person's decisions count by themselves."""
    provider = evidence.enrolment.programme.provider_id
    pairs = qualified_among(by, "assessor", {(provider, c.standard.urn) for c in criteria})
    return {urn for _provider, urn in pairs}


def _decided_criteria(
    evidence: Evidence, decisions: Sequence[Decision], asked: set[int]
) -> dict[int, Criterion]:
    """The criteria decided on, by id, all of them among the learner's standards."""
    ids = [d.criterion_id for d in decisions]
    criteria = criteria_in(evidence.enrolment).with_standard().in_bulk(ids)
    if len(criteria) != len(ids):
        raise Invalid(_("One of the criteria belongs to a standard that this learner is not enrolled on."))
    extra = set(criteria) - asked
    if extra and evidence.mappings.filter(criterion__in=extra, standing="met").exists():
        raise WrongState(_("One of the criteria is met already by this piece. Nothing was recorded."))
    return criteria


def check_complete(decisions: Sequence[Decision], asked: set[int], sound: bool, feedback: str) -> None:
    """Refuse decisions that do not add up."""
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
    if any(len(text) > LONGEST for text in (feedback, *(d.feedback for d in decisions))):
        raise Invalid(_("The feedback is too long. At most %(most)s characters fit."), most=LONGEST)


def _check_nothing_un_judged(
    by: User, evidence: Evidence, decisions: Sequence[Decision], asked: Iterable[Mapping]
) -> None:
    """What counts as met in a standard that was declared competent does so until its sign-off is withdrawn.

    A decision that waits for a countersignature does not count: even "met" would take back what counts.
    """
    counting = [m.criterion for m in asked if m.standing == Outcome.MET and not m.provisional]
    if not counting:
        return
    met = {d.criterion_id for d in decisions if d.outcome == Outcome.MET}
    qualified_in = decides(by, evidence, counting)
    lesser = [c.standard_id for c in counting if c.pk not in met or c.standard.urn not in qualified_in]
    rows = evidence.enrolment.enrolled_standards.filter(standard__in=lesser)
    if row := rows.exclude(state__in=["in_progress", "moved"]).select_related("standard").first():
        raise WrongState(DECLARED, urn=row.standard.urn)


def check_reasons(
    submission: Submission, decisions: Sequence[Decision], criteria: Dict[int, Criterion], shown: str
) -> None:
    """Knowledge that only a picture or an object stands for is met with the assessor's reason."""
    kind, text = submission.manifest["kind"], submission.words.get("text")
    met = [criteria[d.criterion_id] for d in decisions if d.outcome == Outcome.MET and not d.feedback.strip()]
    wanting = [c.reference for c in met if wants_reason(c, kind=kind, text=text)]
    if wanting and not shown.strip():
        raise Invalid(
            _("Say how the work shows the knowledge: %(references)s."), references=", ".join(wanting)
        )


@transaction.atomic
def countersign(*, by: User, reviews: Iterable[Review]) -> list[Countersignature]:
    """Stand by the decisions of an assessor who is not yet qualified; from then on they count."""
    reviews = list(reviews)
    prefetch_related_objects(reviews, "judgements__criterion__standard")
    # Locked all at once and in one order, so that two people who sign the same ones do not wait for each other.
    pieces = locked(review.submission.evidence_id for review in reviews)
    lock_counts({evidence.enrolment for evidence in pieces.values()})
    pairs = [(review, pieces[review.submission.evidence_id]) for review in reviews]
    pairs.sort(key=lambda pair: pair[1].enrolment.chain)
    return [_countersign(by, review, evidence) for review, evidence in pairs]


def _countersign(by: User, review: Review, evidence: Evidence) -> Countersignature:
    signed = Countersignature.objects.filter(review=review).first()
    if signed:
        return signed
    check_may_countersign(by=by, review=review, evidence=evidence)
    countersignature = Countersignature.objects.create(review=review, signed_by=by)
    refresh_standings(evidence)
    record(
        chain=evidence.enrolment.chain,
        kind="review.countersigned",
        by=by.uid,
        subject=f"countersignature:{countersignature.uid}",
        data=countersignature.facts(),
    )
    done(NoticeKind.COUNTERSIGN, learner=evidence.enrolment.learner, about=review.submission.uid)
    tell(
        users=or_successors(review.recorded_by, holders(evidence.enrolment, *DECIDING)) - {by},
        kind=NoticeKind.COUNTERSIGNED,
        route="round",
        arguments=[review.submission.uid],
        learner=evidence.enrolment.learner,
        about=evidence.title,
        about_language=evidence.language,
        round=review.submission.round,
    )
    return countersignature


def check_may_countersign(*, by: User, review: Review, evidence: Evidence) -> None:
    """Refuse whoever may not stand by these decisions, or where nothing waits for that."""
    if parts_in(by, evidence.enrolment).isdisjoint(DECIDING):
        raise NotYours()
    if by.pk == review.recorded_by_id:
        raise NotYours(_("Nobody countersigns their own decisions. A qualified assessor does it."))
    workflow.check_allowed(evidence.enrolment, "decide")
    criteria = [j.criterion for j in review.judgements.all() if j.needs_countersignature]
    if not criteria or hasattr(review, "countersignature"):
        raise WrongState(_("These decisions count already; they need no countersignature."))
    if Review.objects.filter(supersedes=review).exists():
        raise WrongState(OVERTAKEN)
    if {c.standard.urn for c in criteria} - decides(by, evidence, criteria):
        raise NotYours(_("Only an assessor who is qualified for these standards can countersign."))
