"""People who act at the same moment, each on a connection of their own: one wins, the other is told."""

from itertools import count
from threading import Barrier, Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone

from accounts.refusals import Invalid, Refusal, Stale, WrongState
from assessments.management.commands import verify_ledger
from assessments.models import Judgement, Review
from assessments.reports import pack
from assessments.reports.pack_check import faults_of
from assessments.services import appeals, editions, reviews, sampling_plans, sign_offs
from ledger.models import Event
from ledger.services import verify_words
from portfolio.models import EnrolledStandard, Evidence, Mapping, Scan, Submission, Upload
from portfolio.progress import lock_counts
from portfolio.services import enrolments, uploads
from portfolio.services import evidence as pieces
from portfolio.services.enrolments import move_enrolment
from portfolio.services.privacy import withdraw_content
from portfolio.uploads import scan
from portfolio.uploads.receive import receive
from standards.models import Criterion, Standard
from tests import factories
from tests.assessments.test_verify_ledger import verify
from tests.portfolio.samples import picture
from tests.reports.issuing import bytes_of, issue

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(make_cast, db):
    """Committed, so that every connection sees it."""
    return make_cast()


def at_once(*acts) -> list:
    """What each act gave or by what it was refused; whatever else it raised, the test raises."""
    barrier, outcomes = Barrier(len(acts)), [None] * len(acts)

    def run(number: int, act) -> None:
        try:
            barrier.wait(timeout=60)
            outcomes[number] = act()
        except Exception as problem:  # noqa: BLE001
            # A thread's own exception would be lost: the test raises it below.
            outcomes[number] = problem
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    for outcome in outcomes:
        if isinstance(outcome, Exception) and not isinstance(outcome, Refusal):
            raise outcome
    return outcomes


def refused(outcomes: list) -> list:
    return [outcome for outcome in outcomes if isinstance(outcome, Refusal)]


def whole() -> bool:
    """Nothing is half written."""
    return verify() == (0, "Everything fits.")


def test_of_two_assessors_one_decides_and_the_other_is_told(cast):
    outcomes = at_once(
        lambda: factories.review(cast.submission, cast.assessor),
        lambda: factories.review(cast.submission, cast.trainee, "not_accepted"),
    )
    assert [type(outcome) for outcome in refused(outcomes)] == [WrongState]
    assert Review.objects.filter(submission=cast.submission).count() == 1
    assert Judgement.objects.filter(review__submission=cast.submission).count() == 2
    assert whole()


def test_two_pieces_of_one_standard_are_decided_on_and_both_count(cast):
    rest = list(cast.standard.criteria.all())[2:]
    other = factories.submit(factories.make_evidence(cast.enrolment, rest))
    outcomes = at_once(
        lambda: factories.review(cast.submission, cast.assessor),
        lambda: factories.review(other, cast.assessor),
    )
    assert not refused(outcomes)
    cast.enrolled_standard.refresh_from_db()
    assert cast.enrolled_standard.met_count == cast.enrolled_standard.total_count
    assert whole()


def test_pressing_twice_records_and_submits_once(cast):
    one, other = at_once(*[lambda: factories.review(cast.submission, cast.assessor)] * 2)
    assert one == other
    first, second = at_once(*[lambda: factories.submit(cast.draft)] * 2)
    assert first == second
    assert Submission.objects.filter(evidence=cast.draft).count() == 1
    assert whole()


def test_a_learner_withdraws_while_the_assessor_records(cast):
    """The manager ends the enrolment: the decisions come before it, or are refused."""
    outcomes = at_once(
        lambda: factories.review(cast.submission, cast.assessor),
        lambda: move_enrolment(by=cast.manager, enrolment=cast.enrolment, move="withdraw"),
    )
    assert len(refused(outcomes)) <= 1
    cast.evidence.refresh_from_db()
    recorded = Review.objects.filter(submission=cast.submission).count()
    assert (cast.evidence.state, recorded) in {("judged", 1), ("submitted", 0)}
    assert whole()


