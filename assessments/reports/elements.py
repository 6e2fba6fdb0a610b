"""A document with a sheet of its own for the elements of HTML, see elements.css.

WeasyPrint's own sheet prepares five pseudo-elements for each element, a style each, and a report has none of them. What
is overridden is a private method of WeasyPrint 70.0; a system check refuses any other version (checks.py).
"""

from functools import cache
from pathlib import Path

from weasyprint import CSS, HTML


class Source(HTML):
    """The HTML of a report, parsed."""

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [_elements()]


@cache
def _elements() -> CSS:
    return CSS(filename=Path(__file__).with_name("elements.css"))
