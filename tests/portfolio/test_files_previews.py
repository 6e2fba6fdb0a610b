"""Pictures of files: for every browser, without what the original says about its maker."""

import io

import pytest
from django.core.files.storage import default_storage
from PIL import Image
from PIL.ExifTags import IFD

from jobs import runner
from portfolio.models import Preview
from portfolio.services.privacy import withdraw_content
from portfolio.tasks import make_previews
from portfolio.uploads import previews
from portfolio.uploads.receive import receive
from tests import factories
from tests.portfolio import samples
from tests.portfolio.samples import upload


@pytest.fixture
def keep(cast):
    """`keep(name, content)` is that file, kept and with its background work done."""

    def kept(name, content):
        files = [receive(upload(name, content))]
        evidence = factories.make_evidence(cast.enrolment, files=files)
        runner.run_waiting()
        return evidence.files.get()

    return kept


def pictures(file) -> dict[int, Image.Image]:
    return {p.page: Image.open(io.BytesIO(stored(p.image))) for p in Preview.objects.filter(file=file)}


def stored(field) -> bytes:
    with field.open() as content:
        return content.read()


def test_a_photo_gets_a_page_and_a_thumbnail_the_right_way_up(keep):
    made = pictures(keep("photo.jpg", samples.photo()))
    # It was taken lying on its side.
    assert {page: picture.size for page, picture in made.items()} == {0: (160, 320), 1: (800, 1600)}


def test_neither_place_nor_camera_is_left(keep):
    file = keep("photo.jpg", samples.photo())
    original = Image.open(io.BytesIO(stored(file.file)))
    assert original.getexif().get_ifd(IFD.GPSInfo), "the original keeps its place"
    for picture in pictures(file).values():
        assert not picture.getexif()
        assert "comment" not in picture.info
        picture.fp.seek(0)
        assert b"Ffug" not in picture.fp.read()


def test_a_photo_of_an_iphone_can_be_shown_everywhere(keep):
    made = pictures(keep("IMG_0001.HEIC", samples.heic()))
    assert {page: (picture.format, picture.size) for page, picture in made.items()} == {
        0: ("JPEG", (64, 48)),
        1: ("JPEG", (64, 48)),
    }


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1"])
def test_pictures_of_every_colouring_get_previews(keep, mode):
    assert len(pictures(keep("screen.png", samples.picture(mode=mode)))) == 2


def test_transparent_is_white(keep):
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    assert pictures(keep("clear.png", out.getvalue()))[1].getpixel((4, 4)) == (255, 255, 255)


def test_grey_in_many_steps_stays_grey(keep):
    out = io.BytesIO()
    Image.new("I;16", (8, 8), 0x8080).save(out, "PNG")
    assert pictures(keep("scan.png", out.getvalue()))[1].getpixel((4, 4)) == (128, 128, 128)


def test_a_pdf_becomes_the_pictures_of_its_pages(keep):
    made = pictures(keep("log.pdf", samples.demo("cofnod-cysylltiadau.pdf")))
    assert list(made) == [0, 1, 2, 3]
    assert max(made[0].size) == 320
    assert max(made[3].size) in range(1598, 1603)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("huge.png", samples.huge_picture()),
        ("cut.jpg", samples.photo()[:600]),
        ("cut.png", samples.picture(size=(300, 300))[:60]),
        ("cut.heic", samples.heic()[:300]),
        ("cut.pdf", b"%PDF-1.7\n" + bytes(200)),
        ("note.wav", samples.wav()),
    ],
)
def test_what_cannot_be_read_harms_nobody(keep, name, content):
    file = keep(name, content)
    assert not pictures(file)
    assert stored(file.file) == content


def test_made_twice_they_are_there_once(keep):
    file = keep("photo.jpg", samples.photo())
    assert make_previews(None, file_uid=str(file.uid)) == {"previews": 2}
    names = {p.image.name for p in file.previews.all()}
    assert names == {f"previews/{file.uid.hex[:2]}/{file.uid.hex}/{page}.jpg" for page in (0, 1)}


def test_a_file_that_is_gone_needs_no_previews(db):
    assert make_previews(None, file_uid="00000000-0000-4000-8000-000000000000") == {"previews": 0}


def test_no_picture_is_made_of_what_is_destroyed_meanwhile(cast, monkeypatch):
    files = [receive(upload("llun.png", samples.picture()))]
    evidence = factories.make_evidence(cast.enrolment, cast.standard.criteria.all()[:1], files=files)
    factories.submit(evidence)
    read = previews._image

    def meanwhile(content):
        for picture in read(content):
            withdraw_content(by=cast.manager, evidence=evidence, reason="Wyneb.", language="cy")
            yield picture

    monkeypatch.setattr(previews, "_image", meanwhile)
    file = evidence.files.get()
    assert previews.make(file.uid) == 0
    assert not default_storage.exists(f"previews/{file.uid.hex[:2]}/{file.uid.hex}/0.jpg")
