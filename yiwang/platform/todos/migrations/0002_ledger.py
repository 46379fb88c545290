"""To-dos of whole units, followed ones, quick actions, calls that overtake, checks."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("org", "0010_entry_cancelled"),
        ("todos", "0001_todos"),
    ]

    operations = [
        migrations.CreateModel(
            name="EarlyAct",
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
                (
                    "act",
                    models.CharField(
                        choices=[("complete", "办结"), ("cancel", "撤销")], max_length=10, verbose_name="操作"
                    ),
                ),
                ("person_id", models.BigIntegerField(null=True, verbose_name="办理人")),
                ("said_at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "先到的办结",
            },
        ),
        migrations.CreateModel(
            name="Follow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField(verbose_name="关注时间")),
            ],
            options={
                "verbose_name": "关注",
            },
        ),
        migrations.CreateModel(
            name="LinkCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("app", models.CharField(db_collation="C", max_length=40, verbose_name="业务系统")),
                ("app_name", models.CharField(blank=True, max_length=60, verbose_name="业务系统名称")),
                ("biz_id", models.CharField(db_collation="C", max_length=64, verbose_name="业务主键")),
                ("task_id", models.CharField(db_collation="C", max_length=64, verbose_name="任务主键")),
                ("status", models.PositiveSmallIntegerField(verbose_name="应答")),
                ("is_good", models.BooleanField(verbose_name="可以打开")),
                ("at", models.DateTimeField(verbose_name="检查时间")),
            ],
            options={
                "verbose_name": "链接检查",
            },
        ),
        migrations.CreateModel(
            name="QuickAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("action", models.CharField(max_length=40, verbose_name="操作")),
                ("label", models.CharField(max_length=20, verbose_name="名称")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="意见")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "已提交业务系统"),
                            ("done", "业务系统已受理"),
                            ("failed", "业务系统未受理"),
                        ],
                        default="asked",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=200, verbose_name="答复")),
                ("asked_at", models.DateTimeField(verbose_name="提交时间")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
            ],
            options={
                "verbose_name": "快捷操作",
            },
        ),
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("app", models.CharField(db_collation="C", max_length=40, verbose_name="业务系统")),
                ("app_name", models.CharField(blank=True, max_length=60, verbose_name="业务系统名称")),
                ("at", models.DateTimeField(verbose_name="对账时间")),
                ("listed", models.PositiveIntegerField(verbose_name="业务系统未办结")),
                ("open_here", models.PositiveIntegerField(verbose_name="本平台未办结")),
                ("only_there", models.JSONField(default=list, verbose_name="业务系统有、本平台无")),
                ("only_here", models.JSONField(default=list, verbose_name="本平台有、业务系统无")),
                ("differences", models.PositiveIntegerField(verbose_name="差异数")),
            ],
            options={
                "verbose_name": "待办对账",
            },
        ),
        migrations.AddField(
            model_name="assignment",
            name="is_claimed",
            field=models.BooleanField(default=False, verbose_name="认领而来"),
        ),
        migrations.AddField(
            model_name="item",
            name="app_name",
            field=models.CharField(blank=True, max_length=60, verbose_name="业务系统名称"),
        ),
        migrations.AddField(
            model_name="item",
            name="app_version",
            field=models.BigIntegerField(default=0, verbose_name="业务系统版本"),
        ),
        migrations.AddField(
            model_name="item",
            name="may_transfer",
            field=models.BooleanField(default=False, verbose_name="可转办"),
        ),
        migrations.AddField(
            model_name="item",
            name="quick_actions",
            field=models.JSONField(blank=True, default=list, verbose_name="快捷操作"),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                models.F("unit"),
                models.OrderBy(models.F("urgency"), descending=True),
                models.F("due_at"),
                models.OrderBy(models.F("arrived_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("person__isnull", True), ("state", "todo")),
                name="todos_assignment_claimable",
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("state__in", ("todo", "toread"))),
                fields=["arrived_at"],
                name="todos_assignment_age",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("person__isnull", True), ("state__in", ("todo", "toread"))),
                fields=("item", "unit"),
                name="todos_assignment_unit_once",
            ),
        ),
        migrations.AddIndex(
            model_name="earlyact",
            index=models.Index(fields=["said_at"], name="todos_early_said"),
        ),
        migrations.AddConstraint(
            model_name="earlyact",
            constraint=models.UniqueConstraint(
                fields=("app", "biz_id", "task_id", "act", "person_id"),
                name="todos_early_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddField(
            model_name="follow",
            name="item",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="todos.item"
            ),
        ),
        migrations.AddField(
            model_name="follow",
            name="person",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.person"
            ),
        ),
        migrations.AddIndex(
            model_name="linkcheck",
            index=models.Index(fields=["app", "-at", "-id"], name="todos_linkcheck_latest"),
        ),
        migrations.AddField(
            model_name="quickact",
            name="assignment",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="quick_acts",
                to="todos.assignment",
            ),
        ),
        migrations.AddIndex(
            model_name="reconciliation",
            index=models.Index(fields=["app", "-at", "-id"], name="todos_reconciliation_latest"),
        ),
        migrations.AddIndex(
            model_name="follow",
            index=models.Index(fields=["person", "-since", "-id"], name="todos_follow_latest"),
        ),
        migrations.AddConstraint(
            model_name="follow",
            constraint=models.UniqueConstraint(fields=("item", "person"), name="todos_follow_once"),
        ),
        migrations.AddIndex(
            model_name="quickact",
            index=models.Index(fields=["assignment", "-id"], name="todos_quickact_latest"),
        ),
        migrations.AddConstraint(
            model_name="quickact",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "asked")),
                fields=("assignment",),
                name="todos_quickact_one_asked",
            ),
        ),
    ]
