"""Handovers: the sheet, its things, its signatures."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("org", "0002_place_behind_everybody"),
    ]

    operations = [
        migrations.CreateModel(
            name="Handover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                ("person_name", models.CharField(max_length=60, verbose_name="交接人姓名")),
                ("title", models.CharField(blank=True, max_length=60, verbose_name="职务")),
                ("unit_name", models.CharField(max_length=140, verbose_name="原单位名称")),
                ("leaves_all", models.BooleanField(default=False, verbose_name="离开全部岗位")),
                (
                    "occasion",
                    models.CharField(
                        choices=[
                            ("transfer", "调动"),
                            ("secondment", "借调"),
                            ("deregistration", "注销"),
                            ("leaving", "离开岗位"),
                            ("other", "其他"),
                        ],
                        max_length=16,
                        verbose_name="事由类别",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="事由")),
                ("effective_on", models.DateField(verbose_name="离岗日期")),
                ("due_on", models.DateField(verbose_name="办理期限")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待交接"),
                            ("working", "交接中"),
                            ("receiving", "待签收"),
                            ("done", "已完成"),
                            ("cancelled", "已取消"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("started_by_name", models.CharField(max_length=60, verbose_name="发起人")),
                ("started_at", models.DateTimeField(verbose_name="生成时间")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="提交时间")),
                ("carried_out_at", models.DateTimeField(blank=True, null=True, verbose_name="离岗清理时间")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="完成时间")),
                ("cancel_reason", models.CharField(blank=True, max_length=200, verbose_name="取消原因")),
                (
                    "leaves",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.unit",
                        verbose_name="离开的单位",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.person",
                        verbose_name="交接人",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.post",
                        verbose_name="岗位",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.unit",
                        verbose_name="原单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "交接单",
            },
        ),
        migrations.CreateModel(
            name="HandoverItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("holding", models.CharField(max_length=60, verbose_name="类别")),
                ("held_id", models.CharField(max_length=64)),
                ("title", models.CharField(max_length=200, verbose_name="事项")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("url", models.CharField(blank=True, max_length=500)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "未确定"),
                            ("successor", "移交"),
                            ("office", "交单位办公室"),
                            ("ends", "随岗终止"),
                            ("leave", "退出"),
                            ("keep", "保留"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="去向",
                    ),
                ),
                ("successor_name", models.CharField(blank=True, max_length=60, verbose_name="接收人姓名")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="保留理由")),
                ("decided_by_name", models.CharField(blank=True, max_length=60, verbose_name="确定人")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "待移交"), ("done", "已移交"), ("failed", "未能移交")],
                        default="waiting",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="完成时间")),
                ("fault", models.CharField(blank=True, max_length=300, verbose_name="未能移交的原因")),
                ("is_late", models.BooleanField(default=False, verbose_name="离岗时新增")),
                (
                    "handover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="changes.handover",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.person",
                        verbose_name="接收人",
                    ),
                ),
            ],
            options={
                "verbose_name": "交接事项",
            },
        ),
        migrations.CreateModel(
            name="HandoverSignature",
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
                        choices=[("leaver", "交出人"), ("receiver", "接收人"), ("office", "监交人")],
                        max_length=8,
                        verbose_name="身份",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                ("unit_name", models.CharField(blank=True, max_length=140, verbose_name="单位")),
                ("title", models.CharField(blank=True, max_length=60, verbose_name="职务")),
                ("behalf", models.CharField(blank=True, max_length=200, verbose_name="代办原因")),
                ("content", models.TextField(verbose_name="签署内容")),
                ("digest", models.CharField(max_length=64, verbose_name="SM3摘要")),
                ("signature", models.BinaryField(max_length=64, verbose_name="SM2签名")),
                ("signed_at", models.DateTimeField(verbose_name="签署时间")),
                (
                    "handover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signatures",
                        to="changes.handover",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.person"
                    ),
                ),
            ],
            options={
                "verbose_name": "交接签署",
            },
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(fields=["unit", "state"], name="changes_handover_unit"),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(fields=["-started_at", "-id"], name="changes_handover_latest"),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(
                condition=models.Q(("carried_out_at", None), models.Q(("state", "cancelled"), _negated=True)),
                fields=["effective_on"],
                name="changes_handover_effective",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["waiting", "working", "receiving"])),
                fields=("person", "post"),
                name="changes_handover_one_open",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "done"), _negated=True),
                    ("finished_at__isnull", False),
                    _connector="OR",
                ),
                name="changes_handover_finished",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "cancelled"), _negated=True),
                    models.Q(("cancel_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="changes_handover_cancelled",
            ),
        ),
        migrations.AddIndex(
            model_name="handoveritem",
            index=models.Index(fields=["successor"], name="changes_handoveritem_receiver"),
        ),
        migrations.AddConstraint(
            model_name="handoveritem",
            constraint=models.UniqueConstraint(
                fields=("handover", "holding", "held_id"), name="changes_handoveritem_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="handoveritem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision", "successor"), _negated=True),
                    ("successor__isnull", False),
                    _connector="OR",
                ),
                name="changes_handoveritem_successor",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoveritem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision", "keep"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="changes_handoveritem_keep_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoveritem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "done"), _negated=True), ("done_at__isnull", False), _connector="OR"
                ),
                name="changes_handoveritem_done",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoversignature",
            constraint=models.UniqueConstraint(
                fields=("handover", "part", "person"), name="changes_handoversignature_once"
            ),
        ),
    ]
