"""The only door from a person to a portfolio and what is in it. Strangers get 404."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import managed_provider_for, token_hash
from accounts.models import Membership, Provider, User
from accounts.refusals import NotYours
from portfolio.models import (
    Allocation,
    EnrolledStandard,
    Enrolment,
    Evidence,
    EvidenceFile,
    Mapping,
    Preview,
    Programme,
    Seeing,
    Testimony,
    Upload,
    Visit,
    Withdrawal,
)
from portfolio.refusals import Ended, NoTestimony, Withdrawn
from standards.models import Criterion, CriterionQuerySet, at_length

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


def _current(rows: type[Membership] | type[Allocation], user: User, **outer: str) -> QuerySet:
    return rows.objects.current().filter(
        user=user, **{field: OuterRef(path) for field, path in outer.items()}
    )


def examined_by(user: User) -> QuerySet[Enrolment]:
    """What an external quality assurer may read now: of the programme of a visit, in its period (see `examined_in`)."""
    member = _current(Membership, user, provider="programme__provider").filter(role="eqa")
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


def let_in(user: User, enrolment: Enrolment) -> None:
    """Turn away whoever has no part in a portfolio; the row remembers what part it is."""
    parts = parts_in(user, enrolment)
    if not parts:
        raise Ended() if _had_a_part(user, enrolment) else Http404()
    enrolment.let_in = {user.pk: parts}  # type: ignore[attr-defined]


def _had_a_part(user: User, enrolment: Enrolment) -> bool:
    """Whether somebody was allocated to a portfolio, or was let to read it."""
    visits = Visit.objects.filter(user=user, programme=enrolment.programme_id, to_at__lte=timezone.now())
    return enrolment.allocations.filter(user=user).exists() or any(
        examined_in(visit).filter(pk=enrolment.pk).exists() for visit in visits
    )


def enrolment_for(user: User, uid: UUID) -> Enrolment:
    rows = Enrolment.objects.select_related("programme__provider", "learner")
    enrolment = get_object_or_404(rows, uid=uid)
    let_in(user, enrolment)
    return enrolment


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


def enrolled_standard_for(user: User, uid: UUID) -> EnrolledStandard:
    rows = EnrolledStandard.objects.select_related(
        "standard", "enrolment__programme__provider", "enrolment__learner"
    )
    row = get_object_or_404(rows.defer(*at_length("standard")), uid=uid)
    let_in(user, row.enrolment)
    return row


def _shown_to(user: User) -> QuerySet[Evidence]:
    """What one started and whatever was submitted, in any portfolio: a draft is its author's alone."""
    rows = Evidence.objects.filter(Q(started_by=user) | Q(submitted_at__isnull=False))
    return rows.select_related("enrolment__programme__provider", "enrolment__learner", "started_by")


def pieces_in(user: User, enrolment: Enrolment) -> QuerySet[Evidence]:
    """The same in one portfolio, which came through the door."""
    return _shown_to(user).filter(enrolment=enrolment)


def evidence_for(user: User, uid: UUID) -> Evidence:
    evidence = get_object_or_404(_shown_to(user), uid=uid)
    let_in(user, evidence.enrolment)
    return evidence


def own_open_evidence(user: User, enrolment: Enrolment) -> QuerySet[Evidence]:
    """What this person started here and may still work on, with files and the counts that `rounds.missing` asks for."""
    kept = Q(files__isnull=False, files__removed_at__isnull=True)
    waiting = EvidenceFile.objects.filter(evidence=OuterRef("pk"), scan="waiting", removed_at=None)
    uploads = Upload.objects.arriving().filter(piece=OuterRef("uid"))
    wanting = Q(mappings__standing__in=["more_needed", "not_accepted"], mappings__closed=False)
    seen = EvidenceFile.objects.filter(removed_at=None).prefetch_related(
        Prefetch("previews", Preview.objects.filter(page=0))
    )
    return (
        pieces_in(user, enrolment)
        .filter(started_by=user, state__in=["draft", "judged"])
        .prefetch_related(Prefetch("files", seen, to_attr="kept"))
        .annotate(
            file_count=Count("files", filter=kept, distinct=True),
            arriving=Q(Exists(waiting)) | Q(Exists(uploads)),
            mapping_count=Count("mappings", filter=Q(mappings__closed=False), distinct=True),
            returned=Count("mappings", filter=wanting, distinct=True),
        )
    )


