"""What is decided in portfolios, how decisions are sampled, and the reports about them."""

from assessments.models.appeals import Appeal, AppealAct, AppealState, AppealStep
from assessments.models.decisions import (
    Act,
    Confirmation,
    Countersignature,
    Judgement,
    Outcome,
    Review,
    SignOff,
)
from assessments.models.desk import Phrase, ReviewDraft
from assessments.models.plans import AssessmentPlan, PlanAct, PlanState, PlanStep, RecordReply
from assessments.models.reports import (
    BulkExport,
    Logo,
    Report,
    ReportForm,
    ReportFormat,
    ReportKind,
    report_name,
)
from assessments.models.sampling import Check, Sample, SampleAct, SampleKind, SampleState, SamplingPlan, Step

__all__ = [
    "Act",
    "Appeal",
    "AppealAct",
    "AppealState",
    "AppealStep",
    "AssessmentPlan",
    "BulkExport",
    "Check",
    "Confirmation",
    "Countersignature",
    "Judgement",
    "Logo",
    "Outcome",
    "Phrase",
    "PlanAct",
    "PlanState",
    "PlanStep",
    "RecordReply",
    "Report",
    "ReportForm",
    "ReportFormat",
    "ReportKind",
    "Review",
    "ReviewDraft",
    "Sample",
    "SampleAct",
    "SampleKind",
    "SampleState",
    "SamplingPlan",
    "SignOff",
    "Step",
    "report_name",
]
