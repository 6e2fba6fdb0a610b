"""The assessor's first page: what waits, what came back, who is quiet, which visits are due."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.services import samples, sampling_plans
from portfolio.models import Enrolment
from portfolio.services import enrolments
from portfolio.uploads.receive import receive
from tests import factories
from tests.gates.conftest import JPEG

pytestmark = pytest.mark.django_db


def home_of(client, **wanted) -> BeautifulSoup:
    return BeautifulSoup(client.get(reverse("home"), wanted).content, "html.parser").main


def section(page, anchor: str) -> str:
    found = page.find("section", {"aria-labelledby": anchor})
    return " ".join(found.get_text().split()) if found else ""


def listed_at(client, page, name: str, wanted: dict) -> str:
    """The list to which the page leads; where nothing waits it leads to none, and the address says the same."""
    link = page.find("a", href=re.compile(f"^{reverse(name)}"))
    address = link["href"] if link else f"{reverse(name)}?{urlencode(wanted)}"
    return " ".join(BeautifulSoup(client.get(address).content, "html.parser").main.get_text().split())


@pytest.fixture
def another(cast):
    """A second learner of the assessor's, enrolled long ago."""
    learner = factories.make_member(cast.provider, "learner", "Bethan")
    enrolment = factories.make_enrolment(cast.programme, cast.manager, learner, assessor=cast.assessor)
    Enrolment.objects.update(started_on=timezone.localdate() - timedelta(days=60))
    return enrolment


def test_what_waits_is_shown_with_what_has_returned(cast, sign_in):
    factories.review(cast.submission, cast.assessor, "more_needed")
    factories.submit(cast.evidence)
    said = section(home_of(sign_in(cast.assessor)), "waiting")
    assert "Waiting for you: 1" in said
    assert "Returned after feedback: 1" in said


def test_the_page_is_narrowed_to_a_learner_a_standard_a_language(cast, sign_in, another):
    client = sign_in(cast.assessor)
    factories.submit(factories.make_evidence(another, [cast.second.criteria.first()]))
    everything = {"learner": "", "standard": "", "language": ""}
    for wanted, count in (
        ({}, 2),
        ({"learner": str(another.uid)}, 1),
        ({"standard": cast.second.urn}, 1),
        ({"language": "cy"}, 2),
        ({"language": "en"}, 0),
    ):
        page = home_of(client, **(everything | wanted))
        assert (f"Waiting for you: {count}" in section(page, "waiting")) is (count > 0)
    page = home_of(client, **(everything | {"learner": str(another.uid)}))
    assert [row.th.get_text(strip=True) for row in page.select("#learners ~ table tbody tr")] == ["Bethan"]


def test_so_is_what_waits_in_the_lists_that_it_leads_to(cast, sign_in, another):
    """The numbers on the page are those of the lists behind them, whatever is chosen."""
    piece = factories.make_evidence(another, [cast.second.criteria.first()])
    factories.enrolments.allocate(by=cast.manager, enrolment=another, user=cast.trainee, role="assessor")
    factories.review(factories.submit(piece), cast.trainee)
    factories.submit(factories.make_evidence(another, [cast.standard.criteria.first()]))
    for sample in sampling_plans.propose(by=cast.iqa, plan=factories.make_plan(cast.programme, cast.iqa)):
        factories.enrolments.allocate(
            by=cast.manager, enrolment=sample.enrolled_standard.enrolment, user=cast.iqa, role="iqa"
        )
        samples.choose(by=cast.iqa, samples=[sample])
        factories.return_sample(sample, cast.iqa)
    client = sign_in(cast.assessor)
    everything = {"learner": "", "standard": "", "language": ""}
    lists = (("queue", "Waiting for you"), ("countersigning", "Decisions to countersign"))
    lists += (("sampling", "Actions from sampling to answer"),)
    for wanted, counts in (
        ({}, (2, 2, 2)),
        ({"learner": str(another.uid)}, (1, 1, 1)),
        ({"standard": cast.second.urn}, (0, 1, 1)),
        ({"language": "cy"}, (2, 2, 2)),
        ({"language": "en"}, (0, 0, 0)),
    ):
        page = home_of(client, **(everything | wanted))
        for (name, label), count in zip(lists, counts, strict=True):
            assert (f"{label}: {count}" in section(page, "waiting")) is (count > 0)
            found = listed_at(client, page, name, wanted)
            assert (f"Found: {count}" in found) is bool(wanted or count)


