"""Many pieces sent at once, and the view of what is missing."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from zeal import zeal_ignore

from portfolio.models import Submission
from tests import factories


def soup_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


@pytest.fixture
def two(cast):
    """Two drafts of the learner that want nothing more."""
    return [cast.draft, factories.make_evidence(cast.enrolment, cast.standard.criteria.all()[2:4])]


def chosen(pieces, **data) -> dict:
    return {"piece": [f"{piece.uid}:{piece.version}" for piece in pieces], "declared": "on", **data}


class TestMany:
    @pytest.fixture
    def url(self, cast):
        return reverse("submit_many", args=[cast.enrolment.uid])

    def test_all_of_them_under_one_declaration(self, cast, sign_in, two, url):
        browser = sign_in(cast.learner)
        offered = soup_of(browser.get(url)).select("[name=piece][checked]")
        assert len(offered) == 2
        # Each piece becomes a round of its own, with all that belongs to it.
        with zeal_ignore():
            page = browser.post(url, chosen(two), follow=True)
        assert "Submitted for assessment: 2 pieces." in page.content.decode()
        assert Submission.objects.filter(evidence__in=two).count() == 2

    def test_what_is_not_ready_says_what_it_wants(self, cast, sign_in, two, url):
        unmapped = factories.make_evidence(cast.enrolment)
        page = soup_of(sign_in(cast.learner).get(url))
        assert "Map it to at least one criterion." in page.find(id="others").parent.get_text()
        refused = sign_in(cast.learner).post(url, chosen([unmapped]))
        assert refused.status_code == 422

    def test_none_without_the_declaration(self, cast, sign_in, two, url):
        assert sign_in(cast.learner).post(url, chosen(two, declared="")).status_code == 422
        assert not Submission.objects.filter(evidence__in=two).exists()

    def test_none_when_one_was_changed_meanwhile(self, cast, sign_in, two, url):
        data = chosen(two)
        factories.map_to(two[1], cast.standard.criteria.all()[:1])
        page = sign_in(cast.learner).post(url, data)
        assert page.status_code == 422
        assert "changed meanwhile" in page.content.decode()
        assert not Submission.objects.filter(evidence__in=two).exists()

    def test_nobody_sends_the_drafts_of_another(self, cast, sign_in, two, url):
        assert sign_in(cast.assessor).post(url, chosen(two)).status_code == 422
        assert sign_in(cast.manager).post(url, chosen(two)).status_code == 403
        assert not Submission.objects.filter(evidence__in=two).exists()

    def test_the_tray_offers_it_once_there_are_two(self, cast, sign_in, url):
        tray = reverse("to_finish", args=[cast.enrolment.uid])
        assert url not in sign_in(cast.learner).get(tray).content.decode()
        factories.make_evidence(cast.enrolment, cast.standard.criteria.all()[:1])
        assert url in sign_in(cast.learner).get(tray).content.decode()


def test_gaps_tell_which_kinds_of_evidence_there_are(cast, sign_in):
    met = factories.make_evidence(cast.enrolment, cast.standard.criteria.all()[:1])
    factories.review(factories.submit(met), cast.assessor)
    page = soup_of(sign_in(cast.learner).get(reverse("gaps", args=[cast.enrolment.uid])))
    section = page.find(id=cast.standard.urn).parent
    told = {
        row.find(class_="ref").get_text(): row.find(class_="locator").get_text(" ", strip=True)
        for row in section.find_all("div", recursive=False)
        if row.find(class_="ref")
    }
    assert "P1" not in told
    assert told["P2"] == "There is: work product: 2"
    assert told["K2"] == "There is no evidence yet."


def test_a_cell_of_the_map_leads_to_the_place_in_the_evidence(cast, sign_in):
    criterion = cast.standard.criteria.first()
    browser = sign_in(cast.learner)
    cell = soup_of(browser.get(reverse("map", args=[cast.enrolment.uid]))).select_one("td a")
    assert cell["href"].endswith(f"#c{criterion.pk}")
    assert soup_of(browser.get(cell["href"].split("#")[0])).find(id=f"c{criterion.pk}")
