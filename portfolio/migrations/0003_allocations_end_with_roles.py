from django.db import migrations
from django.db.models import F
from django.utils import timezone

from ledger.services import record

NEEDED = {"assessor": "assessor", "countersigner": "assessor", "iqa": "iqa"}


def end_them(apps, schema_editor):
    """Where a role ended before allocations ended with it, they end on the same day."""
    now = timezone.now()
    Allocation = apps.get_model("portfolio", "Allocation")
    memberships = apps.get_model("accounts", "Membership").objects.order_by(F("to_at").asc(nulls_last=True))
    # Of several the last: one that is held still.
    ended = {
        (user, provider, role): to_at
        for user, provider, role, to_at in memberships.values_list("user", "provider", "role", "to_at")
    }
    rows = Allocation.objects.filter(to_at=None).select_related("enrolment__programme", "user")
    for row in rows.order_by("enrolment__uid", "pk"):
        to_at = ended.get((row.user_id, row.enrolment.programme.provider_id, NEEDED[row.role]))
        if to_at is None or to_at > now:
            continue
        row.to_at = max(to_at, row.from_at)
        row.save(update_fields=["to_at"])
        record(
            chain=f"enrolment:{row.enrolment.uid}",
            kind="allocation.ended",
            by=None,
            subject=f"allocation:{row.uid}",
            data={"user": str(row.user.uid), "role": row.role},
        )


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0005_notices_name_rounds"),
        ("ledger", "0001_initial"),
        ("portfolio", "0002_notices_of_testimonies"),
    ]

    operations = [migrations.RunPython(end_them, migrations.RunPython.noop)]
