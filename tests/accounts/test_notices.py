"""People hear of what concerns them: on the site at once, by email gathered into one letter, in their language."""

from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.conf import settings
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts import notices
from accounts.models import REACHED, Notice, NoticeKind
from assessments.services import appeals
from jobs.models import Job
from portfolio.services.privacy import withdraw_content
from tests import factories


@pytest.fixture(autouse=True)
def _silence(cast):
    """Making the cast told people of a good many things."""
    Notice.objects.all().delete()
    Job.objects.all().delete()


def kinds_for(person) -> list[str]:
    return list(Notice.objects.filter(user=person).order_by("pk").values_list("kind", flat=True))


def test_the_assessor_hears_of_evidence_and_the_learner_of_decisions(cast):
    submission = factories.submit(cast.draft)
    assert kinds_for(cast.assessor) == ["evidence_waits"]
    factories.review(submission, cast.assessor)
    assert not Notice.objects.filter(user=cast.assessor, read_at=None)
    assert kinds_for(cast.learner) == ["evidence_judged"]
    assert kinds_for(cast.iqa) == []


def test_a_countersignature_is_asked_of_others(cast):
    factories.review(factories.submit(cast.draft), cast.trainee)
    assert "countersign" in kinds_for(cast.assessor)
    assert "countersign" not in kinds_for(cast.trainee)


def test_much_at_once_is_one_letter(cast):
    for _n in range(3):
        factories.submit(factories.make_evidence(cast.enrolment, [cast.standard.criteria.first()]))
    waiting = Job.objects.filter(task="accounts.tasks.send_digest", arguments={"user": cast.assessor.pk})
    assert waiting.count() == 1
    assert notices.send_digest(cast.assessor) == 3
    assert len(mail.outbox) == 1
    assert mail.outbox[0].body.count("/en/submissions/") == 3
    assert mail.outbox[0].body.count(f": {cast.learner.name}: ") == 3
    assert notices.send_digest(cast.assessor) == 0
    assert len(mail.outbox) == 1


def test_what_happens_while_a_letter_is_late_or_lost_has_one_of_its_own(cast):
    """Otherwise nothing would ever be written to somebody again."""
    letters = Job.objects.filter(task="accounts.tasks.send_digest", arguments={"user": cast.assessor.pk})
    factories.submit(cast.draft)
    with time_machine.travel(timezone.now() + settings.DIGEST_AFTER + timedelta(seconds=1)):
        factories.submit(factories.make_evidence(cast.enrolment, [cast.standard.criteria.first()]))
    assert letters.count() == 2
    assert notices.send_digest(cast.assessor) == 2


@pytest.mark.parametrize(
    ("language", "said"), [("cy", ["Newyddion"]), ("en", ["News"]), ("", ["Newyddion", "News"])]
)
def test_the_letter_is_in_the_readers_language_or_in_both(cast, language, said):
    cast.assessor.language = language
    cast.assessor.save()
    factories.submit(cast.draft)
    notices.send_digest(cast.assessor)
    assert all(word in mail.outbox[0].subject for word in said)


def test_what_was_read_or_muted_needs_no_letter(cast, sign_in):
    factories.submit(cast.draft)
    client = sign_in(cast.assessor)
    [notice] = Notice.objects.filter(user=cast.assessor)
    response = client.get(reverse("notice", args=[notice.uid]), follow=True)
    assert response.redirect_chain == [(notice.address, 302)]
    assert notices.send_digest(cast.assessor) == 0
    client.post(reverse("notice_settings"), {"letters": ["countersign"]})
    factories.submit(factories.make_evidence(cast.enrolment, [cast.standard.criteria.first()]))
    cast.assessor.refresh_from_db()
    assert notices.send_digest(cast.assessor) == 0
    assert mail.outbox == []


