"""What one proposes and another decides: rules, hidings, tiers, the preset (domain reference §29)."""

from django.db import models


class Proposal(models.Model):
    """Proposed by an administrator, decided by a 安全管理员, in force for a period.

    A draft has been tried out (试算) and not been submitted; only who wrote it knows of it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "待提交"
        PROPOSED = "proposed", "待审批"
        ACTIVE = "active", "生效"
        REFUSED = "refused", "不同意"
        WITHDRAWN = "withdrawn", "已撤回"
        ENDED = "ended", "已结束"

    reason = models.CharField("事由", max_length=200)
    state = models.CharField("状态", max_length=10, choices=State, default=State.PROPOSED)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)
    proposed_by_id = models.BigIntegerField("申请人账号", null=True)
    proposed_by_name = models.CharField("申请人", max_length=60)
    decided_by_id = models.BigIntegerField("审批人账号", null=True)
    decided_by_name = models.CharField("审批人", max_length=60, blank=True)
    opinion = models.CharField("审批意见", max_length=200, blank=True)
    created_at = models.DateTimeField("申请时间", auto_now_add=True)
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        abstract = True
