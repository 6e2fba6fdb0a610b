"""Pictures of files that every browser can show: no place, no camera, nothing that runs."""

import logging
import warnings
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from uuid import UUID

import pypdfium2
from django.core.files.base import ContentFile
from django.db import transaction
from pi_heif import register_heif_opener
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from portfolio.models import Evidence, EvidenceFile, Preview

logger = logging.getLogger(__name__)
register_heif_opener()

PIXELS = 1600
THUMBNAIL_PIXELS = 320
# Of a long document the first pages; the document itself has the rest.
PAGES = 50
# More than any phone takes. What claims to be larger is not unpacked.
Image.MAX_IMAGE_PIXELS = 120_000_000
# How Pillow and PDFium say that a file is broken, encrypted or absurdly large.
UNREADABLE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    pypdfium2.PdfiumError,
    OSError,
    SyntaxError,
    ValueError,
)


def make(file_uid: UUID | str) -> int:
    """Make the previews of a file anew; returns how many there are. A file that cannot be read gets none."""
    file = EvidenceFile.objects.filter(uid=file_uid).first()
    if file is None:
        return 0
    made = 0
    for page, picture in _pictures(file):
        if not _keep(file, page, picture):
            break
        made += 1
    return made


def _pictures(file: EvidenceFile) -> Iterator[tuple[int, Image.Image]]:
    """Page 0, the thumbnail, and the pages of the file as far as they can be read."""
    readers = {"image": _image, "pdf": _pdf_pages}
    if file.group not in readers:
        return
    try:
        with warnings.catch_warnings(), file.file.storage.open(file.file.name) as content:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            for page, picture in enumerate(readers[file.group](content), start=1):
                if page == 1:
                    yield 0, _shrunk(picture.copy(), THUMBNAIL_PIXELS)
                yield page, picture
    except UNREADABLE as error:
        logger.info("file %s has no preview, or not of every page: %s", file.uid, error)


def _image(content: BytesIO) -> Iterator[Image.Image]:
    # WeasyPrint, where a process has loaded it, lets pictures pass that break off.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with Image.open(content) as image:
        # JPEGs are unpacked at the size that is needed, not at the one they have.
        image.draft("RGB", (PIXELS, PIXELS))
        yield _on_white(_shrunk(ImageOps.exif_transpose(image), PIXELS))


def _pdf_pages(content: BytesIO) -> Iterator[Image.Image]:
    with pypdfium2.PdfDocument(content) as document:
        for page in islice(document, PAGES):
            yield page.render(scale=PIXELS / max(*page.get_size(), 1)).to_pil().convert("RGB")


def _shrunk(image: Image.Image, pixels: int) -> Image.Image:
    image.thumbnail((pixels, pixels))
    return image


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode == "I;16":
        # Grey in 65,536 steps, of which a JPEG has 256.
        image = image.point(lambda value: value / 256).convert("L")
    if not image.mode.startswith("RGB"):
        # A profile of other inks would not fit the colours it is turned into.
        image.info.pop("icc_profile", None)
    if not image.has_transparency_data:
        return image.convert("RGB")
    image = image.convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    white.alpha_composite(image)
    return white.convert("RGB")


@transaction.atomic
def _keep(file: EvidenceFile, page: int, picture: Image.Image) -> bool:
    """Store one preview in the place of an earlier one; False if the file was taken out or destroyed meanwhile."""
    # Asked one after the other: what is joined to a row that one waits for is as it was before.
    there = EvidenceFile.objects.select_for_update().filter(pk=file.pk).exists()
    if not there or Evidence.objects.filter(pk=file.evidence_id, state="withdrawn").exists():
        return False
    preview = file.previews.filter(page=page).first() or Preview(file=file, page=page)
    preview.width, preview.height = picture.size
    name = f"previews/{file.uid.hex[:2]}/{file.uid.hex}/{page}.jpg"
    preview.image.storage.delete(name)
    preview.image.save(name, ContentFile(_jpeg(picture)), save=True)
    return True


def _jpeg(picture: Image.Image) -> bytes:
    """Pixels and colours, and nothing else that the original said about itself."""
    colours = picture.info.get("icc_profile")
    picture.info.clear()
    out = BytesIO()
    picture.save(out, "JPEG", quality=82, optimize=True, icc_profile=colours)
    return out.getvalue()
