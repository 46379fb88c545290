"""Giving and taking rights: a permission, a part of the tree, a period (domain reference §0.7)."""

import datetime

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, require, require_right
from yiwang.kernel.extension.permissions import Scope, permissions
from yiwang.platform.accounts import rules
from yiwang.platform.accounts.models import Account, Grant
from yiwang.platform.accounts.queries.principals import announce_change
from yiwang.platform.accounts.vocabulary import GRANT, GRANTED, WITHDRAWN
from yiwang.platform.org.models import Unit


@transaction.atomic
def grant(
    account: Account,
    *,
    permission: str,
    unit: Unit | None,
    actor: Actor,
    reason: str,
    includes_below: bool = True,
    valid_from: datetime.date | None = None,
    valid_to: datetime.date | None = None,
) -> Grant:
    """Give an account a right at a unit; unit None is the whole district."""
    account = Account.objects.select_for_update(of=("self",)).select_related("person").get(pk=account.pk)
    require_right(rules.can_grant(actor, account), GRANT.label)
    if permission not in permissions:
        raise invalid("permission", "没有这项权限")
    kind = permissions.get(permission)
    if unit is None and kind.widest != Scope.DISTRICT:
        raise invalid("unit", f"“{kind.label}”须指定单位")
    if account.kind == Account.Kind.TEMPORARY:
        raise invalid("account", "临时账号不能授予管理权限")
    require(not rules.is_reserved(permission), f"“{kind.label}”只能随管理员角色取得，不能单独授予")
    day = valid_from or timezone.localdate()
    if valid_to is not None and valid_to < day:
        raise invalid("valid_to", "结束时间应晚于开始时间", code="E-DATE-01")
    if Grant.objects.filter(account=account, permission=permission, unit=unit, ended_at=None).exists():
        raise Refused("该账号已有此项权限", status=409)

    given = Grant.objects.create(
        account=account,
        permission=permission,
        unit=unit,
        includes_below=includes_below,
        valid_from=day,
        valid_to=valid_to,
        granted_by_id=actor.account_id,
        granted_by_name=actor.name,
        reason=reason,
    )
    audit.record(GRANTED, account, actor=actor, reason=reason, changes={"permission": [None, kind.label]})
    announce_change(account.pk)
    return given


@transaction.atomic
def withdraw(given: Grant, *, actor: Actor, reason: str) -> None:
    """Take a right back; it stays in the history."""
    given = Grant.objects.select_for_update(of=("self",)).select_related("account__person").get(pk=given.pk)
    require_right(rules.can_grant(actor, given.account), GRANT.label)
    require(given.ended_at is None, "当前状态为“已收回”，不能执行“收回”", code="E-STATE-01")
    given.ended_at = timezone.now()
    given.save(update_fields=["ended_at"])
    audit.record(
        WITHDRAWN, given.account, actor=actor, reason=reason, changes={"permission": [given.permission, None]}
    )
    announce_change(given.account_id)
