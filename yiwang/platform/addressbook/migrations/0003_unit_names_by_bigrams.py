"""Units are found by any part of a name: pairs of characters under GIN indexes on org's table (ADR 5)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("addressbook", "0002_given_names"),
        ("org", "0001_units_persons_posts"),
    ]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION addressbook_bigrams(value text) RETURNS text[]
            LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
                SELECT coalesce(array_agg(DISTINCT substr(value, place, 2)), '{}')
                FROM generate_series(1, length(value) - 1) AS place
            $$
            """,
            "DROP FUNCTION addressbook_bigrams(text)",
        ),
        migrations.RunSQL(
            "CREATE INDEX addressbook_unit_short ON org_unit USING gin (addressbook_bigrams(short_name))",
            "DROP INDEX addressbook_unit_short",
        ),
        migrations.RunSQL(
            "CREATE INDEX addressbook_unit_full ON org_unit USING gin (addressbook_bigrams(full_name))",
            "DROP INDEX addressbook_unit_full",
        ),
    ]
