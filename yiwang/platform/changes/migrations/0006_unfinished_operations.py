"""Drafts and operations that could not take effect are counted by unit on the console's first page."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0005_import_batches"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="personoperation",
            index=models.Index(
                condition=models.Q(("state__in", ("draft", "failed"))),
                fields=["state", "unit_path"],
                name="changes_operation_unfinished",
            ),
        ),
    ]
