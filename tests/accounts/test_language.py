"""The language is asked once, remembered, and switched on any page without losing what was typed."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_first_page_asks_and_the_answer_is_remembered(client):
    page = client.get("/").content.decode()
    assert page.index('lang="cy"') < page.index('lang="en"')
    assert "Eich tystiolaeth" in page
    assert "Your evidence" in page

    answer = client.post("/", {"_switch": "cy"})
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert client.get("/")["Location"] == "/cy/"
    assert Client().get("/").status_code == 200


def test_the_account_keeps_the_language_of_the_first_sign_in(client, person):
    nia = person("nia")
    client.post("/cy/sign-in/", {"login": nia.email, "password": "sesiwn-y-bore"})
    nia.refresh_from_db()
    assert nia.language == "cy"


def test_the_account_has_the_last_word_after_sign_in(client, person):
    nia = person("nia", language="cy")
    answer = client.post("/en/sign-in/?next=/en/password/", {"login": nia.email, "password": "sesiwn-y-bore"})
    assert answer["Location"] == "/cy/password/"
    assert client.get("/")["Location"] == "/cy/"
    assert client.cookies["language"].value == "cy"


def test_the_switch_leads_to_the_same_page_and_is_remembered(person, sign_in):
    nia = person("nia", language="cy")
    answer = sign_in(nia).post("/en/password/?from=menu", {"_switch": "en"})
    assert (answer.status_code, answer["Location"]) == (303, "/en/password/?from=menu")
    nia.refresh_from_db()
    assert nia.language == "en"


def test_an_unknown_language_is_not_remembered(client):
    client.post("/", {"_switch": "fr"})
    assert "language" not in client.cookies


def test_the_switch_wants_a_token_of_this_site(person):
    nia = person("nia", language="cy")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(nia)
    assert strict.post("/en/password/", {"_switch": "en"}).status_code == 403
    nia.refresh_from_db()
    assert nia.language == "cy"


def test_what_was_typed_comes_along_and_nothing_is_sent(manager, provider, sign_in, mailoutbox):
    typed = {"email": "not an address", "name": "Gwen", "role": "learner", "_switch": "cy", "_typed": "1"}
    page = sign_in(manager).post(f"/cy/providers/{provider.uid}/people/invite/", typed)
    assert page.status_code == 200
    assert 'value="Gwen"' in page.content.decode()
    assert 'lang="cy"' in page.content.decode()
    assert "errorlist" not in page.content.decode()
    assert not mailoutbox


def test_what_was_typed_outlives_a_session(manager, provider, client, language, mailoutbox):
    invite = f"/{language}/providers/{provider.uid}/people/invite/"
    typed = {"email": "gwen@dysgu.example", "name": "Gwen", "role": "learner", "_typed": "1"}
    sign_in = client.post(invite, typed | {"password1": "sesiwn-y-bore"})["Location"]
    assert "sesiwn" not in str(dict(client.session))
    assert sign_in.startswith(f"/{language}/sign-in/?next=")
    back = client.post(sign_in, {"login": manager.email, "password": "sesiwn-y-bore"})["Location"]
    page = client.get(back).content.decode()
    assert 'value="Gwen"' in page
    said = {"cy": "Roeddech wedi allgofnodi.", "en": "You had been signed out."}
    assert said[language] in page
    assert not mailoutbox
    assert 'value="Gwen"' not in client.get(back).content.decode()


def test_the_switch_does_not_sign_in(client, person):
    nia = person("nia")
    typed = {"login": nia.email, "password": "sesiwn-y-bore", "_switch": "cy", "_typed": "1"}
    page = client.post("/cy/sign-in/", typed).content.decode()
    assert f'value="{nia.email}"' in page
    assert "sesiwn-y-bore" not in page
    assert "_auth_user_id" not in client.session
