"""Grants: an account holds a permission for a part of the tree, for a period (domain reference §0.7)."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from yiwang.platform.accounts.models.account import Account
from yiwang.platform.org.models import Unit


class Grant(models.Model):
    """unit None means the whole district. valid_to is the last day; None means until withdrawn."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="grants")
    permission = models.CharField("权限", max_length=60)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    includes_below = models.BooleanField("含下级", default=True)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)
    granted_by_id = models.BigIntegerField("授权人账号", null=True, blank=True)
    granted_by_name = models.CharField("授权人", max_length=60)
    reason = models.CharField("事由", max_length=200, blank=True)
    ended_at = models.DateTimeField("收回时间", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    if TYPE_CHECKING:
        account_id: int
        unit_id: int | None

    class Meta:
        verbose_name = "授权"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "permission", "unit"],
                condition=Q(ended_at=None),
                name="accounts_grant_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="accounts_grant_period"
            ),
        ]
        indexes = [
            models.Index(fields=["account"], condition=Q(ended_at=None), name="accounts_grant_living"),
            models.Index(fields=["permission", "unit"], name="accounts_grant_permission"),
        ]

    def __str__(self) -> str:
        return f"{self.permission}@{self.unit_id or '*'}"
