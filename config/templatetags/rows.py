"""Rows of long lists, written in Python: a page has hundreds, and a template takes several times as long."""

from collections.abc import Iterable
from html import escape
from typing import Any
from uuid import UUID

from django import template
from django.forms import BoundField
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from assessments.forms import CREDITS, OUTCOMES, ReviewForm
from assessments.templatetags.told import sample_name
from config.templatetags.ui import address, day, progress, state, text_of, word
from portfolio.progress import CriterionState

register = template.Library()


def _row(head: str, *cells: tuple[str, str]) -> str:
    """A row of a table; each cell after the name of its column, which narrow screens show."""
    said = "".join(f'<td data-label="{label}">{cell}</td>' for label, cell in cells)
    return f'<tr><th scope="row">{head}</th>{said}</tr>'


def _link(uid: UUID, name: str, text: str) -> str:
    return f'<a href="{address(uid, name)}">{text}</a>'


@register.simple_tag
def learner_rows(learners: Iterable[Any]) -> str:
    """`{% learner_rows learners %}`: portfolios as access.caseload_in has them."""
    programme, state_of, met = _("Programme"), _("State"), _("Progress")
    rows = (
        _row(
            _link(row.uid, "portfolio", escape(row.name)),
            (programme, conditional_escape(text_of(row, "title"))),
            (state_of, capfirst(word(row, "state"))),
            (met, progress(row.met, row.total)),
        )
        for row in learners
    )
    # Safe because names and titles are escaped; states and labels are our own.
    return mark_safe("".join(rows))  # noqa: S308


@register.simple_tag
def sample_rows(samples: Iterable[dict], until: str) -> str:
    """`{% sample_rows samples "due_on" %}`: samples as sampling.access.in_lists has them, and which of their dates."""
    learner, assessor, by = _("Learner"), _("Assessor"), _("By")
    rows = (
        _row(
            _link(row["uid"], "sample", escape(sample_name(row["urn"], row["piece"], row["round"]))),
            (learner, escape(row["learner"] or "–")),
            (assessor, escape(row["whose"])),
            (by, day(row[until])),
        )
        for row in samples
    )
    # Safe because names are escaped; dates and labels are our own.
    return mark_safe("".join(rows))  # noqa: S308


@register.simple_tag
def standard_items(portfolio: Any) -> str:
    """`{% standard_items portfolio %}`: its standards as sampling.access.examined_portfolios has them."""
    whose, rows = f'<span class="unseen">, {escape(portfolio.name)}</span>', []
    for row in portfolio.standards:
        link = _link(row.uid, "enrolled_standard", f'<span translate="no">{escape(row.urn)}</span>{whose}')
        rows.append(f"<li>{link} {row.figures} · {word(row, 'state')}</li>")
    # Safe because names and numbers of standards are escaped; figures and states are our own.
    return mark_safe("".join(rows))  # noqa: S308


@register.simple_tag
def outcomes(field: BoundField) -> str:
    """`{% outcomes field %}`: the three decisions on a criterion, as its widget would draw them."""
    own, chosen = field.auto_id, field.value()
    common = f'type="radio" name="{field.html_name}" class="keys" required'
    if field.errors:
        common += ' aria-invalid="true"'
    boxes = (
        f'<label for="{own}_{n}"><input {common} value="{value}" id="{own}_{n}"{_if("checked", value == chosen)}>'
        f" {escape(str(label))}</label>"
        for n, (value, label) in enumerate(OUTCOMES)
    )
    # Safe because the labels are escaped; names, ids and values are our own.
    return mark_safe(f'<div class="choices keys" id="{own}">{"".join(boxes)}</div>')  # noqa: S308


@register.simple_tag
def credit_rows(form: ReviewForm) -> str:
    """`{% credit_rows form %}`: the criteria that an assessor may credit, and whether each is credited."""
    drawn = {one: state(one, str(capfirst(one.label))) for one in CriterionState}
    untouched, rows = _credits(""), []
    for row, field in form.creditable():
        criterion, value, name = row.criterion, field.value(), field.html_name
        urn, reference = escape(criterion.standard.urn), escape(criterion.reference)
        words, own = escape(f"{criterion.text_cy} {criterion.text_en}"), field.id_for_label
        rows.append(
            f'<div class="criterion" data-words="{urn} {reference} {words}">'
            f'<label for="{own}"><span class="soft small">{urn}</span> <span class="ref">{reference}</span></label>'
            f"<div><p>{conditional_escape(text_of(criterion, 'text'))}</p>{drawn[row.state]}{form.errors.get(name, '')}"
            f'</div><select name="{name}" id="{own}">{_credits(value) if value else untouched}</select></div>'
        )
    # Safe because all that people wrote is escaped; names and ids are our own.
    return mark_safe("".join(rows))  # noqa: S308


def _credits(chosen: str) -> str:
    return "".join(
        f'<option value="{value}"{_if("selected", value == chosen)}>{escape(str(label))}</option>'
        for value, label in CREDITS
    )


def _if(attribute: str, holds: bool) -> str:
    return f" {attribute}" if holds else ""
