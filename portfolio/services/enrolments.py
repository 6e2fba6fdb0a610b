"""Programmes, enrolments and who is allocated to them."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import qualified_among
from accounts.models import Membership, NoticeKind, Provider, User
from accounts.notices import tell
from accounts.refusals import Invalid
from ledger.services import record
from portfolio import workflow
from portfolio.models import Allocation, EnrolledStandard, Enrolment, Programme
from portfolio.parts import MEMBER_ROLE, held_as, holders, parts_in
from portfolio.progress import lock_counts, lock_pieces
from standards.models import Standard

# An allocation was made: what waits for its holder, of which this app does not know, tells them.
made = Signal()


@transaction.atomic
def create_programme(
    *,
    by: User,
    provider: Provider,
    title_cy: str,
    title_en: str,
    awarding_body: str,
    qualification_number: str,
    standards: Iterable[Standard],
) -> Programme:
    programme = Programme.objects.create(
        provider=provider,
        title_cy=title_cy,
        title_en=title_en,
        awarding_body=awarding_body,
        qualification_number=qualification_number,
    )
    programme.standards.set(standards)
    _record_programme(by, programme, "programme.created")
    return programme


@transaction.atomic
def change_programme(*, by: User, programme: Programme, standards: Iterable[Standard], **fields: str) -> None:
    """Correct what a programme is called and which standards it offers. Portfolios that exist keep theirs."""
    for name, value in fields.items():
        setattr(programme, name, value)
    programme.save(update_fields=list(fields))
    programme.standards.set(standards)
    _record_programme(by, programme, "programme.changed")


def _record_programme(by: User, programme: Programme, kind: str) -> None:
    record(
        chain=f"provider:{programme.provider.uid}",
        kind=kind,
        by=by.uid,
        subject=f"programme:{programme.uid}",
        data={"standards": sorted(f"{s.urn}/{s.edition}" for s in programme.standards.all())},
    )


@transaction.atomic
def enrol(
    *,
    by: User,
    programme: Programme,
    learner: User,
    language: str,
    standards: Iterable[Standard],
    registration_number: str = "",
    registered_on: date | None = None,
    cohort: str = "",
    started_on: date | None = None,
) -> Enrolment:
    """Open a learner's portfolio; the editions of the standards are frozen here."""
    # Who enrols somebody here at the same moment waits.
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    if not _is_member(learner, programme.provider, "learner"):
        raise Invalid(
            _("Only somebody who is a learner at this provider can be enrolled. Invite them first.")
        )
    if Enrolment.objects.filter(programme=programme, learner=learner).exists():
        raise Invalid(_("This learner is already enrolled on this programme."))
    offered = set(programme.standards.values_list("pk", flat=True))
    chosen = [s for s in standards if s.pk in offered]
    if not chosen:
        raise Invalid(_("Choose at least one standard of the programme."))
    enrolment = Enrolment.objects.create(
        programme=programme,
        learner=learner,
        language=language,
        registration_number=registration_number,
        registered_on=registered_on,
        cohort=cohort,
        started_on=started_on or timezone.localdate(),
    )
    _open_standards(enrolment, chosen)
    record(
        chain=enrolment.chain,
        kind="enrolment.opened",
        by=by.uid,
        subject=f"enrolment:{enrolment.uid}",
        data={"learner": str(learner.uid), "standards": sorted(f"{s.urn}/{s.edition}" for s in chosen)},
    )
    return enrolment


def _open_standards(enrolment: Enrolment, standards: Iterable[Standard]) -> None:
    for standard in standards:
        EnrolledStandard.objects.create(
            enrolment=enrolment, standard=standard, total_count=standard.criteria.count()
        )


@transaction.atomic
def change_enrolment(
    *, by: User, enrolment: Enrolment, standards: Iterable[Standard] = (), **fields: object
) -> None:
    """Correct registration, cohort, dates or language, and open further standards of the programme."""
    for name, value in fields.items():
        setattr(enrolment, name, value)
    enrolment.save(update_fields=list(fields))
    have = set(enrolment.enrolled_standards.values_list("standard", flat=True))
    offered = set(enrolment.programme.standards.values_list("pk", flat=True))
    further = [s for s in standards if s.pk in offered - have]
    _open_standards(enrolment, further)
    record(
        chain=enrolment.chain,
        kind="enrolment.changed",
        by=by.uid,
        subject=f"enrolment:{enrolment.uid}",
        data={"fields": sorted(fields), "standards": sorted(f"{s.urn}/{s.edition}" for s in further)},
    )


