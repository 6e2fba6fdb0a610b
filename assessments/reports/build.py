"""Gathers what a completion report says, in a number of queries that does not grow with the portfolio.

What was submitted is read from the frozen submissions, not from the evidence as it stands: the report shows what was
judged.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from itertools import zip_longest
from typing import NamedTuple

from django.db.models import Prefetch
from django.utils import timezone

from accounts.models import Role
from assessments.carried import confirmations_in
from assessments.models import Act, Judgement, Review, Sample, SampleKind, SampleState, SignOff
from assessments.models.sampling import LOOKED_AT
from assessments.reports.addresses import page_of
from assessments.reports.content import (
    CompletionReport,
    CriterionLine,
    EvidenceLine,
    Reference,
    SampleLine,
    SignOffLine,
    StandardPart,
    Witness,
)
from assessments.reports.texts import Both, Issue, Label, Written
from portfolio.access import criteria_in
from portfolio.models import (
    EnrolledStandard,
    Enrolment,
    EnrolmentState,
    EvidenceKind,
    EvidenceState,
    Mapping,
    StandardState,
    Submission,
)
from portfolio.progress import CriterionState, mapping_state, mappings_of, states
from portfolio.rounds import names_of
from standards.models import Criterion, TextStatus

HASH_SHOWN = 12
# What a piece does for a criterion that it is no evidence for.
SAYS_NOTHING = {CriterionState.NOT_STARTED, CriterionState.MAPPED, CriterionState.NOT_ACCEPTED}
DECLARED = {StandardState.COMPETENT, StandardState.ACKNOWLEDGED, StandardState.RELEASED}


def completion_report(enrolment: Enrolment, issue: Issue, *, whole: bool = True) -> CompletionReport:
    """Everything the report of this portfolio says, as the portfolio stands now."""
    enrolment = Enrolment.objects.select_related("programme", "learner").get(pk=enrolment.pk)
    programme = enrolment.programme
    rounds = latest_rounds(enrolment)
    sign_offs = _sign_offs(enrolment)
    return CompletionReport(
        issue=issue,
        learner=enrolment.learner.name,
        awarding_body=programme.awarding_body,
        programme=Both(programme.title_cy, programme.title_en),
        qualification_number=programme.qualification_number,
        registration_number=enrolment.registration_number,
        registered_on=enrolment.registered_on,
        started_on=enrolment.started_on,
        ended_on=enrolment.ended_on,
        state=EnrolmentState(enrolment.state),
        language=enrolment.language,
        standards=_standards(enrolment, rounds, sign_offs),
        evidence=tuple(evidence_line(submission) for submission in rounds.values()),
        witnesses=_witnesses(rounds.values()),
        sign_offs=tuple(_sign_off_line(sign_off) for sign_off in sorted(sign_offs, key=_as_read)),
        samples=tuple(_sample_line(sample) for sample in _samples(enrolment)),
        whole=whole,
    )


def only_standard(report: CompletionReport, urn: str, edition: str) -> CompletionReport:
    """The report cut down to one standard, and to what was done for it."""
    parts = tuple(part for part in report.standards if (part.urn, part.edition) == (urn, edition))
    used = {item.evidence for part in parts for line in part.criteria for item in line.evidence}
    return replace(
        report,
        standards=parts,
        evidence=tuple(line for line in report.evidence if line.reference in used),
        witnesses=tuple(witness for witness in report.witnesses if witness.evidence & used),
        sign_offs=tuple(line for line in report.sign_offs if line.urn == urn),
        samples=tuple(line for line in report.samples if line.urn == urn),
    )


def latest_rounds(enrolment: Enrolment) -> dict[int, Submission]:
    """The latest submission of each piece of evidence, by the evidence's id, in the order of the evidence."""
    submissions = (
        Submission.objects.filter(evidence__enrolment=enrolment)
        .select_related("evidence", "words", "submitted_by")
        .order_by("evidence__number", "round")
    )
    return {submission.evidence_id: submission for submission in submissions}


def _sign_offs(enrolment: Enrolment) -> list[SignOff]:
    rows = SignOff.objects.filter(enrolled_standard__enrolment=enrolment)
    return list(rows.select_related("enrolled_standard__standard", "signed_by").order_by("signed_at", "pk"))


def _standards(
    enrolment: Enrolment, rounds: dict[int, Submission], sign_offs: list[SignOff]
) -> tuple[StandardPart, ...]:
    rows = list(enrolment.enrolled_standards.open().select_related("standard", "moved_from__standard"))
    criteria = list(criteria_in(enrolment).select_related("parent").prefetch_related("standard"))
    lines = CriterionLines(enrolment, criteria, rounds)
    signed = {(row.enrolled_standard_id, row.act): timezone.localdate(row.signed_at) for row in sign_offs}
    return tuple(_standard(row, signed, lines) for row in rows)


