"""Which edition comes after which, and what became of each criterion."""

import pytest

from accounts.refusals import Invalid, NotYours
from ledger.models import Event
from standards.editions import compare, difference, later_than, latest_after, supersede
from standards.models import Criterion
from tests import factories

pytestmark = pytest.mark.django_db


def rewrite(standard, **texts: str) -> None:
    """P1="…": in both languages."""
    for reference, text in texts.items():
        Criterion.objects.filter(standard=standard, kind="performance", number=reference[1:]).update(
            text_cy=f"{text} (cy)", text_en=text
        )


def told(old, new) -> list[tuple[str, str, bool]]:
    return [
        (pair.old.reference if pair.old else "", pair.new.reference if pair.new else "", pair.is_same)
        for pair in compare(old, new)
    ]


@pytest.fixture
def editions():
    old, new = (factories.make_standard(performance=4, knowledge=0) for _ in range(2))
    rewrite(
        old,
        P1="greet the customer",
        P2="keep records of each sale",
        P3="close the shop",
        P4="sweep the floor",
    )
    return old, new


def test_criteria_are_told_by_their_texts_not_their_numbers(editions):
    old, new = editions
    rewrite(
        new,
        P1="keep careful records of each sale",
        P2="greet the customer",
        P3="test fire alarms",
        P4="close the shop",
    )
    assert told(old, new) == [
        ("P2", "P1", False),
        ("P1", "P2", True),
        ("", "P3", False),
        ("P3", "P4", True),
        ("P4", "", False),
    ]


def test_a_text_that_stands_twice_finds_a_partner_twice(editions):
    old, new = editions
    rewrite(old, P1="same", P2="same")
    rewrite(new, P1="same", P2="same", P3="close the shop", P4="sweep the floor")
    assert told(old, new)[:2] == [("P1", "P1", True), ("P2", "P2", True)]


def test_a_change_in_one_language_only_is_a_change(editions):
    old, new = editions
    rewrite(new, P1="greet the customer", P2="x", P3="y", P4="z")
    new.criteria.filter(number="1").update(text_cy="croesawu pawb")
    assert told(old, new)[0] == ("P1", "P1", False)


def test_another_translation_is_no_change_where_both_have_the_official_text(editions):
    old, new = editions
    rewrite(new, P1="greet the customer", P2="x", P3="y", P4="z")
    new.criteria.filter(number="1").update(text_en="welcome the customer")
    type(old).objects.update(status_cy="official", status_en="working")
    assert told(old, new)[0] == ("P1", "P1", True)
    type(old).objects.update(status_en="official")
    assert told(old, new)[0] == ("P1", "P1", False)


def test_a_change_is_shown_in_the_language_in_which_it_is(editions):
    old, new = editions
    rewrite(new, P1="greet the customer", P2="x", P3="y", P4="z")
    new.criteria.filter(number="1").update(text_cy="greet the customer (cymraeg)")
    pair = compare(old, new)[0]
    changed = ("cy", [("same", "greet the customer"), ("gone", "(cy)"), ("new", "(cymraeg)")])
    assert pair.told("cy") == [changed]
    assert pair.told("en") == [("en", [("same", "greet the customer")]), changed]
    new.criteria.update(text_en="")
    old.criteria.update(text_cy="")
    pair = next(pair for pair in compare(old, new) if pair.is_whole)
    assert [(language, parts[0][0]) for language, parts in pair.told("cy")] == [("en", "gone"), ("cy", "new")]


def test_without_a_shared_language_the_number_is_all_there_is(editions):
    old, new = editions
    old.criteria.update(text_cy="")
    new.criteria.update(text_en="")
    assert [(before, after) for before, after, _same in told(old, new)] == [
        (f"P{n}", f"P{n}") for n in range(1, 5)
    ]


def test_the_difference_is_told_word_by_word():
    assert difference("cadw cofnod o bob gwerthiant", "cadw cofnod llawn o bob galwad") == [
        ("same", "cadw cofnod"),
        ("new", "llawn"),
        ("same", "o bob"),
        ("gone", "gwerthiant"),
        ("new", "galwad"),
    ]


class TestSuperseding:
    def test_a_manager_says_what_comes_after(self, cast, editions):
        old, new = editions
        supersede(by=cast.manager, standard=old, successor=new)
        assert latest_after(old) == new
        event = Event.objects.get(kind="standard.superseded")
        assert (event.chain.key, event.data) == ("standards", {"by": f"{new.urn}/{new.edition}"})
        supersede(by=cast.manager, standard=old, successor=None)
        assert latest_after(old) is None

    @pytest.mark.parametrize("person", ["learner", "assessor", "iqa", "eqa"])
    def test_nobody_else_does(self, cast, editions, person):
        with pytest.raises(NotYours):
            supersede(by=getattr(cast, person), standard=editions[0], successor=editions[1])

    def test_editions_make_no_circle(self, cast, editions):
        old, new = editions
        third = factories.make_standard()
        supersede(by=cast.manager, standard=old, successor=new)
        supersede(by=cast.manager, standard=new, successor=third)
        assert list(later_than(old)) == [new, third]
        for standard, successor in ((third, old), (new, old), (old, old)):
            with pytest.raises(Invalid):
                supersede(by=cast.manager, standard=standard, successor=successor)
        assert Event.objects.filter(kind="standard.superseded").count() == 2
