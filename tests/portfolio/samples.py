"""Small real files of every kind that is accepted, and a few that are not."""

import base64
import io
import struct
import wave
import zipfile
import zlib

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

DEMO = settings.BASE / "fixtures" / "demo" / "files"

# 64 × 48 pixels: nothing we depend on can write this format.
_HEIC = """
AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAA
AAAAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAABoQABAAAAAAAAABkAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAA
AAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34
+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5
uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAA
AAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAA
AAAAAAEAAQWBAgMFhAAAACFtZGF0AAAAFSgBrwtg9eWDr//wa1bi8j+JhT/UOA==
"""


def demo(name: str) -> bytes:
    return (DEMO / name).read_bytes()


def picture(form: str = "PNG", size: tuple[int, int] = (64, 48), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").convert(mode).save(out, form)
    return out.getvalue()


def photo() -> bytes:
    """As a phone takes it: lying on its side (orientation 6), with the camera's name and the place."""
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    exif[Base.Model] = "Ffôn Ffug 3".encode()
    exif.get_ifd(IFD.GPSInfo).update({GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: (52.0, 24.0, 50.0)})
    out = io.BytesIO()
    Image.new("RGB", (2000, 1000), "teal").save(out, "JPEG", exif=exif, comment=b"Ffug")
    return out.getvalue()


def heic() -> bytes:
    return base64.b64decode(_HEIC)


def huge_picture() -> bytes:
    """A PNG that says it has 50,000 × 50,000 pixels, in fewer than a hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data


def wav() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(bytes(800))
    return out.getvalue()


def iso_media(brand: bytes) -> bytes:
    """The beginning of an MP4 (isom), MOV (qt) or M4A (M4A)."""
    ftyp = b"ftyp" + brand.ljust(4) + bytes(4) + brand.ljust(4)
    return struct.pack(">I", len(ftyp) + 4) + ftyp + struct.pack(">I", 8) + b"free"


def office(*members: str, mimetype: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in [("mimetype", mimetype)] * bool(mimetype) + [(m, "<x/>") for m in members]:
            archive.writestr(name, content)
    return out.getvalue()


WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm" + bytes(40)
MP3 = (b"\xff\xfb\x90\x44" + bytes(413)) * 3
OGG = b"OggS\x00\x02" + bytes(8) + bytes(12) + b"\x01\x1e\x01vorbis" + bytes(23)
OLD_OFFICE = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + b"\x3e\x00\x03\x00\xfe\xff\x09\x00" + bytes(480)
)
_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."

# A name, the content, the type it is judged to be.
ACCEPTED = [
    ("photo.jpg", photo(), "image/jpeg"),
    ("PHOTO.JPEG", photo(), "image/jpeg"),
    ("screen.png", picture(), "image/png"),
    ("picture.webp", picture("WEBP"), "image/webp"),
    ("IMG_0001.HEIC", heic(), "image/heic"),
    ("film.mp4", demo("handling-a-complaint.mp4"), "video/mp4"),
    ("film.mov", iso_media(b"qt"), "video/quicktime"),
    ("film.webm", WEBM, "video/webm"),
    ("note.m4a", iso_media(b"M4A"), "audio/mp4"),
    # Many recorders write sound as if it were a video.
    ("recorded.m4a", iso_media(b"mp42"), "audio/mp4"),
    ("note.mp3", MP3, "audio/mpeg"),
    ("note.wav", wav(), "audio/wav"),
    ("note.ogg", OGG, "audio/ogg"),
    ("log.pdf", demo("cofnod-cysylltiadau.pdf"), "application/pdf"),
    ("plain.pdf", b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\n", "application/pdf"),
    ("review.docx", demo("service-review.docx"), _OOXML + "wordprocessingml.document"),
    ("log.xlsx", office("[Content_Types].xml", "xl/workbook.xml"), _OOXML + "spreadsheetml.sheet"),
    ("talk.pptx", office("[Content_Types].xml", "ppt/a.xml"), _OOXML + "presentationml.presentation"),
    ("old.doc", OLD_OFFICE, "application/msword"),
    ("old.xls", OLD_OFFICE, "application/vnd.ms-excel"),
    ("old.ppt", OLD_OFFICE, "application/vnd.ms-powerpoint"),
    ("letter.odt", office("a", mimetype=_ODF + "text"), _ODF + "text"),
    ("figures.ods", office("a", mimetype=_ODF + "spreadsheet"), _ODF + "spreadsheet"),
    ("talk.odp", office("a", mimetype=_ODF + "presentation"), _ODF + "presentation"),
    ("notes.txt", "Ffoniodd y cwsmer. Tŷ, dŵr.".encode(), "text/plain"),
    ("notes.txt", b"From: the desk\nDate: 3 March\n\nA customer called.\n", "text/plain"),
    ("reply.eml", demo("complaint-reply.eml"), "message/rfc822"),
]


def upload(name: str = "photo.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo() if content is None else content)
