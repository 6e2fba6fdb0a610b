"""Who plays which part in a portfolio now: learner, assessor, countersigner, iqa, manager, eqa."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower

from accounts.models import Membership, Provider, User
from portfolio.models import Allocation, Enrolment, Evidence, Programme, Visit

# An allocation counts only while its holder is a member in the role it needs.
MEMBER_ROLE = {"assessor": "assessor", "countersigner": "assessor", "iqa": "iqa"}


def parts_in(user: User, enrolment: Enrolment) -> frozenset[str]:
    """The parts that this person plays in this portfolio now: learner, assessor, countersigner, iqa, manager, eqa.

    Learners have no other part in their own portfolio, whoever they are: nobody judges their own work.

    A row that came through the door knows it already; services, which read their rows anew, ask anew.
    """
    if (found := getattr(enrolment, "let_in", {}).get(user.pk)) is not None:
        return found
    if user.pk == enrolment.learner_id:
        return frozenset({"learner"})
    member = Membership.objects.current().filter(user=user, provider=enrolment.programme.provider_id)
    allocation = Allocation.objects.current().filter(user=user, enrolment=enrolment)
    # Both at once: every page asks for this, and some more than once.
    held = (
        member.order_by()
        .values_list("role", Value("member"))
        .union(allocation.order_by().values_list("role", Value("allocated")))
    )
    of: dict[str, set[str]] = defaultdict(set)
    for role, how in held:
        of[how].add(role)
    member_as = of["member"]
    found = {role for role in of["allocated"] if MEMBER_ROLE[role] in member_as} | member_as & {"manager"}
    if "eqa" in member_as and examined_by(user).filter(pk=enrolment.pk).exists():
        found.add("eqa")
    return frozenset(found)


def parts_on(user: User, evidence: Evidence) -> frozenset[str]:
    """The parts in the portfolio, and "author" for whoever started this piece and still belongs here."""
    parts = parts_in(user, evidence.enrolment)
    started = user.pk == evidence.started_by_id
    return parts | {"author"} if started and parts & {"learner", "assessor"} else parts


def examined_by(user: User) -> QuerySet[Enrolment]:
    """What an external quality assurer may read now: of the programme of a visit, in its period (see `examined_in`)."""
    member = Membership.objects.current().filter(
        user=user, role="eqa", provider=OuterRef("programme__provider")
    )
    visit = Visit.objects.current().filter(
        user=user,
        programme=OuterRef("programme"),
        period_to__gte=OuterRef("started_on"),
        period_from__lte=Coalesce(OuterRef("ended_on"), F("period_from")),
    )
    return Enrolment.objects.filter(Exists(member), Exists(visit)).exclude(learner=user)


def examined_in(visit: Visit) -> QuerySet[Enrolment]:
    """The portfolios that a visit, which came through the door, opens to whoever makes it."""
    rows = Enrolment.objects.filter(programme=visit.programme_id, started_on__lte=visit.period_to)
    return rows.exclude(ended_on__lt=visit.period_from).exclude(learner=visit.user_id)


def roles_and_allocated(user: User) -> tuple[set[str], dict[str, set[int]]]:
    """What somebody is today, at whichever provider; and where they are allocated (see `allocated`)."""
    members = Membership.objects.current().filter(user=user)
    allocations = Allocation.objects.current().filter(user=user).exclude(enrolment__learner=user)
    where = ("role", "enrolment__programme__provider", "enrolment")
    # Both at once; a membership is in no portfolio. The first says how to read the rows, and a column is read as it is.
    held = list(
        allocations.order_by()
        .values_list(*where)
        .union(members.order_by().values_list("role", "provider", Value(0)), all=True)
    )
    roles = {(role, provider) for role, provider, enrolment in held if not enrolment}
    found: dict[str, set[int]] = {role: set() for role in MEMBER_ROLE}
    for role, provider, enrolment in held:
        if enrolment and (MEMBER_ROLE[role], provider) in roles:
            found[role].add(enrolment)
    return {role for role, _provider in roles}, found


def allocated(user: User) -> dict[str, set[int]]:
    """Role → the ids of the portfolios in which somebody is allocated now as assessor, countersigner or iqa.

    Lists ask for them first and name them: in every question, this would take Python longer to put together than the
    database to answer, and PostgreSQL would begin with what waits for anybody."""
    return roles_and_allocated(user)[1]


def held_as(membership: Membership) -> QuerySet[Allocation]:
    """Where somebody is allocated now in the role that they hold at a provider."""
    roles = [role for role, needed in MEMBER_ROLE.items() if needed == membership.role]
    held = Allocation.objects.current().filter(user=membership.user_id, role__in=roles)
    return held.filter(enrolment__programme__provider=membership.provider_id)


def holders(enrolment: Enrolment, *roles: str) -> QuerySet[User]:
    """The people who play one of these parts, which are by allocation, in a portfolio now."""
    held = Allocation.objects.current().filter(enrolment=enrolment)
    members = Membership.objects.current().filter(provider__programmes__enrolments=enrolment)
    theirs = Q(pk__in=[])
    for role in roles:
        allocated, member = held.filter(role=role), members.filter(role=MEMBER_ROLE[role])
        theirs |= Q(pk__in=allocated.values("user")) & Q(pk__in=member.values("user"))
    return User.objects.filter(theirs)


def holders_in(enrolments: Collection[int], *roles: str) -> dict[tuple[str, int], set[User]]:
    """(Role, portfolio) → the people who play that part there now; for many portfolios at once."""
    member = Membership.objects.current().filter(
        user=OuterRef("user"), provider=OuterRef("enrolment__programme__provider")
    )
    theirs = Q(pk__in=[])
    for role in roles:
        theirs |= Q(Exists(member.filter(role=MEMBER_ROLE[role])), role=role)
    found: dict[tuple[str, int], set[User]] = defaultdict(set)
    held = Allocation.objects.current().filter(theirs, enrolment__in=enrolments).select_related("user")
    for allocation in held:
        found[allocation.role, allocation.enrolment_id].add(allocation.user)
    return found


def or_successors(person: User | None, people: QuerySet[User]) -> set[User]:
    """Whom to tell of something of this person's: them, while they are among those who play their part now, or else all
    of those. Nobody is told of what they may no longer open."""
    return {person} if person and person in people else set(people)


def people_who(provider: Provider, role: str) -> QuerySet[User]:
    """Those who hold a role at a provider today, by name."""
    members = Membership.objects.current().filter(provider=provider, role=role)
    return User.objects.filter(pk__in=members.values("user")).order_by(Lower("name"), "pk")


def people_at(providers: Collection[Provider], role: str) -> dict[int, set[User]]:
    """Provider id → those who hold a role there today; for several providers at once."""
    members = Membership.objects.current().filter(provider__in=providers, role=role)
    found: dict[int, set[User]] = defaultdict(set)
    for member in members.select_related("user"):
        found[member.provider_id].add(member.user)
    return found


def managed(user: User, programme: Programme) -> bool:
    """Whether this person manages the provider of a programme today."""
    return people_who(programme.provider, "manager").filter(pk=user.pk).exists()
