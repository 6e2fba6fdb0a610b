"""The bytes of evidence: to whom, how, and in which parts."""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import quote_etag

from jobs import runner
from portfolio.services import evidence as pieces
from portfolio.uploads.receive import receive
from tests import factories
from tests.portfolio import samples
from tests.portfolio.samples import upload

CONTENT = b"0123456789" * 20_000
SIZE = len(CONTENT)


@pytest.fixture
def keep(cast):
    """`keep(name, content)` is that file, kept by the learner and submitted."""

    def kept(name="notes.txt", content=CONTENT):
        evidence = factories.make_evidence(
            cast.enrolment, cast.standard.criteria.all()[:1], files=[receive(upload(name, content))]
        )
        factories.submit(evidence)
        runner.run_waiting()
        return evidence.files.get()

    return kept


@pytest.fixture
def learner(cast, sign_in):
    return sign_in(cast.learner)


def address(file) -> str:
    return reverse("file", args=[file.uid])


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_the_file_comes_as_it_was_sent(keep, learner):
    file = keep()
    response = learner.get(address(file))
    assert (response.status_code, body(response)) == (200, CONTENT)
    assert response["Content-Length"] == str(SIZE)
    assert response["Content-Type"] == "text/plain"
    assert response["Accept-Ranges"] == "bytes"
    assert response["ETag"] == quote_etag(file.sha256)
    assert response["Cache-Control"] == "private, no-cache"
    assert response["X-Content-Type-Options"] == "nosniff"
    policy = set(response["Content-Security-Policy"].split("; "))
    assert {"default-src 'none'", "sandbox allow-same-origin"} < policy
    assert "script-src" not in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=5-9", 5, 9),
        ("bytes=70000-", 70_000, SIZE - 1),
        ("bytes=-7", SIZE - 7, SIZE - 1),
        ("bytes=-999999", 0, SIZE - 1),
        ("bytes=10-999999", 10, SIZE - 1),
    ],
)
def test_a_player_gets_the_part_it_asks_for(keep, learner, asked, first, last):
    response = learner.get(address(keep()), headers={"Range": asked})
    assert (response.status_code, body(response)) == (206, CONTENT[first : last + 1])
    assert response["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert response["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=999999-1000000", "bytes=-0"])
def test_a_part_behind_the_end_is_refused_with_the_size(keep, learner, asked):
    response = learner.get(address(keep()), headers={"Range": asked})
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{SIZE}")


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "bytes=-", "bytes=9-5", "lines=1-2", "bytes=a-b", "x"])
def test_what_is_no_single_range_gets_the_whole(keep, learner, asked):
    response = learner.get(address(keep()), headers={"Range": asked})
    assert (response.status_code, body(response)) == (200, CONTENT)


def test_a_part_is_sent_only_of_the_file_that_is_meant(keep, learner):
    file = keep()
    for etag, status in ((quote_etag(file.sha256), 206), ('"another"', 200)):
        response = learner.get(address(file), headers={"Range": "bytes=0-4", "If-Range": etag})
        whole = CONTENT[:5] if status == 206 else CONTENT
        assert (response.status_code, body(response)) == (status, whole)


def test_what_has_not_changed_is_not_sent_again(keep, learner):
    file = keep()
    response = learner.get(address(file), headers={"If-None-Match": quote_etag(file.sha256)})
    assert (response.status_code, response.content) == (304, b"")


def test_only_the_headers_for_head_and_nothing_for_post(keep, learner):
    file = keep()
    response = learner.head(address(file))
    assert (response.status_code, response["Content-Length"]) == (200, str(SIZE))
    assert learner.post(address(file)).status_code == 405


@pytest.mark.parametrize(
    ("name", "content", "disposition"),
    [
        ("photo.jpg", samples.photo(), 'inline; filename="photo.jpg"'),
        ("log.pdf", samples.demo("cofnod-cysylltiadau.pdf"), 'inline; filename="log.pdf"'),
        ("film.mp4", samples.iso_media(b"isom"), 'inline; filename="film.mp4"'),
        ("IMG_1.HEIC", samples.heic(), 'attachment; filename="IMG_1.HEIC"'),
        ("notes.txt", b"Words.", 'attachment; filename="notes.txt"'),
        ("tŷ dŵr.txt", b"Words.", "attachment; filename*=utf-8''t%C5%B7%20d%C5%B5r.txt"),
    ],
)
def test_only_what_browsers_show_safely_is_shown(keep, learner, name, content, disposition):
    assert learner.head(address(keep(name, content)))["Content-Disposition"] == disposition


def test_those_of_the_portfolio_see_it_and_strangers_do_not(keep, cast, sign_in):
    file = keep("photo.jpg", samples.photo())
    for place in (address(file), reverse("preview", args=[file.uid, 1])):
        for person in (cast.learner, cast.assessor, cast.iqa, cast.eqa, cast.manager):
            assert sign_in(person).head(place).status_code == 200
        for person in (cast.other_assessor, *cast.outsiders):
            assert sign_in(person).head(place).status_code == 404
        assert sign_in(None).head(place).status_code == 302


