"""Counters and issued numbers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Counter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("series", models.CharField(max_length=60)),
                ("year", models.PositiveSmallIntegerField()),
                ("scope", models.CharField(blank=True, max_length=60)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "计数器",
                "constraints": [
                    models.UniqueConstraint(fields=("series", "year", "scope"), name="numbering_one_counter")
                ],
            },
        ),
        migrations.CreateModel(
            name="Number",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("series", models.CharField(max_length=60, verbose_name="编号类别")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("scope", models.CharField(blank=True, max_length=60, verbose_name="范围")),
                ("value", models.PositiveIntegerField(verbose_name="序号")),
                ("text", models.CharField(max_length=120, verbose_name="编号")),
                (
                    "state",
                    models.CharField(
                        choices=[("valid", "有效"), ("void", "作废")],
                        default="valid",
                        max_length=5,
                        verbose_name="状态",
                    ),
                ),
                ("target_type", models.CharField(max_length=100)),
                ("target_id", models.CharField(max_length=64)),
                ("target_title", models.CharField(blank=True, max_length=300, verbose_name="事项")),
                ("issued_at", models.DateTimeField(verbose_name="取号时间")),
                ("issued_by_id", models.BigIntegerField(null=True)),
                ("issued_by_name", models.CharField(max_length=30, verbose_name="取号人")),
                ("voided_at", models.DateTimeField(null=True, verbose_name="作废时间")),
                ("voided_by_id", models.BigIntegerField(null=True)),
                ("voided_by_name", models.CharField(blank=True, max_length=30, verbose_name="作废人")),
                ("void_reason", models.CharField(blank=True, max_length=500, verbose_name="作废原因")),
            ],
            options={
                "verbose_name": "编号",
                "ordering": ["series", "year", "scope", "value"],
                "indexes": [models.Index(fields=["target_type", "target_id"], name="numbering_target")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("series", "year", "scope", "value"), name="numbering_value_once"
                    ),
                    models.UniqueConstraint(fields=("series", "scope", "text"), name="numbering_text_once"),
                    models.CheckConstraint(condition=models.Q(("value__gte", 1)), name="numbering_from_one"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "valid"), ("voided_at", None)),
                            models.Q(
                                ("state", "void"),
                                ("voided_at__isnull", False),
                                models.Q(("void_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="numbering_void_has_reason",
                    ),
                ],
            },
        ),
    ]