def _standard(
    row: EnrolledStandard, signed: dict[tuple[int, str], date], lines: "CriterionLines"
) -> StandardPart:
    standard, state = row.standard, StandardState(row.state)
    return StandardPart(
        urn=standard.urn,
        edition=standard.edition,
        moved_from=(row.moved_from.standard.urn, row.moved_from.standard.edition) if row.moved_from else None,
        moved_on=timezone.localdate(row.moved_at) if row.moved_at else None,
        title=Both(standard.title_cy, standard.title_en),
        status=Both(TextStatus(standard.status_cy).label, TextStatus(standard.status_en).label),
        state=state,
        performance=lines.of(standard.pk, "performance"),
        knowledge=lines.of(standard.pk, "knowledge"),
        skills=tuple(
            Both(*texts) for texts in zip_longest(standard.skills_cy, standard.skills_en, fillvalue="")
        ),
        competent_on=signed.get((row.pk, Act.COMPETENT)) if state in DECLARED else None,
        released_on=signed.get((row.pk, Act.RELEASED)) if state == StandardState.RELEASED else None,
    )


class Decision(NamedTuple):
    """When and by whom a criterion was decided."""

    at: datetime
    assessor: str
    countersigner: str = ""


class CriterionLines:
    """The lines of all criteria of a portfolio."""

    def __init__(
        self, enrolment: Enrolment, criteria: list[Criterion], rounds: dict[int, Submission]
    ) -> None:
        self.rounds = rounds
        self.pages = {pk: page_of(submission) for pk, submission in rounds.items()}
        self.judgements = _standing_judgements(enrolment)
        self.mappings: dict[int, list[Mapping]] = defaultdict(list)
        self.confirmations = confirmations_in(enrolment)
        # Many mappings share few criteria and standards, which are long: one of each is read.
        rows = mappings_of(enrolment).prefetch_related(
            "criterion__standard", "carried_from__criterion__standard"
        )
        mappings = list(rows.order_by("evidence__number"))
        for mapping in mappings:
            self.mappings[mapping.criterion_id].append(mapping)
        state = states(criteria, mappings)
        self.lines: dict[tuple[int, str], list[CriterionLine]] = defaultdict(list)
        for criterion in criteria:
            self.lines[criterion.standard_id, criterion.kind].append(
                self._line(criterion, state[criterion.pk])
            )

    def of(self, standard_id: int, kind: str) -> tuple[CriterionLine, ...]:
        return tuple(self.lines[standard_id, kind])

    def _line(self, criterion: Criterion, state: CriterionState) -> CriterionLine:
        shown = [mapping for mapping in self.mappings[criterion.pk] if self._counts(mapping)]
        decision = self._decision(criterion, state)
        return CriterionLine(
            reference=criterion.reference,
            text=Both(criterion.text_cy, criterion.text_en),
            state=state,
            printed=Both(criterion.printed_label_cy, criterion.printed_label_en),
            group=Both(criterion.group_cy, criterion.group_en),
            parent=criterion.parent.reference if criterion.parent else "",
            methods=_methods(self.rounds[mapping.evidence_id] for mapping in shown),
            evidence=tuple(self._reference(mapping) for mapping in shown),
            assessor=decision.assessor if decision else "",
            countersigner=decision.countersigner if decision else "",
            decided_on=timezone.localdate(decision.at) if decision else None,
        )

    def _counts(self, mapping: Mapping) -> bool:
        """Submitted and waiting, or accepted: neither drafts nor what was not accepted or withdrawn unjudged."""
        if mapping.evidence_id not in self.rounds:
            return False
        return mapping_state(mapping) not in SAYS_NOTHING

    def _decision(self, criterion: Criterion, state: CriterionState) -> "Decision | None":
        """The first of the decisions that stand and make the state what it is."""
        standing = [
            (mapping_state(mapping), mapping) for mapping in self.mappings[criterion.pk] if mapping.standing
        ]
        # An item that still waits for its sub-items was found met by somebody all the same.
        decisive = CriterionState.MET if any(found == CriterionState.MET for found, _ in standing) else state
        deciding = (self._decided(mapping) for found, mapping in standing if found == decisive)
        return min(deciding, key=lambda decision: decision.at, default=None)

    def _decided(self, mapping: Mapping) -> "Decision":
        """By a judgement, or by whoever confirmed the one that was made on an earlier edition."""
        place = (mapping.evidence_id, mapping.criterion_id)
        if judgement := self.judgements.get(place):
            countersignature = getattr(judgement.review, "countersignature", None)
            return Decision(
                at=judgement.review.recorded_at,
                assessor=judgement.review.recorded_by.name,
                countersigner=countersignature.signed_by.name if countersignature else "",
            )
        confirmation = self.confirmations[place]
        return Decision(at=confirmation.confirmed_at, assessor=confirmation.confirmed_by.name)

    def _reference(self, mapping: Mapping) -> Reference:
        submission = self.rounds[mapping.evidence_id]
        locators = submission.words.get("locators", {})
        return Reference(
            evidence=mapping.evidence.reference,
            address=self.pages[mapping.evidence_id],
            locator=next((locators[key] for key in names_of(mapping) if key in locators), ""),
            language=submission.manifest["language"],
        )


