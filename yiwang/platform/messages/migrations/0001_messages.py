"""Messages with their receipts, SMS texts and verification codes."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import yiwang.kernel.crypto.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("org", "0002_place_behind_everybody"),
    ]

    operations = [
        migrations.CreateModel(
            name="Code",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("mobile_digest", models.BinaryField(max_length=32)),
                ("purpose", models.CharField(max_length=60)),
                ("code_digest", models.BinaryField(max_length=32)),
                ("salt", models.BinaryField(max_length=16)),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="已试次数")),
                ("sent_at", models.DateTimeField(verbose_name="发送时间")),
                ("expires_at", models.DateTimeField(verbose_name="有效期至")),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="使用时间")),
            ],
            options={
                "verbose_name": "短信验证码",
                "indexes": [models.Index(fields=["mobile_digest", "-sent_at"], name="messages_code_mobile")],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("app", models.CharField(max_length=40, verbose_name="来源应用")),
                ("kind", models.CharField(max_length=100, verbose_name="消息种类")),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("notice", "通知公告"),
                            ("reminder", "提醒"),
                            ("urging", "催办"),
                            ("system", "系统"),
                        ],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="标题")),
                ("summary", models.CharField(blank=True, max_length=500, verbose_name="摘要")),
                ("url", models.CharField(blank=True, max_length=500, verbose_name="链接")),
                ("about_type", models.CharField(max_length=60)),
                ("about_id", models.CharField(max_length=64)),
                ("about_title", models.CharField(blank=True, max_length=200, verbose_name="事项")),
                (
                    "urgency",
                    models.SmallIntegerField(
                        choices=[(0, "平急"), (1, "加急"), (2, "特急")], default=0, verbose_name="紧急程度"
                    ),
                ),
                ("need_receipt", models.BooleanField(default=False, verbose_name="需确认收到")),
                ("sender_name", models.CharField(max_length=60, verbose_name="发送人姓名")),
                ("sender_unit", models.CharField(blank=True, max_length=100, verbose_name="发送单位")),
                ("receivers", models.PositiveIntegerField(verbose_name="接收人数")),
                ("dedupe_key", models.CharField(blank=True, max_length=64, null=True)),
                ("sent_at", models.DateTimeField(verbose_name="发送时间")),
                ("valid_until", models.DateTimeField(blank=True, null=True, verbose_name="有效期至")),
                ("recalled_at", models.DateTimeField(blank=True, null=True, verbose_name="撤回时间")),
                (
                    "sender",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.person",
                        verbose_name="发送人",
                    ),
                ),
            ],
            options={
                "verbose_name": "消息",
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sent_at", models.DateTimeField(verbose_name="发送时间")),
                ("need_receipt", models.BooleanField(default=False, verbose_name="需确认收到")),
                ("is_recalled", models.BooleanField(default=False, verbose_name="已撤回")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="阅读时间")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="确认时间")),
                (
                    "message",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="messages.message",
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
                "verbose_name": "收到的消息",
            },
        ),
        migrations.CreateModel(
            name="SmsText",
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
                ("mobile_index", yiwang.kernel.crypto.fields.BlindIndexField(of="mobile")),
                (
                    "text",
                    yiwang.kernel.crypto.fields.EncryptedTextField(
                        purpose="messages.sms", verbose_name="内容"
                    ),
                ),
                ("template_key", models.CharField(max_length=100, verbose_name="模板")),
                ("parts", models.PositiveSmallIntegerField(verbose_name="计费条数")),
                ("sender_name", models.CharField(max_length=60, verbose_name="发送人")),
                ("sender_unit", models.CharField(blank=True, max_length=100, verbose_name="发送单位")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待发"),
                            ("sent", "已发"),
                            ("delivered", "送达"),
                            ("failed", "失败"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="已试次数")),
                ("carrier_id", models.CharField(blank=True, max_length=64)),
                ("is_hidden", models.BooleanField(default=False, verbose_name="内容已清除")),
                ("failure", models.CharField(blank=True, max_length=100, verbose_name="失败原因")),
                ("created_at", models.DateTimeField(verbose_name="生成时间")),
                ("due_at", models.DateTimeField(verbose_name="计划发送时间")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="发送时间")),
                ("delivered_at", models.DateTimeField(blank=True, null=True, verbose_name="送达时间")),
                (
                    "message",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="messages.message",
                        verbose_name="消息",
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
            ],
            options={
                "verbose_name": "短信",
            },
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["about_type", "about_id"], name="messages_message_about"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("sender__isnull", False)),
                fields=["sender", "-sent_at"],
                name="messages_message_sender",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(fields=("app", "dedupe_key"), name="messages_message_once"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("urgency__gte", 0), ("urgency__lte", 2)), name="messages_urgency"
            ),
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(
                models.F("person"),
                models.OrderBy(models.F("sent_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="messages_receipt_latest",
            ),
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(
                models.F("person"),
                models.OrderBy(models.F("sent_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("is_recalled", False), ("read_at", None)),
                name="messages_receipt_unread",
            ),
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(
                models.F("person"),
                models.OrderBy(models.F("sent_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("confirmed_at", None), ("is_recalled", False), ("need_receipt", True)),
                name="messages_receipt_unconfirmed",
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.UniqueConstraint(fields=("message", "person"), name="messages_receipt_once"),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(
                condition=models.Q(("confirmed_at", None), ("read_at__isnull", False), _connector="OR"),
                name="messages_receipt_read_first",
            ),
        ),
        migrations.AddIndex(
            model_name="smstext",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["due_at", "id"], name="messages_smstext_due"
            ),
        ),
        migrations.AddIndex(
            model_name="smstext",
            index=models.Index(fields=["-created_at", "-id"], name="messages_smstext_latest"),
        ),
        migrations.AddIndex(
            model_name="smstext",
            index=models.Index(fields=["mobile_index", "-created_at"], name="messages_smstext_mobile"),
        ),
        migrations.AddConstraint(
            model_name="smstext",
            constraint=models.UniqueConstraint(
                condition=models.Q(("message__isnull", False)),
                fields=("message", "person"),
                name="messages_smstext_once",
            ),
        ),
    ]
