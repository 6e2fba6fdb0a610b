"""The door from a person to standards: whoever is signed in may read them all."""

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from standards.models import Standard, Suite


def standards_visible_to(user: User) -> QuerySet[Standard]:
    """The standards that this person may read."""
    return Standard.objects.all() if user.is_authenticated else Standard.objects.none()


def standard_for(user: User, urn: str, edition: str) -> Standard:
    """One edition of a standard with its suites, or 404."""
    rows = (
        standards_visible_to(user)
        .select_related("superseded_by", "imported_by_cy", "imported_by_en")
        .prefetch_related("suites", "supersedes")
    )
    standard = rows.filter(urn=urn, edition=edition).first()
    if standard is None:
        raise Http404
    return standard


def suites_visible_to(user: User) -> QuerySet[Suite]:
    """The suites whose standards this person may read."""
    return Suite.objects.filter(standards__in=standards_visible_to(user)).distinct()
