"""Signing in, out, and choosing a new password."""

import re

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_signs_in_by_e_mail_in_any_case(client, person):
    nia = person("nia")
    answer = client.post(
        reverse("account_login"), {"login": "NIA@Dysgu.Example", "password": "sesiwn-y-bore"}
    )
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(nia.pk)


def test_a_wrong_password_says_so_and_keeps_the_address(client, person, language):
    nia = person("nia")
    answer = client.post(reverse("account_login"), {"login": nia.email, "password": "anghywir"})
    assert answer.status_code == 422
    assert f'value="{nia.email}"' in answer.content.decode()
    said = {"cy": "Nid yw’r cyfeiriad e-bost a’r cyfrinair yn cyfateb", "en": "do not match"}
    assert said[language] in answer.content.decode()


def test_too_many_attempts_lock_even_the_right_password_out(client, person):
    nia = person("nia")
    for _attempt in range(5):
        client.post(reverse("account_login"), {"login": nia.email, "password": "anghywir"})
    answer = client.post(reverse("account_login"), {"login": nia.email, "password": "sesiwn-y-bore"})
    assert "Too many attempts" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_people_of_the_demo_do_not_exist_elsewhere(client, person, settings):
    nia = person("nia")
    settings.DEMO = False
    answer = client.post(reverse("account_login"), {"login": nia.email, "password": "sesiwn-y-bore"})
    assert answer.status_code == 422


def test_a_closed_account_is_told_so_and_its_session_ends(client, person, sign_in):
    nia = person("nia")
    browser = sign_in(nia)
    nia.is_active = False
    nia.save()
    form = {"login": nia.email, "password": "sesiwn-y-bore"}
    answer = client.post(reverse("account_login"), form, follow=True)
    assert "Nothing of your work was removed" in answer.content.decode()
    assert browser.get(reverse("account_change_password")).status_code == 302


def test_nobody_signs_up_by_themselves(client):
    assert client.get("/en/signup/").status_code == 404


def test_signing_out_asks_first_when_it_comes_by_link(person, sign_in):
    browser = sign_in(person("nia"))
    assert browser.get(reverse("account_logout")).status_code == 200
    assert "_auth_user_id" in browser.session
    browser.post(reverse("account_logout"))
    assert "_auth_user_id" not in browser.session


def test_a_forgotten_password_is_replaced_by_letter(client, person, mailoutbox, language):
    nia = person("nia", language=language)
    client.post(reverse("account_reset_password"), {"email": nia.email})
    letter = mailoutbox[0]
    assert (
        letter.subject
        == {"cy": "Cyfrinair newydd ar gyfer Tystio", "en": "A new password for Tystio"}[language]
    )
    link = re.search(rf"http://testserver(/{language}/\S+)", letter.body)[1]

    page = client.get(link, follow=True)
    form_address = page.redirect_chain[-1][0]
    weak = client.post(form_address, {"password1": "byr"})
    assert weak.status_code == 422
    client.post(form_address, {"password1": "glaw-ar-y-ffenest"})
    nia.refresh_from_db()
    assert nia.check_password("glaw-ar-y-ffenest")

    again = client.get(link)
    assert {"cy": "Nid yw’r ddolen hon yn gweithio mwyach", "en": "This link no longer works"}[
        language
    ] in again.content.decode()


def test_a_letter_is_in_both_languages_while_the_language_is_unknown(client, person, mailoutbox):
    client.post(reverse("account_reset_password"), {"email": person("nia").email})
    letter = mailoutbox[0]
    assert letter.subject == "Cyfrinair newydd ar gyfer Tystio / A new password for Tystio"
    assert letter.body.index("/cy/password/") < letter.body.index("/en/password/")


def test_nobody_learns_whether_an_address_has_an_account(client, person, mailoutbox):
    known = client.post(reverse("account_reset_password"), {"email": person("nia").email})
    unknown = client.post(reverse("account_reset_password"), {"email": "neb@dysgu.example"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert len(mailoutbox) == 1


def test_changing_the_password_wants_the_current_one(person, sign_in):
    nia = person("nia")
    browser = sign_in(nia)
    wrong = {"oldpassword": "anghywir", "password1": "glaw-ar-y-ffenest"}
    assert browser.post(reverse("account_change_password"), wrong).status_code == 422
    right = wrong | {"oldpassword": "sesiwn-y-bore"}
    assert browser.post(reverse("account_change_password"), right).status_code == 302
    nia.refresh_from_db()
    assert nia.check_password("glaw-ar-y-ffenest")
