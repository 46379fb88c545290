"""Batches of texts: one text to many numbers, with who asked for it and who agreed (domain reference §16)."""

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from yiwang.kernel.crypto.fields import EncryptedTextField
from yiwang.platform.messages.models.template import APPROVE_TEXTS, TextPurpose, TextTemplate, below
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.org.models.viewer import Viewer


class SmsBatchQuerySet(models.QuerySet["SmsBatch"]):
    """Batches."""

    def visible_to(self, viewer: Viewer | None) -> Self:
        """His own, and those of units for which he agrees to texts; drafts are nobody else's."""
        if viewer is None or viewer.is_temporary:
            return self.none()
        agreed = below(viewer, APPROVE_TEXTS) & ~Q(state=SmsBatch.State.DRAFT)
        return self.filter(Q(creator_id=viewer.person_id) | agreed)


class SmsBatch(models.Model):
    """audience: whom it is for, as ids and words; external: further numbers, with the reason why.

    text: as it goes, with {姓名} left open; of a draft by a template the words are open too. template: the
    version by which it was written. total: receivers when it was asked for; parts: what the carrier charges
    for each, of the longest name. unit: who pays. due_at: None in a draft that is to go at once.
    creator: None when an application sends; then app is its client id, dedupe_key its own word for it.
    """

    Purpose = TextPurpose

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        PENDING = "pending", "待审批"
        READY = "ready", "待发送"
        SENDING = "sending", "发送中"
        DONE = "done", "已完成"
        PARTLY = "partly", "部分失败"
        REFUSED = "refused", "已驳回"
        CANCELLED = "cancelled", "已取消"

    row_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField("编号", max_length=20, unique=True, null=True)
    unit = models.ForeignKey(Unit, verbose_name="发送单位", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField("用途", max_length=12, choices=TextPurpose, blank=True)
    template = models.ForeignKey(
        TextTemplate,
        verbose_name="模板版本",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    template_key = models.CharField("模板", max_length=100, blank=True)
    text = EncryptedTextField("内容", purpose="messages.sms", blank=True, default="")
    words = EncryptedTextField("模板变量", purpose="messages.sms", null=True, blank=True)
    need_receipt = models.BooleanField("要求回复1签收", default=False)
    audience = models.JSONField("接收范围", default=dict)
    audience_words = models.JSONField("接收范围（名称）", default=list)
    external = EncryptedTextField("平台外号码", purpose="messages.sms", blank=True, default="")
    external_reason = models.CharField("平台外号码事由", max_length=100, blank=True)
    total = models.PositiveIntegerField("接收人数", default=0)
    parts = models.PositiveSmallIntegerField("每人计费条数", default=0)
    state = models.CharField("状态", max_length=10, choices=State)
    due_at = models.DateTimeField("计划发送时间", null=True, blank=True)
    creator = models.ForeignKey(
        Person, verbose_name="发送人", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    creator_name = models.CharField("发送人姓名", max_length=60)
    app = models.CharField("来源应用", max_length=40, blank=True)
    dedupe_key = models.CharField(max_length=64, null=True, blank=True)
    created_at = models.DateTimeField("提交时间")
    decider_name = models.CharField("审批人", max_length=60, blank=True)
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    opinion = models.CharField("审批意见", max_length=200, blank=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    reminded_at = models.DateTimeField("提醒时间", null=True, blank=True)

    objects = SmsBatchQuerySet.as_manager()

    if TYPE_CHECKING:
        unit_id: int
        creator_id: int | None
        template_id: int | None

    class Meta:
        verbose_name = "短信批次"
        constraints = [
            models.UniqueConstraint(fields=["app", "dedupe_key"], name="messages_smsbatch_once"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(number__isnull=False, due_at__isnull=False),
                name="messages_smsbatch_numbered",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="ready"), name="messages_smsbatch_due"),
            models.Index(fields=["id"], condition=Q(state="sending"), name="messages_smsbatch_sending"),
            models.Index(fields=["creator", "-created_at"], name="messages_smsbatch_creator"),
        ]

    def __str__(self) -> str:
        return self.number or "短信草稿"
