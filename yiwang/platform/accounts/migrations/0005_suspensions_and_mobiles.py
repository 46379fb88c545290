"""Suspensions with their period, changes of mobile number, what a temporary account is for."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import yiwang.kernel.crypto.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_administration_mode"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="applications",
            field=models.CharField(blank=True, max_length=300, verbose_name="允许访问的应用"),
        ),
        migrations.CreateModel(
            name="MobileChange",
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
                        purpose="accounts.mobile", verbose_name="新手机号码"
                    ),
                ),
                ("mobile_index", yiwang.kernel.crypto.fields.BlindIndexField(of="mobile")),
                (
                    "former",
                    yiwang.kernel.crypto.fields.EncryptedTextField(
                        blank=True, purpose="accounts.mobile", verbose_name="原手机号码"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("holder", "待原绑定人确认"),
                            ("verifying", "实名认证中"),
                            ("done", "已更换"),
                            ("failed", "未通过"),
                            ("refused", "原绑定人未同意"),
                            ("cancelled", "已取消"),
                        ],
                        max_length=9,
                        verbose_name="状态",
                    ),
                ),
                ("released_at", models.DateTimeField(blank=True, null=True, verbose_name="原绑定人确认时间")),
                ("released_by_name", models.CharField(blank=True, max_length=60, verbose_name="确认人")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="申请时间")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                ("failure", models.CharField(blank=True, max_length=100, verbose_name="未更换原因")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="原绑定账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "更换手机号码",
            },
        ),
        migrations.AddField(
            model_name="verification",
            name="mobile_change",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.mobilechange",
            ),
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="事由")),
                ("starts_on", models.DateField(verbose_name="停用日期")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="停用至")),
                ("ordered_by_name", models.CharField(max_length=60, verbose_name="办理人")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="办理时间")),
                ("begun_at", models.DateTimeField(blank=True, null=True, verbose_name="停用时间")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="恢复时间")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
                    ),
                ),
            ],
            options={
                "verbose_name": "停用",
            },
        ),
        migrations.AddIndex(
            model_name="mobilechange",
            index=models.Index(
                condition=models.Q(("state", "holder")),
                fields=["holder"],
                name="accounts_mobile_change_asked",
            ),
        ),
        migrations.AddIndex(
            model_name="mobilechange",
            index=models.Index(fields=["account", "-id"], name="accounts_mobile_change_account"),
        ),
        migrations.AddConstraint(
            model_name="mobilechange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("holder", "verifying"))),
                fields=("account",),
                name="accounts_mobile_change_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="mobilechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("holder__isnull", False), ("released_at", None), ("state", "holder")),
                    models.Q(("state", "holder"), _negated=True),
                    _connector="OR",
                ),
                name="accounts_mobile_change_holder",
            ),
        ),
        migrations.AddIndex(
            model_name="suspension",
            index=models.Index(fields=["account", "-id"], name="accounts_suspension_account"),
        ),
        migrations.AddIndex(
            model_name="suspension",
            index=models.Index(
                condition=models.Q(("ended_at", None)),
                fields=["starts_on"],
                name="accounts_suspension_living",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("account",),
                name="accounts_suspension_one_living",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                ),
                name="accounts_suspension_period",
            ),
        ),
    ]
