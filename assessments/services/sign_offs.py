"""The last steps of a standard: competent, acknowledged, released; and the way back."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import is_qualified, qualified_among
from accounts.models import NoticeKind, User
from accounts.notices import done, tell
from accounts.refusals import Invalid, NotYours, Refusal, WrongState
from accounts.workflow import Move
from assessments.deciders import decided_by
from assessments.models import Appeal, Sample, SignOff
from assessments.workflow import STANDARD
from ledger.models import Words
from ledger.services import record
from portfolio.models import EnrolledStandard
from portfolio.parts import holders, parts_in
from portfolio.progress import lock_counts, refresh_counts
from portfolio.workflow import check_allowed


class StillSampled(WrongState):
    """`sample`: the uid of the one that is to be closed first."""

    default = _("A sample or an action is still open here. Close it, then release the standard.")

    def __init__(self, sample: UUID) -> None:
        super().__init__()
        self.sample = sample


@transaction.atomic
def declare_competent(*, by: User, enrolled_standard: EnrolledStandard) -> SignOff:
    """A qualified assessor says that the learner is competent: every criterion is met."""
    row = _locked(enrolled_standard)
    if done := _already(by, row, "competent"):
        return done
    step = check("competent", by=by, enrolled_standard=row)
    return _sign(by, row, step.target, act="competent", part="assessor")


@transaction.atomic
def acknowledge(
    *, by: User, enrolled_standard: EnrolledStandard, reason: str = "", language: str = ""
) -> SignOff:
    """The learner says that they have seen it; a manager, with a reason, for a learner who has left."""
    row = _locked(enrolled_standard)
    if done := _already(by, row, "acknowledged"):
        return done
    step = check("acknowledge", by=by, enrolled_standard=row)
    part = "learner" if by.pk == row.enrolment.learner_id else "manager"
    if part == "manager" and not reason.strip():
        raise Invalid(_("Say why the learner cannot acknowledge it themselves."))
    words = Words.objects.keep({"reason": reason, "language": language}) if part == "manager" else None
    return _sign(by, row, step.target, act="acknowledged", part=part, words=words)


@transaction.atomic
def release(*, by: User, enrolled_standard: EnrolledStandard) -> SignOff:
    """The IQA releases the standard for claiming; never one in which they decided something themselves."""
    row = _locked(enrolled_standard)
    if done := _already(by, row, "released"):
        return done
    step = check("release", by=by, enrolled_standard=row)
    return _sign(by, row, step.target, act="released", part="iqa")


@transaction.atomic
def release_all(*, by: User, enrolled_standards: Iterable[EnrolledStandard]) -> list[SignOff]:
    """Release several at once: all of them, or, where one cannot be released, none."""
    rows = sorted(enrolled_standards, key=lambda row: row.enrolment.chain)
    lock_counts({row.enrolment for row in rows})
    return [release(by=by, enrolled_standard=row) for row in rows]


@transaction.atomic
def withdraw(*, by: User, enrolled_standard: EnrolledStandard, reason: str, language: str) -> SignOff:
    """The IQA takes the sign-off back, with a reason; the way to the release begins again."""
    row = _locked(enrolled_standard)
    step = check("withdraw", by=by, enrolled_standard=row)
    if not reason.strip():
        raise Invalid(_("Say why the sign-off is withdrawn. The assessor and the learner read it."))
    words = Words.objects.keep({"reason": reason, "language": language})
    sign_off = _sign(by, row, step.target, act="withdrawn", part="iqa", words=words)
    # Rules that were tightened meanwhile hold again.
    refresh_counts(row.enrolment, only={row.standard_id})
    return sign_off


def check(move: str, *, by: User, enrolled_standard: EnrolledStandard) -> Move:
    """The move, if this person may make it now; otherwise the refusal that says why."""
    row = enrolled_standard
    step = STANDARD.check(move, state=row.state, parts=parts_in(by, row.enrolment))
    _check_rule(move, by, row)
    return step


def _check_rule(move: str, by: User, row: EnrolledStandard) -> None:
    if rule := _RULES.get(move):
        rule(by, row)


def open_moves(*, by: User, enrolled_standard: EnrolledStandard) -> list[tuple[str, Refusal | None]]:
    """The moves that are this person's in this state, each with what still stands in its way."""
    row = enrolled_standard
    found: list[tuple[str, Refusal | None]] = []
    for step in STANDARD.open_to(state=row.state, parts=parts_in(by, row.enrolment)):
        try:
            _check_rule(step.name, by, row)
        except Refusal as refusal:
            found.append((step.name, refusal))
        else:
            found.append((step.name, None))
    return found


def _may_declare(by: User, row: EnrolledStandard) -> None:
    check_allowed(row.enrolment, "decide")
    if not is_qualified(by, "assessor", urn=row.standard.urn, provider=row.enrolment.programme.provider):
        raise NotYours(
            _("Only an assessor who is qualified for this standard can declare the learner competent.")
        )
    if row.met_count != row.total_count:
        raise WrongState(_("Some criteria are not met yet, or wait for a countersignature."))


