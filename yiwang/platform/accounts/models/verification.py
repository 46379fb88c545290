"""Real-name verification: each question put to the municipal identity service, and what it answered."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from yiwang.platform.accounts.models.account import Account
from yiwang.platform.accounts.models.mobile_change import MobileChange


class Verification(models.Model):
    """One question about one account (实名认证). It holds no number: those are in the person's record.

    round: the questions that belong together, one and its repetitions; attempt: 1 for the first of a round.
    next_at: when it is to be asked, empty once it is answered. asked_at: when it was last sent.
    """

    class Reason(models.TextChoices):
        OPENING = "opening", "开通账号"
        CHANGE = "change", "人员信息变更"
        MOBILE = "mobile", "更换手机号码"
        AGAIN = "again", "重新认证"

    class Outcome(models.TextChoices):
        PASSED = "passed", "认证通过"
        NAME_MISMATCH = "name_mismatch", "姓名与证件号码不一致"
        MOBILE_MISMATCH = "mobile_mismatch", "手机号码与本人身份信息不一致"
        NOT_IN_REGISTER = "not_in_register", "公务人员库中没有该人员"
        SERVICE_ERROR = "service_error", "认证服务暂时不可用"
        SUPERSEDED = "superseded", "已重新发起认证"

    FAILURES = (Outcome.NAME_MISMATCH, Outcome.MOBILE_MISMATCH, Outcome.NOT_IN_REGISTER)

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    mobile_change = models.ForeignKey(
        MobileChange, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    reason = models.CharField("认证事由", max_length=8, choices=Reason)
    round = models.PositiveIntegerField("轮次")
    attempt = models.PositiveSmallIntegerField("第几次")
    next_at = models.DateTimeField("下次认证时间", null=True, blank=True)
    asked_at = models.DateTimeField("提交时间", null=True, blank=True)
    outcome = models.CharField("认证结果", max_length=16, choices=Outcome, blank=True)
    answered_at = models.DateTimeField("认证时间", null=True, blank=True)
    detail = models.CharField("说明", max_length=200, blank=True)
    reference = models.CharField("认证流水号", max_length=64, blank=True)
    is_simulated = models.BooleanField("由模拟器答复", default=False)
    requested_by_name = models.CharField("发起人", max_length=60)
    created_at = models.DateTimeField("发起时间", auto_now_add=True)

    if TYPE_CHECKING:
        account_id: int
        mobile_change_id: int | None

    class Meta:
        verbose_name = "实名认证"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "round", "attempt"], name="accounts_verification_once"
            ),
            models.UniqueConstraint(
                fields=["account"], condition=Q(outcome=""), name="accounts_verification_one_open"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", next_at__isnull=False, answered_at=None)
                | (~Q(outcome="") & Q(next_at=None, answered_at__isnull=False)),
                name="accounts_verification_answered",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="accounts_verification_account"),
            models.Index(fields=["next_at"], condition=Q(outcome=""), name="accounts_verification_due"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} 第{self.attempt}次"

    @property
    def result(self) -> str:
        """姓名与证件号码不一致（实名认证未通过）: what came out, as people read it (E-PER-03)."""
        words = self.get_outcome_display()
        return f"{words}（实名认证未通过）" if self.outcome in self.FAILURES else str(words)
