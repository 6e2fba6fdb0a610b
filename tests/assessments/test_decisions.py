"""From evidence to release: what counts, what waits, what is refused."""

import pytest

from accounts.models import Competence
from accounts.refusals import Invalid, NotYours, WrongState
from assessments.models import Judgement, Review
from assessments.services import sign_offs
from assessments.services.reviews import Decision, countersign, record_review
from portfolio import rounds
from portfolio.models import Mapping
from portfolio.progress import mappings_of, states
from portfolio.services import enrolments
from portfolio.services import evidence as evidence_services
from tests import factories
from tests.assessments.test_verify_ledger import verify
from tests.factories import make_enrolment, make_evidence, make_member, map_to, review, submit


def state_of(enrolment, criterion) -> str:
    return states([criterion], mappings_of(enrolment))[criterion.pk]


def decide(submission, by, **changes):
    asked = [m.criterion_id for m in rounds.asked_for(submission)]
    defaults = {
        "decisions": [Decision(pk, "met") for pk in asked],
        "valid": True,
        "authentic": True,
        "current": True,
        "feedback": "Da iawn.",
        "language": "cy",
    }
    return record_review(by=by, submission=submission, **(defaults | changes))


def test_what_is_judged_met_counts_at_once(cast):
    decide(cast.submission, cast.assessor)
    cast.enrolled_standard.refresh_from_db()
    assert cast.enrolled_standard.met_count == 2
    cast.evidence.refresh_from_db()
    assert cast.evidence.state == "judged"


def test_a_trainees_decisions_count_once_countersigned(cast):
    recorded = decide(cast.submission, cast.trainee)
    criterion = cast.standard.criteria.first()
    assert state_of(cast.enrolment, criterion) == "awaiting"
    with pytest.raises(NotYours):
        countersign(by=cast.trainee, reviews=[recorded])
    countersign(by=cast.assessor, reviews=[recorded])
    assert state_of(cast.enrolment, criterion) == "met"


def test_competence_is_for_one_standard(cast):
    Competence.objects.create(
        provider=cast.provider, user=cast.trainee, kind="assessor", urn=cast.standard.urn
    )
    both = make_evidence(cast.enrolment, [cast.standard.criteria.first(), cast.second.criteria.first()])
    review(submit(both), cast.trainee)
    assert state_of(cast.enrolment, cast.standard.criteria.first()) == "met"
    assert state_of(cast.enrolment, cast.second.criteria.first()) == "awaiting"


def test_pressing_twice_records_once(cast):
    first = decide(cast.submission, cast.assessor)
    assert decide(cast.submission, cast.assessor) == first
    with pytest.raises(WrongState):
        decide(cast.submission, cast.assessor, feedback="Eto.")
    assert Review.objects.filter(submission=cast.submission).count() == 1


def test_the_second_of_two_assessors_is_told(cast):
    decide(cast.submission, cast.assessor)
    with pytest.raises(WrongState):
        decide(cast.submission, cast.trainee)


@pytest.mark.parametrize("person", ["learner", "iqa", "eqa", "manager", "other_assessor"])
def test_only_an_allocated_assessor_judges(cast, person):
    with pytest.raises(NotYours):
        decide(cast.submission, getattr(cast, person))
    assert not Judgement.objects.filter(review__submission=cast.submission).exists()


def test_an_assessor_whose_allocation_has_ended_no_longer_judges(cast):
    allocation = cast.enrolment.allocations.get(user=cast.assessor)
    enrolments.end_allocation(by=cast.manager, allocation=allocation)
    with pytest.raises(NotYours):
        decide(cast.submission, cast.assessor)


def test_nobody_judges_their_own_work_even_when_allocated(cast):
    cast.enrolment.allocations.filter(user=cast.assessor).update(user=cast.learner)
    with pytest.raises(NotYours):
        decide(cast.submission, cast.learner)


@pytest.mark.parametrize(
    "changes",
    [
        {"decisions": []},
        {"feedback": " "},
        {"authentic": False},
    ],
    ids=["nothing decided", "no feedback", "accepted but not authentic"],
)
def test_incomplete_decisions_change_nothing(cast, changes):
    with pytest.raises(Invalid):
        decide(cast.submission, cast.assessor, **changes)
    cast.evidence.refresh_from_db()
    assert cast.evidence.state == "submitted"


