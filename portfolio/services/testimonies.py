"""Testimony of a witness without an account: asked for by letter, written behind a link and a code."""

import hashlib
import secrets
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from accounts import letters
from accounts.access import token_hash
from accounts.models import NoticeKind, User
from accounts.notices import tell
from accounts.refusals import Invalid, NotYours, Refusal, WrongState
from ledger.models import Words
from ledger.services import record
from portfolio import workflow
from portfolio.access import testimony_by
from portfolio.models import Enrolment, Evidence, Testimony
from portfolio.parts import parts_in
from portfolio.services import evidence as evidence_services

VALID_FOR = timedelta(days=30)
# So that nobody can fill a stranger's letterbox, or guess a code.
LETTERS_EACH = 5
ASKED_A_DAY = 20
WRONG_CODES = 10


class TooOften(Refusal):
    """A limit that keeps strangers safe was reached."""

    status = 429
    title = _("Too often")


def check_may_ask(*, by: User, enrolment: Enrolment) -> None:
    """Refuse whoever may not name witnesses in this portfolio, or not any more."""
    if "learner" not in parts_in(by, enrolment):
        raise NotYours(_("Witnesses are named by the learner. Nothing was changed."))
    workflow.check_allowed(enrolment, "write")


@transaction.atomic
def ask(*, by: User, enrolment: Enrolment, name: str, email: str, origin: str) -> Testimony:
    """Ask a witness what they saw. `origin` is the site's address, for the link in the letter."""
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    check_may_ask(by=by, enrolment=enrolment)
    email = email.strip().lower()
    if email == by.email.lower():
        raise Invalid(_("A witness is somebody else. Enter their address, not yours."))
    lately = enrolment.testimonies.filter(asked_at__gt=timezone.now() - timedelta(days=1))
    if lately.count() >= ASKED_A_DAY:
        raise TooOften(_("That is as many witnesses as can be asked in a day. Ask the others tomorrow."))
    testimony = Testimony(enrolment=enrolment, name=name, email=email, asked_by=by)
    _post(testimony, origin)
    _record("testimony.asked", testimony, by=by)
    return testimony


@transaction.atomic
def resend(*, by: User, testimony: Testimony, origin: str) -> Testimony:
    """Send a new letter with a new code, valid for another 30 days; the link in the old one stops working."""
    testimony = _open(by, testimony)
    if testimony.letters >= LETTERS_EACH:
        raise TooOften(
            _("This witness has had enough letters. Speak to them, or withdraw this and ask anew.")
        )
    _post(testimony, origin)
    _record("testimony.asked-again", testimony, by=by)
    return testimony


@transaction.atomic
def withdraw(*, by: User, testimony: Testimony) -> Testimony:
    """Take the request back: the link stops working, and what the witness had not sent is gone."""
    testimony = _open(by, testimony)
    testimony.withdrawn_at, testimony.draft = timezone.now(), {}
    testimony.save(update_fields=["withdrawn_at", "draft"])
    _record("testimony.withdrawn", testimony, by=by)
    return testimony


def _open(by: User, testimony: Testimony) -> Testimony:
    rows = Testimony.objects.select_for_update(of=("self",)).select_related("enrolment__programme")
    testimony = rows.get(pk=testimony.pk)
    check_may_ask(by=by, enrolment=testimony.enrolment)
    if not testimony.is_open:
        raise WrongState(_("This was sent or withdrawn in the meantime. Nothing was changed."))
    return testimony


def _post(testimony: Testimony, origin: str) -> None:
    """Make a new link and code; the letter goes out once they are safely kept. Its reader's language is not known."""
    token, code = secrets.token_urlsafe(24), f"{secrets.randbelow(10**6):06}"
    testimony.token_hash, testimony.code_hash = token_hash(token), _code_hash(token, code)
    testimony.letters, testimony.wrong_codes = testimony.letters + 1, 0
    testimony.expires_at = timezone.now() + VALID_FOR
    testimony.save()
    send = partial(letters.send, "testimony", to=testimony.email, language="")
    transaction.on_commit(partial(send, testimony=testimony, token=token, code=code, origin=origin))


def _code_hash(token: str, code: str) -> str:
    return hashlib.sha256(f"{token}:{code}".encode()).hexdigest()


def _record(kind: str, testimony: Testimony, *, by: User | None, **data: str) -> None:
    record(
        chain=testimony.enrolment.chain,
        kind=kind,
        by=by.uid if by else None,
        subject=f"testimony:{testimony.uid}",
        data=data,
    )


@transaction.atomic
def is_right_code(*, token: str, code: str) -> bool:
    """Whether the code of the letter belongs to its link. Wrong ones are counted, and too many close the link."""
    testimony = Testimony.objects.select_for_update(of=("self",)).get(pk=testimony_by(token).pk)
    if testimony.wrong_codes >= WRONG_CODES:
        raise TooOften(_("The code was wrong too often. Ask the learner to send you the letter again."))
    if secrets.compare_digest(testimony.code_hash, _code_hash(token, code)):
        return True
    testimony.wrong_codes += 1
    testimony.save(update_fields=["wrong_codes"])
    return False


@transaction.atomic
def write(*, token: str, **draft: str) -> Testimony:
    """Keep what the witness has written so far, until they send it."""
    testimony = _unsent(token)
    testimony.draft = testimony.draft | draft
    testimony.save(update_fields=["draft"])
    return testimony


@transaction.atomic
def give(*, token: str, **about: object) -> Evidence:
    """Send the testimony: what was written, and who the witness is. The learner finds it among their evidence."""
    testimony = _unsent(token)
    if not all(testimony.draft.get(name) for name in ("text", "happened_on", "place", "language")):
        raise Invalid(_("Say first what you saw."))
    given = testimony.draft | about
    with override(given["language"]):
        given["title"] = gettext("Witness testimony: %(name)s") % {"name": given["witness_name"]}
    evidence = evidence_services.keep(
        by=testimony.asked_by, enrolment=testimony.enrolment, uid=testimony.uid, kind="testimony", **given
    )
    testimony.evidence, testimony.given_at, testimony.draft = evidence, timezone.now(), {}
    testimony.words = Words.objects.keep({name: str(value) for name, value in given.items()})
    testimony.save()
    _record("testimony.given", testimony, by=None, evidence=str(evidence.uid), words=testimony.words.digest)
    tell(
        users=[testimony.asked_by],
        kind=NoticeKind.TESTIMONY_GIVEN,
        route="evidence",
        arguments=[evidence.uid],
        learner=testimony.enrolment.learner,
        about=evidence.title,
        about_language=evidence.language,
    )
    return evidence


def _unsent(token: str) -> Testimony:
    rows = Testimony.objects.select_for_update(of=("self",)).select_related("enrolment__learner", "asked_by")
    testimony = rows.get(pk=testimony_by(token).pk)
    if testimony.given_at:
        raise WrongState(_("This testimony was sent already. Nothing was changed."))
    return testimony
