"""必达: a message that must reach everybody, by a ladder whose steps are kept as they were then (ADR 22).

Whether somebody has read or confirmed stands in his receipt and nowhere else; here stands how far the ladder
has gone for him, when it goes on, and who has told him otherwise.
"""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from yiwang.platform.messages.models.message import Message, Receipt
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.org.models.viewer import Viewer

MUST_REACH, WATCH_REACH = "messages.must_reach", "messages.watch_reach"


class Level(models.IntegerChoices):
    """The steps of the ladder, in their order."""

    INBOX = 1, "站内消息和推送"
    TEXT = 2, "短信"
    CONTACT = 3, "代理人、联络人"
    DUTY = 4, "值班室"


def within(viewer: Viewer, column: str = "unit__path") -> Q | None:
    """On rows with a unit's path: those of the units he watches over; None for all units."""
    found = Q(pk__in=[])
    for path, below in viewer.scopes(WATCH_REACH):
        if not path:
            return None
        inside = Q(**{f"{column}__gte": path, f"{column}__lt": path + "~"})
        found |= inside if below else Q(**{column: path})
    return found


class ReachQuerySet(models.QuerySet["Reach"]):
    """Must-reach messages."""

    def visible_to(self, viewer: Viewer | None) -> Self:
        """His own; of the units he watches over what they have sent, and what their people receive."""
        if viewer is None or viewer.is_temporary:
            return self.none()
        watched = within(viewer)
        if watched is None:
            return self
        told = ReachLine.objects.filter(watched, reach=OuterRef("pk"))
        return self.filter(Q(message__sender=viewer.person_id) | watched | Exists(told))


class Reach(models.Model):
    """The ladder of one message. unit: who sends; of the others only how it ended, if it has ended."""

    class State(models.TextChoices):
        RUNNING = "running", "进行中"
        DONE = "done", "全部确认"
        STOPPED = "stopped", "已停止升级"
        RECALLED = "recalled", "已撤回"
        EXPIRED = "expired", "已到期"

    message = models.OneToOneField(
        Message, verbose_name="消息", on_delete=models.PROTECT, related_name="reach"
    )
    unit = models.ForeignKey(Unit, verbose_name="发送单位", on_delete=models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=10, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField("开始时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    ended_by_name = models.CharField("结束人", max_length=60, blank=True)
    end_reason = models.CharField("事由", max_length=200, blank=True)

    objects = ReachQuerySet.as_manager()

    if TYPE_CHECKING:
        message_id: int
        unit_id: int

    class Meta:
        verbose_name = "必达通知"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", ended_at=None)
                | (~Q(state="running") & Q(ended_at__isnull=False)),
                name="messages_reach_end",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="running"), name="messages_reach_running"),
            models.Index(fields=["-started_at", "-id"], name="messages_reach_latest"),
        ]

    def __str__(self) -> str:
        return self.message.title


class ReachStep(models.Model):
    """One step, as it was at sending. after_minutes: since the step before it."""

    reach = models.ForeignKey(Reach, on_delete=models.PROTECT, related_name="steps", db_index=False)
    level = models.PositiveSmallIntegerField("级别", choices=Level)
    after_minutes = models.PositiveIntegerField("等待分钟数")

    class Meta:
        verbose_name = "升级步骤"
        constraints = [
            models.UniqueConstraint(fields=["reach", "level"], name="messages_reachstep_once"),
        ]

    def __str__(self) -> str:
        return f"{self.reach_id} {self.get_level_display()}"

    if TYPE_CHECKING:
        reach_id: int


class ReachLine(models.Model):
    """One receiver. unit: the row of the board he counts in, as it was at sending.

    next_at: when the next step is due; None after the last, and when nothing more is to be done for him.
    told_…: somebody has told him by telephone or in person, which is not his own confirmation.
    """

    class How(models.TextChoices):
        CALLED = "called", "电话通知"
        RELAYED = "relayed", "转达"

    reach = models.ForeignKey(Reach, on_delete=models.PROTECT, related_name="lines", db_index=False)
    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        Unit, verbose_name="单位", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    level = models.PositiveSmallIntegerField("所在级别", choices=Level, default=Level.INBOX)
    moved_at = models.DateTimeField("到达本级时间")
    next_at = models.DateTimeField("下一级时间", null=True, blank=True)
    told_how = models.CharField("告知方式", max_length=8, choices=How, blank=True)
    told_at = models.DateTimeField("告知时间", null=True, blank=True)
    told_by = models.ForeignKey(
        Person, verbose_name="告知人", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    told_by_name = models.CharField("告知人姓名", max_length=60, blank=True)
    told_note = models.CharField("备注", max_length=100, blank=True)

    objects = models.Manager["ReachLine"]()

    if TYPE_CHECKING:
        reach_id: int
        receipt_id: int
        unit_id: int | None

    class Meta:
        verbose_name = "必达接收人"
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=4), name="messages_reachline_level"),
            models.CheckConstraint(
                condition=Q(told_how="", told_at=None, told_by_name="")
                | (~Q(told_how="") & Q(told_at__isnull=False, next_at=None) & ~Q(told_by_name="")),
                name="messages_reachline_told",
            ),
        ]
        indexes = [
            models.Index(fields=["reach", "unit"], name="messages_reachline_unit"),
            models.Index(
                fields=["next_at", "reach"],
                condition=Q(next_at__isnull=False),
                name="messages_reachline_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reach_id}→{self.receipt_id}"


class ReachAsk(models.Model):
    """Somebody was asked to tell a receiver. part: as what he was asked."""

    class Part(models.TextChoices):
        DEPUTY = "deputy", "代理人"
        CONTACT = "contact", "单位联络人"
        DUTY = "duty", "值班人员"

    line = models.ForeignKey(ReachLine, on_delete=models.PROTECT, related_name="asks", db_index=False)
    person = models.ForeignKey(
        Person, verbose_name="受托人", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    part = models.CharField("身份", max_length=8, choices=Part)
    asked_at = models.DateTimeField("请求时间")

    objects = models.Manager["ReachAsk"]()

    if TYPE_CHECKING:
        line_id: int
        person_id: int

    class Meta:
        verbose_name = "转达请求"
        constraints = [
            models.UniqueConstraint(fields=["person", "line"], name="messages_reachask_once"),
        ]
        indexes = [models.Index(fields=["line"], name="messages_reachask_line")]

    def __str__(self) -> str:
        return f"{self.line_id} {self.person_id}"


class ReachWatch(models.Model):
    """Somebody has the board open: his pages are told when anything on it changes."""

    reach = models.ForeignKey(Reach, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    seen_at = models.DateTimeField("最近查看时间")

    objects = models.Manager["ReachWatch"]()

    if TYPE_CHECKING:
        reach_id: int
        person_id: int

    class Meta:
        verbose_name = "看板查看"
        constraints = [
            models.UniqueConstraint(fields=["person", "reach"], name="messages_reachwatch_once"),
        ]

    def __str__(self) -> str:
        return f"{self.reach_id} {self.person_id}"
