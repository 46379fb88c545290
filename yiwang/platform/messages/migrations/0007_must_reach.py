"""Must-reach messages (必达): ladder, receivers, who was asked to tell them, open boards."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messages", "0006_cards"),
        ("org", "0012_index_of_contracts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="smstext",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "待发"),
                    ("sent", "已发"),
                    ("delivered", "送达"),
                    ("failed", "失败"),
                    ("unknown", "未知"),
                    ("dropped", "不再发送"),
                ],
                default="waiting",
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.CreateModel(
            name="Reach",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "进行中"),
                            ("done", "全部确认"),
                            ("stopped", "已停止升级"),
                            ("recalled", "已撤回"),
                            ("expired", "已到期"),
                        ],
                        default="running",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="开始时间")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                ("ended_by_name", models.CharField(blank=True, max_length=60, verbose_name="结束人")),
                ("end_reason", models.CharField(blank=True, max_length=200, verbose_name="事由")),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reach",
                        to="messages.message",
                        verbose_name="消息",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.unit",
                        verbose_name="发送单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "必达通知",
            },
        ),
        migrations.CreateModel(
            name="ReachLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "站内消息和推送"), (2, "短信"), (3, "代理人、联络人"), (4, "值班室")],
                        default=1,
                        verbose_name="所在级别",
                    ),
                ),
                ("moved_at", models.DateTimeField(verbose_name="到达本级时间")),
                ("next_at", models.DateTimeField(blank=True, null=True, verbose_name="下一级时间")),
                (
                    "told_how",
                    models.CharField(
                        blank=True,
                        choices=[("called", "电话通知"), ("relayed", "转达")],
                        max_length=8,
                        verbose_name="告知方式",
                    ),
                ),
                ("told_at", models.DateTimeField(blank=True, null=True, verbose_name="告知时间")),
                ("told_by_name", models.CharField(blank=True, max_length=60, verbose_name="告知人姓名")),
                ("told_note", models.CharField(blank=True, max_length=100, verbose_name="备注")),
                (
                    "reach",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="messages.reach",
                    ),
                ),
                (
                    "receipt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="messages.receipt"
                    ),
                ),
                (
                    "told_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.person",
                        verbose_name="告知人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "必达接收人",
            },
        ),
        migrations.CreateModel(
            name="ReachAsk",
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
                        choices=[("deputy", "代理人"), ("contact", "单位联络人"), ("duty", "值班人员")],
                        max_length=8,
                        verbose_name="身份",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="请求时间")),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.person",
                        verbose_name="受托人",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="asks",
                        to="messages.reachline",
                    ),
                ),
            ],
            options={
                "verbose_name": "转达请求",
            },
        ),
        migrations.CreateModel(
            name="ReachStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "站内消息和推送"), (2, "短信"), (3, "代理人、联络人"), (4, "值班室")],
                        verbose_name="级别",
                    ),
                ),
                ("after_minutes", models.PositiveIntegerField(verbose_name="等待分钟数")),
                (
                    "reach",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="messages.reach",
                    ),
                ),
            ],
            options={
                "verbose_name": "升级步骤",
            },
        ),
        migrations.CreateModel(
            name="ReachWatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seen_at", models.DateTimeField(verbose_name="最近查看时间")),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.person",
                    ),
                ),
                (
                    "reach",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="messages.reach"
                    ),
                ),
            ],
            options={
                "verbose_name": "看板查看",
            },
        ),
        migrations.AddIndex(
            model_name="reach",
            index=models.Index(
                condition=models.Q(("state", "running")), fields=["id"], name="messages_reach_running"
            ),
        ),
        migrations.AddIndex(
            model_name="reach",
            index=models.Index(fields=["-started_at", "-id"], name="messages_reach_latest"),
        ),
        migrations.AddConstraint(
            model_name="reach",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("state", "running")),
                    models.Q(models.Q(("state", "running"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="messages_reach_end",
            ),
        ),
        migrations.AddIndex(
            model_name="reachline",
            index=models.Index(fields=["reach", "unit"], name="messages_reachline_unit"),
        ),
        migrations.AddIndex(
            model_name="reachline",
            index=models.Index(
                condition=models.Q(("next_at__isnull", False)),
                fields=["next_at", "reach"],
                name="messages_reachline_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="reachline",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__gte", 1), ("level__lte", 4)), name="messages_reachline_level"
            ),
        ),
        migrations.AddConstraint(
            model_name="reachline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("told_at", None), ("told_by_name", ""), ("told_how", "")),
                    models.Q(
                        models.Q(("told_how", ""), _negated=True),
                        ("next_at", None),
                        ("told_at__isnull", False),
                        models.Q(("told_by_name", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="messages_reachline_told",
            ),
        ),
        migrations.AddIndex(
            model_name="reachask",
            index=models.Index(fields=["line"], name="messages_reachask_line"),
        ),
        migrations.AddConstraint(
            model_name="reachask",
            constraint=models.UniqueConstraint(fields=("person", "line"), name="messages_reachask_once"),
        ),
        migrations.AddConstraint(
            model_name="reachstep",
            constraint=models.UniqueConstraint(fields=("reach", "level"), name="messages_reachstep_once"),
        ),
        migrations.AddConstraint(
            model_name="reachwatch",
            constraint=models.UniqueConstraint(fields=("person", "reach"), name="messages_reachwatch_once"),
        ),
    ]
