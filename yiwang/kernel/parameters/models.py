"""What the district has set otherwise than the platform ships it."""

from django.db import models


class Setting(models.Model):
    """The value of one parameter; without a row the default is in force."""

    key = models.CharField("参数", max_length=60, primary_key=True, db_collation="C")
    value = models.CharField("取值", max_length=60)
    reason = models.CharField("依据", max_length=200)
    changed_at = models.DateTimeField("修改时间")
    changed_by_name = models.CharField("修改人", max_length=30)

    class Meta:
        verbose_name = "运行参数"

    def __str__(self) -> str:
        return self.key
