"""External quality assurers: what they are invited to read, and that they opened it."""

import hashlib
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import NoticeKind, User
from accounts.notices import tell
from accounts.refusals import Invalid, NotYours, WrongState
from ledger.models import stamp
from ledger.services import happened, record
from portfolio.models import Enrolment, EvidenceFile, Programme, Visit
from portfolio.parts import managed, parts_in, people_who


@transaction.atomic
def open_visit(
    *, by: User, programme: Programme, user: User, period_from: date, period_to: date, last_day: date
) -> Visit:
    """Let an external quality assurer read the portfolios of a programme and period until the end of a day."""
    if not managed(by, programme):
        raise NotYours()
    if not people_who(programme.provider, "eqa").filter(pk=user.pk).exists():
        raise Invalid(_("Choose an external quality assurer of this provider. Invite them first if need be."))
    if period_to < period_from:
        raise Invalid(_("The period ends before it begins."))
    if last_day < timezone.localdate():
        raise Invalid(_("The last day is over already. Choose today or a later day."))
    visit = Visit.objects.create(
        programme=programme,
        user=user,
        period_from=period_from,
        period_to=period_to,
        invited_by=by,
        to_at=timezone.make_aware(datetime.combine(last_day + timedelta(days=1), time.min)),
    )
    _record(by, visit, "visit.opened", period=[period_from.isoformat(), period_to.isoformat()])
    tell(
        users=[user],
        kind=NoticeKind.READING_OPENED,
        route="visit",
        arguments=[visit.uid],
        about=programme.provider.name,
        about_language=get_language() or "",
    )
    return visit


@transaction.atomic
def end_visit(*, by: User, visit: Visit) -> Visit:
    """From now on nothing of it can be read."""
    visit = (
        Visit.objects.select_for_update(of=("self",)).select_related("programme__provider").get(pk=visit.pk)
    )
    if not managed(by, visit.programme):
        raise NotYours()
    if visit.to_at <= timezone.now():
        raise WrongState(_("This visit has ended already. Nothing was changed."))
    visit.to_at = max(timezone.now(), visit.from_at)
    visit.save(update_fields=["to_at"])
    _record(by, visit, "visit.ended")
    return visit


def _record(by: User, visit: Visit, kind: str, **data: object) -> None:
    record(
        chain=f"provider:{visit.programme.provider.uid}",
        kind=kind,
        by=by.uid,
        subject=f"visit:{visit.uid}",
        data={"user": str(visit.user.uid), "programme": str(visit.programme.uid), "to": stamp(visit.to_at)}
        | data,
    )


@transaction.atomic
def note_opening(*, by: User, file: EvidenceFile, session: str) -> None:
    """Write down that an external quality assurer opened a file: once in each session of theirs."""
    enrolment = file.evidence.enrolment
    if "eqa" not in parts_in(by, enrolment):
        return
    # A player asks for a file in many parts at once; they wait for each other here.
    Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
    subject = f"evidencefile:{file.uid}"
    data = {"sha256": file.sha256, "session": hashlib.sha256(session.encode()).hexdigest()}
    if not happened(kind="file.opened", by=by.uid, subject=subject, data=data):
        record(chain=enrolment.chain, kind="file.opened", by=by.uid, subject=subject, data=data)
