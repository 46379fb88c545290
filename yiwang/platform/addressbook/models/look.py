"""Who looked at whom (R2-14, §3.7): cards opened, numbers revealed, people exported. Lines are only added."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from yiwang.platform.org.models import Person


class Look(models.Model):
    """One look at one person, or a search for a whole number. Names are those of that moment.

    is_duty: by a security or audit administrator in administration mode; the person does not read of it.
    The keys have no constraint in the database: persons are never deleted, and a look must not lock rows.
    """

    class Kind(models.TextChoices):
        CARD = "card", "查看名片"
        FOUND = "found", "查看检索结果"  # the minimal card of somebody who is found but not listed
        REVEAL = "reveal", "查看完整号码"
        EXPORT = "export", "导出"
        PRINT = "print", "打印"
        SEARCH = "search", "按号码检索"

    at = models.DateTimeField("时间", default=timezone.now)
    kind = models.CharField("方式", max_length=6, choices=Kind)
    viewer = models.ForeignKey(Person, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    viewer_name = models.CharField("查看人", max_length=60)
    viewer_unit = models.CharField("查看人单位", max_length=100, blank=True)
    target = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    target_name = models.CharField("被查看人", max_length=60, blank=True)
    field = models.CharField("内容", max_length=120, blank=True)
    purpose = models.CharField("用途", max_length=200, blank=True)
    typed = models.CharField("检索内容", max_length=40, blank=True)
    hits = models.PositiveSmallIntegerField("检索结果数", null=True, blank=True)
    is_duty = models.BooleanField("履行监管职责", default=False)
    address = models.CharField("网络地址", max_length=45, blank=True)
    terminal = models.CharField("终端", max_length=60, blank=True)

    if TYPE_CHECKING:
        viewer_id: int
        target_id: int | None

    class Meta:
        verbose_name = "查看记录"
        indexes = [
            models.Index(fields=["target", "-at"], name="addressbook_look_target"),
            models.Index(fields=["viewer", "-at"], name="addressbook_look_viewer"),
            models.Index(fields=["at"], name="addressbook_look_at"),
        ]

    def __str__(self) -> str:
        return f"{self.viewer_name} {self.get_kind_display()} {self.target_name}"


class MassView(models.Model):
    """One person opened more cards in one day than is usual; the security administrator looks into it."""

    viewer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    viewer_unit = models.CharField("单位", max_length=100, blank=True)
    day = models.DateField("日期")
    cards = models.PositiveIntegerField("查看人数")
    found_at = models.DateTimeField("发现时间", auto_now_add=True)
    settled_at = models.DateTimeField("核查时间", null=True, blank=True)
    settled_by_name = models.CharField("核查人", max_length=60, blank=True)
    finding = models.CharField("核查情况", max_length=200, blank=True)

    if TYPE_CHECKING:
        viewer_id: int

    class Meta:
        verbose_name = "异常查看"
        constraints = [
            models.UniqueConstraint(fields=["viewer", "day"], name="addressbook_massview_once"),
        ]
        indexes = [
            models.Index(
                fields=["found_at"], condition=models.Q(settled_at=None), name="addressbook_massview_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.viewer} {self.day}"
