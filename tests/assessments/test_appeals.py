"""Appeals climb from level to level; meanwhile nothing is destroyed or released."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from accounts.refusals import Invalid, NotYours, WrongState
from assessments.models import Appeal, Review
from assessments.services import sign_offs
from assessments.services.appeals import (
    answer,
    end,
    open_appeal,
    take_further,
    to_decide_again,
    waiting_for_nobody,
)
from assessments.services.reviews import countersign
from portfolio.services.privacy import withdraw_content
from tests import factories
from tests.assessments.test_verify_ledger import verify

SAID = {"text": "Nid wyf yn cytuno.", "language": "cy"}


@pytest.fixture
def appeal(cast):
    return open_appeal(by=cast.learner, review=cast.review, **SAID)


def refuse(appeal, by):
    answer(by=by, appeal=appeal, upheld=False, **SAID)
    appeal.refresh_from_db()


def test_an_appeal_climbs_to_the_awarding_body(cast, appeal):
    for person in (cast.assessor, cast.iqa, cast.manager):
        refuse(appeal, person)
        take_further(by=cast.learner, appeal=appeal, **SAID)
        appeal.refresh_from_db()
    assert appeal.state == "body"
    answer(by=cast.manager, appeal=appeal, upheld=True, **SAID)
    appeal.refresh_from_db()
    assert appeal.state == "upheld"
    asked = [(act.step, act.level) for act in appeal.acts.filter(step__in=["opened", "taken_further"])]
    assert [level for _step, level in asked] == ["assessor", "iqa", "provider", "body"]
    assert verify() == (0, "Everything fits.")


def test_an_answer_stands_on_the_learners_home_until_the_appeal_ends_or_goes_on(cast, appeal, sign_in):
    learner, told = sign_in(cast.learner), "Your appeal was answered."
    home, address = reverse("home"), f'href="{reverse("appeal", args=[appeal.uid])}"'
    assert told not in learner.get(home).text
    refuse(appeal, cast.assessor)
    page = learner.get(home).text
    assert told in page
    assert address in page
    take_further(by=cast.learner, appeal=appeal, **SAID)
    assert told not in learner.get(home).text


def test_each_level_and_the_learner_hear_of_it(cast, appeal):
    assert Notice.objects.filter(kind="appeal_waits", user=cast.assessor).exists()
    refuse(appeal, cast.assessor)
    assert Notice.objects.filter(kind="appeal_answered", user=cast.learner).exists()
    assert not Notice.objects.filter(kind="appeal_waits", read_at=None).exists()


@pytest.mark.parametrize("person", ["assessor", "iqa", "manager"])
def test_only_the_learner_appeals(cast, person):
    with pytest.raises(NotYours):
        open_appeal(by=getattr(cast, person), review=cast.review, **SAID)


def test_one_appeal_at_a_time_about_one_thing(cast, appeal):
    with pytest.raises(WrongState):
        open_appeal(by=cast.learner, review=cast.review, **SAID)
    end(by=cast.learner, appeal=appeal)
    open_appeal(by=cast.learner, review=cast.review, **SAID)


def test_why_is_asked_for(cast, appeal):
    with pytest.raises(Invalid):
        answer(by=cast.assessor, appeal=appeal, upheld=True, text=" ", language="cy")
    appeal.refresh_from_db()
    assert appeal.state == "assessor"


def test_nothing_is_destroyed_while_it_is_open(cast, appeal):
    with pytest.raises(WrongState, match="appeal"):
        withdraw_content(by=cast.manager, evidence=cast.returned, reason="Wyneb.", language="cy")
    end(by=cast.learner, appeal=appeal)
    withdraw_content(by=cast.manager, evidence=cast.returned, reason="Wyneb.", language="cy")


@pytest.mark.parametrize("against", ["standard", "review"])
def test_nothing_is_released_while_it_is_open(cast, against):
    row = cast.enrolled_standard
    review = factories.everything_met(cast.enrolment, cast.assessor)
    sign_offs.declare_competent(by=cast.assessor, enrolled_standard=row)
    sign_offs.acknowledge(by=cast.learner, enrolled_standard=row)
    about = {"enrolled_standard": row} if against == "standard" else {"review": review}
    appeal = open_appeal(by=cast.learner, **about, **SAID)
    with pytest.raises(WrongState, match="appeal"):
        sign_offs.release(by=cast.iqa, enrolled_standard=row)
    end(by=cast.learner, appeal=appeal)
    sign_offs.release(by=cast.iqa, enrolled_standard=row)


def test_above_the_assessor_nobody_answers_about_their_own_decision(cast, appeal):
    refuse(appeal, cast.trainee)
    take_further(by=cast.learner, appeal=appeal, **SAID)
    factories.Membership.objects.create(provider=cast.provider, user=cast.trainee, role="iqa")
    factories.enrolments.allocate(by=cast.manager, enrolment=cast.enrolment, user=cast.trainee, role="iqa")
    with pytest.raises(NotYours, match="You decided on this yourself"):
        answer(by=cast.trainee, appeal=appeal, upheld=False, **SAID)
    answer(by=cast.iqa, appeal=appeal, upheld=False, **SAID)


def test_an_iqa_who_withdrew_a_sign_off_does_not_answer_about_the_standard(cast, sign_in):
    """Where nobody else is of the level, a manager hears of it and finds somebody."""
    factories.everything_met(cast.enrolment, cast.trainee)
    countersign(by=cast.assessor, reviews=list(Review.objects.filter(countersignature=None)))
    row = cast.enrolled_standard
    sign_offs.declare_competent(by=cast.assessor, enrolled_standard=row)
    sign_offs.withdraw(by=cast.iqa, enrolled_standard=row, reason="Gwall.", language="cy")
    appeal = open_appeal(by=cast.learner, enrolled_standard=row, **SAID)
    refuse(appeal, cast.assessor)
    take_further(by=cast.learner, appeal=appeal, **SAID)
    home, here = reverse("home"), reverse("appeal", args=[appeal.uid])
    page = sign_in(cast.manager).get(here)
    assert "A manager allocates somebody else" in page.text
    assert reverse("enrolment", args=[cast.enrolment.uid]) in page.text
    assert f"<li>{cast.manager.name}</li>" in sign_in(cast.learner).get(here).text
    assert "Appeals that nobody can answer yet: 1" in sign_in(cast.manager).get(home).text
    assert Notice.objects.filter(kind="appeal_waits", user=cast.manager).exists()
    with pytest.raises(NotYours, match="You decided on this yourself"):
        answer(by=cast.iqa, appeal=appeal, upheld=False, **SAID)
    second = factories.make_member(cast.provider, "iqa")
    factories.enrolments.allocate(by=cast.manager, enrolment=cast.enrolment, user=second, role="iqa")
    assert "Appeals that nobody can answer yet" not in sign_in(cast.manager).get(home).text
    answer(by=second, appeal=appeal, upheld=False, **SAID)


def test_where_no_assessor_is_allocated_the_learner_reads_whom_to_ask_and_managers_have_it_to_do(
    cast, appeal, sign_in
):
    home, here = reverse("home"), reverse("appeal", args=[appeal.uid])
    told = "Appeals that nobody can answer yet: 1"
    manager, learner = sign_in(cast.manager), sign_in(cast.learner)
    assert told not in manager.get(home).text
    assert "It waits for an answer." in learner.get(here).text
    for allocation in cast.enrolment.allocations.filter(role="assessor"):
        factories.enrolments.end_allocation(by=cast.manager, allocation=allocation)
    page = manager.get(home).text
    assert told in page
    assert f'href="{here}"' in page
    assert f'href="{reverse("enrolment", args=[cast.enrolment.uid])}#allocated"' in page
    assert told not in sign_in(cast.outsiders[0]).get(home).text
    page = learner.get(here).text
    assert "No assessor is allocated now." in page
    assert f"<li>{cast.manager.name}</li>" in page
    factories.enrolments.allocate(
        by=cast.manager, enrolment=cast.enrolment, user=cast.other_assessor, role="assessor"
    )
    assert told not in manager.get(home).text
    assert "It waits for an answer." in learner.get(here).text


def test_where_every_manager_decided_they_invite_another(cast, sign_in):
    factories.Membership.objects.create(provider=cast.provider, user=cast.assessor, role="manager")
    review = factories.review(cast.submission, cast.assessor)
    appeal = open_appeal(by=cast.learner, review=review, **SAID)
    for person in (cast.assessor, cast.iqa):
        refuse(appeal, person)
        take_further(by=cast.learner, appeal=appeal, **SAID)
        appeal.refresh_from_db()
    home, here = reverse("home"), reverse("appeal", args=[appeal.uid])
    told, people = "Appeals that nobody can answer yet: 1", reverse("people", args=[cast.provider.uid])
    both = sign_in(cast.assessor)
    assert told not in both.get(home).text
    factories.Membership.objects.filter(user=cast.manager).update(to_at=timezone.now())
    section = both.get(home).text.partition('id="unanswered"')[2].partition("</section>")[0]
    assert told in section
    assert f'href="{people}"' in section
    assert "Every manager of the training provider decided" in sign_in(cast.learner).get(here).text
    assert f'href="{people}"' in both.get(here).text.partition("<main")[2]
    second = factories.make_member(cast.provider, "manager")
    assert told not in both.get(home).text
    answer(by=second, appeal=appeal, upheld=False, **SAID)


def test_many_that_nobody_can_answer_cost_as_many_queries_as_one(cast):
    """At both levels; above the assessor, because the only quality assurer of the portfolio decided."""
    factories.Membership.objects.create(provider=cast.provider, user=cast.assessor, role="iqa")

    def stuck() -> None:
        learner = factories.make_member(cast.provider, "learner")
        row = factories.make_enrolment(cast.programme, cast.manager, learner, assessor=cast.assessor)
        review = factories.everything_met(row, cast.assessor)
        for allocation in row.allocations.all():
            factories.enrolments.end_allocation(by=cast.manager, allocation=allocation)
        factories.enrolments.allocate(by=cast.manager, enrolment=row, user=cast.assessor, role="iqa")
        standard = row.enrolled_standards.first()
        for about in ({"review": review}, {"enrolled_standard": standard}):
            open_appeal(by=learner, **about, **SAID)
            Appeal.objects.filter(**about).update(state="iqa")
        open_appeal(by=learner, enrolled_standard=row.enrolled_standards.last(), **SAID)

    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            found = waiting_for_nobody(cast.manager, [cast.provider])
        return len(found), len(queries)

    stuck()
    number, queries = asked()
    assert number == 3
    for _ in range(3):
        stuck()
    assert asked() == (12, queries)


def test_from_page_to_page(cast, sign_in):
    learner, assessor = sign_in(cast.learner), sign_in(cast.assessor)
    new = reverse("appeal_review", args=[cast.review.uid])
    assert new in learner.get(reverse("evidence", args=[cast.returned.uid])).text
    assert new not in assessor.get(reverse("evidence", args=[cast.returned.uid])).text
    assert new in learner.get(reverse("round", args=[cast.review.submission.uid])).content.decode()
    page = learner.post(new, SAID, follow=True)
    here = page.redirect_chain[-1][0]
    listed = learner.get(reverse("appeals", args=[cast.enrolment.uid])).text
    assert f'<a href="{here}">Evidence E3, round 1</a>' in listed
    assert new not in learner.get(reverse("evidence", args=[cast.returned.uid])).text
    assert "Nid wyf yn cytuno." in page.content.decode()
    said = {"upheld": "no", "text": "Edrychais eto.", "language": "cy"}
    early = assessor.post(here, said | {"answered_on": "2020-01-31"})
    assert (early.status_code, "Edrychais eto." in early.text) == (422, True)
    assert "The day of the answer is between" in early.text
    answered = assessor.post(here, said, follow=True)
    assert "Not upheld by the assessor" in answered.content.decode()
    assert "Take it further" in learner.get(here).content.decode()


def test_the_end_asks_first_keeps_what_was_typed_and_a_manager_says_why(cast, appeal, sign_in):
    refuse(appeal, cast.assessor)
    here, end_page = reverse("appeal", args=[appeal.uid]), reverse("appeal_end", args=[appeal.uid])
    learner, manager = sign_in(cast.learner), sign_in(cast.manager)
    typed = {"text": "Hanner brawddeg", "language": "cy"}
    for address in (end_page, here):
        assert "Hanner brawddeg" in learner.post(address, typed | {"_switch": ""}).text
    assert manager.post(here, {"_switch": ""}).status_code == 200
    assert "You are about to end an appeal" in manager.get(end_page).text
    assert manager.post(end_page, {"language": "cy"}).status_code == 422
    appeal.refresh_from_db()
    assert appeal.state == "assessor_answered"
    manager.post(end_page, {"text": "Mae hi wedi gadael.", "language": "cy"})
    assert "Mae hi wedi gadael." in learner.get(here).text
    assert Notice.objects.filter(kind="appeal_ended", user=cast.learner).exists()
    assert verify() == (0, "Everything fits.")


def test_it_waits_on_the_home_of_whoever_may_answer_and_those_allocated_later_hear_of_it(cast, sign_in):
    factories.everything_met(cast.enrolment, cast.trainee)
    countersign(by=cast.assessor, reviews=list(Review.objects.filter(countersignature=None)))
    about = [{"review": cast.review}, {"enrolled_standard": cast.enrolled_standard}]
    appeals = [open_appeal(by=cast.learner, **one, **SAID) for one in about]
    # Both decided: the trainee recorded, the assessor countersigned.
    above = [factories.make_member(cast.provider, "iqa"), cast.trainee]
    factories.Membership.objects.create(provider=cast.provider, user=cast.trainee, role="iqa")

    def waits(*people) -> list[bool]:
        home = reverse("home")
        return ["Appeals that wait for you: 2" in sign_in(person).get(home).text for person in people]

    assert waits(cast.assessor, cast.iqa, *above, cast.manager) == [True, False, False, True, False]
    for appeal in appeals:
        refuse(appeal, cast.assessor)
        take_further(by=cast.learner, appeal=appeal, **SAID)
        appeal.refresh_from_db()
    for person in above:
        factories.enrolments.allocate(by=cast.manager, enrolment=cast.enrolment, user=person, role="iqa")
    told = Notice.objects.filter(kind="appeal_waits", read_at=None)
    assert [told.filter(user=person).count() for person in above] == [2, 0]
    assert waits(cast.assessor, cast.iqa, *above, cast.manager) == [False, True, True, False, False]
    for appeal in appeals:
        refuse(appeal, above[0])
        take_further(by=cast.learner, appeal=appeal, **SAID)
    assert waits(cast.iqa, cast.manager) == [False, True]


def test_the_history_tells_it_in_the_readers_language(cast, appeal, sign_in, language):
    page = sign_in(cast.manager).get(reverse("history", args=[cast.enrolment.uid])).content.decode()
    told = {
        "en": ["Submitted for assessment: E2, round 1.", "Decisions recorded: E3, round 1. Accepted, more"],
        "cy": ["Cyflwynwyd ar gyfer asesu: E2, rownd 1.", "Cofnodwyd penderfyniadau: E3, rownd 1."],
    }[language]
    for sentence in told:
        assert sentence in page.replace("&#x27;", "'")
    assert cast.trainee.name in page


def test_an_upheld_one_waits_for_the_assessors_until_one_decides_again(cast, appeal, sign_in):
    home, told = reverse("home"), "Upheld appeals, to decide again: 1"
    browsers = {
        person: sign_in(person) for person in (cast.assessor, cast.trainee, cast.iqa, cast.other_assessor)
    }

    def waits() -> list[bool]:
        return [told in browser.get(home).text for browser in browsers.values()]

    assert waits() == [False] * 4
    answer(by=cast.assessor, appeal=appeal, upheld=True, **SAID)
    assert waits() == [True, True, False, False]
    assert reverse("round", args=[cast.review.submission.uid]) in browsers[cast.trainee].get(home).text
    heard = Notice.objects.filter(kind="appeal_upheld", read_at=None)
    assert [notice.user for notice in heard] == [cast.trainee]
    factories.supersede(cast.review, cast.trainee)
    assert waits() == [False] * 4
    assert not heard.all().exists()


def test_an_upheld_one_is_settled_by_a_later_round_too(cast, appeal):
    answer(by=cast.assessor, appeal=appeal, upheld=True, **SAID)
    held = {"assessor": {cast.enrolment.pk}, "iqa": set()}
    assert list(to_decide_again(cast.assessor, held)) == [appeal]
    submission = factories.submit(cast.returned)
    assert not to_decide_again(cast.assessor, held)
    factories.review(submission, cast.assessor)
    assert not to_decide_again(cast.assessor, held)


def test_an_upheld_one_about_a_standard_waits_until_it_is_put_right(cast):
    factories.everything_met(cast.enrolment, cast.assessor)
    row = cast.enrolled_standard
    sign_offs.declare_competent(by=cast.assessor, enrolled_standard=row)
    appeal = open_appeal(by=cast.learner, enrolled_standard=row, **SAID)
    answer(by=cast.assessor, appeal=appeal, upheld=True, **SAID)
    assert Notice.objects.filter(kind="appeal_upheld", user=cast.iqa).exists()

    def waits() -> list[bool]:
        asked = [(cast.assessor, "assessor"), (cast.iqa, "iqa")]
        held = {"assessor": set(), "iqa": set()}
        return [
            to_decide_again(person, held | {part: {cast.enrolment.pk}}).filter(pk=appeal.pk).exists()
            for person, part in asked
        ]

    assert waits() == [True, True]
    sign_offs.withdraw(by=cast.iqa, enrolled_standard=row, reason="Gwall.", language="cy")
    assert waits() == [True, False]
    sign_offs.declare_competent(by=cast.assessor, enrolled_standard=row)
    assert waits() == [False, False]
