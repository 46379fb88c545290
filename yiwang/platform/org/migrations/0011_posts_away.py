"""借调 and 挂职 that end soon are found by their last day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("org", "0010_entry_cancelled"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("is_living", True), ("kind__in", ("secondment", "attachment"))),
                fields=["valid_to"],
                name="org_post_away",
            ),
        ),
    ]
