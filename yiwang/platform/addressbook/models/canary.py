"""Canaries: fictitious persons whom almost nobody may see; an answer that names one leaks."""

from typing import TYPE_CHECKING

from django.db import models

from yiwang.platform.org.models import Person


class Canary(models.Model):
    """A person who does not exist. tokens: what only his entry holds, a rare name and an unused number."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+")
    created_by_name = models.CharField("设置人", max_length=60)
    created_at = models.DateTimeField("设置时间", auto_now_add=True)
    ended_at = models.DateTimeField("撤销时间", null=True, blank=True)

    if TYPE_CHECKING:
        person_id: int

    class Meta:
        verbose_name = "泄露监测人员"

    def __str__(self) -> str:
        return str(self.person)


class Leak(models.Model):
    """A canary was in an answer to somebody who may not know of it."""

    class State(models.TextChoices):
        OPEN = "open", "待处置"
        HANDLED = "handled", "已处置"

    canary = models.ForeignKey(Canary, on_delete=models.PROTECT, related_name="leaks")
    route = models.CharField("页面或接口", max_length=120)
    viewer_person_id = models.BigIntegerField("访问人", null=True)
    viewer_name = models.CharField("访问人", max_length=60)
    request_id = models.CharField("请求编号", max_length=64)
    day = models.DateField("日期")
    at = models.DateTimeField("首次发生时间")
    times = models.PositiveIntegerField("次数", default=1)
    state = models.CharField("状态", max_length=8, choices=State, default=State.OPEN)
    outcome = models.CharField("处置结果", max_length=200, blank=True)
    handled_by_name = models.CharField("处置人", max_length=60, blank=True)
    handled_at = models.DateTimeField("处置时间", null=True, blank=True)

    class Meta:
        verbose_name = "疑似泄露"
        constraints = [
            models.UniqueConstraint(
                fields=["canary", "route", "viewer_person_id", "day"],
                name="addressbook_leak_once_a_day",
                nulls_distinct=False,
            )
        ]
        indexes = [models.Index(fields=["state", "-at"], name="addressbook_leak_state")]

    def __str__(self) -> str:
        return f"{self.route}：{self.canary}"
