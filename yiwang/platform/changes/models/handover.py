"""Handovers (工作交接): what somebody who leaves held, who takes it over, who signed for it (R1-22)."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from yiwang.platform.org.models import Person, Post, Unit


def _within(path: str, *, below: bool, column: str = "unit__path") -> Q:
    return Q(**{f"{column}__startswith": path}) if below else Q(**{column: path})


class HandoverQuerySet(models.QuerySet["Handover"]):
    """Handovers."""

    def visible_to(self, viewer: Any) -> Self:
        """His own, those he receives from, and those of units whose persons he looks after or reviews."""
        if viewer is None or viewer.is_temporary:
            return self.none()
        scope = Q(person_id=viewer.person_id) | Q(pk__in=self.received_by(viewer.person_id).values("pk"))
        for permission in ("changes.apply", "changes.review_unit", "changes.review_district"):
            for path, below in viewer.scopes(permission):
                if not path:
                    return self
                scope |= _within(path, below=below)
        return self.filter(scope)

    def received_by(self, person_id: int) -> Self:
        """Those in which something is for him, from the moment that the leaver has submitted them."""
        his = HandoverItem.objects.filter(handover=OuterRef("pk"), successor_id=person_id)
        states = (Handover.State.RECEIVING, Handover.State.DONE)
        return self.filter(Exists(his), state__in=states)

    def open(self) -> Self:
        """Neither completed nor cancelled."""
        return self.filter(state__in=Handover.OPEN)


class Handover(models.Model):
    """One person leaves one post, or all of them. unit: where the post is; leaves: the widest unit he leaves.

    Names are copies of that day. revision rises with every decision: nobody signs what he did not see.
    """

    class Occasion(models.TextChoices):
        TRANSFER = "transfer", "调动"
        SECONDMENT = "secondment", "借调"
        DEREGISTRATION = "deregistration", "注销"
        LEAVING = "leaving", "离开岗位"
        OTHER = "other", "其他"

    class State(models.TextChoices):
        WAITING = "waiting", "待交接"
        WORKING = "working", "交接中"
        RECEIVING = "receiving", "待签收"
        DONE = "done", "已完成"
        CANCELLED = "cancelled", "已取消"

    OPEN = (State.WAITING, State.WORKING, State.RECEIVING)

    number = models.CharField("编号", max_length=40, unique=True)
    person = models.ForeignKey(Person, verbose_name="交接人", on_delete=models.PROTECT, related_name="+")
    person_name = models.CharField("交接人姓名", max_length=60)
    post = models.ForeignKey(
        Post, verbose_name="岗位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField("职务", max_length=60, blank=True)
    unit = models.ForeignKey(Unit, verbose_name="原单位", on_delete=models.PROTECT, related_name="+")
    unit_name = models.CharField("原单位名称", max_length=140)
    leaves = models.ForeignKey(Unit, verbose_name="离开的单位", on_delete=models.PROTECT, related_name="+")
    leaves_all = models.BooleanField("离开全部岗位", default=False)
    occasion = models.CharField("事由类别", max_length=16, choices=Occasion)
    reason = models.CharField("事由", max_length=200, blank=True)
    effective_on = models.DateField("离岗日期")
    due_on = models.DateField("办理期限")
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    revision = models.PositiveIntegerField("版本", default=1)
    started_by_name = models.CharField("发起人", max_length=60)
    started_at = models.DateTimeField("生成时间")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    carried_out_at = models.DateTimeField("离岗清理时间", null=True, blank=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    cancel_reason = models.CharField("取消原因", max_length=200, blank=True)

    objects = HandoverQuerySet.as_manager()

    if TYPE_CHECKING:
        items: Any
        signatures: Any
        person_id: int
        post_id: int | None
        unit_id: int
        leaves_id: int

    class Meta:
        verbose_name = "交接单"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "post"],
                condition=Q(state__in=["waiting", "working", "receiving"]),
                name="changes_handover_one_open",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(finished_at__isnull=False), name="changes_handover_finished"
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancel_reason=""), name="changes_handover_cancelled"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state"], name="changes_handover_unit"),
            models.Index(fields=["-started_at", "-id"], name="changes_handover_latest"),
            models.Index(
                fields=["effective_on"],
                condition=Q(carried_out_at=None) & ~Q(state="cancelled"),
                name="changes_handover_effective",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def left_path(self) -> str:
        """The path that holdings are asked for; "" for everything he holds."""
        return "" if self.leaves_all else self.leaves.path

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def stays(self) -> bool:
        """Does his post go on? Somebody on secondment (借调) comes back to it."""
        return self.occasion == self.Occasion.SECONDMENT


class HandoverItem(models.Model):
    """One thing that he holds. holding: key of a kernel Holding; held_id: its id there."""

    class Decision(models.TextChoices):
        NONE = "", "未确定"
        SUCCESSOR = "successor", "移交"
        OFFICE = "office", "交单位办公室"
        ENDS = "ends", "随岗终止"
        LEAVE = "leave", "退出"
        KEEP = "keep", "保留"

    class State(models.TextChoices):
        WAITING = "waiting", "待移交"
        DONE = "done", "已移交"
        FAILED = "failed", "未能移交"

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="items")
    holding = models.CharField("类别", max_length=60)
    held_id = models.CharField(max_length=64)
    title = models.CharField("事项", max_length=200)
    note = models.CharField("说明", max_length=200, blank=True)
    url = models.CharField(max_length=500, blank=True)
    decision = models.CharField("去向", max_length=10, choices=Decision, default=Decision.NONE, blank=True)
    successor = models.ForeignKey(
        Person, verbose_name="接收人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    successor_name = models.CharField("接收人姓名", max_length=60, blank=True)
    reason = models.CharField("保留理由", max_length=200, blank=True)
    decided_by_name = models.CharField("确定人", max_length=60, blank=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.WAITING)
    done_at = models.DateTimeField("完成时间", null=True, blank=True)
    fault = models.CharField("未能移交的原因", max_length=300, blank=True)
    is_late = models.BooleanField("离岗时新增", default=False)

    if TYPE_CHECKING:
        handover_id: int
        successor_id: int | None

    class Meta:
        verbose_name = "交接事项"
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "holding", "held_id"], name="changes_handoveritem_once"
            ),
            models.CheckConstraint(
                condition=~Q(decision="successor") | Q(successor__isnull=False),
                name="changes_handoveritem_successor",
            ),
            models.CheckConstraint(
                condition=~Q(decision="keep") | ~Q(reason=""), name="changes_handoveritem_keep_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_at__isnull=False), name="changes_handoveritem_done"
            ),
        ]
        indexes = [models.Index(fields=["successor"], name="changes_handoveritem_receiver")]

    def __str__(self) -> str:
        return self.title


class HandoverSignature(models.Model):
    """Somebody's confirmation: the content as he saw it, its SM3 digest, the platform's SM2 signature.

    behalf: why the unit's administrator signed for the leaver.
    """

    class Part(models.TextChoices):
        LEAVER = "leaver", "交出人"
        RECEIVER = "receiver", "接收人"
        OFFICE = "office", "监交人"

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="signatures")
    part = models.CharField("身份", max_length=8, choices=Part)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("姓名", max_length=60)
    unit_name = models.CharField("单位", max_length=140, blank=True)
    title = models.CharField("职务", max_length=60, blank=True)
    behalf = models.CharField("代办原因", max_length=200, blank=True)
    content = models.TextField("签署内容")
    digest = models.CharField("SM3摘要", max_length=64)
    signature = models.BinaryField("SM2签名", max_length=64)
    signed_at = models.DateTimeField("签署时间")

    if TYPE_CHECKING:
        handover_id: int
        person_id: int

    class Meta:
        verbose_name = "交接签署"
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "part", "person"], name="changes_handoversignature_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()} {self.name}"
