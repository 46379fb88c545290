"""Templates of texts, quotas of units, drafts of batches, replies with who answers for them."""

import django.db.models.deletion
from django.db import migrations, models

import yiwang.kernel.crypto.fields


class Migration(migrations.Migration):
    dependencies = [
        ("messages", "0007_must_reach"),
        ("org", "0013_strokes"),
    ]

    operations = [
        migrations.CreateModel(
            name="TextQuota",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("monthly", models.PositiveIntegerField(verbose_name="月额度（条）")),
                ("reason", models.CharField(max_length=100, verbose_name="事由")),
                ("changed_by_name", models.CharField(max_length=60, verbose_name="设置人")),
                ("changed_at", models.DateTimeField(verbose_name="设置时间")),
            ],
            options={
                "verbose_name": "短信额度",
            },
        ),
        migrations.CreateModel(
            name="TextTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=100, verbose_name="模板编号")),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="版本")),
                ("name", models.CharField(max_length=30, verbose_name="模板名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("meeting", "会议"),
                            ("document", "公文"),
                            ("supervision", "督办"),
                            ("duty", "值班"),
                            ("emergency", "应急"),
                            ("account", "账号"),
                            ("other", "其他"),
                        ],
                        max_length=12,
                        verbose_name="类型",
                    ),
                ),
                ("text", models.CharField(max_length=300, verbose_name="模板内容")),
                ("samples", models.JSONField(blank=True, default=dict, verbose_name="变量样例")),
                ("is_shipped", models.BooleanField(default=False, verbose_name="平台内置")),
                ("for_batches", models.BooleanField(default=True, verbose_name="可用于批次")),
                ("report_number", models.CharField(blank=True, max_length=60, verbose_name="报备号")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("pending", "待审核"),
                            ("enabled", "已启用"),
                            ("returned", "已退回"),
                            ("retired", "已停用"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("creator_name", models.CharField(max_length=60, verbose_name="起草人姓名")),
                ("created_at", models.DateTimeField(verbose_name="起草时间")),
                ("changed_at", models.DateTimeField(verbose_name="更新时间")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="提交时间")),
                ("decider_name", models.CharField(blank=True, max_length=60, verbose_name="审核人")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="审核时间")),
                ("opinion", models.CharField(blank=True, max_length=200, verbose_name="审核意见")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="停用时间")),
                ("end_reason", models.CharField(blank=True, max_length=200, verbose_name="停用原因")),
            ],
            options={
                "verbose_name": "短信模板",
            },
        ),
        migrations.AddField(
            model_name="smsbatch",
            name="app",
            field=models.CharField(blank=True, max_length=40, verbose_name="来源应用"),
        ),
        migrations.AddField(
            model_name="smsbatch",
            name="dedupe_key",
            field=models.CharField(blank=True, max_length=64, null=True),
        ),
        migrations.AddField(
            model_name="smsbatch",
            name="need_receipt",
            field=models.BooleanField(default=False, verbose_name="要求回复1签收"),
        ),
        migrations.AddField(
            model_name="smsbatch",
            name="reminded_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="提醒时间"),
        ),
        migrations.AddField(
            model_name="smsbatch",
            name="words",
            field=yiwang.kernel.crypto.fields.EncryptedTextField(
                blank=True, null=True, purpose="messages.sms", verbose_name="模板变量"
            ),
        ),
        migrations.AddField(
            model_name="smsreply",
            name="handled_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="处理时间"),
        ),
        migrations.AddField(
            model_name="smsreply",
            name="handled_by_name",
            field=models.CharField(blank=True, max_length=60, verbose_name="处理人"),
        ),
        migrations.AddField(
            model_name="smsreply",
            name="handling",
            field=models.CharField(blank=True, max_length=200, verbose_name="处理说明"),
        ),
        migrations.AddField(
            model_name="smsreply",
            name="mobile_index",
            field=yiwang.kernel.crypto.fields.BlindIndexField(of="mobile"),
        ),
        migrations.AddField(
            model_name="smsreply",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.person",
                verbose_name="回复人",
            ),
        ),
        migrations.AddField(
            model_name="smsreply",
            name="state",
            field=models.CharField(
                choices=[
                    ("confirmed", "已签收"),
                    ("noted", "已匹配"),
                    ("waiting", "待处理"),
                    ("handled", "已处理"),
                ],
                default="waiting",
                max_length=10,
                verbose_name="处理情况",
            ),
        ),
        migrations.AddField(
            model_name="smsreply",
            name="unit",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.unit",
                verbose_name="经办单位",
            ),
        ),
        migrations.AddField(
            model_name="smstext",
            name="confirmed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="签收时间"),
        ),
        migrations.AlterField(
            model_name="smsbatch",
            name="creator",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.person",
                verbose_name="发送人",
            ),
        ),
        migrations.AlterField(
            model_name="smsbatch",
            name="due_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="计划发送时间"),
        ),
        migrations.AlterField(
            model_name="smsbatch",
            name="number",
            field=models.CharField(max_length=20, null=True, unique=True, verbose_name="编号"),
        ),
        migrations.AlterField(
            model_name="smsbatch",
            name="parts",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="每人计费条数"),
        ),
        migrations.AlterField(
            model_name="smsbatch",
            name="purpose",
            field=models.CharField(
                blank=True,
                choices=[
                    ("meeting", "会议"),
                    ("document", "公文"),
                    ("supervision", "督办"),
                    ("duty", "值班"),
                    ("emergency", "应急"),
                    ("account", "账号"),
                    ("other", "其他"),
                ],
                max_length=12,
                verbose_name="用途",
            ),
        ),
        migrations.AlterField(
            model_name="smsbatch",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "草稿"),
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
        migrations.AlterField(
            model_name="smsbatch",
            name="text",
            field=yiwang.kernel.crypto.fields.EncryptedTextField(
                blank=True, default="", purpose="messages.sms", verbose_name="内容"
            ),
        ),
        migrations.AlterField(
            model_name="smsbatch",
            name="total",
            field=models.PositiveIntegerField(default=0, verbose_name="接收人数"),
        ),
        migrations.AlterField(
            model_name="smsreply",
            name="text_to",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="messages.smstext",
                verbose_name="回复的短信",
            ),
        ),
        migrations.AddIndex(
            model_name="smsreply",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["unit"], name="messages_smsreply_waiting"
            ),
        ),
        migrations.AddField(
            model_name="textquota",
            name="unit",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.unit",
                verbose_name="单位",
            ),
        ),
        migrations.AddField(
            model_name="texttemplate",
            name="creator",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.person",
                verbose_name="起草人",
            ),
        ),
        migrations.AddField(
            model_name="texttemplate",
            name="unit",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.unit",
                verbose_name="所属单位",
            ),
        ),
        migrations.AddField(
            model_name="smsbatch",
            name="template",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="messages.texttemplate",
                verbose_name="模板版本",
            ),
        ),
        migrations.AddConstraint(
            model_name="smsbatch",
            constraint=models.UniqueConstraint(fields=("app", "dedupe_key"), name="messages_smsbatch_once"),
        ),
        migrations.AddConstraint(
            model_name="smsbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "draft"),
                    models.Q(("due_at__isnull", False), ("number__isnull", False)),
                    _connector="OR",
                ),
                name="messages_smsbatch_numbered",
            ),
        ),
        migrations.AddIndex(
            model_name="texttemplate",
            index=models.Index(fields=["-changed_at", "-id"], name="messages_texttemplate_latest"),
        ),
        migrations.AddConstraint(
            model_name="texttemplate",
            constraint=models.UniqueConstraint(
                fields=("code", "version"), name="messages_texttemplate_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="texttemplate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "enabled")),
                fields=("code",),
                name="messages_texttemplate_enabled",
            ),
        ),
        migrations.AddConstraint(
            model_name="texttemplate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("draft", "pending", "returned"))),
                fields=("code",),
                name="messages_texttemplate_open",
            ),
        ),
        migrations.RunSQL(
            """UPDATE messages_smsreply SET state = CASE WHEN has_confirmed THEN 'confirmed'
                WHEN text_to_id IS NOT NULL THEN 'noted' ELSE 'waiting' END""",
            migrations.RunSQL.noop,
        ),
    ]