def test_feedback_as_long_as_a_book_is_refused(cast):
    with pytest.raises(Invalid, match="too long"):
        decide(cast.submission, cast.assessor, feedback="x" * 1_000_000)
    cast.evidence.refresh_from_db()
    assert cast.evidence.state == "submitted"
    decide(cast.submission, cast.assessor, feedback="x" * 20_000)


def test_an_unknown_outcome_is_refused(cast):
    asked = rounds.asked_for(cast.submission)
    with pytest.raises(Invalid):
        decide(cast.submission, cast.assessor, decisions=[Decision(m.criterion_id, "passed") for m in asked])


def test_not_authentic_can_still_be_not_accepted(cast):
    asked = rounds.asked_for(cast.submission)
    decisions = [Decision(m.criterion_id, "not_accepted") for m in asked]
    decide(cast.submission, cast.assessor, decisions=decisions, authentic=False)
    assert state_of(cast.enrolment, asked[0].criterion) == "not_accepted"


def test_the_assessor_credits_further_criteria(cast):
    extra = cast.second.criteria.first()
    asked = [Decision(m.criterion_id, "met") for m in rounds.asked_for(cast.submission)]
    decide(cast.submission, cast.assessor, decisions=[*asked, Decision(extra.pk, "met")])
    assert state_of(cast.enrolment, extra) == "met"
    assert Mapping.objects.get(evidence=cast.evidence, criterion=extra).by_assessor


def test_a_criterion_of_another_standard_is_refused(cast):
    foreign = factories.make_standard().criteria.first()
    asked = [Decision(m.criterion_id, "met") for m in rounds.asked_for(cast.submission)]
    with pytest.raises(Invalid):
        decide(cast.submission, cast.assessor, decisions=[*asked, Decision(foreign.pk, "met")])


def test_a_new_round_asks_only_for_what_was_not_met(cast):
    first, second = cast.standard.criteria.all()[:2]
    review(cast.submission, cast.assessor, P2="not_accepted")
    again = submit(cast.evidence)
    assert [m.criterion for m in rounds.asked_for(again)] == [second]
    review(again, cast.assessor)
    assert {state_of(cast.enrolment, c) for c in (first, second)} == {"met"}


def test_a_new_round_asks_again_when_the_text_has_changed(cast):
    review(cast.submission, cast.assessor, P2="not_accepted")
    cast.evidence.refresh_from_db()
    evidence_services.save(
        by=cast.learner, evidence=cast.evidence, version=cast.evidence.version, text="Rhywbeth arall."
    )
    again = submit(cast.evidence)
    assert len(rounds.asked_for(again)) == 2


def test_a_parent_is_met_only_with_its_sub_items(cast):
    parent = cast.second.criteria.get(number="2", kind="knowledge")
    sub_items = list(parent.sub_items.all())
    review(submit(make_evidence(cast.enrolment, [parent, sub_items[0]])), cast.assessor)
    all_of_it = [parent, *sub_items]
    assert states(all_of_it, mappings_of(cast.enrolment))[parent.pk] == "more_needed"
    review(submit(make_evidence(cast.enrolment, [sub_items[1]])), cast.assessor)
    assert states(all_of_it, mappings_of(cast.enrolment))[parent.pk] == "met"
    # Whatever hangs from a sub-item counts, too.
    last = sub_items[-1]
    place = {"number": f"{last.number}.1", "position": last.position + 1}
    below = last.sub_items.create(standard=cast.second, kind="knowledge", text_cy="rhan o ran", **place)
    found = states([*all_of_it, below], mappings_of(cast.enrolment))
    assert [found[c.pk] for c in (parent, last, sub_items[0])] == ["more_needed", "more_needed", "met"]


def test_what_was_met_cannot_be_unmapped(cast):
    review(cast.submission, cast.assessor, P2="more_needed")
    cast.evidence.refresh_from_db()
    map_to(cast.evidence, [cast.second.criteria.first()], by=cast.learner)
    kept = cast.evidence.mappings.values_list("criterion__standard", "criterion__number", "standing")
    assert set(kept) == {
        (cast.standard.pk, "1", "met"),
        (cast.second.pk, "1", ""),
    }


def test_what_was_decided_comes_back_with_its_mapping(cast):
    first, second = cast.standard.criteria.all()[:2]
    review(cast.submission, cast.assessor, P2="not_accepted")
    for criteria in ([first], [first, second]):
        cast.evidence.refresh_from_db()
        map_to(cast.evidence, criteria)
        assert verify() == (0, "Everything fits.")
    assert state_of(cast.enrolment, second) == "not_accepted"


