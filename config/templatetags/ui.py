"""Template tags and filters for every page."""

import re
from functools import lru_cache
from urllib.parse import urlsplit, urlunsplit

from django import template
from django.db.models import Model
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.access import roles_of, unread_by
from accounts.models import Role
from standards.models import TextStatus

register = template.Library()

# The places of the top bar: the name of the URL, what it is called, whose it is (everybody's if nobody is named).
PLACES = [
    ("home", _("Home"), set()),
    ("queue", _("To assess"), {Role.ASSESSOR}),
    ("sampling", _("Sampling"), {Role.IQA}),
    ("providers", _("People"), {Role.MANAGER}),
    ("standards", _("Standards"), set()),
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
        {"url": url, "label": label, "is_here": here == url or (name != "home" and here.startswith(url))}
        for name, label, whose in PLACES
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
    return _drawn("ui/mark.html", state)


@register.simple_tag
def state(state: str, word: str) -> str:
    """`{% state row.state row.get_state_display|capfirst %}`: a state as shape and word, in the page's language."""
    return _drawn("ui/state.html", str(state), str(word))


@lru_cache(maxsize=1024)
def _drawn(template: str, state: str, word: str = "") -> str:
    """Once for each of the few there are: a page may show hundreds."""
    return render_to_string(template, {"state": state, "word": word})


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
            return format_html('{} <span class="tag">{}</span>', text, TextStatus.WORKING.label)
        return text
    missing = _("no Welsh text") if here == "cy" else _("no English text")
    other = getattr(thing, f"{field}_{there}")
    return format_html('<span lang="{}">{}</span> <span class="tag">{}</span>', there, other, missing)


@register.filter
def word(row: Model, field: str) -> str:
    """`{{ row|word:"state" }}`: what `row.get_state_display` says, for long lists; that one takes all choices apart."""
    return str(_words(type(row), field)[getattr(row, field)])


@lru_cache(maxsize=64)
def _words(model: type[Model], field: str) -> dict:
    """Lazy, so in whichever language is asked for."""
    return dict(getattr(model, field).field.flatchoices)
