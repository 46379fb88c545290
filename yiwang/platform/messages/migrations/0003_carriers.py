"""Texts know the carrier's number of each part; what telephones reply."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import yiwang.kernel.crypto.fields


class Migration(migrations.Migration):
    dependencies = [
        ("messages", "0002_channels"),
        ("org", "0011_posts_away"),
    ]

    operations = [
        migrations.CreateModel(
            name="SmsReply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "mobile",
                    yiwang.kernel.crypto.fields.EncryptedTextField(
                        purpose="messages.sms", verbose_name="手机号码"
                    ),
                ),
                (
                    "text",
                    yiwang.kernel.crypto.fields.EncryptedTextField(
                        purpose="messages.sms", verbose_name="内容"
                    ),
                ),
                ("has_confirmed", models.BooleanField(default=False, verbose_name="视为确认收到")),
                ("received_at", models.DateTimeField(verbose_name="收到时间")),
            ],
            options={
                "verbose_name": "上行短信",
            },
        ),
        migrations.AddField(
            model_name="smstext",
            name="carrier_ids",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), blank=True, default=list, size=None
            ),
        ),
        migrations.RunSQL(
            "UPDATE messages_smstext SET carrier_ids = ARRAY[carrier_id] WHERE carrier_id <> ''",
            migrations.RunSQL.noop,
        ),
        migrations.RemoveField(
            model_name="smstext",
            name="carrier_id",
        ),
        migrations.AddField(
            model_name="smstext",
            name="parts_delivered",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="已送达条数"),
        ),
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
                ],
                default="waiting",
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.AddIndex(
            model_name="smstext",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("state", "sent")), fields=["carrier_ids"], name="messages_smstext_carrier"
            ),
        ),
        migrations.AddIndex(
            model_name="smstext",
            index=models.Index(
                condition=models.Q(("state", "sent")), fields=["sent_at"], name="messages_smstext_unsettled"
            ),
        ),
        migrations.AddIndex(
            model_name="smstext",
            index=models.Index(
                condition=models.Q(("person__isnull", False)),
                fields=["person", "-created_at"],
                name="messages_smstext_person",
            ),
        ),
        migrations.AddField(
            model_name="smsreply",
            name="text_to",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="messages.smstext",
                verbose_name="回复的短信",
            ),
        ),
        migrations.AddIndex(
            model_name="smsreply",
            index=models.Index(fields=["-received_at", "-id"], name="messages_smsreply_latest"),
        ),
    ]
