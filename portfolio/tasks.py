"""Background work of the portfolio; each may be run again after a crash."""

from jobs.models import Job
from portfolio.uploads import previews


def make_previews(job: Job, *, file_uid: str) -> dict:
    return {"previews": previews.make(file_uid)}
