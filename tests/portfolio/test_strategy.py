"""The rules of the assessment strategy: what they hold back, why, and that a provider may only tighten them."""

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.refusals import Invalid, NotYours
from assessments.services.sign_offs import declare_competent
from portfolio.models import EnrolledStandard, Mapping, TighterRule
from portfolio.progress import mappings_of, states
from portfolio.services.strategy import take_back, tighten, touched
from portfolio.strategy import reasons, rules_of, warning
from portfolio.uploads.receive import receive
from tests import factories
from tests.gates.conftest import JPEG

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(cast):
    return cast.second.criteria.first()


def set_rule(cast, kind: str = "performance", criterion=None, **rule):
    usual = {"pieces": 1, "methods": [], "simulation": kind == "knowledge"}
    about = {"provider": cast.provider, "standard": cast.second, "kind": kind, "criterion": criterion}
    return tighten(by=cast.manager, rule=TighterRule(**(about | usual | rule)))


def judged(cast, criteria, outcome: str = "met", **fields):
    return factories.review(
        factories.submit(factories.make_evidence(cast.enrolment, criteria, **fields)), cast.assessor, outcome
    )


def state_of(cast, criterion) -> str:
    return states([criterion], mappings_of(cast.enrolment))[criterion.pk]


def why(cast, criterion) -> list[str]:
    mappings = list(mappings_of(cast.enrolment))
    rule_of = rules_of(cast.provider, [cast.second.pk])
    return reasons([criterion], mappings, states([criterion], mappings), rule_of).get(criterion.pk, [])


def met_count(cast) -> int:
    return cast.enrolment.enrolled_standards.get(standard=cast.second).met_count


def verified() -> None:
    call_command("verify_ledger")


def test_a_second_piece_is_wanted_and_then_counts(cast, first):
    set_rule(cast, pieces=2)
    judged(cast, [first])
    assert (state_of(cast, first), met_count(cast)) == ("more_needed", 0)
    assert why(cast, first) == ["Accepted pieces that count: 1 of 2."]
    verified()
    judged(cast, [first], "more_needed")
    assert (state_of(cast, first), met_count(cast)) == ("met", 1)
    assert why(cast, first) == []
    verified()


def test_an_accepted_piece_that_is_mapped_otherwise_counts_no_longer(cast, first):
    set_rule(cast, criterion=first, pieces=2)
    piece = judged(cast, [first], "more_needed").submission.evidence
    judged(cast, [first])
    assert (state_of(cast, first), met_count(cast)) == ("met", 1)
    piece.refresh_from_db()
    piece = factories.map_to(piece, [cast.standard.criteria.first()])
    assert (state_of(cast, first), met_count(cast)) == ("more_needed", 0)
    verified()
    factories.map_to(piece, [first])
    assert (state_of(cast, first), met_count(cast)) == ("met", 1)
    verified()


def test_one_piece_has_to_be_of_the_kind_that_is_asked_for(cast, first):
    set_rule(cast, criterion=first, methods=["observation"])
    judged(cast, [first])
    assert why(cast, first) == ["At least one of them is: observation record."]
    judged(cast, [first], kind="observation")
    assert state_of(cast, first) == "met"
    verified()


def test_simulation_counts_for_knowledge_and_not_for_performance(cast, first):
    item = cast.second.criteria.filter(kind="knowledge").first()
    judged(cast, [first, item], kind="simulation")
    assert (state_of(cast, first), state_of(cast, item)) == ("more_needed", "met")
    assert why(cast, first) == ["Accepted pieces that count: 0 of 1.", "Simulation does not count."]


def test_a_rule_holds_at_once_but_undoes_nothing_that_was_declared(cast):
    factories.everything_met(cast.enrolment, cast.assessor)
    row = cast.enrolled_standard
    row.refresh_from_db()
    declare_competent(by=cast.assessor, enrolled_standard=row)
    second = cast.enrolment.enrolled_standards.get(standard=cast.second)
    for standard in (cast.standard, cast.second):
        set_rule(cast, standard=standard, pieces=2)
    row.refresh_from_db()
    assert row.met_count == row.total_count
    assert second.total_count - EnrolledStandard.objects.get(pk=second.pk).met_count == 3
    verified()


@pytest.mark.database
def test_a_rule_costs_as_many_queries_for_four_learners_as_for_one(cast, first):
    def queries(**rule) -> int:
        with CaptureQueriesContext(connection) as asked:
            set_rule(cast, criterion=first, **rule)
        return len(asked)

    judged(cast, [first])
    alone = queries(pieces=2)
    take_back(by=cast.manager, rule=TighterRule.objects.get())
    for _ in range(3):
        learner = factories.make_member(cast.provider, "learner")
        enrolment = factories.make_enrolment(cast.programme, cast.manager, learner, assessor=cast.assessor)
        factories.review(factories.submit(factories.make_evidence(enrolment, [first])), cast.assessor)
    rows = EnrolledStandard.objects.filter(standard=cast.second)
    assert set(rows.values_list("met_count", flat=True)) == {1}
    assert queries(pieces=2) == alone
    assert set(rows.values_list("met_count", flat=True)) == {0}
    assert Mapping.objects.filter(held_back=True).count() == 4
    verified()


def test_what_is_held_back_wrongly_is_found(cast, first, capsys):
    judged(cast, [first])
    Mapping.objects.filter(standing="met").update(held_back=True)
    with pytest.raises(SystemExit):
        verified()
    assert "the rules of the strategy say otherwise" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"simulation": True}, "does not let simulation count"),
        ({"methods": ["gossip"]}, "does not exist"),
    ],
)
def test_a_rule_is_never_loosened(cast, rule, said):
    with pytest.raises(Invalid, match=said):
        set_rule(cast, **rule)


