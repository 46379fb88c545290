"""Connected applications (接入应用): who they are, what they may do, who looks after them."""

import uuid
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yiwang.kernel.actor import Actor
from yiwang.kernel.crypto.fields import EncryptedTextField
from yiwang.platform.accounts.models import Account
from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.viewer import Viewer

# Keys of the rights that vocabulary registers.
MANAGE, DEVELOP = "clients.manage", "clients.develop"


class ClientQuerySet(models.QuerySet["Client"]):
    """Applications."""

    def visible_to(self, viewer: Viewer | None) -> Self:
        """All for who registers them; those of his units for who develops there; those he looks after."""
        if viewer is None:
            return self.none()
        if viewer.allows(MANAGE):
            return self
        seen = Q(members__account_id=viewer.account_id, members__ended_at=None)
        for path, includes_below in viewer.scopes(DEVELOP):
            seen |= Q(unit__path__startswith=path) if includes_below else Q(unit__path=path)
        return self.filter(seen).distinct()


class Client(models.Model):
    """One application. client_id and agent_id are what vendors know it by (corpid and agentid of WeCom's).

    scopes: keys of kernel.extension.open_calls.scopes. fields: of persons, beyond name and unit, that it was
    granted. domains: hosts that its links and callbacks may lead to. allowed_addresses: networks it calls
    from, empty for any. rate: calls a second of one kind; burst: so many at once.
    """

    class State(models.TextChoices):
        TRIAL = "trial", "测试中"
        ENABLED = "enabled", "已启用"
        DISABLED = "disabled", "已停用"
        CLOSED = "closed", "已注销"

    LIVING = (State.TRIAL, State.ENABLED)

    class Field(models.TextChoices):
        """What of a person may be granted; name and unit always go along, identity numbers never."""

        TITLE = "title", "职务"
        OFFICE_PHONE = "office_phone", "办公电话"
        MOBILE = "mobile", "手机号码"
        EMAIL = "email", "电子邮箱"
        ROOM = "room", "办公地址"

    row_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_id = models.CharField("应用ID", max_length=32, unique=True)
    agent_id = models.PositiveIntegerField("应用编号", unique=True)
    name = models.CharField("应用名称", max_length=50)
    about = models.CharField("用途说明", max_length=500, blank=True)
    unit = models.ForeignKey(Unit, verbose_name="所属单位", on_delete=models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=10, choices=State, default=State.TRIAL)
    scopes = ArrayField(models.CharField(max_length=60), verbose_name="接入方式", default=list, blank=True)
    fields = ArrayField(
        models.CharField(max_length=20, choices=Field), verbose_name="授权字段", default=list, blank=True
    )
    domains = ArrayField(models.CharField(max_length=120), verbose_name="登记域名", default=list, blank=True)
    allowed_addresses = ArrayField(
        models.CharField(max_length=45), verbose_name="调用地址范围", default=list, blank=True
    )
    requires_signature = models.BooleanField("必须签名", default=False)
    signing_key = EncryptedTextField("签名密钥", purpose="clients.client", blank=True, default="")
    is_sandbox = models.BooleanField("沙箱应用", default=False)
    rate = models.PositiveIntegerField("每秒调用上限", default=50)
    burst = models.PositiveIntegerField("突发上限", default=200)
    contact_name = models.CharField("联系人", max_length=60, blank=True)
    contact_phone = models.CharField("联系电话", max_length=30, blank=True)
    state_reason = models.CharField("状态说明", max_length=200, blank=True)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = ClientQuerySet.as_manager()

    if TYPE_CHECKING:
        unit_id: int

    class Meta:
        verbose_name = "接入应用"
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=~Q(state="closed"), name="clients_client_name"
            ),
            models.CheckConstraint(condition=Q(rate__gte=1, burst__gte=1), name="clients_client_limits"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_living(self) -> bool:
        return self.state in self.LIVING


class ClientRange(models.Model):
    """A part of the tree that an application may see (授权范围), with all below; none: its own unit."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="ranges")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    if TYPE_CHECKING:
        client_id: int
        unit_id: int

    class Meta:
        verbose_name = "应用授权范围"
        constraints = [models.UniqueConstraint(fields=["client", "unit"], name="clients_range_once")]

    def __str__(self) -> str:
        return f"{self.client_id}→{self.unit_id}"


class ClientMember(models.Model):
    """Who looks after an application: its owner in the unit (应用负责人) or its vendor (开发商, 临时账号)."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="members")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField("添加时间", auto_now_add=True)
    ended_at = models.DateTimeField("移出时间", null=True, blank=True)

    if TYPE_CHECKING:
        client_id: int
        account_id: int

    class Meta:
        verbose_name = "应用负责人"
        constraints = [
            models.UniqueConstraint(
                fields=["client", "account"], condition=Q(ended_at=None), name="clients_member_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id}→{self.account_id}"


class ClientSecret(models.Model):
    """A secret, kept as a digest: it is shown once, when it is made. ends_at: after it was rotated."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="secrets")
    digest = models.BinaryField(max_length=32, unique=True)
    tail = models.CharField("末四位", max_length=4)
    created_at = models.DateTimeField("生成时间")
    created_by_name = models.CharField("生成人", max_length=60)
    ends_at = models.DateTimeField("失效时间", null=True, blank=True)
    last_used_at = models.DateTimeField("最近使用", null=True, blank=True)

    if TYPE_CHECKING:
        client_id: int

    class Meta:
        verbose_name = "应用密钥"
        indexes = [models.Index(fields=["client", "-created_at"], name="clients_secret_latest")]

    def __str__(self) -> str:
        return f"****{self.tail}"


def looks_after(actor: Actor, client: Client) -> bool:
    """Is he one of its owners or vendors today?"""
    if actor.account_id is None:
        return False
    return client.members.filter(account_id=actor.account_id, ended_at=None).exists()
