"""What WeasyPrint 70.0 works out anew for each box, remembered: a report has ten thousand boxes, but a hundred styles.

Most of what a report says was said before: states, names, methods, and to every learner of a programme the same
criteria. Four functions of it are replaced, by `install()`; what comes out is the same to the byte. Private, so
a system check refuses any other version (checks.py).
"""

from types import ModuleType

import weasyprint.draw
from weasyprint.css import Style
from weasyprint.css.properties import INHERITED
from weasyprint.draw.text import draw_text
from weasyprint.formatting_structure.boxes import Box, TextBox
from weasyprint.layout import absolute, block, float, inline, page, preferred, table
from weasyprint.layout.inline import split_first_line, strut
from weasyprint.layout.percent import resolve_percentages
from weasyprint.pdf.stream import Stream

# About 20 MB. When there are so many, all are forgotten: what is needed comes again at once.
LINES_KEPT = 20_000
# What of a style decides how a text is set.
MANNER = (*sorted(INHERITED), "text_decoration_line")
SIDES = ("top", "right", "bottom", "left")
USED = [
    *(f"{part}_{side}" for part in ("margin", "padding") for side in SIDES),
    *(f"border_{side}_width" for side in SIDES),
    *(f"{limit}{way}" for limit in ("", "min_", "max_") for way in ("width", "height")),
]
LAYOUT = [absolute, block, float, inline, page, table]

_lines: dict[tuple, tuple] = {}


def install() -> None:
    """Put the memory in place for this process."""
    _put(_split_first_line, inline, preferred)
    _put(_strut, inline)
    _put(_resolve_percentages, *LAYOUT)
    _put(_draw_text, weasyprint.draw)


def uninstall() -> None:
    """As WeasyPrint comes."""
    _put(split_first_line, inline, preferred)
    _put(strut, inline)
    _put(resolve_percentages, *LAYOUT)
    _put(draw_text, weasyprint.draw)


def _put(function, *modules: ModuleType) -> None:
    for module in modules:
        setattr(module, function.__name__.lstrip("_"), function)


def _split_first_line(text: str, style: Style, context: object, *where: object, **how: object) -> tuple:
    """How much of a text goes on a line: the same for all styles that set text alike, in this and the next report.

    Not for justified text, which is spread afterwards; reports have none.
    """
    key = (text, _manner(style), where, *how.items())
    if key not in _lines:
        if len(_lines) >= LINES_KEPT:
            _lines.clear()
        _lines[key] = split_first_line(text, style, context, *where, **how)
    return _lines[key]


def _manner(style: Style) -> tuple:
    if not hasattr(style, "manner"):
        style.manner = (style.font_config, str([style[name] for name in MANNER]))
    return style.manner


def _strut(style: Style) -> tuple[float, float]:
    """The height of a line and its baseline."""
    if not hasattr(style, "strut"):
        style.strut = strut(style)
    return style.strut


def _resolve_percentages(box: Box, containing_block: Box | tuple) -> None:
    """Sizes in pixels: the same for all boxes of one style in equal surroundings (reports do not collapse borders)."""
    if isinstance(containing_block, Box):
        around = containing_block.width, containing_block.height
    else:
        around = tuple(containing_block)
    known = vars(box.style).setdefault("used", {})
    if around not in known:
        resolve_percentages(box, containing_block)
        known[around] = {name: vars(box)[name] for name in USED}
    vars(box).update(known[around])


def _draw_text(stream: Stream, box: TextBox, *how: object) -> None:
    """The glyphs of a line: the same wherever it stands in a report, but for its place (and a line under it)."""
    drawn = vars(stream._resources).setdefault("drawn", {})
    key = (box.pango_layout.text, _manner(box.style))
    if key in drawn:
        font, glyphs = drawn[key]
        stream.set_color(box.style["color"])
        stream.begin_text()
        stream.set_text_matrix(1, 0, 0, -1, box.position_x, box.position_y + box.baseline)
        stream.set_font_size(*font)
        stream.stream.append(glyphs)
        stream.end_text()
        return
    draw_text(stream, box, *how)
    # A place, perhaps a font, and glyphs: what needs two fonts (a name in two scripts) is drawn anew.
    match stream.stream[-5:]:
        case [_, b"BT", _, glyphs, b"ET"] | [b"BT", _, _, glyphs, b"ET"]:
            if box.style["text_decoration_line"] == "none":
                drawn[key] = stream._old_font, glyphs
