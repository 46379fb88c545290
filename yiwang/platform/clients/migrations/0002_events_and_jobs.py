"""What applications are told and called back with, and batches that they do not wait for."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import yiwang.kernel.crypto.fields


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0001_applications"),
    ]

    operations = [
        migrations.CreateModel(
            name="OpenEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=60, verbose_name="种类")),
                ("data", models.JSONField(default=dict, verbose_name="内容")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("seq", models.BigIntegerField(null=True)),
                (
                    "client",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
            ],
            options={
                "verbose_name": "应用事件",
            },
        ),
        migrations.CreateModel(
            name="OpenJob",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=60, verbose_name="种类")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "等待执行"), ("running", "执行中"), ("finished", "已完成")],
                        default="waiting",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("total", models.PositiveIntegerField(verbose_name="总数")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="已执行")),
                ("failed", models.PositiveIntegerField(default=0, verbose_name="失败")),
                ("items", models.JSONField(default=list)),
                ("results", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="提交时间")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="完成时间")),
                (
                    "client",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
            ],
            options={
                "verbose_name": "批量作业",
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("url", models.CharField(max_length=300, verbose_name="回调地址")),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), size=None, verbose_name="事件种类"
                    ),
                ),
                (
                    "algorithm",
                    models.CharField(
                        choices=[("sm3", "HMAC-SM3"), ("sha256", "HMAC-SHA256")],
                        default="sm3",
                        max_length=6,
                        verbose_name="签名算法",
                    ),
                ),
                (
                    "secret",
                    yiwang.kernel.crypto.fields.EncryptedTextField(
                        purpose="clients.client", verbose_name="回调密钥"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "待验证"),
                            ("active", "已启用"),
                            ("paused", "已暂停"),
                            ("ended", "已删除"),
                        ],
                        default="pending",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("state_note", models.CharField(blank=True, max_length=100, verbose_name="状态说明")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="添加时间")),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subscriptions",
                        to="clients.client",
                    ),
                ),
            ],
            options={
                "verbose_name": "事件回调",
            },
        ),
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
                    "state",
                    models.CharField(
                        choices=[("waiting", "待送达"), ("delivered", "已送达"), ("dead", "未送达")],
                        default="waiting",
                        max_length=9,
                        verbose_name="状态",
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="次数")),
                ("due_at", models.DateTimeField(verbose_name="下次发送")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="最近发送")),
                ("status", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="应答")),
                ("ms", models.PositiveIntegerField(blank=True, null=True, verbose_name="耗时毫秒")),
                ("problem", models.CharField(blank=True, max_length=100, verbose_name="问题")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="clients.openevent"
                    ),
                ),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="clients.subscription",
                    ),
                ),
            ],
            options={
                "verbose_name": "事件送达",
            },
        ),
        migrations.AddIndex(
            model_name="openevent",
            index=models.Index(fields=["client", "seq"], name="clients_openevent_feed"),
        ),
        migrations.AddIndex(
            model_name="openevent",
            index=models.Index(
                condition=models.Q(("seq", None)), fields=["client"], name="clients_openevent_fresh"
            ),
        ),
        migrations.AddIndex(
            model_name="openevent",
            index=models.Index(fields=["at"], name="clients_openevent_at"),
        ),
        migrations.AddIndex(
            model_name="openjob",
            index=models.Index(fields=["client", "-created_at"], name="clients_openjob_latest"),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "ended"), _negated=True),
                fields=("client", "url"),
                name="clients_subscription_once",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["due_at"], name="clients_delivery_due"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["subscription", "-id"], name="clients_delivery_latest"),
        ),
        migrations.RunSQL("CREATE SEQUENCE clients_openevent_place", "DROP SEQUENCE clients_openevent_place"),
    ]
