"""Figures of a day (信息质量): what the rates are made of, counted once a day for each level-2 unit."""

from typing import TYPE_CHECKING

from django.db import models

from yiwang.platform.org.models import Unit


class DayFigures(models.Model):
    """Numerators and denominators, never rates: totals of the district are sums of them.

    missing: field -> how many lack it. Changes are counted since the beginning of the year.
    """

    day = models.DateField("日期")
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    people = models.PositiveIntegerField("人数")
    complete = models.PositiveIntegerField("信息完整人数")
    missing = models.JSONField("缺项人数", default=dict)
    established = models.PositiveIntegerField("在岗在编人数")
    activated = models.PositiveIntegerField("已激活人数")
    changes_due = models.PositiveIntegerField("应更新变动")
    changes_in_time = models.PositiveIntegerField("按期更新变动")
    sampled = models.PositiveIntegerField("已核查样本")
    sampled_wrong = models.PositiveIntegerField("样本内确认有误")

    if TYPE_CHECKING:
        unit_id: int

    class Meta:
        verbose_name = "信息质量日统计"
        constraints = [models.UniqueConstraint(fields=["day", "unit"], name="upkeep_figures_once")]
        indexes = [models.Index(fields=["unit", "-day"], name="upkeep_figures_unit")]

    def __str__(self) -> str:
        return f"{self.day} {self.unit_id}"
