"""Is the ledger what applications hold, and do their links lead somewhere: results of the nightly looks."""

from django.db import models


class Reconciliation(models.Model):
    """An application listed what is open with it (对账). The ids that differ are kept for its owner.

    only_there: open with the application, closed or unknown here; only_here: open here, not on its list.
    """

    app = models.CharField("业务系统", max_length=40, db_collation="C")
    app_name = models.CharField("业务系统名称", max_length=60, blank=True)
    at = models.DateTimeField("对账时间")
    listed = models.PositiveIntegerField("业务系统未办结")
    open_here = models.PositiveIntegerField("本平台未办结")
    only_there = models.JSONField("业务系统有、本平台无", default=list)
    only_here = models.JSONField("本平台有、业务系统无", default=list)
    differences = models.PositiveIntegerField("差异数")

    class Meta:
        verbose_name = "待办对账"
        indexes = [models.Index(fields=["app", "-at", "-id"], name="todos_reconciliation_latest")]

    def __str__(self) -> str:
        return f"{self.app} {self.at}"


class LinkCheck(models.Model):
    """One link of an open to-do was tried. status: of the answer, 0 when there was none."""

    app = models.CharField("业务系统", max_length=40, db_collation="C")
    app_name = models.CharField("业务系统名称", max_length=60, blank=True)
    biz_id = models.CharField("业务主键", max_length=64, db_collation="C")
    task_id = models.CharField("任务主键", max_length=64, db_collation="C")
    status = models.PositiveSmallIntegerField("应答")
    is_good = models.BooleanField("可以打开")
    at = models.DateTimeField("检查时间")

    class Meta:
        verbose_name = "链接检查"
        indexes = [models.Index(fields=["app", "-at", "-id"], name="todos_linkcheck_latest")]

    def __str__(self) -> str:
        return f"{self.app}/{self.biz_id}/{self.task_id} {self.status}"