def test_what_was_opened_by_another_way_is_no_longer_new(cast, sign_in):
    submission = factories.submit(cast.draft)
    factories.submit(factories.make_evidence(cast.enrolment, [cast.standard.criteria.first()]))
    sign_in(cast.assessor).get(reverse("review", args=[submission.uid]))
    unread = Notice.objects.get(user=cast.assessor, read_at=None)
    assert unread.arguments != [str(submission.uid)]


def test_a_notice_that_was_read_asks_for_nothing(cast, sign_in):
    factories.review(factories.submit(cast.draft), cast.assessor)
    page = sign_in(cast.assessor).get(reverse("notices")).text
    assert "Evidence was submitted" in page
    assert "waits" not in page


def test_notices_name_the_piece_the_round_the_standard(cast, sign_in):
    first, _second = [
        factories.review(factories.submit(cast.draft), cast.assessor, "more_needed") for _ in "12"
    ]
    row = cast.enrolled_standard
    for about in ({"review": first}, {"enrolled_standard": row}):
        appeal = appeals.open_appeal(by=cast.learner, text="Na.", language="cy", **about)
        appeals.answer(by=cast.assessor, appeal=appeal, upheld=False, text="Na.", language="cy")
    said = [
        (notice.kind, notice.about, notice.round)
        for notice in Notice.objects.filter(user=cast.learner).order_by("pk")
    ]
    title, urn = cast.draft.title, row.standard.urn
    assert said == [
        *[("evidence_judged", title, number) for number in (1, 2)],
        *[("appeal_answered", title, 1), ("appeal_answered", urn, None)],
    ]
    page = BeautifulSoup(sign_in(cast.learner).get(reverse("notices")).content, "html.parser").main
    rounds = [text for text in page.stripped_strings if "Round" in text]
    assert rounds == ["· Round 1", "· Round 2", "· Round 1"]
    assert not page.select("a.primary, button.primary")
    assert notices.send_digest(cast.learner) == 4
    assert f"{title} · Round 2" in mail.outbox[0].body


def test_notices_of_a_piece_whose_content_was_destroyed_no_longer_name_it(cast, sign_in):
    other = factories.make_evidence(cast.enrolment, cast.standard.criteria.all()[:1], title="Llais")
    for piece in (cast.draft, other):
        factories.submit(piece)
    withdraw_content(by=cast.manager, evidence=other, reason="Wyneb.", language="cy")
    page = sign_in(cast.assessor).get(reverse("notices")).text
    assert (cast.draft.title in page, "Llais" in page) == (True, False)


def test_everybody_chooses_among_what_can_reach_them(cast, sign_in):
    cast.eqa.muted = ["countersign", "reading_opened"]
    cast.eqa.save()
    client = sign_in(cast.eqa)
    page = client.get(reverse("notice_settings")).text
    assert "You can read a programme" in page
    assert "countersignature" not in page
    assert "countersignature" in sign_in(cast.assessor).get(reverse("notice_settings")).text
    client.post(reverse("notice_settings"), {"letters": ["reading_opened"]})
    cast.eqa.refresh_from_db()
    assert cast.eqa.muted == ["countersign"]


def test_every_kind_can_reach_somebody():
    assert {kind for kinds in REACHED.values() for kind in kinds} == set(NoticeKind)


def test_the_top_bar_counts_until_all_is_read(cast, sign_in):
    factories.submit(cast.draft)
    client = sign_in(cast.assessor)
    page = client.get(reverse("notices")).text
    assert 'class="news some"' in page
    assert "Cwyn am ddanfoniad hwyr" in page
    client.post(reverse("notices_read"))
    assert 'class="news some"' not in client.get(reverse("notices")).text


def test_nobody_opens_the_notice_of_somebody_else(cast, sign_in):
    factories.submit(cast.draft)
    [notice] = Notice.objects.filter(user=cast.assessor)
    assert sign_in(cast.learner).get(reverse("notice", args=[notice.uid])).status_code == 404
    assert sign_in(cast.assessor).get(reverse("notice", args=[notice.uid])).status_code == 302
