from django.db import migrations


def name_them(apps, schema_editor):
    """They shared the kind of assessors' records."""
    Testimony, Notice = apps.get_model("portfolio", "Testimony"), apps.get_model("accounts", "Notice")
    for uid in Testimony.objects.filter(evidence__isnull=False).values_list("evidence__uid", flat=True):
        Notice.objects.filter(kind="record_waits", arguments=[str(uid)]).update(kind="testimony_given")


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0003_notices_of_testimonies_and_ended_appeals"),
        ("portfolio", "0001_initial"),
    ]

    operations = [migrations.RunPython(name_them, migrations.RunPython.noop)]
