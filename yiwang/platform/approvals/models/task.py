"""Tasks: one person's place at one step of one instance."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from yiwang.platform.approvals.models.instance import Instance
from yiwang.platform.org.models import Person, Post


class Task(models.Model):
    """What one person is asked to do: decide at a step, mend what was returned to him, or read.

    person handles it; owner is whom he stands in for (“李四（代 张三）”), None when he acts for himself.
    waits_for: the task before it in an ordered 会签, a 加签 or a 传阅 one after the other. returned_from: the
    task whose handler sent the instance back here; 直送退回人 (goes_straight) leads to him. is_advisory: a
    signer asked before (前加签) gives an opinion; whoever asked him decides. todo_id: task_id of its to-do,
    that of the first task when it was passed on.
    """

    class Kind(models.TextChoices):
        SEAT = "seat", "办理"
        ADDED = "added", "加签"
        REVISE = "revise", "修改"
        READ = "read", "阅知"

    class State(models.TextChoices):
        WAITING = "waiting", "未到"
        OPEN = "open", "待办"
        DONE = "done", "已办"
        WITHDRAWN = "withdrawn", "已撤销"
        LAPSED = "lapsed", "已失效"
        PASSED = "passed", "已转办"

    class Outcome(models.TextChoices):
        NONE = "", "—"
        AGREED = "agreed", "同意"
        AMENDED = "amended", "修改后同意"
        DISAGREED = "disagreed", "不同意"
        RETURNED = "returned", "退回"
        ADDED = "added", "加签"
        RESUBMITTED = "resubmitted", "重新提交"
        READ = "read", "已阅"

    ACTIVE = (State.WAITING, State.OPEN)

    instance = models.ForeignKey(Instance, on_delete=models.PROTECT, related_name="tasks", db_index=False)
    step = models.CharField("步骤", max_length=40, blank=True)
    visit = models.PositiveIntegerField()
    kind = models.CharField("类别", max_length=8, choices=Kind, default=Kind.SEAT)
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    outcome = models.CharField("结果", max_length=12, choices=Outcome, default=Outcome.NONE, blank=True)
    person = models.ForeignKey(
        Person, verbose_name="办理人", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    owner = models.ForeignKey(
        Person,
        verbose_name="委托人",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    waits_for = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="followers", db_index=False
    )
    added_by = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="added", db_index=False
    )
    returned_from = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    is_advisory = models.BooleanField(default=False)
    goes_straight = models.BooleanField(default=False)
    todo_id = models.BigIntegerField(null=True)
    arrived_at = models.DateTimeField("到达时间", null=True)
    opened_at = models.DateTimeField("打开时间", null=True)
    finished_at = models.DateTimeField("办理时间", null=True)
    due_from = models.DateField(null=True)
    due_workdays = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField("截止时间", null=True)
    urged_at = models.DateTimeField("最近催办时间", null=True)
    urgings = models.PositiveSmallIntegerField("催办次数", default=0)

    objects = models.Manager["Task"]()

    if TYPE_CHECKING:
        instance_id: int
        person_id: int
        post_id: int | None
        owner_id: int | None
        waits_for_id: int | None
        added_by_id: int | None
        returned_from_id: int | None

    class Meta:
        verbose_name = "审批任务"
        constraints = [
            models.UniqueConstraint(
                fields=["instance", "person"],
                condition=Q(state__in=("waiting", "open")) & ~Q(kind="read"),
                name="approvals_task_one_seat",
            ),
            models.UniqueConstraint(
                fields=["instance", "person"],
                condition=Q(state__in=("waiting", "open"), kind="read"),
                name="approvals_task_one_reader",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", waits_for__isnull=False, arrived_at=None, finished_at=None)
                | Q(state="open", arrived_at__isnull=False, finished_at=None)
                | Q(state__in=("done", "withdrawn", "lapsed", "passed"), finished_at__isnull=False),
                name="approvals_task_times",
            ),
            models.CheckConstraint(
                condition=Q(state="done") & ~Q(outcome="") | ~Q(state="done") & Q(outcome=""),
                name="approvals_task_outcome",
            ),
            models.CheckConstraint(
                condition=Q(owner=None) | ~Q(owner=F("person")), name="approvals_task_for_another"
            ),
            models.CheckConstraint(
                condition=Q(due_at=None, due_from=None, due_workdays=0)
                | Q(due_at__isnull=False, due_from__isnull=False),
                name="approvals_task_due",
            ),
        ]
        indexes = [
            # Why these: docs/adr/0012-approvals.md.
            models.Index(
                fields=["person", "-arrived_at", "-id"],
                condition=Q(state__in=("waiting", "open")),
                name="approvals_task_mine",
            ),
            models.Index(
                fields=["person", "-finished_at", "-id"],
                condition=Q(state="done"),
                name="approvals_task_handled",
            ),
            models.Index(fields=["instance", "visit", "id"], name="approvals_task_instance"),
            models.Index(
                fields=["due_at"],
                condition=Q(state="open", due_at__isnull=False),
                name="approvals_task_due_soon",
            ),
            models.Index(
                fields=["post"], condition=Q(state__in=("waiting", "open")), name="approvals_task_post"
            ),
            models.Index(fields=["waits_for"], condition=Q(state="waiting"), name="approvals_task_followers"),
            models.Index(
                fields=["owner"], condition=Q(state__in=("waiting", "open")), name="approvals_task_owner"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instance_id} {self.step}"

    @property
    def is_active(self) -> bool:
        return self.state in self.ACTIVE
