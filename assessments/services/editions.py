"""A learner moves to a later edition of a standard; assessors confirm there what was judged before."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import is_qualified
from accounts.models import NoticeKind, User
from accounts.notices import tell
from accounts.refusals import Invalid, NotYours, Stale, WrongState
from assessments.carried import judgements_behind
from assessments.models import Confirmation
from assessments.services.sign_offs import open_samples, under_appeal
from assessments.services.standings import refresh_standings
from assessments.workflow import STANDARD
from ledger.services import record
from portfolio.models import EnrolledStandard, Enrolment, Mapping
from portfolio.parts import holders, parts_in
from portfolio.progress import lock_counts, lock_pieces, refresh_counts
from portfolio.services.evidence import locked
from portfolio.workflow import check_allowed
from standards.editions import Pair, compare, latest_after
from standards.models import Standard


def may_try_move(*, by: User, enrolled_standard: EnrolledStandard) -> Standard:
    """The edition to which this person may try to move the learner; otherwise the refusal that says why not."""
    row = enrolled_standard
    STANDARD.check("move", state=row.state, parts=parts_in(by, row.enrolment))
    check_allowed(row.enrolment, "write")
    target = latest_after(row.standard)
    if target is None:
        raise WrongState(_("No later edition of this standard is known. Say first which one supersedes it."))
    return target


def obstacle(row: EnrolledStandard, target: Standard) -> str:
    """What has to happen before the move, or why it cannot be; empty: nothing is in the way."""
    if row.enrolment.enrolled_standards.filter(standard=target).exists():
        return _("The learner has that edition in the portfolio already, now or from before.")
    if _mapped(row).filter(evidence__state="submitted").exists():
        return _("Evidence for this standard waits for a decision. Once it is made, move the learner.")
    if open_samples().filter(enrolled_standard=row).exists():
        return _("A sample or an action is still open here. Once it is closed, move the learner.")
    if under_appeal([row]):
        return _("An appeal is open here. Once it is over, move the learner.")
    return ""


def check_may_move(*, by: User, enrolled_standard: EnrolledStandard) -> Standard:
    """The edition that this person may move the learner to now; otherwise the refusal that says why."""
    target = may_try_move(by=by, enrolled_standard=enrolled_standard)
    if why := obstacle(enrolled_standard, target):
        raise WrongState(why)
    return target


def _mapped(row: EnrolledStandard):
    mappings = Mapping.objects.open().filter(evidence__enrolment=row.enrolment_id)
    return mappings.filter(criterion__standard=row.standard_id)


@transaction.atomic
def move(
    *, by: User, enrolled_standard: EnrolledStandard, to: str, carried: Collection[str]
) -> EnrolledStandard:
    """Close the standard and open its later edition, mappings carried over; the new one.

    `to` is the edition as the dry run showed it; `carried` are the keys of the changed pairs in which a person saw one
    criterion. What has the same text is carried in any case. Judgements are not: they wait to be confirmed.
    """
    # The portfolio too, so that no appeal is opened meanwhile.
    Enrolment.objects.select_for_update().get(pk=enrolled_standard.enrolment_id)
    # Every piece: what is not mapped to the standard yet could be meanwhile, by its author or by whoever decides on it.
    lock_pieces(enrolled_standard.enrolment)
    lock_counts([enrolled_standard.enrolment])
    row = _locked(enrolled_standard)
    target = check_may_move(by=by, enrolled_standard=row)
    if to != str(target):
        raise Stale()
    pairs = [pair for pair in compare(row.standard, target) if pair.is_same or pair.key in carried]
    new = _open(row, target)
    mapped = Mapping.objects.filter(criterion__standard=row.standard_id)
    _carry(row, [pair for pair in pairs if pair.is_whole])
    for piece in row.enrolment.evidence.filter(pk__in=mapped.values("evidence")).order_by("pk"):
        refresh_standings(piece)
    refresh_counts(row.enrolment, only={row.standard_id, target.pk})
    record(
        chain=row.enrolment.chain,
        kind="standard.moved",
        by=by.uid,
        subject=f"enrolledstandard:{row.uid}",
        data={
            "to": str(new.uid),
            "criteria": [[pair.old.key, pair.new.key] for pair in pairs if pair.old and pair.new],
        },
    )
    tell(
        users=[row.enrolment.learner, *holders(row.enrolment, "assessor")],
        kind=NoticeKind.MOVED,
        route="enrolled_standard",
        arguments=[new.uid],
        learner=row.enrolment.learner,
        about=str(target),
    )
    return new


def _open(row: EnrolledStandard, target: Standard) -> EnrolledStandard:
    row.state = STANDARD.move("move").target
    row.save(update_fields=["state"])
    return EnrolledStandard.objects.create(
        enrolment=row.enrolment,
        standard=target,
        total_count=target.criteria.count(),
        moved_from=row,
        moved_at=timezone.now(),
    )


def _carry(row: EnrolledStandard, pairs: Iterable[Pair]) -> None:
    """The old mappings stay as they were; those whose criterion lives on are mapped to its new form."""
    becomes = {pair.old.pk: pair.new for pair in pairs if pair.old}
    old = list(_mapped(row).order_by("pk"))
    Mapping.objects.filter(pk__in=[mapping.pk for mapping in old]).update(closed=True)
    Mapping.objects.bulk_create(
        Mapping(
            evidence_id=mapping.evidence_id,
            criterion=becomes[mapping.criterion_id],
            locator=mapping.locator,
            added_by_id=mapping.added_by_id,
            by_assessor=mapping.by_assessor,
            carried_from=mapping,
        )
        for mapping in old
        if mapping.criterion_id in becomes
    )


def may_confirm(by: User, row: EnrolledStandard) -> bool:
    """Whether this person's decisions count in this standard by themselves."""
    provider = row.enrolment.programme.provider
    return "assessor" in parts_in(by, row.enrolment) and is_qualified(
        by, "assessor", urn=row.standard.urn, provider=provider
    )


