"""Gathers the evidence matrix: which piece of evidence does what for which criterion."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from assessments.reports.build import evidence_line, latest_rounds
from assessments.reports.content import BareStandard, MatrixLine, MatrixReport, MatrixTable, even_parts
from assessments.reports.texts import Both, Issue
from portfolio.access import criteria_in
from portfolio.models import Enrolment, Mapping
from portfolio.progress import CriterionState, mapping_state, mappings_of, states
from standards.models import Criterion, Standard

# So many pieces of evidence fit beside one another.
COLUMNS = 14


def matrix_report(enrolment: Enrolment, issue: Issue) -> MatrixReport:
    """A table for each standard and each so many of the pieces that are mapped to it."""
    programme = enrolment.programme
    evidence = {pk: evidence_line(submission) for pk, submission in latest_rounds(enrolment).items()}
    mappings = [m for m in mappings_of(enrolment).order_by("evidence__number") if m.evidence_id in evidence]
    criteria = _criteria_by_standard(enrolment)
    state = states([criterion for own in criteria.values() for criterion in own], mappings)
    tables: list[MatrixTable] = []
    bare: list[BareStandard] = []
    for standard, own in criteria.items():
        title = Both(standard.title_cy, standard.title_en)
        keys = {criterion.pk for criterion in own}
        mapped = [m for m in mappings if m.criterion_id in keys and _mark(m)]
        used = list(dict.fromkeys(m.evidence_id for m in mapped))
        marks = {(m.criterion_id, m.evidence_id): _mark(m) for m in mapped}
        if not used:
            bare.append(BareStandard(standard.urn, standard.edition, title, len(own)))
        for part in even_parts(len(used), COLUMNS):
            columns = tuple(evidence[pk] for pk in used[part])
            lines = tuple(_line(criterion, state[criterion.pk], used[part], marks) for criterion in own)
            tables.append(MatrixTable(standard.urn, standard.edition, title, columns, lines))
    return MatrixReport(
        issue=issue,
        learner=enrolment.learner.name,
        programme=Both(programme.title_cy, programme.title_en),
        tables=tuple(tables),
        bare=tuple(bare),
    )


def _criteria_by_standard(enrolment: Enrolment) -> dict[Standard, list[Criterion]]:
    criteria = (
        criteria_in(enrolment)
        .select_related("standard", "parent")
        .order_by("standard__urn", "standard", "-kind", "position")
    )
    return {standard: list(own) for standard, own in groupby(criteria, attrgetter("standard"))}


def _mark(mapping: Mapping) -> str:
    """What a piece does for a criterion; what is not submitted yet, or withdrawn unjudged, says nothing."""
    state = mapping_state(mapping)
    return "" if state in (CriterionState.NOT_STARTED, CriterionState.MAPPED) else state


def _line(
    criterion: Criterion, state: CriterionState, columns: Sequence[int], marks: dict[tuple[int, int], str]
) -> MatrixLine:
    return MatrixLine(
        reference=criterion.reference,
        text=Both(criterion.text_cy, criterion.text_en),
        state=state,
        marks=tuple(marks.get((criterion.pk, pk), "") for pk in columns),
    )
