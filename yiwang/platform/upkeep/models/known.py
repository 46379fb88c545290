"""Known changes (登记的变动): changes that somebody knows of, by a paper or a call, before one applies."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.upkeep.models.scope import within


class KnownChangeQuerySet(models.QuerySet["KnownChange"]):
    def visible_to(self, viewer: Any) -> Self:
        """Those of the units that he maintains; all for the district."""
        return self.filter(within(viewer, "unit__path"))


class KnownChange(models.Model):
    """One change that happened in the office. unit: whose administrators must enter it.

    due_on: the 7th working day after change_date (R1-10); done_on: when it was entered, operation: by which.
    """

    class What(models.TextChoices):
        TITLE = "title", "职务、职级变动"
        MOVED = "moved", "调入、调出"
        ARRIVED = "arrived", "新到岗"
        LEFT = "left", "退休、辞职等离岗"
        CONTACT = "contact", "办公电话等联系方式变动"
        OTHER = "other", "其他"

    class State(models.TextChoices):
        WAITING = "waiting", "待更新"
        DONE = "done", "已更新"
        VOID = "void", "无需更新"

    person = models.ForeignKey(
        Person, verbose_name="人员", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    person_name = models.CharField("姓名", max_length=60)
    unit = models.ForeignKey(Unit, verbose_name="更新单位", on_delete=models.PROTECT, related_name="+")
    what = models.CharField("变动内容", max_length=8, choices=What)
    note = models.CharField("说明", max_length=200, blank=True)
    basis = models.CharField("依据", max_length=100)
    change_date = models.DateField("变动日期")
    due_on = models.DateField("更新期限")
    due_history = models.JSONField("期限变更", default=list, blank=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.WAITING)
    answer = models.CharField("办理说明", max_length=200, blank=True)
    done_on = models.DateField("更新日期", null=True, blank=True)
    done_by_name = models.CharField("办理人", max_length=60, blank=True)
    late_by = models.PositiveSmallIntegerField("逾期工作日", default=0)
    operation = models.ForeignKey(
        PersonOperation,
        verbose_name="人员变动",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    registered_by_name = models.CharField("登记人", max_length=60)
    registered_by_unit = models.CharField("登记人单位", max_length=100, blank=True)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = KnownChangeQuerySet.as_manager()

    if TYPE_CHECKING:
        person_id: int | None
        unit_id: int

    class Meta:
        verbose_name = "登记的变动"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", done_on=None) | Q(~Q(state="waiting"), done_on__isnull=False),
                name="upkeep_known_done",
            ),
            models.UniqueConstraint(
                fields=["person", "what", "change_date"],
                condition=Q(state="waiting", person__isnull=False),
                name="upkeep_known_once",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(state="waiting"), name="upkeep_known_due"),
            models.Index(fields=["unit", "-id"], name="upkeep_known_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.person_name}（{self.get_what_display()}）"