def test_the_content_is_destroyed_while_the_assessor_records(cast):
    outcomes = at_once(
        lambda: factories.review(cast.submission, cast.assessor),
        lambda: withdraw_content(by=cast.manager, evidence=cast.evidence, reason="Wyneb.", language="cy"),
    )
    cast.evidence.refresh_from_db()
    assert cast.evidence.state == "withdrawn"
    recorded = Review.objects.filter(submission=cast.submission).count()
    assert recorded + len(refused(outcomes)) == 1
    assert whole()


def test_a_learner_changes_the_piece_while_the_assessor_records(cast):
    def change():
        piece = type(cast.evidence).objects.get(pk=cast.evidence.pk)
        return pieces.save(by=cast.learner, evidence=piece, version=piece.version, text="Newydd.")

    outcomes = at_once(lambda: factories.review(cast.submission, cast.assessor), change)
    assert isinstance(outcomes[0], Review)
    assert whole()


def test_two_supersede_the_same_review(cast):
    second = factories.make_member(cast.provider, "assessor")
    factories.enrolments.allocate(by=cast.manager, enrolment=cast.enrolment, user=second, role="assessor")
    review = factories.review(cast.submission, cast.assessor)
    outcomes = at_once(
        lambda: factories.supersede(review, cast.assessor), lambda: factories.supersede(review, second)
    )
    assert len(refused(outcomes)) == 1
    assert Review.objects.standing().filter(submission=cast.submission).count() == 1
    assert whole()


def test_an_appeal_is_opened_while_the_content_is_destroyed(cast):
    def appeal():
        return appeals.open_appeal(by=cast.learner, review=cast.review, text="Pam?", language="cy")

    outcomes = at_once(
        appeal,
        lambda: withdraw_content(by=cast.manager, evidence=cast.returned, reason="Wyneb.", language="cy"),
    )
    cast.returned.refresh_from_db()
    # The appeal was first, and nothing was destroyed; or the content was gone before the appeal was opened.
    assert (cast.returned.state == "judged") == bool(refused(outcomes))
    assert whole()


def between(monkeypatch, act) -> None:
    """Somebody else acts while `verify_ledger` is under way: the events are read, the rows are not."""

    def read_on():
        at_once(act)
        return verify_words()

    monkeypatch.setattr(verify_ledger, "verify_words", read_on)


def test_whoever_writes_during_a_verification_waits_for_nobody_and_is_no_fault(cast, monkeypatch):
    between(monkeypatch, lambda: factories.submit(cast.draft))
    assert whole()
    assert Submission.objects.filter(evidence=cast.draft).exists()
    assert whole()


def test_a_fault_is_found_while_somebody_writes(cast, monkeypatch):
    Evidence.objects.filter(pk=cast.evidence.pk).update(state="judged")
    between(monkeypatch, lambda: factories.submit(cast.draft))
    code, said = verify()
    assert code == 1
    assert f"evidence:{cast.evidence.uid}: it is judged" in said
    # And nothing of the verification is left over: one writes and verifies on the same connection as before.
    Evidence.objects.filter(pk=cast.evidence.pk).update(state="submitted")
    assert whole()


def test_a_file_destroyed_during_a_verification_is_no_fault(cast, monkeypatch):
    piece = factories.make_evidence(
        cast.enrolment,
        cast.standard.criteria.all()[:1],
        files=[receive(SimpleUploadedFile("llun.png", picture()))],
    )
    factories.submit(piece)
    fault_in = uploads.fault_in

    def meanwhile(*stored):
        at_once(lambda: withdraw_content(by=cast.manager, evidence=piece, reason="Wyneb.", language="cy"))
        return fault_in(*stored)

    with monkeypatch.context() as patch:
        patch.setattr(uploads, "fault_in", meanwhile)
        assert verify("--files") == (0, "Everything fits.")
    assert piece.files.exists()