def test_a_file_added_to_what_came_back_is_its_authors_until_it_is_submitted_again(cast, sign_in, keep):
    evidence = keep().evidence
    factories.review(evidence.submissions.get(), cast.assessor, "not_accepted")
    evidence.refresh_from_db()
    added = [receive(upload("more.txt", b"Mwy."))]
    pieces.add_files(by=cast.learner, evidence=evidence, files=added)
    place = address(evidence.files.last())
    people = (cast.learner, cast.assessor, cast.eqa)
    assert [sign_in(person).head(place).status_code for person in people] == [200, 404, 404]
    factories.submit(evidence)
    assert [sign_in(person).head(place).status_code for person in people] == [200, 200, 200]


def test_a_draft_is_its_authors_alone(cast, sign_in):
    file = factories.make_evidence(cast.enrolment, files=[receive(upload())]).files.get()
    assert sign_in(cast.learner).head(address(file)).status_code == 200
    assert sign_in(cast.assessor).head(address(file)).status_code == 404


def test_previews_are_pictures_and_a_page_that_is_not_there_is_not_found(keep, learner):
    file = keep("log.pdf", samples.demo("cofnod-cysylltiadau.pdf"))
    response = learner.get(reverse("preview", args=[file.uid, 3]))
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    assert body(response).startswith(b"\xff\xd8")
    assert learner.get(reverse("preview", args=[file.uid, 4])).status_code == 404


@pytest.mark.parametrize("harm", ["lost", "cut"])
def test_a_damaged_file_is_said_to_be_damaged(keep, learner, harm):
    file = keep()
    if harm == "lost":
        file.file.storage.delete(file.file.name)
    else:
        with file.file.storage.open(file.file.name, "wb") as stored:
            stored.write(CONTENT[:100])
    response = learner.get(address(file))
    assert response.status_code == 410
    assert "This file is damaged" in response.content.decode()


def test_the_web_server_sends_it_where_it_can(keep, learner, settings):
    settings.FILES_ACCEL = "/kept/"
    file = keep()
    response = learner.get(address(file), headers={"Range": "bytes=0-4"})
    assert (response.status_code, response.content) == (200, b"")
    assert response["X-Accel-Redirect"] == f"/kept/{file.file.name}"
    assert response["Content-Disposition"] == 'attachment; filename="notes.txt"'


def viewer(*kept) -> str:
    evidence = kept[0].evidence
    files = evidence.files.prefetch_related("previews")
    return render_to_string("portfolio/viewer.html", {"evidence": evidence, "files": files})


def test_each_kind_is_shown_in_place(keep):
    photo = viewer(file := keep("photo.jpg", samples.photo()))
    assert f'src="/files/{file.uid}/previews/1/"' in photo
    assert 'alt="Picture: photo.jpg"' in photo
    assert f'href="/files/{file.uid}/" translate="no">photo.jpg</a>' in photo
    assert file.sha256[:12] in photo
    pdf = viewer(file := keep("log.pdf", samples.demo("cofnod-cysylltiadau.pdf")))
    assert f'id="p3-{file.uid}"' in pdf
    assert 'alt="Page 3 of 3"' in pdf
    film = viewer(file := keep("film.mp4", samples.demo("handling-a-complaint.mp4")))
    assert f'<video src="/files/{file.uid}/" controls' in film
    assert f'<a href="/files/{file.uid}/" download>' in film
    sound = viewer(file := keep("note.wav", samples.wav()))
    assert f'<audio src="/files/{file.uid}/" controls' in sound
    document = viewer(keep("review.docx", samples.demo("service-review.docx")))
    assert "Word document" in document
    note = viewer(file := keep("note.txt", "Tŷ <b>Dŵr</b>".encode()))
    # It scrolls in its own box, which the keyboard reaches.
    assert (
        'lang="cy" tabindex="0" role="region" aria-label="note.txt">Tŷ &lt;b&gt;Dŵr&lt;/b&gt;</pre>' in note
    )
    assert "Only the beginning is shown." not in note
    assert "Only the beginning is shown." in viewer(keep("long.txt", b"line\n" * 20_000))
    file.file.storage.delete(file.file.name)
    assert "note.txt" in viewer(file)
    for encoding in ("utf-16", "cp1252"):
        assert "Diolch – café" in viewer(keep("windows.txt", "Diolch – café".encode(encoding)))
    broken = viewer(keep("huge.png", samples.huge_picture()))
    assert "There is no preview yet" in broken


def test_what_waits_for_the_virus_scanner_is_said_to_wait(keep):
    file = keep("film.mp4", samples.demo("handling-a-complaint.mp4"))
    file.scan = "waiting"
    file.save()
    shown = viewer(file)
    assert "<video" not in shown
    assert "waits for the virus scanner" in shown


def test_what_was_written_is_shown_in_its_language_and_not_as_a_page(cast):
    evidence = factories.make_evidence(cast.enrolment, text="Un.\n\nDau <script>alert(1)</script>")
    shown = render_to_string("portfolio/viewer.html", {"evidence": evidence, "files": []})
    assert 'lang="cy"><p>Un.</p>' in shown
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown


def test_showing_many_files_asks_the_database_no_more_often(keep, cast, django_assert_num_queries):
    uploads = [upload(f"{n}.jpg", samples.picture("JPEG", (40, 30 + n))) for n in range(5)]
    evidence = factories.make_evidence(cast.enrolment, files=[receive(u) for u in uploads])
    runner.run_waiting()
    with django_assert_num_queries(2):
        render_to_string(
            "portfolio/viewer.html",
            {"evidence": evidence, "files": evidence.files.prefetch_related("previews")},
        )
