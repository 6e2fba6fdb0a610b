"""Template tags and filters for every page."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from django import template
from django.db.models import Model
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.access import roles_of, unread_by
from accounts.models import Role
from standards.models import TextStatus

register = template.Library()

# The places of the top bar: the name of the URL, what it is called, whose it is (everybody's if nobody is named), and
# the part of an address by which one is there.
PLACES = [
    ("home", gettext_lazy("Home"), set(), ""),
    ("queue", gettext_lazy("To assess"), {Role.ASSESSOR}, "queue"),
    ("sampling", gettext_lazy("Sampling"), {Role.IQA}, "sampling"),
    ("providers", gettext_lazy("People"), {Role.MANAGER}, "people"),
    ("all_programmes", gettext_lazy("Programmes"), {Role.MANAGER}, "programmes"),
    ("standards", gettext_lazy("Standards"), set(), "standards"),
]


@register.simple_tag(takes_context=True)
def other_language_url(context: template.Context) -> str:
    """The address of this page in the other language, query kept; on error pages too.

    A refused step has no page of its own: its switch leads to the page where it was tried.
    """
    here = get_language()
    there = "en" if here == "cy" else "cy"
    request = context.get("request")
    if request is None:
        return f"/{there}/"
    address = request.get_full_path()
    if request.method == "POST" and "refusal" in context:
        tried = urlsplit(request.headers.get("Referer", ""))
        address = urlunsplit(("", "", tried.path, tried.query, "")) or address
    return re.sub(f"^/{here}/", f"/{there}/", address) if address.startswith(f"/{here}/") else f"/{there}/"


@register.simple_tag(takes_context=True)
def places(context: template.Context) -> list[dict[str, object]]:
    """Where this person can go from every page, and where they are."""
    # A page that asks for them itself hands them on.
    roles = context["roles"] if "roles" in context else roles_of(context["user"])
    here = context["request"].path
    return [
        {"url": url, "label": label, "is_here": here == url or (part != "" and part in here.split("/"))}
        for name, label, whose, part in PLACES
        if (not whose or whose & roles) and (url := _address(name))
    ]


@register.simple_tag(takes_context=True)
def unread(context: template.Context) -> int:
    """How many notices the person has not read. Those that lead to this very page are read with it."""
    request, notices = context["request"], unread_by(context["user"])
    request.notices_read_here = [notice.pk for notice in notices if notice.leads_to(request.resolver_match)]
    return len(notices) - len(request.notices_read_here)


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@register.simple_tag
def mark(state: str) -> str:
    """`{% mark "met" %}`: the shape of a state, without its word; only where the word stands beside it or unseen."""
    return _drawn("ui/mark.html", state=state)


@register.simple_tag
def state(state: str, word: str) -> str:
    """`{% state row.state row.get_state_display|capfirst %}`: a state as shape and word, in the page's language."""
    return _drawn("ui/state.html", state=str(state), word=str(word))


@register.simple_tag
def progress(done: int | None, total: int | None) -> str:
    """`{% progress row.met_count row.total_count %}`: in figures and as a bar."""
    figures = {"done": done or 0, "total": total or 0}
    return _drawn("ui/progress.html", word=_("Criteria met: %(done)s of %(total)s") % figures, **figures)


@register.simple_tag
def text_status(standard: Model) -> str:
    """What the texts of a standard are (official, working translation, none), language by language."""
    return _drawn("ui/text_status.html", cy=word(standard, "status_cy"), en=word(standard, "status_en"))


@lru_cache(maxsize=4096)
def _drawn(template: str, **context: object) -> str:
    """Once for each of the few there are: a page may show hundreds. All that it depends on is in the context."""
    return render_to_string(template, context)


@register.filter
def moment(at: datetime, how: str = "DATE_FORMAT") -> str:
    """`{{ review.recorded_at|moment }}`: when something happened, for people and for machines."""
    return _moment(at, how, get_language())


@lru_cache(maxsize=4096)
def _moment(at: datetime, how: str, language: str) -> str:
    """Once for each: what was decided at once says so on every criterion."""
    at = timezone.localtime(at)
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), date_format(at, how))


