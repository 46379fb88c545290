"""Real-name verification, and a new account for who comes back after his was closed.

Accounts that were opened before were verified elsewhere; those still waiting for it are left as they are.
"""

import django.db.models.deletion
from django.db import migrations, models


def vouch_for_the_known(apps, schema_editor):
    opened = apps.get_model("accounts", "Account").objects.exclude(state="unverified")
    opened.update(verification="passed", verified_at=models.F("created_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_roles"),
        ("org", "0002_place_behind_everybody"),
    ]

    operations = [
        migrations.CreateModel(
            name="Verification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("opening", "开通账号"),
                            ("change", "人员信息变更"),
                            ("mobile", "更换手机号码"),
                            ("again", "重新认证"),
                        ],
                        max_length=8,
                        verbose_name="认证事由",
                    ),
                ),
                ("round", models.PositiveIntegerField(verbose_name="轮次")),
                ("attempt", models.PositiveSmallIntegerField(verbose_name="第几次")),
                ("next_at", models.DateTimeField(blank=True, null=True, verbose_name="下次认证时间")),
                ("asked_at", models.DateTimeField(blank=True, null=True, verbose_name="提交时间")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("passed", "认证通过"),
                            ("name_mismatch", "姓名与证件号码不一致"),
                            ("mobile_mismatch", "手机号码与本人身份信息不一致"),
                            ("not_in_register", "公务人员库中没有该人员"),
                            ("service_error", "认证服务暂时不可用"),
                            ("superseded", "已重新发起认证"),
                        ],
                        max_length=16,
                        verbose_name="认证结果",
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="认证时间")),
                ("detail", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("reference", models.CharField(blank=True, max_length=64, verbose_name="认证流水号")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="由模拟器答复")),
                ("requested_by_name", models.CharField(max_length=60, verbose_name="发起人")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="发起时间")),
            ],
            options={
                "verbose_name": "实名认证",
            },
        ),
        migrations.AddField(
            model_name="account",
            name="verification",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "未认证"),
                    ("waiting", "认证中"),
                    ("passed", "已实名认证"),
                    ("failed", "认证不通过（退回修改）"),
                    ("stuck", "待处理"),
                ],
                default="",
                max_length=8,
                verbose_name="实名认证",
            ),
        ),
        migrations.AddField(
            model_name="account",
            name="verified_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="实名认证时间"),
        ),
        migrations.AlterField(
            model_name="account",
            name="login_name",
            field=models.CharField(db_collation="C", max_length=40, verbose_name="登录名"),
        ),
        migrations.AlterField(
            model_name="account",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.person"
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(fields=["login_name"], name="accounts_account_login_name"),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "closed"), _negated=True),
                fields=("person",),
                name="accounts_one_per_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "closed"), _negated=True),
                fields=("login_name",),
                name="accounts_login_name_once",
            ),
        ),
        migrations.AddField(
            model_name="verification",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
            ),
        ),
        migrations.AddIndex(
            model_name="verification",
            index=models.Index(fields=["account", "-id"], name="accounts_verification_account"),
        ),
        migrations.AddIndex(
            model_name="verification",
            index=models.Index(
                condition=models.Q(("outcome", "")), fields=["next_at"], name="accounts_verification_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="verification",
            constraint=models.UniqueConstraint(
                fields=("account", "round", "attempt"), name="accounts_verification_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="verification",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "")),
                fields=("account",),
                name="accounts_verification_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="verification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at", None), ("next_at__isnull", False), ("outcome", "")),
                    models.Q(
                        models.Q(("outcome", ""), _negated=True),
                        ("answered_at__isnull", False),
                        ("next_at", None),
                    ),
                    _connector="OR",
                ),
                name="accounts_verification_answered",
            ),
        ),
        migrations.RunPython(vouch_for_the_known, migrations.RunPython.noop),
    ]
