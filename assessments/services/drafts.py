"""What an assessor keeps on the desk: decisions not recorded yet, phrases for reuse."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.refusals import Stale
from assessments.models import Phrase, ReviewDraft
from assessments.services.reviews import check_may_review
from portfolio.models import Submission


@transaction.atomic
def save_draft(*, by: User, submission: Submission, body: dict[str, str], version: str) -> ReviewDraft:
    """Keep what was chosen and typed on a round, valid or not, until it is recorded."""
    check_may_review(by=by, evidence=submission.evidence)
    drafts = ReviewDraft.objects.select_for_update(of=("self",))
    draft, created = drafts.get_or_create(submission=submission, assessor=by, defaults={"body": body})
    if not created and draft.body != body:
        _check_fresh(draft, version)
        draft.body, draft.saved_at = body, timezone.now()
        draft.save(update_fields=["body", "saved_at"])
    return draft


def check_fresh(*, by: User, submission: Submission, body: dict[str, str], version: str) -> None:
    """Refuse as stale what was typed on a desk that was opened before something else was saved on another."""
    draft = submission.drafts.filter(assessor=by).exclude(body=body).first()
    if draft:
        _check_fresh(draft, version)


def _check_fresh(draft: ReviewDraft, version: str) -> None:
    if draft.version != version:
        raise Stale()


def keep_phrase(*, by: User, text: str, language: str) -> Phrase:
    """The same phrase twice is one."""
    # Not `get_or_create`, which fails for ever where two were kept at the same moment.
    said = {"user": by, "language": language, "text": text}
    return Phrase.objects.filter(**said).first() or Phrase.objects.create(**said)


def remove_phrase(*, phrase: Phrase) -> None:
    """Phrases are their owner's: nothing rests on them."""
    phrase.delete()
