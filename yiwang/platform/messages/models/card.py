"""Cards: messages that people answer with a button, and that their sender may change afterwards.

A card has faces: the first is sent, each later one replaces it for some receivers or for all. What a receiver
presses belongs to the face he saw, once, and the database settles which press was first. A code lets the
sender change the card once.
"""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from yiwang.platform.clients.models import OpenEvent
from yiwang.platform.messages.models.message import Message
from yiwang.platform.org.models import Person


class Card(models.Model):
    """The card of a message. app, task_id: its sender's own number of it, unique with him.

    asks: its first face has buttons that are told to the sender. latest: number of the newest face.
    """

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="card")
    app = models.CharField("来源应用", max_length=40)
    task_id = models.CharField("任务编号", max_length=128, blank=True)
    asks = models.BooleanField("需回应", default=False)
    latest = models.PositiveIntegerField("最新版本", default=1)

    if TYPE_CHECKING:
        message_id: int

    class Meta:
        verbose_name = "消息卡片"
        constraints = [
            models.UniqueConstraint(
                fields=["app", "task_id"], condition=~Q(task_id=""), name="messages_card_task"
            )
        ]

    def __str__(self) -> str:
        return self.task_id or str(self.pk)


class CardFace(models.Model):
    """What a card says. content: card_content.Content. Number 1 is what was sent."""

    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="faces", db_index=False)
    number = models.PositiveIntegerField("版本", default=1)
    content = models.JSONField("内容")
    made_at = models.DateTimeField("生成时间")

    if TYPE_CHECKING:
        card_id: int

    class Meta:
        verbose_name = "卡片内容"
        constraints = [models.UniqueConstraint(fields=["card", "number"], name="messages_cardface_once")]

    def __str__(self) -> str:
        return f"{self.card_id}.{self.number}"


class CardCopy(models.Model):
    """How a card stands with one receiver, once something has happened to it; nothing here: as it was sent.

    number: the face he sees. done_label: in the place of the buttons. is_open: it waits for his answer.
    """

    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField("版本", default=1)
    done_label = models.CharField("按钮替换文字", max_length=40, blank=True)
    is_open = models.BooleanField("待回应", default=False)
    changed_at = models.DateTimeField("变化时间")

    if TYPE_CHECKING:
        card_id: int
        person_id: int

    class Meta:
        verbose_name = "收到的卡片"
        constraints = [models.UniqueConstraint(fields=["card", "person"], name="messages_cardcopy_once")]
        indexes = [models.Index(fields=["person", "-changed_at"], name="messages_cardcopy_latest")]

    def __str__(self) -> str:
        return f"{self.card_id}→{self.person_id}"


class CardPress(models.Model):
    """An answer. slot: "" for the card's own question, a key for an entry of its menu; once for each.

    chosen: question's key -> options' keys. event: by which an application is told.
    """

    face = models.ForeignKey(CardFace, on_delete=models.PROTECT, related_name="presses", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    slot = models.CharField("位置", max_length=1_024, blank=True)
    key = models.CharField("按钮", max_length=1_024)
    label = models.CharField("按钮文字", max_length=40)
    chosen = models.JSONField("所选", default=dict, blank=True)
    pressed_at = models.DateTimeField("时间")
    event = models.ForeignKey(OpenEvent, null=True, on_delete=models.SET_NULL, related_name="+")

    if TYPE_CHECKING:
        face_id: int
        person_id: int
        event_id: int | None

    class Meta:
        verbose_name = "卡片回应"
        constraints = [
            models.UniqueConstraint(fields=["face", "person", "slot"], name="messages_cardpress_once")
        ]

    def __str__(self) -> str:
        return self.label


class CardCode(models.Model):
    """Changes a card once. digest: of the code, which only the application has. person: who pressed."""

    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField("生成时间")
    expires_at = models.DateTimeField("失效时间")
    used_at = models.DateTimeField("使用时间", null=True, blank=True)

    if TYPE_CHECKING:
        card_id: int
        person_id: int | None

    class Meta:
        verbose_name = "卡片更新码"
        indexes = [models.Index(fields=["expires_at"], name="messages_cardcode_end")]

    def __str__(self) -> str:
        return str(self.pk)


class CardPicture(models.Model):
    """A picture of a card, copied here: readers' browsers go nowhere else, and it stays what it was."""

    class State(models.TextChoices):
        WAITING = "waiting", "待获取"
        READY = "ready", "已获取"
        FAILED = "failed", "未能获取"

    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="pictures", db_index=False)
    url = models.CharField("地址", max_length=500)
    state = models.CharField("状态", max_length=8, choices=State, default=State.WAITING)
    kind = models.CharField("类型", max_length=20, blank=True)
    content = models.BinaryField("内容", default=b"")
    failure = models.CharField("失败原因", max_length=100, blank=True)

    if TYPE_CHECKING:
        card_id: int

    class Meta:
        verbose_name = "卡片图片"
        constraints = [models.UniqueConstraint(fields=["card", "url"], name="messages_cardpicture_once")]

    def __str__(self) -> str:
        return self.url
