"""Home, portfolios, evidence and rounds, as each person sees them."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from assessments.services import sign_offs
from assessments.services.reviews import countersign
from portfolio.services import enrolments
from tests import factories


def text_of(response) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").main.get_text(" ").split())


def links_of(response) -> set[str]:
    return {a["href"] for a in BeautifulSoup(response.content, "html.parser").main.find_all("a", href=True)}


def test_home_tells_a_learner_what_came_back_and_what_comes_next(cast, sign_in):
    page = sign_in(cast.learner).get(reverse("home"))
    said = text_of(page)
    assert "Evidence came back. Read the feedback" in said
    assert "Criteria met: 0 of 5" in said
    assert "Da iawn." in said
    assert "Criteria that want more: 2" in said
    assert reverse("evidence", args=[cast.returned.uid]) in links_of(page)
    assert reverse("evidence_new", args=[cast.enrolment.uid]) in links_of(page)


def test_home_calls_accepted_only_what_counts(cast, sign_in):
    piece = factories.make_evidence(cast.enrolment, [cast.second.criteria.first()])
    review = factories.review(factories.submit(piece), cast.trainee)
    client = sign_in(cast.learner)
    assert "Accepted lately" not in text_of(client.get(reverse("home")))
    countersign(by=cast.assessor, reviews=[review])
    assert "Accepted lately" in text_of(client.get(reverse("home")))


@pytest.mark.parametrize("outcome", ["more_needed", "not_accepted"])
def test_what_another_piece_meets_wants_nothing_more(cast, sign_in, outcome):
    first, second = cast.second.criteria.all()[:2]
    short, other = (factories.make_evidence(cast.enrolment, [first, second]) for _ in range(2))
    factories.review(factories.submit(short), cast.assessor, outcome)
    client, tray = sign_in(cast.learner), reverse("to_finish", args=[cast.enrolment.uid])

    def wanted() -> tuple[str, bool]:
        page = BeautifulSoup(client.get(reverse("home")).content, "html.parser")
        back = page.find("section", {"aria-labelledby": "back"})
        there = reverse("evidence", args=[short.uid])
        card = next((card for card in back.select("article") if card.a["href"] == there), None)
        return card.select_one(".meta").get_text() if card else "", there in links_of(client.get(tray))

    assert "Criteria that want more: 2" in wanted()[0]
    review = factories.review(factories.submit(other), cast.trainee, **{second.reference: "more_needed"})
    assert "Criteria that want more: 2" in wanted()[0]
    countersign(by=cast.assessor, reviews=[review])
    assert "Criteria that want more: 1" in wanted()[0]
    assert wanted()[1]
    factories.review(factories.submit(other), cast.assessor)
    assert wanted() == ("", False)
    portfolio = BeautifulSoup(
        client.get(reverse("portfolio", args=[cast.enrolment.uid])).content, "html.parser"
    )
    [card] = [
        c for c in portfolio.select(".evidence") if c.a["href"] == reverse("evidence", args=[short.uid])
    ]
    assert "Criteria that want more" not in card.get_text()
    page = BeautifulSoup(client.get(reverse("home")).content, "html.parser")
    accepted = page.find("section", {"aria-labelledby": "accepted"})
    assert (str(short.uid) in str(accepted)) == (outcome == "more_needed")


def test_home_leads_to_drafts_when_nothing_came_back(cast, sign_in):
    learner = factories.make_member(cast.provider, "learner")
    enrolment = factories.make_enrolment(cast.programme, cast.manager, learner)
    client = sign_in(learner)
    assert reverse("map", args=[enrolment.uid]) in links_of(client.get(reverse("home")))
    factories.make_evidence(enrolment)
    page = client.get(reverse("home"))
    assert "Finish it while you remember it well" in text_of(page)
    assert reverse("to_finish", args=[enrolment.uid]) in links_of(page)


def test_home_tells_all_that_waits_for_the_learner(cast, sign_in):
    draft = factories.make_evidence(cast.enrolment)
    aims = cast.second.criteria.all()[:2]
    plan = factories.make_assessment_plan(cast.enrolment, aims, cast.assessor)
    own = factories.make_assessment_plan(cast.enrolment, aims, cast.learner)
    factories.everything_met(cast.enrolment, cast.assessor)
    cast.enrolled_standard.refresh_from_db()
    sign_offs.declare_competent(by=cast.assessor, enrolled_standard=cast.enrolled_standard)
    standard = cast.enrolled_standard
    sign_offs.withdraw(by=cast.iqa, enrolled_standard=standard, reason="Too early.", language="en")
    page = sign_in(cast.learner).get(reverse("home"))
    said, links = text_of(page), links_of(page)
    assert "The sign-off of a standard was withdrawn. Read why" in said
    assert "A plan of assessment waits for you" in said
    assert {
        reverse("enrolled_standard", args=[standard.uid]),
        reverse("plan", args=[plan.uid]),
        reverse("to_finish", args=[draft.enrolment.uid]),
    } <= links
    assert reverse("plan", args=[own.uid]) not in links


def test_home_asks_for_the_acknowledgement_before_anything_else(cast, sign_in):
    factories.everything_met(cast.enrolment, cast.assessor)
    cast.enrolled_standard.refresh_from_db()
    sign_offs.declare_competent(by=cast.assessor, enrolled_standard=cast.enrolled_standard)
    page = sign_in(cast.learner).get(reverse("home"))
    assert "declared you competent in a standard" in text_of(page)
    assert reverse("enrolled_standard", args=[cast.enrolled_standard.uid]) in links_of(page)


def test_home_asks_for_nothing_that_a_closed_portfolio_refuses(cast, sign_in):
    client = sign_in(cast.learner)
    assert reverse("evidence", args=[cast.returned.uid]) in links_of(client.get(reverse("home")))
    enrolments.move_enrolment(by=cast.manager, enrolment=cast.enrolment, move="complete")
    page = client.get(reverse("home"))
    assert "This enrolment is completed. Its portfolio can be read" in text_of(page)
    assert reverse("evidence", args=[cast.returned.uid]) not in links_of(page)
    assert reverse("evidence_new", args=[cast.enrolment.uid]) not in links_of(page)


def test_home_tells_an_assessor_what_waits(cast, sign_in):
    page = sign_in(cast.assessor).get(reverse("home"))
    said = text_of(page)
    assert "Waiting for you: 1" in said
    assert "Decisions to countersign: 1" in said
    assert cast.learner.name in said
    assert reverse("review", args=[cast.submission.uid]) in links_of(page)


def test_home_tells_an_assessor_which_standards_are_ready(cast, sign_in):
    page = sign_in(cast.assessor).get(reverse("home"))
    address = reverse("enrolled_standard", args=[cast.enrolled_standard.uid])
    assert address not in links_of(page)
    factories.everything_met(cast.enrolment, cast.assessor)
    assert address in links_of(sign_in(cast.assessor).get(reverse("home")))


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("assessor", "No learners yet"),
        ("iqa", "No standard waits for your release."),
        ("eqa", "There is no visit of yours now"),
        ("learner", "You are not enrolled yet"),
    ],
)
def test_home_of_somebody_new_says_how_it_begins(role, said, db, sign_in):
    person = factories.make_member(factories.make_provider(), role)
    assert said in text_of(sign_in(person).get(reverse("home")))


def test_home_of_a_stranger_says_how_one_comes_in(db, sign_in):
    said = text_of(sign_in(factories.make_user()).get(reverse("home")))
    assert "You take part once a training provider invites you." in said


def test_home_leads_a_manager_to_people_and_programmes(cast, sign_in):
    links = links_of(sign_in(cast.manager).get(reverse("home")))
    assert {reverse(name, args=[cast.provider.uid]) for name in ("people", "programmes")} <= links


def test_portfolio_keeps_drafts_to_their_author(cast, sign_in):
    address = reverse("portfolio", args=[cast.enrolment.uid])
    draft, submitted = (reverse("evidence", args=[e.uid]) for e in (cast.draft, cast.evidence))
    assert {draft, submitted} <= links_of(sign_in(cast.learner).get(address))
    seen = links_of(sign_in(cast.assessor).get(address))
    assert submitted in seen
    assert draft not in seen
    assert sign_in(cast.assessor).get(draft).status_code == 404


def test_portfolio_tells_its_learner_what_came_back_and_drafts_without_a_title_apart(cast, sign_in):
    factories.make_evidence(cast.enrolment, title="", text="Un gair neu ddau.")
    address = reverse("portfolio", args=[cast.enrolment.uid])
    own = text_of(sign_in(cast.learner).get(address))
    assert own.count("Came back from the assessor. Criteria that want more: 2") == 1
    assert "Without a title Un gair neu ddau." in own
    assert "Came back from the assessor" not in text_of(sign_in(cast.assessor).get(address))


def test_portfolio_offers_evidence_to_those_who_may_add_it(cast, sign_in):
    address = reverse("portfolio", args=[cast.enrolment.uid])
    new = reverse("evidence_new", args=[cast.enrolment.uid])
    assert "Observation record" in text_of(sign_in(cast.assessor).get(address))
    assert new in links_of(sign_in(cast.learner).get(address))
    assert new not in links_of(sign_in(cast.iqa).get(address))
    factories.enrolments.move_enrolment(by=cast.manager, enrolment=cast.enrolment, move="withdraw")
    page = sign_in(cast.learner).get(address)
    assert new not in links_of(page)
    assert "This enrolment was withdrawn." in text_of(page)


def test_evidence_shows_rounds_and_what_can_be_done(cast, sign_in):
    page = sign_in(cast.learner).get(reverse("evidence", args=[cast.returned.uid]))
    said = text_of(page)
    assert "Round 1" in said
    assert "Da iawn." in said
    assert "Accepted, more needed" in said
    assert "These decisions count once a qualified assessor has countersigned them." in said
    assert reverse("evidence_edit", args=[cast.returned.uid]) in links_of(page)
    assert BeautifulSoup(page.content, "html.parser").find("blockquote")["lang"] == "cy"
    others = sign_in(cast.assessor).get(reverse("evidence", args=[cast.returned.uid]))
    assert reverse("evidence_edit", args=[cast.returned.uid]) not in links_of(others)


def test_what_an_author_changes_after_a_round_is_seen_by_others_once_submitted(cast, sign_in):
    evidence = cast.returned
    evidence.refresh_from_db()
    factories.evidence_services.save(
        by=cast.learner, evidence=evidence, version=evidence.version, text="Rhywbeth newydd", title=""
    )
    address = reverse("evidence", args=[evidence.uid])
    for page in (address, reverse("portfolio", args=[cast.enrolment.uid])):
        assert "Rhywbeth newydd" in text_of(sign_in(cast.learner).get(page))
        assert "Rhywbeth newydd" not in text_of(sign_in(cast.assessor).get(page))
    evidence.refresh_from_db()
    factories.evidence_services.save(
        by=cast.learner, evidence=evidence, version=evidence.version, title="Newydd"
    )
    factories.submit(evidence)
    assert "Rhywbeth newydd" in text_of(sign_in(cast.assessor).get(address))


def test_lists_call_a_piece_what_it_was_until_its_author_submits_it_again(cast, sign_in):
    piece, client = cast.returned, sign_in(cast.assessor)
    plan = factories.make_assessment_plan(cast.enrolment, cast.standard.criteria.all(), cast.assessor)
    factories.submit(piece)
    factories.review(piece.submissions.last(), cast.assessor, "more_needed")
    pages = [
        reverse("portfolio", args=[cast.enrolment.uid]),
        reverse("map", args=[cast.enrolment.uid]),
        reverse("enrolled_standard", args=[cast.enrolled_standard.uid]),
        reverse("plan", args=[plan.uid]),
    ]
    changes = {"title": "Teitl newydd", "kind": "reflection", "happened_on": date(2026, 10, 3)}
    before = [text_of(client.get(page)) for page in pages]
    piece.refresh_from_db()
    factories.evidence_services.save(by=cast.learner, evidence=piece, version=piece.version, **changes)
    assert [text_of(client.get(page)) for page in pages] == before
    assert all("Teitl newydd" in text_of(sign_in(cast.learner).get(page)) for page in pages)
    factories.submit(piece)
    assert all("Teitl newydd" in text_of(client.get(page)) for page in pages)


def test_a_round_stays_as_it_was_and_says_what_was_erased(cast, sign_in):
    submission = cast.submission
    address = reverse("round", args=[submission.uid])
    assert "Ysgrifennais at y cwsmer." in text_of(sign_in(cast.iqa).get(address))
    words = submission.words
    words.body, words.salt, words.erased_at = None, "", timezone.now()
    words.save()
    said = text_of(sign_in(cast.iqa).get(address))
    assert "What was written in this round was erased." in said
    assert "Ysgrifennais at y cwsmer." not in said
    assert sign_in(cast.assessor).get(reverse("queue")).status_code == 200
    assert sign_in(cast.assessor).get(reverse("review", args=[submission.uid])).status_code == 200
