"""Texts with marks."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messages", "0008_text_templates")]

    operations = [
        migrations.CreateModel(
            name="RichText",
            fields=[
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="rich_text",
                        serialize=False,
                        to="messages.message",
                        verbose_name="消息",
                    ),
                ),
                ("parts", models.JSONField(verbose_name="内容")),
            ],
            options={"verbose_name": "富文本"},
        ),
    ]