def files_of(evidence: Evidence) -> QuerySet[EvidenceFile]:
    """Its files, but for those that were taken out."""
    return evidence.files.filter(removed_at=None)


def infected_files_of(evidence: Evidence) -> QuerySet[EvidenceFile]:
    """Those of its files that the virus scanner threw out and that no upload tells of."""
    told = Upload.objects.filter(piece=evidence.uid, state="refused").values("uid")
    return evidence.files.filter(scan="infected").exclude(uid__in=told)


def seeings_of(evidence: Evidence) -> QuerySet[Seeing]:
    """Who went and saw a piece that came through the door."""
    return evidence.seeings.select_related("seen_by")


def withdrawal_of(evidence: Evidence) -> Withdrawal | None:
    """Why the content of a piece that came through the door is gone."""
    return Withdrawal.objects.filter(evidence=evidence).select_related("words", "withdrawn_by").first()


def mappings_visible_to(user: User, enrolment: Enrolment) -> QuerySet[Mapping]:
    """What the evidence that one may see is mapped to."""
    pieces = pieces_in(user, enrolment)
    return Mapping.objects.filter(evidence__in=pieces.values("pk")).select_related("evidence")


def columns_of(user: User, enrolment: Enrolment) -> QuerySet[Evidence]:
    """The pieces of a portfolio that one may see, in the order of their numbers, without what was written in them."""
    rows = pieces_in(user, enrolment).select_related(None)
    return rows.only("uid", "number", "title", "language", "kind", "state").order_by("number")


def mappings_among(evidence: Iterable[Evidence]) -> list[Mapping]:
    """What these pieces, which came through the door, are mapped to; each mapping holds its piece."""
    pieces = {piece.pk: piece for piece in evidence}
    mappings = list(Mapping.objects.filter(evidence__in=pieces))
    for mapping in mappings:
        mapping.evidence = pieces[mapping.evidence_id]
    return mappings


def standards_of(enrolment: Enrolment) -> QuerySet[EnrolledStandard]:
    """The standards of a portfolio with all their criteria, in the order of the documents."""
    rows = enrolment.enrolled_standards.open()
    return rows.select_related("standard").prefetch_related("standard__criteria")


def open_standards() -> Prefetch:
    """With each portfolio, the standards that its learner works towards."""
    return Prefetch("enrolled_standards", EnrolledStandard.objects.open().select_related("standard"))


def criteria_in(enrolment: Enrolment) -> CriterionQuerySet:
    """Every criterion of the standards of a portfolio."""
    return Criterion.objects.filter(standard__enrolled__in=enrolment.enrolled_standards.open())


def file_for(user: User, uid: UUID) -> EvidenceFile:
    files = EvidenceFile.objects.filter(evidence__in=_shown_to(user))
    file = get_object_or_404(files.select_related("evidence__enrolment__programme"), uid=uid)
    let_in(user, file.evidence.enrolment)
    if file.evidence.state == "withdrawn":
        raise Withdrawn()
    return file


def upload_for(user: User, uid: UUID) -> Upload:
    """One's own upload, in a portfolio one may still see."""
    own = Upload.objects.filter(by=user).select_related("by", "enrolment__programme")
    upload = get_object_or_404(own, uid=uid)
    let_in(user, upload.enrolment)
    return upload


def uploads_for(user: User, piece: UUID) -> QuerySet[Upload]:
    """One's own uploads for a piece of evidence that are not among its files."""
    return Upload.objects.filter(by=user, piece=piece).exclude(state__in=["stored", "expired"])


def scan_of(upload: Upload) -> str:
    """What the virus scanner said of a stored upload; nothing where the evidence had the same file already."""
    return EvidenceFile.objects.filter(uid=upload.uid).values_list("scan", flat=True).first() or ""


def testimony_by(token: str) -> Testimony:
    """What a witness's link opens, waiting or given; else a refusal that says what to do."""
    rows = Testimony.objects.select_related("enrolment__learner", "enrolment__programme__provider")
    found = rows.filter(token_hash=token_hash(token)).first()
    if found is None or found.state == "expired":
        raise NoTestimony()
    if found.state == "withdrawn":
        raise NoTestimony(_("The learner no longer asks for this testimony. You need do nothing."))
    return found


