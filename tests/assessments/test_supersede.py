"""A review in whose place another stands: with a reason, and never behind anybody's back."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from accounts.refusals import Invalid, NotYours, WrongState
from assessments.models import Review
from assessments.services import sign_offs
from assessments.services.reviews import Decision, countersign, record_review
from portfolio.progress import mappings_of, states
from tests import factories
from tests.assessments.test_verify_ledger import verify
from tests.factories import supersede as again

pytestmark = pytest.mark.database


@pytest.fixture
def judged(cast):
    return factories.review(cast.submission, cast.assessor)


def state_of(cast) -> set[str]:
    criteria = list(cast.standard.criteria.all())[:2]
    return {str(state) for state in states(criteria, mappings_of(cast.enrolment)).values()}


def test_the_later_review_counts_and_the_earlier_one_stays(cast, judged):
    later = again(judged, cast.assessor)
    assert state_of(cast) == {"not_accepted"}
    assert later.supersedes == judged
    assert list(Review.objects.filter(submission=cast.submission)) == [judged, later]
    assert list(Review.objects.standing().filter(submission=cast.submission)) == [later]
    assert verify() == (0, "Everything fits.")


def test_pressing_twice_supersedes_once(cast, judged):
    assert again(judged, cast.assessor) == again(judged, cast.assessor)


def test_whoever_decides_otherwise_in_another_window_is_told_that_it_was_not_recorded(cast, judged):
    again(judged, cast.assessor)
    for other in ({"outcome": "met"}, {"reason": "Roeddwn i ar frys."}):
        with pytest.raises(WrongState, match="decided again"):
            again(judged, cast.assessor, **other)


def test_what_is_accepted_after_all_counts_although_the_learner_had_taken_it_away(cast):
    refused = factories.review(cast.submission, cast.assessor, P2="not_accepted")
    first, second = cast.standard.criteria.all()[:2]
    cast.evidence.refresh_from_db()
    factories.map_to(cast.evidence, [first])
    again(refused, cast.assessor, "met")
    assert state_of(cast) == {"met"}
    assert cast.evidence.mappings.get(criterion=second).by_assessor
    assert verify() == (0, "Everything fits.")


def test_the_later_one_can_be_superseded_in_turn(cast, judged):
    again(again(judged, cast.assessor), cast.assessor, "met")
    assert state_of(cast) == {"met"}


def test_a_trainee_decides_again_on_their_own_and_it_waits(cast):
    own = factories.review(cast.submission, cast.trainee)
    again(own, cast.trainee, "met")
    assert state_of(cast) == {"awaiting"}


def test_what_was_superseded_is_not_countersigned(cast):
    first = factories.review(cast.submission, cast.trainee)
    second = factories.supersede(first, cast.trainee, "met")
    with pytest.raises(WrongState):
        countersign(by=cast.assessor, reviews=[first])
    assert countersign(by=cast.assessor, reviews=[second])


def test_a_trainee_does_not_replace_what_another_decided(cast, judged):
    with pytest.raises(NotYours):
        again(judged, cast.trainee)
    assert state_of(cast) == {"met"}


@pytest.mark.parametrize("person", ["learner", "iqa", "manager", "other_assessor"])
def test_only_an_allocated_assessor_decides_again(cast, judged, person):
    with pytest.raises(NotYours):
        again(judged, getattr(cast, person))


@pytest.mark.parametrize(
    "changes",
    [{"reason": " "}, {"feedback": ""}, {"decisions": []}, {"authentic": False, "outcome": "met"}],
    ids=["no reason", "no feedback", "nothing decided", "accepted but not authentic"],
)
def test_what_does_not_add_up_changes_nothing(cast, judged, changes):
    with pytest.raises(Invalid):
        again(judged, cast.assessor, **changes)
    assert state_of(cast) == {"met"}


def test_criteria_of_the_earlier_review_and_no_others(cast, judged):
    further = cast.standard.criteria.last()
    decisions = [Decision(j.criterion_id, "met") for j in judged.judgements.all()]
    with pytest.raises(Invalid):
        again(judged, cast.assessor, decisions=[*decisions, Decision(further.pk, "met")])


def test_what_was_superseded_is_not_superseded_twice(cast, judged):
    again(judged, cast.assessor)
    other = factories.make_member(cast.provider, "assessor")
    factories.enrolments.allocate(by=cast.manager, enrolment=cast.enrolment, user=other, role="assessor")
    with pytest.raises(WrongState):
        again(judged, other)


def test_a_standard_declared_competent_is_taken_back_first(cast):
    review = factories.everything_met(cast.enrolment, cast.assessor)
    row = cast.enrolled_standard
    sign_offs.declare_competent(by=cast.assessor, enrolled_standard=row)
    with pytest.raises(WrongState, match="declared competent"):
        again(review, cast.assessor)
    sign_offs.withdraw(by=cast.iqa, enrolled_standard=row, reason="I'w ailystyried.", language="cy")
    again(review, cast.assessor)
    row.refresh_from_db()
    assert (row.state, row.met_count) == ("in_progress", 0)


def test_a_new_round_does_not_unjudge_a_standard_declared_competent(cast):
    review = factories.everything_met(cast.enrolment, cast.assessor)
    sign_offs.declare_competent(by=cast.assessor, enrolled_standard=cast.enrolled_standard)
    piece = review.submission.evidence
    piece.refresh_from_db()
    factories.evidence_services.save(
        by=cast.learner, evidence=piece, version=piece.version, text="Rhywbeth arall."
    )
    anew = factories.submit(piece)
    with pytest.raises(WrongState, match="declared competent"):
        factories.review(anew, cast.assessor, "not_accepted")
    factories.review(anew, cast.assessor)


def typed(page) -> dict:
    """What the form of a page holds, as a browser sends it."""
    form = BeautifulSoup(page.content, "html.parser").select_one("#main-form")
    chosen = {box["name"]: box.get("value", "on") for box in form.select("input[checked]")}
    return chosen | {area["name"]: area.get_text().strip() for area in form.find_all("textarea")}


def test_the_page_holds_what_was_decided_and_wants_the_reason_and_what_is_confirmed(cast, sign_in):
    first, second = cast.standard.criteria.all()[:2]
    decisions = [Decision(first.pk, "met", "Eglur iawn."), Decision(second.pk, "more_needed")]
    sound = dict.fromkeys(["valid", "authentic", "current"], True)
    judged = record_review(
        by=cast.assessor,
        submission=cast.submission,
        decisions=decisions,
        feedback="Da iawn.",
        language="cy",
        **sound,
    )
    browser = sign_in(cast.assessor)
    address = reverse("review_supersede", args=[judged.uid])
    assert address in browser.get(reverse("round", args=[cast.submission.uid])).content.decode()
    data = typed(browser.get(address))
    assert (data[f"words-{first.pk}"], data["feedback"]) == ("Eglur iawn.", "Da iawn.")
    assert not data.keys() & sound.keys()
    assert browser.post(address, data | sound).status_code == 422
    assert "Confirm this, or accept nothing" in browser.post(address, data | {"reason": "Ailddarllen."}).text
    shown_again = typed(browser.post(address, data | sound | {"_typed": "1", "_switch": "cy"}))
    assert shown_again.keys() >= sound.keys()
    assert Review.objects.get(submission=cast.submission) == judged
    data |= sound
    data |= {"reason": "Ailddarllen.", f"outcome-{second.pk}": "not_accepted"}
    answer = browser.post(address, data, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Ailddarllen." in page
    assert "superseded" in page.lower()
    later = Review.objects.standing().get(submission=cast.submission)
    assert [j.outcome for j in later.judgements.all()] == ["met", "not_accepted"]
    assert later.words.body.keys() == {"feedback", "language", "criteria", "reason"}
    assert later.words.body["criteria"] == judged.words.body["criteria"]


def test_what_shows_knowledge_in_an_object_is_not_asked_anew(cast, sign_in):
    [knowledge] = cast.standard.criteria.filter(kind="knowledge")[:1]
    elsewhere = {"text": "", "link": "https://example.com/", "link_seen_on": date(2026, 10, 1)}
    submission = factories.submit(factories.make_evidence(cast.enrolment, [knowledge], **elsewhere))
    judged = factories.review(submission, cast.assessor, shown="Mae'r labeli yn ei llaw hi.")
    with pytest.raises(Invalid):
        again(judged, cast.assessor, "met")
    browser, address = sign_in(cast.assessor), reverse("review_supersede", args=[judged.uid])
    sound = dict.fromkeys(["valid", "authentic", "current"], "on")
    data = typed(browser.get(address)) | sound | {"reason": "Ailddarllen."}
    assert browser.post(address, data).status_code == 302
    assert Review.objects.get(supersedes=judged).words.get("shown") == "Mae'r labeli yn ei llaw hi."


@pytest.mark.parametrize("qualified", [True, False])
def test_who_countersigns_may_decide_otherwise_if_qualified(cast, sign_in, qualified):
    colleague = factories.make_member(cast.provider, "assessor", qualified=qualified)
    factories.enrolments.allocate(
        by=cast.manager, enrolment=cast.enrolment, user=colleague, role="countersigner"
    )
    first = factories.review(cast.submission, cast.trainee)
    address = reverse("review_supersede", args=[first.uid])
    assert (address in sign_in(colleague).get(reverse("countersigning")).text) == qualified
    assert sign_in(colleague).get(address).status_code == (200 if qualified else 403)
    if qualified:
        again(first, colleague)
        assert state_of(cast) == {"not_accepted"}
    else:
        with pytest.raises(NotYours):
            again(first, colleague)
