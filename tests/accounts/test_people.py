"""Inviting, joining, leaving, and being qualified."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.access import is_qualified, roles_of
from accounts.letters import Unsent
from accounts.models import Invitation, Membership, Provider, User
from accounts.refusals import Invalid
from ledger.models import Event

pytestmark = pytest.mark.django_db(transaction=True)

GWEN = {"email": "Gwen@Dysgu.Example", "name": "Gwen", "role": "learner", "language": "cy"}
ACCOUNT = {"name": "Gwen Parry", "language": "cy", "password": "glaw-ar-y-ffenest"}


@pytest.fixture
def invited(manager, provider, sign_in, mailoutbox):
    """`invited(email=…)` is the link in the letter that came."""

    def invite(**changes) -> str:
        address = reverse("invite", args=[provider.uid])
        assert sign_in(manager).post(address, GWEN | changes).status_code == 302
        return re.search(r"http://testserver(/\S+/)", mailoutbox[-1].body)[1]

    return invite


def test_an_invitation_is_accepted_with_a_new_account(invited, client, mailoutbox):
    link = invited()
    assert mailoutbox[0].to == ["gwen@dysgu.example"]
    assert mailoutbox[0].subject == "Gwahoddiad i Tystio"
    assert "Dysgu'r Dyffryn" in mailoutbox[0].body
    assert 'value="Gwen"' in client.get(link).content.decode()
    assert client.get(link).status_code == 200, "it opens again until it is accepted"

    assert client.post(link, ACCOUNT)["Location"] == "/cy/"
    gwen = User.objects.get(email="gwen@dysgu.example")
    assert (gwen.name, gwen.language, client.session["_auth_user_id"]) == ("Gwen Parry", "cy", str(gwen.pk))
    assert roles_of(gwen) == {"learner"}
    assert gwen.emailaddress_set.get().verified
    kinds = Event.objects.order_by("position").values_list("kind", flat=True)
    assert list(kinds) == ["people.invited", "people.joined"]
    assert "Gwen" not in str(list(Event.objects.values_list("data", flat=True)))


def test_a_letter_to_somebody_unknown_is_bilingual(invited, mailoutbox):
    invited(language="")
    assert mailoutbox[0].subject == "Gwahoddiad i Tystio / Invitation to Tystio"
    assert "Valley Learning" in mailoutbox[0].body
    assert "/cy/invitations/" in mailoutbox[0].body
    assert "/en/invitations/" in mailoutbox[0].body


def test_a_weak_password_keeps_what_was_typed(invited, client):
    answer = client.post(invited(), ACCOUNT | {"password": "byr"})
    assert answer.status_code == 422
    assert 'value="Gwen Parry"' in answer.content.decode()
    assert not User.objects.filter(name="Gwen Parry").exists()


def test_a_second_click_leads_on(invited, client):
    link = invited()
    client.post(link, ACCOUNT)
    assert client.post(link, ACCOUNT).status_code == 302
    assert Membership.objects.filter(role="learner").count() == 1


def test_who_has_an_account_signs_in_and_accepts(invited, client, person, sign_in):
    gwen = person("gwen", language="en")
    link = invited()
    assert client.get(link)["Location"].endswith(f"/sign-in/?next={link}")
    browser = sign_in(gwen)
    assert "glaw" not in browser.get(link).content.decode()
    assert browser.post(link).status_code == 302
    assert roles_of(gwen) == {"learner"}
    assert gwen.language == "en"


def test_somebody_else_cannot_accept(invited, manager, sign_in):
    link = invited()
    page = sign_in(manager).get(link).content.decode()
    assert "gwen@dysgu.example" in page
    assert manager.email in page
    answer = sign_in(manager).post(link)
    assert answer.status_code == 422
    assert "gwahoddiad hwn" in answer.content.decode()
    assert not Membership.objects.filter(role="learner").exists()


@pytest.mark.parametrize("reason", ["wrong", "expired", "withdrawn", "sent again"])
def test_a_link_that_opens_nothing_says_why(reason, invited, manager, client, sign_in):
    link = invited()
    found = Invitation.objects.get()
    moment = timezone.now() + timedelta(days=15 if reason == "expired" else 0)
    if reason == "wrong":
        link = "/cy/invitations/anything/"
    if reason == "withdrawn":
        services.withdraw(by=manager, invitation=found)
    if reason == "sent again":
        services.resend(by=manager, invitation=found, origin="")
    with time_machine.travel(moment):
        for answer in (client.get(link), client.post(link, ACCOUNT)):
            assert answer.status_code == 404
            assert {"expired": "wedi dod i ben", "withdrawn": "wedi tynnu"}.get(
                reason, "llythyr diweddaraf"
            ) in answer.content.decode()


def test_an_expired_invitation_is_sent_again(invited, manager, sign_in, client, mailoutbox):
    invited()
    found = Invitation.objects.get()
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        browser = sign_in(manager)
        assert "expired" in browser.get(reverse("people", args=[found.provider.uid])).content.decode()
        browser.post(reverse("invitation_resend", args=[found.uid]))
        link = re.search(r"http://testserver(/\S+/)", mailoutbox[-1].body)[1]
        assert client.get(link).status_code == 200


def test_the_same_invitation_twice_is_said_and_kept_as_typed(invited, manager, provider, sign_in, language):
    invited()
    answer = sign_in(manager).post(reverse("invite", args=[provider.uid]), GWEN)
    assert answer.status_code == 422
    said = {"cy": "eisoes wedi’i wahodd", "en": "has been invited to this role already"}
    assert said[language] in answer.content.decode()
    assert 'value="Gwen@Dysgu.Example"' in answer.content.decode()
    assert Invitation.objects.count() == 1


def test_who_is_here_already_is_not_invited_again(joined, manager, provider):
    joined("gwen", "learner")
    with pytest.raises(Invalid, match="already has this role"):
        services.invite(by=manager, provider=provider, origin="", **GWEN)
    services.invite(by=manager, provider=provider, origin="", **GWEN | {"role": "assessor"})


def test_a_letter_that_cannot_be_sent_leaves_the_invitation_to_be_sent_again(
    manager, provider, sign_in, settings
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    answer = sign_in(manager).post(reverse("invite", args=[provider.uid]), GWEN, follow=True)
    assert "Send it again in a few minutes" in answer.content.decode()
    assert "gwen@dysgu.example" in answer.content.decode()
    with pytest.raises(Unsent):
        services.resend(by=manager, invitation=Invitation.objects.get(), origin="")


def test_a_manager_sees_people_and_ends_a_role(joined, manager, provider, sign_in):
    gwen = joined("gwen", "assessor")
    browser = sign_in(manager)
    assert "Gwen" in browser.get(reverse("people", args=[provider.uid])).content.decode()
    address = reverse("membership_end", args=[gwen.uid])
    assert "You are about to end a role" in browser.post(address).content.decode()
    assert roles_of(gwen.user) == {"assessor"}
    browser.post(address, {"confirmed": "on"})
    assert roles_of(gwen.user) == set()
    assert browser.post(address, {"confirmed": "on"}).status_code == 409


def test_a_manager_finds_somebody_among_many(joined, manager, provider, sign_in):
    joined("gwen", "assessor")
    joined("ifan", "learner")
    browser = sign_in(manager)
    address = reverse("people", args=[provider.uid])
    found = browser.get(address, {"named": "IFAN"}).content.decode()
    assert "Ifan" in found
    assert "Gwen" not in found
    assert "Gwen" in browser.get(address, {"role": "assessor"}).content.decode()
    assert browser.get(address, {"role": "king", "page": "x"}).status_code == 200


def test_the_last_manager_stays(manager, sign_in):
    mine = manager.memberships.get()
    for typed in ({}, {"confirmed": "on"}):
        assert sign_in(manager).post(reverse("membership_end", args=[mine.uid]), typed).status_code == 422
    assert roles_of(manager) == {"manager"}


@pytest.mark.parametrize(("menu", "pages"), [("providers", "people"), ("all_programmes", "programmes")])
def test_a_manager_of_one_provider_goes_from_the_menu_straight_to_its_pages(
    menu, pages, manager, provider, sign_in
):
    browser = sign_in(manager)
    assert reverse(menu) in browser.get(reverse("home")).content.decode()
    assert browser.get(reverse(menu))["Location"] == reverse(pages, args=[provider.uid])
    here = browser.get(reverse(pages, args=[provider.uid])).content.decode()
    assert f'<a href="{reverse(menu)}" aria-current="page">' in here
    assert here.count('aria-current="page"') == 1
    other = Provider.objects.create(name_cy="Coleg y Bryn", name_en="Hill College")
    Membership.objects.create(provider=other, user=manager, role="manager")
    page = browser.get(reverse(menu)).content.decode()
    for each in (provider, other):
        assert f'href="{reverse(pages, args=[each.uid])}"' in page


@pytest.mark.parametrize(("role", "expected"), [("assessor", 403), ("learner", 403), (None, 404)])
def test_a_managers_pages_are_for_managers(
    role, expected, invited, joined, person, manager, provider, sign_in
):
    invited()
    letter = Invitation.objects.get()
    visitor = joined("gwilym", role).user if role else person("gwilym")
    browser = sign_in(visitor)
    someone = manager.memberships.get()
    pages = [
        ("people", provider),
        ("invite", provider),
        ("membership", someone),
    ]
    verbs = [("membership_end", someone), ("invitation_resend", letter), ("invitation_withdraw", letter)]
    assert {browser.get(reverse(name, args=[row.uid])).status_code for name, row in pages} == {expected}
    assert {browser.post(reverse(name, args=[row.uid])).status_code for name, row in verbs} == {expected}
    assert browser.get(reverse("providers")).status_code == 403


def test_a_qualification_counts_from_its_day_until_it_ends(joined, manager, sign_in):
    gwen = joined("gwen", "assessor")
    browser = sign_in(manager)
    address = reverse("membership", args=[gwen.uid])
    form = {"kind": "assessor", "urn": "inscs016", "since": "2026-01-05", "qualification": "D32/D33"}
    assert browser.post(address, form | {"since": "2999-01-01"}).status_code == 422
    assert browser.post(address, form).status_code == 302
    assert "INSCS016" in browser.get(address).content.decode()

    def counts(urn: str, *day: int) -> bool:
        return is_qualified(
            gwen.user, "assessor", urn=urn, provider=gwen.provider, at=datetime(*day, 12, tzinfo=UTC)
        )

    assert counts("INSCS016", 2026, 1, 5)
    assert not counts("INSCS016", 2026, 1, 4)
    assert not counts("INSCS015", 2026, 1, 5)
    services.record_competence(
        by=manager,
        membership=gwen,
        kind="assessor",
        urn="",
        since=datetime(2026, 1, 6).date(),
        qualification="",
    )
    assert counts("INSCS015", 2026, 1, 6)

    one = gwen.user.competences.get(urn="INSCS016")
    browser.post(reverse("competence_end", args=[gwen.uid, one.uid]))
    assert not is_qualified(gwen.user, "iqa", urn="INSCS016", provider=gwen.provider)
    one.refresh_from_db()
    assert one.to_at
    assert browser.post(reverse("competence_end", args=[gwen.uid, one.uid])).status_code == 409


def test_a_provider_begins_with_a_manager_who_sets_a_password_by_letter(client, mailoutbox, capsys):
    names = ("Dysgu’r Bae", "Bay Learning", "--manager", "Gwen@bae.example", "--name", "Gwen Jones")
    with pytest.raises(CommandError, match="no email address"):
        call_command("add_provider", *names[:3], "gwen", *names[4:])
    call_command("add_provider", *names)
    assert "/cy/password/forgotten/" in capsys.readouterr().out
    membership = Membership.objects.get()
    assert (membership.role, membership.user.name) == ("manager", "Gwen Jones")
    assert membership.provider.name_en == "Bay Learning"
    client.post("/cy/password/forgotten/", {"email": "gwen@bae.example"})
    [letter] = mailoutbox
    link = re.search(r"http://testserver(\S+)", letter.body)[1]
    form = client.get(link)["Location"]
    client.post(form, {"password1": "sesiwn-y-bore", "password2": "sesiwn-y-bore"})
    client.logout()
    client.post("/cy/sign-in/", {"login": "gwen@bae.example", "password": "sesiwn-y-bore"})
    assert client.get(f"/cy/providers/{membership.provider.uid}/people/").status_code == 200
    call_command("add_provider", "Ail", "Second", *names[2:])
    assert User.objects.count() == 1
