"""SMS (短信): texts on their way to mobile numbers, and the codes that prove that a number is one's own.

Numbers and texts are sealed at rest: a text may hold a code. The log never gets either.
"""

import uuid
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from yiwang.kernel.crypto.fields import BlindIndexField, EncryptedTextField
from yiwang.kernel.extension.sms import sms_templates
from yiwang.kernel.validators import mask_mobile
from yiwang.platform.messages.models.batch import SmsBatch
from yiwang.platform.messages.models.message import Message
from yiwang.platform.messages.models.template import APPROVE_TEXTS, READ_TEXTS, below
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.org.models.viewer import Viewer


class SmsText(models.Model):
    """One text to one number. due_at: when it may be tried next; quiet hours move it to the morning.

    parts: how many texts the carrier charges. carrier_ids: the carrier's own numbers, one for each part.
    confirmed_at: of a batch that asks for it, by a reply.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待发"
        SENT = "sent", "已发"
        DELIVERED = "delivered", "送达"
        FAILED = "failed", "失败"
        UNKNOWN = "unknown", "未知"
        DROPPED = "dropped", "不再发送"

    row_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mobile = EncryptedTextField("手机号码", purpose="messages.sms")
    mobile_index = BlindIndexField(of="mobile")
    text = EncryptedTextField("内容", purpose="messages.sms")
    template_key = models.CharField("模板", max_length=100)
    parts = models.PositiveSmallIntegerField("计费条数")
    person = models.ForeignKey(
        Person, verbose_name="接收人", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    message = models.ForeignKey(
        Message, verbose_name="消息", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    batch = models.ForeignKey(
        SmsBatch, verbose_name="批次", null=True, on_delete=models.PROTECT, related_name="+"
    )
    sender_name = models.CharField("发送人", max_length=60)
    sender_unit = models.CharField("发送单位", max_length=100, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField("已试次数", default=0)
    carrier_ids = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    parts_delivered = models.PositiveSmallIntegerField("已送达条数", default=0)
    is_hidden = models.BooleanField("内容已清除", default=False)
    failure = models.CharField("失败原因", max_length=100, blank=True)
    created_at = models.DateTimeField("生成时间")
    due_at = models.DateTimeField("计划发送时间")
    sent_at = models.DateTimeField("发送时间", null=True, blank=True)
    delivered_at = models.DateTimeField("送达时间", null=True, blank=True)
    confirmed_at = models.DateTimeField("签收时间", null=True, blank=True)

    if TYPE_CHECKING:
        person_id: int | None
        message_id: int | None
        batch_id: int | None

    class Meta:
        verbose_name = "短信"
        constraints = [
            models.UniqueConstraint(
                fields=["message", "person"],
                condition=Q(message__isnull=False),
                name="messages_smstext_once",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="waiting"), name="messages_smstext_due"),
            models.Index(fields=["-created_at", "-id"], name="messages_smstext_latest"),
            models.Index(fields=["mobile_index", "-created_at"], name="messages_smstext_mobile"),
            GinIndex(fields=["carrier_ids"], condition=Q(state="sent"), name="messages_smstext_carrier"),
            models.Index(fields=["sent_at"], condition=Q(state="sent"), name="messages_smstext_unsettled"),
            models.Index(
                fields=["person", "-created_at"],
                condition=Q(person__isnull=False),
                name="messages_smstext_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template_label}（{self.masked_mobile}）"

    @property
    def masked_mobile(self) -> str:
        """The number as it is shown."""
        return mask_mobile(self.mobile)

    @property
    def template_label(self) -> str:
        """What the text is for."""
        return sms_templates.get(self.template_key).label if self.template_key in sms_templates else "消息"


class SmsReplyQuerySet(models.QuerySet["SmsReply"]):
    """Replies."""

    def visible_to(self, viewer: Viewer | None) -> Self:
        """To what he has sent, or agrees to for a unit; never of persons hidden from him."""
        if viewer is None or viewer.is_temporary:
            return self.none()
        own = Q(text_to__batch__creator_id=viewer.person_id) | Q(text_to__message__sender_id=viewer.person_id)
        if viewer.allows(READ_TEXTS):
            own |= Q(unit=None)  # from numbers that nobody knows
        seen = self.filter(own | below(viewer, APPROVE_TEXTS))
        return seen.filter(Q(person=None) | Q(person__in=Person.objects.visible_to(viewer)))


class SmsReply(models.Model):
    """What somebody wrote back (上行短信). text_to: the text he answered, None when none was found.

    unit: the department whose office looks at it: of the batch or the sender, else the person's own.
    """

    class State(models.TextChoices):
        CONFIRMED = "confirmed", "已签收"
        NOTED = "noted", "已匹配"
        WAITING = "waiting", "待处理"
        HANDLED = "handled", "已处理"

    row_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mobile = EncryptedTextField("手机号码", purpose="messages.sms")
    mobile_index = BlindIndexField(of="mobile")
    text = EncryptedTextField("内容", purpose="messages.sms")
    text_to = models.ForeignKey(
        SmsText, verbose_name="回复的短信", null=True, on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey(
        Person, verbose_name="回复人", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        Unit, verbose_name="经办单位", null=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField("处理情况", max_length=10, choices=State, default=State.WAITING)
    has_confirmed = models.BooleanField("视为确认收到", default=False)
    received_at = models.DateTimeField("收到时间")
    handled_at = models.DateTimeField("处理时间", null=True, blank=True)
    handled_by_name = models.CharField("处理人", max_length=60, blank=True)
    handling = models.CharField("处理说明", max_length=200, blank=True)

    objects = SmsReplyQuerySet.as_manager()

    if TYPE_CHECKING:
        text_to_id: int | None
        person_id: int | None
        unit_id: int | None

    class Meta:
        verbose_name = "上行短信"
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="messages_smsreply_latest"),
            models.Index(fields=["unit"], condition=Q(state="waiting"), name="messages_smsreply_waiting"),
        ]

    def __str__(self) -> str:
        return self.masked_mobile

    @property
    def masked_mobile(self) -> str:
        """The number as it is shown."""
        return mask_mobile(self.mobile)


class Code(models.Model):
    """A verification code as a keyed digest. mobile_digest: of the number; both say nothing without the key.

    purpose: what it may be used for, as `<app>.<act>`. A newer code of the same purpose voids the older.
    """

    mobile_digest = models.BinaryField(max_length=32)
    purpose = models.CharField(max_length=60)
    code_digest = models.BinaryField(max_length=32)
    salt = models.BinaryField(max_length=16)
    tries = models.PositiveSmallIntegerField("已试次数", default=0)
    sent_at = models.DateTimeField("发送时间")
    expires_at = models.DateTimeField("有效期至")
    used_at = models.DateTimeField("使用时间", null=True, blank=True)

    class Meta:
        verbose_name = "短信验证码"
        indexes = [models.Index(fields=["mobile_digest", "-sent_at"], name="messages_code_mobile")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.sent_at}"
