"""The quarterly check (季度核对): each unit confirms its part of the address book as a whole."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from yiwang.platform.org.models import Person, Unit
from yiwang.platform.upkeep.models.scope import within


class Quarter(models.Model):
    """One round of it, opened on the first working day of a quarter."""

    year = models.PositiveSmallIntegerField("年度")
    quarter = models.PositiveSmallIntegerField("季度")
    opened_on = models.DateField("发起日期")
    due_on = models.DateField("核对期限")
    due_history = models.JSONField("期限变更", default=list, blank=True)

    class Meta:
        verbose_name = "季度核对"
        constraints = [
            models.UniqueConstraint(fields=["year", "quarter"], name="upkeep_quarter_once"),
            models.CheckConstraint(
                condition=Q(quarter__gte=1, quarter__lte=4), name="upkeep_quarter_one_to_four"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """2026年第四季度"""
        return f"{self.year}年第{'一二三四'[self.quarter - 1]}季度"


class UnitCheckQuerySet(models.QuerySet["UnitCheck"]):
    def visible_to(self, viewer: Any) -> Self:
        """Those of the units that he maintains; all for the district."""
        return self.filter(within(viewer, "unit__path"))


class UnitCheck(models.Model):
    """One unit's confirmation. It covers all persons in and below the unit but those of units that confirm
    by themselves.

    roll: who stood in the list when it was confirmed, see `queries.roll`; digest: SM3 of it. figures: what
    the completeness check said then. The signer's post and unit are copied.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待核对"
        CONFIRMED = "confirmed", "已核对"
        LAPSED = "lapsed", "已失效"

    quarter = models.ForeignKey(Quarter, on_delete=models.PROTECT, related_name="checks")
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    unit_name = models.CharField("单位名称", max_length=100)
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    roll = models.JSONField("核对名单", default=list, blank=True)
    digest = models.CharField("名单摘要（SM3）", max_length=64, blank=True)
    people = models.PositiveIntegerField("人数", default=0)
    figures = models.JSONField("信息完整情况", default=dict, blank=True)
    note = models.CharField("核对说明", max_length=500, blank=True)
    signer = models.ForeignKey(
        Person, verbose_name="核对人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signer_name = models.CharField("核对人姓名", max_length=60, blank=True)
    signer_unit = models.CharField("核对人单位", max_length=100, blank=True)
    signer_title = models.CharField("核对人职务", max_length=60, blank=True)
    confirmed_at = models.DateTimeField("核对时间", null=True, blank=True)
    late_by = models.PositiveSmallIntegerField("逾期工作日", default=0)

    objects = UnitCheckQuerySet.as_manager()

    if TYPE_CHECKING:
        quarter_id: int
        unit_id: int

    class Meta:
        verbose_name = "单位季度核对"
        constraints = [
            models.UniqueConstraint(fields=["quarter", "unit"], name="upkeep_unitcheck_once"),
            models.CheckConstraint(
                condition=~Q(state="confirmed")
                | (Q(confirmed_at__isnull=False) & ~Q(signer_name="") & ~Q(digest="")),
                name="upkeep_unitcheck_signed",
            ),
        ]
        indexes = [models.Index(fields=["unit", "-id"], name="upkeep_unitcheck_unit")]

    def __str__(self) -> str:
        return f"{self.unit_name}{self.quarter.title}核对"
