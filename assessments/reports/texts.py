"""The texts that reports are made of, and what every report says of itself.

A text that exists twice is a `Both`. A word of the interface (a method, a role, an act) is a `Label`: lazily
translated, so that it comes out in whichever language a cell is printed in. What a person wrote is a `Written`.
"""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.utils.functional import Promise

Label = str | Promise

# A cell of more lines than so many is taller than a fifth of a page lying down.
TALL = 8


def is_tall(*texts: Label, width: int) -> bool:
    """Whether these, below one another, take so many lines that their row may go on over the page."""
    return sum(ceil(len(str(text)) / width) for text in texts) > TALL


@dataclass(frozen=True)
class Both:
    """A text in Welsh and in English. The one that is missing is empty, never a copy of the other."""

    cy: Label = ""
    en: Label = ""


@dataclass(frozen=True)
class Written:
    """What somebody wrote, and in which language."""

    text: str
    language: str


@dataclass(frozen=True)
class Issue:
    """What every report says of itself."""

    title: Label
    provider: Both
    issued_at: datetime
    # Nothing in a preview: only what is issued can be checked.
    code: str = ""
    # Where anybody can check the code; the QR code leads there.
    address: str = ""
    # The provider's picture as a data: address.
    logo: str = ""
