"""Background work of the standards; it may be run again after a crash."""

from jobs.models import Job
from standards import services


def read_document(job: Job, *, draft: str) -> dict:
    """Understand the document of the draft with this uid."""
    try:
        return {"state": services.read_document(draft).state}
    except Exception:
        # Whatever it was, the page must not say for ever that the document is being read.
        services.give_up_reading(draft)
        raise
