"""Whom a tag is shared with (共享组织): they may use it, not change it."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from yiwang.platform.org.models import Unit
from yiwang.platform.tags.models.tag import Tag


class TagShare(models.Model):
    """A unit, with all below it, that may use a tag from one moment to another."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="shares")
    unit = models.ForeignKey(Unit, verbose_name="共享组织", on_delete=models.PROTECT, related_name="+")
    shared_at = models.DateTimeField("共享时间")
    shared_by_name = models.CharField("设置人", max_length=60)
    ended_at = models.DateTimeField("取消时间", null=True, blank=True)
    ended_by_name = models.CharField("取消人", max_length=60, blank=True)

    if TYPE_CHECKING:
        tag_id: int
        unit_id: int

    class Meta:
        verbose_name = "标签共享"
        constraints = [
            models.UniqueConstraint(
                fields=["tag", "unit"], condition=Q(ended_at=None), name="tags_share_once"
            )
        ]
        indexes = [models.Index(fields=["unit"], condition=Q(ended_at=None), name="tags_share_living_unit")]

    def __str__(self) -> str:
        return str(self.unit)
