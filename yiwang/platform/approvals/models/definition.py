"""Definitions: procedures as they were shipped, each version kept for the instances that run by it."""

from functools import cached_property

from django.db import models

from yiwang.kernel.extension.approvals import StepPlan


class Definition(models.Model):
    """One version of a procedure (流程定义). Rows are never changed: a running instance keeps its version."""

    procedure = models.CharField("流程", max_length=60)
    version = models.PositiveIntegerField("版本")
    label = models.CharField("流程名称", max_length=60)
    subject = models.CharField("业务对象", max_length=60)
    kind = models.CharField("待办类型", max_length=20)
    steps = models.JSONField("步骤")
    may_skip_own = models.BooleanField("本人步骤自动通过", default=False)
    may_suspend = models.BooleanField("办理人可以挂起", default=False)
    stored_at = models.DateTimeField("启用时间", auto_now_add=True)

    class Meta:
        verbose_name = "流程定义"
        constraints = [
            models.UniqueConstraint(fields=["procedure", "version"], name="approvals_definition_version"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="approvals_definition_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.label}（第{self.version}版）"

    @cached_property
    def plan(self) -> tuple[StepPlan, ...]:
        """Its steps in order."""
        return tuple(StepPlan(**step) for step in self.steps)
