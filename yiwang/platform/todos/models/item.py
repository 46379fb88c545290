"""To-dos (统一待办): one item for each thing to be done or read, one assignment for each person it lies with.

An item is known by its application's own numbers (app, biz_id, task_id), so that a call repeated changes
nothing. What orders a list is copied onto the assignment; open ones stand in partial indexes, from which the
numbers are counted, so that no counter can drift.
"""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

from yiwang.platform.org.models import Person, Post, Unit
from yiwang.platform.org.models.viewer import Viewer


class Item(models.Model):
    """One to-do as its application knows it. type: key of a TodoType; version rises with every change.

    It is open while it lies with somebody. app_name: what an application that is no module is called.
    app_version: the application's own version of it, 0 when it has none; an older one changes nothing.
    quick_actions: what its people may do from the list, as the application described it (actions/quick.py).
    """

    class Kind(models.TextChoices):
        DOCUMENT = "document", "公文"
        MEETING = "meeting", "会议"
        SUPERVISION = "supervision", "督办"
        BRIEFING = "briefing", "信息"
        AFFAIR = "affair", "事务"
        PERSONNEL = "personnel", "人事"
        OTHER = "other", "其他"

    class Urgency(models.IntegerChoices):
        ORDINARY = 0, "平急"
        URGENT = 1, "加急"
        VERY_URGENT = 2, "特急"

    class Needs(models.TextChoices):
        DO = "do", "办理"
        READ = "read", "阅知"

    class State(models.TextChoices):
        OPEN = "open", "未办结"
        FINISHED = "finished", "已办结"
        CANCELLED = "cancelled", "已撤销"

    app = models.CharField("业务系统", max_length=40, db_collation="C")
    biz_id = models.CharField("业务主键", max_length=64, db_collation="C")
    task_id = models.CharField("任务主键", max_length=64, db_collation="C")
    app_name = models.CharField("业务系统名称", max_length=60, blank=True)
    version = models.PositiveIntegerField("版本", default=1)
    app_version = models.BigIntegerField("业务系统版本", default=0)
    type = models.CharField("待办类型", max_length=100)
    kind = models.CharField("类型", max_length=12, choices=Kind)
    title = models.CharField("标题", max_length=100)
    summary = models.CharField("摘要", max_length=300, blank=True)
    needs = models.CharField("办理要求", max_length=4, choices=Needs, default=Needs.DO)
    is_batchable = models.BooleanField("可批量办理", default=False)
    may_transfer = models.BooleanField("可转办", default=False)
    quick_actions = models.JSONField("快捷操作", default=list, blank=True)
    initiator = models.ForeignKey(
        Person, verbose_name="发起人", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    initiator_name = models.CharField("发起人姓名", max_length=60, blank=True)
    initiator_unit = models.CharField("发起单位", max_length=100, blank=True)
    urgency = models.SmallIntegerField("紧急程度", choices=Urgency, default=Urgency.ORDINARY)
    arrived_at = models.DateTimeField("到达时间")
    due_at = models.DateTimeField("截止时间", null=True, blank=True)
    url = models.CharField("PC链接", max_length=500)
    mobile_url = models.CharField("移动链接", max_length=500, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    updated_at = models.DateTimeField("更新时间")

    if TYPE_CHECKING:
        initiator_id: int | None

    class Meta:
        verbose_name = "待办事项"
        constraints = [
            models.UniqueConstraint(fields=["app", "biz_id", "task_id"], name="todos_item_once"),
            models.CheckConstraint(condition=Q(urgency__gte=0, urgency__lte=2), name="todos_item_urgency"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None) | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="todos_item_closed",
            ),
        ]
        indexes = [
            models.Index(
                F("initiator"),
                F("arrived_at").desc(),
                F("id").desc(),
                condition=Q(initiator__isnull=False),
                name="todos_item_initiator",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Assignments."""

    def visible_to(self, viewer: Viewer | None) -> Self:
        """His own, nobody else's: administrators see numbers, not titles (domain reference §6)."""
        return self.none() if viewer is None else self.filter(person_id=viewer.person_id)

    def open(self) -> Self:
        """待办 and 待阅."""
        return self.filter(state__in=Assignment.OPEN)


class Assignment(models.Model):
    """An item lies with a person, in one of his posts. It is never deleted; what happened to it stays.

    person is empty while a to-do of a whole unit waits to be claimed (待认领). turn: how many times the same
    item has come to him. passed_from: the assignment it was passed on from (转办, 交接).
    """

    class State(models.TextChoices):
        TODO = "todo", "待办"
        TOREAD = "toread", "待阅"
        DONE = "done", "已办"
        READ = "read", "已阅"
        CANCELLED = "cancelled", "已撤销"
        LAPSED = "lapsed", "已失效"
        PASSED = "passed", "已转办"

    OPEN = (State.TODO, State.TOREAD)
    HANDLED = (State.DONE, State.READ)

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="assignments", db_index=False)
    person = models.ForeignKey(
        Person, verbose_name="接收人", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    post = models.ForeignKey(
        Post, verbose_name="任职", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        Unit, verbose_name="单位", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField("状态", max_length=10, choices=State)
    turn = models.PositiveSmallIntegerField("第几次", default=1)
    kind = models.CharField("类型", max_length=12, choices=Item.Kind)
    urgency = models.SmallIntegerField("紧急程度", choices=Item.Urgency)
    due_at = models.DateTimeField("截止时间", null=True, blank=True)
    arrived_at = models.DateTimeField("到达时间")
    opened_at = models.DateTimeField("打开时间", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)
    passed_from = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="passed_on", db_index=False
    )
    passed_to = models.ForeignKey(
        Person, verbose_name="转给", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    is_claimed = models.BooleanField("认领而来", default=False)
    note = models.CharField("说明", max_length=200, blank=True)

    objects = AssignmentQuerySet.as_manager()

    if TYPE_CHECKING:
        item_id: int
        person_id: int | None
        post_id: int | None
        unit_id: int | None
        passed_from_id: int | None
        passed_to_id: int | None

    class Meta:
        verbose_name = "待办"
        constraints = [
            models.UniqueConstraint(fields=["item", "person", "turn"], name="todos_assignment_turn"),
            models.UniqueConstraint(
                fields=["item", "person"],
                condition=Q(state__in=("todo", "toread")),
                name="todos_assignment_open_once",
            ),
            models.UniqueConstraint(
                fields=["item", "unit"],
                condition=Q(state__in=("todo", "toread"), person__isnull=True),
                name="todos_assignment_unit_once",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(unit__isnull=False), name="todos_assignment_somewhere"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("todo", "toread"), finished_at=None)
                | (~Q(state__in=("todo", "toread")) & Q(finished_at__isnull=False)),
                name="todos_assignment_finished",
            ),
            models.CheckConstraint(
                condition=~Q(state="passed") | Q(passed_to__isnull=False), name="todos_assignment_passed_to"
            ),
        ]
        indexes = [
            # The list as it is shown: 特急, then what is due first, then what came last. Counted from too.
            models.Index(
                F("person"),
                F("state"),
                F("urgency").desc(),
                F("due_at"),
                F("arrived_at").desc(),
                F("id").desc(),
                condition=Q(state__in=("todo", "toread")),
                name="todos_assignment_open",
            ),
            models.Index(
                F("person"),
                F("state"),
                F("finished_at").desc(),
                F("id").desc(),
                condition=Q(state__in=("done", "read")),
                name="todos_assignment_handled",
            ),
            models.Index(
                fields=["unit"], condition=Q(state__in=("todo", "toread")), name="todos_assignment_unit"
            ),
            models.Index(
                F("unit"),
                F("urgency").desc(),
                F("due_at"),
                F("arrived_at").desc(),
                F("id").desc(),
                condition=Q(state="todo", person__isnull=True),
                name="todos_assignment_claimable",
            ),
            models.Index(
                fields=["arrived_at"], condition=Q(state__in=("todo", "toread")), name="todos_assignment_age"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}→{self.person_id or self.unit_id}"
