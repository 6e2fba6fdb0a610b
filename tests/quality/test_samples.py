"""Looking at samples: who may, what it asks for, and what it holds up."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Competence
from accounts.refusals import Invalid, NotYours, WrongState
from accounts.services import end_membership
from assessments.models import Sample
from assessments.services import samples, sampling_plans, sign_offs
from assessments.services.reviews import countersign
from ledger.models import Event
from portfolio.services import enrolments
from tests import factories
from tests.assessments.test_verify_ledger import verify
from tests.factories import CHECKED, make_member, make_plan, return_sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def sample(cast):
    """What the trainee decided, chosen to be looked at."""
    plan = make_plan(cast.programme, cast.iqa)
    [sample] = sampling_plans.propose(by=cast.iqa, plan=plan)
    samples.choose(by=cast.iqa, samples=[sample])
    return sample


def agree(sample, by, **changes):
    usual = {"checks": CHECKED, "comment": "", "language": "cy"}
    return samples.agree(by=by, sample=sample, **(usual | changes))


def state_of(sample) -> str:
    return Sample.objects.get(pk=sample.pk).state


def colleague(cast, **options):
    """Another IQA of the learner."""
    person = make_member(cast.provider, "iqa", **options)
    enrolments.allocate(by=cast.manager, enrolment=cast.enrolment, user=person, role="iqa")
    return person


def test_a_sample_goes_to_its_close(cast, sample):
    return_sample(sample, cast.iqa)
    with pytest.raises(WrongState):
        samples.close(by=cast.iqa, sample=sample)
    samples.answer(by=cast.trainee, sample=sample, text="Gwnaed.", language="cy")
    with pytest.raises(NotYours):
        samples.close(by=cast.trainee, sample=sample)
    samples.close(by=cast.iqa, sample=sample)
    assert state_of(sample) == "closed"
    steps = ["proposed", "chosen", "returned", "answered", "closed"]
    assert list(sample.acts.values_list("step", flat=True)) == steps
    assert verify() == (0, "Everything fits.")


def test_an_answer_that_is_not_enough_goes_back_again(cast, sample):
    return_sample(sample, cast.iqa)
    samples.answer(by=cast.trainee, sample=sample, text="Gwnaed.", language="cy")
    return_sample(sample, cast.iqa)
    assert state_of(sample) == "returned"


@pytest.mark.parametrize("person", ["assessor", "trainee", "learner", "manager", "eqa", "other_assessor"])
def test_only_the_learners_iqa_looks(cast, sample, person):
    with pytest.raises(NotYours):
        agree(sample, getattr(cast, person))
    with pytest.raises(NotYours):
        agree(sample, make_member(cast.provider, "iqa"))
    assert state_of(sample) == "chosen"
    agree(sample, cast.iqa)
    assert state_of(sample) == "agreed"


def also_iqa(cast, person):
    """An assessor of the provider who quality-assures as well, this learner too."""
    person.memberships.create(provider=cast.provider, role="iqa")
    Competence.objects.create(provider=cast.provider, user=person, kind="iqa")
    enrolments.allocate(by=cast.manager, enrolment=cast.enrolment, user=person, role="iqa")


def test_nobody_samples_what_they_judged(cast, sample):
    also_iqa(cast, cast.trainee)
    for refused in (agree, return_sample):
        with pytest.raises(NotYours, match="their own"):
            refused(sample, cast.trainee)
    agree(sample, cast.iqa)


def test_nobody_sets_a_sample_of_their_own_decisions_aside(cast):
    """The one whose decisions they are, and who is the quality assurer besides, has no say in what is sampled."""
    cast.assessor.memberships.create(provider=cast.provider, role="iqa")
    enrolments.allocate(by=cast.manager, enrolment=cast.enrolment, user=cast.assessor, role="iqa")
    factories.review(cast.submission, cast.assessor)
    plan = make_plan(cast.programme, cast.iqa)
    own = next(s for s in sampling_plans.propose(by=cast.iqa, plan=plan) if s.assessor == cast.assessor)
    for act in (samples.set_aside, samples.choose):
        with pytest.raises(NotYours):
            act(by=cast.assessor, samples=[own])
    assert state_of(own) == "proposed"
    samples.set_aside(by=cast.iqa, samples=[own])
    assert state_of(own) == "set_aside"


def test_nobody_samples_what_they_countersigned(cast, sample):
    countersign(by=cast.assessor, reviews=[cast.review])
    also_iqa(cast, cast.assessor)
    with pytest.raises(NotYours, match="their own"):
        agree(sample, cast.assessor)
    agree(sample, cast.iqa)


def test_nobody_is_offered_a_sample_of_a_standard_in_which_they_decided(cast, sample, sign_in):
    also_iqa(cast, cast.assessor)
    offered = {
        reverse("home"): "Samples that wait for you: 1",
        reverse("sampling"): reverse("sample", args=[sample.uid]),
        reverse("sampling_plan", args=[sample.plan.uid]): f'name="sample" value="{sample.uid}"',
    }
    for countersigned in (False, True):
        if countersigned:
            countersign(by=cast.assessor, reviews=[cast.review])
        for page, link in offered.items():
            assert (link in sign_in(cast.assessor).get(page).text) is not countersigned
            assert link in sign_in(cast.iqa).get(page).text


def test_nobody_observes_themselves(cast, sample):
    also_iqa(cast, cast.assessor)
    due = timezone.localdate()
    with pytest.raises(NotYours):
        sampling_plans.plan_observation(
            by=cast.assessor, plan=sample.plan, assessor=cast.assessor, due_on=due
        )
    observed = sampling_plans.plan_observation(
        by=cast.iqa, plan=sample.plan, assessor=cast.assessor, due_on=due
    )
    with pytest.raises(NotYours):
        agree(observed, cast.assessor)
    agree(observed, cast.iqa)


def test_no_learner_samples_their_own_portfolio(cast, sample):
    cast.learner.memberships.create(provider=cast.provider, role="iqa")
    with pytest.raises(NotYours):
        agree(sample, cast.learner)


def test_a_gap_in_the_check_list_wants_an_action(cast, sample):
    with pytest.raises(Invalid):
        agree(sample, cast.iqa, checks=CHECKED | {"records": False})
    with pytest.raises(Invalid):
        agree(sample, cast.iqa, checks={"records": True})
    return_sample(sample, cast.iqa)
    assert state_of(sample) == "returned"


@pytest.mark.parametrize("wrong", [{"action": " "}, {"due_on": None}, {"days": -1}])
def test_an_action_says_what_and_until_when(cast, sample, wrong):
    due = timezone.localdate() + timedelta(days=wrong.pop("days", 7))
    asked = {"checks": CHECKED, "action": "Ailasesu.", "due_on": due, "language": "cy"}
    with pytest.raises(Invalid):
        samples.return_(by=cast.iqa, sample=sample, **(asked | wrong))
    assert state_of(sample) == "chosen"


def test_an_answer_has_words(cast, sample):
    return_sample(sample, cast.iqa)
    with pytest.raises(Invalid):
        samples.answer(by=cast.trainee, sample=sample, text="", language="cy")
    assert state_of(sample) == "returned"


def test_a_sample_of_an_unqualified_iqa_waits_for_a_qualified_one(cast, sample, sign_in):
    beginner = colleague(cast, qualified=False)
    agree(sample, beginner)
    sample.refresh_from_db()
    assert sample.provisional
    waits = "Samples that wait for you: 1"
    assert [waits in sign_in(person).get("/en/").text for person in (cast.iqa, beginner)] == [True, False]
    with pytest.raises(NotYours):
        samples.countersign(by=beginner, sample=sample)
    with pytest.raises(NotYours):
        samples.countersign(by=colleague(cast, qualified=False), sample=sample)
    samples.countersign(by=cast.iqa, sample=sample)
    sample.refresh_from_db()
    assert not sample.provisional
    with pytest.raises(WrongState):
        samples.countersign(by=cast.iqa, sample=sample)


def test_what_an_unqualified_iqa_closed_is_countersigned_by_whoever_had_returned_it(cast, sample, sign_in):
    beginner = colleague(cast, qualified=False)
    return_sample(sample, cast.iqa)
    samples.answer(by=cast.trainee, sample=sample, text="Gwnaed.", language="cy")
    samples.close(by=beginner, sample=sample)
    factories.make_competent(beginner, cast.provider, "iqa")
    waits = "Samples that wait for you: 1"
    assert [waits in sign_in(person).get("/en/").text for person in (cast.iqa, beginner)] == [True, False]
    sample.refresh_from_db()
    with pytest.raises(NotYours, match="Another"):
        samples.countersign(by=beginner, sample=sample)
    samples.countersign(by=cast.iqa, sample=sample)
    assert verify() == (0, "Everything fits.")


def test_what_an_unqualified_iqa_returned_is_countersigned_by_whoever_closed_it(cast, sample):
    beginner = colleague(cast, qualified=False)
    return_sample(sample, beginner)
    samples.answer(by=cast.trainee, sample=sample, text="Gwnaed.", language="cy")
    samples.close(by=cast.iqa, sample=sample)
    factories.make_competent(beginner, cast.provider, "iqa")
    sample.refresh_from_db()
    with pytest.raises(NotYours, match="Another"):
        samples.countersign(by=beginner, sample=sample)
    samples.countersign(by=cast.iqa, sample=sample)


@pytest.mark.parametrize("is_gone", [False, True])
def test_an_observation_is_answered_by_whoever_was_observed_while_they_work_there(
    cast, sample, sign_in, is_gone
):
    observed = sampling_plans.plan_observation(
        by=cast.iqa, plan=sample.plan, assessor=cast.assessor, due_on=timezone.localdate()
    )
    return_sample(observed, cast.iqa)
    if is_gone:
        end_membership(by=cast.manager, membership=cast.assessor.memberships.get())
    page = sign_in(cast.assessor).get(reverse("sample", args=[observed.uid]))
    assert page.status_code == (403 if is_gone else 200)
    if is_gone:
        with pytest.raises(NotYours):
            samples.answer(by=cast.assessor, sample=observed, text="Gwnaed.", language="cy")
    else:
        samples.answer(by=cast.assessor, sample=observed, text="Gwnaed.", language="cy")


@pytest.mark.database
def test_the_database_refuses_a_sample_of_ones_own(cast, sample):
    for wrong in ({"sampled_by": cast.trainee}, {"sampled_by": None}):
        values = {"state": "agreed", "sampled_at": timezone.now()} | wrong
        with pytest.raises(IntegrityError), transaction.atomic():
            Sample.objects.filter(pk=sample.pk).update(**values)


@pytest.fixture
def waiting(cast):
    """A standard that only waits for its release, and a sample of its sign-off."""
    learner = make_member(cast.provider, "learner")
    enrolment = factories.make_enrolment(
        cast.programme, cast.manager, learner, assessor=cast.assessor, iqa=cast.iqa
    )
    factories.everything_met(enrolment, cast.assessor)
    row = enrolment.enrolled_standards.get(standard=cast.standard)
    sign_offs.declare_competent(by=cast.assessor, enrolled_standard=row)
    sign_offs.acknowledge(by=learner, enrolled_standard=row)
    row.refresh_from_db()
    return row


@pytest.fixture
def of_sign_off(cast, waiting):
    plan = make_plan(cast.programme, cast.iqa)
    return next(s for s in sampling_plans.propose(by=cast.iqa, plan=plan) if s.kind == "summative")


def release(row, by):
    return sign_offs.release(by=by, enrolled_standard=row)


def test_nothing_is_released_while_a_sample_or_an_action_is_open(cast, waiting, of_sign_off):
    samples.choose(by=cast.iqa, samples=[of_sign_off])
    held_up = [
        lambda: return_sample(of_sign_off, cast.iqa),
        lambda: samples.answer(by=cast.assessor, sample=of_sign_off, text="Gwnaed.", language="cy"),
        lambda: samples.close(by=cast.iqa, sample=of_sign_off),
    ]
    for step in held_up:
        with pytest.raises(WrongState, match="sample or an action"):
            release(waiting, cast.iqa)
        step()
    assert release(waiting, cast.iqa)


def test_an_open_sample_of_a_round_holds_up_its_standard_only(cast, waiting):
    plan = make_plan(cast.programme, cast.iqa)
    drawn = sampling_plans.propose(by=cast.iqa, plan=plan)
    samples.choose(by=cast.iqa, samples=[s for s in drawn if s.kind == "interim"])
    with pytest.raises(WrongState):
        release(waiting, cast.iqa)
    for sample in Sample.objects.filter(state="chosen", enrolled_standard=waiting):
        agree(sample, cast.iqa)
    assert release(waiting, cast.iqa)
    assert Sample.objects.filter(state="chosen").exists()


def test_what_waits_for_a_countersignature_holds_up_the_release(cast, waiting, of_sign_off):
    beginner = make_member(cast.provider, "iqa", qualified=False)
    enrolments.allocate(by=cast.manager, enrolment=waiting.enrolment, user=beginner, role="iqa")
    samples.choose(by=cast.iqa, samples=[of_sign_off])
    agree(of_sign_off, beginner)
    with pytest.raises(WrongState):
        release(waiting, cast.iqa)
    with pytest.raises(NotYours):
        release(waiting, beginner)
    samples.countersign(by=cast.iqa, sample=of_sign_off)
    assert release(waiting, cast.iqa)


def test_a_batch_is_released_whole_or_not_at_all(cast, waiting):
    second = waiting.enrolment.enrolled_standards.get(standard=cast.second)
    with pytest.raises(WrongState):
        sign_offs.release_all(by=cast.iqa, enrolled_standards=[waiting, second])
    waiting.refresh_from_db()
    assert waiting.state == "acknowledged"
    sign_offs.declare_competent(by=cast.assessor, enrolled_standard=second)
    sign_offs.acknowledge(by=waiting.enrolment.learner, enrolled_standard=second)
    assert len(sign_offs.release_all(by=cast.iqa, enrolled_standards=[waiting, second])) == 2


def test_several_portfolios_are_written_to_in_one_order_whatever_is_done_in_them(cast):
    """Otherwise two people who do so at once wait for each other, and one of them loses what they did."""
    standard = factories.make_standard(performance=1, knowledge=0)
    programme = factories.make_programme(cast.provider, cast.manager, [standard])
    people = {"assessor": cast.trainee, "iqa": cast.iqa}
    learners = [make_member(cast.provider, "learner") for _ in range(5)]
    portfolios = [
        factories.make_enrolment(programme, cast.manager, learner, **people) for learner in learners
    ]
    for enrolment in portfolios:
        enrolments.allocate(by=cast.manager, enrolment=enrolment, user=cast.assessor, role="countersigner")
    reviews = [factories.everything_met(enrolment, cast.trainee) for enrolment in portfolios]
    countersign(by=cast.assessor, reviews=reviews)
    for enrolment in portfolios:
        enrolments.allocate(by=cast.manager, enrolment=enrolment, user=cast.assessor, role="assessor")
    rows = [enrolment.enrolled_standards.get() for enrolment in portfolios]
    for row in rows:
        sign_offs.declare_competent(by=cast.assessor, enrolled_standard=row)
        sign_offs.acknowledge(by=row.enrolment.learner, enrolled_standard=row)
    plan = factories.make_plan(programme, cast.iqa)
    samples.set_aside(by=cast.iqa, samples=sampling_plans.propose(by=cast.iqa, plan=plan))
    sign_offs.release_all(by=cast.iqa, enrolled_standards=rows)
    for kind in ("review.countersigned", "sample.proposed", "sample.set-aside", "standard.released"):
        chains = Event.objects.filter(kind=kind).order_by("pk").values_list("chain__key", flat=True)
        assert len(set(chains)) == 5, kind
        assert list(chains) == sorted(chains), kind
    end_membership(by=cast.manager, membership=cast.trainee.memberships.get())
    ended = Event.objects.filter(kind__in=["allocation.ended", "people.left"]).order_by("pk")
    chains = list(ended.values_list("chain__key", flat=True))
    assert len(chains) == 7
    assert chains == sorted(chains)


def test_a_sign_off_is_withdrawn_with_a_reason_and_the_way_begins_again(cast, waiting):
    release(waiting, cast.iqa)
    for reason, by, refusal in (
        ("", cast.iqa, Invalid),
        ("Camgymeriad.", cast.assessor, NotYours),
        ("Camgymeriad.", cast.manager, NotYours),
    ):
        with pytest.raises(refusal):
            sign_offs.withdraw(by=by, enrolled_standard=waiting, reason=reason, language="cy")
    sign_offs.withdraw(by=cast.iqa, enrolled_standard=waiting, reason="Camgymeriad.", language="cy")
    waiting.refresh_from_db()
    assert waiting.state == "in_progress"
    sign_offs.declare_competent(by=cast.assessor, enrolled_standard=waiting)
    sign_offs.acknowledge(by=waiting.enrolment.learner, enrolled_standard=waiting)
    assert release(waiting, cast.iqa)
    assert verify() == (0, "Everything fits.")
