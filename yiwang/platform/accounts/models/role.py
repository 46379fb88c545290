"""Role grants: an account holds a role in a part of the tree, for a period (domain reference §0.7, §19.2)."""

import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q

from yiwang.platform.accounts.models.account import Account
from yiwang.platform.org.models import Post, Unit

# Written out, because the database must refuse two of them on one account whatever the registry says.
SEPARATED_ROLES = (
    "accounts.audit_administrator",
    "accounts.security_administrator",
    "accounts.system_administrator",
)


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def living(self) -> Self:
        """Neither withdrawn nor ended; those that wait for confirmation too."""
        return self.filter(ended_at=None)

    def in_force(self, today: datetime.date) -> Self:
        """Those that bring their rights on that day."""
        begun = self.filter(ended_at=None, is_pending=False, valid_from__lte=today)
        return begun.filter(Q(valid_to=None) | Q(valid_to__gte=today))

    def visible_to(self, viewer: Any) -> Self:
        """His own; those of his part of the tree for who looks after accounts; all for who oversees roles."""
        if viewer is None or viewer.is_temporary:
            return self.none()
        if viewer.allows("accounts.read_roles"):
            return self
        scope = Q(account_id=viewer.account_id)
        for path, below in viewer.scopes("accounts.manage"):
            if not path:
                return self
            for column in ("unit__path", "account__person__unit_path"):
                scope |= (
                    Q(**{f"{column}__gte": path, f"{column}__lt": path + "~"})
                    if below
                    else Q(**{column: path})
                )
        return self.filter(scope)


class RoleGrant(models.Model):
    """unit None means the whole district; valid_to is the last day, None: until it ends.

    post: the role ends with it. basis: number of the document of appointment. is_pending: proposed, waiting
    for the second person. seal: HMAC-SM3 over what the grant says (GB/T 39786-2021, 8.4 b).
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    role = models.CharField("角色", max_length=60)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    includes_below = models.BooleanField("含下级", default=True)
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)
    basis = models.CharField("依据文号", max_length=60, blank=True)
    reason = models.CharField("事由", max_length=200, blank=True)
    granted_by_id = models.BigIntegerField("授予人账号", null=True, blank=True)
    granted_by_name = models.CharField("授予人", max_length=60)
    is_pending = models.BooleanField("待确认", default=False)
    confirmed_by_id = models.BigIntegerField("确认人账号", null=True, blank=True)
    confirmed_by_name = models.CharField("确认人", max_length=60, blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    ended_at = models.DateTimeField("终止时间", null=True, blank=True)
    ended_by_name = models.CharField("终止人", max_length=60, blank=True)
    end_reason = models.CharField("终止原因", max_length=200, blank=True)
    seal = models.BinaryField("完整性校验值", max_length=32, default=bytes)
    created_at = models.DateTimeField("授予时间", auto_now_add=True)

    objects = RoleGrantQuerySet.as_manager()

    if TYPE_CHECKING:
        account_id: int
        unit_id: int | None
        post_id: int | None

    class Meta:
        verbose_name = "角色授予"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "role", "unit"],
                condition=Q(ended_at=None),
                name="accounts_role_once",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(ended_at=None, role__in=SEPARATED_ROLES),
                name="accounts_role_separation",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=SEPARATED_ROLES) | Q(is_pending=True) | ~Q(confirmed_by_name=""),
                name="accounts_role_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(granted_by_id=None)
                | Q(confirmed_by_id=None)
                | ~Q(granted_by_id=F("confirmed_by_id")),
                name="accounts_role_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="accounts_role_period"
            ),
        ]
        indexes = [
            models.Index(fields=["account"], condition=Q(ended_at=None), name="accounts_role_living"),
            models.Index(fields=["role", "unit"], condition=Q(ended_at=None), name="accounts_role_holders"),
            models.Index(fields=["post"], condition=Q(ended_at=None), name="accounts_role_post"),
        ]

    def __str__(self) -> str:
        return f"{self.role}@{self.unit_id or '*'}"
