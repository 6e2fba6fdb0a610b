"""A manager's pages: what ends something asks first, and a working translation is called one."""

from importlib import import_module

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.core.management import call_command
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from zeal import zeal_ignore

from accounts.services import end_membership
from portfolio.models import EnrolledStandard
from portfolio.parts import allocated
from portfolio.services import enrolments
from tests import factories
from tests.assessments.test_verify_ledger import verify


@pytest.mark.parametrize(("move", "state"), [("complete", "completed"), ("withdraw", "withdrawn")])
def test_what_ends_a_portfolio_asks_first(cast, sign_in, move, state):
    client, url = sign_in(cast.manager), reverse("enrolment_move", args=[cast.enrolment.uid])
    asked = client.post(url, {"move": move})
    assert f"You are about to {move} this enrolment" in asked.text
    switched = client.post(
        url.replace("/en/", "/cy/"), {"move": move, "confirmed": "on", "_typed": "1", "_switch": "cy"}
    )
    assert "Rydych ar fin" in switched.text
    cast.enrolment.refresh_from_db()
    assert cast.enrolment.state == "active"
    client.post(url, {"move": move, "confirmed": "on"})
    cast.enrolment.refresh_from_db()
    assert cast.enrolment.state == state
    assert client.post(url, {"move": move}).status_code == 409


def test_what_can_be_taken_up_again_does_not_ask(cast, sign_in):
    sign_in(cast.manager).post(reverse("enrolment_move", args=[cast.enrolment.uid]), {"move": "suspend"})
    cast.enrolment.refresh_from_db()
    assert cast.enrolment.state == "suspended"


def test_the_end_of_an_allocation_asks_first(cast, sign_in):
    client, url = sign_in(cast.manager), reverse("allocation_end", args=[cast.allocation.uid])
    asked = client.post(url).text
    assert "You are about to end an allocation" in asked
    assert cast.allocation.user.name in asked
    cast.allocation.refresh_from_db()
    assert cast.allocation.to_at is None
    client.post(url, {"confirmed": "on"})
    cast.allocation.refresh_from_db()
    assert cast.allocation.to_at


def test_somebody_hands_their_learners_over_in_one_step(cast, sign_in):
    learner = factories.make_member(cast.provider, "learner")
    another = factories.make_enrolment(cast.programme, cast.manager, learner, assessor=cast.assessor)
    successor = factories.make_member(cast.provider, "assessor", qualified=False)
    member = cast.assessor.memberships.get(provider=cast.provider)
    client, address = sign_in(cast.manager), reverse("hand_over", args=[member.uid])
    page = BeautifulSoup(client.get(address).content, "html.parser")
    boxes = [box["value"] for box in page.select("[name=allocations][checked]")]
    assert len(boxes) == 2
    stranger = factories.make_member(cast.other_provider, "assessor")
    for refused in ({"to": stranger.pk}, {"to": cast.assessor.pk}, {"to": cast.iqa.pk}, {}):
        assert client.post(address, {"allocations": boxes} | refused).status_code == 422
    assert set(allocated(cast.assessor)["assessor"]) == {cast.enrolment.pk, another.pk}
    # Each is an act of its own, with its row in the ledger and its notice.
    with zeal_ignore():
        done = client.post(address, {"allocations": boxes, "to": successor.pk}, follow=True).text
    assert f"Handed over to {successor.name}: 2" in done
    assert "Allocate a countersigning assessor who does." in done
    assert set(allocated(successor)["assessor"]) == {cast.enrolment.pk, another.pk}
    assert not allocated(cast.assessor)["assessor"]
    assert successor.notices.filter(kind="allocated").count() == 2
    call_command("verify_ledger")
    assert "Nobody to hand over" in client.get(address).text


def test_whoever_cannot_decide_alone_is_allocated_with_a_warning(cast, sign_in):
    client, learner = sign_in(cast.manager), factories.make_member(cast.provider, "learner")
    enrolment = factories.make_enrolment(cast.programme, cast.manager, learner)

    def allocate(person, role: str) -> str:
        typed = {"who": f"{role}:{person.uid}"}
        return client.post(reverse("allocate", args=[enrolment.uid]), typed, follow=True).text

    assert "Allocate a countersigning assessor who does." in allocate(cast.trainee, "assessor")
    assert "so they cannot countersign there" in allocate(cast.trainee, "countersigner")
    assert cast.second.urn in allocate(cast.trainee, "countersigner")
    assert "countersign there" not in allocate(cast.assessor, "countersigner")
    assert "Allocate a countersigning assessor who does." not in allocate(cast.other_assessor, "assessor")


def test_so_does_whoever_reads_a_standard(cast, sign_in):
    url = reverse("standard", args=[cast.standard.urn, cast.standard.edition])
    client = sign_in(cast.manager)
    assert "working translation</span></h1>" in client.get(url).text
    assert "answyddogol</span></h1>" not in client.get(url.replace("/en/", "/cy/")).text


def test_where_there_is_nobody_to_enrol_it_says_why(cast, sign_in):
    client, url = sign_in(cast.manager), reverse("enrol", args=[cast.programme.uid])
    empty = client.get(url).text
    assert "There is nobody to enrol" in empty
    assert reverse("invite", args=[cast.provider.uid]) in empty
    factories.make_member(cast.provider, "learner")
    assert "There is nobody to enrol" not in client.get(url).text


@pytest.mark.parametrize(("page", "about"), [("enrol", "programme"), ("programme_new", "provider")])
def test_whoever_chooses_standards_reads_which_title_is_a_working_translation(cast, sign_in, page, about):
    factories.make_member(cast.provider, "learner")
    url = reverse(page, args=[getattr(cast, about).uid])
    client = sign_in(cast.manager)
    assert "(working translation)" in client.get(url).text
    assert "(cyfieithiad answyddogol)" not in client.get(url.replace("/en/", "/cy/")).text