def test_learners_without_activity_are_named(cast, sign_in, another):
    said = section(home_of(sign_in(cast.assessor)), "quiet")
    assert "Bethan" in said
    assert cast.learner.name not in said


def test_visits_that_are_due_are_named(cast, sign_in):
    criteria = cast.second.criteria.all()
    soon, later = (timezone.localdate() + timedelta(days=n) for n in (2, 40))
    for day, activity in ((soon, "Ymweliad cyntaf"), (later, "Ymweliad pell")):
        factories.make_assessment_plan(
            cast.enrolment, criteria, cast.assessor, planned_on=day, activity=activity
        )
    said = section(home_of(sign_in(cast.assessor)), "due")
    assert ("Ymweliad cyntaf" in said, "Ymweliad pell" in said) == (True, False)


def test_nothing_waits_in_a_portfolio_in_which_nothing_is_decided_any_more(cast, sign_in):
    factories.make_assessment_plan(
        cast.enrolment, cast.second.criteria.all(), cast.assessor, planned_on=timezone.localdate()
    )
    factories.everything_met(cast.enrolment, cast.assessor)
    factories.review(factories.submit(cast.draft), cast.trainee)
    client = sign_in(cast.assessor)
    parts = ("due", "signing", "waiting")
    open_, queue = home_of(client), reverse("queue")
    assert [bool(section(open_, part)) for part in parts] == [True, True, True]
    assert "Decisions to countersign" in section(open_, "waiting")
    for move, seen in (("suspend", True), ("withdraw", False), ("reopen", True), ("complete", False)):
        enrolments.move_enrolment(by=cast.manager, enrolment=cast.enrolment, move=move)
        page = home_of(client)
        assert [bool(section(page, part)) for part in parts] == [seen, seen, True]
        assert ("Decisions to countersign" in section(page, "waiting")) is seen
        assert (cast.learner.name in client.get(reverse("countersigning")).text) is seen
        assert (cast.learner.name in client.get(queue).text) is seen


def test_sixty_learners_cost_as_many_queries_as_two(cast, sign_in, another):
    client = sign_in(cast.assessor)
    home_of(client)
    with CaptureQueriesContext(connection) as few:
        home_of(client)
    for _ in range(20):
        learner = factories.make_member(cast.provider, "learner")
        enrolment = factories.make_enrolment(cast.programme, cast.manager, learner, assessor=cast.assessor)
        factories.submit(factories.make_evidence(enrolment, [cast.second.criteria.first()]))
        factories.make_assessment_plan(
            enrolment, cast.second.criteria.all(), cast.assessor, planned_on=timezone.localdate()
        )
    with CaptureQueriesContext(connection) as many:
        home_of(client)
    assert len(many) <= len(few) + 1


def test_no_list_or_desk_asks_the_database_more_than_fifteen_times(cast, sign_in):
    """That they ask as often for twenty times as much, a gate proves."""
    plan = factories.make_plan(cast.programme, cast.iqa)
    sample = sampling_plans.propose(by=cast.iqa, plan=plan)[0]
    photograph = receive(SimpleUploadedFile("llun.jpg", JPEG))
    piece = factories.make_evidence(cast.enrolment, cast.standard.criteria.all()[:2], files=[photograph])
    factories.review(factories.submit(piece), cast.assessor, P1="not_accepted")
    again = factories.submit(piece)
    standard = [cast.enrolled_standard.uid]
    pages = [
        ("assessor", "home", []),
        ("assessor", "queue", []),
        ("assessor", "review", [again.uid]),
        ("assessor", "countersigning", []),
        ("assessor", "portfolio", [cast.enrolment.uid]),
        ("assessor", "plans", [cast.enrolment.uid]),
        ("assessor", "enrolled_standard", standard),
        ("assessor", "criterion", [*standard, "P1"]),
        ("iqa", "home", []),
        ("iqa", "releases", []),
        ("iqa", "sampling", []),
        ("iqa", "sampling_plan", [plan.uid]),
        ("iqa", "sampling_add", [plan.uid]),
        ("iqa", "sample", [sample.uid]),
        ("eqa", "home", []),
        ("eqa", "visit", [cast.visit.uid]),
        ("eqa", "sampling_plan", [plan.uid]),
        ("manager", "programme", [cast.programme.uid]),
        ("manager", "history", [cast.enrolment.uid]),
    ]
    asked = {}
    for person, name, arguments in pages:
        client, address = sign_in(getattr(cast, person)), reverse(name, args=arguments)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        asked[f"{name} for {person}"] = len(queries)
    assert {page: often for page, often in asked.items() if often > 15} == {}
