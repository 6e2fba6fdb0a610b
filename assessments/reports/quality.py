"""Gathers what internal quality assurance planned and looked at, why, and with what outcome."""

from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from assessments.models import Sample, SampleKind, SampleState, SamplingPlan
from assessments.reports.content_programme import QualityLine, QualityReport
from assessments.reports.texts import Both, Issue
from assessments.sampling.overview import reason_in_words

# Put into words when it is printed, in the language of the cell.
_reason = lazy(reason_in_words, str)


def quality_report(plan: SamplingPlan, issue: Issue) -> QualityReport:
    """A sampling plan with everything in it, but for what was proposed and set aside."""
    programme = plan.programme
    samples = (
        plan.samples.exclude(state__in=[SampleState.PROPOSED, SampleState.SET_ASIDE])
        .select_related(
            "assessor",
            "sampled_by",
            "enrolled_standard__standard",
            "enrolled_standard__enrolment__learner",
        )
        .order_by("assessor__name", "due_on", "pk")
    )
    return QualityReport(
        issue=issue,
        programme=Both(programme.title_cy, programme.title_en),
        from_on=plan.from_on,
        to_on=plan.to_on,
        share=plan.share,
        higher_share=plan.higher_share,
        made_by=plan.made_by.name,
        made_on=timezone.localdate(plan.made_at),
        lines=tuple(_line(sample) for sample in samples),
    )


def _line(sample: Sample) -> QualityLine:
    row = sample.enrolled_standard
    return QualityLine(
        urn=row.standard.urn if row else "",
        edition=row.standard.edition if row else "",
        learner=row.enrolment.learner.name if row else "",
        assessor=sample.assessor.name,
        what=SampleKind(sample.kind).label,
        reasons=(_("Added by hand"),) if sample.by_hand else tuple(_reason(name) for name in sample.reasons),
        state=sample.state,
        outcome=SampleState(sample.state).label,
        due_on=sample.due_on,
        name=sample.sampled_by.name if sample.sampled_by else "",
        sampled_on=timezone.localdate(sample.sampled_at) if sample.sampled_at else None,
        action_due_on=sample.action_due_on,
    )
