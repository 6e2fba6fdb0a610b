"""The door from a person to providers, memberships and invitations. A stranger gets 404."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from accounts.models import Competence, Invitation, Membership, Notice, Provider, Role, User
from accounts.refusals import NotYours, Refusal


class NoInvitation(Refusal):
    """The address opens no invitation, or not this one any more."""

    status = 404
    title = _("This link opens no invitation")
    default = _("Open the newest letter you have: an older link stops working when a new letter is sent.")


def visible_to(user: User) -> QuerySet[Provider]:
    """Providers at which they are something today."""
    return Provider.objects.filter(pk__in=Membership.objects.current().filter(user=user).values("provider"))


def managed_by(user: User) -> QuerySet[Provider]:
    """Providers that they manage today."""
    managing = Membership.objects.current().filter(user=user, role=Role.MANAGER)
    return Provider.objects.filter(pk__in=managing.values("provider")).order_by("pk")


def roles_of(user: User) -> set[str]:
    """What they are today, at whichever provider."""
    return set(Membership.objects.current().filter(user=user).values_list("role", flat=True))


def provider_for(user: User, uid: UUID) -> Provider:
    """A provider they belong to."""
    return get_object_or_404(visible_to(user), uid=uid)


def managed_provider_for(user: User, uid: UUID) -> Provider:
    """A provider they manage; its other people are told that this is the manager's."""
    return _managed(user, provider_for(user, uid))


def membership_for(user: User, uid: UUID) -> Membership:
    """A membership, for a manager of its provider."""
    rows = Membership.objects.select_related("provider", "user")
    return _of_managed(user, get_object_or_404(rows, uid=uid))


def invitation_for(user: User, uid: UUID) -> Invitation:
    """An invitation, for a manager of its provider."""
    return _of_managed(user, get_object_or_404(Invitation.objects.select_related("provider"), uid=uid))


def _managed(user: User, provider: Provider) -> Provider:
    if not managed_by(user).filter(pk=provider.pk).exists():
        raise NotYours(_("This is for a manager of the training provider. Nothing was changed."))
    return provider


def _of_managed(user: User, row):
    if not visible_to(user).filter(pk=row.provider_id).exists():
        raise Http404
    _managed(user, row.provider)
    return row


def people_of(provider: Provider, *, named: str = "", role: str = "") -> QuerySet[Membership]:
    """Everybody who is or was something at the provider, those of today first; by name or address, by role."""
    rows = provider.memberships.select_related("user")
    if named:
        rows = rows.filter(Q(user__name__icontains=named) | Q(user__email__icontains=named))
    if role:
        rows = rows.filter(role=role)
    return rows.order_by(F("to_at").desc(nulls_first=True), Lower("user__name"), "role", "pk")


def invitations_of(provider: Provider) -> QuerySet[Invitation]:
    """Letters nobody has accepted yet, newest first."""
    waiting = provider.invitations.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)
    return waiting.order_by("-invited_at", "-pk")


def competences_of(membership: Membership) -> QuerySet[Competence]:
    """What the provider recorded about somebody's qualifications."""
    return membership.provider.competences.filter(user=membership.user).order_by("-from_at", "-pk")


def competence_of(membership: Membership, uid: UUID) -> Competence:
    """One of them."""
    return get_object_or_404(competences_of(membership), uid=uid)


def token_hash(token: str) -> str:
    """What is kept of the token in a letter."""
    return hashlib.sha256(token.encode()).hexdigest()


def invitation_by(token: str) -> Invitation:
    """The invitation a letter's link opens, accepted or waiting; else a refusal that says what to do."""
    found = Invitation.objects.select_related("provider").filter(token_hash=token_hash(token)).first()
    if found is None:
        raise NoInvitation()
    if found.withdrawn_at:
        raise NoInvitation(_("The training provider has withdrawn this invitation. Ask them why if need be."))
    if not found.accepted_at and found.has_expired:
        raise NoInvitation(_("This invitation has expired. Ask the training provider to send it again."))
    return found


def account_of(invitation: Invitation) -> User | None:
    """The account that already has the invitation's address."""
    return User.objects.filter(email__iexact=invitation.email).first()


def is_qualified(user: User, kind: str, *, urn: str, provider: Provider, at: datetime | None = None) -> bool:
    """Whether this provider holds somebody qualified as `kind` ("assessor", "iqa") for a standard, now or `at`."""
    held = Competence.objects.current(at).filter(user=user, kind=kind, provider=provider)
    return held.filter(Q(urn="") | Q(urn=urn)).exists()


def qualified_among(user: User, kind: str, pairs: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
    """Of these (provider's id, standard's URN), those for which somebody is qualified now: one query for a page."""
    held = set(Competence.objects.current().filter(user=user, kind=kind).values_list("provider_id", "urn"))
    return {(provider, urn) for provider, urn in pairs if held & {(provider, ""), (provider, urn)}}


def notices_of(user: User) -> QuerySet[Notice]:
    """What this person was told, newest first."""
    return Notice.objects.filter(user=user).select_related("learner")


def notice_for(user: User, uid: UUID) -> Notice:
    """One's own notice."""
    return get_object_or_404(notices_of(user), uid=uid)


def unread_by(user: User) -> list[Notice]:
    """What this person has not read, the newest hundred: only where each leads to."""
    return list(Notice.objects.filter(user=user, read_at=None).only("route", "arguments")[:100])
