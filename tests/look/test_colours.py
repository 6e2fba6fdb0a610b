"""Text can be read and controls can be seen, in light and in dark."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = (Path(settings.BASE) / "config/static/css/tystio.css").read_text()
TOKENS = CSS[CSS.index("@layer tokens {") : CSS.index("@layer base {")]
SURFACES = ["paper", "card", "sunk"]
INKS = ["ink", "soft", "brand", "brand-deep", "mapped", "submitted", "more", "rust", "met", "awaiting"]


def tokens() -> dict[str, dict[str, str]]:
    """The colours of each scheme; dark says only what differs."""
    light, dark = (dict(re.findall(r"--([\w-]+): (#\w+);", part)) for part in TOKENS.split("dark) {"))
    return {"light": light, "dark": light | dark}


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    shares = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (s / 12.92 if s <= 0.03928 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, bright = sorted([luminance(one), luminance(other)])
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
class TestContrast:
    @pytest.mark.parametrize("ink", INKS)
    @pytest.mark.parametrize("surface", [*SURFACES, "wash"])
    def test_text_reaches_7_to_1(self, scheme, ink, surface):
        colours = tokens()[scheme]
        assert contrast(colours[ink], colours[surface]) >= 7

    def test_the_words_on_a_button_do_too(self, scheme):
        colours = tokens()[scheme]
        assert contrast(colours["on-brand"], colours["brand"]) >= 7
        assert contrast(colours["on-brand"], colours["brand-deep"]) >= 7

    @pytest.mark.parametrize("surface", SURFACES)
    def test_the_edge_of_a_control_reaches_3_to_1(self, scheme, surface):
        colours = tokens()[scheme]
        assert contrast(colours["line"], colours[surface]) >= 3
