"""manage.py verify_ledger says yes, or names what does not fit."""

import io

import pytest
from django.core.management import call_command
from django.db import connection

from assessments.management.commands.verify_ledger import Command
from assessments.models import Report
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


def test_a_release_that_nobody_signed_is_named(cast):
    factories.everything_met(cast.enrolment, cast.assessor)
    EnrolledStandard.objects.filter(pk=cast.enrolled_standard.pk).update(state="released")
    uid = cast.enrolled_standard.uid
    assert verify() == (
        1,
        f"Does not fit: enrolledstandard:{uid}: it is released, and was signed as in_progress",
    )


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
