"""The report says what happened in the portfolio: no more, no less."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from assessments.models import Report, Sample, SamplingPlan
from assessments.reports.document import document_html
from assessments.reports.gather import content_of
from assessments.reports.texts import Both
from assessments.services import sign_offs
from assessments.services.reviews import countersign
from portfolio.progress import CriterionState
from portfolio.services.privacy import withdraw_content
from tests import factories

ISSUED = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def built(enrolment, **asked):
    return content_of(Report(enrolment=enrolment, code="K7QM-4TRW-9XHD-2FPB", **asked), ISSUED)


def lines_of(report, standard) -> dict:
    part = next(part for part in report.standards if part.urn == standard.urn)
    return {line.reference: line for line in part.criteria}


def test_cover_names_learner_provider_and_qualification(cast):
    report = built(cast.enrolment)
    assert report.learner == cast.learner.name
    assert report.issue.provider == Both("Coleg Tŷ Dŵr", "Coleg Tŷ Dŵr (English)")
    assert (report.registration_number, report.qualification_number) == ("ABC1234", "C00/1234/5")
    assert report.issue.address.endswith("/verify/K7QM-4TRW-9XHD-2FPB/")
    assert {part.urn for part in report.standards} == {cast.standard.urn, cast.second.urn}


def test_drafts_are_in_no_report(cast):
    report = built(cast.enrolment)
    assert {item.reference for item in report.evidence} == {cast.evidence.reference, cast.returned.reference}
    assert [item.evidence for item in lines_of(report, cast.standard)["P1"].evidence] == [
        cast.evidence.reference
    ]


def test_what_was_withdrawn_before_it_was_judged_is_no_evidence_and_says_so_in_the_index(cast):
    withdraw_content(by=cast.manager, evidence=cast.evidence, reason="Wyneb plentyn.", language="cy")
    report = built(cast.enrolment)
    assert lines_of(report, cast.standard)["P1"].evidence == ()
    [gone] = [item.reference for item in report.evidence if item.is_withdrawn]
    assert gone == cast.evidence.reference
    assert "Cynnwys wedi’i dynnu’n ôl" in document_html(report, "cy")
    columns = {
        item.reference for table in built(cast.enrolment, kind="matrix").tables for item in table.columns
    }
    assert columns == {cast.returned.reference}


def test_a_criterion_shows_who_decided_and_what_on(cast):
    factories.review(cast.submission, cast.assessor, P2="not_accepted")
    lines = lines_of(built(cast.enrolment), cast.standard)
    assert lines["P1"].state == CriterionState.MET
    assert lines["P1"].assessor == cast.assessor.name
    assert [str(method) for method in lines["P1"].methods] == ["work product"]
    assert lines["P2"].state == CriterionState.NOT_ACCEPTED
    assert lines["P2"].evidence == ()


def test_an_item_that_waits_for_its_sub_items_shows_who_decided_on_it(cast):
    [item] = [row for row in cast.second.criteria.all() if row.reference == "K2"]
    factories.review(factories.submit(factories.make_evidence(cast.enrolment, [item])), cast.assessor)
    lines = lines_of(built(cast.enrolment), cast.second)
    assert (lines["K2"].state, lines["K2"].assessor) == (CriterionState.MORE_NEEDED, cast.assessor.name)
    assert lines["K2"].decided_on
    assert (lines["K2.1"].state, lines["K2.1"].assessor) == (CriterionState.NOT_STARTED, "")


def test_a_decision_that_waits_for_a_countersignature_is_not_met_until_it_has_it(cast):
    review = factories.review(cast.submission, cast.trainee)
    waiting = lines_of(built(cast.enrolment), cast.standard)["P1"]
    assert (waiting.state, waiting.countersigner) == (CriterionState.AWAITING, "")
    countersign(by=cast.assessor, reviews=[review])
    signed = lines_of(built(cast.enrolment), cast.standard)["P1"]
    assert (signed.state, signed.assessor, signed.countersigner) == (
        CriterionState.MET,
        cast.trainee.name,
        cast.assessor.name,
    )


def test_what_was_submitted_is_shown_not_what_became_of_it_later(cast):
    factories.review(cast.submission, cast.assessor)
    cast.evidence.refresh_from_db()
    factories.evidence_services.save(
        by=cast.learner, evidence=cast.evidence, version=cast.evidence.version, title="Something else"
    )
    titles = {item.reference: item.title.text for item in built(cast.enrolment).evidence}
    assert titles[cast.evidence.reference] == "Cwyn am ddanfoniad hwyr"


def test_sign_offs_and_release_are_told(cast):
    factories.everything_met(cast.enrolment, cast.assessor)
    sign_offs.declare_competent(by=cast.assessor, enrolled_standard=cast.enrolled_standard)
    sign_offs.acknowledge(by=cast.learner, enrolled_standard=cast.enrolled_standard)
    sign_offs.release(by=cast.iqa, enrolled_standard=cast.enrolled_standard)
    report = built(cast.enrolment)
    part = next(part for part in report.standards if part.urn == cast.standard.urn)
    assert part.state == "released"
    assert part.released_on
    assert part.open == ()
    assert [row.name for row in report.sign_offs] == [cast.assessor.name, cast.learner.name, cast.iqa.name]


def test_sign_offs_of_a_day_are_told_standard_by_standard(cast):
    factories.everything_met(cast.enrolment, cast.assessor)
    rows = sorted(cast.enrolment.enrolled_standards.all(), key=lambda row: row.standard.urn)
    for act, by in ((sign_offs.declare_competent, cast.assessor), (sign_offs.acknowledge, cast.learner)):
        for row in reversed(rows):
            act(by=by, enrolled_standard=row)
    told = [(line.urn, line.name) for line in built(cast.enrolment).sign_offs]
    both = (cast.assessor.name, cast.learner.name)
    assert told == [(row.standard.urn, name) for row in rows for name in both]


def test_only_what_was_looked_at_again_counts_as_sampled(cast):
    review = factories.review(cast.submission, cast.assessor)
    plan = SamplingPlan.objects.create(
        programme=cast.programme,
        from_on=date(2026, 1, 1),
        to_on=date(2026, 12, 31),
        share=15,
        higher_share=50,
        seed="seed",
        made_by=cast.iqa,
    )
    sample = Sample.objects.create(
        plan=plan,
        kind="interim",
        assessor=cast.assessor,
        enrolled_standard=cast.enrolled_standard,
        review=review,
        by_hand=True,
        due_on=date(2026, 6, 1),
    )
    assert built(cast.enrolment).samples == ()
    sample.state, sample.sampled_by, sample.sampled_at = "agreed", cast.iqa, ISSUED
    sample.save()
    (line,) = built(cast.enrolment).samples
    assert (line.urn, line.name, line.sampled_on) == (cast.standard.urn, cast.iqa.name, ISSUED.date())
    assert line.earlier_edition == ""
    cast.enrolment.enrolled_standards.filter(pk=cast.enrolled_standard.pk).update(state="moved")
    (line,) = built(cast.enrolment).samples
    assert line.earlier_edition == cast.standard.edition


def test_the_number_of_queries_does_not_grow_with_the_portfolio(cast):
    with CaptureQueriesContext(connection) as small:
        built(cast.enrolment)
    criteria = list(cast.standard.criteria.all())
    for _ in range(20):
        factories.review(factories.submit(factories.make_evidence(cast.enrolment, criteria)), cast.assessor)
    with CaptureQueriesContext(connection) as large:
        built(cast.enrolment)
    assert len(large) <= len(small)


def test_links_lead_to_the_pages_of_the_evidence_in_each_language(cast):
    address = built(cast.enrolment).evidence[0].address
    assert f"/cy/evidence/{cast.evidence.uid}" in address.cy
    assert f"/en/evidence/{cast.evidence.uid}" in address.en


@pytest.mark.parametrize("form", ["cy", "en", "bilingual"])
def test_building_in_another_language_makes_the_same_report(cast, form):
    html = []
    for language in ("cy", "en"):
        with translation.override(language):
            html.append(document_html(built(cast.enrolment), form))
    assert html[0] == html[1]


def test_the_witness_list_names_whose_testimony_was_submitted(cast):
    about = {"witness_name": "Cêt Rhŷs", "witness_role": "Rheolwr shifft", "witness_relationship": "rheolwr"}
    piece = factories.make_evidence(
        cast.enrolment, [cast.standard.criteria.first()], kind="testimony", witness_contact="555", **about
    )
    assert built(cast.enrolment).witnesses == ()
    factories.submit(piece)
    [witness] = built(cast.enrolment).witnesses
    assert (witness.name, witness.role.text) == ("Cêt Rhŷs", "Rheolwr shifft")
    for standard, named in ((cast.standard, (witness,)), (cast.second, ())):
        scope = f"standard={standard.urn}/{standard.edition}"
        assert built(cast.enrolment, kind="standard", scope=scope).witnesses == named


def test_a_cohort_is_in_the_order_of_the_alphabet_of_its_first_language(cast):
    names = {"Ŵyn Z", "Llŷr Z", "lowri Z", "Zara Z", "Dafydd Z", "Ddu Z", "Deio Z"}
    for name in names:
        learner = factories.make_member(cast.provider, "learner", name)
        factories.make_enrolment(cast.programme, cast.manager, learner, assessor=cast.assessor, iqa=cast.iqa)

    def listed(form):
        asked = Report(programme=cast.programme, kind="cohort", form=form, code="K7QM-4TRW-9XHD-2FPB")
        return [line.learner for line in content_of(asked, ISSUED).lines if line.learner in names]

    welsh = ["Dafydd Z", "Deio Z", "Ddu Z", "lowri Z", "Llŷr Z", "Ŵyn Z", "Zara Z"]
    assert listed("cy") == listed("bilingual") == welsh
    assert listed("en") == ["Dafydd Z", "Ddu Z", "Deio Z", "Llŷr Z", "lowri Z", "Ŵyn Z", "Zara Z"]


def test_feedback_tells_how_the_work_shows_what_the_learner_knows(cast):
    knowledge = cast.standard.criteria.filter(kind="knowledge")[:1]
    piece = factories.submit(factories.make_evidence(cast.enrolment, knowledge))
    factories.review(piece, cast.assessor, shown="Atebodd heb edrych ar y nodiadau.")
    factories.review(cast.submission, cast.assessor)
    html = document_html(built(cast.enrolment, kind="feedback"), "en")
    assert html.count("Shown through performance:") == 1
    assert "Atebodd heb edrych ar y nodiadau." in html


def test_feedback_says_which_decisions_stand_and_which_still_wait(cast):
    first = factories.review(cast.submission, cast.trainee)
    factories.supersede(first, cast.trainee, feedback="Edrychwch eto.")
    report = built(cast.enrolment, kind="feedback")
    [piece] = [piece for piece in report.pieces if piece.reference == cast.evidence.reference]
    before, after = piece.rounds
    assert (before.feedback.text, after.feedback.text) == ("Da iawn.", "Edrychwch eto.")
    assert (before.superseded_on, after.superseded_on) == (after.decided_on, None)
    assert (before.awaits, after.awaits) == (True, True)
    assert (before.reason, after.reason.text) == (None, "Roedd y ffeil anghywir ar agor.")
    html = document_html(report, "en")
    assert "Later decisions stand in the place of these:" in html
    assert "Why it was decided again:" in html
    assert "once a qualified assessor has countersigned" in html
