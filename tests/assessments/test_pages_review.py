"""The queue, the desk and countersigning, as assessors use them."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from accounts.models import Competence
from assessments.demo import SOURCES
from assessments.models import Countersignature, Review
from portfolio.models import Mapping
from portfolio.services import enrolments, evidence
from portfolio.uploads.receive import receive
from tests import factories

WHOLE = {"feedback": "Clear, and to the point.", "language": "en"}
SOUND = {"valid": "on", "authentic": "on", "current": "on"}


@pytest.fixture
def asked(cast):
    """The two criteria that the waiting round asks for."""
    return list(cast.standard.criteria.all()[:2])


def decided(asked, outcome: str = "met", **more: str) -> dict[str, str]:
    return {f"outcome-{c.pk}": outcome for c in asked} | SOUND | WHOLE | {"confirmed": "on"} | more


def desk_of(submission) -> str:
    return reverse("review", args=[submission.uid])


def demo_file(name: str):
    """A file of the demo, as it arrives."""
    return receive(SimpleUploadedFile(name, (SOURCES / "files" / name).read_bytes()))


def main_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser").main


def test_queue_is_oldest_first_and_empty_when_nothing_waits(cast, sign_in, asked):
    second = factories.submit(factories.make_evidence(cast.enrolment, asked, title="Yr ail"))
    client = sign_in(cast.assessor)
    rows = [a["href"] for a in main_of(client.get(reverse("queue"))).select("tbody th a")]
    assert rows == [desk_of(cast.submission), desk_of(second)]
    assert "since today" in main_of(client.get(reverse("queue"))).get_text()
    for submission in (cast.submission, second):
        factories.review(submission, cast.assessor)
    assert "Nothing waits for you" in main_of(client.get(reverse("queue"))).get_text()


def test_desk_records_every_decision_with_one_button(cast, sign_in, asked):
    first, second = asked
    data = decided(asked, **{f"outcome-{second.pk}": "more_needed", f"words-{second.pk}": "Say why."})
    response = sign_in(cast.assessor).post(desk_of(cast.submission), data)
    assert response["Location"] == reverse("queue")
    review = Review.objects.get(submission=cast.submission)
    assert {j.criterion_id: j.outcome for j in review.judgements.all()} == {
        first.pk: "met",
        second.pk: "more_needed",
    }
    assert review.words.body["criteria"] == {second.key: "Say why."}


def test_without_a_script_the_decisions_are_confirmed_on_a_page_of_their_own(cast, sign_in, asked):
    first, second = asked
    data = decided(
        asked, confirmed="", **{f"outcome-{second.pk}": "more_needed", f"words-{second.pk}": "Say why."}
    )
    client, address = sign_in(cast.assessor), desk_of(cast.submission)
    page = main_of(client.post(address, data))
    said = " ".join(page.get_text().split())
    for part in ("You are about to record: Met: 1 Accepted, more needed: 1", "Say why.", WHOLE["feedback"]):
        assert part in said
    assert not Review.objects.filter(submission=cast.submission).exists()
    kept = {field["name"]: field.get("value", "") for field in page.select("form input")}
    desk = main_of(client.post(address, kept | {"_switch": "en"}))
    assert desk.find("textarea", {"name": f"words-{second.pk}"}).get_text().strip() == "Say why."
    assert client.post(address, kept).status_code == 302
    review = Review.objects.get(submission=cast.submission)
    assert review.words.body["criteria"] == {second.key: "Say why."}
    assert review.judgements.filter(criterion=first, outcome="met", valid=True).exists()


def test_an_own_feedback_language_is_kept(cast, sign_in, asked):
    sign_in(cast.assessor).post(desk_of(cast.submission), decided(asked, language="cy"))
    assert Review.objects.get(submission=cast.submission).words.body["language"] == "cy"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"feedback": ""}, "Write feedback on the whole"),
        ({"valid": ""}, "Confirm this, or accept nothing"),
        ({"outcome": ""}, "Choose one of the three."),
        ({"outcome": "splendid"}, "Select a valid choice"),
        ({"credit-999999": "met"}, "One of the criteria is not open for a decision here."),
        ({"feedback": "x" * 20_001}, "at most 20000 characters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(change, said, cast, sign_in, asked):
    first, second = asked
    data = decided(asked, **{f"words-{second.pk}": "Say why."})
    for name, value in change.items():
        data[f"outcome-{first.pk}" if name == "outcome" else name] = value
    response = sign_in(cast.assessor).post(desk_of(cast.submission), data)
    page = main_of(response)
    assert response.status_code == 422
    assert said in page.get_text()
    assert page.find("input", {"name": f"outcome-{second.pk}", "value": "met"}).has_attr("checked")
    assert page.find("textarea", {"name": f"words-{second.pk}"}).get_text().strip() == "Say why."
    assert not Review.objects.filter(submission=cast.submission).exists()


def test_how_work_shows_knowledge_is_asked_for_at_its_field(cast, sign_in):
    elsewhere = {"text": "", "link": "https://example.com/", "link_seen_on": date(2026, 10, 1)}
    knows = list(cast.second.criteria.filter(kind="knowledge"))[:1]
    submission = factories.submit(factories.make_evidence(cast.enrolment, knows, **elsewhere))
    data = decided(knows, confirmed="")
    client = sign_in(cast.assessor)
    refused = client.post(desk_of(submission), data)
    assert refused.status_code == 422
    [link] = main_of(refused).select("[role=alert] a")
    assert link["href"] == "#id_shown"
    assert knows[0].reference in link.get_text()
    assert client.post(desk_of(submission), data | {"shown": "Mae’r labeli’n gywir."}).status_code == 200


def test_nothing_accepted_needs_no_confirmation(cast, sign_in, asked):
    data = decided(asked, "not_accepted", valid="", authentic="", current="")
    assert sign_in(cast.assessor).post(desk_of(cast.submission), data).status_code == 302


def test_switching_the_language_keeps_what_was_chosen(cast, sign_in, asked):
    other = cast.second.criteria.first()
    data = decided(asked, **{f"credit-{other.pk}": "met", "_switch": "cy", "_typed": "1"})
    with translation.override("cy"):
        page = main_of(sign_in(cast.assessor).post(desk_of(cast.submission), data))
    assert len(page.select(".decision input[checked]")) == 2
    assert page.find("textarea", {"name": "feedback"}).get_text().strip() == WHOLE["feedback"]
    assert page.find("select", {"name": f"credit-{other.pk}"}).find("option", selected=True)["value"] == "met"
    assert not Review.objects.filter(submission=cast.submission).exists()


def test_further_criteria_are_credited_as_the_assessors(cast, sign_in, asked):
    other = cast.second.criteria.first()
    sign_in(cast.assessor).post(desk_of(cast.submission), decided(asked, **{f"credit-{other.pk}": "met"}))
    mapping = Mapping.objects.get(evidence=cast.evidence, criterion=other)
    assert (mapping.by_assessor, mapping.standing) == (True, "met")


def test_a_second_press_leads_to_what_the_first_recorded(cast, sign_in, asked):
    client = sign_in(cast.assessor)
    client.post(desk_of(cast.submission), decided(asked))
    again = client.post(desk_of(cast.submission), decided(asked), follow=True)
    assert "The decisions on this round are recorded." in main_of(again).get_text()
    assert Review.objects.filter(submission=cast.submission).count() == 1


def test_other_words_from_a_second_window_are_given_back(cast, sign_in, asked):
    client = sign_in(cast.assessor)
    client.post(desk_of(cast.submission), decided(asked))
    for more in ({"feedback": "Other words."}, {f"words-{asked[1].pk}": "Other words."}):
        late = client.post(desk_of(cast.submission), decided(asked, **more))
        said = main_of(late).get_text()
        assert (late.status_code, "in another window" in said) == (409, True)
        assert "Other words." in said.partition("What you had entered")[2]
        assert WHOLE["feedback"] in said
    assert client.post(desk_of(cast.submission), decided(asked, "not_accepted")).status_code == 409
    assert client.post(desk_of(cast.submission), decided(asked)).status_code == 302
    assert Review.objects.filter(submission=cast.submission).count() == 1


def test_whoever_comes_second_sees_what_was_recorded_and_what_they_typed(cast, sign_in, asked):
    sign_in(cast.trainee).post(desk_of(cast.submission), decided(asked))
    late = decided(asked, "not_accepted", feedback="My own view of it.", **{f"words-{asked[0].pk}": "Mine."})
    response = sign_in(cast.assessor).post(desk_of(cast.submission), late)
    said = main_of(response).get_text()
    assert response.status_code == 409
    assert cast.trainee.name in said
    assert WHOLE["feedback"] in said
    assert "My own view of it." in said
    assert "Mine." in said
    assert Review.objects.get(submission=cast.submission).recorded_by == cast.trainee


def test_nothing_is_lost_when_the_enrolment_was_withdrawn_meanwhile(cast, sign_in, asked):
    factories.enrolments.move_enrolment(by=cast.manager, enrolment=cast.enrolment, move="withdraw")
    response = sign_in(cast.assessor).post(desk_of(cast.submission), decided(asked))
    said = main_of(response).get_text()
    assert response.status_code == 409
    assert "This enrolment was withdrawn." in said
    assert WHOLE["feedback"] in said


def test_a_new_round_asks_only_for_what_is_open_and_folds_what_was_said(cast, sign_in):
    met, open_ = cast.standard.criteria.all()[2:4]
    piece = factories.make_evidence(cast.enrolment, [met, open_])
    factories.review(factories.submit(piece), cast.assessor, **{open_.reference: "more_needed"})
    page = main_of(sign_in(cast.assessor).get(desk_of(factories.submit(piece))))
    assert [f.legend.get_text(strip=True) for f in page.select(".decision")] == [str(open_)]
    assert "Met by this piece already and unchanged: 1" in page.get_text()
    assert "Earlier decisions:" in page.select_one(".decision").get_text()
    assert "asked again" not in page.get_text()


def test_what_was_met_and_rests_on_what_has_changed_is_asked_again_and_says_so(cast, sign_in):
    met, open_ = cast.standard.criteria.all()[2:4]
    piece = factories.make_evidence(cast.enrolment, [met, open_])
    factories.review(factories.submit(piece), cast.assessor, **{open_.reference: "more_needed"})
    piece.refresh_from_db()
    evidence.save(by=cast.learner, evidence=piece, version=piece.version, text="Rhywbeth arall.")
    own = main_of(sign_in(cast.learner).get(reverse("evidence_submit", args=[piece.uid])))
    assert own.get_text().count("asked again") == 1
    page = main_of(sign_in(cast.assessor).get(desk_of(factories.submit(piece))))
    marked = [
        f.legend.get_text(strip=True) for f in page.select(".decision") if "asked again" in f.get_text()
    ]
    assert marked == [str(met)]


def test_a_locator_leads_to_the_recording_it_means(cast, sign_in):
    first, second = cast.standard.criteria.all()[:2]
    piece = factories.make_evidence(
        cast.enrolment, files=[demo_file("nodyn-llais.wav"), demo_file("service-review.docx")]
    )
    piece = factories.evidence_services.map_criteria(
        by=cast.learner,
        evidence=piece,
        version=piece.version,
        locators={first.pk: "ar 0:05", second.pk: "y paragraff olaf"},
    )
    page = main_of(sign_in(cast.assessor).get(desk_of(factories.submit(piece))))
    found = page.find(string="ar 0:05").parent
    assert found["href"] == f"#f-{piece.files.get(name='nodyn-llais.wav').uid}"
    assert page.find(id=found["href"][1:])
    elsewhere = page.find(string="y paragraff olaf").parent
    assert (elsewhere.name, elsewhere["lang"]) == ("span", "cy")


def test_a_trainee_is_told_that_decisions_wait_for_a_countersignature(cast, sign_in, asked):
    assert (
        "will await countersignature"
        in main_of(sign_in(cast.trainee).get(desk_of(cast.submission))).get_text()
    )
    page = main_of(sign_in(cast.assessor).get(desk_of(cast.submission)))
    assert "will await countersignature" not in page.get_text()
    recorded = sign_in(cast.trainee).post(desk_of(cast.submission), decided(asked), follow=True)
    assert "They count once a qualified assessor has countersigned them." in recorded.text


def test_one_or_several_reviews_are_countersigned(cast, sign_in):
    more = factories.make_evidence(cast.enrolment, cast.second.criteria.all()[:1])
    second = factories.review(factories.submit(more), cast.trainee)
    client = sign_in(cast.assessor)
    page = main_of(client.get(reverse("countersigning")))
    assert len(page.find_all("input", {"name": "review"})) == 2
    assert "Da iawn." in page.get_text()
    assert "Awaiting countersignature" in page.get_text()
    nothing = client.post(reverse("countersigning"), {})
    assert nothing.status_code == 422
    assert "Choose the decisions that you stand by." in main_of(nothing).get_text()
    client.post(reverse("countersigning"), {"review": [str(cast.review.uid), str(second.uid)]})
    assert Countersignature.objects.filter(signed_by=cast.assessor).count() == 2
    assert "Nothing to countersign" in main_of(client.get(reverse("countersigning"))).get_text()


@pytest.mark.parametrize("asked", ["", "?learner=&standard=&language=cy&page=1"])
def test_after_countersigning_one_is_where_one_was_filter_included(cast, sign_in, asked):
    client, here = sign_in(cast.assessor), reverse("countersigning") + asked
    second = factories.review(cast.submission, cast.trainee)
    page = main_of(client.get(here))
    form = page.find(id="main-form")
    buttons = [button["formaction"] for button in form.find_all("button") if "formaction" in button.attrs]
    assert buttons == [reverse("countersign", args=[one.uid]) + asked for one in (cast.review, second)]
    assert client.post(buttons[0]).url == here
    assert not form.get("action")
    assert client.post(here, {"review": [str(second.uid)]}).url == here


def test_the_round_offers_the_countersignature_to_whoever_may_give_it(cast, sign_in):
    review = factories.review(cast.submission, cast.trainee)
    address, act = reverse("round", args=[cast.submission.uid]), reverse("countersign", args=[review.uid])
    offered = {
        person: act in sign_in(getattr(cast, person)).get(address).text
        for person in ("assessor", "trainee", "iqa", "learner")
    }
    assert offered == {"assessor": True, "trainee": False, "iqa": False, "learner": False}
    sign_in(cast.assessor).post(act)
    assert act not in sign_in(cast.assessor).get(address).text


def test_who_is_not_qualified_reads_but_does_not_countersign(cast, sign_in):
    Competence.objects.filter(user=cast.assessor).delete()
    client = sign_in(cast.assessor)
    page = main_of(client.get(reverse("countersigning")))
    assert "Only an assessor who is qualified for these standards can countersign." in page.get_text()
    assert not page.find_all("input", {"name": "review"})
    assert client.post(reverse("countersigning"), {"review": [str(cast.review.uid)]}).status_code == 422
    assert client.post(reverse("countersign", args=[cast.review.uid])).status_code == 403
    assert not Countersignature.objects.exists()


def test_whose_allocation_has_ended_is_told_and_given_back_what_was_written(cast, sign_in, asked, language):
    client, address = sign_in(cast.assessor), reverse("review", args=[cast.submission.uid])
    assert client.get(address).status_code == 200
    allocation = cast.enrolment.allocations.get(user=cast.assessor)
    enrolments.end_allocation(by=cast.manager, allocation=allocation)
    written = {"_typed": "1", "feedback": "Wedi gwrando yn dda.", "language": "cy"}
    decided = {f"outcome-{c.pk}": "more_needed" for c in asked} | {
        f"words-{asked[0].pk}": "da",
        "valid": "on",
    }
    refused = client.post(address, written | decided, headers={"referer": f"http://testserver{address}"})
    assert refused.status_code == 403
    said = {"en": "Your part in this has ended", "cy": "Mae eich rhan yn hyn wedi dod i ben"}[language]
    assert said in refused.text
    given_back = [quote.get_text().strip() for quote in main_of(refused).select("blockquote[lang=cy]")]
    assert given_back == ["Wedi gwrando yn dda.", "da"]
    again = {"en": "Open the page again", "cy": "Agor y dudalen eto"}[language]
    assert again not in refused.text
    assert not cast.submission.reviews.exists()
    draft = client.post(
        reverse("review_draft", args=[cast.submission.uid]), written, headers={"X-Autosave": "1"}
    )
    assert (draft.status_code, said in draft.json()["said"]) == (403, True)
