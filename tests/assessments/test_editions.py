"""A learner moves to a later edition; what was judged before is confirmed there, never counted silently."""

import json
from types import SimpleNamespace
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Notice
from accounts.refusals import Invalid, NotYours, Stale, WrongState
from assessments.models import Confirmation
from assessments.reports.build import completion_report
from assessments.reports.pack_check import faults_of
from assessments.reports.texts import Both, Issue
from assessments.services import appeals, editions, sign_offs
from portfolio.models import Mapping
from portfolio.progress import mappings_of, states
from standards.editions import compare, supersede
from standards.models import Criterion
from tests import factories
from tests.reports.issuing import bytes_of, issue

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def two(cast) -> SimpleNamespace:
    """P1 kept its text, P2 was reworded, P3 is gone, P4 is new; all of the old were judged met."""
    cast.old = factories.make_standard(performance=3, knowledge=0)
    cast.new = factories.make_standard(performance=3, knowledge=0)
    rewritten = [
        ("1", "criterion 1 performance"),
        ("2", "criterion 2 performance again"),
        ("3", "wholly another thing"),
    ]
    for number, text in rewritten:
        texts = {"text_en": text, "text_cy": text.replace("criterion", "maen prawf")}
        Criterion.objects.filter(standard=cast.new, number=number).update(**texts)
    Criterion.objects.filter(standard=cast.old, number="3").update(
        text_en="something else", text_cy="rhywbeth"
    )
    supersede(by=cast.manager, standard=cast.old, successor=cast.new)
    programme = factories.make_programme(cast.provider, cast.manager, [cast.old])
    cast.enrolment = factories.make_enrolment(
        programme, cast.manager, cast.learner, assessor=cast.assessor, iqa=cast.iqa
    )
    factories.enrolments.allocate(
        by=cast.manager, enrolment=cast.enrolment, user=cast.trainee, role="assessor"
    )
    cast.row = cast.enrolment.enrolled_standards.get()
    cast.piece = factories.make_evidence(cast.enrolment, cast.old.criteria.all())
    return cast


def changed_pair(two) -> str:
    return next(pair.key for pair in compare(two.old, two.new) if pair.is_whole and not pair.is_same)


def move(two, *, by=None, carried=None, to=None):
    carried = [changed_pair(two)] if carried is None else carried
    return editions.move(
        by=by or two.manager, enrolled_standard=two.row, to=to or str(two.new), carried=carried
    )


def state_of(two, reference: str) -> str:
    criterion = two.new.criteria.get(kind="performance", number=reference[1:])
    return states([criterion], mappings_of(two.enrolment))[criterion.pk]


def waiting(two) -> list[int]:
    return list(Mapping.objects.open().filter(to_confirm=True).order_by("pk").values_list("pk", flat=True))


def test_what_was_judged_waits_to_be_confirmed_and_counts_for_nothing(two):
    factories.review(factories.submit(two.piece), two.assessor)
    new = move(two)
    two.row.refresh_from_db()
    assert (two.row.state, two.row.met_count, new.moved_from) == ("moved", 3, two.row)
    assert [state_of(two, p) for p in ("P1", "P2", "P3")] == ["carried", "carried", "not_started"]
    assert new.met_count == 0
    call_command("verify_ledger")


def test_learner_and_assessors_hear_of_it(two):
    new = move(two)
    told = Notice.objects.filter(kind="moved", arguments=[str(new.uid)])
    assert {notice.user for notice in told} == {two.learner, two.assessor, two.trainee}


def test_an_assessor_confirms_several_in_one_act(two):
    factories.review(factories.submit(two.piece), two.assessor)
    new = move(two)
    confirmed = editions.confirm(by=two.assessor, enrolled_standard=new, mappings=waiting(two))
    new.refresh_from_db()
    assert [row.criterion.reference for row in confirmed] == ["P1", "P2"]
    assert [row.judgement.criterion.standard for row in confirmed] == [two.old, two.old]
    assert new.met_count == 2
    assert not waiting(two)
    call_command("verify_ledger")


def test_a_pack_tells_who_confirmed_what(two, tmp_path):
    factories.review(factories.submit(two.piece), two.assessor)
    row = move(two)
    editions.confirm(by=two.assessor, enrolled_standard=row, mappings=waiting(two))
    path = tmp_path / "pack.zip"
    path.write_bytes(bytes_of(issue(two, "pack", form="cy")))
    with ZipFile(path) as pack:
        made = json.loads(pack.read("manifest.json"))
    first, _second = made["confirmations"]
    review = two.piece.submissions.get().reviews.get()
    assert first["facts"]["review"] == str(review.uid)
    keys = [standard.criteria.get(number="1").key for standard in (two.old, two.new)]
    assert [first["facts"]["judged"], first["facts"]["criterion"]] == keys
    assert {"uid": first["facts"]["by"], "name": two.assessor.name} in made["people"]
    assert list(faults_of(path)) == []


def test_a_pair_that_nobody_confirmed_is_not_carried(two):
    factories.review(factories.submit(two.piece), two.assessor)
    move(two, carried=[])
    assert [state_of(two, p) for p in ("P1", "P2")] == ["carried", "not_started"]


def test_what_was_never_judged_is_carried_as_it_is(two):
    move(two)
    assert [state_of(two, p) for p in ("P1", "P2")] == ["mapped", "mapped"]
    assert not waiting(two)
    # The next round is about the new edition only.
    assert factories.submit(two.piece).manifest["criteria"] == [c.key for c in two.new.criteria.all()[:2]]


