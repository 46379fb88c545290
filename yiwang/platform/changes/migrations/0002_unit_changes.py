"""Reviewed changes of units and the units they touch."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0001_handovers"),
        ("org", "0006_events"),
    ]

    operations = [
        migrations.CreateModel(
            name="UnitChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(blank=True, max_length=30, null=True, unique=True, verbose_name="编号"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("create", "新设"),
                            ("rename", "更名"),
                            ("merge", "合并"),
                            ("split", "拆分"),
                            ("move", "划转"),
                            ("rank", "升格、降格"),
                            ("plate", "挂牌"),
                            ("revoke", "撤销"),
                            ("sort", "排序调整"),
                            ("edit", "信息修改"),
                        ],
                        max_length=10,
                        verbose_name="调整类型",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("in_review", "待审核"),
                            ("pending", "待生效"),
                            ("effective", "已生效"),
                            ("rejected", "已驳回"),
                            ("terminated", "已终止"),
                            ("failed", "生效失败"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="事项")),
                ("level", models.PositiveSmallIntegerField(verbose_name="涉及层级")),
                ("plan", models.JSONField(verbose_name="调整方案")),
                ("preview", models.JSONField(blank=True, default=dict, verbose_name="影响预览")),
                ("previewed_at", models.DateTimeField(blank=True, null=True, verbose_name="预览时间")),
                ("effective_on", models.DateField(blank=True, null=True, verbose_name="生效日期")),
                (
                    "backdating_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="追溯生效原因"),
                ),
                ("basis", models.CharField(blank=True, max_length=60, verbose_name="依据文号")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="调整事由")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                ("applicant_name", models.CharField(max_length=60, verbose_name="申报人")),
                ("applicant_unit_name", models.CharField(max_length=30, verbose_name="申报单位")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="填写时间")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="提交时间")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="审核时间")),
                ("effected_at", models.DateTimeField(blank=True, null=True, verbose_name="生效时间")),
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
                    "applicant_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.unit",
                        verbose_name="申报单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "机构调整",
            },
        ),
        migrations.CreateModel(
            name="ChangedUnit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("target", "调整对象"),
                            ("receiver", "接收机构"),
                            ("parent", "上级机构"),
                            ("result", "新机构"),
                        ],
                        max_length=10,
                        verbose_name="关系",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.unit"
                    ),
                ),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="touched",
                        to="changes.unitchange",
                    ),
                ),
            ],
            options={
                "verbose_name": "调整涉及的机构",
            },
        ),
        migrations.AddIndex(
            model_name="unitchange",
            index=models.Index(fields=["-created_at", "-id"], name="changes_unitchange_latest"),
        ),
        migrations.AddIndex(
            model_name="unitchange",
            index=models.Index(
                condition=models.Q(("state", "pending")),
                fields=["effective_on"],
                name="changes_unitchange_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("draft", "terminated")), ("number__isnull", False), _connector="OR"
                ),
                name="changes_unitchange_numbered",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("draft", "terminated", "rejected")),
                    ("effective_on__isnull", False),
                    _connector="OR",
                ),
                name="changes_unitchange_dated",
            ),
        ),
        migrations.AddIndex(
            model_name="changedunit",
            index=models.Index(fields=["unit"], name="changes_changedunit_unit"),
        ),
        migrations.AddConstraint(
            model_name="changedunit",
            constraint=models.UniqueConstraint(
                fields=("change", "unit", "part"), name="changes_changedunit_once"
            ),
        ),
    ]