def test_whom_the_end_of_a_role_leaves_alone_stands_on_the_managers_home(cast, sign_in):
    """With the role the allocations end, and nobody is said to see what is submitted then."""
    home, manager, learner = reverse("home"), sign_in(cast.manager), sign_in(cast.learner)
    piece = reverse("evidence", args=[cast.submission.evidence.uid])
    assert 'id="alone"' not in manager.get(home).text
    assert "It waits for the assessor." in learner.get(piece).text
    for person in (cast.assessor, cast.trainee, cast.other_assessor):
        for membership in cast.provider.memberships.current().filter(user=person, role="assessor"):
            end_membership(by=cast.manager, membership=membership)

    assert {a.role for a in cast.enrolment.allocations.current()} == {"iqa"}
    alone = manager.get(home).text.partition('id="alone"')[2].partition("</section>")[0]
    assert "Learners without an assessor or an internal quality assurer: 1" in alone
    assert "no assessor" in alone
    details = reverse("enrolment", args=[cast.enrolment.uid])
    assert f"{details}#allocated" in alone
    assert "There is no assessor at present." in manager.get(details).text
    assert "It waits until an assessor is allocated." in learner.get(piece).text

    again = factories.make_member(cast.provider, "assessor")
    factories.enrolments.allocate(by=cast.manager, enrolment=cast.enrolment, user=again, role="assessor")
    assert 'id="alone"' not in manager.get(home).text
    assert "There is no assessor at present." not in manager.get(details).text


def test_submitting_says_when_nobody_is_there_to_assess(cast, sign_in):
    enrolment = factories.make_enrolment(
        cast.programme, cast.manager, factories.make_member(cast.provider, "learner")
    )
    client = sign_in(enrolment.learner)

    def submit() -> str:
        piece = factories.make_evidence(enrolment, cast.standard.criteria.all()[:1])
        typed = {"version": piece.version, "declared": "on"}
        return client.post(reverse("evidence_submit", args=[piece.uid]), typed, follow=True).text

    assert "it waits until the training provider allocates one" in submit()
    factories.enrolments.allocate(by=cast.manager, enrolment=enrolment, user=cast.assessor, role="assessor")
    assert "The assessor sees it as it stands now." in submit()


def test_a_manager_sees_on_the_first_page_how_a_programme_goes(cast, sign_in):
    learner = factories.make_member(cast.provider, "learner")
    left = factories.make_enrolment(cast.programme, cast.manager, learner)
    factories.submit(factories.make_evidence(left, cast.standard.criteria.all()[:1]))
    enrolments.move_enrolment(by=cast.manager, enrolment=left, move="withdraw")
    rows = EnrolledStandard.objects.filter(pk=cast.enrolled_standard.pk)
    rows.update(state="released", met_count=F("total_count"))
    client = sign_in(cast.manager)
    for page in (reverse("home"), reverse("programmes", args=[cast.provider.uid])):
        cards = BeautifulSoup(client.get(page).content, "html.parser").select("main .card")
        [card] = [
            card for card in cards if card.find("a", href=reverse("programme", args=[cast.programme.uid]))
        ]
        assert [line.get_text() for line in card.select("li")] == [
            "Learners: 2, active: 1",
            "Evidence that waits for an assessor: 1",
            "Standards released for claiming: 1",
        ]


def test_decisions_that_nobody_can_countersign_stand_on_the_managers_home(cast, sign_in):
    """The trainee decided; of the others who are allocated, one is not qualified, and one for another standard."""
    manager, home = sign_in(cast.manager), reverse("home")
    assert 'id="uncountersigned"' not in manager.get(home).text
    end_membership(by=cast.manager, membership=cast.provider.memberships.get(user=cast.assessor))
    untrained = factories.make_member(cast.provider, "assessor", qualified=False)
    for person in (untrained, cast.other_assessor):
        held = {"user": person, "role": "countersigner"}
        factories.enrolments.allocate(by=cast.manager, enrolment=cast.enrolment, **held)
    cast.other_assessor.competences.update(urn="SFJ1")
    page = manager.get(home).text.partition('id="uncountersigned"')[2].partition("</section>")[0]
    assert "nobody can countersign what was decided: 1" in page
    assert f"{reverse('enrolment', args=[cast.enrolment.uid])}#allocated" in page
    cast.other_assessor.competences.update(urn=cast.standard.urn)
    assert 'id="uncountersigned"' not in manager.get(home).text


@pytest.mark.database
def test_allocations_that_outlived_a_role_end_with_it_when_the_site_is_upgraded(cast):
    """Whoever holds the role again, or still, keeps theirs."""
    ended, again = timezone.now(), cast.provider.memberships.get(user=cast.trainee)
    cast.provider.memberships.filter(user__in=[cast.assessor, cast.trainee]).update(to_at=ended)
    cast.provider.memberships.create(user=again.user, role=again.role, from_at=ended)
    before = {row.pk: row.to_at for row in cast.enrolment.allocations.all()}
    with zeal_ignore():
        import_module("portfolio.migrations.0003_allocations_end_with_roles").end_them(apps, None)
    after = {row.pk: row.to_at for row in cast.enrolment.allocations.all()}
    assert {pk: to_at for pk, to_at in after.items() if to_at != before[pk]} == {
        row.pk: ended for row in cast.enrolment.allocations.filter(user=cast.assessor)
    }
    assert verify() == (0, "Everything fits.")
