"""Accounts: how a person logs in. Four types, one district-wide system (R1-7, R1-9, R2-7).

What an account may do is in Grant, not in its type; nobody is a superuser.
"""

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from yiwang.platform.org.models import Person, Unit


def _in_unit(column: str, path: str, below: bool) -> Q:
    if not below:
        return Q(**{column: path})
    return Q(**{f"{column}__gte": path, f"{column}__lt": path + "~"})


def _looked_after(viewer: Any) -> tuple[Q, ...] | None:
    """By the units where the persons serve, and by the units that sponsor them; None: all, (): none."""
    if viewer is None or viewer.is_temporary:
        return ()
    serving = sponsored = Q(pk__in=[])
    for path, below in viewer.scopes("accounts.manage"):
        if not path:
            return None
        serving |= _in_unit("person__unit_path", path, below)
        sponsored |= _in_unit("sponsor_unit__path", path, below)
    return serving, sponsored


class AccountQuerySet(models.QuerySet["Account"]):
    def visible_to(self, viewer: Any) -> Self:
        """Accounts this administrator looks after: those of the units he holds accounts.manage for."""
        parts = _looked_after(viewer)
        if parts is None:
            return self
        if not parts:
            return self.none()
        # Part by part, each along its own index: one condition over three tables would read all accounts.
        every = AccountQuerySet(self.model, using=self.db).order_by().values("pk")
        return self.filter(
            pk__in=every.filter(pk=viewer.account_id).union(*(every.filter(part) for part in parts))
        )

    def few_visible_to(self, viewer: Any) -> Self:
        """The same, where a further condition leaves few of the district: these are looked at one by one."""
        parts = _looked_after(viewer)
        if parts is None:
            return self
        if not parts:
            return self.none()
        serving, sponsored = parts
        return self.filter(serving | sponsored | Q(pk=viewer.account_id))


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by login name; creating them is an action."""

    def get_queryset(self) -> AccountQuerySet:
        return AccountQuerySet(self.model, using=self._db)

    def visible_to(self, viewer: Any) -> AccountQuerySet:
        return self.get_queryset().visible_to(viewer)

    def few_visible_to(self, viewer: Any) -> AccountQuerySet:
        return self.get_queryset().few_visible_to(viewer)


class Account(AbstractBaseUser):
    """One login of one person."""

    class Kind(models.TextChoices):
        SYSTEM_ADMINISTRATOR = "system_administrator", "系统管理员账号"
        GRADED_ADMINISTRATOR = "graded_administrator", "分级管理员账号"
        USER = "user", "用户账号"
        TEMPORARY = "temporary", "临时账号"

    class State(models.TextChoices):
        UNVERIFIED = "unverified", "待实名认证"
        INACTIVE = "inactive", "待激活"
        ACTIVE = "active", "正常"
        SUSPENDED = "suspended", "停用"
        EXPIRED = "expired", "已过期"
        CLOSED = "closed", "已注销"

    class Standing(models.TextChoices):
        """How the real-name verification stands. FAILED: 退回修改; STUCK: the service did not answer."""

        NONE = "", "未认证"
        WAITING = "waiting", "认证中"
        PASSED = "passed", "已实名认证"
        FAILED = "failed", "认证不通过（退回修改）"
        STUCK = "stuck", "待处理"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    login_name = models.CharField("登录名", max_length=40, db_collation="C")
    kind = models.CharField("账号类型", max_length=24, choices=Kind, default=Kind.USER)
    state = models.CharField("状态", max_length=12, choices=State, default=State.UNVERIFIED)
    verification = models.CharField("实名认证", max_length=8, choices=Standing, blank=True, default="")
    verified_at = models.DateTimeField("实名认证时间", null=True, blank=True)
    password_changed_at = models.DateTimeField("密码修改时间", null=True, blank=True)
    activation_code = models.CharField("激活码摘要", max_length=128, blank=True)
    activation_expires_at = models.DateTimeField("激活码有效期", null=True, blank=True)
    activated_at = models.DateTimeField("激活时间", null=True, blank=True)
    commitment_at = models.DateTimeField("签署使用承诺书时间", null=True, blank=True)
    failures = models.PositiveSmallIntegerField("连续登录失败次数", default=0)
    locked_until = models.DateTimeField("锁定至", null=True, blank=True)
    starts_on = models.DateField("启用日期", null=True, blank=True)
    expires_on = models.DateField("到期日期", null=True, blank=True)
    sponsor_unit = models.ForeignKey(
        Unit, verbose_name="接入单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sponsor = models.ForeignKey(
        Person, verbose_name="接入联系人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    vendor_name = models.CharField("服务商名称", max_length=100, blank=True)
    vendor_uscc = models.CharField("服务商统一社会信用代码", max_length=18, blank=True)
    purpose = models.CharField("用途", max_length=200, blank=True)
    applications = models.CharField("允许访问的应用", max_length=300, blank=True)
    created_at = models.DateTimeField("开通时间", auto_now_add=True)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "login_name"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    if TYPE_CHECKING:
        person_id: int
        sponsor_id: int | None
        sponsor_unit_id: int | None

    class Meta:
        verbose_name = "账号"
        constraints = [
            # Who comes back after his account was closed gets a new one; the closed one is history.
            models.UniqueConstraint(
                fields=["person"], condition=~Q(state="closed"), name="accounts_one_per_person"
            ),
            models.UniqueConstraint(
                fields=["login_name"], condition=~Q(state="closed"), name="accounts_login_name_once"
            ),
            models.CheckConstraint(
                condition=~Q(kind="temporary")
                | Q(
                    expires_on__isnull=False,
                    starts_on__isnull=False,
                    sponsor__isnull=False,
                    sponsor_unit__isnull=False,
                ),
                name="accounts_temporary_has_sponsor",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="accounts_account_state"),
            models.Index(fields=["login_name"], name="accounts_account_login_name"),
            models.Index(
                fields=["locked_until"],
                condition=Q(locked_until__isnull=False),
                name="accounts_account_locked",
            ),
            models.Index(
                fields=["expires_on"], condition=Q(kind="temporary"), name="accounts_account_expiry"
            ),
            models.Index(
                fields=["id"],
                condition=Q(verification__in=("failed", "stuck")),
                name="accounts_account_refused",
            ),
        ]

    def __str__(self) -> str:
        return self.login_name

    @property
    def state_label(self) -> str:
        """The state as pages name it: 待实名认证 says how the verification stands."""
        if self.state == self.State.UNVERIFIED and self.verification in (
            self.Standing.FAILED,
            self.Standing.STUCK,
        ):
            return f"{self.get_state_display()} · {self.get_verification_display()}"
        return str(self.get_state_display())


class PasswordHistory(models.Model):
    """A password once used, as a hash, so that it is not used again too soon (等保 8.1.4.1 a)."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    password = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)

    if TYPE_CHECKING:
        account_id: int

    class Meta:
        verbose_name = "历史密码"
        indexes = [models.Index(fields=["account", "-at"], name="accounts_password_history")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.at}"
