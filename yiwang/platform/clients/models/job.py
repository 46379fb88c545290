"""Jobs: many acts that an application asked for at once and does not wait for."""

import uuid
from typing import TYPE_CHECKING

from django.db import models

from yiwang.platform.clients.models.client import Client


class OpenJob(models.Model):
    """kind: key of an OpenJobKind. items: what was asked for, emptied when done; results: one for each."""

    class State(models.TextChoices):
        WAITING = "waiting", "等待执行"
        RUNNING = "running", "执行中"
        FINISHED = "finished", "已完成"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField("种类", max_length=60)
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    total = models.PositiveIntegerField("总数")
    done = models.PositiveIntegerField("已执行", default=0)
    failed = models.PositiveIntegerField("失败", default=0)
    items = models.JSONField(default=list)
    results = models.JSONField(default=list)
    created_at = models.DateTimeField("提交时间", auto_now_add=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    if TYPE_CHECKING:
        client_id: int

    class Meta:
        verbose_name = "批量作业"
        indexes = [models.Index(fields=["client", "-created_at"], name="clients_openjob_latest")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.kind} {self.state}"
