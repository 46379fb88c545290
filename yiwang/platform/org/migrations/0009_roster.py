"""Lists of persons by what is rare: state, category, establishment."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL builds them outside of a transaction

    dependencies = [
        ("org", "0008_photos"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="person",
            index=models.Index(
                condition=models.Q(("status", "on_post"), _negated=True),
                fields=["status", "position"],
                name="org_person_unusual_status",
            ),
        ),
        AddIndexConcurrently(
            model_name="person",
            index=models.Index(
                condition=models.Q(("category", "established"), _negated=True),
                fields=["category", "position"],
                name="org_person_category",
            ),
        ),
        AddIndexConcurrently(
            model_name="person",
            index=models.Index(
                condition=models.Q(
                    ("establishment__in", ["", "administrative", "institution_full"]), _negated=True
                ),
                fields=["establishment", "position"],
                name="org_person_establishment",
            ),
        ),
    ]
