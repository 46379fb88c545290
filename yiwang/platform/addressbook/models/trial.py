"""Trials (试算): what a proposal would change, worked out in the background and kept with it."""

from django.db import models
from django.db.models import Q


class Trial(models.Model):
    """One trial of a proposal for one asker: he is told of those only whom he may see himself.

    what, proposal_id: the proposal. rules_of: the decisions in force when it was counted, as one word.
    result: queries.trial_report.Report as plain data. typed: the form it was written with, to be changed
    again. turn: rises when it is counted anew or broken off, so that a former worker writes nothing more.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "等待试算"
        RUNNING = "running", "正在试算"
        DONE = "done", "试算完成"
        FAILED = "failed", "试算失败"
        CANCELLED = "cancelled", "已取消"

    class Act(models.TextChoices):
        APPROVE = "approve", "同意后"
        END = "end", "结束后"

    what = models.CharField("类别", max_length=8)
    proposal_id = models.BigIntegerField("申请")
    act = models.CharField("试算内容", max_length=8, choices=Act)
    asker_id = models.BigIntegerField("试算人账号")
    asker_name = models.CharField("试算人", max_length=60)
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    turn = models.PositiveIntegerField("次数", default=1)
    percent = models.PositiveSmallIntegerField("进度", default=0)
    people = models.PositiveIntegerField("人数", default=0)
    rules_of = models.CharField("规则版本", max_length=64, blank=True)
    result = models.JSONField("结果", null=True, blank=True)
    failure = models.CharField("失败原因", max_length=200, blank=True)
    addition = models.CharField("申请表单", max_length=20, blank=True)
    typed = models.JSONField("填写内容", default=dict, blank=True)
    asked_at = models.DateTimeField("提出时间")
    alive_at = models.DateTimeField("最近进展")
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        verbose_name = "可见设置试算"
        constraints = [
            models.UniqueConstraint(
                fields=["what", "proposal_id", "act", "asker_id"], name="addressbook_trial_once"
            ),
            models.CheckConstraint(condition=Q(percent__lte=100), name="addressbook_trial_percent"),
        ]
        indexes = [models.Index(fields=["asked_at"], name="addressbook_trial_asked")]

    def __str__(self) -> str:
        return f"{self.what}/{self.proposal_id}"

    @property
    def is_at_work(self) -> bool:
        """Does the page still wait for it?"""
        return self.state in (self.State.WAITING, self.State.RUNNING)