def test_a_pack_is_of_one_moment_whatever_is_decided_while_it_is_made(cast, monkeypatch, tmp_path):
    gather = pack._evidence_files

    def while_somebody_decides(asked):
        at_once(lambda: factories.review(cast.submission, cast.assessor))
        return gather(asked)

    monkeypatch.setattr(pack, "_evidence_files", while_somebody_decides)
    path = tmp_path / "pack.zip"
    path.write_bytes(bytes_of(issue(cast, "pack")))
    assert Review.objects.filter(submission=cast.submission).exists()
    assert list(faults_of(path)) == []


def meanwhile(monkeypatch, module, name: str, act, *, calls: int = 1):
    """Somebody else begins to act as that function is called (so often), and gets as far as they can.

    What is given back waits for the end of it: what it gave, or by what it was refused.
    """
    called, outcomes = getattr(module, name), []
    thread = Thread(target=lambda: outcomes.extend(at_once(act)))
    numbers = count(1)

    def paused(*args, **kwargs):
        if next(numbers) == calls:
            thread.start()
            thread.join(0.4)
        return called(*args, **kwargs)

    def end():
        thread.join(60)
        return outcomes[0]

    monkeypatch.setattr(module, name, paused)
    return end


def test_a_form_saves_itself_while_its_piece_is_submitted(cast, monkeypatch):
    draft = Evidence.objects.get(pk=cast.draft.pk)
    end = meanwhile(monkeypatch, pieces, "_store", lambda: factories.submit(cast.draft))
    kept = {"uid": draft.uid, "language": "cy", "version": draft.version, "text": "Mwy."}
    pieces.keep(by=cast.learner, enrolment=cast.enrolment, **kept)
    assert isinstance(end(), Stale)
    draft.refresh_from_db()
    assert (draft.state, draft.text) == ("draft", "Mwy.")
    assert whole()


def test_nothing_is_decided_once_an_enrolment_has_ended(cast, monkeypatch):
    events = Event.objects.filter(chain__key=cast.enrolment.chain).order_by("-position")
    with monkeypatch.context() as patch:
        end = meanwhile(
            patch,
            reviews,
            "check_complete",
            lambda: move_enrolment(by=cast.manager, enrolment=cast.enrolment, move="withdraw"),
        )
        factories.review(cast.submission, cast.assessor)
        end()
    assert list(events.values_list("kind", flat=True)[:2]) == ["enrolment.moved", "evidence.judged"]
    move_enrolment(by=cast.manager, enrolment=cast.enrolment, move="reopen")
    end = meanwhile(monkeypatch, enrolments, "record", lambda: factories.submit(cast.draft))
    move_enrolment(by=cast.manager, enrolment=cast.enrolment, move="complete")
    assert isinstance(end(), WrongState)
    assert whole()


def test_a_learner_is_enrolled_twice_at_once(cast, monkeypatch):
    def enrol():
        return factories.make_enrolment(cast.programme, cast.manager, newcomer)

    newcomer = factories.make_member(cast.provider, "learner")
    end = meanwhile(monkeypatch, enrolments, "_open_standards", enrol)
    enrol()
    assert isinstance(end(), Invalid)


@pytest.fixture
def to_later_edition(cast):
    """Moves the learner to an edition that says the same."""
    old = cast.standard
    later = Standard.objects.create(urn=old.urn, edition="2026", title_cy="Safon", status_cy="official")
    for criterion in old.criteria.all():
        facts = {name: getattr(criterion, name) for name in ("kind", "number", "position", "text_cy")}
        Criterion.objects.create(standard=later, **facts)
    Standard.objects.filter(pk=old.pk).update(superseded_by=later)
    factories.review(cast.submission, cast.assessor)
    row = EnrolledStandard.objects.get(pk=cast.enrolled_standard.pk)
    return lambda: editions.move(by=cast.manager, enrolled_standard=row, to=str(later), carried=[])