@transaction.atomic
def confirm(
    *, by: User, enrolled_standard: EnrolledStandard, mappings: Collection[int]
) -> list[Confirmation]:
    """Stand by judgements that were made on an earlier edition: from then on they count here. One act for several."""
    row = enrolled_standard
    if not may_confirm(by, row):
        raise NotYours(
            _("Only an assessor who is qualified for this standard can confirm earlier decisions.")
        )
    if not mappings:
        raise Invalid(_("Choose at least one decision to confirm."))
    pieces = locked(_mapped(row).filter(pk__in=mappings).values_list("evidence", flat=True))
    lock_counts([row.enrolment])
    row = _locked(row)
    STANDARD.check("competent", state=row.state, parts=parts_in(by, row.enrolment))
    check_allowed(row.enrolment, "decide")
    waiting = _mapped(row).filter(pk__in=mappings, to_confirm=True).select_related("criterion__standard")
    chosen = list(waiting.order_by("pk"))
    if len(chosen) != len(set(mappings)):
        raise Stale()
    behind = judgements_behind(row.enrolment)
    confirmed = [_confirm(by, row, mapping, behind) for mapping in chosen]
    for piece in pieces.values():
        refresh_standings(piece)
    return confirmed


def _confirm(by: User, row: EnrolledStandard, mapping: Mapping, behind: dict) -> Confirmation:
    confirmation = Confirmation.objects.create(
        judgement=behind[mapping.pk], criterion=mapping.criterion, confirmed_by=by
    )
    record(
        chain=row.enrolment.chain,
        kind="judgement.confirmed",
        by=by.uid,
        subject=f"confirmation:{confirmation.uid}",
        data=confirmation.facts(),
    )
    return confirmation


def _locked(row: EnrolledStandard) -> EnrolledStandard:
    # Not the key (see sign_offs).
    rows = EnrolledStandard.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("standard", "enrolment__programme__provider").get(pk=row.pk)
