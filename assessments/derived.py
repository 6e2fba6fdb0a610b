"""What rows say only because something was done: recomputed from the acts and events that tell of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db.models import Count, Exists, F, Max, OuterRef

from assessments.models import AssessmentPlan, BulkExport, PlanAct, Review, Sample, SampleAct
from ledger.models import Event
from ledger.services import BATCH, batches
from portfolio.models import Allocation, EnrolledStandard, Evidence, Mapping
from standards.models import Standard
from standards.nos.store import texts_digest


def contradictions() -> Iterator[str]:
    """Every row that says something else than what it follows from."""
    yield from _reviews()
    yield from _allocations()
    yield from _samples()
    yield from _plans()
    yield from _pieces()
    yield from _standards()
    yield from _exports()
    yield from _texts()


def _reviews() -> Iterator[str]:
    """A judgement is pinned to the round as it stands in the ledger."""
    rows = Review.objects.select_related(
        "submission__evidence", "submission__words", "submission__submitted_by"
    ).order_by("pk")
    for review in rows.iterator(chunk_size=BATCH):
        if review.submission_digest != review.submission.digest:
            yield f"review:{review.uid}: what it judged is not the round as it was submitted"


def _allocations() -> Iterator[str]:
    for batch in batches(Allocation.objects.select_related("enrolment", "user").order_by("pk").iterator()):
        events = Event.objects.filter(subject__in=[f"allocation:{row.uid}" for row in batch])
        told = defaultdict(list)
        for subject, *event in events.order_by("pk").values_list("subject", "kind", "chain__key", "data"):
            told[subject].append(event)
        for row in batch:
            data = {"user": str(row.user.uid), "role": row.role}
            steps = ["allocation.made", "allocation.ended"] if row.to_at else ["allocation.made"]
            if told[f"allocation:{row.uid}"] != [[step, row.enrolment.chain, data] for step in steps]:
                yield f"allocation:{row.uid}: it is not what its events recorded"
    made = Event.objects.filter(kind="allocation.made")
    if made.count() != Allocation.objects.count():
        present = {f"allocation:{uid}" for uid in Allocation.objects.values_list("uid", flat=True)}
        for subject in sorted(set(made.values_list("subject", flat=True)) - present):
            yield f"{subject}: the event tells of it, but it is gone"


def _samples() -> Iterator[str]:
    for sample in Sample.objects.order_by("pk").prefetch_related("acts").iterator(chunk_size=BATCH):
        told = _sampled(sample.acts.all())
        yield from _differs(sample, {name: getattr(sample, name) for name in told}, told)


def _sampled(acts: Iterable[SampleAct]) -> dict:
    """What the acts on a sample make of it."""
    said: dict = {"sampled_by_id": None, "sampled_at": None, "action_due_on": None, "provisional": False}
    for act in acts:
        if act.step in ("proposed", "added"):
            said |= {"by_hand": act.step == "added", "due_on": act.due_on}
            said |= {"reasons": act.details.get("reasons", [])}
        if act.step in ("agreed", "returned"):
            said |= {
                "sampled_by_id": act.signed_by_id,
                "sampled_at": act.signed_at,
                "action_due_on": act.due_on,
            }
        if act.step in ("agreed", "returned", "closed", "countersigned"):
            said["provisional"] = act.details.get("provisional", False)
    return said


def _plans() -> Iterator[str]:
    rows = AssessmentPlan.objects.order_by("pk").prefetch_related("acts", "criteria__standard")
    for plan in rows.iterator(chunk_size=BATCH):
        shown = {
            "method": plan.method,
            "planned_on": plan.planned_on.isoformat(),
            "criteria": sorted(criterion.key for criterion in plan.criteria.all()),
            "next_visit_on": plan.next_visit_on.isoformat(),
        }
        yield from _differs(plan, shown, _planned(plan.acts.all()))


def _planned(acts: Iterable[PlanAct]) -> dict:
    """What was agreed on with a plan and its reviews; until one says otherwise, the visit is on the day planned."""
    said: dict = {}
    for act in acts:
        said |= {"next_visit_on": act.terms["planned_on"]} | act.terms if act.act == "made" else act.terms
    return said


def _pieces() -> Iterator[str]:
    rows = Evidence.objects.annotate(latest=Max("submissions__submitted_at")).order_by("pk")
    for uid, shown, latest in rows.values_list("uid", "submitted_at", "latest").iterator(chunk_size=BATCH):
        if shown != latest:
            yield f"evidence:{uid}: submitted_at is {shown}, and what was done says {latest}"
    moved = EnrolledStandard.objects.filter(
        enrolment=OuterRef("evidence__enrolment"), standard=OuterRef("criterion__standard"), state="moved"
    )
    wrong = Mapping.objects.annotate(moved=Exists(moved)).exclude(closed=F("moved")).order_by("pk")
    for uid in wrong.values_list("evidence__uid", flat=True):
        yield f"evidence:{uid}: a mapping is open or closed, and its standard is not"


def _standards() -> Iterator[str]:
    moves = Event.objects.filter(kind="standard.moved").values_list("data__to", "subject")
    moved = {to: subject.partition(":")[2] for to, subject in moves}
    told = Event.objects.filter(kind__in=["enrolment.opened", "enrolment.changed"])
    standards = told.values_list("subject", "data__standards")
    opened = {(subject.partition(":")[2], key) for subject, keys in standards for key in keys}
    rows = EnrolledStandard.objects.annotate(criteria=Count("standard__criteria")).order_by("pk")
    names = ("uid", "enrolment__uid", "standard__urn", "standard__edition", "moved_from__uid")
    for uid, enrolment, urn, edition, before, total, criteria in rows.values_list(
        *names, "total_count", "criteria"
    ).iterator(chunk_size=BATCH):
        if total != criteria:
            yield f"enrolledstandard:{uid}: it counts {total} criteria, there are {criteria}"
        if before and moved.get(str(uid)) != str(before):
            yield f"enrolledstandard:{uid}: no event moved it from where it says"
        elif not before and (str(enrolment), f"{urn}/{edition}") not in opened:
            yield f"enrolledstandard:{uid}: no event opened it"
        opened.discard((str(enrolment), f"{urn}/{edition}"))
    for enrolment, key in sorted(opened):
        yield f"enrolment:{enrolment}: {key} was opened in it, but it is gone"


def _exports() -> Iterator[str]:
    told = dict(Event.objects.filter(kind="export.ordered").values_list("subject", "data"))
    for export in BulkExport.objects.annotate(number=Count("reports")).order_by("pk"):
        ordered = {"kind": export.kind, "form": export.form, "reports": export.number}
        if told.pop(f"export:{export.uid}", None) != ordered:
            yield f"export:{export.uid}: it is not what its event recorded"
    for subject in sorted(told):
        yield f"{subject}: the event tells of it, but it is gone"


def _texts() -> Iterator[str]:
    """What a standard says in a language, as it was when that was last brought in."""
    imported = Event.objects.filter(kind="standard.imported", data__has_key="texts").order_by("pk")
    told = {
        (subject, data["language"]): data["texts"]
        for subject, data in imported.values_list("subject", "data")
    }
    for standard in Standard.objects.order_by("pk").prefetch_related("criteria").iterator(chunk_size=BATCH):
        for language in ("cy", "en"):
            subject = f"standard:{standard.urn}/{standard.edition}"
            digest = told.pop((subject, language), None)
            if digest and digest != texts_digest(standard, language):
                yield f"{subject}: its text ({language}) is not what was imported"
    for subject, language in sorted(told):
        yield f"{subject}: its text ({language}) was imported, but it is gone"


def _differs(row: Sample | AssessmentPlan, shown: dict, told: dict) -> Iterator[str]:
    """Everything that a row shows otherwise than it was told."""
    for name in told:
        if shown[name] != told[name]:
            yield f"{row._meta.model_name}:{row.uid}: {name} is {shown[name]}, and what was done says {told[name]}"
