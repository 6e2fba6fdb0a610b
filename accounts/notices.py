"""Telling people: notices on the site, gathered into one letter."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from accounts import letters
from accounts.models import Notice, User
from jobs.services import enqueue


@transaction.atomic
def tell(
    *,
    users: Iterable[User],
    kind: str,
    route: str,
    arguments: Iterable[object],
    learner: User | None = None,
    about: str = "",
    about_language: str = "",
    round: int | None = None,
) -> None:
    """Note something for each of these people; a letter follows unless they have read it by then.

    Everything that happens to somebody until the letter is written comes in the same letter.
    """
    people = {user.pk: user for user in users}
    unsettled = Notice.objects.filter(user__in=people, settled_at=None).order_by().values("user")
    # A letter that is late may be on its way without this, or could not be sent: another one is asked for.
    since = timezone.now() - settings.DIGEST_AFTER
    waiting = set(
        unsettled.annotate(oldest=Min("created_at")).filter(oldest__gt=since).values_list("user", flat=True)
    )
    Notice.objects.bulk_create(
        Notice(
            user=user,
            kind=kind,
            route=route,
            arguments=[str(argument) for argument in arguments],
            learner=learner,
            about=about[:300],
            about_language=about_language,
            round=round,
        )
        for user in people.values()
    )
    for pk in people.keys() - waiting:
        enqueue(task="accounts.tasks.send_digest", by_uid=None, after=settings.DIGEST_AFTER, user=pk)


def send_digest(user: User) -> int:
    """Write one letter about all that is new and unread and not muted; returns how many notices it tells of."""
    news = list(Notice.objects.filter(user=user, settled_at=None).select_related("learner").order_by("pk"))
    told = [notice for notice in news if notice.read_at is None and notice.kind not in user.muted]
    if told and user.is_active:
        letters.send("notices", to=user.email, language=user.language, notices=told, origin=settings.ADDRESS)
    Notice.objects.filter(pk__in=[notice.pk for notice in news]).update(settled_at=timezone.now())
    return len(told)


def read(*, by: User, **which: object) -> None:
    """Mark one's own as read: all, or those that a filter names."""
    Notice.objects.filter(user=by, read_at=None, **which).update(read_at=timezone.now())


def done(*kinds: str, learner: User, about: object) -> None:
    """What notices asked for is done: those of the kinds about a thing (its uid) are new to nobody any more."""
    told = Notice.objects.filter(learner=learner, kind__in=kinds, arguments=[str(about)], read_at=None)
    told.update(read_at=timezone.now())


@transaction.atomic
def choose_letters(*, by: User, muted: Iterable[str]) -> None:
    """Which kinds of notices send no letter."""
    by.muted = sorted(muted)
    by.save(update_fields=["muted"])
