"""Canaries: fictitious persons and units that are kept from viewers; an answer that tells of one leaks."""

from typing import TYPE_CHECKING

from django.db import models

from yiwang.platform.org.models import Person, Unit


class Canary(models.Model):
    """A person who does not exist. unit: a hidden unit that was made for him.

    Each kind is kept back by another part of the rules, so that no part can fail unnoticed.
    """

    class Kind(models.TextChoices):
        OUTSIDE = "outside", "不在册人员"
        PERSON = "person", "隐藏人员"
        UNIT = "unit", "隐藏机构"
        FIELDS = "fields", "隐藏字段"
        Q1 = "q1", "副局级以上区领导"
        Q2 = "q2", "部门、街镇领导"

    # These are shown to whom the rules let see them; the others to nobody but administrators.
    SHOWN = (Kind.FIELDS, Kind.Q1, Kind.Q2)

    kind = models.CharField("监测内容", max_length=8, choices=Kind, default=Kind.OUTSIDE)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+")
    unit = models.OneToOneField(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_by_name = models.CharField("设置人", max_length=60)
    created_at = models.DateTimeField("设置时间", auto_now_add=True)
    ended_at = models.DateTimeField("撤销时间", null=True, blank=True)

    if TYPE_CHECKING:
        person_id: int
        unit_id: int | None

    class Meta:
        verbose_name = "泄露监测人员"

    def __str__(self) -> str:
        return str(self.person)


class Leak(models.Model):
    """A canary was in an answer to somebody who may not know of it. what: which words of its entry."""

    class State(models.TextChoices):
        OPEN = "open", "待处置"
        HANDLED = "handled", "已处置"

    canary = models.ForeignKey(Canary, on_delete=models.PROTECT, related_name="leaks")
    route = models.CharField("页面或接口", max_length=120)
    what = models.CharField("出现的内容", max_length=60, default="姓名")
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
