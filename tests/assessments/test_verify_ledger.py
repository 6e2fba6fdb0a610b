"""manage.py verify_ledger says yes, or names what does not fit."""

import io

import pytest
from django.core.management import call_command
from django.db import connection

from ledger import guards
from portfolio.models import EnrolledStandard

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


def test_a_standing_that_was_never_judged_is_named(cast):
    cast.returned.mappings.update(standing="met", provisional=True)
    code, said = verify()
    assert code == 1
    assert "does not show what was judged" in said
