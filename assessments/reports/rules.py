"""Draws the rules of a table as rectangles.

WeasyPrint 70.0 cuts the border of a single side out of a frame, for each cell of each row: half of all that stands on a
page of a report, and paler than it should be. One function of it is replaced, by `install()`. It is private, so a
system check refuses any other version (checks.py).
"""

import weasyprint.draw
from weasyprint.draw.border import draw_border
from weasyprint.draw.color import get_color
from weasyprint.formatting_structure.boxes import Box, TableCellBox
from weasyprint.pdf.stream import Stream

SIDES = ("top", "right", "bottom", "left")


def install() -> None:
    """Put the rectangles in place for this process."""
    weasyprint.draw.draw_border = _draw_border


def _draw_border(stream: Stream, box: Box) -> None:
    if not isinstance(box, TableCellBox):
        draw_border(stream, box)
        return
    for side in SIDES:
        if width := getattr(box, f"border_{side}_width"):
            with stream.artifact():
                stream.set_color(get_color(box.style, f"border_{side}_color"))
                stream.rectangle(*_rule(box, side, width))
                stream.fill()


def _rule(box: Box, side: str, thickness: float) -> tuple[float, float, float, float]:
    left, top, width, height = box.rounded_border_box()[:4]
    return {
        "top": (left, top, width, thickness),
        "right": (left + width, top, -thickness, height),
        "bottom": (left, top + height, width, -thickness),
        "left": (left, top, thickness, height),
    }[side]
