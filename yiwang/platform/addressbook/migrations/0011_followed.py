"""What applications follow: the units and persons each was told of."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("addressbook", "0010_posts_and_phones"),
        ("clients", "0001_applications"),
    ]

    operations = [
        migrations.CreateModel(
            name="Following",
            fields=[
                (
                    "client",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="clients.client",
                    ),
                ),
                ("event", models.BigIntegerField(default=0)),
                ("compared_at", models.DateTimeField(null=True)),
                ("range_paths", models.TextField(blank=True, default="")),
            ],
            options={
                "verbose_name": "通讯录同步进度",
            },
        ),
        migrations.CreateModel(
            name="Followed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(choices=[("unit", "机构"), ("person", "人员")], max_length=6)),
                ("object_id", models.BigIntegerField()),
                ("seq", models.BigIntegerField()),
                ("first_seq", models.BigIntegerField()),
                ("is_gone", models.BooleanField(default=False)),
                (
                    "client",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
            ],
            options={
                "verbose_name": "已同步对象",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("client", "kind", "object_id"), name="addressbook_followed_once"
                    ),
                    models.UniqueConstraint(fields=("client", "seq"), name="addressbook_followed_order"),
                ],
            },
        ),
        migrations.RunSQL(
            "CREATE SEQUENCE addressbook_followed_seq", "DROP SEQUENCE addressbook_followed_seq"
        ),
    ]