def _may_release(by: User, row: EnrolledStandard) -> None:
    if refusal := in_the_way(by=by, rows=[row]).get(row.pk):
        raise refusal


def in_the_way(*, by: User, rows: Collection[EnrolledStandard]) -> dict[int, Refusal]:
    """What keeps an IQA from releasing each of these rows, by its id; as many queries for many as for one."""
    own = set(decided_by(by).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    pairs = {row.pk: (row.enrolment.programme.provider_id, row.standard.urn) for row in rows}
    qualified = qualified_among(by, "iqa", set(pairs.values()))
    held_up = dict(open_samples().filter(enrolled_standard__in=pairs).values_list("enrolled_standard", "uid"))
    appealed = under_appeal(rows)
    found: dict[int, Refusal] = {}
    for pk, pair in pairs.items():
        if pair not in qualified:
            found[pk] = NotYours(
                _("Only an internal quality assurer who is qualified for this standard can release it.")
            )
        elif pk in own:
            found[pk] = NotYours(
                _("You decided something in this standard, so somebody else must release it.")
            )
        elif pk in appealed:
            found[pk] = WrongState(_("An appeal is open here. Release the standard once it is over."))
        elif pk in held_up:
            found[pk] = StillSampled(held_up[pk])
    return found


def under_appeal(rows: Collection[EnrolledStandard]) -> set[int]:
    """The ids of those of these rows that an open appeal is about, as a whole or through one of its decisions."""
    appeals = Appeal.objects.open().filter(enrolment__in={row.enrolment_id for row in rows})
    found = set(appeals.values_list("enrolment", "enrolled_standard__standard")) | set(
        appeals.values_list("enrolment", "review__judgements__criterion__standard")
    )
    return {row.pk for row in rows if (row.enrolment_id, row.standard_id) in found}


def open_samples() -> QuerySet[Sample]:
    """What was chosen and not yet looked at, returned and not yet closed, or waits for a countersignature."""
    return Sample.objects.filter(Q(state__in=["chosen", "returned", "answered"]) | Q(provisional=True))


def _may_withdraw(by: User, row: EnrolledStandard) -> None:
    if not is_qualified(by, "iqa", urn=row.standard.urn, provider=row.enrolment.programme.provider):
        raise NotYours(
            _(
                "Only an internal quality assurer who is qualified for this standard can withdraw its sign-off."
            )
        )


# What a move asks for besides the part and the state.
_RULES = {"competent": _may_declare, "release": _may_release, "withdraw": _may_withdraw}


def _locked(row: EnrolledStandard) -> EnrolledStandard:
    # Not the key: whoever writes down something about this standard need not wait, and so nobody waits for each other.
    EnrolledStandard.objects.select_for_update(no_key=True).get(pk=row.pk)
    # What is joined to a row that one waits for is as it was before.
    return EnrolledStandard.objects.select_related("standard", "enrolment__programme__provider").get(
        pk=row.pk
    )


def _already(by: User, row: EnrolledStandard, act: str) -> SignOff | None:
    """The same person's same act, where it was the last step: pressing twice signs once."""
    if row.state != act:
        return None
    return row.sign_offs.filter(act=act, signed_by=by).order_by("-pk").first()


def standing(sign_offs: Iterable[SignOff]) -> list[SignOff]:
    """Of a standard's sign-offs, in their order, those that stand: what comes after the last withdrawal."""
    found: list[SignOff] = []
    for sign_off in sign_offs:
        found = [] if sign_off.act == "withdrawn" else [*found, sign_off]
    return found


def _sign(
    by: User, row: EnrolledStandard, state: str, *, act: str, part: str, words: Words | None = None
) -> SignOff:
    row.state = state
    row.save(update_fields=["state"])
    sign_off = SignOff.objects.create(enrolled_standard=row, act=act, part=part, words=words, signed_by=by)
    record(
        chain=row.enrolment.chain,
        kind=f"standard.{act}",
        by=by.uid,
        subject=f"signoff:{sign_off.uid}",
        data=sign_off.facts(),
    )
    _tell_of(row, act)
    return sign_off


def _tell_of(row: EnrolledStandard, act: str) -> None:
    """Whoever has the next step, or has to know, hears of it."""
    everybody = [row.enrolment.learner, *holders(row.enrolment, "assessor")]
    users = {
        "competent": [row.enrolment.learner],
        "acknowledged": holders(row.enrolment, "iqa"),
        "released": everybody,
        "withdrawn": everybody,
    }[act]
    done(NoticeKind.COMPETENT, NoticeKind.ACKNOWLEDGED, learner=row.enrolment.learner, about=row.uid)
    tell(
        users=users,
        kind=act,
        route="enrolled_standard",
        arguments=[row.uid],
        learner=row.enrolment.learner,
        about=row.standard.urn,
    )
