"""Invented reports of every shape, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime

from django.utils.translation import gettext_lazy as _

from assessments.models import ReportKind
from assessments.reports.content import (
    CompletionReport,
    CriterionLine,
    EvidenceLine,
    Reference,
    SampleLine,
    SignOffLine,
    StandardPart,
    Witness,
)
from assessments.reports.texts import Both, Issue, Written
from portfolio.models import EnrolmentState, EvidenceKind, StandardState
from portfolio.progress import CriterionState
from standards.models import TextStatus

NOT_MET = [state for state in CriterionState if state != CriterionState.MET]
CRITERION = Both(
    "cynnal ymddygiad proffesiynol a chadarnhaol wrth ymdrin â chwsmeriaid heriol, yn unol â'ch gweithdrefnau",
    "maintain professional and positive behaviour when dealing with challenging customers, as your procedures say",
)
ISSUE = Issue(
    title=ReportKind.COMPLETION.label,
    provider=Both("Coleg Dychmygol y Gŵyr", "Invented College of Gower"),
    issued_at=datetime(2026, 10, 30, 12, 0, tzinfo=UTC),
    code="K7QM-4TRW-9XHD-2FPB",
    address="https://tystio.example/verify/K7QM-4TRW-9XHD-2FPB/",
)
EMPTY = CompletionReport(
    issue=ISSUE,
    learner="Gŵenllian Tŷ-Dŵr",
    awarding_body="Agored Dychmygol",
    programme=Both("Diploma mewn Gwasanaeth i Gwsmeriaid", "Diploma in Customer Service"),
    qualification_number="C00/0000/0",
    registration_number="TD-2026-0042",
    registered_on=date(2026, 1, 12),
    started_on=date(2026, 1, 5),
    ended_on=None,
    state=EnrolmentState.ACTIVE,
    language="cy",
)


def page_of(number: int) -> Both:
    return Both(
        f"https://tystio.example/cy/evidence/{number}/", f"https://tystio.example/en/evidence/{number}/"
    )


def line(number: int, kind: str = "P", **changes: object) -> CriterionLine:
    made = CriterionLine(
        reference=f"{kind}{number}",
        text=CRITERION,
        state=CriterionState.MET,
        methods=(EvidenceKind.OBSERVATION.label, EvidenceKind.DISCUSSION.label),
        evidence=(
            Reference(f"E{number}", page_of(number), "t. 3", "cy"),
            Reference(f"E{number + 1}", page_of(number + 1), "from 2:15", "en"),
        ),
        assessor="Siân Llŷr-Prydderch",
        countersigner="Gwŷn ap Huw" if number % 4 == 0 else "",
        decided_on=date(2026, 3, number % 28 + 1),
    )
    return replace(made, **changes)


def standard(performance: tuple = (), knowledge: tuple = (), **changes: object) -> StandardPart:
    made = StandardPart(
        urn="INSCS016",
        edition="2021",
        title=Both(
            "Darparu gwasanaeth i gwsmeriaid heriol", "Deliver customer service to challenging customers"
        ),
        status=Both(TextStatus.OFFICIAL.label, TextStatus.WORKING.label),
        state=StandardState.RELEASED,
        performance=performance,
        knowledge=knowledge,
        competent_on=date(2026, 9, 1),
        released_on=date(2026, 10, 2),
    )
    return replace(made, **changes)


def report(*standards: StandardPart, **changes: object) -> CompletionReport:
    return replace(EMPTY, standards=standards, **changes)


def evidence(count: int) -> tuple[EvidenceLine, ...]:
    titles = [Written("Cwyn am lifft, a'r llythyr ateb", "cy"), Written("Complaint about a late lift", "en")]
    return tuple(
        EvidenceLine(
            reference=f"E{number}",
            address=page_of(number),
            title=titles[number % 2],
            kind=list(EvidenceKind)[number % 5].label,
            happened_on=date(2026, 2, number % 28 + 1),
            short_hash=f"{number * 7919:012x}",
        )
        for number in range(1, count + 1)
    )


def full() -> CompletionReport:
    """Everything that can be in a report, in small numbers."""
    grouped = [
        line(n, "K", group=Both(f"Grŵp {n // 6 + 1}", f"Group {n // 6 + 1}"), printed=Both(f"{n + 3}.", ""))
        for n in range(1, 9)
    ]
    sub_items = (
        line(2, "K"),
        line(2, "K", reference="K2.1", parent="K2"),
        line(2, "K", reference="K2.2", parent="K2"),
    )
    open_lines = tuple(
        line(n, state=state, assessor="", countersigner="", decided_on=None, methods=(), evidence=())
        for n, state in enumerate(NOT_MET, 9)
    )
    return report(
        standard(
            tuple(line(n) for n in range(1, 9)) + open_lines,
            sub_items,
            state=StandardState.IN_PROGRESS,
            released_on=None,
        ),
        standard(
            tuple(line(n) for n in range(1, 4)),
            tuple(grouped),
            urn="INSML052",
            edition="undated",
            title=Both("Rheoli gwasanaeth i gwsmeriaid", "Manage customer service"),
            skills=(Both("Cyfathrebu", "Communicating"), Both("Dadansoddi")),
        ),
        evidence=evidence(9),
        witnesses=(
            Witness("Cêt Rhŷs", Written("Rheolwr shifft", "cy"), frozenset({"E1"})),
            Witness("Ann Bee", Written("Customer", "en"), frozenset({"E2"})),
        ),
        sign_offs=(
            SignOffLine(
                "INSML052", _("declared competent"), "Siân Llŷr-Prydderch", _("assessor"), date(2026, 9, 1)
            ),
            SignOffLine(
                "INSML052",
                _("released for claiming"),
                "Gwŷn ap Huw",
                _("internal quality assurer"),
                date(2026, 10, 2),
            ),
        ),
        samples=(SampleLine("INSML052", _("Criterion"), _("met"), "Gwŷn ap Huw", date(2026, 9, 20)),),
    )
