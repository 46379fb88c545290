"""Who used a tag, when, what for, and how many it resolved to."""

from typing import TYPE_CHECKING

from django.db import models

from yiwang.platform.org.models import Unit
from yiwang.platform.tags.models.tag import Tag


class TagUse(models.Model):
    """One use by a person or an application. unit: for whom; client_id: "" when a person used it."""

    class Purpose(models.TextChoices):
        RESOLVED = "resolved", "解析成员"
        SENT = "sent", "发送消息"
        CHOSEN = "chosen", "选作范围"

    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")
    purpose = models.CharField("用途", max_length=10, choices=Purpose)
    about = models.CharField("事项", max_length=120, blank=True)
    people = models.PositiveIntegerField("人数")
    client_id = models.CharField("应用", max_length=64, blank=True, db_collation="C")
    client_name = models.CharField("应用名称", max_length=60, blank=True)
    by_name = models.CharField("使用人", max_length=60)
    person_id = models.BigIntegerField(null=True, blank=True)
    unit = models.ForeignKey(
        Unit, verbose_name="使用单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_shared = models.BooleanField("共享使用", default=False)

    if TYPE_CHECKING:
        tag_id: int
        unit_id: int | None

    class Meta:
        verbose_name = "标签使用记录"
        indexes = [
            models.Index(fields=["tag", "-at"], name="tags_use_of_tag"),
            models.Index(fields=["at"], name="tags_use_at"),
        ]

    def __str__(self) -> str:
        return f"{self.by_name}：{self.get_purpose_display()}"
