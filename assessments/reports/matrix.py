"""Gathers the evidence matrix: which piece of evidence does what for which criterion."""

from collections.abc import Iterator, Sequence

from assessments.reports.build import evidence_line, latest_rounds
from assessments.reports.content import EvidenceLine, MatrixLine, MatrixReport, MatrixTable
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
    return MatrixReport(
        issue=issue,
        learner=enrolment.learner.name,
        programme=Both(programme.title_cy, programme.title_en),
        tables=tuple(_tables(enrolment)),
    )


def _tables(enrolment: Enrolment) -> Iterator[MatrixTable]:
    evidence = {pk: evidence_line(submission) for pk, submission in latest_rounds(enrolment).items()}
    mappings = [m for m in mappings_of(enrolment).order_by("evidence__number") if m.evidence_id in evidence]
    criteria = list(
        criteria_in(enrolment)
        .select_related("standard", "parent")
        .order_by("standard__urn", "standard", "-kind", "position")
    )
    state = states(criteria, mappings)
    marks = {(m.criterion_id, m.evidence_id): _mark(m) for m in mappings}
    of_criterion = {criterion.pk: criterion.standard_id for criterion in criteria}
    for standard in dict.fromkeys(criterion.standard for criterion in criteria):
        own = [criterion for criterion in criteria if criterion.standard_id == standard.pk]
        used = dict.fromkeys(
            m.evidence_id for m in mappings if of_criterion.get(m.criterion_id) == standard.pk
        )
        for columns in _chunks(list(used)):
            yield _table(standard, own, columns, evidence, state, marks)


def _mark(mapping: Mapping) -> str:
    """What a piece does for a criterion; what is not submitted yet says nothing."""
    state = mapping_state(mapping)
    return "" if state == CriterionState.MAPPED else state


def _chunks(columns: list[int]) -> list[list[int]]:
    """At least one, so that a standard without evidence shows its criteria."""
    return [columns[at : at + COLUMNS] for at in range(0, max(len(columns), 1), COLUMNS)]


def _table(
    standard: Standard,
    criteria: Sequence[Criterion],
    columns: Sequence[int],
    evidence: dict[int, EvidenceLine],
    state: dict[int, CriterionState],
    marks: dict[tuple[int, int], str],
) -> MatrixTable:
    return MatrixTable(
        urn=standard.urn,
        title=Both(standard.title_cy, standard.title_en),
        columns=tuple(evidence[pk] for pk in columns),
        lines=tuple(
            MatrixLine(
                reference=criterion.reference,
                text=Both(criterion.text_cy, criterion.text_en),
                state=state[criterion.pk],
                marks=tuple(marks.get((criterion.pk, pk), "") for pk in columns),
            )
            for criterion in criteria
        ),
    )
