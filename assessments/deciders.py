"""Who decided something in a learner's standard: nobody samples, releases or answers for decisions of their own."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from assessments.models import Confirmation, Judgement, SignOff
from portfolio.models import EnrolledStandard

# Of a judgement: in whose portfolio it was made, who made it and who stands by it.
PORTFOLIO = "review__submission__evidence__enrolment"
SIGNED = ("review__recorded_by", "review__countersignature__signed_by")
# The same of one that was confirmed on a later edition.
CONFIRMED_IN = f"judgement__{PORTFOLIO}"
CONFIRMED = ("confirmed_by", *(f"judgement__{name}" for name in SIGNED))


def decided_by(user: User) -> QuerySet[EnrolledStandard]:
    """The learners' standards in which somebody judged, countersigned, confirmed, declared or acknowledged anything."""
    here = {"criterion__standard": OuterRef("standard")}
    judged = _judged([user]).filter(**here, **{PORTFOLIO: OuterRef("enrolment")})
    confirmed = _confirmed([user]).filter(**here, **{CONFIRMED_IN: OuterRef("enrolment")})
    signed = _signed([user]).filter(enrolled_standard=OuterRef("pk"))
    return EnrolledStandard.objects.filter(Exists(judged) | Exists(confirmed) | Exists(signed))


def deciders_among(people: Collection[User], rows: Collection[EnrolledStandard]) -> set[tuple[int, int]]:
    """(Person, row), by their ids: who of these people decided something in which of these rows."""
    enrolments = {row.enrolment_id for row in rows}
    judged = _judged(people).filter(**{f"{PORTFOLIO}__in": enrolments})
    confirmed = _confirmed(people).filter(**{f"{CONFIRMED_IN}__in": enrolments})
    decisions = [
        *judged.values_list(PORTFOLIO, "criterion__standard", *SIGNED).distinct(),
        *confirmed.values_list(CONFIRMED_IN, "criterion__standard", *CONFIRMED).distinct(),
    ]
    row_of = {(row.enrolment_id, row.standard_id): row.pk for row in rows}
    decided = {
        (who, row_of.get((enrolment, standard)))
        for enrolment, standard, *signed in decisions
        for who in signed
    }
    among = {person.pk for person in people}
    pairs = {(who, row) for who, row in decided if who in among and row}
    signed = _signed(people).filter(enrolled_standard__in=rows)
    return pairs | set(signed.values_list("signed_by", "enrolled_standard"))


def _judged(people: Collection[User]) -> QuerySet[Judgement]:
    return Judgement.objects.filter(_one_of(people, SIGNED)).order_by()


def _confirmed(people: Collection[User]) -> QuerySet[Confirmation]:
    return Confirmation.objects.filter(_one_of(people, CONFIRMED)).order_by()


def _signed(people: Collection[User]) -> QuerySet[SignOff]:
    return SignOff.objects.filter(signed_by__in=people, act__in=["competent", "acknowledged"])


def _one_of(people: Collection[User], names: Collection[str]) -> Q:
    return Q(*((f"{name}__in", people) for name in names), _connector=Q.OR)
