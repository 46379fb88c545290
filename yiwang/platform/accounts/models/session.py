"""Sessions: one login on one device; and the record of tries, for throttling."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from yiwang.platform.accounts.models.account import Account
from yiwang.platform.org.models import Post

_BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("Android", "安卓手机"),
    ("iPhone", "苹果手机"),
    ("iPad", "苹果平板"),
    ("Windows", "Windows电脑"),
    ("Mac OS", "苹果电脑"),
    ("Linux", "Linux电脑"),
)


class Session(models.Model):
    """The database holds a digest of the cookie only: a stolen table opens no session.

    administers_until: in administration mode (管理模式) up to then, and what for.
    """

    class End(models.TextChoices):
        LOGOUT = "logout", "用户退出"
        LOGOUT_EVERYWHERE = "logout_everywhere", "从其他设备退出"
        IDLE = "idle", "长时间未操作"
        ABSOLUTE = "absolute", "登录时间过长"
        PASSWORD = "password", "密码已修改"
        ACCOUNT = "account", "账号状态变化"

    token_digest = models.BinaryField(max_length=32, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sessions")
    post = models.ForeignKey(Post, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField("登录时间")
    last_seen_at = models.DateTimeField("最近活动")
    address = models.CharField("IP地址", max_length=45, blank=True)
    agent = models.CharField("终端", max_length=200, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    administers_until = models.DateTimeField("管理模式至", null=True, blank=True)
    administers_for = models.CharField("管理事由", max_length=200, blank=True)
    end_reason = models.CharField("结束原因", max_length=20, choices=End, blank=True)

    if TYPE_CHECKING:
        account_id: int
        post_id: int | None

    class Meta:
        verbose_name = "登录会话"
        indexes = [
            models.Index(fields=["account", "-last_seen_at"], name="accounts_session_account"),
            models.Index(fields=["last_seen_at"], condition=Q(ended_at=None), name="accounts_session_live"),
            models.Index(
                fields=["administers_until"],
                condition=Q(administers_until__isnull=False),
                name="accounts_session_administers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.created_at}"

    @property
    def device(self) -> str:
        """The terminal in words its owner recognises: “Windows电脑 · Edge”."""
        system = next((name for mark, name in _SYSTEMS if mark in self.agent), "未知终端")
        browser = next((name for mark, name in _BROWSERS if mark in self.agent), "")
        return f"{system} · {browser}" if browser else system


class LoginAttempt(models.Model):
    """One try to log in. login_digest: keyed digest of what was typed, never the text itself."""

    login_digest = models.BinaryField(max_length=32)
    address = models.CharField(max_length=45, blank=True)
    succeeded = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "登录尝试"
        indexes = [
            models.Index(fields=["address", "at"], name="accounts_attempt_address"),
            models.Index(fields=["at"], name="accounts_attempt_at"),
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.at}"
