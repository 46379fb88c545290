"""Batches of texts: one text to many numbers, with who asked for it and who agreed (domain reference §16)."""

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from yiwang.kernel.crypto.fields import EncryptedTextField
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.org.models.viewer import Viewer

SEND_TEXTS, APPROVE_TEXTS = "messages.send_texts", "messages.approve_texts"


class SmsBatchQuerySet(models.QuerySet["SmsBatch"]):
    """Batches."""

    def visible_to(self, viewer: Viewer | None) -> Self:
        """His own, and those of units for which he agrees to texts; nobody reads others' by administering."""
        if viewer is None or viewer.is_temporary:
            return self.none()
        seen = Q(creator_id=viewer.person_id)
        for path, below in viewer.scopes(APPROVE_TEXTS):
            if not path:
                return self
            below_it = Q(unit__path__gte=path, unit__path__lt=path + "~")
            seen |= below_it if below else Q(unit__path=path)
        return self.filter(seen)


class SmsBatch(models.Model):
    """audience: whom it is for, as ids and words; external: further numbers, with the reason why.

    total: receivers when it was asked for; parts: what the carrier charges for each. unit: who pays.
    """

    class Purpose(models.TextChoices):
        MEETING = "meeting", "会议"
        DOCUMENT = "document", "公文"
        SUPERVISION = "supervision", "督办"
        DUTY = "duty", "值班"
        EMERGENCY = "emergency", "应急"
        OTHER = "other", "其他"

    class State(models.TextChoices):
        PENDING = "pending", "待审批"
        READY = "ready", "待发送"
        SENDING = "sending", "发送中"
        DONE = "done", "已完成"
        PARTLY = "partly", "部分失败"
        REFUSED = "refused", "已驳回"
        CANCELLED = "cancelled", "已取消"

    row_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField("编号", max_length=20, unique=True)
    unit = models.ForeignKey(Unit, verbose_name="发送单位", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField("用途", max_length=12, choices=Purpose)
    template_key = models.CharField("模板", max_length=100, blank=True)
    text = EncryptedTextField("内容", purpose="messages.sms")
    audience = models.JSONField("接收范围", default=dict)
    audience_words = models.JSONField("接收范围（名称）", default=list)
    external = EncryptedTextField("平台外号码", purpose="messages.sms", blank=True, default="")
    external_reason = models.CharField("平台外号码事由", max_length=100, blank=True)
    total = models.PositiveIntegerField("接收人数")
    parts = models.PositiveSmallIntegerField("每人计费条数")
    state = models.CharField("状态", max_length=10, choices=State)
    due_at = models.DateTimeField("计划发送时间")
    creator = models.ForeignKey(
        Person, verbose_name="发送人", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    creator_name = models.CharField("发送人姓名", max_length=60)
    created_at = models.DateTimeField("提交时间")
    decider_name = models.CharField("审批人", max_length=60, blank=True)
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    opinion = models.CharField("审批意见", max_length=200, blank=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    objects = SmsBatchQuerySet.as_manager()

    if TYPE_CHECKING:
        unit_id: int
        creator_id: int

    class Meta:
        verbose_name = "短信批次"
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="ready"), name="messages_smsbatch_due"),
            models.Index(fields=["id"], condition=Q(state="sending"), name="messages_smsbatch_sending"),
            models.Index(fields=["creator", "-created_at"], name="messages_smsbatch_creator"),
        ]

    def __str__(self) -> str:
        return self.number
