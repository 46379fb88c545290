"""Searching by post and by office phone: indexes on org's tables that only this app's search needs (ADR 5)."""

from django.db import migrations

_DIGITS = "reverse(regexp_replace({phone}, '[^0-9]', '', 'g')) COLLATE \"C\""
_WITHOUT_EXTENSION = "regexp_replace(office_phone, '-[0-9]{1,6}$', '')"


class Migration(migrations.Migration):
    dependencies = [("addressbook", "0009_looks_only_added"), ("org", "0007_sight_and_zones")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX addressbook_title ON org_person (title) WHERE title <> ''",
            "DROP INDEX addressbook_title",
        ),
        migrations.RunSQL(
            "CREATE INDEX addressbook_post_title ON org_post (title) WHERE is_living AND kind <> 'main'",
            "DROP INDEX addressbook_post_title",
        ),
        migrations.RunSQL(
            f"CREATE INDEX addressbook_phone ON org_person (({_DIGITS.format(phone='office_phone')}))",
            "DROP INDEX addressbook_phone",
        ),
        migrations.RunSQL(
            f"CREATE INDEX addressbook_phone_before ON org_person (({_DIGITS.format(phone=_WITHOUT_EXTENSION)}))"
            " WHERE office_phone ~ '-[0-9]{1,6}$'",
            "DROP INDEX addressbook_phone_before",
        ),
    ]