@register.filter
def day(on: date) -> str:
    """`{{ visit.period_from|day }}`: as `|date:"DATE_FORMAT"`, for long lists."""
    return _day(on, get_language())


@lru_cache(maxsize=4096)
def _day(on: date, language: str) -> str:
    """Once for each: much of a list is of the same days."""
    return date_format(on)


@register.filter
def address(uid: UUID, name: str) -> str:
    """`{{ piece.uid|address:"evidence" }}`: as `{% url "evidence" piece.uid %}`, for long lists."""
    before, after = _around(name, get_language())
    return f"{before}{uid}{after}"


@lru_cache(maxsize=256)
def _around(name: str, language: str) -> list[str]:
    """What stands before and after the id in such an address."""
    return reverse(name, args=[UUID(int=0)]).split(str(UUID(int=0)))


# What a widget offers: the name of a group, if it has one; its options; its number.
Groups = Iterable[tuple[str | None, list[dict], int]]


@register.filter
def options(groups: Groups) -> str:
    """`{{ widget.optgroups|options }}`: those of a select, of which there may be hundreds."""
    said = []
    for name, group, _index in groups:
        drawn = "".join(
            f'<option value="{_escaped(o["value"])}"{attributes(o["attrs"])}>{_escaped(o["label"])}</option>'
            for o in group
        )
        said.append(f'<optgroup label="{_escaped(name)}">{drawn}</optgroup>' if name else drawn)
    # Safe because all that was put in is escaped.
    return mark_safe("".join(said))  # noqa: S308


@register.filter
def choices(groups: Groups) -> str:
    """`{{ widget.optgroups|choices }}`: a list of boxes, of which a page may show hundreds."""
    said = []
    for name, group, _index in groups:
        if name:
            said.append(f'<p class="choices-group">{_escaped(name)}</p>')
        said += map(_choice, group)
    # Safe because all that was put in is escaped.
    return mark_safe("".join(said))  # noqa: S308


def _choice(option: dict) -> str:
    attrs = option["attrs"]
    label = attributes({"for": attrs.get("id")})
    box = attributes({"type": option["type"], "name": option["name"], "value": option["value"], **attrs})
    return f"<label{label}><input{box}> {_escaped(option['label'])}</label>"


@register.filter
def attributes(attrs: dict[str, Any]) -> str:
    """`{{ widget.attrs|attributes }}`: as a tag holds them; as Django's flatatt, but in a third of the time."""
    said = [
        f" {name}" if value is True else f' {name}="{_escaped(value)}"'
        for name, value in attrs.items()
        if value is not None and value is not False
    ]
    # Safe because the values are escaped; the names are our own.
    return mark_safe("".join(said))  # noqa: S308


def _escaped(value: object) -> str:
    """As Django's conditional_escape, for what is hardly ever lazy."""
    return str(value) if hasattr(value, "__html__") else escape(str(value))


@register.simple_tag
def text_of(thing: Model, field: str) -> str:
    """`{% text_of criterion "text" %}`: in the language of the page; what is missing is shown as missing.

    The other language's text stands in for it, marked as what it is. The title of a standard says that its text is a
    working translation.
    """
    here = get_language()
    there = "en" if here == "cy" else "cy"
    if text := getattr(thing, f"{field}_{here}"):
        if field == "title" and getattr(thing, f"status_{here}", "") == TextStatus.WORKING:
            return format_html('{}<span class="tag behind"> {}</span>', text, TextStatus.WORKING.label)
        return text
    missing = _("no Welsh text") if here == "cy" else _("no English text")
    other = getattr(thing, f"{field}_{there}")
    return format_html('<span lang="{}">{}</span><span class="tag behind"> {}</span>', there, other, missing)


@register.filter
def word(row: Model, field: str) -> str:
    """`{{ row|word:"state" }}`: what `row.get_state_display` says, for long lists; that one takes all choices apart."""
    value = getattr(row, field)
    return _words(type(row), field, get_language()).get(value, value)


@lru_cache(maxsize=128)
def _words(model: type[Model], field: str, language: str) -> dict[str, str]:
    """All that it can say, in that language, which is the page's."""
    return {value: str(label) for value, label in getattr(model, field).field.flatchoices}