def test_a_criterion_is_credited_while_its_standard_moves(cast, monkeypatch, to_later_edition):
    other = factories.submit(factories.make_evidence(cast.enrolment, [cast.second.criteria.first()]))
    end = meanwhile(monkeypatch, reviews, "refresh_standings", to_later_edition)
    factories.review(other, cast.assessor, credit=[cast.standard.criteria.last()])
    assert end().moved_from == cast.enrolled_standard
    assert Mapping.objects.get(evidence=other.evidence, to_confirm=True)
    assert whole()


def test_a_piece_is_mapped_while_the_standard_moves(cast, monkeypatch, to_later_edition):
    fresh = factories.make_evidence(cast.enrolment)
    end = meanwhile(monkeypatch, pieces, "parts_in", to_later_edition)
    factories.map_to(fresh, [cast.standard.criteria.first()])
    assert end().moved_from == cast.enrolled_standard
    assert whole()


def test_a_standard_moves_while_samples_are_proposed(cast, monkeypatch, to_later_edition):
    """The portfolio’s chain is locked by then, and the next sample refers to a standard that is being moved."""
    both = [cast.second.criteria.first(), cast.standard.criteria.first()]
    factories.review(factories.submit(factories.make_evidence(cast.enrolment, both)), cast.assessor)
    plan = factories.make_plan(cast.programme, cast.iqa)
    end = meanwhile(monkeypatch, sampling_plans, "_add", to_later_edition, calls=2)
    assert sampling_plans.propose(by=cast.iqa, plan=plan)
    assert end().moved_from == cast.enrolled_standard
    assert whole()


def test_several_standards_are_released_while_somebody_decides_in_their_portfolios(cast, monkeypatch):
    """Standards are locked in one order, whatever is the order of the chains."""
    standard = factories.make_standard(performance=1, knowledge=0)
    programme = factories.make_programme(cast.provider, cast.manager, [standard])
    portfolios = []
    while portfolios == sorted(portfolios, key=lambda enrolment: enrolment.chain):
        learner = factories.make_member(cast.provider, "learner")
        people = {"assessor": cast.assessor, "iqa": cast.iqa}
        portfolios.append(factories.make_enrolment(programme, cast.manager, learner, **people))
        factories.everything_met(portfolios[-1], cast.assessor)
    rows = [enrolment.enrolled_standards.get() for enrolment in portfolios]
    for row in rows:
        sign_offs.declare_competent(by=cast.assessor, enrolled_standard=row)
        sign_offs.acknowledge(by=row.enrolment.learner, enrolled_standard=row)

    def decide():
        with transaction.atomic():
            lock_counts(portfolios)

    end = meanwhile(monkeypatch, sign_offs, "_sign", decide)
    assert len(sign_offs.release_all(by=cast.iqa, enrolled_standards=rows)) == len(rows)
    assert end() is None


def test_a_file_is_taken_out_while_a_virus_is_found_in_it(cast, monkeypatch, settings):
    settings.CLAMD = "/nobody/listens/here"
    received = receive(SimpleUploadedFile("llun.png", picture()))
    draft = pieces.add_files(by=cast.learner, evidence=cast.draft, files=[received])
    file = draft.files.get()
    about = {"uid": file.uid, "piece": draft.uid, "enrolment": cast.enrolment, "by": cast.learner}
    Upload.objects.create(**about, name=file.name, size=1, language="cy", expires_at=timezone.now())

    def take_out():
        return pieces.save(by=cast.learner, evidence=draft, version=draft.version, remove=file.uid)

    end = meanwhile(monkeypatch, uploads, "_refuse", take_out)
    uploads._judged(file, scan.Verdict(Scan.INFECTED, "Eicar"))
    assert end() == draft
    assert not draft.files.filter(removed_at=None).exists()
