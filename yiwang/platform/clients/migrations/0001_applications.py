"""Connected applications, their secrets and tokens, and what they call."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import yiwang.kernel.crypto.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0006_work_lists"),
        ("org", "0010_entry_cancelled"),
    ]

    operations = [
        migrations.CreateModel(
            name="Bucket",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=60)),
                ("call", models.CharField(max_length=80)),
                ("tokens", models.FloatField()),
                ("is_open", models.BooleanField(default=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "调用限额",
                "constraints": [
                    models.UniqueConstraint(fields=("subject", "call"), name="clients_bucket_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Client",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("client_id", models.CharField(max_length=32, unique=True, verbose_name="应用ID")),
                ("agent_id", models.PositiveIntegerField(unique=True, verbose_name="应用编号")),
                ("name", models.CharField(max_length=50, verbose_name="应用名称")),
                ("about", models.CharField(blank=True, max_length=500, verbose_name="用途说明")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("trial", "测试中"),
                            ("enabled", "已启用"),
                            ("disabled", "已停用"),
                            ("closed", "已注销"),
                        ],
                        default="trial",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="接入方式",
                    ),
                ),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("title", "职务"),
                                ("office_phone", "办公电话"),
                                ("mobile", "手机号码"),
                                ("email", "电子邮箱"),
                                ("room", "办公地址"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="授权字段",
                    ),
                ),
                (
                    "domains",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="登记域名",
                    ),
                ),
                (
                    "allowed_addresses",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=45),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="调用地址范围",
                    ),
                ),
                ("requires_signature", models.BooleanField(default=False, verbose_name="必须签名")),
                (
                    "signing_key",
                    yiwang.kernel.crypto.fields.EncryptedTextField(
                        blank=True, default="", purpose="clients.client", verbose_name="签名密钥"
                    ),
                ),
                ("is_sandbox", models.BooleanField(default=False, verbose_name="沙箱应用")),
                ("rate", models.PositiveIntegerField(default=50, verbose_name="每秒调用上限")),
                ("burst", models.PositiveIntegerField(default=200, verbose_name="突发上限")),
                ("contact_name", models.CharField(blank=True, max_length=60, verbose_name="联系人")),
                ("contact_phone", models.CharField(blank=True, max_length=30, verbose_name="联系电话")),
                ("state_reason", models.CharField(blank=True, max_length=200, verbose_name="状态说明")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="更新时间")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.unit",
                        verbose_name="所属单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "接入应用",
            },
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("call", models.CharField(max_length=80, verbose_name="接口")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("status", models.SmallIntegerField(verbose_name="状态")),
                ("code", models.CharField(blank=True, max_length=20, verbose_name="错误代码")),
                ("ms", models.PositiveIntegerField(verbose_name="耗时毫秒")),
                ("address", models.CharField(blank=True, max_length=45, verbose_name="来源地址")),
                ("request_id", models.CharField(max_length=64, verbose_name="请求编号")),
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
                "verbose_name": "接口调用",
            },
        ),
        migrations.CreateModel(
            name="ClientMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("added_at", models.DateTimeField(auto_now_add=True, verbose_name="添加时间")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="移出时间")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.account"
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="clients.client",
                    ),
                ),
            ],
            options={
                "verbose_name": "应用负责人",
            },
        ),
        migrations.CreateModel(
            name="ClientRange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ranges",
                        to="clients.client",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "应用授权范围",
            },
        ),
        migrations.CreateModel(
            name="ClientSecret",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("tail", models.CharField(max_length=4, verbose_name="末四位")),
                ("created_at", models.DateTimeField(verbose_name="生成时间")),
                ("created_by_name", models.CharField(max_length=60, verbose_name="生成人")),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="失效时间")),
                ("last_used_at", models.DateTimeField(blank=True, null=True, verbose_name="最近使用")),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="secrets",
                        to="clients.client",
                    ),
                ),
            ],
            options={
                "verbose_name": "应用密钥",
            },
        ),
        migrations.CreateModel(
            name="AccessToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("seed", models.BinaryField(max_length=16)),
                ("issued_at", models.DateTimeField(verbose_name="签发时间")),
                ("expires_at", models.DateTimeField(verbose_name="到期时间")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="作废时间")),
                (
                    "client",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tokens",
                        to="clients.client",
                    ),
                ),
                (
                    "secret",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tokens",
                        to="clients.clientsecret",
                    ),
                ),
            ],
            options={
                "verbose_name": "访问令牌",
            },
        ),
        migrations.CreateModel(
            name="Nonce",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nonce", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
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
                "verbose_name": "签名随机数",
            },
        ),
        migrations.CreateModel(
            name="Repeat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=128)),
                ("request_digest", models.BinaryField(max_length=32)),
                ("status", models.PositiveSmallIntegerField(default=0, verbose_name="答复状态")),
                ("content_type", models.CharField(blank=True, max_length=60)),
                ("answer", models.BinaryField(default=b"")),
                ("at", models.DateTimeField()),
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
                "verbose_name": "幂等请求",
            },
        ),
        migrations.CreateModel(
            name="Usage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("call", models.CharField(max_length=80, verbose_name="接口")),
                ("day", models.DateField(verbose_name="日期")),
                ("calls", models.PositiveBigIntegerField(default=0, verbose_name="调用")),
                ("refused", models.PositiveBigIntegerField(default=0, verbose_name="被拒绝")),
                ("limited", models.PositiveBigIntegerField(default=0, verbose_name="被限流")),
                ("failed", models.PositiveBigIntegerField(default=0, verbose_name="出错")),
                ("ms", models.PositiveBigIntegerField(default=0, verbose_name="总耗时毫秒")),
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
                "verbose_name": "接口用量",
            },
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "closed"), _negated=True),
                fields=("name",),
                name="clients_client_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
                condition=models.Q(("burst__gte", 1), ("rate__gte", 1)), name="clients_client_limits"
            ),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["client", "-at", "-id"], name="clients_call_latest"),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["at"], name="clients_call_at"),
        ),
        migrations.AddConstraint(
            model_name="clientmember",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("client", "account"),
                name="clients_member_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="clientrange",
            constraint=models.UniqueConstraint(fields=("client", "unit"), name="clients_range_once"),
        ),
        migrations.AddIndex(
            model_name="clientsecret",
            index=models.Index(fields=["client", "-created_at"], name="clients_secret_latest"),
        ),
        migrations.AddIndex(
            model_name="accesstoken",
            index=models.Index(fields=["client", "-expires_at"], name="clients_token_latest"),
        ),
        migrations.AddIndex(
            model_name="accesstoken",
            index=models.Index(fields=["expires_at"], name="clients_token_expiry"),
        ),
        migrations.AddIndex(
            model_name="nonce",
            index=models.Index(fields=["at"], name="clients_nonce_at"),
        ),
        migrations.AddConstraint(
            model_name="nonce",
            constraint=models.UniqueConstraint(fields=("client", "nonce"), name="clients_nonce_once"),
        ),
        migrations.AddIndex(
            model_name="repeat",
            index=models.Index(fields=["at"], name="clients_repeat_at"),
        ),
        migrations.AddConstraint(
            model_name="repeat",
            constraint=models.UniqueConstraint(fields=("client", "key"), name="clients_repeat_once"),
        ),
        migrations.AddConstraint(
            model_name="usage",
            constraint=models.UniqueConstraint(fields=("client", "day", "call"), name="clients_usage_once"),
        ),
        # Limits and words that signed once are worth nothing after a crash: no log on disk for them.
        migrations.RunSQL(
            ["ALTER TABLE clients_bucket SET UNLOGGED", "ALTER TABLE clients_nonce SET UNLOGGED"],
            ["ALTER TABLE clients_bucket SET LOGGED", "ALTER TABLE clients_nonce SET LOGGED"],
        ),
    ]
