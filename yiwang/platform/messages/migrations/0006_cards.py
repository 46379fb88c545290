"""Cards: faces, answers, codes that change them once, copies of their pictures."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0002_events_and_jobs"),
        ("messages", "0004_batches"),
        ("org", "0012_index_of_contracts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Card",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("app", models.CharField(max_length=40, verbose_name="来源应用")),
                ("task_id", models.CharField(blank=True, max_length=128, verbose_name="任务编号")),
                ("asks", models.BooleanField(default=False, verbose_name="需回应")),
                ("latest", models.PositiveIntegerField(default=1, verbose_name="最新版本")),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="card",
                        to="messages.message",
                    ),
                ),
            ],
            options={
                "verbose_name": "消息卡片",
            },
        ),
        migrations.CreateModel(
            name="CardCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("made_at", models.DateTimeField(verbose_name="生成时间")),
                ("expires_at", models.DateTimeField(verbose_name="失效时间")),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="使用时间")),
                (
                    "card",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="messages.card"
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
                    ),
                ),
            ],
            options={
                "verbose_name": "卡片更新码",
            },
        ),
        migrations.CreateModel(
            name="CardCopy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("done_label", models.CharField(blank=True, max_length=40, verbose_name="按钮替换文字")),
                ("is_open", models.BooleanField(default=False, verbose_name="待回应")),
                ("changed_at", models.DateTimeField(verbose_name="变化时间")),
                (
                    "card",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="messages.card",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "收到的卡片",
            },
        ),
        migrations.CreateModel(
            name="CardFace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("content", models.JSONField(verbose_name="内容")),
                ("made_at", models.DateTimeField(verbose_name="生成时间")),
                (
                    "card",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="faces",
                        to="messages.card",
                    ),
                ),
            ],
            options={
                "verbose_name": "卡片内容",
            },
        ),
        migrations.CreateModel(
            name="CardPicture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("url", models.CharField(max_length=500, verbose_name="地址")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "待获取"), ("ready", "已获取"), ("failed", "未能获取")],
                        default="waiting",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("kind", models.CharField(blank=True, max_length=20, verbose_name="类型")),
                ("content", models.BinaryField(default=b"", verbose_name="内容")),
                ("failure", models.CharField(blank=True, max_length=100, verbose_name="失败原因")),
                (
                    "card",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pictures",
                        to="messages.card",
                    ),
                ),
            ],
            options={
                "verbose_name": "卡片图片",
            },
        ),
        migrations.CreateModel(
            name="CardPress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slot", models.CharField(blank=True, max_length=1024, verbose_name="位置")),
                ("key", models.CharField(max_length=1024, verbose_name="按钮")),
                ("label", models.CharField(max_length=40, verbose_name="按钮文字")),
                ("chosen", models.JSONField(blank=True, default=dict, verbose_name="所选")),
                ("pressed_at", models.DateTimeField(verbose_name="时间")),
                (
                    "event",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="clients.openevent",
                    ),
                ),
                (
                    "face",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="presses",
                        to="messages.cardface",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "卡片回应",
            },
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.UniqueConstraint(
                condition=models.Q(("task_id", ""), _negated=True),
                fields=("app", "task_id"),
                name="messages_card_task",
            ),
        ),
        migrations.AddIndex(
            model_name="cardcode",
            index=models.Index(fields=["expires_at"], name="messages_cardcode_end"),
        ),
        migrations.AddIndex(
            model_name="cardcopy",
            index=models.Index(fields=["person", "-changed_at"], name="messages_cardcopy_latest"),
        ),
        migrations.AddConstraint(
            model_name="cardcopy",
            constraint=models.UniqueConstraint(fields=("card", "person"), name="messages_cardcopy_once"),
        ),
        migrations.AddConstraint(
            model_name="cardface",
            constraint=models.UniqueConstraint(fields=("card", "number"), name="messages_cardface_once"),
        ),
        migrations.AddConstraint(
            model_name="cardpicture",
            constraint=models.UniqueConstraint(fields=("card", "url"), name="messages_cardpicture_once"),
        ),
        migrations.AddConstraint(
            model_name="cardpress",
            constraint=models.UniqueConstraint(
                fields=("face", "person", "slot"), name="messages_cardpress_once"
            ),
        ),
    ]
