"""What a unit may send in a month (短信额度); units without a row have the platform's default."""

from typing import TYPE_CHECKING

from django.db import models

from yiwang.platform.org.models import Unit


class TextQuota(models.Model):
    """Of one department. monthly: parts (计费条数) that it may send in a month, from the moment it is set."""

    unit = models.OneToOneField(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    monthly = models.PositiveIntegerField("月额度（条）")
    reason = models.CharField("事由", max_length=100)
    changed_by_name = models.CharField("设置人", max_length=60)
    changed_at = models.DateTimeField("设置时间")

    if TYPE_CHECKING:
        unit_id: int

    class Meta:
        verbose_name = "短信额度"

    def __str__(self) -> str:
        return self.unit.short_name
