"""Suspensions: an account is barred for a while, with its reason and its period (停用)."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from yiwang.platform.accounts.models.account import Account


class Suspension(models.Model):
    """From the first day to the last, both included; without a last day until somebody resumes the account.

    begun_at: empty while it is still to come. ended_at: resumed, by the clock or by hand, or called off.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField("事由", max_length=200)
    starts_on = models.DateField("停用日期")
    ends_on = models.DateField("停用至", null=True, blank=True)
    ordered_by_name = models.CharField("办理人", max_length=60)
    created_at = models.DateTimeField("办理时间", auto_now_add=True)
    begun_at = models.DateTimeField("停用时间", null=True, blank=True)
    ended_at = models.DateTimeField("恢复时间", null=True, blank=True)

    if TYPE_CHECKING:
        account_id: int

    class Meta:
        verbose_name = "停用"
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(ended_at=None), name="accounts_suspension_one_living"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="accounts_suspension_period"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="accounts_suspension_account"),
            models.Index(fields=["starts_on"], condition=Q(ended_at=None), name="accounts_suspension_living"),
        ]

    def __str__(self) -> str:
        until = f"至{self.ends_on}" if self.ends_on else "起"
        return f"{self.starts_on}{until}停用"
