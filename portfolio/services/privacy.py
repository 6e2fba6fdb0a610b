"""Withdrawal for privacy: what a piece held is destroyed; that it was there, its hashes and the reason remain."""

from django.db import transaction
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _

from accounts.models import Notice, User
from accounts.refusals import Invalid, WrongState
from ledger.models import Words
from ledger.services import erase_words, record
from portfolio import workflow
from portfolio.models import (
    Enrolment,
    Evidence,
    EvidenceFile,
    Preview,
    Testimony,
    Upload,
    UploadState,
    Withdrawal,
)
from portfolio.parts import parts_on
from portfolio.services.evidence import ERASABLE

# Content was destroyed: what else holds it, of which this app does not know, is destroyed as well.
destroyed = Signal()


def check_may_withdraw(*, by: User, evidence: Evidence) -> None:
    """Refuse whoever may not destroy what this piece holds, or not as it stands now."""
    workflow.EVIDENCE.check("withdraw", state=evidence.state, parts=parts_on(by, evidence))
    if evidence.enrolment.under_appeal:
        raise WrongState(
            _("An appeal is open in this portfolio. Nothing in it is destroyed before the appeal is over.")
        )


@transaction.atomic
def withdraw_content(*, by: User, evidence: Evidence, reason: str, language: str) -> Withdrawal:
    """Destroy the files and words of a piece and of all its rounds. The decisions stand, and pages flag them."""
    # The portfolio too, so that no appeal is opened meanwhile.
    Enrolment.objects.select_for_update().get(pk=evidence.enrolment_id)
    rows = Evidence.objects.select_for_update(of=("self",)).select_related("enrolment__programme")
    evidence = rows.get(pk=evidence.pk)
    check_may_withdraw(by=by, evidence=evidence)
    if not reason.strip():
        raise Invalid(_("Say why the content has to go. The reason is kept."))
    if evidence.files.filter(scan="waiting").exists():
        raise WrongState(_("A file is still being checked. Try again in a minute; nothing was changed."))
    gone = _destroy_files(evidence) | _destroy_words(by, evidence)
    evidence.state = workflow.EVIDENCE.move("withdraw").target
    evidence.version += 1
    evidence.save()
    withdrawal = Withdrawal.objects.create(
        evidence=evidence,
        destroyed=gone,
        words=Words.objects.keep({"reason": reason.strip(), "language": language}),
        withdrawn_by=by,
    )
    record(
        chain=evidence.enrolment.chain,
        kind="evidence.content-withdrawn",
        by=by.uid,
        subject=f"withdrawal:{withdrawal.uid}",
        data=withdrawal.facts(),
    )
    destroyed.send(Evidence, withdrawal=withdrawal)
    return withdrawal


def _destroy_files(evidence: Evidence) -> dict:
    """The rows stay with their hashes; names, previews and (once this is committed) the bytes go."""
    # Locked, so that whoever makes previews of them sees afterwards that there are none to be made.
    files = list(evidence.files.select_for_update())
    previews = Preview.objects.filter(file__in=files)
    stored = [file.file for file in files] + [preview.image for preview in previews]
    previews.delete()
    EvidenceFile.objects.filter(pk__in=[file.pk for file in files]).update(name="–")
    uploads = Upload.objects.filter(piece=evidence.uid)
    # What was refused says so by its name.
    uploads.filter(state__in=[UploadState.REFUSED, UploadState.EXPIRED]).delete()
    uploads.update(name="–")
    transaction.on_commit(lambda: [kept.storage.delete(kept.name) for kept in stored])
    return {"files": [{"uid": str(file.uid), "sha256": file.sha256} for file in files]}


def _destroy_words(by: User, evidence: Evidence) -> dict:
    """What its author and its witness wrote, as it stands and in every round, with where to look in it."""
    kept = list(Words.objects.filter(pk__in=evidence.submissions.values("words"), erased_at=None))
    # Notices tell of a piece by its title.
    titles = {evidence.title, *(words.get("title") for words in kept)} - {""}
    told = Notice.objects.filter(
        learner=evidence.enrolment.learner, about__in=[title[:300] for title in titles]
    )
    told.update(about="", about_language="")
    asked = Testimony.objects.filter(evidence=evidence)
    kept += Words.objects.filter(pk__in=asked.values("words"), erased_at=None)
    asked.update(name="–", email="")
    for words in kept:
        erase_words(words=words, chain=evidence.enrolment.chain, by=by.uid, reason="privacy")
    blank = Evidence()
    for name in ERASABLE:
        setattr(evidence, name, getattr(blank, name))
    evidence.mappings.update(locator="")
    return {"words": [words.digest for words in kept]}
