"""The door from a person to standards: whoever is signed in may read them all, managers may bring more."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from accounts.access import managed_by
from accounts.models import User
from accounts.refusals import NotYours
from standards.models import ImportDraft, ImportState, Standard, Suite


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


def check_may_import(user: User) -> None:
    """Standards are everybody's, so any provider's manager may bring one in; others are told so."""
    if not may_import(user):
        raise NotYours(_("Standards are imported by managers of training providers. Nothing was changed."))


def may_import(user: User) -> bool:
    """Whether pages offer it."""
    return managed_by(user).exists()


def import_drafts_of(user: User) -> QuerySet[ImportDraft]:
    """The documents that somebody uploaded, newest first, without their contents."""
    check_may_import(user)
    rows = ImportDraft.objects.filter(by=user).exclude(state=ImportState.DISCARDED)
    return rows.select_related("standard").defer("lines", "understood")


def import_draft_for(user: User, uid: UUID) -> ImportDraft:
    """One of them, or 404."""
    check_may_import(user)
    return get_object_or_404(ImportDraft.objects.select_related("standard"), uid=uid, by=user)
