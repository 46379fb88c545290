"""Events: what applications are told, by callback (webhook) or when they ask, in one order for each."""

import uuid
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yiwang.kernel.crypto.fields import EncryptedTextField
from yiwang.platform.clients.models.client import Client


class OpenEvent(models.Model):
    """One thing to tell. data: numbers and words of the application's own, never names of people.

    seq: its place in the feed, given once it is committed: nobody reads past one that is still to come.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField("种类", max_length=60)
    data = models.JSONField("内容", default=dict)
    at = models.DateTimeField("时间")
    seq = models.BigIntegerField(null=True)

    if TYPE_CHECKING:
        client_id: int

    class Meta:
        verbose_name = "应用事件"
        indexes = [
            models.Index(fields=["client", "seq"], name="clients_openevent_feed"),
            models.Index(fields=["client"], condition=Q(seq=None), name="clients_openevent_fresh"),
            models.Index(fields=["at"], name="clients_openevent_at"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.kind}"


class Subscription(models.Model):
    """Where an application wants to be called back. secret: signs each callback; shown once."""

    class State(models.TextChoices):
        PENDING = "pending", "待验证"
        ACTIVE = "active", "已启用"
        PAUSED = "paused", "已暂停"
        ENDED = "ended", "已删除"

    class Algorithm(models.TextChoices):
        SM3 = "sm3", "HMAC-SM3"
        SHA256 = "sha256", "HMAC-SHA256"

    row_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="subscriptions")
    url = models.CharField("回调地址", max_length=300)
    kinds = ArrayField(models.CharField(max_length=60), verbose_name="事件种类")
    algorithm = models.CharField("签名算法", max_length=6, choices=Algorithm, default=Algorithm.SM3)
    secret = EncryptedTextField("回调密钥", purpose="clients.client")
    state = models.CharField("状态", max_length=8, choices=State, default=State.PENDING)
    state_note = models.CharField("状态说明", max_length=100, blank=True)
    created_at = models.DateTimeField("添加时间", auto_now_add=True)

    if TYPE_CHECKING:
        client_id: int

    class Meta:
        verbose_name = "事件回调"
        constraints = [
            models.UniqueConstraint(
                fields=["client", "url"], condition=~Q(state="ended"), name="clients_subscription_once"
            )
        ]

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One event on its way to one address."""

    class State(models.TextChoices):
        WAITING = "waiting", "待送达"
        DELIVERED = "delivered", "已送达"
        DEAD = "dead", "未送达"

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(OpenEvent, on_delete=models.CASCADE, related_name="+")
    state = models.CharField("状态", max_length=9, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField("次数", default=0)
    due_at = models.DateTimeField("下次发送")
    sent_at = models.DateTimeField("最近发送", null=True, blank=True)
    status = models.PositiveSmallIntegerField("应答", null=True, blank=True)
    ms = models.PositiveIntegerField("耗时毫秒", null=True, blank=True)
    problem = models.CharField("问题", max_length=100, blank=True)

    if TYPE_CHECKING:
        subscription_id: int
        event_id: int

    class Meta:
        verbose_name = "事件送达"
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="clients_delivery_due"),
            models.Index(fields=["subscription", "-id"], name="clients_delivery_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id}→{self.subscription_id}"
