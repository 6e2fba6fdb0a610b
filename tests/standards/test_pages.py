"""What people see of standards."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from standards.models import Criterion, Standard, Suite

pytestmark = pytest.mark.django_db


def page_of(browser, url: str) -> BeautifulSoup:
    response = browser.get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def titles(page: BeautifulSoup) -> list[str]:
    return [heading.get_text(" ", strip=True) for heading in page.select("main li h2")]


def found(browser, query: str) -> list[str]:
    return [
        row["href"].split("/")[3] for row in page_of(browser, reverse("standards") + query).select("h2 a")
    ]


@pytest.mark.usefixtures("five")
class TestList:
    def test_is_in_the_alphabetical_order_of_the_language(self, reader, language):
        shown = titles(page_of(reader, reverse("standards")))
        if language == "cy":
            assert [title.split()[0] for title in shown] == [
                "Adolygu",
                "Darparu",
                "Meithrin",
                "Rheoli",
                "Ymdrin",
            ]
        else:
            assert [title.split()[0] for title in shown] == ["Build", "Deal", "Deliver", "Manage", "Review"]

    def test_says_what_each_text_is(self, reader, language):
        page = page_of(reader, reverse("standards"))
        tags = [tag.get_text() for tag in page.select("main li")[0].select(".meta .tag")]
        assert tags == (
            ["testun swyddogol", "cyfieithiad answyddogol"]
            if language == "cy"
            else ["official text", "working translation"]
        )

    def test_search_knows_urns_titles_and_criteria_in_that_order(self, reader, language):
        assert found(reader, "?q=inscs016") == ["INSCS016"]
        assert found(reader, "?q=rheoli")[0] in ("INSML052", "SFJOD4")
        assert found(reader, "?q=rheoli")[-1] == "INSCS033"
        assert found(reader, "?q=diogelu heiddo") == ["INSCS016"]
        assert found(reader, "?q=protect+property") == ["INSCS016"]

    def test_search_finds_the_beginnings_of_words_without_accents_and_apostrophes(self, reader, language):
        assert found(reader, "?q=perthnaso+CHWSM") == found(reader, "?q=perthnasoedd â chwsmeriaid")
        assert "INSCS016" in found(reader, "?q=siwr")
        assert found(reader, "?q=a’u cynnal") == found(reader, "?q=a'u cynnal")
        assert found(reader, "?q=smeriaid") == []

    def test_filters_by_suite_and_by_kind_of_criterion(self, reader, language):
        assert set(found(reader, "?suite=gwasanaeth-i-gwsmeriaid")) == {"INSCS015", "INSCS016"}
        assert "INSCS016" in found(reader, "?q=empathi&kind=performance")
        assert found(reader, "?q=goddefol&kind=performance") == []
        assert found(reader, "?q=goddefol&kind=knowledge") == ["INSCS016"]

    def test_offers_suites_in_the_alphabetical_order_of_the_language(self, reader, language):
        for name in ("Chwaraeon", "Cyfrifiadura", "Ŵyna"):
            suite = Suite.objects.create(slug=name.lower(), name_cy=name, name_en=name)
            suite.standards.add(Standard.objects.first())
        page = page_of(reader, reverse("standards"))
        names = [option.get_text() for option in page.select("select[name=suite] option")]
        added = [name for name in names if name in ("Chwaraeon", "Cyfrifiadura", "Ŵyna")]
        c = ["Cyfrifiadura", "Chwaraeon"] if language == "cy" else ["Chwaraeon", "Cyfrifiadura"]
        assert added == [*c, "Ŵyna"]

    def test_where_nothing_fits_it_says_so(self, reader, language):
        for query in ("zzz", "%25", "“”"):
            page = page_of(reader, reverse("standards") + f"?q={query}")
            assert page.select_one(".empty a")["href"] == "?"
        assert not page_of(reader, reverse("standards") + "?q=+").select(".empty")

    def test_nonsense_in_the_address_is_no_fault(self, reader, language):
        assert len(found(reader, "?suite=nothing&kind=%00&page=x")) == 5


@pytest.mark.usefixtures("five")
class TestStandard:
    def test_shows_every_criterion_at_its_own_anchor(self, reader, language):
        standard = Standard.objects.get(urn="SFJOD4")
        page = page_of(reader, reverse("standard", args=["SFJOD4", "2014-11-30"]))
        assert [row["id"] for row in page.select(".criterion")] == [
            c.reference for c in standard.criteria.all()
        ]
        assert [link["href"] for link in page.select(".criterion .ref a")][:2] == ["#P1", "#P2"]
        wanted = standard.criteria.get(kind="knowledge", number="2.1")
        assert getattr(wanted, f"text_{language}") in page.select_one("[id='K2.1']").get_text()

    def test_shows_both_texts_with_welsh_on_the_left(self, reader, language):
        page = page_of(reader, reverse("standard", args=["INSML052", "2021-02-12"]) + "?view=both")
        row = page.select_one("#P5")
        assert [text["lang"] for text in row.select("p[lang]")] == ["cy", "en"]
        assert "hyfforddiant" in row.select_one("[lang=cy]").get_text()
        assert "training" in row.select_one("[lang=en]").get_text()

    def test_shows_groups(self, reader, language):
        page = page_of(reader, reverse("standard", args=["INSML052", "2021-02-12"]))
        assert len(page.select("#knowledge h3")) == 3

    def test_tells_which_number_the_paper_has(self, reader, language):
        page = page_of(reader, reverse("standard", args=["INSCS033", "undated"]))
        assert page.select_one("#P6 .printed").get_text().endswith(": 5.")

    def test_a_missing_text_is_shown_as_missing(self, reader, language):
        other = "en" if language == "cy" else "cy"
        fields = {f"title_{other}": "Only this", f"status_{other}": "official"}
        standard = Standard.objects.create(urn="HALF1", edition="1", **fields)
        Criterion.objects.create(
            standard=standard, kind="performance", number="1", position=1, **{f"text_{other}": "x"}
        )
        page = page_of(reader, reverse("standard", args=["HALF1", "1"]))
        assert page.h1.span["lang"] == other
        assert page.select_one(".notice.warning")
        assert page.select_one("#P1 [lang]")["lang"] == other
        page = page_of(reader, reverse("standard", args=["HALF1", "1"]) + "?view=both")
        # In place of the overview, and of the criterion.
        assert len(page.select(".columns > p .tag")) == 2

    def test_names_its_edition_in_its_head(self, reader, language):
        page = page_of(reader, reverse("standard", args=["INSCS016", "2021"]))
        assert page.select_one(".page-head .sub").get_text() == "INSCS016 (2021)"

    def test_an_unknown_one_is_not_found(self, reader, language):
        assert reader.get(reverse("standard", args=["INSCS016", "1999"])).status_code == 404


def test_a_stranger_is_asked_to_sign_in(client, five, language):
    assert reverse("account_login") in client.get(reverse("standards"))["Location"]


def test_pages_ask_the_database_a_fixed_number_of_times(reader, five, django_assert_max_num_queries):
    reader.get(reverse("standards"))
    with django_assert_max_num_queries(11):
        reader.get(reverse("standards") + "?q=a")
    with django_assert_max_num_queries(11):
        reader.get(reverse("standard", args=["SFJOD4", "2014-11-30"]) + "?view=both")


@pytest.mark.usefixtures("five")
class TestSources:
    def test_each_text_says_what_it_is_and_where_it_comes_from(self, reader, language):
        page = page_of(reader, reverse("standard", args=["INSCS016", "2021"]))
        section = page.select_one("[aria-labelledby=sources]").get_text(" ", strip=True)
        assert "INSCS016.cy.txt" in section
        assert "INSCS016.en.txt" in section
        assert "Tystio" in section

    def test_leads_to_earlier_later_and_other_editions(self, reader, language):
        middle = Standard.objects.get(urn="INSCS016")
        texts = {"title_cy": "x", "status_cy": "official"}
        later = Standard.objects.create(urn="NEW1", edition="2026", **texts)
        earlier = Standard.objects.create(urn="INSCS016", edition="2014", superseded_by=middle, **texts)
        other = Standard.objects.create(urn="INSCS016", edition="undated", **texts)
        assert not self.links(reader, Standard.objects.get(urn="INSCS015"))
        middle.superseded_by = later
        middle.save()
        assert self.links(reader, middle) == [
            reverse("standard", args=one.natural_key()) for one in (later, earlier, other)
        ]
        assert self.links(reader, later) == [reverse("standard", args=middle.natural_key())]

    def test_an_undated_edition_is_called_so_in_the_language_of_the_page(self, cast, sign_in, language):
        named = f"INSCS033 ({ {'cy': 'heb ddyddiad', 'en': 'undated'}[language] })"
        browser = sign_in(cast.manager)
        page = page_of(browser, reverse("successor", args=["INSCS033", "undated"]))
        assert page.select_one(".sub").get_text() == named
        page = page_of(browser, reverse("successor", args=["INSCS016", "2021"]) + "?q=INSCS033")
        assert named in page.select_one("#main-form").get_text()

    def links(self, reader, standard) -> list[str]:
        page = page_of(reader, reverse("standard", args=standard.natural_key()))
        return [link["href"] for link in page.select("[aria-labelledby=editions] a")]
