"""Reports of many learners at once: paused, called off, taken up again, and each with nothing of anybody else."""

import copy
import hashlib
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.refusals import Invalid, NotYours, WrongState
from assessments.models import BulkExport, Report
from assessments.services import exports
from assessments.services.reports import ask_for_report, withdraw_report
from jobs import runner
from jobs.models import Job, State
from tests import factories
from tests.reports.issuing import text_of


@pytest.fixture(scope="module")
def whole_group(whole_cast):
    """Three learners of the programme with work of their own."""
    cast = copy.deepcopy(whole_cast)
    for number in range(2):
        learner = factories.make_member(cast.provider, "learner", f"Dysgwr Dirgel{number}")
        enrolment = factories.make_enrolment(
            cast.programme, cast.manager, learner, assessor=cast.assessor, iqa=cast.iqa
        )
        piece = factories.make_evidence(
            enrolment, list(cast.standard.criteria.all()), title=f"Cyfrinach{number}"
        )
        factories.review(factories.submit(piece), cast.assessor)
    return list(cast.programme.enrolments.order_by("pk"))


@pytest.fixture
def group(whole_group, cast):
    return copy.deepcopy(whole_group)


def ask(cast, group, kind="completion"):
    return exports.ask_for_export(
        by=cast.manager, programme=cast.programme, kind=kind, form="en", enrolments=group
    )


def zipped(export) -> dict[str, bytes]:
    """What is in the ZIP that is sent."""
    with ZipFile(BytesIO(b"".join(exports.zip_of(export)))) as held:
        assert held.testzip() is None
        return {name: held.read(name) for name in held.namelist()}


def test_each_document_holds_its_own_learner_and_nobody_else(cast, group):
    export = ask(cast, group)
    runner.run_waiting()
    own = {
        row.pk: {row.learner.name, row.learner.email, *_own_hashes(row), *_own_titles(row)} for row in group
    }
    files = zipped(export)
    texts = {name: text_of(data) for name, data in files.items()}
    hashes = {hashlib.sha256(data).hexdigest() for data in files.values()}
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
    runner.run(runner.claim(seconds=600))
    exports.pause(by=cast.manager, export=export)
    runner.run_waiting()
    assert exports.counts(export) == (1, 0, len(group))
    exports.go_on(by=cast.manager, export=export)
    runner.run_waiting()
    assert exports.counts(export) == (len(group), 0, len(group))
    with pytest.raises(WrongState):
        exports.pause(by=cast.manager, export=export)


def test_what_a_worker_took_just_before_a_pause_is_made_afterwards(cast, group):
    export = ask(cast, group[:2], "progress")
    taken = runner.claim(seconds=600)
    exports.pause(by=cast.manager, export=export)
    runner.run(taken)
    assert exports.counts(export) == (0, 0, 2)
    exports.go_on(by=cast.manager, export=export)
    runner.run_waiting()
    assert exports.counts(export) == (2, 0, 2)


def test_called_off_it_makes_no_more_and_what_was_made_can_be_had(cast, group):
    export = ask(cast, group, "progress")
    runner.run(runner.claim(seconds=600))
    export = exports.cancel(by=cast.manager, export=export)
    runner.run_waiting()
    assert exports.counts(export) == (1, 0, len(group))
    assert exports.is_over(export)
    assert len(zipped(export)) == 1


def test_a_killed_worker_s_report_is_made_by_another(cast, group):
    export = ask(cast, group[:2], "progress")
    # Taken, and never heard of again: its lease runs out.
    assert runner.claim(seconds=-1)
    runner.run_waiting()
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
    runner.run_waiting()
    assert exports.counts(export) == (1, 1, 2)
    assert exports.is_over(export)
    assert len(zipped(export)) == 1


def test_the_zip_can_be_had_while_the_rest_is_made(cast, group, sign_in):
    browser = sign_in(cast.manager)
    export = ask(cast, group[:2], "progress")
    page, file = (f"/en/exports/{export.uid}/{end}" for end in ("", "file/"))
    assert browser.get(file).status_code == 404
    # Half past eleven by the clocks of servers, half past midnight by those of Wales.
    BulkExport.objects.update(asked_at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    for made in (1, 2):
        runner.run(runner.claim(seconds=600))
        assert f"Reports made: {made} of 2" in browser.get(page).content.decode()
        response = browser.get(file)
        assert "2026-07-01.zip" in response["Content-Disposition"]
        sent = b"".join(response.streaming_content)
        with ZipFile(BytesIO(sent)) as held:
            assert len(held.namelist()) == made


def test_the_page_says_what_no_longer_holds_and_the_zip_leaves_out_what_was_withdrawn(cast, group, sign_in):
    browser = sign_in(cast.manager)
    export = ask(cast, group[:1], "progress")
    runner.run_waiting()
    page, file = (f"/en/exports/{export.uid}/{end}" for end in ("", "file/"))
    report = Report.objects.get(export=export)

    def said() -> tuple[bool, bool, bool]:
        text = browser.get(page).text
        return "Withdrawn since" in text, "superseded by a newer report since: 1" in text, file in text

    assert said() == (False, False, True)
    ask_for_report(by=cast.manager, enrolment=group[0], kind="progress", form="en")
    runner.run_waiting()
    assert said() == (False, True, True)
    assert len(zipped(export)) == 1
    withdraw_report(by=cast.manager, report=report, reason="Camgymeriad.", language="cy")
    assert said() == (True, False, False)
    assert browser.get(file).status_code == 404


def test_who_asks_for_one_report_does_not_wait_behind_many(cast, group):
    export = ask(cast, group, "progress")
    single = ask_for_report(by=cast.learner, enrolment=cast.enrolment, form="cy", kind="progress")
    runner.run(runner.claim(seconds=600))
    single.refresh_from_db()
    assert single.issued_at
    assert exports.counts(export)[0] == 0


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


def test_to_order_many_and_to_go_on_with_them_asks_the_database_no_more_often_than_for_one(cast, group):
    counts = []
    for some in (group[:1], group):
        with CaptureQueriesContext(connection) as asked:
            export = ask(cast, some, "progress")
            exports.pause(by=cast.manager, export=export)
            exports.go_on(by=cast.manager, export=export)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    runner.run_waiting()
    assert exports.counts(export) == (len(group), 0, len(group))


def test_what_a_worker_leaves_undone_while_an_export_goes_on_is_made_all_the_same(cast, group, monkeypatch):
    export = ask(cast, group[:1], "progress")
    taken = runner.claim(seconds=600)
    exports.pause(by=cast.manager, export=export)

    def until_it_goes_on(report):
        monkeypatch.undo()
        exports.go_on(by=cast.manager, export=export)
        return True

    monkeypatch.setattr(exports, "held_up", until_it_goes_on)
    runner.run(taken)
    runner.run_waiting()
    assert exports.counts(export) == (1, 0, 1)


@pytest.mark.parametrize(("act", "said"), [("pause", "Paused: "), ("cancel", "Called off: ")])
def test_whose_report_is_one_of_many_is_told_why_it_is_not_made(cast, group, sign_in, act, said):
    export = ask(cast, group, "progress")
    report = Report.objects.get(export=export, enrolment=cast.enrolment)
    page = f"/en/reports/{report.uid}/"
    browser = sign_in(cast.learner)
    assert "is being made" in browser.get(page).text
    getattr(exports, act)(by=cast.manager, export=export)
    told = browser.get(page).text
    assert said in told
    assert "could not be made" not in told
