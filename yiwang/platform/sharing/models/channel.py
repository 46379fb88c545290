"""The one channel to the municipal directory: how far the feed of changes was read, whether it answers."""

from django.db import models


class Channel(models.Model):
    """cursor: the org event read last; book: version of the address book's rules that was looked at last.

    tries, failing_since: of the present outage. next_at: not before. alarmed_at: administrators were told.
    """

    cursor = models.BigIntegerField("组织变更事件位置", default=0)
    book = models.BigIntegerField("通讯录规则版本", default=0)
    tries = models.PositiveIntegerField("连续失败次数", default=0)
    failing_since = models.DateTimeField("故障起始时间", null=True, blank=True)
    next_at = models.DateTimeField("下次尝试时间", null=True, blank=True)
    alarmed_at = models.DateTimeField("告警时间", null=True, blank=True)
    answered_at = models.DateTimeField("最近应答时间", null=True, blank=True)
    fault = models.CharField("故障原因", max_length=200, blank=True)
    is_simulated = models.BooleanField("模拟", default=False)

    class Meta:
        verbose_name = "市级共享通道"

    def __str__(self) -> str:
        return f"第{self.cursor}号事件"


class Comparison(models.Model):
    """One full comparison (全量比对): what the directory lacked, held too much or in another version."""

    at = models.DateTimeField("时间")
    by_name = models.CharField("发起人", max_length=60)
    ours = models.PositiveIntegerField("本区应有")
    theirs = models.PositiveIntegerField("市级现有")
    missing = models.PositiveIntegerField("市级缺少")
    surplus = models.PositiveIntegerField("市级多出")
    different = models.PositiveIntegerField("版本不一致")
    fault = models.CharField("未完成原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "全量比对"
        indexes = [models.Index(fields=["-at"], name="sharing_comparison_latest")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"

    @property
    def is_equal(self) -> bool:
        """Both sides hold the same."""
        return not (self.missing or self.surplus or self.different or self.fault)
