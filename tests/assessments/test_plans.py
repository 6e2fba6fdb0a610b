"""Plans of assessment and the assessor's own records, with what the learner says of both."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.refusals import Invalid, NotYours
from assessments.models import AssessmentPlan, RecordReply, Sample
from assessments.plans import visits_due
from assessments.services import plans, sampling_plans
from assessments.services.records import reply_to_record
from assessments.tasks import tell_of_visit
from jobs.models import Job
from ledger.models import Event
from portfolio.models import Evidence
from portfolio.parts import allocated
from portfolio.rounds import missing_from
from portfolio.services import enrolments
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(cast):
    return factories.make_assessment_plan(cast.enrolment, cast.second.criteria.all()[:2], cast.assessor)


def main_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser").main


def test_a_plan_is_made_from_the_gaps_in_two_clicks(cast, sign_in):
    client = sign_in(cast.assessor)
    row = cast.enrolment.enrolled_standards.get(standard=cast.second)
    standard = main_of(client.get(reverse("enrolled_standard", args=[row.uid])))
    address = next(a["href"] for a in standard.select("a.button") if a.get_text() == "Plan from the gaps")
    page = main_of(client.get(address))
    activity = page.find("textarea", {"name": "activity"})
    assert (activity["lang"], activity.get_text().strip()) == ("cy", "Arsylwi yn y gwaith")
    assert [box["value"] for box in page.select("[name=language][checked]")] == ["cy"]
    ticked = [box["value"] for box in page.select("[name=criteria][checked]")]
    assert ticked == [f"all-{cast.second.pk}"]
    as_it_stands = {
        "activity": page.find("textarea", {"name": "activity"}).get_text().strip(),
        "method": "observation",
        "place": "",
        "planned_on": page.find("input", {"name": "planned_on"})["value"],
        "language": "en",
        "criteria": ticked,
    }
    days = {"past": timezone.localdate() - timedelta(days=1), "today": timezone.localdate()}
    refused = client.post(address, as_it_stands | {"planned_on": days["past"], "place": "By the till"})
    assert refused.status_code == 422
    kept = main_of(refused)
    assert "The plan lies in the past." in kept.get_text()
    assert kept.find("input", {"name": "place"})["value"] == "By the till"
    assert [box["value"] for box in kept.select("[name=criteria][checked]")] == ticked
    for plan in (as_it_stands, as_it_stands | {"planned_on": days["today"]}):
        assert client.post(address, plan).status_code == 302
    assert {plan.state for plan in AssessmentPlan.objects.all()} == {"proposed"}
    for plan in AssessmentPlan.objects.all():
        assert set(plan.criteria.all()) == set(cast.second.criteria.all())


def test_three_of_many_gaps_are_chosen_with_three_ticks(cast, sign_in):
    client, address = sign_in(cast.assessor), reverse("plan_new", args=[cast.enrolment.uid])
    page = main_of(client.get(address))
    assert len(page.select(".gaps")) == 2
    assert not page.select("[name=criteria][checked]")
    plan = {
        "activity": "By the till",
        "method": "observation",
        "planned_on": str(timezone.localdate()),
        "language": "en",
    }
    refused = main_of(client.post(address, plan))
    assert refused.find(autofocus=True).a.get_text() == "Criteria aimed at – Choose at least one criterion."
    three = {c.pk for c in cast.second.criteria.all()[:3]}
    client.post(address, plan | {"criteria": list(three)})
    assert {c.pk for c in AssessmentPlan.objects.get().criteria.all()} == three


def test_the_other_of_the_two_agrees_and_each_act_is_dated(cast, sign_in, plan):
    address = reverse("plan", args=[plan.uid])
    proposed = main_of(sign_in(cast.assessor).get(address)).get_text()
    assert ("Agree to the plan" in proposed, "Made; agreed by the assessor" in proposed) == (False, True)
    assert "talk it over before you agree" not in proposed
    with pytest.raises(NotYours):
        plans.agree(by=cast.assessor, plan=plan)
    client = sign_in(cast.learner)
    for said in ("Agree to the plan", "talk it over before you agree"):
        assert said in main_of(client.get(address)).get_text()
    client.post(reverse("plan_agree", args=[plan.uid]))
    plan.refresh_from_db()
    assert plan.state == "agreed"
    acts = [(act.act, act.signed_by) for act in plan.acts.all()]
    assert acts == [("made", cast.assessor), ("agreed", cast.learner)]
    assert Event.objects.filter(kind__startswith="plan.").count() == 2
    call_command("verify_ledger")


def test_what_was_planned_shows_beside_what_arrived(cast, sign_in, plan):
    first, second = cast.second.criteria.all()[:2]
    before = main_of(sign_in(cast.learner).get(reverse("plan", args=[plan.uid]))).select("tbody tr")
    assert all("nothing yet" in row.get_text() for row in before)
    piece = factories.make_evidence(cast.enrolment, [first])
    factories.submit(piece)
    rows = main_of(sign_in(cast.learner).get(reverse("plan", args=[plan.uid]))).select("tbody tr")
    assert piece.reference in rows[0].get_text()
    assert "nothing yet" in rows[1].get_text()


def test_whoever_samples_sees_what_was_planned_before(cast, sign_in, plan):
    aimed_at, other = cast.second.criteria.all()[0], cast.second.criteria.all()[2]
    factories.make_assessment_plan(cast.enrolment, [other], cast.assessor, activity="Rhywbeth arall")
    planned = factories.submit(factories.make_evidence(cast.enrolment, [aimed_at]))
    unplanned = factories.submit(factories.make_evidence(cast.enrolment, cast.standard.criteria.all()[:1]))
    for made_since in (aimed_at, cast.standard.criteria.all()[0]):
        factories.make_assessment_plan(cast.enrolment, [made_since], cast.assessor, activity="Wedyn")
    for submission in (planned, unplanned):
        factories.review(submission, cast.assessor)
    sampling_plans.propose(by=cast.iqa, plan=factories.make_plan(cast.programme, cast.iqa))
    samples = [Sample.objects.get(review__submission=row).uid for row in (planned, unplanned)]
    iqa = sign_in(cast.iqa)
    with_plan, without = (main_of(iqa.get(reverse("sample", args=[uid]))).find("dl") for uid in samples)
    assert [a["href"] for a in with_plan.select("li a")] == [reverse("plan", args=[plan.uid])]
    assert "Gwylio diwrnod prysur" in with_plan.get_text()
    assert not without.select("li a")
    assert "No plan made before aims at these criteria." in without.get_text()


def test_a_learner_sees_on_the_first_page_which_visit_comes_next(cast, sign_in, plan):
    soon = timezone.localdate() + timedelta(days=7)
    due = factories.make_assessment_plan(
        cast.enrolment, cast.second.criteria.all()[:1], cast.assessor, planned_on=soon
    )
    client = sign_in(cast.learner)

    def visits() -> list[str]:
        section = main_of(client.get(reverse("home"))).find(attrs={"aria-labelledby": "own-visits"})
        return [link["href"] for link in section.select("a")] if section else []

    assert visits() == [reverse("plan", args=[due.uid])]
    plans.close_plan(by=cast.assessor, plan=due)
    assert visits() == []


def test_a_visit_is_written_down_and_sets_the_next(cast, sign_in, plan):
    plans.agree(by=cast.learner, plan=plan)
    client, day = sign_in(cast.assessor), timezone.localdate() + timedelta(days=3)
    note = {"note": "Looked at the log.", "next_visit_on": day.isoformat(), "language": "en"}
    client.post(reverse("plan", args=[plan.uid]), note)
    assert "Looked at the log." in main_of(client.get(reverse("plan", args=[plan.uid]))).get_text()
    assert [due.pk for due in visits_due(allocated(cast.assessor)["assessor"])] == [plan.pk]
    assert sign_in(cast.learner).post(reverse("plan", args=[plan.uid]), note).status_code == 403
    past = {"note": "Written at length.", "next_visit_on": "2020-01-31"}
    refused = client.post(reverse("plan", args=[plan.uid]), note | past)
    assert refused.status_code == 422
    for said in ("The next visit lies in the past.", "Written at length."):
        assert said in refused.text


def test_in_a_closed_portfolio_a_plan_is_only_read(cast, sign_in, plan):
    plans.agree(by=cast.learner, plan=plan)
    client, address = sign_in(cast.assessor), reverse("plan", args=[plan.uid])
    assert len(main_of(client.get(address)).select("form")) == 2
    note = {"note": "Looked at the log.", "next_visit_on": str(timezone.localdate()), "language": "en"}
    enrolments.move_enrolment(by=cast.manager, enrolment=cast.enrolment, move="withdraw")
    assert not main_of(client.get(address)).select("form")
    refused = client.post(address, note | {"_typed": "1"})
    assert refused.status_code == 409
    for said in ("This enrolment was withdrawn.", "Looked at the log."):
        assert said in refused.text
    visit = Job.objects.get(task="assessments.tasks.tell_of_visit")
    assert not tell_of_visit(visit, **visit.arguments)["told"]


def test_a_plan_aims_at_the_learners_own_criteria(cast):
    stranger = factories.make_standard()
    with pytest.raises(Invalid):
        factories.make_assessment_plan(cast.enrolment, stranger.criteria.all(), cast.assessor)
    with pytest.raises(NotYours):
        factories.make_assessment_plan(cast.enrolment, cast.second.criteria.all(), cast.iqa)


def test_questions_are_kept_with_their_answers(cast, sign_in):
    address = reverse("record_new", args=[cast.enrolment.uid, "questioning"])
    data = {"title": "Cwestiynau", "happened_on": "2026-10-01", "place": "Y siop", "language": "cy"}
    data |= {"question-1": "Pam?", "answer-1": "Achos.", "question-2": "Pryd?"}
    client = sign_in(cast.assessor)
    refused = client.post(address, data)
    assert "A question goes with its answer." in refused.content.decode()
    data |= {"answer-2": "Ddoe."}
    assert client.post(address, data).status_code == 422
    data |= {"shows_others": "no"}
    tomorrow = {"happened_on": timezone.localdate() + timedelta(days=1)}
    assert "This day is still to come." in client.post(address, data | tomorrow).text
    assert client.post(address, data).status_code == 302
    piece = Evidence.objects.latest("pk")
    assert (piece.kind, piece.started_by) == ("questioning", cast.assessor)
    # Nothing but the criteria is asked for after it was kept.
    assert missing_from(piece).keys() == {"mappings"}
    page = client.get(reverse("evidence_edit", args=[piece.uid])).text
    assert "what you did" not in page
    assert "in order, without names of customers" in page
    assert piece.text.count("Pam?") == piece.text.count("Ddoe.") == 1
    assert sign_in(cast.learner).post(address, data).status_code == 403


def test_the_learner_confirms_a_record_or_says_what_was_different(cast, sign_in):
    criteria = cast.second.criteria.all()[:1]
    record = factories.make_evidence(cast.enrolment, criteria, by=cast.assessor, kind="observation")
    submission = factories.submit(record)
    page = main_of(sign_in(cast.learner).get(reverse("evidence", args=[record.uid])))
    assert "Confirm or comment" in page.get_text()
    address = reverse("record_reply", args=[submission.uid])
    assert f'href="{address}"' in sign_in(cast.learner).get(reverse("home")).text
    shown = main_of(sign_in(cast.learner).get(address)).get_text()
    assert record.place in shown
    assert record.title in shown
    refused = sign_in(cast.learner).post(address, {"agreed": "no", "language": "en"})
    assert (refused.status_code, "Say what was different." in refused.content.decode()) == (422, True)
    answer = {"agreed": "no", "comment": "It was on Monday.", "language": "en"}
    assert sign_in(cast.learner).post(address, answer).status_code == 302
    # Pressed twice it is said once; what is said otherwise, in another window, is refused.
    twice = [answer, {"agreed": "yes", "comment": "", "language": "en"}]
    assert [sign_in(cast.learner).post(address, other).status_code for other in twice] == [302, 409]
    assert f'href="{address}"' not in sign_in(cast.learner).get(reverse("home")).text
    said = main_of(sign_in(cast.assessor).get(reverse("evidence", args=[record.uid]))).get_text()
    assert "It was on Monday." in said
    call_command("verify_ledger")


def test_nobody_else_replies_and_nobody_to_their_own(cast):
    about = {"agreed": True, "comment": "", "language": "cy"}
    for person in (cast.assessor, cast.manager):
        with pytest.raises(NotYours):
            reply_to_record(by=person, submission=cast.submission, **about)
    with pytest.raises(NotYours):
        reply_to_record(by=cast.learner, submission=cast.submission, **about)
    assert not RecordReply.objects.exists()
