"""Draws the rule under a cell as one rectangle.

WeasyPrint 70.0 cuts the border of a single side out of a frame, for each cell of each row: half of all that stands on a
page of a report, and paler than it should be. One function of it is replaced, by `install()`. It is private, so a
system check refuses any other version (checks.py).
"""

import weasyprint.draw
from weasyprint.draw.border import draw_border
from weasyprint.draw.color import get_color
from weasyprint.formatting_structure.boxes import Box, TableCellBox
from weasyprint.pdf.stream import Stream


def install() -> None:
    """Put the rectangle in place for this process."""
    weasyprint.draw.draw_border = _draw_border


def _draw_border(stream: Stream, box: Box) -> None:
    if not _is_a_rule(box):
        draw_border(stream, box)
        return
    bottom = box.border_box_y() + box.border_height()
    with stream.artifact():
        stream.set_color(get_color(box.style, "border_bottom_color"))
        stream.rectangle(box.border_box_x(), bottom, box.border_width(), -box.border_bottom_width)
        stream.fill()


def _is_a_rule(box: Box) -> bool:
    return (
        isinstance(box, TableCellBox)
        and box.style["border_bottom_style"] == "solid"
        and not (box.border_top_width or box.border_left_width or box.border_right_width)
    )
