"""Background work of the portfolio; each may be run again after a crash."""

from jobs.models import Job
from portfolio.services import uploads
from portfolio.uploads import previews


def make_previews(job: Job, *, file_uid: str) -> dict:
    return {"previews": previews.make(file_uid)}


def take_in(job: Job, *, upload_uid: str) -> None:
    uploads.take_in(upload_uid)


def scan_file(job: Job, *, file_uid: str) -> None:
    uploads.scan_file(file_uid)


def expire_upload(job: Job, *, upload_uid: str) -> None:
    uploads.expire(upload_uid)
