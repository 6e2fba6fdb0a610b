"""Gathers what a provider reports about a programme, one of its cohorts, or a period."""

from collections.abc import Callable
from datetime import date

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from assessments.models import Act, SignOff
from assessments.reports.build import DECLARED
from assessments.reports.content_programme import (
    CohortCell,
    CohortLine,
    CohortReport,
    CohortStandard,
)
from assessments.reports.texts import Both, Issue
from portfolio.models import EnrolledStandard, Enrolment, EnrolmentState, Programme, StandardState
from standards.models import Standard, TextStatus
from standards.sorting import sort_key


def cohort_report(programme: Programme, issue: Issue, about: dict[str, str], language: str) -> CohortReport:
    """Learners × standards, as they stand now, by the alphabet of a language.

    `about` may name a cohort, and a day from and to.
    """
    from_on, to_on = (date.fromisoformat(about[name]) if name in about else None for name in ("from", "to"))
    cohort = about.get("cohort", "")
    enrolments = sorted(_enrolments(chosen(programme, cohort, from_on, to_on)), key=_place_in(language))
    standards = {
        row.standard_id: row.standard
        for enrolment in enrolments
        for row in enrolment.enrolled_standards.all()
    }
    order = sorted(standards.values(), key=lambda standard: (standard.urn, standard.edition))
    return CohortReport(
        issue=issue,
        programme=Both(programme.title_cy, programme.title_en),
        awarding_body=programme.awarding_body,
        qualification_number=programme.qualification_number,
        cohort=cohort,
        from_on=from_on,
        to_on=to_on,
        standards=tuple(_standard(standard) for standard in order),
        lines=tuple(_line(enrolment, [standard.pk for standard in order]) for enrolment in enrolments),
    )


def _standard(standard: Standard) -> CohortStandard:
    return CohortStandard(
        urn=standard.urn,
        edition=standard.edition,
        title=Both(standard.title_cy, standard.title_en),
        status=Both(TextStatus(standard.status_cy), TextStatus(standard.status_en)),
    )


def chosen(
    programme: Programme, cohort: str = "", from_on: date | None = None, to_on: date | None = None
) -> QuerySet[Enrolment]:
    """Its enrolments: of one cohort, and of learners who were enrolled at some time between two days."""
    rows = Enrolment.objects.filter(programme=programme)
    if cohort:
        rows = rows.filter(cohort=cohort)
    if from_on:
        rows = rows.filter(Q(ended_on=None) | Q(ended_on__gte=from_on))
    if to_on:
        rows = rows.filter(started_on__lte=to_on)
    return rows


def _enrolments(rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    signed = SignOff.objects.filter(act__in=[Act.COMPETENT, Act.RELEASED]).order_by("signed_at", "pk")
    taken = (
        EnrolledStandard.objects.open()
        # One standard for all who take it: they are few and long.
        .prefetch_related("standard", Prefetch("sign_offs", signed, to_attr="signed"))
    )
    return rows.select_related("learner").prefetch_related(Prefetch("enrolled_standards", taken))


def _place_in(language: str) -> Callable[[Enrolment], tuple]:
    """Every database has its own order: in some, Ŵ comes after Z."""
    return lambda row: (sort_key(row.learner.name, language), row.learner.name, row.pk)


def _line(enrolment: Enrolment, order: list[int]) -> CohortLine:
    taken = {row.standard_id: _cell(row) for row in enrolment.enrolled_standards.all()}
    return CohortLine(
        learner=enrolment.learner.name,
        registration_number=enrolment.registration_number,
        cohort=enrolment.cohort,
        language=enrolment.language,
        state=EnrolmentState(enrolment.state),
        started_on=enrolment.started_on,
        ended_on=enrolment.ended_on,
        cells=tuple(taken.get(standard) for standard in order),
    )


def _cell(row: EnrolledStandard) -> CohortCell:
    state = StandardState(row.state)
    signed = {sign_off.act: timezone.localdate(sign_off.signed_at) for sign_off in row.signed}  # type: ignore[attr-defined]
    return CohortCell(
        state=state,
        met=row.met_count,
        total=row.total_count,
        competent_on=signed.get(Act.COMPETENT) if state in DECLARED else None,
        released_on=signed.get(Act.RELEASED) if state == StandardState.RELEASED else None,
    )
