"""Many person operations that came by one workbook are reviewed as one."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0004_person_operations"),
        ("org", "0001_units_persons_posts"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting_unit", "待单位审核"),
                            ("waiting_district", "待区级审核"),
                            ("returned", "已退回"),
                            ("applying", "办理中"),
                            ("done", "已办结"),
                            ("rejected", "已驳回"),
                            ("cancelled", "已取消"),
                        ],
                        default="waiting_unit",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("new", models.PositiveIntegerField(default=0, verbose_name="新增人数")),
                ("changed", models.PositiveIntegerField(default=0, verbose_name="修改人数")),
                ("applied", models.PositiveIntegerField(default=0, verbose_name="已办理")),
                ("failed", models.PositiveIntegerField(default=0, verbose_name="待处理")),
                ("needs_district", models.BooleanField(default=False, verbose_name="须区级审核")),
                ("applicant_name", models.CharField(max_length=60, verbose_name="申报人姓名")),
                ("applicant_unit", models.CharField(blank=True, max_length=60, verbose_name="申报人单位")),
                ("submitted_at", models.DateTimeField(verbose_name="提交时间")),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="审核通过时间")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                ("opinion", models.CharField(blank=True, max_length=300, verbose_name="意见")),
                (
                    "applicant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.person",
                        verbose_name="申报人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.unit",
                        verbose_name="申报单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "人员批量申报",
            },
        ),
        migrations.AddField(
            model_name="personoperation",
            name="batch",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="operations",
                to="changes.importbatch",
                verbose_name="批次",
            ),
        ),
        migrations.AddIndex(
            model_name="importbatch",
            index=models.Index(fields=["unit", "-id"], name="changes_batch_unit"),
        ),
        migrations.AddConstraint(
            model_name="importbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "done"), _negated=True),
                    ("finished_at__isnull", False),
                    _connector="OR",
                ),
                name="changes_batch_finished",
            ),
        ),
    ]
