"""To-dos: items and whom they lie with."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("org", "0002_place_behind_everybody"),
    ]

    operations = [
        migrations.CreateModel(
            name="Item",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("app", models.CharField(db_collation="C", max_length=40, verbose_name="业务系统")),
                ("biz_id", models.CharField(db_collation="C", max_length=64, verbose_name="业务主键")),
                ("task_id", models.CharField(db_collation="C", max_length=64, verbose_name="任务主键")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("type", models.CharField(max_length=100, verbose_name="待办类型")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("document", "公文"),
                            ("meeting", "会议"),
                            ("supervision", "督办"),
                            ("briefing", "信息"),
                            ("affair", "事务"),
                            ("personnel", "人事"),
                            ("other", "其他"),
                        ],
                        max_length=12,
                        verbose_name="类型",
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="标题")),
                ("summary", models.CharField(blank=True, max_length=300, verbose_name="摘要")),
                (
                    "needs",
                    models.CharField(
                        choices=[("do", "办理"), ("read", "阅知")],
                        default="do",
                        max_length=4,
                        verbose_name="办理要求",
                    ),
                ),
                ("is_batchable", models.BooleanField(default=False, verbose_name="可批量办理")),
                ("initiator_name", models.CharField(blank=True, max_length=60, verbose_name="发起人姓名")),
                ("initiator_unit", models.CharField(blank=True, max_length=100, verbose_name="发起单位")),
                (
                    "urgency",
                    models.SmallIntegerField(
                        choices=[(0, "平急"), (1, "加急"), (2, "特急")], default=0, verbose_name="紧急程度"
                    ),
                ),
                ("arrived_at", models.DateTimeField(verbose_name="到达时间")),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="截止时间")),
                ("url", models.CharField(max_length=500, verbose_name="PC链接")),
                ("mobile_url", models.CharField(blank=True, max_length=500, verbose_name="移动链接")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "未办结"), ("finished", "已办结"), ("cancelled", "已撤销")],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                ("updated_at", models.DateTimeField(verbose_name="更新时间")),
                (
                    "initiator",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.person",
                        verbose_name="发起人",
                    ),
                ),
            ],
            options={
                "verbose_name": "待办事项",
            },
        ),
        migrations.CreateModel(
            name="Assignment",
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
                            ("todo", "待办"),
                            ("toread", "待阅"),
                            ("done", "已办"),
                            ("read", "已阅"),
                            ("cancelled", "已撤销"),
                            ("lapsed", "已失效"),
                            ("passed", "已转办"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("turn", models.PositiveSmallIntegerField(default=1, verbose_name="第几次")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("document", "公文"),
                            ("meeting", "会议"),
                            ("supervision", "督办"),
                            ("briefing", "信息"),
                            ("affair", "事务"),
                            ("personnel", "人事"),
                            ("other", "其他"),
                        ],
                        max_length=12,
                        verbose_name="类型",
                    ),
                ),
                (
                    "urgency",
                    models.SmallIntegerField(
                        choices=[(0, "平急"), (1, "加急"), (2, "特急")], verbose_name="紧急程度"
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="截止时间")),
                ("arrived_at", models.DateTimeField(verbose_name="到达时间")),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="打开时间")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                (
                    "passed_from",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passed_on",
                        to="todos.assignment",
                    ),
                ),
                (
                    "passed_to",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.person",
                        verbose_name="转给",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.person",
                        verbose_name="接收人",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.post",
                        verbose_name="任职",
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
                (
                    "item",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="todos.item",
                    ),
                ),
            ],
            options={
                "verbose_name": "待办",
            },
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                models.F("initiator"),
                models.OrderBy(models.F("arrived_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("initiator__isnull", False)),
                name="todos_item_initiator",
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.UniqueConstraint(fields=("app", "biz_id", "task_id"), name="todos_item_once"),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(("urgency__gte", 0), ("urgency__lte", 2)), name="todos_item_urgency"
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("state", "open")),
                    models.Q(models.Q(("state", "open"), _negated=True), ("closed_at__isnull", False)),
                    _connector="OR",
                ),
                name="todos_item_closed",
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                models.F("person"),
                models.F("state"),
                models.OrderBy(models.F("urgency"), descending=True),
                models.F("due_at"),
                models.OrderBy(models.F("arrived_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("state__in", ("todo", "toread"))),
                name="todos_assignment_open",
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                models.F("person"),
                models.F("state"),
                models.OrderBy(models.F("finished_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("state__in", ("done", "read"))),
                name="todos_assignment_handled",
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("state__in", ("todo", "toread"))),
                fields=["unit"],
                name="todos_assignment_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                fields=("item", "person", "turn"), name="todos_assignment_turn"
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("todo", "toread"))),
                fields=("item", "person"),
                name="todos_assignment_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("person__isnull", False), ("unit__isnull", False), _connector="OR"),
                name="todos_assignment_somewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at", None), ("state__in", ("todo", "toread"))),
                    models.Q(
                        models.Q(("state__in", ("todo", "toread")), _negated=True),
                        ("finished_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="todos_assignment_finished",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "passed"), _negated=True),
                    ("passed_to__isnull", False),
                    _connector="OR",
                ),
                name="todos_assignment_passed_to",
            ),
        ),
    ]
