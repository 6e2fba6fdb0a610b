"""Invented reports of the other kinds, without a database."""

from dataclasses import replace
from datetime import date

from django.utils.translation import gettext_lazy as _

from assessments.models import Outcome, ReportKind, SampleKind, SampleState
from assessments.reports.content import (
    BareStandard,
    FeedbackLine,
    FeedbackPiece,
    FeedbackReport,
    FeedbackRound,
    MatrixLine,
    MatrixReport,
    MatrixTable,
)
from assessments.reports.content_programme import (
    CohortCell,
    CohortLine,
    CohortReport,
    CohortStandard,
    QualityLine,
    QualityReport,
)
from assessments.reports.texts import Both, Written
from portfolio.models import EnrolmentState, StandardState
from portfolio.progress import CriterionState
from standards.models import TextStatus
from tests.reports import samples

PROGRAMME = samples.EMPTY.programme
# One red dot.
LOGO = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
)


def issue(kind: ReportKind):
    return replace(samples.ISSUE, title=kind.label, logo=LOGO)


def feedback() -> FeedbackReport:
    lines = tuple(
        FeedbackLine(
            criterion=f"INSCS016 P{number}",
            text=samples.CRITERION,
            state=outcome,
            outcome=outcome.label,
            feedback=Written("Show me the letter as well.", "en") if number == 2 else None,
        )
        for number, outcome in enumerate(Outcome, start=1)
    )
    said = Written("Gwaith da iawn.\n\nDywedwch beth wnaethoch chi wedyn, a phwy oedd yno.", "cy")
    rounds = tuple(
        FeedbackRound(
            number, date(2026, 3, number), date(2026, 3, number + 1), "Siân Llŷr", "Gwŷn ap Huw", said, lines
        )
        for number in (1, 2)
    )
    again = replace(
        rounds[1],
        reason=Written("The wrong file was open.", "en"),
        shown=Written("Atebodd heb edrych ar y nodiadau.", "cy"),
        awaits=True,
    )
    rounds = (rounds[0], replace(rounds[1], superseded_on=date(2026, 3, 4)), again)
    pieces = tuple(
        FeedbackPiece(line.reference, line.address, line.title, rounds) for line in samples.evidence(3)
    )
    return FeedbackReport(issue(ReportKind.FEEDBACK), samples.EMPTY.learner, PROGRAMME, pieces)


def matrix() -> MatrixReport:
    columns = samples.evidence(14)
    states = ["", *CriterionState]
    lines = tuple(
        MatrixLine(
            reference=f"P{number}",
            text=samples.CRITERION,
            state=CriterionState.MET if number % 3 else CriterionState.MORE_NEEDED,
            marks=tuple(states[(number * 5 + at * 7) % len(states)] for at in range(len(columns))),
        )
        for number in range(1, 16)
    )
    title = Both(
        "Darparu gwasanaeth i gwsmeriaid heriol", "Deliver customer service to challenging customers"
    )
    tables = (MatrixTable("INSCS016", "2021", title, columns, lines),)
    bare = (BareStandard("INSML052", "undated", Both("Rheoli gwasanaeth", ""), 34),)
    return MatrixReport(issue(ReportKind.MATRIX), samples.EMPTY.learner, PROGRAMME, tables, bare)


def cohort() -> CohortReport:
    standards = tuple(
        CohortStandard(
            f"INSCS0{number}",
            "2021",
            Both(f"Safon ŵ {number}", f"Standard {number}"),
            Both(TextStatus.OFFICIAL, TextStatus.WORKING),
        )
        for number in range(10, 17)
    )
    cells = (
        CohortCell(StandardState.IN_PROGRESS, 3, 12),
        CohortCell(StandardState.COMPETENT, 12, 12, date(2026, 9, 1)),
        CohortCell(StandardState.RELEASED, 12, 12, date(2026, 9, 1), date(2026, 10, 2)),
        None,
    )
    lines = tuple(
        CohortLine(
            learner=f"Gŵenllian Llŷr-Prydderch {number}" if number else '=HYPERLINK("x")',
            registration_number=f"TY-26-{number:04}" if number else "+44",
            cohort="2026-09",
            language=("cy", "en")[number % 2],
            state=EnrolmentState.COMPLETED if number % 5 == 0 else EnrolmentState.ACTIVE,
            started_on=date(2026, 9, 1),
            ended_on=date(2026, 10, 3) if number % 5 == 0 else None,
            cells=tuple(cells[(number + at) % 4] for at in range(len(standards))),
        )
        for number in range(8)
    )
    return CohortReport(
        issue=issue(ReportKind.COHORT),
        programme=PROGRAMME,
        awarding_body="Agored Dychmygol",
        qualification_number="C00/0000/0",
        cohort="2026-09",
        from_on=date(2026, 9, 1),
        to_on=None,
        standards=standards,
        lines=lines,
    )


def quality() -> QualityReport:
    looked_at = [state for state in SampleState if state not in ("proposed", "set_aside")]
    lines = tuple(
        QualityLine(
            urn="INSCS016",
            edition="2021",
            learner=f"Twm Siôn Cati {number}",
            assessor="Siân Llŷr-Prydderch",
            what=SampleKind.INTERIM.label if number % 2 else SampleKind.SUMMATIVE.label,
            reasons=(_("Added by hand"),),
            state=state,
            outcome=state.label,
            due_on=date(2026, 11, 1),
            name="" if state == SampleState.CHOSEN else "Gwŷn ap Huw",
            sampled_on=None if state == SampleState.CHOSEN else date(2026, 10, 4),
            action_due_on=date(2026, 11, 9) if state == SampleState.RETURNED else None,
        )
        for number, state in enumerate(looked_at)
    )
    return QualityReport(
        issue=issue(ReportKind.IQA),
        programme=PROGRAMME,
        from_on=date(2026, 1, 1),
        to_on=date(2026, 12, 31),
        share=15,
        higher_share=50,
        made_by="Gwŷn ap Huw",
        made_on=date(2026, 1, 2),
        lines=lines,
    )
