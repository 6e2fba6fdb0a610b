"""Whether a standard is offered, on pages of the standards."""

from django import template

from accounts.access import managed_by
from accounts.models import User
from standards.models import Standard

register = template.Library()


@register.inclusion_tag("portfolio/_not_offered.html")
def not_offered(user: User, standard: Standard) -> dict:
    """For managers: which of their providers have this standard in no programme, so that nobody can be enrolled."""
    return {"providers": managed_by(user).exclude(programmes__standards=standard)}
