"""What was judged on an earlier edition, and where it stands on the later one. Read, never written."""

from assessments.access import judgements_in
from assessments.models import Confirmation, Judgement
from portfolio.models import Enrolment, Mapping


def judgements_behind(enrolment: Enrolment) -> dict[int, Judgement]:
    """Mapping id → the latest judgement that was made of it on an earlier edition."""
    latest = {}
    for judgement in reversed(judgements_in(enrolment)):
        latest[judgement.review.submission.evidence_id, judgement.criterion_id] = judgement
    mappings = Mapping.objects.filter(evidence__enrolment=enrolment).in_bulk()
    found = {}
    for mapping in mappings.values():
        before = mapping.carried_from_id
        while before and mapping.pk not in found:
            earlier = mappings[before]
            if held := latest.get((earlier.evidence_id, earlier.criterion_id)):
                found[mapping.pk] = held
            before = earlier.carried_from_id
    return found


def confirmations_in(enrolment: Enrolment) -> dict[tuple[int, int], Confirmation]:
    """(Evidence id, criterion id) → its confirmation."""
    rows = Confirmation.objects.filter(judgement__review__submission__evidence__enrolment=enrolment)
    rows = rows.select_related("judgement__review__submission", "confirmed_by").order_by("pk")
    return {(row.judgement.review.submission.evidence_id, row.criterion_id): row for row in rows}
