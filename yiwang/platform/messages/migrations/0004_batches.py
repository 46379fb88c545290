"""Batches of texts."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import yiwang.kernel.crypto.fields


class Migration(migrations.Migration):
    dependencies = [
        ("messages", "0003_carriers"),
        ("org", "0011_posts_away"),
    ]

    operations = [
        migrations.CreateModel(
            name="SmsBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="编号")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("meeting", "会议"),
                            ("document", "公文"),
                            ("supervision", "督办"),
                            ("duty", "值班"),
                            ("emergency", "应急"),
                            ("other", "其他"),
                        ],
                        max_length=12,
                        verbose_name="用途",
                    ),
                ),
                ("template_key", models.CharField(blank=True, max_length=100, verbose_name="模板")),
                (
                    "text",
                    yiwang.kernel.crypto.fields.EncryptedTextField(
                        purpose="messages.sms", verbose_name="内容"
                    ),
                ),
                ("audience", models.JSONField(default=dict, verbose_name="接收范围")),
                ("audience_words", models.JSONField(default=list, verbose_name="接收范围（名称）")),
                (
                    "external",
                    yiwang.kernel.crypto.fields.EncryptedTextField(
                        blank=True, default="", purpose="messages.sms", verbose_name="平台外号码"
                    ),
                ),
                (
                    "external_reason",
                    models.CharField(blank=True, max_length=100, verbose_name="平台外号码事由"),
                ),
                ("total", models.PositiveIntegerField(verbose_name="接收人数")),
                ("parts", models.PositiveSmallIntegerField(verbose_name="每人计费条数")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "待审批"),
                            ("ready", "待发送"),
                            ("sending", "发送中"),
                            ("done", "已完成"),
                            ("partly", "部分失败"),
                            ("refused", "已驳回"),
                            ("cancelled", "已取消"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("due_at", models.DateTimeField(verbose_name="计划发送时间")),
                ("creator_name", models.CharField(max_length=60, verbose_name="发送人姓名")),
                ("created_at", models.DateTimeField(verbose_name="提交时间")),
                ("decider_name", models.CharField(blank=True, max_length=60, verbose_name="审批人")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="审批时间")),
                ("opinion", models.CharField(blank=True, max_length=200, verbose_name="审批意见")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="完成时间")),
                (
                    "creator",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.person",
                        verbose_name="发送人",
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
                "verbose_name": "短信批次",
            },
        ),
        migrations.AddField(
            model_name="smstext",
            name="batch",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="messages.smsbatch",
                verbose_name="批次",
            ),
        ),
        migrations.AddIndex(
            model_name="smsbatch",
            index=models.Index(
                condition=models.Q(("state", "ready")), fields=["due_at"], name="messages_smsbatch_due"
            ),
        ),
        migrations.AddIndex(
            model_name="smsbatch",
            index=models.Index(
                condition=models.Q(("state", "sending")), fields=["id"], name="messages_smsbatch_sending"
            ),
        ),
        migrations.AddIndex(
            model_name="smsbatch",
            index=models.Index(fields=["creator", "-created_at"], name="messages_smsbatch_creator"),
        ),
    ]
