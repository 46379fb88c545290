"""Locked accounts, and temporary ones by their last day, are counted on the console's first page."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL builds them outside of a transaction

    dependencies = [
        ("accounts", "0005_suspensions_and_mobiles"),
        ("org", "0009_roster"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="account",
            index=models.Index(
                condition=models.Q(("locked_until__isnull", False)),
                fields=["locked_until"],
                name="accounts_account_locked",
            ),
        ),
        AddIndexConcurrently(
            model_name="account",
            index=models.Index(
                condition=models.Q(("kind", "temporary")),
                fields=["expires_on"],
                name="accounts_account_expiry",
            ),
        ),
    ]
