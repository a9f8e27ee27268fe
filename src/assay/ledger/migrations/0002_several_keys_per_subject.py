"""A subject may have several keys: two transactions that write about it first each make their own, and neither waits."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_squashed_0005_timestamp")]
    operations = [
        migrations.RemoveConstraint("payloadkey", name="ledger_payloadkey_once"),
        migrations.AddIndex("payloadkey", models.Index(fields=["log", "subject"], name="ledger_payloadkey_subject")),
    ]
