"""Earlier and later editions as managers, assessors and learners see them."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from assessments.services import editions
from portfolio.models import Mapping
from standards.editions import compare, supersede
from standards.models import Criterion
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def revised(cast):
    """P2 was reworded; the piece was judged met for all of the earlier edition, P1 not accepted."""
    cast.old, cast.new = (factories.make_standard(performance=2, knowledge=0) for _ in range(2))
    texts = {"text_cy": "maen prawf 2 in practice", "text_en": "criterion 2 in practice"}
    Criterion.objects.filter(standard=cast.new, number="2").update(**texts)
    supersede(by=cast.manager, standard=cast.old, successor=cast.new)
    cast.programme = factories.make_programme(cast.provider, cast.manager, [cast.old])
    cast.enrolment = factories.make_enrolment(
        cast.programme, cast.manager, cast.learner, assessor=cast.assessor
    )
    cast.row = cast.enrolment.enrolled_standards.get()
    cast.piece = factories.make_evidence(cast.enrolment, cast.old.criteria.all())
    return cast


@pytest.fixture
def moved(revised):
    factories.review(factories.submit(revised.piece), revised.assessor, P1="not_accepted")
    carried = [pair.key for pair in compare(revised.old, revised.new) if pair.is_whole]
    revised.row = editions.move(
        by=revised.manager, enrolled_standard=revised.row, to=str(revised.new), carried=carried
    )
    return revised


def page_of(client, name: str, *arguments) -> BeautifulSoup:
    return BeautifulSoup(client.get(reverse(name, args=arguments)).content, "html.parser").main


def words_of(page) -> str:
    return " ".join(page.get_text().split())


def test_the_dry_run_is_shown_where_something_is_in_the_way_of_the_move(revised, sign_in):
    client = sign_in(revised.manager)
    submission = factories.submit(revised.piece)
    page = page_of(client, "standard_move", revised.row.uid)
    assert "Evidence for this standard waits for a decision" in words_of(page.select_one(".notice"))
    assert [ins.get_text() for ins in page.select("ins")] == ["in practice"]
    assert not page.select("button, fieldset")
    assert client.post(reverse("standard_move", args=[revised.row.uid])).status_code in (409, 422)
    factories.review(submission, revised.assessor)
    assert page_of(client, "standard_move", revised.row.uid).select("fieldset")


def test_a_superseded_standard_leads_managers_to_those_who_learn_and_offer_it(revised, sign_in):
    address = (revised.old.urn, revised.old.edition)
    page = page_of(sign_in(revised.manager), "standard", *address)
    assert "Learners on this edition: 1" in words_of(page)
    found = {link["href"] for link in page.select(".notice a")}
    assert reverse("superseded", args=[revised.provider.uid]) in found
    assert reverse("programme_edit", args=[revised.programme.uid]) in found
    assert "Learners on this edition" not in words_of(page_of(sign_in(revised.learner), "standard", *address))
    later = page_of(sign_in(revised.manager), "standard", revised.new.urn, revised.new.edition)
    assert "Learners on this edition" not in words_of(later)


def test_the_list_says_which_edition_has_a_later_one(revised, sign_in):
    page = page_of(sign_in(revised.learner), "standards")
    told = {
        card.h2.a["href"]: "there is a later edition" in words_of(card) for card in page.select("li.card")
    }
    assert told[reverse("standard", args=[revised.old.urn, revised.old.edition])]
    assert not told[reverse("standard", args=[revised.new.urn, revised.new.edition])]


def test_what_waits_to_be_confirmed_is_on_the_first_page_of_whoever_may_confirm_it(moved, sign_in):
    address = reverse("enrolled_standard", args=[moved.row.uid])

    def told(person) -> list[str]:
        rows = page_of(sign_in(person), "home").select("section[aria-labelledby=carried] tbody tr")
        return [words_of(row) for row in rows if row.select_one(f'a[href="{address}"]')]

    factories.enrolments.allocate(
        by=moved.manager, enrolment=moved.enrolment, user=moved.trainee, role="assessor"
    )
    [row] = told(moved.assessor)
    assert row.startswith(moved.learner.name)
    assert row.endswith(" 2")
    assert not told(moved.trainee)
    waiting = Mapping.objects.open().filter(to_confirm=True).values_list("pk", flat=True)
    editions.confirm(by=moved.assessor, enrolled_standard=moved.row, mappings=list(waiting))
    assert not told(moved.assessor)


def test_whoever_confirms_sees_what_became_of_the_words(moved, sign_in):
    page = page_of(sign_in(moved.assessor), "enrolled_standard", moved.row.uid)
    assert [(item.name, item.get_text()) for item in page.select("del, ins")] == [
        ("del", "performance"),
        ("ins", "in practice"),
    ]
    address = reverse("standard", args=[moved.old.urn, moved.old.edition])
    assert [link["href"] for link in page.select(".before a")] == [f"{address}#P1", f"{address}#P2"]


def test_everybody_sees_what_waits_on_the_page_of_the_evidence(moved, sign_in):
    for person in (moved.learner, moved.assessor, moved.manager):
        page = page_of(sign_in(person), "evidence", moved.piece.uid)
        mapped = page.select_one("section[aria-labelledby=mapped]")
        assert words_of(mapped).count("To be confirmed") == 2
        assert moved.old.urn + " (2021)" in words_of(page.select_one("section[aria-labelledby=rounds]"))


def test_the_page_of_a_criterion_tells_of_what_was_decided_before(moved, sign_in):
    page = words_of(page_of(sign_in(moved.learner), "criterion", moved.row.uid, "P2"))
    assert f"Made on edition: {moved.old.urn} (2021) P2 Met {moved.assessor.name}" in page
    assert "Nobody has decided on it yet" not in page


def test_an_edition_that_the_learner_left_is_planned_for_no_more(moved, sign_in):
    client = sign_in(moved.assessor)
    planning = "Plan from the gaps"
    assert planning in words_of(page_of(client, "enrolled_standard", moved.row.uid))
    assert planning not in words_of(page_of(client, "enrolled_standard", moved.row.moved_from.uid))


def test_a_piece_counts_the_criteria_of_the_edition_that_is_learnt_from(moved, sign_in):
    for person in (moved.learner, moved.assessor):
        page = page_of(sign_in(person), "portfolio", moved.enrolment.uid)
        assert "Criteria: 2" in words_of(page)