def _is_member(user: User, provider: Provider, role: str) -> bool:
    return Membership.objects.current().filter(user=user, provider=provider, role=role).exists()


@transaction.atomic
def allocate(*, by: User, enrolment: Enrolment, user: User, role: str) -> Allocation:
    """Give a learner an assessor, a countersigning assessor or an IQA. The same twice is one allocation."""
    if user.pk == enrolment.learner_id:
        raise Invalid(_("Nobody can be allocated to their own portfolio. Choose somebody else."))
    if not _is_member(user, enrolment.programme.provider, MEMBER_ROLE[role]):
        raise Invalid(_("This person does not hold that role at this provider. Choose somebody who does."))
    allocation, created = Allocation.objects.get_or_create(
        enrolment=enrolment, user=user, role=role, to_at=None
    )
    if created:
        _record_allocation(by, allocation, "allocation.made")
        made.send(Allocation, allocation=allocation)
        tell(
            users=[user],
            kind=NoticeKind.ALLOCATED,
            route="portfolio",
            arguments=[enrolment.uid],
            learner=enrolment.learner,
        )
    return allocation


def without_countersigner(allocation: Allocation) -> list[str]:
    """The standards (their URNs) in which this is of no use yet, because nobody is qualified for them.

    Of a countersigner: those for which they hold no qualification themselves. Of an assessor: those in which neither
    they nor anybody else who decides in this portfolio holds one.
    """
    enrolment = allocation.enrolment
    provider = enrolment.programme.provider_id
    pairs = {
        (provider, urn) for urn in enrolment.enrolled_standards.open().values_list("standard__urn", flat=True)
    }
    alone = allocation.role == "countersigner"
    deciding = [allocation.user] if alone else holders(enrolment, "assessor", "countersigner")
    held = set().union(*(qualified_among(user, "assessor", pairs) for user in deciding))
    return sorted(urn for _provider, urn in pairs - held)


@transaction.atomic
def end_allocation(*, by: User, allocation: Allocation) -> None:
    """From now on this person no longer acts here; what they did keeps their name."""
    allocation = Allocation.objects.select_for_update().get(pk=allocation.pk)
    if allocation.to_at is None:
        allocation.to_at = timezone.now()
        allocation.save(update_fields=["to_at"])
        _record_allocation(by, allocation, "allocation.ended")


@transaction.atomic
def hand_over(*, by: User, allocations: Iterable[Allocation], to: User) -> list[Allocation]:
    """Somebody else takes over, in the same roles. What was done keeps its names."""
    taken = []
    held = Allocation.objects.current().filter(pk__in=[allocation.pk for allocation in allocations])
    for allocation in _locked(held.select_related("enrolment__learner", "enrolment__programme__provider")):
        taken.append(allocate(by=by, enrolment=allocation.enrolment, user=to, role=allocation.role))
        end_allocation(by=by, allocation=allocation)
    return taken


def end_with_role(sender: type, *, membership: Membership, by: User, **rest: object) -> None:
    """Whoever holds a role no longer is no longer allocated in it either."""
    for allocation in _locked(held_as(membership)):
        end_allocation(by=by, allocation=allocation)


def _locked(allocations: QuerySet[Allocation]) -> QuerySet[Allocation]:
    """By their chains' names, in which whoever writes to several takes them."""
    return allocations.select_for_update(of=("self",)).order_by("enrolment__uid", "pk")


def _record_allocation(by: User, allocation: Allocation, kind: str) -> None:
    record(
        chain=allocation.enrolment.chain,
        kind=kind,
        by=by.uid,
        subject=f"allocation:{allocation.uid}",
        data={"user": str(allocation.user.uid), "role": allocation.role},
    )


@transaction.atomic
def move_enrolment(*, by: User, enrolment: Enrolment, move: str) -> Enrolment:
    """Suspend, resume, withdraw, complete or reopen. What is done in the portfolio comes before it, or is refused."""
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    lock_pieces(enrolment)
    lock_counts([enrolment])
    step = workflow.ENROLMENT.check(move, state=enrolment.state, parts=parts_in(by, enrolment))
    enrolment.state = step.target
    enrolment.ended_on = timezone.localdate() if step.target in ("withdrawn", "completed") else None
    enrolment.save(update_fields=["state", "ended_on"])
    record(
        chain=enrolment.chain,
        kind="enrolment.moved",
        by=by.uid,
        subject=f"enrolment:{enrolment.uid}",
        data={"move": move, "state": enrolment.state},
    )
    return enrolment
