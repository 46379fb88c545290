"""Ways of a message besides the list of messages: to the telephone, by e-mail; what people switched off."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from yiwang.platform.messages.models.message import Message
from yiwang.platform.org.models import Person
from yiwang.platform.org.models.viewer import Viewer


class Channel(models.TextChoices):
    """What a delivery goes by; SMS has its own table, for it costs and its numbers are sealed."""

    PUSH = "push", "移动推送"
    MAIL = "mail", "电子邮件"


class Delivery(models.Model):
    """One message on its way to one person. due_at: when it may be tried; quiet hours move it to the morning.

    merged: more than five of its kind came within ten minutes; they go together as one line.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待发"
        MERGED = "merged", "待合并发送"
        SENT = "sent", "已发"
        FAILED = "failed", "失败"
        DROPPED = "dropped", "不再发送"

    OPEN = (State.WAITING, State.MERGED)

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField("渠道", max_length=8, choices=Channel)
    kind = models.CharField("消息种类", max_length=100)
    state = models.CharField("状态", max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField("已试次数", default=0)
    failure = models.CharField("失败原因", max_length=100, blank=True)
    created_at = models.DateTimeField("生成时间")
    due_at = models.DateTimeField("计划发送时间")
    sent_at = models.DateTimeField("发送时间", null=True, blank=True)

    if TYPE_CHECKING:
        message_id: int
        person_id: int

    class Meta:
        verbose_name = "消息投递"
        constraints = [
            models.UniqueConstraint(fields=["message", "person", "channel"], name="messages_delivery_once")
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=("waiting", "merged")),
                name="messages_delivery_due",
            ),
            models.Index(
                fields=["person", "kind", "channel", "-created_at"], name="messages_delivery_recent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}→{self.person_id} {self.channel}"


class MuteQuerySet(models.QuerySet["Mute"]):
    """What is switched off."""

    def visible_to(self, viewer: Viewer | None) -> Self:
        """His own."""
        return self.none() if viewer is None else self.filter(person_id=viewer.person_id)


class Mute(models.Model):
    """A person does not want messages of a kind by a channel. They still stand in his list."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField("消息种类", max_length=100)
    channel = models.CharField("渠道", max_length=8, choices=Channel)

    objects = MuteQuerySet.as_manager()

    if TYPE_CHECKING:
        person_id: int

    class Meta:
        verbose_name = "不接收"
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "channel"], name="messages_mute_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.channel}"
