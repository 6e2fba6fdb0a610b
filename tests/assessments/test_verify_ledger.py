"""manage.py verify_ledger says yes, or names what does not fit."""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Competence
from assessments.derived import contradictions
from assessments.management.commands.verify_ledger import Command
from assessments.services import samples, sampling_plans
from assessments.services.appeals import open_appeal
from assessments.services.exports import ask_for_export
from assessments.services.reports import ask_for_report, make_report, withdraw_report
from ledger import guards
from ledger.models import Chain, Event
from portfolio.models import EnrolledStandard
from tests import factories
from tests.standards import documents
from tests.standards.test_store import keep

pytestmark = pytest.mark.database


def verify(*flags: str) -> tuple[int, str]:
    """The exit code and what was said."""
    out = io.StringIO()
    code = 0
    try:
        call_command("verify_ledger", *flags, stdout=out, stderr=out)
    except SystemExit as stop:
        code = stop.code
    return code, out.getvalue().strip()


def test_a_sound_portfolio_fits(cast):
    assert verify("--files") == (0, "Everything fits.")


def test_a_lost_submission_is_named(cast):
    with guards.lifted(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE portfolio_submission SET declared_in = 'en' WHERE id = %s", [cast.submission.pk]
        )
    assert verify() == (
        1,
        f"Does not fit: submission:{cast.submission.uid}: it is not what its event recorded",
    )


def test_a_count_that_does_not_follow_is_named(cast):
    EnrolledStandard.objects.filter(pk=cast.enrolled_standard.pk).update(met_count=3)
    uid = cast.enrolled_standard.uid
    assert verify() == (1, f"Does not fit: enrolledstandard:{uid}: it counts 3 criteria as met, there are 0")


def appealed(cast):
    return open_appeal(by=cast.learner, review=cast.review, text="Nid wyf yn cytuno.", language="cy")


def proposed(cast):
    plan = factories.make_plan(cast.programme, cast.iqa)
    return sampling_plans.propose(by=cast.iqa, plan=plan)[0]


def planned(cast):
    return factories.make_assessment_plan(cast.enrolment, [cast.standard.criteria.first()], cast.assessor)


STORED = {
    "evidence": (lambda cast: cast.evidence, "state", "judged", "it is judged", "led to submitted"),
    "standard": (lambda cast: cast.enrolled_standard, "state", "moved", "it is moved", "led to in_progress"),
    "sample": (proposed, "state", "chosen", "it is chosen", "led to proposed"),
    "plan": (planned, "state", "agreed", "it is agreed", "led to proposed"),
    "appeal": (appealed, "state", "iqa", "it is iqa", "led to assessor"),
    "enrolment": (lambda cast: cast.enrolment, "state", "suspended", "it is suspended", "led to active"),
    "held": (lambda cast: cast.enrolment, "under_appeal", True, "it is under appeal", "say otherwise"),
    "let go": (
        lambda cast: appealed(cast).enrolment,
        "under_appeal",
        False,
        "it is not under appeal",
        "say otherwise",
    ),
}


@pytest.mark.parametrize("name", STORED)
def test_a_state_that_was_changed_by_hand_is_named(cast, name):
    make, column, value, *said = STORED[name]
    thing = make(cast)
    assert verify() == (0, "Everything fits.")
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {thing._meta.db_table} SET {column} = %s WHERE id = %s",
            [value, thing.pk],
        )
    code, found = verify()
    assert code == 1
    assert all(part in found for part in (f"{thing._meta.model_name}:{thing.uid}: ", *said))


def returned(cast):
    sample = proposed(cast)
    samples.choose(by=cast.iqa, samples=[sample])
    factories.return_sample(sample, cast.iqa)
    return sample


def another_day(cast) -> str:
    return "2031-03-01"


DERIVED = {
    "due": (proposed, "due_on", another_day),
    "by hand": (proposed, "by_hand", lambda cast: True),
    "reasons": (proposed, "reasons", lambda cast: '["share:15"]'),
    "sampled by": (returned, "sampled_by_id", lambda cast: cast.manager.pk),
    "sampled at": (returned, "sampled_at", lambda cast: timezone.now()),
    "action": (returned, "action_due_on", another_day),
    "provisional": (returned, "provisional", lambda cast: True),
    "visit": (planned, "next_visit_on", another_day),
    "method": (planned, "method", lambda cast: "product"),
    "day": (planned, "planned_on", another_day),
    "submitted": (lambda cast: cast.evidence, "submitted_at", lambda cast: timezone.now()),
    "total": (lambda cast: cast.enrolled_standard, "total_count", lambda cast: 9),
    "role": (lambda cast: cast.allocation, "role", lambda cast: "countersigner"),
    "holder": (lambda cast: cast.allocation, "user_id", lambda cast: cast.other_assessor.pk),
    "ended": (lambda cast: cast.allocation, "to_at", lambda cast: timezone.now()),
}


def change(thing, **columns) -> None:
    """By hand, past everything that guards it."""
    assignments = ", ".join(f"{name} = %s" for name in columns)
    with guards.lifted(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {thing._meta.db_table} SET {assignments} WHERE id = %s", [*columns.values(), thing.pk]
        )


@pytest.mark.parametrize("name", DERIVED)
def test_what_follows_from_what_was_done_is_recomputed(cast, name):
    make, column, value = DERIVED[name]
    thing = make(cast)
    assert verify() == (0, "Everything fits.")
    change(thing, **{column: value(cast)})
    code, said = verify()
    assert code == 1
    assert said.startswith(f"Does not fit: {thing._meta.model_name}:{thing.uid}: ")


