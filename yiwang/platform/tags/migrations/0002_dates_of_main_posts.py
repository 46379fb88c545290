"""Main posts that begin later or are over: hardly any, found at once when a rule speaks of a whole unit."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tags", "0001_tags"), ("org", "0013_strokes")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX tags_post_begins ON org_post (valid_from) WHERE is_living AND kind = 'main'",
            "DROP INDEX tags_post_begins",
        ),
        migrations.RunSQL(
            "CREATE INDEX tags_post_ends ON org_post (valid_to)"
            " WHERE is_living AND kind = 'main' AND valid_to IS NOT NULL",
            "DROP INDEX tags_post_ends",
        ),
    ]
