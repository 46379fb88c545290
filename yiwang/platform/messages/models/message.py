"""Messages (消息): what modules tell people, once, and one receipt for each person told.

Names and titles are copies, so a message can be read when its sender or its matter is gone. Unread and
unconfirmed receipts stand in partial indexes: numbers are counted from there, no counter can drift.
"""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

from yiwang.platform.org.models import Person
from yiwang.platform.org.models.viewer import Viewer


class Message(models.Model):
    """One message. kind: key of a MessageKind; app: who sent it; about: what it is about, for its module.

    app_name: what a sending application is called that is no module. audience: whom the sender chose, in his
    words, as [{"kind", "id", "label"}]; empty when a module named the persons.
    dedupe_key: the sender's own number of the message, unique within his app; null for most.
    """

    class Category(models.TextChoices):
        NOTICE = "notice", "通知公告"
        REMINDER = "reminder", "提醒"
        URGING = "urging", "催办"
        SYSTEM = "system", "系统"

    class Urgency(models.IntegerChoices):
        ORDINARY = 0, "平急"
        URGENT = 1, "加急"
        VERY_URGENT = 2, "特急"

    app = models.CharField("来源应用", max_length=40)
    app_name = models.CharField("来源名称", max_length=60, blank=True)
    kind = models.CharField("消息种类", max_length=100)
    category = models.CharField("类别", max_length=10, choices=Category)
    title = models.CharField("标题", max_length=100)
    summary = models.CharField("摘要", max_length=500, blank=True)
    url = models.CharField("链接", max_length=500, blank=True)
    about_type = models.CharField(max_length=60)
    about_id = models.CharField(max_length=64)
    about_title = models.CharField("事项", max_length=200, blank=True)
    urgency = models.SmallIntegerField("紧急程度", choices=Urgency, default=Urgency.ORDINARY)
    need_receipt = models.BooleanField("需确认收到", default=False)
    sender = models.ForeignKey(
        Person, verbose_name="发送人", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sender_name = models.CharField("发送人姓名", max_length=60)
    sender_unit = models.CharField("发送单位", max_length=100, blank=True)
    receivers = models.PositiveIntegerField("接收人数")
    audience = models.JSONField("发送范围", default=list, blank=True)
    dedupe_key = models.CharField(max_length=64, null=True, blank=True)
    sent_at = models.DateTimeField("发送时间")
    valid_until = models.DateTimeField("有效期至", null=True, blank=True)
    recalled_at = models.DateTimeField("撤回时间", null=True, blank=True)

    # Of a message that was just sent (actions.messages.send).
    numbers_of_parts: str = ""
    numbers_of_tags: dict[int, int] = {}

    if TYPE_CHECKING:
        sender_id: int | None

    class Meta:
        verbose_name = "消息"
        constraints = [
            models.UniqueConstraint(fields=["app", "dedupe_key"], name="messages_message_once"),
            models.CheckConstraint(condition=Q(urgency__gte=0, urgency__lte=2), name="messages_urgency"),
        ]
        indexes = [
            models.Index(fields=["about_type", "about_id"], name="messages_message_about"),
            models.Index(
                fields=["sender", "-sent_at"],
                condition=Q(sender__isnull=False),
                name="messages_message_sender",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    """Receipts."""

    def visible_to(self, viewer: Viewer | None) -> Self:
        """His own, nobody else's: administrators do not read other people's messages either (§6)."""
        return self.none() if viewer is None else self.filter(person_id=viewer.person_id)

    def unread(self) -> Self:
        """未读; what was recalled need not be read any more."""
        return self.filter(read_at=None, is_recalled=False)

    def unconfirmed(self) -> Self:
        """需确认: the sender wants to know that it arrived."""
        return self.filter(need_receipt=True, confirmed_at=None, is_recalled=False)


class Receipt(models.Model):
    """One person and one message: 已发送 → 已送达 → 已读 → 已确认. sent_at, flags: the message's own.

    delivered_at: it was in a list that he looked at, or on his telephone.
    """

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="receipts", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    sent_at = models.DateTimeField("发送时间")
    need_receipt = models.BooleanField("需确认收到", default=False)
    is_recalled = models.BooleanField("已撤回", default=False)
    delivered_at = models.DateTimeField("送达时间", null=True, blank=True)
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)

    objects = ReceiptQuerySet.as_manager()

    if TYPE_CHECKING:
        message_id: int
        person_id: int

    class Meta:
        verbose_name = "收到的消息"
        constraints = [
            models.UniqueConstraint(fields=["message", "person"], name="messages_receipt_once"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(read_at__isnull=False), name="messages_receipt_read_first"
            ),
        ]
        indexes = [
            models.Index(F("person"), F("sent_at").desc(), F("id").desc(), name="messages_receipt_latest"),
            models.Index(
                F("person"),
                F("sent_at").desc(),
                F("id").desc(),
                condition=Q(read_at=None, is_recalled=False),
                name="messages_receipt_unread",
            ),
            models.Index(
                F("person"),
                F("sent_at").desc(),
                F("id").desc(),
                condition=Q(need_receipt=True, confirmed_at=None, is_recalled=False),
                name="messages_receipt_unconfirmed",
            ),
            models.Index(
                F("person"),
                condition=Q(delivered_at=None, read_at=None, is_recalled=False),
                name="messages_receipt_undelivered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}→{self.person_id}"
