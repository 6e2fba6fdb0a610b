"""What the pages of quality assurance show, and what their forms do."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from accounts.models import User
from assessments.models import Sample
from assessments.sampling.overview import overview
from assessments.services import samples, sampling_plans
from jobs import runner
from tests import factories
from tests.quality.test_samples import of_sign_off, waiting  # noqa: F401

pytestmark = pytest.mark.django_db
IN_ORDER = dict.fromkeys(factories.CHECKED, "yes")


@pytest.fixture
def plan(cast):
    return factories.make_plan(cast.programme, cast.iqa)


@pytest.fixture
def proposal(cast, plan):
    return sampling_plans.propose(by=cast.iqa, plan=plan)[0]


@pytest.fixture
def sample(cast, proposal):
    samples.choose(by=cast.iqa, samples=[proposal])
    return proposal


def test_a_plan_is_made_and_filled_from_its_pages(cast, sign_in):
    iqa, today = sign_in(cast.iqa), timezone.localdate()
    address = f"/en/programmes/{cast.programme.uid}/sampling-plans/new/"
    typed = {"from_on": today, "to_on": today + timedelta(days=300), "share": 15, "higher_share": 50}
    assert iqa.post(address, typed | {"share": 60}).status_code == 422
    page = iqa.post(address, typed)["Location"]
    drawing = iqa.post(f"{page}propose/")["Location"]
    assert "The system goes through the decisions." in iqa.get(drawing).content.decode()
    runner.run_waiting()
    assert iqa.get(drawing, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert "New proposals: 1" in iqa.get(drawing, follow=True).content.decode()
    another = factories.make_plan(cast.programme, cast.iqa)
    assert iqa.get(drawing.replace(str(Sample.objects.get().plan.uid), str(another.uid))).status_code == 404
    proposal = Sample.objects.get()
    assert iqa.post(page, {"move": "choose"}).status_code == 422
    ticked = f'value="{proposal.uid}" checked'
    assert ticked not in iqa.get(page).text
    switched = {"sample": [proposal.uid], "_typed": "1", "_switch": "cy"}
    assert ticked in iqa.post(page.replace("/en/", "/cy/"), switched).text
    iqa.post(page, {"move": "choose", "sample": [proposal.uid]})
    proposal.refresh_from_db()
    assert proposal.state == "chosen"


def test_the_plan_says_why_and_in_the_readers_language(cast, plan, proposal, sign_in):
    iqa = sign_in(cast.iqa)
    assert (
        "Method not sampled yet: work product" in iqa.get(f"/en/sampling-plans/{plan.uid}/").content.decode()
    )
    assert "Dull heb ei samplu eto" in iqa.get(f"/cy/sampling-plans/{plan.uid}/").content.decode()


def test_decisions_are_added_by_hand_from_a_list_that_marks_what_the_plan_has(cast, plan, sign_in):
    submission = factories.submit(factories.make_evidence(cast.enrolment, [cast.second.criteria.first()]))
    factories.review(submission, cast.assessor)
    iqa, address = sign_in(cast.iqa), f"/en/sampling-plans/{plan.uid}/add/"
    page = BeautifulSoup(iqa.get(address).content, "html.parser")
    boxes = [box["value"] for box in page.find_all("input", attrs={"name": "decided"})]
    assert len(boxes) == 2
    typed = {"decided": boxes[0], "due_on": timezone.localdate()}
    assert iqa.post(address, typed | {"decided": boxes[0] + "0"}).status_code == 422
    assert iqa.post(address, typed).status_code == 302
    assert Sample.objects.get().review == submission.reviews.get()
    page = BeautifulSoup(iqa.get(address).content, "html.parser")
    assert [box["value"] for box in page.find_all("input", attrs={"name": "decided"})] == boxes[1:]
    assert submission.evidence.reference in page.find("span", string="in the plan").parent.get_text()
    assert iqa.post(address, typed).status_code == 422


def test_the_matrix_counts_what_is_done_and_due(cast, plan, sample):
    def counted():
        [line] = overview(plan).matrix.lines
        return sum(c.done for c in line.cells), sum(c.due for c in line.cells)

    assert counted() == (0, 1)
    assert overview(plan).to_cover
    factories.return_sample(sample, cast.iqa)
    assert not overview(plan).to_cover
    # The action is open: done it is once that is closed.
    assert counted() == (0, 1)
    Sample.objects.update(state="closed")
    assert counted() == (1, 0)


def test_the_matrix_says_what_is_overdue(cast, plan, sample):
    Sample.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    [line] = overview(plan).matrix.lines
    assert [cell.due for cell in line.cells if cell.overdue] == [1]


def test_what_is_decided_and_not_sampled_stands_out(cast, plan):
    [line] = overview(plan).matrix.lines
    assert line.is_bare


def test_a_standard_of_which_the_plan_has_nothing_stands_beside_those_it_samples(cast, plan, sample):
    submission = factories.submit(factories.make_evidence(cast.enrolment, [cast.second.criteria.first()]))
    factories.review(submission, cast.assessor)
    lines = {line.urn: line.is_bare for line in overview(plan).matrix.lines}
    assert lines == {sample.enrolled_standard.standard.urn: False, cast.second.urn: True}
    assert overview(plan).to_cover.standards == sorted(lines)
    factories.return_sample(sample, cast.iqa)
    assert overview(plan).to_cover.standards == [cast.second.urn]


def test_it_warns_when_nobody_who_reads_welsh_samples_welsh_evidence(cast, plan):
    User.objects.filter(pk=cast.iqa.pk).update(language="cy")
    assert overview(plan).welsh_unread
    factories.make_competent(cast.iqa, cast.provider, "welsh")
    assert not overview(plan).welsh_unread


def test_the_sampling_screen_shows_evidence_decisions_and_feedback(cast, sample, sign_in):
    page = sign_in(cast.iqa).get(f"/en/samples/{sample.uid}/").content.decode()
    for shown in ("Ysgrifennais at y cwsmer.", "Da iawn.", "Accepted, more needed", "Check list"):
        assert shown in page


def test_a_sample_is_agreed_on_its_page(cast, sample, sign_in):
    iqa, address = sign_in(cast.iqa), f"/en/samples/{sample.uid}/"
    typed = {"outcome": "agree", "language": "cy", "comment": "Da."}
    assert iqa.post(address, typed).status_code == 422
    assert iqa.post(address, typed | IN_ORDER | {"records": "no"}).status_code == 422
    assert iqa.post(address, typed | IN_ORDER).status_code == 302
    sample.refresh_from_db()
    assert sample.state == "agreed"


def test_an_action_travels_to_the_assessor_and_back(cast, sample, sign_in):
    iqa, assessor, address = sign_in(cast.iqa), sign_in(cast.assessor), f"/en/samples/{sample.uid}/"
    returned = {"outcome": "return", "language": "cy", "action": "Ailasesu.", **IN_ORDER}
    assert iqa.post(address, returned).status_code == 422
    assert iqa.post(address, returned | {"due_on": timezone.localdate()}).status_code == 302
    assert address in assessor.get("/en/sampling/").content.decode()
    waits = iqa.get("/en/sampling/").text.partition('id="returned"')[2].partition("</section>")[0]
    assert (address in waits, "overdue" in waits) == (True, False)
    Sample.objects.filter(pk=sample.pk).update(action_due_on=timezone.localdate() - timedelta(days=1))
    assert all('<span class="tag">overdue</span>' in who.get("/en/sampling/").text for who in (iqa, assessor))
    Sample.objects.filter(pk=sample.pk).update(action_due_on=timezone.localdate())
    assert "Ailasesu." in assessor.get(address).text.split("What is to be done")[1].split("Decisions and")[0]
    assert assessor.post(address, {"text": "", "language": "cy"}).status_code == 422
    assert assessor.post(address, {"text": "Gwnaed.", "language": "cy"}).status_code == 302
    answered = iqa.get("/en/sampling/").text
    assert address in answered
    assert 'id="returned"' not in answered
    assert iqa.post(f"{address}close/").status_code == 302
    sample.refresh_from_db()
    assert sample.state == "closed"
    history = iqa.get(f"/en/portfolios/{sample.enrolled_standard.enrolment.uid}/history/").text
    assert f"{sample.review.submission.evidence.reference}, round 1. Closed." in history
    for page in (history, iqa.get(f"/en/samples/{sample.uid}/").text):
        assert f"Asked for by: {cast.iqa.name}" in page


def test_feedback_of_a_megabyte_is_refused(cast, sample, sign_in):
    typed = {"outcome": "agree", "language": "cy", "comment": "a" * 1_000_000, **IN_ORDER}
    assert sign_in(cast.iqa).post(f"/en/samples/{sample.uid}/", typed).status_code == 422
    sample.refresh_from_db()
    assert sample.state == "chosen"


def test_standards_are_released_in_a_batch_but_for_those_with_an_open_sample(
    cast,
    waiting,  # noqa: F811
    of_sign_off,  # noqa: F811
    sign_in,
):
    iqa = sign_in(cast.iqa)
    samples.choose(by=cast.iqa, samples=[of_sign_off])
    held_up = iqa.get("/en/releases/").text
    for said in ("A sample or an action is still open here.", f"/en/samples/{of_sign_off.uid}/"):
        assert said in held_up
    assert iqa.post("/en/releases/", {"standard": [waiting.uid]}).status_code == 422
    samples.agree(by=cast.iqa, sample=of_sign_off, checks=factories.CHECKED, comment="", language="cy")
    switched = iqa.post("/cy/releases/", {"standard": [waiting.uid], "_typed": "1", "_switch": "cy"})
    assert f'value="{waiting.uid}" checked' in switched.text
    asked = iqa.post("/en/releases/", {"standard": [waiting.uid]})
    summary = BeautifulSoup(asked.content, "html.parser").select_one("#main-form")
    waiting.refresh_from_db()
    assert waiting.state == "acknowledged"
    for said in (waiting.enrolment.learner.name, waiting.standard.urn, "You are about to release: 1"):
        assert said in summary.get_text()
    typed = {field["name"]: field["value"] for field in summary.find_all("input")}
    assert iqa.post("/en/releases/", typed).status_code == 302
    waiting.refresh_from_db()
    assert waiting.state == "released"


def test_a_visitor_sees_registration_people_plans_and_qualifications(cast, plan, sign_in):
    page = sign_in(cast.eqa).get(f"/en/visits/{cast.visit.uid}/").content.decode()
    for shown in ("ABC1234", "Assessor: Assessor", str(plan.uid), "Qualified internal quality assurer"):
        assert shown in page


def test_a_manager_invites_from_the_programmes_page(cast, sign_in):
    another, today = factories.make_member(cast.provider, "eqa"), timezone.localdate()
    typed = {"user": another.pk, "period_from": today, "period_to": today, "last_day": today}
    address = f"/en/programmes/{cast.programme.uid}/visits/"
    manager = sign_in(cast.manager)
    past = {"last_day": today - timedelta(days=1)}
    assert manager.post(address, typed | past).status_code == 422
    assert manager.post(address, typed).status_code == 302
    assert cast.programme.title in sign_in(another).get("/en/").content.decode()
