"""A new mobile number on its way: proved by a code, released by who had it, verified, then bound."""

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from yiwang.kernel.crypto.fields import BlindIndexField, EncryptedTextField
from yiwang.platform.accounts.models.account import Account


class MobileChangeQuerySet(models.QuerySet["MobileChange"]):
    def open(self) -> Self:
        """Those that are not decided yet."""
        return self.filter(state__in=MobileChange.OPEN)


class MobileChange(models.Model):
    """One change (更换手机号码). Until it is done the old number stays bound.

    holder: another account that the number is bound to; it is released only when its owner, or his unit's
    administrator, has confirmed too. failure: why it was not done, in words.
    """

    class State(models.TextChoices):
        HOLDER = "holder", "待原绑定人确认"
        VERIFYING = "verifying", "实名认证中"
        DONE = "done", "已更换"
        FAILED = "failed", "未通过"
        REFUSED = "refused", "原绑定人未同意"
        CANCELLED = "cancelled", "已取消"

    OPEN = (State.HOLDER, State.VERIFYING)

    row_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    mobile = EncryptedTextField("新手机号码", purpose="accounts.mobile")
    mobile_index = BlindIndexField(of="mobile")
    former = EncryptedTextField("原手机号码", purpose="accounts.mobile", blank=True)
    state = models.CharField("状态", max_length=9, choices=State)
    holder = models.ForeignKey(
        Account, verbose_name="原绑定账号", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    released_at = models.DateTimeField("原绑定人确认时间", null=True, blank=True)
    released_by_name = models.CharField("确认人", max_length=60, blank=True)
    created_at = models.DateTimeField("申请时间", auto_now_add=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    failure = models.CharField("未更换原因", max_length=100, blank=True)

    objects = MobileChangeQuerySet.as_manager()

    if TYPE_CHECKING:
        account_id: int
        holder_id: int | None

    class Meta:
        verbose_name = "更换手机号码"
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(state__in=("holder", "verifying")),
                name="accounts_mobile_change_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state="holder", holder__isnull=False, released_at=None) | ~Q(state="holder"),
                name="accounts_mobile_change_holder",
            ),
        ]
        indexes = [
            models.Index(fields=["holder"], condition=Q(state="holder"), name="accounts_mobile_change_asked"),
            models.Index(fields=["account", "-id"], name="accounts_mobile_change_account"),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    def __str__(self) -> str:
        return f"{self.account_id} {self.get_state_display()}"
