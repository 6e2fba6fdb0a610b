"""How long something waits, since when it holds, what a sample is of, and what was written at a locked moment."""

from datetime import date, datetime
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import Competence, Membership
from ledger.models import Words
from portfolio.models import Allocation

register = template.Library()


@register.filter
def waiting(since: datetime) -> str:
    """Since today, since yesterday, for so many days."""
    days = (timezone.localdate() - timezone.localdate(since)).days
    if days < 2:
        return _("since yesterday") if days == 1 else _("since today")
    return ngettext("for %(days)s day", "for %(days)s days", days) % {"days": days}


@register.filter
def said(words: Words, name: str) -> str:
    """One of the texts; nothing where they were erased."""
    return words.get(name)


@register.simple_tag
def sample_name(urn: str | None, piece: int | None, number: int | None) -> str:
    """`{% sample_name urn piece round %}`: what a sample is of; without a standard, of work observed."""
    if not urn:
        return capfirst(_("observation of the assessor"))
    what = f"E{piece}, {_('round %(number)s') % {'number': number}}" if piece else _("declared competent")
    return f"{urn} · {what}"


@register.filter
def time_held(row: Allocation | Competence | Membership) -> str:
    """Since when, or from when to when."""
    return _held(timezone.localdate(row.from_at), row.to_at and timezone.localdate(row.to_at), get_language())


@lru_cache(maxsize=4096)
def _held(first: date, last: date | None, language: str) -> str:
    """Once for each: who was allocated to a thousand learners mostly was on a few days."""
    if last is None:
        return _("since %(day)s") % {"day": date_format(first)}
    return f"{date_format(first)} – {date_format(last)}"
