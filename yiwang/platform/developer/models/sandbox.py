"""Applications in the sandbox, as their vendors ordered them. The rest is known in the sandbox itself."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from yiwang.platform.accounts.models import Account
from yiwang.platform.clients.vocabulary import MANAGE
from yiwang.platform.org.models.viewer import Viewer


class SandboxClientQuerySet(models.QuerySet["SandboxClient"]):
    """Applications of the sandbox."""

    def visible_to(self, viewer: Viewer | None) -> Self:
        """His own; all of them for who registers applications."""
        if viewer is None:
            return self.none()
        if viewer.allows(MANAGE.key):
            return self
        return self.filter(account_id=viewer.account_id)

    def living(self) -> Self:
        """Those not ended."""
        return self.filter(ended_at=None)


class SandboxClient(models.Model):
    """One application there. client_id: its name there; no secret of it is kept here."""

    account = models.ForeignKey(Account, verbose_name="申请人", on_delete=models.PROTECT, related_name="+")
    client_id = models.CharField("应用ID", max_length=32, unique=True)
    agent_id = models.PositiveIntegerField("应用编号")
    name = models.CharField("应用名称", max_length=50)
    domains = models.CharField("登记域名", max_length=500, blank=True)
    contact_name = models.CharField("联系人", max_length=60)
    contact_phone = models.CharField("联系电话", max_length=30)
    created_at = models.DateTimeField("申请时间", auto_now_add=True)
    cleared_at = models.DateTimeField("最近清除", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    objects = SandboxClientQuerySet.as_manager()

    if TYPE_CHECKING:
        account_id: int

    class Meta:
        verbose_name = "沙箱应用"
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(ended_at=None), name="developer_sandboxclient_name"
            )
        ]

    def __str__(self) -> str:
        return self.name