def complete(cast):
    factories.everything_met(cast.enrolment, cast.assessor)
    cast.enrolled_standard.refresh_from_db()
    return cast.enrolled_standard


def test_a_standard_goes_to_its_release(cast):
    row = complete(cast)
    sign_offs.declare_competent(by=cast.assessor, enrolled_standard=row)
    sign_offs.acknowledge(by=cast.learner, enrolled_standard=row)
    sign_offs.release(by=cast.iqa, enrolled_standard=row)
    row.refresh_from_db()
    assert row.state == "released"
    assert [s.signed_by for s in row.sign_offs.all()] == [cast.assessor, cast.learner, cast.iqa]


def test_what_does_not_count_takes_nothing_back_that_was_declared(cast):
    """A trainee’s decisions wait for a countersignature, "met" as well: meanwhile nothing would be met."""
    row = complete(cast)
    sign_offs.declare_competent(by=cast.assessor, enrolled_standard=row)
    piece = cast.enrolment.evidence.get(mappings__criterion=row.standard.criteria.first(), state="judged")
    evidence_services.save(by=cast.learner, evidence=piece, version=piece.version, text="Yn fanylach.")
    again = submit(piece)
    assert rounds.asked_for(again)
    with pytest.raises(WrongState, match="declared competent"):
        review(again, cast.trainee)
    review(again, cast.assessor)
    row.refresh_from_db()
    assert (row.state, row.met_count) == ("competent", row.total_count)


def test_competent_waits_for_every_criterion(cast):
    with pytest.raises(WrongState):
        sign_offs.declare_competent(by=cast.assessor, enrolled_standard=cast.enrolled_standard)


def test_an_unqualified_assessor_cannot_complete_a_standard(cast):
    row = complete(cast)
    with pytest.raises(NotYours):
        sign_offs.declare_competent(by=cast.trainee, enrolled_standard=row)
    sign_offs.declare_competent(by=cast.assessor, enrolled_standard=row)


def test_a_manager_acknowledges_only_with_a_reason(cast):
    row = complete(cast)
    sign_offs.declare_competent(by=cast.assessor, enrolled_standard=row)
    with pytest.raises(Invalid):
        sign_offs.acknowledge(by=cast.manager, enrolled_standard=row)
    sign_offs.acknowledge(by=cast.manager, enrolled_standard=row, reason="Wedi gadael.", language="cy")
    row.refresh_from_db()
    assert row.state == "acknowledged"


def test_an_iqa_does_not_release_what_they_judged(cast):
    """One person is assessor and IQA of two learners; each release is checked against its own decisions."""
    both = make_member(cast.provider, "assessor")
    factories.Membership.objects.create(provider=cast.provider, user=both, role="iqa")
    Competence.objects.create(provider=cast.provider, user=both, kind="iqa")
    for name in ("assessor", "iqa"):
        enrolments.allocate(by=cast.manager, enrolment=cast.enrolment, user=both, role=name)
    factories.everything_met(cast.enrolment, both)
    row = cast.enrolled_standard
    sign_offs.declare_competent(by=cast.assessor, enrolled_standard=row)
    sign_offs.acknowledge(by=cast.learner, enrolled_standard=row)
    with pytest.raises(NotYours):
        sign_offs.release(by=both, enrolled_standard=row)
    sign_offs.release(by=cast.iqa, enrolled_standard=row)


def test_a_suspended_enrolment_takes_no_submission(cast):
    enrolments.move_enrolment(by=cast.manager, enrolment=cast.enrolment, move="suspend")
    with pytest.raises(WrongState):
        submit(cast.draft)
    enrolments.move_enrolment(by=cast.manager, enrolment=cast.enrolment, move="resume")
    submit(cast.draft)


def test_an_allocation_at_another_provider_is_refused(cast):
    stranger = make_member(cast.other_provider, "assessor")
    with pytest.raises(Invalid):
        enrolments.allocate(by=cast.manager, enrolment=cast.enrolment, user=stranger, role="assessor")


def test_a_learner_is_enrolled_once(cast):
    with pytest.raises(Invalid):
        make_enrolment(cast.programme, cast.manager, cast.learner)
