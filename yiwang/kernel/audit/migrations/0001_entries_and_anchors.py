"""Entries, those waiting for an anchor, and anchors."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Anchor",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                (
                    "entry_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                ("total", models.BigIntegerField()),
                ("digest", models.BinaryField()),
                ("signature", models.BinaryField()),
            ],
            options={
                "verbose_name": "审计锚点",
            },
        ),
        migrations.CreateModel(
            name="Pending",
            fields=[
                ("entry_id", models.BigIntegerField(primary_key=True, serialize=False)),
            ],
            options={
                "verbose_name": "待锚定日志",
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("verb", models.CharField(max_length=100)),
                ("actor_account_id", models.BigIntegerField(null=True)),
                ("actor_name", models.TextField()),
                ("actor_unit", models.TextField()),
                ("target_type", models.TextField()),
                ("target_id", models.TextField()),
                ("target_title", models.TextField()),
                ("changes", models.TextField(default="{}")),
                ("reason", models.TextField()),
                ("request_id", models.TextField()),
                ("address", models.TextField()),
                ("seal", models.BinaryField()),
            ],
            options={
                "verbose_name": "审计日志",
                "indexes": [
                    models.Index(fields=["at"], name="audit_entry_at"),
                    models.Index(fields=["actor_account_id", "at"], name="audit_entry_actor"),
                    models.Index(fields=["target_type", "target_id", "at"], name="audit_entry_target"),
                ],
            },
        ),
    ]
