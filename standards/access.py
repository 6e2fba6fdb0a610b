"""The door from a person to standards: whoever is signed in may read them all, managers may bring more."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Case, Exists, OuterRef, Prefetch, QuerySet, When
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from accounts.access import managed_by
from accounts.models import User
from accounts.refusals import NotYours
from standards.models import NAMES, ImportDraft, ImportState, Standard, StandardQuerySet, Suite


def standards_visible_to(user: User) -> StandardQuerySet:
    """The standards that this person may read."""
    return Standard.objects.all() if user.is_authenticated else Standard.objects.none()


def listed(ids: Iterable[int]) -> list[Standard]:
    """What a list shows of the standards with these ids, which came through the door, in their order.

    Their suites are `shelves`, plain lists: a manager for each standard takes longer than its row.
    """
    ids = list(ids)
    shelves = Prefetch("suites", to_attr="shelves")
    found = Standard.objects.only(*NAMES, "validity").prefetch_related(shelves).in_bulk(ids)
    return [found[pk] for pk in ids]


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


def other_editions(user: User, standard: Standard) -> QuerySet[Standard]:
    """Editions under the same URN that nobody has said to come before or after this one."""
    rows = (
        standards_visible_to(user)
        .filter(urn=standard.urn)
        .exclude(pk__in=[standard.pk, standard.superseded_by_id])
    )
    return rows.exclude(superseded_by=standard).order_by("edition")


def possible_successors(user: User, standard: Standard, query: str) -> QuerySet[Standard]:
    """What may come after a standard: what the search finds, at first the editions of the same URN."""
    check_may_import(user)
    found = standards_visible_to(user).matching(query or standard.urn).exclude(pk=standard.pk)
    return found.order_by("rank", "urn", "-edition")


def suites_visible_to(user: User) -> QuerySet[Suite]:
    """The suites whose standards this person may read."""
    link = Suite.standards.through.objects.filter(suite=OuterRef("pk"))
    return Suite.objects.filter(Exists(link.filter(standard__in=standards_visible_to(user))))


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
    return rows.defer("lines", "understood")


def others_to_check(user: User, draft: ImportDraft) -> QuerySet[ImportDraft]:
    """Their other documents that wait to be checked: those below it in their list, then those above it."""
    rows = import_drafts_of(user).filter(state=ImportState.READ).exclude(pk=draft.pk)
    return rows.order_by(Case(When(pk__lt=draft.pk, then=0), default=1), "-pk")


def import_draft_for(user: User, uid: UUID) -> ImportDraft:
    """One of them; what others uploaded is not found."""
    draft = get_object_or_404(ImportDraft.objects.select_related("standard"), uid=uid, by=user)
    check_may_import(user)
    return draft
