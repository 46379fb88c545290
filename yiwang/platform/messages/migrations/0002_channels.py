"""Pushes and e-mails; audiences; what people switched off."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messages", "0001_messages"),
        ("org", "0011_posts_away"),
    ]

    operations = [
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("push", "移动推送"), ("mail", "电子邮件")],
                        max_length=8,
                        verbose_name="渠道",
                    ),
                ),
                ("kind", models.CharField(max_length=100, verbose_name="消息种类")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待发"),
                            ("merged", "待合并发送"),
                            ("sent", "已发"),
                            ("failed", "失败"),
                            ("dropped", "不再发送"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="已试次数")),
                ("failure", models.CharField(blank=True, max_length=100, verbose_name="失败原因")),
                ("created_at", models.DateTimeField(verbose_name="生成时间")),
                ("due_at", models.DateTimeField(verbose_name="计划发送时间")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="发送时间")),
            ],
            options={
                "verbose_name": "消息投递",
            },
        ),
        migrations.CreateModel(
            name="Mute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=100, verbose_name="消息种类")),
                (
                    "channel",
                    models.CharField(
                        choices=[("push", "移动推送"), ("mail", "电子邮件")],
                        max_length=8,
                        verbose_name="渠道",
                    ),
                ),
            ],
            options={
                "verbose_name": "不接收",
            },
        ),
        migrations.AddField(
            model_name="message",
            name="app_name",
            field=models.CharField(blank=True, max_length=60, verbose_name="来源名称"),
        ),
        migrations.AddField(
            model_name="message",
            name="audience",
            field=models.JSONField(blank=True, default=list, verbose_name="发送范围"),
        ),
        migrations.AddField(
            model_name="receipt",
            name="delivered_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="送达时间"),
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(
                models.F("person"),
                condition=models.Q(("delivered_at", None), ("is_recalled", False), ("read_at", None)),
                name="messages_receipt_undelivered",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="message",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="messages.message",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="person",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.person"
            ),
        ),
        migrations.AddField(
            model_name="mute",
            name="person",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.person"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state__in", ("waiting", "merged"))),
                fields=["due_at", "id"],
                name="messages_delivery_due",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                fields=["person", "kind", "channel", "-created_at"], name="messages_delivery_recent"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                fields=("message", "person", "channel"), name="messages_delivery_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="mute",
            constraint=models.UniqueConstraint(
                fields=("person", "kind", "channel"), name="messages_mute_once"
            ),
        ),
    ]
