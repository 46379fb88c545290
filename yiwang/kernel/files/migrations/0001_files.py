"""Attachments."""

import uuid

from django.db import migrations, models

import yiwang.kernel.crypto.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("row_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=200, verbose_name="文件名")),
                ("size", models.BigIntegerField(verbose_name="大小")),
                ("media_type", models.CharField(max_length=100)),
                ("digest", models.CharField(max_length=64, verbose_name="SM3摘要")),
                ("uploader_id", models.BigIntegerField(null=True)),
                ("uploader_name", models.CharField(max_length=30, verbose_name="上传人")),
                ("created_at", models.DateTimeField(verbose_name="上传时间")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checking", "检查中"),
                            ("available", "可用"),
                            ("rejected", "已拒绝"),
                            ("deleted", "已删除"),
                        ],
                        default="checking",
                        max_length=9,
                        verbose_name="状态",
                    ),
                ),
                ("verdict", models.CharField(blank=True, max_length=500, verbose_name="检查结果")),
                ("purpose", models.CharField(blank=True, max_length=60, verbose_name="用途")),
                ("target_type", models.CharField(blank=True, max_length=100)),
                ("target_id", models.CharField(blank=True, max_length=64)),
                ("attached_at", models.DateTimeField(null=True)),
                ("storage_key", models.CharField(blank=True, max_length=200)),
                ("content_key", yiwang.kernel.crypto.fields.EncryptedTextField(purpose="files")),
                ("deleted_at", models.DateTimeField(null=True, verbose_name="删除时间")),
                ("deleted_by_name", models.CharField(blank=True, max_length=30, verbose_name="删除人")),
                ("erased_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "附件",
                "indexes": [
                    models.Index(fields=["target_type", "target_id", "created_at"], name="files_target"),
                    models.Index(
                        condition=models.Q(("state__in", ["checking", "available"]), ("target_type", "")),
                        fields=["created_at"],
                        name="files_unattached",
                    ),
                    models.Index(
                        condition=models.Q(("erased_at", None), ("state", "deleted")),
                        fields=["deleted_at"],
                        name="files_to_erase",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["checking", "available", "rejected", "deleted"])),
                        name="files_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("attached_at", None), ("target_id", ""), ("target_type", "")),
                            models.Q(
                                ("attached_at__isnull", False),
                                models.Q(("target_type", ""), _negated=True),
                                models.Q(("target_id", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="files_attached_wholly",
                    ),
                ],
            },
        ),
    ]
