"""The picture at the head of a provider's reports."""

import warnings
from io import BytesIO

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from accounts.models import Provider, User
from accounts.refusals import Invalid, NotYours
from assessments.models import Logo
from ledger.services import record
from portfolio.parts import people_who

# At 18 mm that is 600 dots an inch.
PIXELS = (1200, 420)
LARGEST = 4 * 1024 * 1024
FORMATS = ("PNG", "JPEG", "WEBP")
UNREADABLE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    OSError,
    SyntaxError,
    ValueError,
)


@transaction.atomic
def set_logo(*, by: User, provider: Provider, upload: File) -> Logo:
    """Keep a small copy of a picture, judged by its content; reports from now on show it."""
    _check(by, provider)
    if upload.size > LARGEST:
        raise Invalid(_("The picture is too large: at most 4 MB."))
    logo = Logo.objects.filter(provider=provider).first() or Logo(provider=provider)
    logo.image.save("", ContentFile(_small_png(upload)), save=False)
    logo.save()
    _record(by, provider, "logo.changed")
    return logo


@transaction.atomic
def remove_logo(*, by: User, provider: Provider) -> None:
    _check(by, provider)
    Logo.objects.filter(provider=provider).delete()
    _record(by, provider, "logo.removed")


def _check(by: User, provider: Provider) -> None:
    if not people_who(provider, "manager").filter(pk=by.pk).exists():
        raise NotYours()


def _record(by: User, provider: Provider, kind: str) -> None:
    record(
        chain=f"provider:{provider.uid}", kind=kind, by=by.uid, subject=f"provider:{provider.uid}", data={}
    )


def _small_png(upload: File) -> bytes:
    """Its pixels on white, and nothing else of what was uploaded."""
    try:
        with warnings.catch_warnings(), Image.open(upload, formats=FORMATS) as picture:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture.thumbnail(PIXELS)
            shown = picture.convert("RGBA")
    except UNREADABLE:
        raise Invalid(_("This is not a picture that can be read. Choose a PNG, JPEG or WebP file."))
    white = Image.new("RGBA", shown.size, "white")
    white.alpha_composite(shown)
    out = BytesIO()
    white.convert("RGB").save(out, "PNG", optimize=True)
    return out.getvalue()
