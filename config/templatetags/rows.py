"""Rows of long lists, each a format: a page has hundreds, and a template takes several times as long."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.forms import BoundField
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from assessments.forms import CREDITS, OUTCOMES, ReviewForm
from assessments.templatetags.told import sample_name
from config.templatetags.ui import address, day, progress, state, text_of, word
from portfolio.progress import CriterionState

register = template.Library()

# Attributes that stand or do not. Safe because they are our own, and nothing is put into them.
CHECKED, SELECTED, INVALID = map(mark_safe, (" checked", " selected", ' aria-invalid="true"'))
# The first cell leads to the thing; the others come after the name of their column, which narrow screens show.
ROW = (
    '<tr><th scope="row"><a href="{}">{}</a></th>'
    '<td data-label="{}">{}</td><td data-label="{}">{}</td><td data-label="{}">{}</td></tr>'
)


@register.simple_tag
def learner_rows(learners: Iterable[Any]) -> str:
    """`{% learner_rows learners %}`: portfolios as access.caseload_in has them."""
    programme, state_of, met = _("Programme"), _("State"), _("Progress")
    rows = (
        (
            *(address(row.uid, "portfolio"), row.name),
            *(programme, text_of(row, "title")),
            *(state_of, capfirst(word(row, "state"))),
            *(met, progress(row.met, row.total)),
        )
        for row in learners
    )
    return format_html_join("", ROW, rows)


@register.simple_tag
def sample_rows(samples: Iterable[dict], until: str) -> str:
    """`{% sample_rows samples "due_on" %}`: samples as sampling.access.in_lists has them, and which of their dates."""
    learner, assessor, by, today = _("Learner"), _("Assessor"), _("By"), timezone.localdate()
    late = format_html(' <span class="tag">{}</span>', _("overdue"))
    rows = (
        (
            *(address(row["uid"], "sample"), sample_name(row["urn"], row["piece"], row["round"])),
            *(learner, row["learner"] or "–"),
            *(assessor, row["whose"]),
            *(by, format_html("{}{}", day(row[until]), late if row[until] < today else "")),
        )
        for row in samples
    )
    return format_html_join("", ROW, rows)


@register.simple_tag
def standard_items(portfolio: Any) -> str:
    """`{% standard_items portfolio %}`: its standards as sampling.access.examined_portfolios has them."""
    return format_html_join(
        "",
        '<li><a href="{}"><span translate="no">{}</span><span class="unseen">, {}</span></a> {} · {}</li>',
        (
            (address(row.uid, "enrolled_standard"), row.urn, portfolio.name, row.figures, word(row, "state"))
            for row in portfolio.standards
        ),
    )


@register.simple_tag
def outcomes(field: BoundField) -> str:
    """`{% outcomes field %}`: the three decisions on a criterion, as its widget would draw them."""
    own, chosen = field.auto_id, field.value()
    wrong = INVALID if field.errors else ""
    boxes = format_html_join(
        "",
        '<label for="{0}_{1}"><input type="radio" name="{2}" class="keys" required{3} value="{4}" id="{0}_{1}"{5}>'
        " {6}</label>",
        (
            (own, n, field.html_name, wrong, value, CHECKED if value == chosen else "", label)
            for n, (value, label) in enumerate(OUTCOMES)
        ),
    )
    return format_html('<div class="choices keys" id="{}">{}</div>', own, boxes)


@register.simple_tag
def credit_rows(form: ReviewForm) -> str:
    """`{% credit_rows form %}`: the criteria that an assessor may credit, and whether each is credited."""
    drawn = {one: state(one, str(capfirst(one.label))) for one in CriterionState}
    untouched = _credits("")
    rows = (
        (
            *(row.criterion.standard.urn, row.criterion.reference),
            *(row.criterion.text_cy, row.criterion.text_en, text_of(row.criterion, "text")),
            *(name, drawn[row.state], form.errors.get(name, "")),
            _credits(chosen) if chosen else untouched,
        )
        for row, name, chosen in form.creditable()
    )
    return format_html_join(
        "",
        '<div class="criterion" data-words="{0} {1} {2} {3}"><label for="id_{5}">'
        '<span class="soft small">{0}</span> <span class="ref">{1}</span></label>'
        '<div><p>{4}</p>{6}{7}</div><select name="{5}" id="id_{5}">{8}</select></div>',
        rows,
    )


def _credits(chosen: str) -> str:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, SELECTED if value == chosen else "", label) for value, label in CREDITS),
    )
