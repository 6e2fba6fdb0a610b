"""What a sampling plan proposes, why, and who may plan."""

import copy
from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Membership
from accounts.refusals import Invalid, NotYours
from assessments.models import Sample
from assessments.sampling.decided import decided_in
from assessments.sampling.draw import draw
from assessments.services import samples, sampling_plans
from tests import factories
from tests.factories import make_evidence, make_plan, review, submit

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def planned(whole_cast):
    """Nine rounds of the assessor and the trainee's one, sampled at 20 and 50 per cent; both are long here."""
    cast = copy.deepcopy(whole_cast)
    for _ in range(9):
        review(submit(make_evidence(cast.enrolment, [cast.standard.criteria.first()])), cast.assessor)
    Membership.objects.update(from_at=timezone.now() - timedelta(days=400))
    return make_plan(cast.programme, cast.iqa, share=20, higher_share=50)


@pytest.fixture
def plan(planned, cast):
    return copy.deepcopy(planned)


def proposed(plan, by) -> Counter:
    return Counter(sample.assessor for sample in sampling_plans.propose(by=by, plan=plan))


def test_each_assessor_has_their_share(cast, plan):
    assert proposed(plan, cast.iqa) == {cast.assessor: 2, cast.trainee: 1}


def test_a_new_assessor_has_the_higher_share(cast, plan):
    cast.assessor.memberships.update(from_at=timezone.now() - timedelta(days=30))
    assert proposed(plan, cast.iqa) == {cast.assessor: 5, cast.trainee: 1}
    assert {"new:50"} <= {r for s in Sample.objects.filter(assessor=cast.assessor) for r in s.reasons}


def test_an_unqualified_assessor_has_the_higher_share(cast, plan):
    cast.assessor.competences.update(urn="ANOTHER1")
    assert proposed(plan, cast.iqa)[cast.assessor] == 5


def test_every_standard_method_and_language_is_covered(cast, plan):
    odd = make_evidence(cast.enrolment, [cast.second.criteria.first()], kind="reflection")
    recorded = review(submit(odd), cast.assessor)
    sampling_plans.propose(by=cast.iqa, plan=plan)
    sample = Sample.objects.get(review=recorded)
    covered = {reason for sample in Sample.objects.all() for reason in sample.reasons}
    assert f"standard:{cast.second.urn}" in sample.reasons
    assert {"method:reflection", "method:product", "language:cy"} <= covered


def test_the_same_seed_draws_the_same(cast, plan):
    def drawn(seed: str, turn: int = 1) -> list:
        plan.seed = seed
        return [(decided.key, why) for decided, why in draw(plan, decided_in(plan)[::turn])]

    first = drawn(plan.seed)
    assert drawn(plan.seed, -1) == first
    # By chance one of them may draw the same.
    assert any(drawn(seed) != first for seed in ("a second", "a third", "a fourth", "a fifth"))


def test_proposing_again_adds_only_what_is_lacking(cast, plan):
    before = set(sampling_plans.propose(by=cast.iqa, plan=plan))
    assert not sampling_plans.propose(by=cast.iqa, plan=plan)
    samples.set_aside(by=cast.iqa, samples=[next(s for s in before if s.assessor == cast.assessor)])
    [instead] = sampling_plans.propose(by=cast.iqa, plan=plan)
    assert instead not in before
    assert Sample.objects.filter(plan=plan).count() == len(before) + 1


def test_drawn_in_parts_or_again_after_a_crash_it_is_the_same(cast, plan, monkeypatch):
    whole = [d.key for d, _why in draw(plan, decided_in(plan))]

    def crash(done: int, total: int) -> None:
        assert total == len(whole) - Sample.objects.count() + done
        if done:
            raise KeyboardInterrupt

    monkeypatch.setattr(sampling_plans, "BATCH", 1)
    for _ in whole[1:]:
        with pytest.raises(KeyboardInterrupt):
            sampling_plans.propose(by=cast.iqa, plan=plan, tell=crash)
    sampling_plans.propose(by=cast.iqa, plan=plan, tell=crash)
    made = Sample.objects.order_by("pk")
    assert [f"{s.review.uid}.{s.enrolled_standard.uid}" for s in made] == whole


def test_what_is_added_by_hand_stands_beside_the_proposals(cast, plan):
    sampling_plans.propose(by=cast.iqa, plan=plan)
    another = next(d for d in decided_in(plan) if not d.state)
    due = timezone.localdate()
    [sample] = sampling_plans.add(by=cast.iqa, plan=plan, keys=[another.key], due_on=due)
    assert (sample.by_hand, sample.state) == (True, "chosen")
    with pytest.raises(Invalid):
        sampling_plans.add(by=cast.iqa, plan=plan, keys=[another.key], due_on=due)


def test_only_the_learners_own_iqa_adds_their_decisions(cast, plan):
    colleague = factories.make_member(cast.provider, "iqa")
    key = decided_in(plan)[0].key
    with pytest.raises(NotYours):
        sampling_plans.add(by=colleague, plan=plan, keys=[key], due_on=timezone.localdate())
    assert sampling_plans.add(by=cast.iqa, plan=plan, keys=[key], due_on=timezone.localdate())


@pytest.mark.parametrize("person", ["assessor", "manager", "eqa", "learner"])
def test_only_an_iqa_of_the_provider_plans(cast, plan, person):
    by = getattr(cast, person)
    with pytest.raises(NotYours):
        make_plan(cast.programme, by)
    with pytest.raises(NotYours):
        sampling_plans.propose(by=by, plan=plan)
    assert not Sample.objects.exists()
    assert sampling_plans.propose(by=cast.iqa, plan=plan)


@pytest.mark.parametrize(
    "wrong",
    [{"share": 0}, {"share": 60, "higher_share": 50}, {"higher_share": 101}, {"days": 400}, {"days": 0}],
)
def test_a_plan_that_cannot_be_is_refused(cast, wrong):
    with pytest.raises(Invalid):
        make_plan(cast.programme, cast.iqa, **wrong)
    assert make_plan(cast.programme, cast.iqa)


def test_an_observation_is_of_somebody_else_who_assesses_here(cast, plan):
    due = timezone.localdate()
    for person in (cast.iqa, cast.other_assessor):
        with pytest.raises((NotYours, Invalid)):
            sampling_plans.plan_observation(by=cast.iqa, plan=plan, assessor=person, due_on=due)
    sample = sampling_plans.plan_observation(by=cast.iqa, plan=plan, assessor=cast.assessor, due_on=due)
    assert (sample.kind, sample.state) == ("observation", "chosen")


@pytest.mark.database
def test_the_database_keeps_one_sample_of_a_decision_in_a_plan(cast, plan):
    sample = sampling_plans.propose(by=cast.iqa, plan=plan)[0]
    sample.pk, sample.uid = None, cast.provider.uid
    with pytest.raises(IntegrityError), transaction.atomic():
        sample.save()