def test_a_new_judgement_takes_the_place_of_the_old_one(two):
    factories.review(factories.submit(two.piece), two.assessor)
    new = move(two)
    two.piece.refresh_from_db()
    factories.review(factories.submit(two.piece), two.assessor, "more_needed", P1="met")
    new.refresh_from_db()
    assert (new.met_count, waiting(two)) == (1, [])
    call_command("verify_ledger")


def test_what_was_confirmed_is_asked_for_again_when_it_changed(two):
    factories.review(factories.submit(two.piece), two.assessor)
    new = move(two)
    editions.confirm(by=two.assessor, enrolled_standard=new, mappings=waiting(two))
    two.piece.refresh_from_db()
    with pytest.raises(Invalid):
        factories.submit(two.piece)
    factories.evidence_services.save(
        by=two.learner, evidence=two.piece, version=two.piece.version, text="Arall."
    )
    assert len(factories.rounds.asked_for(factories.submit(two.piece))) == 2


def test_moved_twice_it_still_waits(two):
    factories.review(factories.submit(two.piece), two.assessor)
    two.row, two.old = move(two), two.new
    two.new = factories.make_standard(performance=1, knowledge=0)
    texts = {"text_cy": "maen prawf 1 performance", "text_en": "criterion 1 performance"}
    two.new.criteria.update(**texts)
    supersede(by=two.manager, standard=two.old, successor=two.new)
    latest = move(two, carried=[])
    assert state_of(two, "P1") == "carried"
    [confirmed] = editions.confirm(by=two.assessor, enrolled_standard=latest, mappings=waiting(two))
    assert confirmed.judgement.criterion.standard.urn not in (two.old.urn, two.new.urn)
    latest.refresh_from_db()
    assert latest.met_count == 1
    call_command("verify_ledger")


def test_the_report_shows_the_later_edition_and_says_so(two):
    locators = dict.fromkeys(two.old.criteria.values_list("pk", flat=True), "p. 3")
    two.piece = factories.evidence_services.map_criteria(
        by=two.learner, evidence=two.piece, version=two.piece.version, locators=locators
    )
    factories.review(factories.submit(two.piece), two.assessor)
    new = move(two)
    editions.confirm(by=two.assessor, enrolled_standard=new, mappings=waiting(two)[:1])
    issue = Issue(title="", provider=Both(), issued_at=timezone.now(), code="AAAA")
    [part] = completion_report(two.enrolment, issue).standards
    assert (part.urn, part.moved_from) == (two.new.urn, (two.old.urn, two.old.edition))
    assert [line.state for line in part.performance] == ["met", "carried", "not_started"]
    assert [line.assessor for line in part.performance] == ["Assessor", "", ""]
    assert part.performance[0].evidence[0].locator == "p. 3"


class TestRefusals:
    @pytest.mark.parametrize("person", ["learner", "assessor", "iqa"])
    def test_only_managers_move(self, two, person):
        with pytest.raises(NotYours):
            move(two, by=getattr(two, person))
        move(two)

    def test_nothing_is_moved_without_a_later_edition(self, two):
        supersede(by=two.manager, standard=two.old, successor=None)
        with pytest.raises(WrongState):
            move(two)

    def test_another_later_edition_than_shown_is_stale(self, two):
        with pytest.raises(Stale):
            move(two, to="INSCS016 (1999)")

    def test_while_evidence_waits_for_a_decision(self, two):
        submission = factories.submit(two.piece)
        with pytest.raises(WrongState):
            move(two)
        factories.review(submission, two.assessor)
        move(two)

    def test_while_an_appeal_is_open(self, two):
        review = factories.review(factories.submit(two.piece), two.assessor)
        appeal = appeals.open_appeal(by=two.learner, review=review, text="Na.", language="cy")
        with pytest.raises(WrongState):
            move(two)
        appeals.end(by=two.learner, appeal=appeal)
        move(two)

    def test_what_was_released_stays(self, two):
        factories.review(factories.submit(two.piece), two.assessor)
        two.row.refresh_from_db()
        for act, person in (
            (sign_offs.declare_competent, two.assessor),
            (sign_offs.acknowledge, two.learner),
            (sign_offs.release, two.iqa),
        ):
            act(by=person, enrolled_standard=two.row)
        with pytest.raises(WrongState):
            move(two)

    def test_twice(self, two):
        move(two)
        with pytest.raises(WrongState):
            move(two)

    @pytest.mark.parametrize("person", ["learner", "manager", "iqa", "trainee"])
    def test_only_a_qualified_assessor_confirms(self, two, person):
        factories.review(factories.submit(two.piece), two.assessor)
        new = move(two)
        with pytest.raises(NotYours):
            editions.confirm(by=getattr(two, person), enrolled_standard=new, mappings=waiting(two))
        assert editions.confirm(by=two.assessor, enrolled_standard=new, mappings=waiting(two))

    def test_nothing_is_confirmed_twice_or_of_another_portfolio(self, two):
        factories.review(factories.submit(two.piece), two.assessor)
        new, chosen = move(two), waiting(two)
        editions.confirm(by=two.assessor, enrolled_standard=new, mappings=chosen)
        with pytest.raises(Stale):
            editions.confirm(by=two.assessor, enrolled_standard=new, mappings=chosen)
        with pytest.raises(Invalid):
            editions.confirm(by=two.assessor, enrolled_standard=new, mappings=[])
        assert Confirmation.objects.count() == 2
