"""Attachments: what is known of each file.

Its content lies sealed in the storage, the key of that content sealed in the row.
"""

from uuid import uuid4

from django.db import models

from yiwang.kernel.crypto.fields import EncryptedTextField
from yiwang.kernel.files import kinds


class StoredFile(models.Model):
    """A file someone brought (附件). The row stays for ever; content and key go when it is deleted.

    target_type, target_id: what it is attached to, "" while nobody has taken it; such files are removed
    after a day. digest: SM3 of the clear content. content_key: hexadecimal SM4 key of this content alone.
    verdict: why it was held or rejected. erased_at: when the content was gone from the storage.
    """

    class State(models.TextChoices):
        CHECKING = "checking", "检查中"
        AVAILABLE = "available", "可用"
        REJECTED = "rejected", "已拒绝"
        DELETED = "deleted", "已删除"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    row_key = models.UUIDField(unique=True, default=uuid4, editable=False)
    name = models.CharField("文件名", max_length=200)
    size = models.BigIntegerField("大小")
    media_type = models.CharField(max_length=100)
    digest = models.CharField("SM3摘要", max_length=64)
    uploader_id = models.BigIntegerField(null=True)
    uploader_name = models.CharField("上传人", max_length=30)
    created_at = models.DateTimeField("上传时间")
    state = models.CharField("状态", max_length=9, choices=State, default=State.CHECKING)
    verdict = models.CharField("检查结果", max_length=500, blank=True)
    purpose = models.CharField("用途", max_length=60, blank=True)
    target_type = models.CharField(max_length=100, blank=True)
    target_id = models.CharField(max_length=64, blank=True)
    attached_at = models.DateTimeField(null=True)
    storage_key = models.CharField(max_length=200, blank=True)
    content_key = EncryptedTextField(purpose="files")
    deleted_at = models.DateTimeField("删除时间", null=True)
    deleted_by_name = models.CharField("删除人", max_length=30, blank=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["checking", "available", "rejected", "deleted"]),
                name="files_state",
            ),
            models.CheckConstraint(
                condition=models.Q(target_type="", target_id="", attached_at=None)
                | (models.Q(attached_at__isnull=False) & ~models.Q(target_type="") & ~models.Q(target_id="")),
                name="files_attached_wholly",
            ),
        ]
        indexes = [
            models.Index(fields=["target_type", "target_id", "created_at"], name="files_target"),
            models.Index(
                fields=["created_at"],
                condition=models.Q(target_type="", state__in=["checking", "available"]),
                name="files_unattached",
            ),
            models.Index(
                fields=["deleted_at"],
                condition=models.Q(state="deleted", erased_at=None),
                name="files_to_erase",
            ),
        ]
        verbose_name = "附件"

    def __str__(self) -> str:
        return self.name

    @property
    def extension(self) -> str:
        return kinds.extension_of(self.name)

    @property
    def is_attached(self) -> bool:
        return bool(self.target_type)
