"""What is kept of imported documents, and what is refused."""

import pytest
from django.core.management import call_command

from ledger.models import Event
from standards.models import Criterion, Standard, Suite, TextRevision
from standards.nos.document import Refused
from standards.nos.parse import parse
from standards.nos.store import Outcome, store
from tests.standards.conftest import FIXTURES
from tests.standards.documents import HEAD, ITEMS, TAIL, text

pytestmark = pytest.mark.django_db


def keep(data: bytes, status: str = "official", name: str = "document.txt", **options):
    edition = options.pop("edition", "")
    document = parse(name, data, **options)
    return store(document=document, name=name, data=data, status=status, edition=edition)


def changed(lang: str) -> bytes:
    return text(lang).replace(ITEMS[lang][0].encode(), b"something else")


def test_a_new_edition_is_kept_with_its_source():
    standard, outcome = keep(text("cy"))
    assert outcome == Outcome.NEW
    assert (standard.urn, standard.edition) == ("SIOP12", "1")
    assert (standard.status_cy, standard.status_en, standard.title_en) == ("official", "none", "")
    assert [str(row) for row in standard.criteria.all()] == [
        f"SIOP12 {r}" for r in ("P1", "P2", "P3", "K1", "K2")
    ]
    assert standard.source_name_cy == "document.txt"
    assert Event.objects.get(subject="standard:SIOP12/1").data["outcome"] == "new"


def test_the_other_language_joins_criterion_by_criterion():
    keep(text("cy"))
    standard, outcome = keep(text("en"), "working")
    assert outcome == Outcome.JOINED
    assert Standard.objects.count() == 1
    first = standard.criteria.first()
    assert (first.text_cy, first.text_en) == (ITEMS["cy"][0], ITEMS["en"][0])
    assert (standard.status_cy, standard.status_en) == ("official", "working")


def test_the_other_language_with_other_lists_is_refused_and_the_difference_shown():
    keep(text("cy"))
    with pytest.raises(Refused, match="P4"):
        keep(text("en", performance="1. a\n2. b\n3. c\n4. d"))
    assert Standard.objects.get().status_en == "none"


@pytest.mark.parametrize(
    ("listing", "shown"),
    [
        ("1. a:\n- b\n- c\n2. d\n3. e\n4. f\n5. g\n6. h", r"P1\.1, P1\.2, P4, P5, P6\."),
        ("\n".join(f"{n}. a" for n in range(1, 10)), "P4, P5, P6, P7, P8, …"),
    ],
)
def test_five_differences_are_named_and_more_are_hinted_at(listing, shown):
    keep(text("cy"))
    with pytest.raises(Refused, match=shown):
        keep(text("en", performance=listing))


def test_the_same_again_changes_nothing():
    keep(text("cy"))
    _standard, outcome = keep(text("cy"))
    assert outcome == Outcome.UNCHANGED
    assert Event.objects.count() == 1


def test_another_text_of_a_known_edition_is_refused_unless_it_names_a_new_one():
    keep(text("cy"))
    with pytest.raises(Refused, match="new edition"):
        keep(changed("cy"))
    standard, outcome = keep(changed("cy"), edition="2")
    assert (outcome, standard.edition) == (Outcome.EDITION, "2")
    assert Criterion.objects.filter(standard__edition="1").first().text_cy == ITEMS["cy"][0]


def test_an_official_text_replaces_a_working_one_which_is_kept():
    keep(text("cy"))
    keep(text("en"), "working")
    standard, outcome = keep(changed("en"), "official")
    assert outcome == Outcome.REPLACED
    assert (standard.status_en, standard.criteria.first().text_en) == ("official", "something else")
    revision = TextRevision.objects.get()
    assert (revision.language, revision.status) == ("en", "working")
    assert revision.texts["criteria"]["P1"]["text"] == ITEMS["en"][0]


def test_a_working_text_never_replaces_another():
    keep(text("en"), "working")
    with pytest.raises(Refused):
        keep(changed("en"), "working")


def test_without_urn_nothing_is_kept():
    data = text("cy", head=HEAD["cy"].replace("URN: SIOP12\n", ""))
    with pytest.raises(Refused, match="URN"):
        keep(data)
    assert keep(data, urn="SIOP12")[0].urn == "SIOP12"


def test_a_urn_that_cannot_stand_in_an_address_is_refused():
    with pytest.raises(Refused, match="URN"):
        keep(text("cy"), urn="A/B?1")


def test_a_text_too_long_for_its_field_is_refused():
    with pytest.raises(Refused):
        keep(text("cy", head="x" * 301 + "\nURN: SIOP12\n"))
    assert not Standard.objects.exists()


def test_a_suite_is_one_in_both_languages_whichever_comes_first():
    tail = {"cy": "\nCyfres\nSiopau\n", "en": "\nSuite\nShops\n"}
    for urn, order in [("A1", ("cy", "en")), ("A2", ("en", "cy"))]:
        for lang in order:
            keep(text(lang, tail=TAIL[lang] + tail[lang]), urn=urn)
    suite = Suite.objects.get()
    assert (suite.name_cy, suite.name_en) == ("Siopau", "Shops")
    assert suite.standards.count() == 2


def test_the_fixtures_are_what_the_importer_makes_of_their_sources(tmp_path):
    call_command("make_standard_fixtures", to=tmp_path)
    made = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_text() for path in FIXTURES.glob("*.json")}
    assert not Standard.objects.exists()


def test_the_lists_of_the_five_are_complete(five):
    def counts(urn: str) -> tuple[int, int]:
        criteria = Criterion.objects.filter(standard__urn=urn)
        return criteria.filter(kind="performance").count(), criteria.filter(kind="knowledge").count()

    assert counts("INSCS016") == (21, 21)
    assert counts("INSCS015") == (14, 13)
    assert counts("SFJOD4") == (17 + 1, 26 + 3)
    assert counts("INSML052") == (16, 18)
    assert counts("INSCS033") == (21, 20)
    subs = Criterion.objects.filter(parent__isnull=False)
    assert sorted(row.reference for row in subs) == ["K2.1", "K2.2", "K2.3", "P12.1"]
    assert len(Standard.objects.get(urn="INSML052").skills_cy) == 12


def test_loading_the_five_again_changes_nothing(five):
    before = [list(model.objects.order_by("pk").values()) for model in (Suite, Standard, Criterion)]
    call_command("loaddata", *sorted(map(str, FIXTURES.glob("*.json"))), verbosity=0)
    assert before == [list(model.objects.order_by("pk").values()) for model in (Suite, Standard, Criterion)]
