"""`manage.py verify_ledger [--files]`: does everything still say what it said?"""

from collections.abc import Iterator

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Q

from assessments.derived import contradictions
from assessments.models import (
    AppealAct,
    Confirmation,
    Countersignature,
    Judgement,
    PlanAct,
    RecordReply,
    Report,
    Review,
    SampleAct,
    SamplingPlan,
    SignOff,
)
from assessments.replay import Replay
from assessments.services.standings import Stands, standings_of
from ledger.models import Event
from ledger.services import batches, one_moment, verify_chains, verify_rows, verify_words
from portfolio.models import Enrolment, Evidence, Mapping, Seeing, Submission, Withdrawal
from portfolio.progress import counts, held_back, mappings_of
from portfolio.services.uploads import compared, fault_in


class Command(BaseCommand):
    help = "Recompute the ledger and compare it with what it tells of. Exit 1 names the first row that does not fit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--files", action="store_true", help="read every stored file and compare its hash"
        )

    def handle(self, *args: object, files: bool, **options: object) -> None:
        with one_moment():
            fault = next(self.faults(), None)
        if files and not fault:
            # Files have no moment: each is compared with its row as that is now.
            fault = next(self.files(), None)
        if fault:
            self.stderr.write(f"Does not fit: {fault}")
            raise SystemExit(1)
        self.stdout.write("Everything fits.")

    def faults(self) -> Iterator[str]:
        replay = Replay()
        yield from (str(fault) for fault in verify_chains(replay.follow))
        yield from verify_words()
        yield from verify_rows(Submission.objects.select_related("evidence", "words", "submitted_by"))
        yield from verify_rows(Seeing.objects.select_related("evidence", "seen_by"))
        yield from verify_rows(Withdrawal.objects.select_related("evidence", "words", "withdrawn_by"))
        reviews = Review.objects.select_related("submission", "words", "recorded_by", "supersedes")
        yield from verify_rows(reviews.prefetch_related("judgements__criterion__standard"))
        yield from verify_rows(Countersignature.objects.select_related("review", "signed_by"))
        confirmations = Confirmation.objects.select_related("confirmed_by", "criterion__standard")
        yield from verify_rows(
            confirmations.select_related("judgement__review", "judgement__criterion__standard")
        )
        yield from verify_rows(SignOff.objects.select_related("enrolled_standard", "words", "signed_by"))
        yield from verify_rows(SamplingPlan.objects.select_related("programme", "made_by"))
        yield from verify_rows(SampleAct.objects.select_related("sample", "words", "signed_by"))
        yield from verify_rows(PlanAct.objects.select_related("plan__words", "words", "signed_by"))
        replies = RecordReply.objects.select_related("submission__evidence", "submission__submitted_by")
        yield from verify_rows(replies.select_related("submission__words", "words", "signed_by"))
        yield from verify_rows(AppealAct.objects.select_related("appeal", "words", "signed_by"))
        yield from self.reports()
        yield from replay.faults()
        yield from contradictions()
        yield from self.standings()

    def reports(self) -> Iterator[str]:
        """A report carries the head of its chain: by it a tail is missed even where the chain was tied up again."""
        rows = Report.objects.filter(issued_at__isnull=False).select_related(
            "enrolment", "programme__provider", "withdrawn_by", "withdrawal"
        )
        for report in rows.order_by("pk").iterator():
            subject = f"report:{report.uid}"
            told = Event.objects.filter(subject=subject).order_by("pk")
            issued = told.filter(kind="report.issued")
            if report.facts() not in issued.values_list("data", flat=True):
                yield f"{subject}: no event tells of it as it is"
            withdrawn = told.filter(kind="report.withdrawn").values_list("by_uid", "data__words")
            by, words = report.withdrawn_by, report.withdrawal
            if list(withdrawn) != ([(by.uid, words.digest)] if by and words else []):
                yield f"{subject}: whether it was withdrawn, its events say otherwise"
            if not report.ledger_position:
                continue
            link = Event.objects.filter(chain__key=report.chain, position=report.ledger_position)
            if not link.filter(hash=report.ledger_head).exists():
                yield f"{subject}: the chain does not lead to it any more"
        told_of = set(Event.objects.filter(kind="report.issued").values_list("subject", flat=True))
        for subject in sorted(told_of - {f"report:{uid}" for uid in rows.values_list("uid", flat=True)}):
            yield f"{subject}: the event tells of it, but it is gone"

    def standings(self) -> Iterator[str]:
        """What lists show must follow from the judgements."""
        judged = Judgement.objects.values("review__submission__evidence")
        shown = Mapping.objects.exclude(**Stands()._asdict()).values("evidence")
        either = Q(pk__in=judged) | Q(pk__in=shown)
        pieces = Evidence.objects.filter(either).order_by("pk").values_list("pk", "uid")
        for batch in map(dict, batches(pieces.iterator())):
            latest = standings_of(list(batch))
            for mapping in Mapping.objects.filter(evidence__in=batch).iterator():
                stands = latest[mapping.evidence_id].get(mapping.criterion_id, Stands())
                if Stands.of(mapping) != stands:
                    uid = batch[mapping.evidence_id]
                    yield f"evidence:{uid}: a mapping does not show what was judged"
        for enrolment in Enrolment.objects.select_related("programme").iterator():
            rows = list(enrolment.enrolled_standards.select_related("enrolment__programme"))
            mappings = list(mappings_of(enrolment))
            held = held_back(rows, mappings)
            for mapping in mappings:
                if mapping.held_back != held.get(mapping.pk, mapping.held_back):
                    yield f"evidence:{mapping.evidence.uid}: the rules of the strategy say otherwise of a mapping"
            for row, met in counts(rows, mappings):
                if row.met_count != met:
                    yield f"enrolledstandard:{row.uid}: it counts {row.met_count} criteria as met, there are {met}"

    def files(self) -> Iterator[str]:
        for file, fault in compared():
            if fault:
                yield f"evidencefile:{file.uid}: {fault}"
        for report in Report.objects.filter(issued_at__isnull=False, destroyed_at=None).iterator():
            if fault := fault_in(report.file, report.sha256):
                yield f"report:{report.uid}: {fault}"
