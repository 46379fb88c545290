"""Imports under way and their rows."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import yiwang.kernel.crypto.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=60, verbose_name="类别")),
                ("file_name", models.CharField(max_length=200, verbose_name="文件名")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checking", "校验中"),
                            ("ready", "待确认"),
                            ("applying", "导入中"),
                            ("done", "已完成"),
                            ("failed", "未能完成"),
                            ("cancelled", "已取消"),
                        ],
                        default="checking",
                        max_length=9,
                        verbose_name="状态",
                    ),
                ),
                ("account_id", models.BigIntegerField(null=True)),
                ("account_name", models.CharField(max_length=60, verbose_name="导入人")),
                ("created_at", models.DateTimeField(verbose_name="上传时间")),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="确认时间")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="完成时间")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="行数")),
                ("checked", models.PositiveIntegerField(default=0, verbose_name="已校验")),
                ("new", models.PositiveIntegerField(default=0, verbose_name="新增")),
                ("changed", models.PositiveIntegerField(default=0, verbose_name="变更")),
                ("unchanged", models.PositiveIntegerField(default=0, verbose_name="未变")),
                ("wrong", models.PositiveIntegerField(default=0, verbose_name="有误")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="已导入")),
                ("failed", models.PositiveIntegerField(default=0, verbose_name="未导入")),
                ("message", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                ("forgotten_at", models.DateTimeField(null=True, verbose_name="明细清除时间")),
            ],
            options={
                "verbose_name": "导入",
                "indexes": [
                    models.Index(fields=["account_id", "kind", "-created_at"], name="imports_run_own"),
                    models.Index(
                        condition=models.Q(("forgotten_at", None)),
                        fields=["created_at"],
                        name="imports_run_remembered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("line", models.PositiveIntegerField(verbose_name="行号")),
                ("content", yiwang.kernel.crypto.fields.EncryptedTextField(purpose="imports")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "未校验"),
                            ("new", "新增"),
                            ("changed", "变更"),
                            ("unchanged", "未变"),
                            ("wrong", "有误"),
                        ],
                        default="",
                        max_length=9,
                        verbose_name="校验结果",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=120, verbose_name="名称")),
                (
                    "differences",
                    yiwang.kernel.crypto.fields.EncryptedTextField(default="", purpose="imports"),
                ),
                ("errors", models.TextField(blank=True, verbose_name="说明")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "待导入"), ("done", "已导入"), ("failed", "未导入")],
                        default="waiting",
                        max_length=7,
                        verbose_name="导入结果",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="imports.importrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "导入明细",
                "indexes": [models.Index(fields=["run", "outcome", "line"], name="imports_row_outcome")],
                "constraints": [models.UniqueConstraint(fields=("run", "line"), name="imports_row_line")],
            },
        ),
    ]
