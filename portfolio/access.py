"""The only door from a person to a portfolio and what is in it. Strangers get 404."""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
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
    Submission,
    Testimony,
    Upload,
    Visit,
    Withdrawal,
)
from portfolio.parts import examined_in, parts_in
from portfolio.refusals import Ended, NoTestimony, Withdrawn
from portfolio.workflow import allowing
from standards.models import Criterion, CriterionQuerySet, at_length


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


def with_files(pieces: QuerySet[Evidence]) -> QuerySet[Evidence]:
    """With what a list shows of their files (see templates/portfolio/known_by.html)."""
    seen = EvidenceFile.objects.filter(removed_at=None).prefetch_related(
        Prefetch("previews", Preview.objects.filter(page=0))
    )
    return pieces.prefetch_related(Prefetch("files", seen, to_attr="kept"))


def number_of(rows: QuerySet, key: str = "pk", *, of: str = "evidence") -> Coalesce:
    """How many of these rows a piece has (or what they are `of`), whose key it is. Joined, they would multiply."""
    rows = rows.filter(**{of: OuterRef(key)}).order_by().values(of)
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)


def own_open_evidence(user: User, enrolment: Enrolment) -> QuerySet[Evidence]:
    """What this person started here and may still work on, with files and the counts that `rounds.missing` asks for."""
    waiting = EvidenceFile.objects.filter(evidence=OuterRef("pk"), scan="waiting", removed_at=None)
    uploads = Upload.objects.arriving().filter(piece=OuterRef("uid"))
    return (
        with_files(pieces_in(user, enrolment))
        .filter(started_by=user, state__in=["draft", "judged"])
        .annotate(
            file_count=number_of(EvidenceFile.objects.filter(removed_at=None)),
            arriving=Q(Exists(waiting)) | Q(Exists(uploads)),
            mapping_count=number_of(Mapping.objects.open()),
            returned=number_of(Mapping.objects.wanting([enrolment])),
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


def as_known_to(user: User, pieces: Iterable[Evidence]) -> list[Evidence]:
    """These pieces for a list: what somebody else is working on again is called what it was when it was submitted."""
    found = list(pieces)
    others = (piece for piece in found if piece.state == "judged" and piece.started_by_id != user.pk)
    changed = {p.pk: p for p in others if p.submitted_at and p.changed_at > p.submitted_at}
    if changed:
        rounds = Submission.objects.filter(evidence__in=changed).select_related("words")
        for row in rounds.order_by("round"):
            piece = changed[row.evidence_id]
            piece.title, piece.kind = row.words.get("title"), row.manifest["kind"]
            piece.language, day = row.manifest["language"], row.manifest["happened_on"]
            piece.happened_on = date.fromisoformat(day) if day else None
    return found


def columns_of(user: User, enrolment: Enrolment) -> list[Evidence]:
    """The pieces of a portfolio that one may see, in the order of their numbers, without what was written in them."""
    names = (
        "uid",
        "number",
        "title",
        "language",
        "kind",
        "state",
        "started_by",
        "changed_at",
        "submitted_at",
    )
    rows = pieces_in(user, enrolment).select_related(None).only(*names)
    return as_known_to(user, rows.order_by("number"))


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
    if file.evidence.started_by_id != user.pk and not _was_submitted(file):
        raise Http404
    if file.evidence.state == "withdrawn":
        raise Withdrawn()
    return file


def _was_submitted(file: EvidenceFile) -> bool:
    """Whether some round holds it: what is added to a piece that came back is a draft until it is submitted again."""
    manifests = file.evidence.submissions.values_list("manifest", flat=True)
    return any(entry["uid"] == str(file.uid) for manifest in manifests for entry in manifest["files"])


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


def programmes_of(providers: Collection[Provider]) -> QuerySet[Programme]:
    """Those of providers that came through accounts.access, with what a manager counts."""
    submitted = Evidence.objects.filter(state="submitted", enrolment__state__in=allowing("decide"))
    released = EnrolledStandard.objects.filter(state="released")
    return Programme.objects.filter(provider__in=providers).annotate(
        learner_count=number_of(Enrolment.objects.all(), of="programme"),
        active_count=number_of(Enrolment.objects.filter(state="active"), of="programme"),
        waiting_count=number_of(submitted, of="enrolment__programme"),
        released_count=number_of(released, of="enrolment__programme"),
    )


def programme_for(user: User, uid: UUID) -> Programme:
    """A programme, for a manager of its provider."""
    programme = get_object_or_404(Programme.objects.select_related("provider"), uid=uid)
    managed_provider_for(user, programme.provider.uid)
    return programme


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


def left_alone_at(providers: Iterable[Provider]) -> QuerySet[Enrolment]:
    """The portfolios at providers that one manages in which nobody assesses, or nobody assures quality: what their
    learners submit would wait for nobody."""
    member = Membership.objects.current().filter(
        user=OuterRef("user"), provider=OuterRef("enrolment__programme__provider"), role=OuterRef("role")
    )
    held = Allocation.objects.current().filter(Exists(member), enrolment=OuterRef("pk"))
    rows = Enrolment.objects.filter(programme__provider__in=providers, state__in=allowing("decide"))
    rows = rows.annotate(
        assessed=Exists(held.filter(role="assessor")), assured=Exists(held.filter(role="iqa"))
    )
    alone = rows.filter(Q(assessed=False) | Q(assured=False)).select_related("learner")
    return alone.order_by("assessed", Lower("learner__name"), "pk")


def enrolments_of(programme: Programme) -> QuerySet[Enrolment]:
    """The portfolios of a programme with what its list shows, by the learner's name."""
    standards = EnrolledStandard.objects.open().annotate(urn=F("standard__urn"))
    held = Allocation.objects.current().annotate(name=F("user__name"))
    rows = programme.enrolments.select_related("learner").prefetch_related(
        Prefetch("enrolled_standards", standards, to_attr="standards"),
        Prefetch("allocations", held, to_attr="held"),
    )
    return rows.order_by(Lower("learner__name"), "pk")


def allocations_of(enrolment: Enrolment) -> QuerySet[Allocation]:
    """Everybody who is or was allocated, those of today first."""
    return enrolment.allocations.select_related("user").order_by(
        F("to_at").desc(nulls_first=True), "role", "pk"
    )


def visits_of(programme: Programme) -> QuerySet[Visit]:
    """Who was invited to look at a programme that came through the door, the latest first."""
    return programme.visits.select_related("user").order_by("-pk")


def visits_by(user: User) -> QuerySet[Visit]:
    """The visits that are open to an external quality assurer now."""
    members = Membership.objects.current().filter(user=user, role="eqa")
    member = Exists(members.filter(provider=OuterRef("programme__provider")))
    rows = Visit.objects.current().filter(member, user=user)
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
