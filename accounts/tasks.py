"""Work that runs in the background."""

from accounts.models import User
from accounts.notices import send_digest as send
from jobs.models import Job


def send_digest(job: Job, *, user: int) -> dict:
    """The letter about everything new to this person."""
    return {"notices": send(User.objects.get(pk=user))}