def _standing_judgements(enrolment: Enrolment) -> dict[tuple[int, int], Judgement]:
    """The latest judgement of each piece for each criterion."""
    reviews = Review.objects.select_related("submission", "recorded_by", "countersignature__signed_by")
    judgements = (
        Judgement.objects.filter(review__submission__evidence__enrolment=enrolment)
        .prefetch_related(Prefetch("review", reviews))
        .order_by("review__submission__round", "review__pk")
    )
    return {
        (judgement.review.submission.evidence_id, judgement.criterion_id): judgement
        for judgement in judgements
    }


def _methods(submissions: Iterable[Submission]) -> tuple[Label, ...]:
    kinds = dict.fromkeys(submission.manifest["kind"] for submission in submissions)
    return tuple(EvidenceKind(kind).label for kind in kinds)


def evidence_line(submission: Submission) -> EvidenceLine:
    manifest = submission.manifest
    return EvidenceLine(
        reference=submission.evidence.reference,
        address=page_of(submission),
        title=Written(submission.words.get("title", "–"), manifest["language"]),
        kind=EvidenceKind(manifest["kind"]).label,
        happened_on=date.fromisoformat(manifest["happened_on"]) if manifest["happened_on"] else None,
        short_hash=submission.digest[:HASH_SHOWN],
        is_withdrawn=submission.evidence.state == EvidenceState.WITHDRAWN,
    )


def _witnesses(submissions: Iterable[Submission]) -> tuple[Witness, ...]:
    """Everybody whose testimony was submitted, once each."""
    found: dict[tuple[str, str], Witness] = {}
    for submission in submissions:
        if said := submission.words.get("witness"):
            name, role = said["name"], Written(said["role"], submission.manifest["language"])
            known = found.setdefault((name, role.text), Witness(name, role))
            evidence = known.evidence | {submission.evidence.reference}
            found[name, role.text] = replace(known, evidence=evidence)
    return tuple(found.values())


def _as_read(sign_off: SignOff) -> tuple:
    """The place of a sign-off where days are told, not times: those of a day by their standard, as they happened."""
    standard = sign_off.enrolled_standard.standard
    return timezone.localdate(sign_off.signed_at), standard.urn, standard.edition, sign_off.pk


def _sign_off_line(sign_off: SignOff) -> SignOffLine:
    return SignOffLine(
        urn=sign_off.enrolled_standard.standard.urn,
        act=Act(sign_off.act).label,
        name=sign_off.signed_by.name,
        part=Role(sign_off.part).label,
        signed_on=timezone.localdate(sign_off.signed_at),
        earlier_edition=_earlier_edition(sign_off.enrolled_standard),
    )


def _samples(enrolment: Enrolment) -> Iterable[Sample]:
    """What an IQA looked at again: never what is only proposed or planned."""
    rows = Sample.objects.filter(enrolled_standard__enrolment=enrolment, state__in=LOOKED_AT)
    return rows.select_related("enrolled_standard__standard", "sampled_by").order_by("sampled_at", "pk")


def _sample_line(sample: Sample) -> SampleLine:
    # The query asks for the first, a constraint for the others.
    assert sample.enrolled_standard
    assert sample.sampled_by
    assert sample.sampled_at
    return SampleLine(
        urn=sample.enrolled_standard.standard.urn,
        what=SampleKind(sample.kind).label,
        outcome=SampleState(sample.state).label,
        name=sample.sampled_by.name,
        sampled_on=timezone.localdate(sample.sampled_at),
        earlier_edition=_earlier_edition(sample.enrolled_standard),
    )


def _earlier_edition(row: EnrolledStandard) -> str:
    return row.standard.edition if row.state == StandardState.MOVED else ""
