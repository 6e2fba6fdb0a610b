"""What the learner says of an assessor's own record: an observation, a discussion, questions with answers."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import NoticeKind, User
from accounts.notices import tell
from accounts.refusals import Invalid, NotYours, WrongState
from assessments.models import RecordReply
from ledger.models import Words
from ledger.services import record
from portfolio.models import Evidence, Submission
from portfolio.parts import holders, or_successors
from portfolio.workflow import check_allowed


def check_may_reply(*, by: User, submission: Submission) -> None:
    """The learner, about what their assessor recorded; otherwise a refusal."""
    enrolment = submission.evidence.enrolment
    if by.pk != enrolment.learner_id or submission.submitted_by_id == by.pk:
        raise NotYours(_("The learner says whether an assessor's record tells what happened."))
    check_allowed(enrolment, "write")


@transaction.atomic
def reply_to_record(
    *, by: User, submission: Submission, agreed: bool, comment: str, language: str
) -> RecordReply:
    """Confirm a record, or say what was different. Said once for each round; pressing twice says it once."""
    check_may_reply(by=by, submission=submission)
    Evidence.objects.select_for_update(of=("self",)).get(pk=submission.evidence_id)
    if said := RecordReply.objects.filter(submission=submission).select_related("words").first():
        before = said.words.get("comment") if said.words else ""
        if (said.agreed, before.split()) != (agreed, comment.split()):
            raise WrongState(_("You have said something about this record already, and that stays."))
        return said
    if not agreed and not comment.strip():
        raise Invalid(_("Say what was different."))
    words = Words.objects.keep({"comment": comment, "language": language}) if comment.strip() else None
    reply = RecordReply.objects.create(submission=submission, agreed=agreed, words=words, signed_by=by)
    record(
        chain=submission.evidence.enrolment.chain,
        kind="record.confirmed" if agreed else "record.disputed",
        by=by.uid,
        subject=f"recordreply:{reply.uid}",
        data=reply.facts(),
    )
    enrolment = submission.evidence.enrolment
    tell(
        users=or_successors(submission.submitted_by, holders(enrolment, "assessor")),
        kind=NoticeKind.RECORD_ANSWERED,
        route="evidence",
        arguments=[submission.evidence.uid],
        learner=enrolment.learner,
        about=submission.evidence.title,
        about_language=submission.evidence.language,
        round=submission.round,
    )
    return reply
