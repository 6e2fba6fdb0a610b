"""Whoever should know of an act hears of it, and the link in the letter leads to the place that it is about."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Notice
from accounts.services import end_membership
from assessments.models import RecordReply, SampleAct
from assessments.services import appeals, plans, records, samples, sampling_plans, sign_offs
from assessments.services.reviews import countersign
from assessments.tasks import tell_of_visit
from jobs.models import Job
from tests import factories

SAID = {"text": "Nid wyf yn cytuno.", "language": "cy"}


@pytest.fixture
def told(cast, sign_in):
    """`told(kind)`: who hears of it; each of them finds the page to which the link leads."""

    def people(kind: str) -> set[str]:
        heard = Notice.objects.filter(kind=kind).select_related("user")
        for notice in heard:
            assert sign_in(notice.user).get(notice.address).status_code == 200
        return {notice.user.name for notice in heard}

    Notice.objects.all().delete()
    return people


def test_of_plans_and_visits(cast, told):
    plan = factories.make_assessment_plan(cast.enrolment, cast.second.criteria.all()[:2], cast.assessor)
    assert told("plan_proposed") == {"Learner"}
    plans.agree(by=cast.learner, plan=plan)
    assert told("plan_agreed") == {"Assessor"}
    factories.make_assessment_plan(cast.enrolment, cast.second.criteria.all()[:1], cast.learner)
    assert told("plan_proposed") == {"Learner", "Assessor", "Trainee"}
    first, _second = Job.objects.filter(task="assessments.tasks.tell_of_visit").order_by("pk")
    assert first.due_at.date() == plan.next_visit_on - timedelta(days=2)
    assert tell_of_visit(first, **first.arguments)["told"]
    assert told("visit_due") == {"Learner", "Assessor", "Trainee"}


def test_not_of_a_visit_that_was_put_off_or_is_no_longer_wanted(cast, told):
    plan = factories.make_assessment_plan(cast.enrolment, cast.second.criteria.all()[:2], cast.assessor)
    plans.agree(by=cast.learner, plan=plan)
    later = timezone.localdate() + timedelta(days=40)
    plans.review_plan(by=cast.assessor, plan=plan, note="Da.", language="cy", next_visit_on=later)
    first, second = Job.objects.filter(task="assessments.tasks.tell_of_visit").order_by("pk")
    assert not tell_of_visit(first, **first.arguments)["told"]
    plans.close_plan(by=cast.assessor, plan=plan)
    assert not tell_of_visit(second, **second.arguments)["told"]
    assert told("visit_due") == set()


def test_of_an_assessors_record_and_of_what_the_learner_says(cast, told):
    criteria = cast.second.criteria.all()[:1]
    record = factories.make_evidence(cast.enrolment, criteria, by=cast.assessor, kind="observation")
    submission = factories.submit(record)
    assert told("record_waits") == {"Learner"}
    assert told("evidence_waits") == {"Trainee"}
    records.reply_to_record(by=cast.learner, submission=submission, agreed=True, comment="", language="cy")
    assert RecordReply.objects.exists()
    assert told("record_answered") == {"Assessor"}
    factories.review(submission, cast.assessor)
    assert told("evidence_judged") == {"Learner"}


def test_of_countersignatures(cast, told):
    review = factories.review(cast.submission, cast.trainee)
    assert told("countersign") == {"Assessor"}
    countersign(by=cast.assessor, reviews=[review])
    assert told("countersigned") == {"Trainee"}


def test_of_each_step_of_a_standard(cast, told):
    factories.everything_met(cast.enrolment, cast.assessor)
    about = {"enrolled_standard": cast.enrolled_standard}
    sign_offs.declare_competent(by=cast.assessor, **about)
    assert told("competent") == {"Learner"}
    sign_offs.acknowledge(by=cast.learner, **about)
    assert told("acknowledged") == {"Iqa"}
    sign_offs.release(by=cast.iqa, **about)
    assert told("released") == {"Learner", "Assessor", "Trainee"}
    sign_offs.withdraw(by=cast.iqa, reason="Gwall.", language="cy", **about)
    assert told("withdrawn") == {"Learner", "Assessor", "Trainee"}


def test_of_samples(cast, told):
    [sample] = sampling_plans.propose(by=cast.iqa, plan=factories.make_plan(cast.programme, cast.iqa))
    samples.choose(by=cast.iqa, samples=[sample])
    factories.return_sample(sample, cast.iqa)
    assert told("sample_returned") == {"Trainee"}
    notice, piece = Notice.objects.get(kind="sample_returned"), sample.review.submission.evidence
    urn = sample.enrolled_standard.standard.urn
    assert (notice.about, notice.round) == (f"{urn}, {piece.reference}", 1)
    samples.answer(by=cast.trainee, sample=sample, **SAID)
    assert told("sample_answered") == {"Iqa"}
    samples.close(by=cast.iqa, sample=sample)
    assert told("sample_closed") == {"Trainee"}
    assert SampleAct.objects.filter(step="closed").exists()


def test_of_samples_whoever_took_the_learner_over(cast, told):
    [sample] = sampling_plans.propose(by=cast.iqa, plan=factories.make_plan(cast.programme, cast.iqa))
    samples.choose(by=cast.iqa, samples=[sample])
    factories.enrolments.end_allocation(
        by=cast.manager, allocation=cast.enrolment.allocations.get(user=cast.trainee)
    )
    factories.return_sample(sample, cast.iqa)
    assert told("sample_returned") == {"Assessor"}
    other = factories.make_member(cast.provider, "iqa", "Other")
    factories.enrolments.end_allocation(
        by=cast.manager, allocation=cast.enrolment.allocations.get(user=cast.iqa)
    )
    factories.enrolments.allocate(by=cast.manager, enrolment=cast.enrolment, user=other, role="iqa")
    samples.answer(by=cast.assessor, sample=sample, **SAID)
    assert told("sample_answered") == {"Other"}


def test_whoever_took_the_learner_over_hears_of_what_their_predecessor_began(cast, told):
    """Not the predecessor: the link would lead to a page that is no longer theirs."""
    criteria = cast.second.criteria.all()
    plan = factories.make_assessment_plan(cast.enrolment, criteria[:1], cast.trainee)
    record = factories.make_evidence(cast.enrolment, criteria[:1], by=cast.trainee, kind="observation")
    submission = factories.submit(record)
    review = factories.review(cast.submission, cast.trainee)
    # What somebody is allocated to counts only while they are an assessor here.
    end_membership(by=cast.manager, membership=cast.provider.memberships.get(user=cast.trainee))
    other = {"user": cast.other_assessor, "role": "assessor"}
    factories.enrolments.allocate(by=cast.manager, enrolment=cast.enrolment, **other)
    Notice.objects.all().delete()
    plans.agree(by=cast.learner, plan=plan)
    records.reply_to_record(by=cast.learner, submission=submission, agreed=True, comment="", language="cy")
    factories.review(submission, cast.other_assessor)
    countersign(by=cast.other_assessor, reviews=[review])
    factories.submit(cast.draft)
    assert told("plan_agreed") == told("record_answered") == {"Assessor", "Other_Assessor"}
    assert told("evidence_judged") == {"Learner", "Assessor"}
    assert told("countersigned") == {"Assessor"}
    assert told("evidence_waits") == {"Assessor", "Other_Assessor"}


def test_a_trainee_among_the_quality_assurers_is_countersigned_by_another(cast, told):
    learning = factories.make_member(cast.provider, "iqa", "Learning", qualified=False)
    factories.enrolments.allocate(by=cast.manager, enrolment=cast.enrolment, user=learning, role="iqa")
    [sample] = sampling_plans.propose(by=cast.iqa, plan=factories.make_plan(cast.programme, cast.iqa))
    samples.choose(by=cast.iqa, samples=[sample])
    samples.agree(by=learning, sample=sample, checks=factories.CHECKED, comment="", language="cy")
    assert told("countersign") == {"Iqa"}
    assert told("allocated") == {"Learning"}


def test_of_appeals(cast, told):
    appeal = appeals.open_appeal(by=cast.learner, review=cast.review, **SAID)
    assert told("appeal_waits") == {"Assessor", "Trainee"}
    appeals.answer(by=cast.assessor, appeal=appeal, upheld=False, **SAID)
    assert told("appeal_answered") == {"Learner"}
    appeal.refresh_from_db()
    appeals.take_further(by=cast.learner, appeal=appeal, **SAID)
    assert told("appeal_waits") == {"Assessor", "Trainee", "Iqa"}
    appeals.answer(by=cast.iqa, appeal=appeal, upheld=False, **SAID)
    appeals.end(by=cast.manager, appeal=appeal, **SAID)
    assert told("appeal_ended") == {"Learner"}
    appeals.end(by=cast.learner, appeal=appeals.open_appeal(by=cast.learner, review=cast.review, **SAID))
    assert told("appeal_ended") == {"Learner"}
    assert Notice.objects.filter(kind="appeal_ended").count() == 1


def test_of_a_programme_that_an_external_quality_assurer_can_read(cast, told):
    factories.make_visit(cast.programme, cast.manager, cast.eqa)
    assert told("reading_opened") == {"Eqa"}
