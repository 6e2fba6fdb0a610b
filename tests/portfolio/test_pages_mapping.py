"""Mapping on one screen, the evidence map, and the tray of what is to be finished."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from standards.models import Criterion
from tests import factories
from tests.portfolio.test_pages_evidence import details


def soup_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def mapping(evidence, **wheres: str) -> tuple[str, dict]:
    """Address and fields of the mapping form, criteria given as `c<id>="where"`."""
    places = {int(name.removeprefix("c")): where for name, where in wheres.items()}
    data = {"version": evidence.version, "criterion": list(places)}
    data |= {f"where-{pk}": where for pk, where in places.items()}
    return reverse("evidence_mapping", args=[evidence.uid]), data


def mapped(evidence) -> dict[str, str]:
    return {m.criterion.reference: m.locator for m in evidence.mappings.select_related("criterion")}


def of_both(cast) -> dict[str, str]:
    """A criterion of each standard, as the form names them."""
    return {
        f"c{s.criteria.first().pk}": where for s, where in ((cast.standard, "p. 3"), (cast.second, "2:15"))
    }


class TestMapping:
    def test_criteria_of_several_standards_at_once(self, cast, sign_in):
        evidence = factories.make_evidence(cast.enrolment)
        response = sign_in(cast.learner).post(*mapping(evidence, **of_both(cast)))
        found = {m.criterion.standard_id: m.locator for m in evidence.mappings.select_related("criterion")}
        assert found == {cast.standard.pk: "p. 3", cast.second.pk: "2:15"}
        assert response.headers["Location"] == reverse("evidence_submit", args=[evidence.uid])

    def test_the_page_lists_every_criterion_with_its_state(self, cast, sign_in):
        page = soup_of(sign_in(cast.learner).get(reverse("evidence_mapping", args=[cast.draft.uid])))
        boxes = page.find_all("input", attrs={"name": "criterion"})
        enrolled = Criterion.objects.filter(standard__enrolled__enrolment=cast.enrolment)
        assert {int(box["value"]) for box in boxes} == set(enrolled.values_list("pk", flat=True))
        assert sum(box.has_attr("checked") for box in boxes) == cast.draft.mappings.count()
        states = [li["data-state"] for li in page.select("li.criterion")]
        assert {"submitted", "not_started"} <= set(states)

    def test_a_criterion_of_a_foreign_standard(self, cast, sign_in):
        foreign = factories.make_standard().criteria.first()
        kept = cast.standard.criteria.last()
        page = sign_in(cast.learner).post(
            *mapping(cast.draft, **{f"c{foreign.pk}": "", f"c{kept.pk}": "tudalen olaf"})
        )
        assert page.status_code == 422
        assert "belongs to a standard that this learner is not enrolled on" in page.content.decode()
        box = soup_of(page).find(id=f"c{kept.pk}")
        assert box.has_attr("checked")
        assert soup_of(page).find(id=f"w{kept.pk}")["value"] == "tudalen olaf"
        assert set(mapped(cast.draft)) == {"P1", "P2"}

    def test_a_place_that_is_too_long(self, cast, sign_in):
        criterion = cast.standard.criteria.first()
        page = sign_in(cast.learner).post(*mapping(cast.draft, **{f"c{criterion.pk}": "x" * 201}))
        assert page.status_code == 422
        assert soup_of(page).find(id=f"w{criterion.pk}")["aria-invalid"] == "true"

    def test_a_stale_form_shows_both(self, cast, sign_in):
        browser = sign_in(cast.learner)
        first, second = list(cast.standard.criteria.all())[2:4]
        url, old = mapping(cast.draft, **{f"c{second.pk}": "2:00"})
        browser.post(*mapping(cast.draft, **{f"c{first.pk}": "1:00"}))
        page = browser.post(url, old)
        assert page.status_code == 409
        assert soup_of(page).find(id=f"c{second.pk}").has_attr("checked")
        assert "Saved now: not chosen" in soup_of(page).find(id=f"c{second.pk}").find_parent("li").get_text()
        assert "1:00" in soup_of(page).find(id=f"c{first.pk}").find_parent("li").get_text()
        version = soup_of(page).find("input", attrs={"name": "version"})["value"]
        assert browser.post(url, old | {"version": version}).status_code == 302
        assert mapped(cast.draft) == {second.reference: "2:00"}

    def test_a_double_click_is_no_conflict(self, cast, sign_in):
        browser = sign_in(cast.learner)
        url, data = mapping(cast.draft, **of_both(cast))
        assert [browser.post(url, data).status_code for _ in range(2)] == [302, 302]

    def test_what_is_met_stays(self, cast, sign_in):
        criteria = list(cast.standard.criteria.all()[:2])
        judged = factories.make_evidence(cast.enrolment, criteria)
        factories.review(factories.submit(judged), cast.assessor, P1="met", P2="more_needed")
        judged.refresh_from_db()
        browser = sign_in(cast.learner)
        page = soup_of(browser.get(reverse("evidence_mapping", args=[judged.uid])))
        assert not page.find(id=f"c{criteria[0].pk}")
        assert page.find(id=f"c{criteria[1].pk}")
        browser.post(*mapping(judged))
        assert set(mapped(judged)) == {"P1"}

    def test_the_language_switch_keeps_ticks_and_places(self, cast, sign_in):
        criterion = cast.second.criteria.first()
        url, data = mapping(cast.draft, **{f"c{criterion.pk}": "p. 9"})
        page = sign_in(cast.learner).post(
            url.replace("/en/", "/cy/"), data | {"_switch": "cy", "_typed": "1"}
        )
        assert page.status_code == 200
        assert [box["value"] for box in soup_of(page).select("[name=criterion][checked]")] == [
            str(criterion.pk)
        ]
        assert soup_of(page).find(id=f"w{criterion.pk}")["value"] == "p. 9"
        assert set(mapped(cast.draft)) == {"P1", "P2"}

    def test_only_the_author(self, cast, sign_in):
        url, data = mapping(cast.draft)
        assert sign_in(cast.assessor).post(url, data).status_code == 404
        assert sign_in(cast.outsiders[0]).post(url, data).status_code == 404
        assert sign_in(cast.learner).post(*mapping(cast.evidence)).status_code == 409
        assert set(mapped(cast.draft)) == {"P1", "P2"}


def urn(tr) -> str:
    """Of the standard whose part of the map a row is in."""
    return tr.find_parent("tbody").find(class_="group").get_text().split()[0]


class TestMap:
    def rows(self, page) -> dict[str, str]:
        """Each criterion on the map, by standard and reference, with its state in words."""
        return {
            f"{urn(tr)} {tr.th.find(class_='ref').get_text()}": tr.th.find(class_="state").get_text().strip()
            for tr in soup_of(page).select("table.map tbody tr:not(.group)")
        }

    def test_states_and_gaps(self, cast, sign_in):
        page = sign_in(cast.learner).get(reverse("map", args=[cast.enrolment.uid]))
        rows = self.rows(page)
        assert rows[f"{cast.standard.urn} P1"] == "submitted"
        assert rows[f"{cast.second.urn} P1"] == "not started"
        gaps = soup_of(page).select("tr.gap")
        assert len(gaps) == list(rows.values()).count("not started")

    def test_a_cell_leads_to_its_evidence(self, cast, sign_in):
        page = soup_of(sign_in(cast.iqa).get(reverse("map", args=[cast.enrolment.uid])))
        cells = {a["href"].split("#")[0]: a.get_text(" ", strip=True) for a in page.select("table.map td a")}
        assert cells[reverse("evidence", args=[cast.evidence.uid])].startswith(cast.evidence.reference)
        # A draft is its author's alone.
        assert reverse("evidence", args=[cast.draft.uid]) not in cells

    @pytest.mark.parametrize(
        ("query", "states"),
        [
            ("show=gaps", {"not started"}),
            ("show=not-met", {"submitted", "awaiting countersignature", "not started"}),
            ("show=nonsense", {"submitted", "awaiting countersignature", "not started"}),
        ],
    )
    def test_filters(self, cast, sign_in, query, states):
        page = sign_in(cast.learner).get(reverse("map", args=[cast.enrolment.uid]) + f"?{query}")
        assert set(self.rows(page).values()) == states

    def test_one_standard(self, cast, sign_in):
        url = reverse("map", args=[cast.enrolment.uid])
        page = sign_in(cast.learner).get(f"{url}?standard={cast.second.urn}&show=not-met")
        assert {name.split()[0] for name in self.rows(page)} == {cast.second.urn}

    def test_strangers_find_nothing(self, cast, sign_in):
        url = reverse("map", args=[cast.enrolment.uid])
        assert sign_in(cast.other_assessor).get(url).status_code == 404


class TestToFinish:
    def test_drafts_say_what_they_want(self, cast, sign_in):
        factories.make_evidence(cast.enrolment, title="Heb fapio")
        factories.make_evidence(cast.enrolment, title="", text="Nodyn o'r gegin.")
        page = soup_of(sign_in(cast.learner).get(reverse("to_finish", args=[cast.enrolment.uid])))
        cards = {card.h3.get_text(): card for card in page.select("#drafts ~ article")}
        assert "Map it to at least one criterion." in cards["Heb fapio"].get_text()
        assert cards["Without a title"].find("p", string="Nodyn o'r gegin.")["lang"] == "cy"
        complete = cards[cast.draft.title]
        assert complete.a["href"] == reverse("evidence_submit", args=[cast.draft.uid])

    def test_what_came_back_comes_first(self, cast, sign_in):
        page = soup_of(sign_in(cast.learner).get(reverse("to_finish", args=[cast.enrolment.uid])))
        back = page.select("#returned ~ article")
        assert [card.a["href"] for card in back] == [reverse("evidence", args=[cast.returned.uid])]

    def test_an_empty_tray_says_what_to_do(self, cast, sign_in):
        page = soup_of(sign_in(cast.assessor).get(reverse("to_finish", args=[cast.enrolment.uid])))
        assert page.select_one(".empty a")["href"] == reverse("evidence_new", args=[cast.enrolment.uid])

    def test_it_is_for_those_who_gather_evidence(self, cast, sign_in):
        assert sign_in(cast.iqa).get(reverse("to_finish", args=[cast.enrolment.uid])).status_code == 403


@pytest.mark.parametrize("name", ["evidence_mapping", "evidence_edit", "evidence_submit", "map", "to_finish"])
def test_same_queries_for_one_and_for_twenty(cast, sign_in, name):
    browser = sign_in(cast.learner)
    about = cast.enrolment if name in ("map", "to_finish") else cast.draft
    url = reverse(name, args=[about.uid])

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(url).status_code == 200
        return len(queries)

    before = asked()
    criteria = list(cast.standard.criteria.all()) + list(cast.second.criteria.all())
    for number in range(20):
        factories.make_evidence(cast.enrolment, criteria, title=f"Darn {number}")
    factories.map_to(cast.draft, criteria)
    assert asked() == before


def test_every_page_refuses_strangers(cast, sign_in):
    for person in (cast.other_assessor, *cast.outsiders):
        browser = sign_in(person)
        for name in ("evidence_edit", "evidence_mapping", "evidence_submit"):
            assert browser.get(reverse(name, args=[cast.evidence.uid])).status_code == 404
        assert browser.post(*details(cast.draft, title="Lleidr")).status_code == 404
