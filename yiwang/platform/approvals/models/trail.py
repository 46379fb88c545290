"""The trail (流转记录): who did what at which step, as he was then. Rows are only added."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yiwang.platform.approvals.models.instance import Instance
from yiwang.platform.approvals.models.task import Task
from yiwang.platform.org.models import Person


class Trail(models.Model):
    """One act. Names, post and unit are copied, so that a later change of them leaves the record as it was.

    step, step_label: where it was done. target: what it was aimed at, in words (退回至…). actor None is the
    system. finished at `at`; arrived_at, opened_at and due_at are those of the task handled.
    """

    class Action(models.TextChoices):
        SUBMITTED = "submitted", "提交"
        RESUBMITTED = "resubmitted", "重新提交"
        WITHDRAWN = "withdrawn", "撤回"
        AGREED = "agreed", "同意"
        AMENDED = "amended", "修改后同意"
        DISAGREED = "disagreed", "不同意"
        RETURNED = "returned", "退回"
        ADDED = "added", "加签"
        PASSED = "passed", "转办"
        SKIPPED = "skipped", "自动通过"
        NOTIFIED = "notified", "知会"
        CIRCULATED = "circulated", "传阅"
        READ = "read", "已阅"
        RECALLED = "recalled", "取消传阅"
        URGED = "urged", "催办"
        SUSPENDED = "suspended", "挂起"
        RESUMED = "resumed", "恢复"
        TERMINATED = "terminated", "终止"
        VOIDED = "voided", "作废"
        HANDED_OVER = "handed_over", "移交"
        RECOUNTED = "recounted", "期限重算"

    class Client(models.TextChoices):
        NONE = "", "—"
        DESK = "desk", "PC"
        PHONE = "phone", "移动"

    instance = models.ForeignKey(Instance, on_delete=models.PROTECT, related_name="trail", db_index=False)
    task = models.ForeignKey(Task, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    visit = models.PositiveIntegerField()
    step = models.CharField(max_length=40, blank=True)
    step_label = models.CharField("步骤", max_length=60)
    action = models.CharField("操作", max_length=12, choices=Action)
    actor = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    actor_name = models.CharField("办理人", max_length=60)
    actor_title = models.CharField("职务", max_length=60, blank=True)
    actor_unit = models.CharField("单位", max_length=100, blank=True)
    on_behalf = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    on_behalf_name = models.CharField("委托人", max_length=60, blank=True)
    target = models.CharField("去向", max_length=300, blank=True)
    opinion = models.TextField("意见", blank=True)
    files = ArrayField(models.UUIDField(), verbose_name="附件", default=list, blank=True)
    arrived_at = models.DateTimeField("到达时间", null=True)
    opened_at = models.DateTimeField("打开时间", null=True)
    at = models.DateTimeField("办理时间")
    due_at = models.DateTimeField("截止时间", null=True)
    client = models.CharField("终端", max_length=5, choices=Client, default=Client.NONE, blank=True)
    address = models.CharField("IP", max_length=45, blank=True)

    objects = models.Manager["Trail"]()

    if TYPE_CHECKING:
        instance_id: int
        actor_id: int | None
        task_id: int | None

    class Meta:
        verbose_name = "流转记录"
        constraints = [
            models.CheckConstraint(
                condition=Q(on_behalf=None, on_behalf_name="")
                | Q(on_behalf__isnull=False) & ~Q(on_behalf_name=""),
                name="approvals_trail_on_behalf",
            ),
        ]
        indexes = [models.Index(fields=["instance", "id"], name="approvals_trail_instance")]

    def __str__(self) -> str:
        return f"{self.handler} {self.get_action_display()}"

    @property
    def handler(self) -> str:
        """As the record shows him: 李四（代 张三）."""
        return f"{self.actor_name}（代 {self.on_behalf_name}）" if self.on_behalf_name else self.actor_name
