"""What is decided in portfolios, how decisions are sampled, and the reports about them."""

from assessments.models.decisions import Act, Countersignature, Judgement, Outcome, Review, SignOff
from assessments.models.reports import Report, ReportForm, report_name
from assessments.models.sampling import Check, Sample, SampleAct, SampleKind, SampleState, SamplingPlan, Step

__all__ = [
    "Act",
    "Check",
    "Countersignature",
    "Judgement",
    "Outcome",
    "Report",
    "ReportForm",
    "Review",
    "Sample",
    "SampleAct",
    "SampleKind",
    "SampleState",
    "SamplingPlan",
    "SignOff",
    "Step",
    "report_name",
]
