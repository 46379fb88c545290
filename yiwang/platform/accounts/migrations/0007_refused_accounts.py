"""Accounts that the real-name service refused, or did not answer about, are found without reading the others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_work_lists"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                condition=models.Q(("verification__in", ("failed", "stuck"))),
                fields=["id"],
                name="accounts_account_refused",
            ),
        ),
    ]
