"""What is accepted as evidence, and what is said about what is not."""

import hashlib
import unicodedata

import pytest

from accounts.refusals import Invalid
from portfolio.uploads.receive import clean_name, receive, receive_all
from tests.portfolio import samples
from tests.portfolio.samples import upload


@pytest.mark.parametrize(("name", "content", "content_type"), samples.ACCEPTED)
def test_every_accepted_kind_is_known_by_its_content(name, content, content_type):
    received = receive(upload(name, content))
    assert (received.name, received.content_type) == (name, content_type)
    assert (received.size, received.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert received.content.read() == content


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("photo.jpg", b"", "empty"),
        ("photo.jpg", samples.demo("cofnod-cysylltiadau.pdf"), "By its content it is: PDF"),
        ("log.pdf", samples.photo(), "By its content it is: JPEG photo"),
        ("photo.jpg", b"MZ" + bytes(300), "run code"),
        ("photo.jpg", b"\x00\x01\x02\x03", "not what its name says, or it is damaged"),
        ("page.html", b"<!doctype html><script>alert(1)</script>", "run code"),
        ("notes.txt", b"<!doctype html><script>alert(1)</script>", "run code"),
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "run code"),
        ("drawing.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "run code"),
        ("tool.sh", b"#!/bin/sh\nls\n", "run code"),
        ("tool.bat", b"plain words", "run code"),
        ("macros.docm", samples.demo("service-review.docx"), "run code"),
        ("all.zip", samples.office("photo.jpg"), "Unpack it"),
        ("review.docx", samples.office("photo.jpg"), "Unpack it"),
        ("data.json", b'{"a": 1}', "kind of file is not accepted"),
        ("moving.gif", b"GIF89a" + bytes(20), "kind of file is not accepted"),
    ],
)
def test_what_is_refused_is_named_with_what_is_wrong(name, content, said):
    with pytest.raises(Invalid) as refusal:
        receive(upload(name, content))
    assert str(refusal.value).startswith(f"{name}: ")
    assert said in str(refusal.value)


def test_a_file_up_to_the_limit_is_accepted_and_one_beyond_it_not(settings):
    settings.UPLOAD_LIMIT = 10
    assert receive(upload("a.txt", b"0123456789")).size == 10
    with pytest.raises(Invalid, match="The limit is: 10.bytes"):
        receive(upload("a.txt", b"0123456789a"))


def test_one_refused_file_does_not_lose_the_others():
    received, refusals = receive_all(
        [upload("a.txt", b"words"), upload("b.txt", b""), upload("c.txt", b"more")]
    )
    assert [r.name for r in received] == ["a.txt", "c.txt"]
    assert [str(r).split(":")[0] for r in refusals] == ["b.txt"]


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\Mari\\llun.jpg", "llun.jpg"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\x00b\nc\x7f.txt", "abc.txt"),
        (unicodedata.normalize("NFD", "Tŷ Ŵyn.txt"), "Tŷ Ŵyn.txt"),
        ("  two\u2003words .pdf ", "two words .pdf"),
        ("Report 1.2", "Report 1.2"),
        ("..", "file"),
        ("", "file"),
        (None, "file"),
    ],
)
def test_names_are_cleaned(name, clean):
    assert clean_name(name) == clean


def test_a_name_of_300_characters_keeps_its_ending():
    name = clean_name("ŵ" * 300 + ".jpeg")
    assert len(name) == 255
    assert name.endswith("ŵ.jpeg")


def test_a_name_without_an_ending_gets_one():
    assert receive(upload("image", samples.photo())).name == "image.jpg"
