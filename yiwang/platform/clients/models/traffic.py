"""What applications call: the buckets that limit them, the log of calls, the counts per day."""

from typing import TYPE_CHECKING

from django.db import models

from yiwang.platform.clients.models.client import Client


class Bucket(models.Model):
    """A token bucket. subject: "client:7" or "address:10.1.2.3". The table is not logged: after a crash all
    buckets are full.
    """

    subject = models.CharField(max_length=60)
    call = models.CharField(max_length=80)
    tokens = models.FloatField()
    is_open = models.BooleanField(default=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "调用限额"
        constraints = [models.UniqueConstraint(fields=["subject", "call"], name="clients_bucket_once")]

    def __str__(self) -> str:
        return f"{self.subject} {self.call}"


class Call(models.Model):
    """One call: who, what, how it went. No bodies, no personal data."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+", db_index=False)
    call = models.CharField("接口", max_length=80)
    at = models.DateTimeField("时间")
    status = models.SmallIntegerField("状态")
    code = models.CharField("错误代码", max_length=20, blank=True)
    ms = models.PositiveIntegerField("耗时毫秒")
    address = models.CharField("来源地址", max_length=45, blank=True)
    request_id = models.CharField("请求编号", max_length=64)

    if TYPE_CHECKING:
        client_id: int

    class Meta:
        verbose_name = "接口调用"
        indexes = [
            models.Index(fields=["client", "-at", "-id"], name="clients_call_latest"),
            models.Index(fields=["at"], name="clients_call_at"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.call}"


class Usage(models.Model):
    """How often an application used a call on a day; refused: 4xx but 429, limited: 429, failed: 5xx."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+", db_index=False)
    call = models.CharField("接口", max_length=80)
    day = models.DateField("日期")
    calls = models.PositiveBigIntegerField("调用", default=0)
    refused = models.PositiveBigIntegerField("被拒绝", default=0)
    limited = models.PositiveBigIntegerField("被限流", default=0)
    failed = models.PositiveBigIntegerField("出错", default=0)
    ms = models.PositiveBigIntegerField("总耗时毫秒", default=0)

    if TYPE_CHECKING:
        client_id: int

    class Meta:
        verbose_name = "接口用量"
        constraints = [models.UniqueConstraint(fields=["client", "day", "call"], name="clients_usage_once")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.call} {self.day}"
