"""The ledger: what the municipal directory shall hold of each person, and what it has confirmed to hold.

Every change of what it shall hold raises `version`; the directory takes nothing older than what it has. So a
push that comes late, or twice, leaves nothing behind. What was sent is never kept, only its digest.
"""

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q

from yiwang.platform.org.models import Person, Unit
from yiwang.platform.sharing.models.share import Share, within


class SharedPersonQuerySet(models.QuerySet["SharedPerson"]):
    def visible_to(self, viewer: Any) -> Self:
        """Those of his units; all for who oversees sharing."""
        return self.filter(within(viewer, "unit__path"))

    def pending(self) -> Self:
        """What the directory has not confirmed."""
        return self.exclude(version=F("confirmed_version"))


class SharedPerson(models.Model):
    """One person. key: under which the directory knows him. due_at: when it may be tried next."""

    class Wanted(models.TextChoices):
        PRESENT = "present", "共享"
        ABSENT = "absent", "撤下"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.OneToOneField(Person, verbose_name="人员", on_delete=models.PROTECT, related_name="+")
    share = models.ForeignKey(Share, verbose_name="共享", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    wanted = models.CharField("应有状态", max_length=8, choices=Wanted)
    digest = models.CharField("内容摘要", max_length=64, blank=True)
    version = models.PositiveBigIntegerField("版本", default=1)
    confirmed_version = models.PositiveBigIntegerField("市级确认版本", default=0)
    confirmed_at = models.DateTimeField("市级确认时间", null=True, blank=True)
    due_at = models.DateTimeField("计划推送时间")
    tries = models.PositiveSmallIntegerField("已试次数", default=0)

    objects = SharedPersonQuerySet.as_manager()

    if TYPE_CHECKING:
        person_id: int
        share_id: int
        unit_id: int

    class Meta:
        verbose_name = "共享人员"
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_version__lte=F("version")), name="sharing_shared_not_ahead"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=~Q(version=F("confirmed_version")),
                name="sharing_shared_due",
            ),
            models.Index(fields=["share"], name="sharing_shared_share"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} v{self.version}"

    @property
    def standing(self) -> str:
        """待推送, 已共享, 待撤下, 已撤下."""
        done = self.version == self.confirmed_version
        if self.wanted == self.Wanted.PRESENT:
            return "已共享" if done else "待推送"
        return "已撤下" if done else "待撤下"


class PushRecordQuerySet(models.QuerySet["PushRecord"]):
    def visible_to(self, viewer: Any) -> Self:
        """Those of his units; all for who oversees sharing."""
        return self.filter(within(viewer, "unit__path"))


class PushRecord(models.Model):
    """One request to the directory (推送记录). Only added. Names no field's value."""

    class Act(models.TextChoices):
        PUT = "put", "推送"
        DELETE = "delete", "撤下"

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", "市级已确认"
        STALE = "stale", "市级已有更新版本"
        FAILED = "failed", "未送达"
        REFUSED = "refused", "市级拒收"

    at = models.DateTimeField("时间")
    act = models.CharField("动作", max_length=8, choices=Act)
    person = models.ForeignKey(
        Person, verbose_name="人员", null=True, on_delete=models.PROTECT, related_name="+"
    )
    person_name = models.CharField("姓名", max_length=60)
    unit = models.ForeignKey(Unit, verbose_name="单位", null=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveBigIntegerField("版本")
    tries = models.PositiveSmallIntegerField("第几次")
    outcome = models.CharField("结果", max_length=10, choices=Outcome)
    detail = models.CharField("说明", max_length=200, blank=True)
    is_simulated = models.BooleanField("模拟", default=False)

    objects = PushRecordQuerySet.as_manager()

    class Meta:
        verbose_name = "推送记录"
        indexes = [
            models.Index(fields=["-at", "-id"], name="sharing_record_latest"),
            models.Index(fields=["person", "-id"], name="sharing_record_person"),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.person_name}"
