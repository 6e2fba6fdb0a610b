"""What people do with accounts: invite, accept, leave, record competence, choose a language."""

import secrets
from datetime import date, datetime, time, timedelta
from functools import partial

from allauth.account.models import EmailAddress
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import letters
from accounts.access import account_of, invitation_by, token_hash
from accounts.models import Competence, Invitation, Membership, Provider, Role, User
from accounts.refusals import Invalid, WrongState
from ledger.services import record

VALID_FOR = timedelta(days=14)
# A role has ended: what hung on it, of which this app does not know, ends as well.
left = Signal()


@transaction.atomic
def found_provider(*, name_cy: str, name_en: str, email: str, name: str, language: str) -> Provider:
    """A new training provider and its first manager: whoever has this address already, or a new account.

    A new one has no password until its owner asks for the letter that sets one.
    """
    provider = Provider.objects.create(name_cy=name_cy, name_en=name_en)
    manager = User.objects.filter(email__iexact=email).first()
    manager = manager or User.objects.create_user(email, name=name, language=language)
    membership = Membership.objects.create(provider=provider, user=manager, role=Role.MANAGER)
    _record("provider.founded", membership, by=None)
    return provider


@transaction.atomic
def invite(
    *, by: User, provider: Provider, email: str, name: str, role: str, language: str, origin: str
) -> Invitation:
    """Ask somebody to join the provider. `origin` is the site's address, for the link in the letter."""
    provider = Provider.objects.select_for_update().get(pk=provider.pk)
    email = email.strip().lower()
    if provider.memberships.current().filter(user__email__iexact=email, role=role).exists():
        raise Invalid(_("Somebody with this email address already has this role here."))
    if provider.invitations.filter(
        email__iexact=email, role=role, accepted_at=None, withdrawn_at=None
    ).exists():
        raise Invalid(_("This address has been invited to this role already. Send that invitation again."))
    token = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        provider=provider,
        email=email,
        name=name,
        role=role,
        language=language,
        token_hash=token_hash(token),
        invited_by=by,
        expires_at=timezone.now() + VALID_FOR,
    )
    _record("people.invited", invitation, by=by, role=role)
    _post(invitation, token, origin)
    return invitation


@transaction.atomic
def resend(*, by: User, invitation: Invitation, origin: str) -> Invitation:
    """Send a new letter, valid for another 14 days; the link in the old one stops working."""
    invitation = _waiting(invitation)
    token = secrets.token_urlsafe(24)
    invitation.token_hash = token_hash(token)
    invitation.expires_at = timezone.now() + VALID_FOR
    invitation.save(update_fields=["token_hash", "expires_at"])
    _record("people.invited-again", invitation, by=by)
    _post(invitation, token, origin)
    return invitation


@transaction.atomic
def withdraw(*, by: User, invitation: Invitation) -> Invitation:
    """Take an invitation back; its link stops working."""
    invitation = _waiting(invitation)
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    _record("people.invitation-withdrawn", invitation, by=by)
    return invitation


@transaction.atomic
def accept(*, by: User | None, token: str, name: str = "", language: str = "", password: str = "") -> User:
    """Join the provider: with the account that has the invited address (`by`), or with a new one."""
    invitation = _waiting(invitation_by(token))
    if by is None:
        if account_of(invitation):
            raise WrongState(_("This address has an account by now. Sign in with it to accept."))
        by = User.objects.create_user(invitation.email, password, name=name, language=language)
    elif by.email.lower() != invitation.email.lower():
        raise Invalid(_("This invitation is for another email address. Sign in with that one to accept."))
    # The letter reached them, so the address is theirs.
    EmailAddress.objects.update_or_create(
        user=by, email=by.email, defaults={"verified": True, "primary": True}
    )
    invitation.accepted_at, invitation.accepted_by = timezone.now(), by
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    here = invitation.provider.memberships.current()
    membership = here.filter(user=by, role=invitation.role).first() or Membership.objects.create(
        provider=invitation.provider, user=by, role=invitation.role
    )
    _record("people.joined", invitation, by=by, membership=str(membership.uid), role=invitation.role)
    return by


def check_may_end(membership: Membership) -> None:
    """Refuse what has ended, and the end of the last manager."""
    if membership.to_at:
        raise WrongState(_("This has ended already. Nothing was changed."))
    managers = membership.provider.memberships.current().filter(role=Role.MANAGER)
    if membership.role == Role.MANAGER and not managers.exclude(pk=membership.pk).exists():
        raise Invalid(_("A training provider keeps at least one manager. Invite another one first."))


@transaction.atomic
def end_membership(*, by: User, membership: Membership) -> Membership:
    """From now on they are no longer this here, nor allocated as such. Everything they did stays as it is."""
    Provider.objects.select_for_update().get(pk=membership.provider_id)
    membership = Membership.objects.select_related("provider", "user").get(pk=membership.pk)
    check_may_end(membership)
    membership.to_at = timezone.now()
    membership.save(update_fields=["to_at"])
    # First, because the chains of portfolios come before those of providers.
    left.send(Membership, membership=membership, by=by)
    _record("people.left", membership, by=by, role=membership.role, user=str(membership.user.uid))
    return membership


@transaction.atomic
def record_competence(
    *, by: User, membership: Membership, kind: str, urn: str, since: date, qualification: str
) -> Competence:
    """Note that somebody is qualified, for one standard (`urn`) or for all (empty), since a day."""
    competence = Competence.objects.create(
        user=membership.user,
        provider=membership.provider,
        kind=kind,
        urn=urn,
        qualification=qualification,
        from_at=timezone.make_aware(datetime.combine(since, time.min)),
    )
    _record(
        "competence.recorded",
        competence,
        by=by,
        user=str(membership.user.uid),
        kind=kind,
        urn=urn,
        since=since.isoformat(),
    )
    return competence


@transaction.atomic
def end_competence(*, by: User, competence: Competence) -> Competence:
    """From now on the competence no longer counts; what was decided with it stands."""
    rows = Competence.objects.select_for_update(of=("self",)).select_related("provider")
    competence = rows.get(pk=competence.pk)
    if competence.to_at:
        raise WrongState(_("This has ended already. Nothing was changed."))
    competence.to_at = max(timezone.now(), competence.from_at)
    competence.save(update_fields=["to_at"])
    _record("competence.ended", competence, by=by)
    return competence


def choose_language(*, by: User, language: str) -> None:
    """Pages and letters come in this language from now on. A preference, so nothing for the ledger."""
    by.language = language
    by.save(update_fields=["language"])


def _waiting(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("provider")
    invitation = rows.get(pk=invitation.pk)
    if invitation.accepted_at or invitation.withdrawn_at:
        raise WrongState(_("This invitation was accepted or withdrawn in the meantime. Nothing was changed."))
    return invitation


def _record(kind: str, row: Invitation | Membership | Competence, /, *, by: User | None, **data: str) -> None:
    record(
        chain=f"provider:{row.provider.uid}",
        kind=kind,
        by=by.uid if by else None,
        subject=f"{row._meta.model_name}:{row.uid}",
        data=data,
    )


def _post(invitation: Invitation, token: str, origin: str) -> None:
    """The letter goes out once the invitation is safely kept."""
    send = partial(
        letters.send,
        "invitation",
        to=invitation.email,
        language=invitation.language,
        invitation=invitation,
        token=token,
        origin=origin,
    )
    transaction.on_commit(send)
