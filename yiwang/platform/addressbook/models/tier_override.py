"""Tiers set by hand: the “相关同志” of R2-10, such as a leader's secretary (domain reference §3.2)."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from yiwang.platform.addressbook.models.book import Tier
from yiwang.platform.org.models import Person


class TierOverride(models.Model):
    """One person's tier, with reason, approver and end."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "待审批"
        ACTIVE = "active", "生效"
        REFUSED = "refused", "不同意"
        ENDED = "ended", "已结束"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    tier = models.PositiveSmallIntegerField("层级", choices=Tier)
    reason = models.CharField("事由", max_length=200)
    state = models.CharField("状态", max_length=10, choices=State, default=State.PROPOSED)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期")
    proposed_by_id = models.BigIntegerField("申请人账号", null=True)
    proposed_by_name = models.CharField("申请人", max_length=60)
    decided_by_id = models.BigIntegerField("审批人账号", null=True)
    decided_by_name = models.CharField("审批人", max_length=60, blank=True)
    opinion = models.CharField("审批意见", max_length=200, blank=True)
    created_at = models.DateTimeField("申请时间", auto_now_add=True)
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    if TYPE_CHECKING:
        person_id: int

    class Meta:
        verbose_name = "层级调整"
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=["proposed", "active"]),
                name="addressbook_tier_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")), name="addressbook_tier_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} Q{self.tier}"
