"""What applications say too early, and what they answer to what people do from the list."""

from typing import TYPE_CHECKING

from django.db import models

from yiwang.platform.todos.models.item import Assignment


class EarlyAct(models.Model):
    """An application completed or cancelled what it has not pushed yet: kept for ten minutes, then joined."""

    class Act(models.TextChoices):
        COMPLETE = "complete", "办结"
        CANCEL = "cancel", "撤销"

    app = models.CharField("业务系统", max_length=40, db_collation="C")
    biz_id = models.CharField("业务主键", max_length=64, db_collation="C")
    task_id = models.CharField("任务主键", max_length=64, db_collation="C")
    act = models.CharField("操作", max_length=10, choices=Act)
    person_id = models.BigIntegerField("办理人", null=True)
    said_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "先到的办结"
        constraints = [
            models.UniqueConstraint(
                fields=["app", "biz_id", "task_id", "act", "person_id"],
                nulls_distinct=False,
                name="todos_early_once",
            )
        ]
        indexes = [models.Index(fields=["said_at"], name="todos_early_said")]

    def __str__(self) -> str:
        return f"{self.app}/{self.biz_id}/{self.task_id} {self.act}"


class QuickAct(models.Model):
    """Somebody pressed a quick action in the list. The application answers it by a call of its own."""

    class State(models.TextChoices):
        ASKED = "asked", "已提交业务系统"
        DONE = "done", "业务系统已受理"
        FAILED = "failed", "业务系统未受理"

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="quick_acts", db_index=False
    )
    action = models.CharField("操作", max_length=40)
    label = models.CharField("名称", max_length=20)
    reason = models.CharField("意见", max_length=200, blank=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.ASKED)
    answer = models.CharField("答复", max_length=200, blank=True)
    asked_at = models.DateTimeField("提交时间")
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    if TYPE_CHECKING:
        assignment_id: int

    class Meta:
        verbose_name = "快捷操作"
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=models.Q(state="asked"), name="todos_quickact_one_asked"
            )
        ]
        indexes = [models.Index(fields=["assignment", "-id"], name="todos_quickact_latest")]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.action}"
