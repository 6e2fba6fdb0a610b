"""Reports of many learners at once: paused, called off, taken up again, and each with nothing of anybody else."""

import hashlib
from zipfile import ZipFile

import pypdfium2
import pytest

from accounts.refusals import Invalid, NotYours, WrongState
from assessments.models import Report
from assessments.services import exports
from jobs import runner
from jobs.models import Job, State
from tests import factories


@pytest.fixture
def group(cast):
    """Four learners of the programme with work of their own."""
    for number in range(3):
        learner = factories.make_member(cast.provider, "learner", f"Dysgwr Dirgel{number}")
        enrolment = factories.make_enrolment(
            cast.programme, cast.manager, learner, assessor=cast.assessor, iqa=cast.iqa
        )
        piece = factories.make_evidence(
            enrolment, list(cast.standard.criteria.all()), title=f"Cyfrinach{number}"
        )
        factories.review(factories.submit(piece), cast.assessor)
    return list(cast.programme.enrolments.order_by("pk"))


def ask(cast, group, kind="completion"):
    return exports.ask_for_export(
        by=cast.manager, programme=cast.programme, kind=kind, form="en", enrolments=group
    )


def work(export) -> None:
    """What a worker does, without waiting for what is put off."""
    Job.objects.update(due_at=None)
    while job := runner.claim(seconds=600):
        before = Job.objects.get(pk=job.pk).attempts
        runner.run(job)
        if Job.objects.filter(pk=job.pk, state=State.QUEUED).exists():
            assert before
            break
    export.refresh_from_db()


def finish(export) -> None:
    for _turn in range(9):
        work(export)
        if export.is_over:
            return
    raise AssertionError("the export does not end")


def text_of(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_each_document_holds_its_own_learner_and_nobody_else(cast, group):
    export = ask(cast, group)
    finish(export)
    own = {
        row.pk: {row.learner.name, row.learner.email, *_own_hashes(row), *_own_titles(row)} for row in group
    }
    with export.file.open("rb") as file, ZipFile(file) as held:
        texts = {name: text_of(held.read(name)) for name in held.namelist()}
        hashes = {hashlib.sha256(held.read(name)).hexdigest() for name in held.namelist()}
    assert len(texts) == len(group)
    assert hashes == set(Report.objects.filter(export=export).values_list("sha256", flat=True))
    for report in Report.objects.filter(export=export).select_related("enrolment__learner"):
        [text] = [text for name, text in texts.items() if report.code in name]
        assert report.enrolment.learner.name in text
        foreign = set().union(*(marks for pk, marks in own.items() if pk != report.enrolment_id))
        foreign -= own[report.enrolment_id]
        assert [mark for mark in foreign if mark in text] == []


def _own_hashes(enrolment) -> set[str]:
    pieces = enrolment.evidence.filter(submitted_at__isnull=False)
    return {piece.submissions.last().digest[:12] for piece in pieces}


def _own_titles(enrolment) -> set[str]:
    return set(enrolment.evidence.values_list("title", flat=True))


def test_paused_it_makes_nothing_and_goes_on_where_it_was(cast, group):
    export = ask(cast, group, "progress")
    first = Job.objects.get(uid=Report.objects.filter(export=export).earliest("pk").job_uid)
    runner.run_waiting(Job.objects.filter(pk=first.pk))
    exports.pause(by=cast.manager, export=export)
    for _turn in range(6):
        work(export)
    assert exports.counts(export) == (1, 0, len(group))
    exports.go_on(by=cast.manager, export=export)
    finish(export)
    assert exports.counts(export) == (len(group), 0, len(group))
    with pytest.raises(WrongState):
        exports.pause(by=cast.manager, export=export)


def test_called_off_it_makes_no_more_and_has_no_file(cast, group):
    export = ask(cast, group, "progress")
    exports.cancel(by=cast.manager, export=export)
    runner.run_waiting()
    export.refresh_from_db()
    assert exports.counts(export) == (0, 0, len(group))
    assert not export.file


def test_a_killed_worker_s_report_is_made_by_another(cast, group):
    export = ask(cast, group[:2], "progress")
    # Taken, and never heard of again: its lease runs out.
    assert runner.claim(seconds=-1)
    finish(export)
    assert exports.counts(export) == (2, 0, 2)


def test_what_cannot_be_made_is_counted_and_the_rest_arrives(cast, group):
    export = ask(cast, group[:2], "progress")
    lost = Report.objects.filter(export=export).first()
    Job.objects.filter(uid=lost.job_uid).update(
        state=State.FAILED,
        started_at="2026-01-01T00:00Z",
        ended_at="2026-01-01T00:00Z",
        attempts=1,
        error="x",
    )
    finish(export)
    assert exports.counts(export) == (1, 1, 2)
    with export.file.open("rb") as file, ZipFile(file) as held:
        assert len(held.namelist()) == 1


def test_only_a_manager_orders_and_only_learners_of_the_programme(cast, group):
    with pytest.raises(NotYours):
        exports.ask_for_export(
            by=cast.assessor, programme=cast.programme, kind="progress", form="en", enrolments=group
        )
    with pytest.raises(Invalid):
        ask(cast, [])
    with pytest.raises(Invalid):
        ask(cast, group, "feedback")
    elsewhere = factories.make_programme(cast.provider, cast.manager, [cast.standard])
    with pytest.raises(NotYours):
        exports.ask_for_export(
            by=cast.manager, programme=elsewhere, kind="progress", form="en", enrolments=group
        )
