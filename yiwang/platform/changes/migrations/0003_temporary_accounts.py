"""Applications for temporary accounts."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import yiwang.kernel.crypto.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_suspensions_and_mobiles"),
        ("changes", "0002_unit_changes"),
        ("files", "0001_files"),
        ("org", "0008_photos"),
    ]

    operations = [
        migrations.CreateModel(
            name="TemporaryRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "number",
                    models.CharField(blank=True, max_length=40, null=True, unique=True, verbose_name="编号"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("open", "新开临时账号"), ("extend", "临时账号延期")],
                        default="open",
                        max_length=6,
                        verbose_name="申请类别",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("review", "待审批"),
                            ("done", "已办结"),
                            ("failed", "待处理"),
                            ("rejected", "已驳回"),
                            ("cancelled", "已取消"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("vendor_name", models.CharField(max_length=100, verbose_name="服务商名称")),
                ("vendor_uscc", models.CharField(max_length=18, verbose_name="统一社会信用代码")),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                (
                    "id_kind",
                    models.CharField(
                        choices=[
                            ("citizen", "居民身份证"),
                            ("passport", "护照"),
                            ("hk_macao", "港澳居民来往内地通行证"),
                            ("taiwan", "台湾居民来往大陆通行证"),
                            ("permanent", "外国人永久居留身份证"),
                        ],
                        default="citizen",
                        max_length=12,
                        verbose_name="证件类型",
                    ),
                ),
                (
                    "id_number",
                    yiwang.kernel.crypto.fields.EncryptedTextField(
                        blank=True, purpose="changes.temporary", verbose_name="证件号码"
                    ),
                ),
                ("id_masked", models.CharField(blank=True, max_length=40, verbose_name="证件号码（隐去）")),
                (
                    "mobile",
                    yiwang.kernel.crypto.fields.EncryptedTextField(
                        blank=True, purpose="changes.temporary", verbose_name="手机号码"
                    ),
                ),
                (
                    "mobile_masked",
                    models.CharField(blank=True, max_length=20, verbose_name="手机号码（隐去）"),
                ),
                ("applications", models.CharField(max_length=300, verbose_name="申请使用的应用")),
                ("purpose", models.CharField(max_length=200, verbose_name="用途")),
                ("starts_on", models.DateField(verbose_name="启用日期")),
                ("ends_on", models.DateField(verbose_name="到期日期")),
                ("applicant_name", models.CharField(max_length=60, verbose_name="申请人姓名")),
                ("returned", models.CharField(blank=True, max_length=500, verbose_name="退回意见")),
                ("failure", models.CharField(blank=True, max_length=300, verbose_name="未能办理的原因")),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("updated_by_name", models.CharField(max_length=60, verbose_name="最近修改人")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="填写时间")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="更新时间")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="提交时间")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="临时账号",
                    ),
                ),
                (
                    "applicant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.person",
                        verbose_name="申请人",
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                        verbose_name="保密承诺书",
                    ),
                ),
                (
                    "sponsor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.person",
                        verbose_name="接入联系人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.unit",
                        verbose_name="接入单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "临时账号申请",
                "indexes": [
                    models.Index(fields=["unit", "-id"], name="changes_temporary_unit"),
                    models.Index(fields=["applicant", "-id"], name="changes_temporary_applicant"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="changes_temporary_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "extend"), _negated=True),
                            ("account__isnull", False),
                            _connector="OR",
                        ),
                        name="changes_temporary_extended",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "extend"), ("state__in", ("draft", "review", "failed"))),
                        fields=("account",),
                        name="changes_temporary_one_extension",
                    ),
                ],
            },
        ),
    ]
