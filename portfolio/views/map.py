"""The portfolio at a glance: the evidence map, and what still wants finishing."""

from collections import Counter, defaultdict
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.refusals import NotYours
from portfolio import access, rounds
from portfolio.forms.evidence import MapFilter
from portfolio.parts import parts_in
from portfolio.progress import CriterionState
from portfolio.progress import states as criterion_states
from portfolio.views.evidence import step_after
from standards.models import Criterion


def _group(criterion: Criterion) -> tuple[int, str, str, str]:
    """The heading it stands under, if there is one: standard, kind, and what the heading says."""
    return (criterion.standard_id, criterion.kind, criterion.group_cy, criterion.group_en)


@require_safe
def map(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Criteria down, evidence across; what has no evidence is marked."""
    enrolment = access.enrolment_for(request.user, uid)
    standards = [row.standard for row in access.standards_of(enrolment)]
    criteria = [criterion for standard in standards for criterion in standard.criteria.all()]
    evidence = access.columns_of(request.user, enrolment)
    mappings = access.mappings_among(evidence)
    states = criterion_states(criteria, mappings)
    form = MapFilter(request.GET, standards=standards)
    columns = {piece.pk: column for column, piece in enumerate(evidence)}
    for piece in evidence:
        piece.address = reverse("evidence", args=[piece.uid])
    mapped = defaultdict(list)
    for mapping in sorted(mappings, key=lambda mapping: columns[mapping.evidence_id]):
        place = (columns[mapping.evidence_id], mapping.evidence.address, mapping)
        mapped[mapping.criterion_id].append(place)
    wanted = [c for c in criteria if form.wants(c, states[c.pk])]
    rows = [
        {
            "criterion": c,
            "state": states[c.pk],
            "mapped": mapped[c.pk],
            "begins": any(_group(c)[2:]) and (before is None or _group(c) != _group(before)),
        }
        for before, c in zip([None, *wanted], wanted, strict=False)
    ]
    context = {
        "enrolment": enrolment,
        "form": form,
        "evidence": evidence,
        "columns": len(evidence),
        "width": len(evidence) + 1,
        "rows": rows,
        # For the thousands of cells, which no template writes.
        "drawn": {
            s: render_to_string("ui/state.html", {"state": s, "word": s.label}) for s in CriterionState
        },
        "count": len(rows),
        "own": enrolment.learner_id == request.user.pk,
    }
    return render(request, "portfolio/map.html", context)


@require_safe
def gaps(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What is not met yet, and which kinds of evidence there are for it."""
    enrolment = access.enrolment_for(request.user, uid)
    rows = list(access.standards_of(enrolment))
    criteria = [criterion for row in rows for criterion in row.standard.criteria.all()]
    mappings = access.mappings_among(access.columns_of(request.user, enrolment))
    states = criterion_states(criteria, mappings)
    kinds: dict[int, Counter] = defaultdict(Counter)
    for mapping in mappings:
        kinds[mapping.criterion_id][mapping.evidence.get_kind_display() or _("kind not chosen yet")] += 1
    parts = [
        (
            row,
            [
                (c, states[c.pk], kinds[c.pk].most_common())
                for c in row.standard.criteria.all()
                if states[c.pk] != "met"
            ],
        )
        for row in rows
    ]
    context = {"enrolment": enrolment, "parts": parts, "own": enrolment.learner_id == request.user.pk}
    return render(request, "portfolio/gaps.html", context)


@require_safe
def to_finish(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One's own pieces that want something before they can be submitted, and those that came back."""
    enrolment = access.enrolment_for(request.user, uid)
    if parts_in(request.user, enrolment).isdisjoint({"learner", "assessor"}):
        raise NotYours()
    drafts, returned = [], []
    for piece in access.own_open_evidence(request.user, enrolment):
        missing = rounds.missing(
            piece, files=piece.file_count, arriving=piece.arriving, mappings=piece.mapping_count
        )
        entry = {"evidence": piece, "missing": missing, "step": step_after(missing)}
        if piece.state == "draft":
            drafts.append(entry)
        elif piece.returned:
            returned.append(entry)
    several = sum(not entry["missing"] for entry in drafts) > 1
    context = {"enrolment": enrolment, "drafts": drafts, "returned": returned, "several": several}
    return render(request, "portfolio/to_finish.html", context)
