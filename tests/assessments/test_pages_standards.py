"""A standard on its way to release, as each person sees it."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from assessments.models import SignOff
from portfolio.models import Mapping
from tests import factories


@pytest.fixture
def row(cast):
    """A standard in which every criterion is met."""
    factories.everything_met(cast.enrolment, cast.assessor)
    cast.enrolled_standard.refresh_from_db()
    return cast.enrolled_standard


def main_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser").main


def buttons(client, row) -> list[str]:
    page = main_of(client.get(reverse("enrolled_standard", args=[row.uid])))
    return [b.get_text(strip=True) for b in page.select(".todo .button")]


def read_and_signed(client, row) -> str:
    """The text of the summary to which the standard leads; its one button was pressed."""
    page = main_of(client.get(reverse("enrolled_standard", args=[row.uid])))
    [address] = [link["href"] for link in page.select(".todo .button")]
    summary = main_of(client.get(address))
    assert len(summary.select("form button")) == 1
    assert client.post(address).status_code == 302
    return " ".join(summary.get_text().split())


def test_each_step_is_offered_to_whom_it_belongs(cast, sign_in, row):
    people = {name: sign_in(getattr(cast, name)) for name in ("learner", "assessor", "iqa", "manager", "eqa")}

    def offered() -> dict[str, list[str]]:
        return {name: found for name, client in people.items() if (found := buttons(client, row))}

    assert offered() == {"assessor": ["Declare competent"]}
    told = read_and_signed(people["assessor"], row)
    for said in (
        row.standard.title_en,
        cast.learner.name,
        f"Criteria met: {row.met_count} of {row.met_count}",
        "pieces of evidence: 1",
    ):
        assert said in told
    assert "Work product: 1" in told
    assert offered() == {"learner": ["Acknowledge"]}
    assert f"Declared competent {cast.assessor.name}" in read_and_signed(people["learner"], row)
    assert offered() == {"iqa": ["Release for claiming"]}
    assert row.standard.urn in main_of(people["iqa"].get(reverse("releases"))).get_text()
    assert f"Acknowledged {cast.learner.name}" in read_and_signed(people["iqa"], row)
    assert offered() == {}
    assert "No standard waits for your release" in main_of(people["iqa"].get(reverse("releases"))).get_text()
    page = main_of(people["eqa"].get(reverse("enrolled_standard", args=[row.uid])))
    assert [li.get_text() for li in page.select(".timeline li p:nth-of-type(2)")] == [
        "Declared competent",
        "Acknowledged",
        "Released for claiming",
    ]


def test_what_stands_in_the_way_is_said_instead_of_a_button(cast, sign_in):
    row = cast.enrolled_standard
    client = sign_in(cast.assessor)
    assert buttons(client, row) == []
    page = main_of(client.get(reverse("enrolled_standard", args=[row.uid])))
    assert "Some criteria are not met yet" in page.get_text()
    address = reverse("declare_competent", args=[row.uid])
    assert client.get(address).status_code == client.post(address).status_code == 409


def test_the_summary_names_what_still_waits_and_what_is_doubtful(cast, sign_in, row):
    criteria = list(cast.standard.criteria.all())
    for assessor in (None, cast.trainee):
        submission = factories.submit(factories.make_evidence(cast.enrolment, criteria[:1]))
        if assessor:
            factories.review(submission, assessor)
    Mapping.objects.filter(standing="met").update(method="reflection")
    told = main_of(sign_in(cast.assessor).get(reverse("declare_competent", args=[row.uid])))
    lines = [" ".join(line.get_text().split()) for line in told.select(".notice li")]
    assert lines[0].startswith("Submitted E")
    assert lines[1].startswith("Awaiting countersignature E")
    assert any(line.endswith(f", {submission.evidence.reference}") for line in lines)
    assert any(line.startswith("P1 ") and "Real work" in line for line in lines)


def test_each_criterion_names_its_evidence_and_who_judged_it(cast, sign_in, row):
    page = main_of(sign_in(cast.iqa).get(reverse("enrolled_standard", args=[row.uid])))
    support = page.select_one(".support")
    assert cast.assessor.name in page.get_text()
    assert support.a["href"].startswith("/en/evidence/")
    assert reverse("evidence", args=[cast.draft.uid]) not in {a["href"] for a in page.find_all("a")}


def test_a_manager_stands_in_with_a_reason(cast, sign_in, row):
    sign_in(cast.assessor).post(reverse("declare_competent", args=[row.uid]))
    client, address = sign_in(cast.manager), reverse("acknowledge", args=[row.uid])
    silent = client.post(address, {"reason": "", "language": "en"})
    assert silent.status_code == 422
    assert "Say why the learner cannot acknowledge it themselves." in main_of(silent).get_text()
    switched = client.post(
        address, {"reason": "Left in May.", "language": "en", "_switch": "cy", "_typed": "1"}
    )
    assert "Left in May." in main_of(switched).get_text()
    assert not SignOff.objects.filter(act="acknowledged").exists()
    client.post(address, {"reason": "Left in May.", "language": "en"})
    page = main_of(client.get(reverse("enrolled_standard", args=[row.uid])))
    assert "for the learner" in page.get_text()
    assert page.find("p", string="Left in May.")["lang"] == "en"


def test_a_refusal_is_a_page_in_the_readers_language(cast, sign_in, row):
    response = sign_in(cast.learner).post(f"/cy/enrolled-standards/{row.uid}/release/")
    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 403
    assert page.html["lang"] == "cy"
    assert page.h1.get_text(strip=True)
