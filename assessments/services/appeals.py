"""Appeals: opened by the learner, answered at each level, taken further or ended."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import NoticeKind, Provider, User
from accounts.notices import done, tell
from accounts.refusals import Invalid, NotYours, Refusal, WrongState
from accounts.workflow import Move
from assessments.access import appeals_in_full
from assessments.deciders import deciders_among
from assessments.models import Appeal, AppealAct, Judgement, Review, SignOff
from assessments.workflow import APPEAL, LEVELS
from ledger.models import Words
from ledger.services import record
from portfolio.among import Among
from portfolio.models import Allocation, EnrolledStandard, Enrolment
from portfolio.parts import holders, holders_in, parts_in, people_at, people_who
from portfolio.workflow import allowing

# The levels at which nobody answers who decided: an assessor looks at their own decision again first, and of what the
# awarding body says a manager only keeps the record.
ANEW = ("iqa", "provider")
# The levels whose answer is given here, and not by the awarding body.
HERE = ("assessor", "iqa", "provider")


@transaction.atomic
def open_appeal(
    *,
    by: User,
    text: str,
    language: str,
    review: Review | None = None,
    enrolled_standard: EnrolledStandard | None = None,
) -> Appeal:
    """The learner asks for decisions, or for how far a standard is, to be looked at again. First by the assessor."""
    appeal = Appeal(review=review, enrolled_standard=enrolled_standard)
    enrolment = appeal.enrolment = _locked(_about(appeal))
    check_may_open(by=by, enrolment=enrolment, review=review, enrolled_standard=enrolled_standard)
    _check_said(text)
    appeal.save()
    _hold(enrolment)
    _sign(by, appeal, "opened", level=appeal.state, text=text, language=language)
    _tell_level(appeal)
    return appeal


def check_may_open(
    *,
    by: User,
    enrolment: Enrolment,
    review: Review | None = None,
    enrolled_standard: EnrolledStandard | None = None,
) -> None:
    """Refuse whoever may not appeal against this, or not as things stand."""
    if by.pk != enrolment.learner_id:
        raise NotYours(_("Only the learner appeals against a decision."))
    if Appeal.objects.open().filter(review=review, enrolled_standard=enrolled_standard).exists():
        raise WrongState(_("There is an appeal about this already. Its page says how it stands."))
    if review and Review.objects.filter(supersedes=review).exists():
        raise WrongState(_("Another review stands in the place of this one. Appeal against that one."))


@transaction.atomic
def answer(
    *, by: User, appeal: Appeal, upheld: bool, text: str, language: str, answered_on: date | None = None
) -> AppealAct:
    """The level that was asked answers. Upholding changes no decision: an assessor then decides again."""
    appeal = _locked_appeal(appeal)
    level, today = appeal.state, timezone.localdate()
    step = check(f"{'uphold' if upheld else 'answer'}-{level}", by=by, appeal=appeal)
    _check_said(text)
    if answered_on and not timezone.localdate(appeal.opened_at) <= answered_on <= today:
        raise Invalid(_("The day of the answer is between the day of the appeal and today."))
    _move(appeal, step)
    act = _sign(
        by,
        appeal,
        "upheld" if upheld else "not_upheld",
        level=level,
        answered_on=answered_on or today,
        text=text,
        language=language,
    )
    _tell(appeal, [appeal.enrolment.learner], NoticeKind.APPEAL_ANSWERED)
    if upheld:
        _tell(appeal, _who_put_it_right(appeal) - {by}, NoticeKind.APPEAL_UPHELD)
    return act


@transaction.atomic
def take_further(*, by: User, appeal: Appeal, text: str, language: str) -> AppealAct:
    """The learner asks the next level."""
    appeal = _locked_appeal(appeal)
    step = check(further(appeal.state), by=by, appeal=appeal)
    _check_said(text)
    _move(appeal, step)
    act = _sign(by, appeal, "taken_further", level=step.target, text=text, language=language)
    _tell_level(appeal)
    return act


@transaction.atomic
def end(*, by: User, appeal: Appeal, text: str = "", language: str = "") -> AppealAct:
    """The learner drops it or accepts the answer; a manager, who says why, ends it where nobody takes it further."""
    appeal = _locked_appeal(appeal)
    step = check(ending(appeal.state), by=by, appeal=appeal)
    level = appeal.state.removesuffix("_answered")
    if by != appeal.enrolment.learner:
        _check_said(text)
        _tell(appeal, [appeal.enrolment.learner], NoticeKind.APPEAL_ENDED)
    _move(appeal, step)
    said: dict[str, Any] = {"text": text, "language": language} if text.strip() else {}
    return _sign(by, appeal, "ended", level=level, **said)


def ending(state: str) -> str:
    """The name of the move that ends it: before an answer, or after one."""
    return "drop" if state in LEVELS else "accept"


def further(state: str) -> str:
    """The name of the move that leads on from an answer; of the last one where none does."""
    found = [move.name for move in APPEAL.moves if state in move.sources and move.name.startswith("to-")]
    return found[0] if found else "to-body"


def check(move: str, *, by: User, appeal: Appeal) -> Move:
    """The move, if this person may make it now; otherwise the refusal that says why."""
    parts = parts_in(by, appeal.enrolment)
    if move not in (known.name for known in APPEAL.moves):
        # Nothing is asked of anybody now.
        move = "answer-assessor" if "assessor" in parts else "answer-iqa" if "iqa" in parts else "answer-body"
    step = APPEAL.check(move, state=appeal.state, parts=parts)
    if "learner" not in parts and _barred(by, appeal):
        raise NotYours(_("You decided on this yourself, so somebody else answers at this level."))
    return step


def open_moves(*, by: User, appeal: Appeal) -> set[str]:
    """The moves that this person may make now: uphold, answer, further, end."""
    level = appeal.state
    names = {
        "uphold": f"uphold-{level}",
        "answer": f"answer-{level}",
        "further": further(level),
        "end": ending(level),
    }
    return {name for name, move in names.items() if _passes(move, by, appeal)}


def _passes(move: str, by: User, appeal: Appeal) -> bool:
    try:
        check(move, by=by, appeal=appeal)
    except Refusal:
        return False
    return True


def _about(appeal: Appeal) -> Enrolment:
    """The portfolio of what an appeal is about."""
    if appeal.review:
        return appeal.review.submission.evidence.enrolment
    if appeal.enrolled_standard:
        return appeal.enrolled_standard.enrolment
    raise ValueError("an appeal is about a review or a standard")


def _barred(user: User, appeal: Appeal) -> bool:
    return bool(_barred_from([user], [appeal]))


def _barred_from(people: Collection[User], appeals: Collection[Appeal]) -> set[tuple[int, int]]:
    """(Person, appeal), by their ids: who decided on which themselves, so that somebody else has to answer now."""
    anew = [appeal for appeal in appeals if appeal.state in ANEW]
    if not anew or not people:
        return set()
    own = Q(recorded_by__in=people) | Q(countersignature__signed_by__in=people)
    reviews = Review.objects.filter(own, appeals__in=anew)
    named = reviews.values_list("pk", "recorded_by", "countersignature__signed_by")
    on_review = {(who, review) for review, *both in named for who in both}
    rows = [appeal.enrolled_standard for appeal in anew if appeal.enrolled_standard]
    # Whoever released it or took the sign-off back decided, too.
    signed = SignOff.objects.filter(enrolled_standard__in=rows, signed_by__in=people)
    on_standard = (
        {*signed.values_list("signed_by", "enrolled_standard"), *deciders_among(people, rows)}
        if rows
        else set()
    )
    return {
        (who.pk, a.pk)
        for a in anew
        for who in people
        if (who.pk, a.review_id) in on_review or (who.pk, a.enrolled_standard_id) in on_standard
    }


def _check_said(text: str) -> None:
    if not text.strip():
        raise Invalid(_("Say why. The other side reads it."))


def _locked(enrolment: Enrolment) -> Enrolment:
    """Appeals of one portfolio wait for each other, and for whoever erases something in it."""
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("programme__provider", "learner")
    return rows.get(pk=enrolment.pk)


def _locked_appeal(appeal: Appeal) -> Appeal:
    enrolment = _locked(appeal.enrolment)
    fresh = Appeal.objects.select_related("review__submission__evidence", "enrolled_standard__standard").get(
        pk=appeal.pk
    )
    fresh.enrolment = enrolment
    return fresh


def _move(appeal: Appeal, step: Move) -> None:
    appeal.state = step.target
    appeal.save(update_fields=["state"])
    done(NoticeKind.APPEAL_WAITS, learner=appeal.enrolment.learner, about=appeal.uid)
    _hold(appeal.enrolment)


def _hold(enrolment: Enrolment) -> None:
    enrolment.under_appeal = Appeal.objects.open().filter(enrolment=enrolment).exists()
    enrolment.save(update_fields=["under_appeal"])


def _sign(
    by: User, appeal: Appeal, step: str, *, level: str, answered_on: date | None = None, **said: str
) -> AppealAct:
    """Write a step down, and into the ledger."""
    act = AppealAct.objects.create(
        appeal=appeal,
        step=step,
        level=level,
        answered_on=answered_on,
        words=Words.objects.keep(said) if said else None,
        signed_by=by,
    )
    record(
        chain=appeal.enrolment.chain,
        kind=f"appeal.{step.replace('_', '-')}",
        by=by.uid,
        subject=f"appealact:{act.uid}",
        data=act.facts(),
    )
    return act


def _tell_level(appeal: Appeal) -> None:
    """Whoever may answer at this level hears that they are asked; where nobody may, managers, who find somebody."""
    asked = [who for who in _who(appeal, LEVELS[appeal.state]) if not _barred(who, appeal)]
    _tell(appeal, asked or _who(appeal, "manager"), NoticeKind.APPEAL_WAITS)


def tell_allocated(*, allocation: Allocation, **_sent: object) -> None:
    """Whoever is allocated while an appeal waits at their level hears of it as those did who were there already."""
    waiting = Appeal.objects.filter(enrolment=allocation.enrolment, state=allocation.role)
    about = ("enrolment__learner", "enrolled_standard__standard", "review__submission__evidence")
    for appeal in waiting.select_related(*about):
        if not _barred(allocation.user, appeal):
            _tell(appeal, [allocation.user], NoticeKind.APPEAL_WAITS)


def waiting_for(user: User, held: dict[str, set[int]], providers: Collection[Provider]) -> list[Appeal]:
    """The appeals that this person may answer now, the oldest first; as many queries for many as for one."""
    asked = Q(state="assessor", enrolment__in=Among(held["assessor"]))
    asked |= Q(state="iqa", enrolment__in=Among(held["iqa"]))
    asked |= Q(state__in=["provider", "body"], enrolment__programme__provider__in=providers)
    found = list(appeals_in_full().filter(asked).exclude(enrolment__learner=user).order_by("pk"))
    barred = _barred_from([user], found)
    return [appeal for appeal in found if (user.pk, appeal.pk) not in barred]


def to_decide_again(user: User, held: dict[str, set[int]]) -> QuerySet[Appeal]:
    """The upheld appeals whose decisions still stand as they were, where this person decides, the first upheld first.

    Where the sign-off of a whole standard has to be taken back, its IQA has that to do before the assessor decides.
    """
    upheld = AppealAct.objects.filter(appeal=OuterRef("pk"), step="upheld")
    later = Judgement.objects.filter(
        review__submission__evidence=OuterRef("review__submission__evidence"),
        review__submission__round__gt=OuterRef("review__submission__round"),
        criterion__judgements__review=OuterRef("review"),
    )
    judged = Judgement.objects.filter(
        review__submission__evidence__enrolment=OuterRef("enrolment"),
        criterion__standard=OuterRef("enrolled_standard__standard"),
        review__recorded_at__gt=OuterRef("upheld_at"),
    )
    signed = SignOff.objects.filter(
        enrolled_standard=OuterRef("enrolled_standard"), signed_at__gt=OuterRef("upheld_at")
    ).exclude(act="withdrawn")
    assessed = Q(enrolment__in=Among(held["assessor"]))
    of_piece = Q(review__submission__evidence__state="judged") & assessed
    of_standard = Q(enrolled_standard__isnull=False) & (
        assessed | Q(enrolment__in=Among(held["iqa"])) & ~Q(enrolled_standard__state="in_progress")
    )
    return (
        appeals_in_full()
        .filter(of_piece | of_standard, state="upheld", enrolment__state__in=allowing("decide"))
        .exclude(enrolment__learner=user)
        .annotate(upheld_at=Subquery(upheld.values("signed_at")[:1]))
        .exclude(Exists(Review.objects.filter(supersedes=OuterRef("review"))))
        .exclude(Exists(later) | Exists(judged) | Exists(signed))
        .order_by("upheld_at", "pk")
    )


def waiting_for_nobody(user: User, providers: Collection[Provider]) -> list[Appeal]:
    """The appeals at these providers that nobody may answer until this manager finds somebody, the oldest first."""
    asked = Q(state__in=HERE, enrolment__programme__provider__in=providers)
    found = list(appeals_in_full().filter(asked).exclude(enrolment__learner=user).order_by("pk"))
    held = holders_in({appeal.enrolment_id for appeal in found}, "assessor", "iqa")
    managers = people_at(providers, "manager")
    people = {
        a: managers[a.enrolment.programme.provider_id]
        if a.state == "provider"
        else held[a.state, a.enrolment_id]
        for a in found
    }
    barred = _barred_from(set().union(*people.values()), found)
    return [a for a in found if all((who.pk, a.pk) in barred for who in people[a])]


def waits_for_nobody(appeal: Appeal) -> bool:
    """Whether there is nobody whom it asks, or every one of them has decided on it themselves."""
    if appeal.state not in HERE:
        return False
    asked = list(_who(appeal, LEVELS[appeal.state]))
    return len(_barred_from(asked, [appeal])) == len(asked)


def _who(appeal: Appeal, part: str) -> QuerySet[User]:
    enrolment = appeal.enrolment
    if part == "manager":
        return people_who(enrolment.programme.provider, "manager")
    return holders(enrolment, part)


def _who_put_it_right(appeal: Appeal) -> set[User]:
    """Whoever decides again; before them the IQA, where the sign-off of a standard stands in the way."""
    row = appeal.enrolled_standard
    first = ["iqa"] if row and row.state != "in_progress" else []
    return set(holders(appeal.enrolment, "assessor", *first))


def _tell(appeal: Appeal, users, kind: str) -> None:
    tell(
        users=users,
        kind=kind,
        route="appeal",
        arguments=[appeal.uid],
        learner=appeal.enrolment.learner,
        **_what(appeal),
    )


def _what(appeal: Appeal) -> dict[str, Any]:
    """What a notice says that an appeal is about."""
    if appeal.review is None:
        return {"about": appeal.enrolled_standard.standard.urn if appeal.enrolled_standard else ""}
    submission = appeal.review.submission
    piece = submission.evidence
    return {"about": piece.title, "about_language": piece.language, "round": submission.round}
