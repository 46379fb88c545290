"""Requests of persons for the correction of what is kept of them (个人信息更正)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0006_unfinished_operations"),
        ("org", "0011_posts_away"),
    ]

    operations = [
        migrations.CreateModel(
            name="DataRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                ("person_name", models.CharField(max_length=60, verbose_name="申请人")),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("name", "姓名"),
                            ("document", "证件信息"),
                            ("category", "人员类别"),
                            ("establishment", "编制类型"),
                            ("title", "职务"),
                            ("rank", "职务层次、职级"),
                            ("posts", "任职经历"),
                            ("other", "其他"),
                        ],
                        max_length=16,
                        verbose_name="更正内容",
                    ),
                ),
                ("wrong", models.CharField(max_length=200, verbose_name="现有信息的问题")),
                ("right", models.CharField(blank=True, max_length=200, verbose_name="更正为")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待答复"),
                            ("corrected", "已更正"),
                            ("refused", "不予更正"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="申请时间")),
                ("due_on", models.DateField(verbose_name="答复期限")),
                ("answer", models.CharField(blank=True, max_length=300, verbose_name="答复")),
                ("answered_by_name", models.CharField(blank=True, max_length=60, verbose_name="答复人")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.person",
                        verbose_name="申请人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.unit",
                        verbose_name="所在单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "个人信息更正申请",
                "indexes": [
                    models.Index(fields=["unit", "state"], name="changes_datarequest_unit"),
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["due_on"],
                        name="changes_datarequest_due",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("person", "field"),
                        name="changes_datarequest_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("corrected", "refused")), _negated=True),
                            models.Q(models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="changes_datarequest_answered",
                    ),
                ],
            },
        ),
    ]