def test_a_sample_that_waits_for_a_countersignature_says_so_in_its_acts(cast):
    Competence.objects.filter(user=cast.iqa, kind="iqa").delete()
    sample = returned(cast)
    sample.refresh_from_db()
    assert sample.provisional
    assert verify() == (0, "Everything fits.")
    change(sample, provisional=False)
    assert verify() == (
        1,
        f"Does not fit: sample:{sample.uid}: provisional is False, and what was done says True",
    )


def test_a_plan_that_aims_at_more_than_was_agreed_is_named(cast):
    plan = planned(cast)
    plan.criteria.add(cast.standard.criteria.last())
    assert f"assessmentplan:{plan.uid}: criteria is " in verify()[1]


def test_an_allocation_that_was_removed_is_named(cast):
    uid = cast.allocation.uid
    cast.allocation.delete()
    assert verify() == (1, f"Does not fit: allocation:{uid}: the event tells of it, but it is gone")


def test_an_export_that_is_not_what_was_ordered_is_named(cast):
    export = ask_for_export(
        by=cast.manager, programme=cast.programme, enrolments=[cast.enrolment], kind="completion", form="cy"
    )
    assert verify() == (0, "Everything fits.")
    change(export, form="en")
    assert verify() == (1, f"Does not fit: export:{export.uid}: it is not what its event recorded")


def test_a_criterion_that_says_something_else_than_what_was_imported_is_named(cast):
    for language in ("cy", "en"):
        standard, _outcome = keep(documents.text(language))
    assert verify() == (0, "Everything fits.")
    criterion = standard.criteria.first()
    change(criterion, text_en="do as you please")
    subject = f"standard:{standard.urn}/{standard.edition}"
    assert verify() == (1, f"Does not fit: {subject}: its text (en) is not what was imported")
    change(criterion, text_en=criterion.text_en)
    change(standard, edition="9")
    assert verify() == (1, f"Does not fit: {subject}: its text (cy) was imported, but it is gone")


def test_a_mapping_that_was_closed_without_a_move_is_named(cast):
    change(cast.evidence.mappings.first(), closed=True)
    assert f"evidence:{cast.evidence.uid}: a mapping is open or closed" in verify()[1]


def test_a_review_that_was_pinned_to_another_round_is_named(cast):
    """Even where its event was made to say the same."""
    change(cast.review, submission_digest="0" * 64)
    assert list(contradictions()) == [
        f"review:{cast.review.uid}: what it judged is not the round as it was submitted"
    ]


def test_a_standard_that_nobody_opened_is_named_and_one_that_is_gone(cast):
    row = cast.enrolment.enrolled_standards.get(standard=cast.second)
    third = factories.make_standard(sub_items=2)
    change(row, standard_id=third.pk)
    key = f"{cast.second.urn}/{cast.second.edition}"
    assert list(contradictions()) == [
        f"enrolledstandard:{row.uid}: no event opened it",
        f"enrolment:{cast.enrolment.uid}: {key} was opened in it, but it is gone",
    ]


def test_an_edition_that_nobody_moved_to_is_named(cast):
    row = cast.enrolment.enrolled_standards.get(standard=cast.second)
    change(row, moved_from_id=cast.enrolled_standard.pk, moved_at=timezone.now())
    assert f"enrolledstandard:{row.uid}: no event moved it" in verify()[1]


@pytest.mark.parametrize("name", ["returned", "evidence"])
def test_a_standing_that_was_never_judged_is_named(cast, name):
    """Whether that piece was judged as something else, or never at all."""
    getattr(cast, name).mappings.update(standing="more_needed", provisional=False)
    code, said = verify()
    assert code == 1
    assert f"evidence:{getattr(cast, name).uid}: a mapping does not show what was judged" in said


def test_a_tail_that_was_cut_off_and_tied_up_again_is_missed_by_a_report(cast):
    """Whoever can lift the guards can make the chain fit; what was issued on it still says where it was."""
    report = make_report(ask_for_report(by=cast.manager, enrolment=cast.enrolment, form="cy"))
    assert verify() == (0, "Everything fits.")
    chain = Chain.objects.get(key=cast.enrolment.chain)
    with guards.lifted():
        Event.objects.filter(chain=chain, position__gte=report.ledger_position).delete()
    last = Event.objects.filter(chain=chain).last()
    Chain.objects.filter(pk=chain.pk).update(length=last.position, head=last.hash)
    said = [f"report:{report.uid}: no event tells of it as it is"]
    said.append(f"report:{report.uid}: the chain does not lead to it any more")
    assert list(Command().reports()) == said


def test_a_report_that_was_changed_put_back_in_force_or_lost_is_named(cast):
    report = make_report(ask_for_report(by=cast.manager, enrolment=cast.enrolment, form="cy"))
    change(report, code="AAAA-BBBB-CCCC-DDDD")
    assert verify() == (1, f"Does not fit: report:{report.uid}: no event tells of it as it is")
    change(report, code=report.code)
    withdraw_report(by=cast.manager, report=report, reason="Gwall.", language="cy")
    assert verify("--files") == (0, "Everything fits.")
    default_storage.delete(report.file.name)
    assert verify("--files") == (1, f"Does not fit: report:{report.uid}: the file is missing")
    change(report, withdrawn_at=None, withdrawn_by_id=None, withdrawal_id=None)
    assert verify() == (
        1,
        f"Does not fit: report:{report.uid}: whether it was withdrawn, its events say otherwise",
    )
    report.delete()
    assert verify() == (1, f"Does not fit: report:{report.uid}: the event tells of it, but it is gone")
