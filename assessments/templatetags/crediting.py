"""The criteria that an assessor may credit, written in Python because a desk may have hundreds of them."""

from django import template
from django.forms import BoundField
from django.utils.html import conditional_escape, escape, format_html_join
from django.utils.safestring import mark_safe

from assessments.forms import CREDITS
from standards.models import Criterion

register = template.Library()


@register.simple_tag
def credit_row(criterion: Criterion, text: str, state: str, field: BoundField, untouched: str) -> str:
    """`{% credit_row criterion text state field form.not_credited %}`: a criterion, and whether it is credited.

    Text and state were drawn before, as were the choices of the many that are not credited.
    """
    value, urn, reference = field.value(), escape(criterion.standard.urn), escape(criterion.reference)
    words, name, own = escape(f"{criterion.text_cy} {criterion.text_en}"), field.html_name, field.id_for_label
    # Safe because all that people wrote is escaped; names and ids are our own.
    return mark_safe(  # noqa: S308
        f'<div class="criterion" data-words="{urn} {reference} {words}">'
        f'<label for="{own}"><span class="soft small">{urn}</span> <span class="ref">{reference}</span></label>'
        f"<div><p>{conditional_escape(text)}</p>{state}{field.errors or ''}</div>"
        f'<select name="{name}" id="{own}">{_choices(value) if value else untouched}</select>'
        "</div>"
    )


def _choices(chosen: str) -> str:
    rows = [(value, " selected" if value == chosen else "", label) for value, label in CREDITS]
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)
