"""How long something waits, and what somebody wrote at a locked moment."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ledger.models import Words

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
