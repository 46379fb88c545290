"""Given names are searched too (明华): indexes on org's table that only this app's search needs (ADR 5)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("addressbook", "0001_hot_prefixes"),
        ("org", "0001_units_persons_posts"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX addressbook_second ON org_person (substr(name, 2))",
            "DROP INDEX addressbook_second",
        ),
        migrations.RunSQL(
            "CREATE INDEX addressbook_third ON org_person (substr(name, 3)) WHERE length(name) > 3",
            "DROP INDEX addressbook_third",
        ),
        migrations.RunSQL(
            "CREATE INDEX addressbook_long ON org_person (position) WHERE length(name) > 4",
            "DROP INDEX addressbook_long",
        ),
        # Without it the planner takes a third of all names for longer than four characters.
        migrations.RunSQL(
            "CREATE STATISTICS addressbook_name_length ON (length(name)) FROM org_person",
            "DROP STATISTICS addressbook_name_length",
        ),
    ]
