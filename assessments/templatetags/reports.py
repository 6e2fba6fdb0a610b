"""Tags for the templates of reports, which print two languages on one page."""

from django import template
from django.conf import settings
from django.template.base import Parser, Token
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext

from assessments.reports.content import even_parts
from assessments.reports.content_programme import CohortReport
from assessments.reports.texts import Both, Label
from portfolio.progress import CriterionState

register = template.Library()

# What the evidence matrix prints: the same in both languages, in every font, and in black and white.
MARKS = {
    CriterionState.MET: "•",
    CriterionState.AWAITING: "?",
    CriterionState.CARRIED: "~",
    CriterionState.SUBMITTED: "…",
    CriterionState.MORE_NEEDED: "+",
    CriterionState.NOT_ACCEPTED: "×",
}
# So many standards fit on the width of a page, in one language and in two.
ABREAST, ABREAST_IN_TWO = 6, 3


class EachLanguage(template.Node):
    """Renders its content once for each language of the report, in that language, with `lang` saying which."""

    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: template.Context) -> str:
        return "".join(self._render_in(language, context) for language in context["languages"])

    def _render_in(self, language: str, context: template.Context) -> str:
        with translation.override(language), context.push(lang=language):
            return self.nodelist.render(context)


@register.tag
def each_language(parser: Parser, token: Token) -> EachLanguage:
    nodelist = parser.parse(("end_each_language",))
    parser.delete_first_token()
    return EachLanguage(nodelist)


class OwnBox(template.Node):
    """On screen, what is wider than a phone scrolls in a box of its own; on paper there is no such box."""

    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: template.Context) -> str:
        content = self.nodelist.render(context)
        if not context.get("request"):
            return content
        # With a place in the order of the keyboard, so that its keys can scroll it.
        box = '<div class="own-box" role="group" aria-label="{}" tabindex="0">{}</div>'
        return format_html(box, gettext("Table"), content)


@register.tag
def own_box(parser: Parser, token: Token) -> OwnBox:
    nodelist = parser.parse(("end_own_box",))
    parser.delete_first_token()
    return OwnBox(nodelist)


@register.filter
def text_in(text: Both, language: str) -> Label:
    """The text in this language; empty where it does not exist."""
    return getattr(text, language)


@register.filter
def language_name(language: str) -> Label:
    return dict(settings.LANGUAGES)[language]


@register.filter
def other_language(language: str) -> str:
    return "en" if language == "cy" else "cy"


@register.filter
def mark(state: str) -> str:
    return MARKS.get(CriterionState(state), "") if state else ""


@register.simple_tag
def marked_states() -> list[CriterionState]:
    """The states that have a mark."""
    return list(MARKS)


@register.filter
def cohort_tables(report: CohortReport, bilingual: bool) -> list[dict]:
    """The cohort as tables that fit on the page: so many standards, and each learner with their cells."""
    if not report.lines:
        return []
    parts = even_parts(len(report.standards), ABREAST_IN_TWO if bilingual else ABREAST)
    return [
        {
            "standards": report.standards[part],
            "rows": [(line, line.cells[part]) for line in report.lines],
        }
        for part in parts or [slice(0)]
    ]
