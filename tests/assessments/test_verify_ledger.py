"""manage.py verify_ledger says yes, or names what does not fit."""

import io

import pytest
from django.core.management import call_command
from django.db import connection

from assessments.management.commands.verify_ledger import Command
from assessments.models import Report
from assessments.services import sampling_plans
from assessments.services.appeals import open_appeal
from assessments.services.reports import ask_for_report, make_report
from ledger import guards
from ledger.models import Chain, Event
from portfolio.models import EnrolledStandard
from tests import factories

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


def test_a_standing_that_was_never_judged_is_named(cast):
    cast.returned.mappings.update(standing="met", provisional=True)
    code, said = verify()
    assert code == 1
    assert "does not show what was judged" in said


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


def test_a_report_whose_hash_was_changed_is_named(cast):
    report = make_report(ask_for_report(by=cast.manager, enrolment=cast.enrolment, form="cy"))
    Report.objects.filter(pk=report.pk).update(sha256="0" * 64)
    assert verify() == (1, f"Does not fit: report:{report.uid}: no event tells of it as it is")