def test_a_criterion_is_never_below_its_kind(cast, first):
    set_rule(cast, pieces=2)
    with pytest.raises(Invalid, match="more pieces than that: 2"):
        set_rule(cast, criterion=first)
    set_rule(cast, criterion=first, pieces=3)
    assert rules_of(cast.provider, [cast.second.pk])(first).pieces == 3


def test_no_rule_asks_for_a_simulation_alone_where_it_does_not_count(cast, first):
    item = cast.second.criteria.filter(kind="knowledge").first()
    for about in ({"criterion": first}, {}, {"kind": "knowledge", "simulation": False}):
        with pytest.raises(Invalid, match="Nobody could meet this"):
            set_rule(cast, methods=["simulation"], **about)
        set_rule(cast, methods=["simulation", "observation"], **about)
    set_rule(cast, "knowledge", pieces=1)
    set_rule(cast, "knowledge", item, methods=["simulation"])
    with pytest.raises(Invalid, match=f"would not count any more: {item.reference}"):
        set_rule(cast, "knowledge", simulation=False)
    set_rule(cast, "knowledge", pieces=2)


def test_the_page_of_a_rule_nobody_could_meet_keeps_what_was_chosen(cast, sign_in):
    client = sign_in(cast.manager)
    about = [cast.programme.uid, cast.second.urn, cast.second.edition]
    page = client.get(reverse("strategy_rule", args=[*about, "performance"]))
    assert not BeautifulSoup(page.content, "html.parser").select("[name=methods][value=simulation]")
    address = reverse("strategy_rule", args=[*about, "knowledge"])
    refused = client.post(address, {"pieces": 3, "methods": ["simulation"]})
    page = BeautifulSoup(refused.content, "html.parser")
    assert (refused.status_code, page.select_one("[name=pieces]")["value"]) == (422, "3")
    assert [box["value"] for box in page.select("[name=methods][checked]")] == ["simulation"]
    assert "Nobody could meet this" in page.get_text()
    assert (
        client.post(address, {"pieces": 3, "methods": ["simulation"], "simulation": "on"}).status_code == 302
    )


def test_only_a_manager_of_the_provider_sets_rules(cast):
    rule = TighterRule(provider=cast.provider, standard=cast.standard, kind="knowledge", pieces=2)
    for person in (cast.assessor, cast.outsiders[0]):
        with pytest.raises(NotYours):
            tighten(by=person, rule=rule)
        with pytest.raises(NotYours):
            touched(by=person, rule=rule)


def test_words_about_work_deserve_a_second_look(cast, first):
    assert "Real work" in warning(first, {"reflection", "testimony"})
    assert warning(first, {"reflection", "observation"}) == ""
    assert warning(cast.standard.criteria.last(), {"reflection"}) == ""


def test_knowledge_behind_a_bare_picture_wants_a_reason(cast):
    item = cast.second.criteria.filter(kind="knowledge").first()
    picture = receive(SimpleUploadedFile("llun.jpg", JPEG))
    submission = factories.submit(factories.make_evidence(cast.enrolment, [item], files=[picture], text=""))
    with pytest.raises(Invalid, match=f"how the work shows the knowledge: {item.reference}"):
        factories.review(submission, cast.assessor)
    factories.review(submission, cast.assessor, shown="The labels on the shelf are hers.")
    assert state_of(cast, item) == "met"


def test_the_page_says_the_rules_and_refuses_to_loosen_them(cast, sign_in):
    client = sign_in(cast.manager)
    page = BeautifulSoup(client.get(reverse("strategy", args=[cast.programme.uid])).content, "html.parser")
    assert "Simulation does not count." in page.main.get_text()
    address = reverse(
        "strategy_rule", args=[cast.programme.uid, cast.standard.urn, cast.standard.edition, "performance"]
    )
    assert "Simulation counts" not in client.get(address).text
    refused = client.post(address, {"pieces": 0})
    assert refused.status_code == 422
    assert client.post(address, {"pieces": 2}).status_code == 302
    page = BeautifulSoup(client.get(reverse("strategy", args=[cast.programme.uid])).content, "html.parser")
    assert "At least 2 accepted pieces of evidence." in page.main.get_text()


def test_what_a_rule_takes_back_is_said_before_it_is_set_and_comes_back_with_it(cast, first, sign_in):
    item = cast.second.criteria.filter(kind="knowledge").first()
    judged(cast, [first, item], kind="observation")
    client = sign_in(cast.manager)
    address = reverse(
        "strategy_rule", args=[cast.programme.uid, cast.second.urn, cast.second.edition, "performance"]
    )
    assert "Take the rule back" not in client.get(address).text
    typed = {"pieces": 2, "methods": ["observation"]}
    asked = BeautifulSoup(client.post(address, typed).content, "html.parser").select_one("#main-form")
    for said in ("Criteria that are met today and would not be: 1", "Learners: 1"):
        assert said in " ".join(asked.get_text().split())
    assert (state_of(cast, first), state_of(cast, item)) == ("met", "met")
    typed = {field["name"]: field["value"] for field in asked.find_all("input") if field["name"] != "_typed"}
    assert client.post(address, typed).status_code == 302
    assert (state_of(cast, first), state_of(cast, item)) == ("more_needed", "met")
    assert "Take the rule back" in client.get(address).text
    assert client.post(address, {"take-back": "on"}).status_code == 302
    assert state_of(cast, first) == "met"
    verified()