def testimony_for(user: User, uid: UUID) -> Testimony:
    """A request to a witness, for whoever may see the portfolio."""
    testimony = get_object_or_404(Testimony.objects.select_related("enrolment__programme"), uid=uid)
    let_in(user, testimony.enrolment)
    return testimony


def testimonies_of(enrolment: Enrolment) -> QuerySet[Testimony]:
    """The witnesses that a learner has asked, those last asked first."""
    return enrolment.testimonies.order_by("-pk")


def witnesses_of(user: User, enrolment: Enrolment) -> QuerySet[Evidence]:
    """The pieces in which somebody testifies, by the witness's name."""
    rows = pieces_in(user, enrolment).filter(kind="testimony").exclude(witness_name="")
    return rows.order_by(Lower("witness_name"), "number")


def programmes_of(provider: Provider) -> QuerySet[Programme]:
    """Those of a provider that came through accounts.access."""
    return Programme.objects.filter(provider=provider).annotate(learner_count=Count("enrolments"))


def programme_for(user: User, uid: UUID) -> Programme:
    """A programme, for a manager of its provider."""
    programme = get_object_or_404(Programme.objects.select_related("provider"), uid=uid)
    managed_provider_for(user, programme.provider.uid)
    return programme


def managed(user: User, programme: Programme) -> bool:
    """Whether this person manages the provider of a programme today."""
    return people_who(programme.provider, "manager").filter(pk=user.pk).exists()


def managed_enrolment_for(user: User, uid: UUID) -> Enrolment:
    """An enrolment, for a manager of its provider."""
    enrolment = enrolment_for(user, uid)
    if "manager" not in parts_in(user, enrolment):
        raise NotYours(_("This is for a manager of the training provider. Nothing was changed."))
    return enrolment


def managed_allocation_for(user: User, uid: UUID) -> Allocation:
    """An allocation, for a manager of its provider."""
    allocation = get_object_or_404(Allocation.objects.select_related("enrolment", "user"), uid=uid)
    managed_enrolment_for(user, allocation.enrolment.uid)
    return allocation


def enrolments_of(programme: Programme) -> QuerySet[Enrolment]:
    """The portfolios of a programme with what its list shows, by the learner's name."""
    standards = EnrolledStandard.objects.open().annotate(urn=F("standard__urn"))
    held = Allocation.objects.current().annotate(name=F("user__name"))
    rows = programme.enrolments.select_related("learner").prefetch_related(
        Prefetch("enrolled_standards", standards, to_attr="standards"),
        Prefetch("allocations", held, to_attr="held"),
    )
    return rows.order_by(Lower("learner__name"), "pk")


def holders(enrolment: Enrolment, *roles: str) -> QuerySet[User]:
    """The people allocated to a portfolio now in these roles."""
    held = Allocation.objects.current().filter(enrolment=enrolment, role__in=roles)
    return User.objects.filter(pk__in=held.values("user"))


def allocations_of(enrolment: Enrolment) -> QuerySet[Allocation]:
    """Everybody who is or was allocated, those of today first."""
    return enrolment.allocations.select_related("user").order_by(
        F("to_at").desc(nulls_first=True), "role", "pk"
    )


def people_who(provider: Provider, role: str) -> QuerySet[User]:
    """Those who hold a role at a provider today, by name."""
    members = Membership.objects.current().filter(provider=provider, role=role)
    return User.objects.filter(pk__in=members.values("user")).order_by(Lower("name"), "pk")


def visits_of(programme: Programme) -> QuerySet[Visit]:
    """Who was invited to look at a programme that came through the door, the latest first."""
    return programme.visits.select_related("user").order_by("-pk")


def visits_by(user: User) -> QuerySet[Visit]:
    """The visits that are open to an external quality assurer now."""
    member = _current(Membership, user, provider="programme__provider").filter(role="eqa")
    rows = Visit.objects.current().filter(Exists(member), user=user)
    return rows.select_related("programme__provider").order_by("to_at", "pk")


def visit_for(user: User, uid: UUID) -> Visit:
    """A visit, for whoever makes it, while it is open."""
    if visit := visits_by(user).filter(uid=uid).first():
        return visit
    get_object_or_404(Visit, user=user, uid=uid)
    raise Ended()


def managed_visit_for(user: User, uid: UUID) -> Visit:
    """A visit, for a manager of the provider."""
    visit = get_object_or_404(Visit.objects.select_related("programme"), uid=uid)
    programme_for(user, visit.programme.uid)
    return visit
