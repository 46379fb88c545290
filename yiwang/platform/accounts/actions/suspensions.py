"""Barring an account for a while and letting it in again (停用、恢复), by hand and by the clock."""

import datetime

from django.db import transaction
from django.utils import timezone

from yiwang.kernel import database
from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, require, require_right
from yiwang.platform.accounts import hooks, rules
from yiwang.platform.accounts.actions import roles
from yiwang.platform.accounts.actions.sessions import end_sessions_of
from yiwang.platform.accounts.models import Account, Session, Suspension
from yiwang.platform.accounts.vocabulary import (
    MANAGE,
    RESUMED,
    SUSPENDED,
    SUSPENSION_CALLED_OFF,
    SUSPENSION_PLANNED,
)

_MAY_BE_SUSPENDED = (Account.State.ACTIVE, Account.State.INACTIVE)


def _locked(account: Account) -> Account:
    rows = Account.objects.select_for_update(of=("self",)).select_related("person", "sponsor_unit")
    return rows.get(pk=account.pk)


def _require_state(account: Account, act: str, *states: str) -> None:
    text = f"当前状态为“{account.get_state_display()}”，不能执行“{act}”"
    require(account.state in states, text, code="E-STATE-01")


@transaction.atomic
def suspend(
    account: Account,
    *,
    reason: str,
    actor: Actor,
    starts_on: datetime.date | None = None,
    ends_on: datetime.date | None = None,
    today: datetime.date | None = None,
) -> Account:
    """Bar an account (停用), for a long leave with its last day, which lets it in again by itself.

    From today all its sessions end at once; a later first day is kept until the clock comes to it.
    """
    database.share("org.tree")
    database.lock("org.headcount")  # who follows counts heads, and must not wait for us while we wait for him
    account = _locked(account)
    require_right(rules.can_manage(actor, account), MANAGE.label)
    _require_state(account, "停用", *_MAY_BE_SUSPENDED)
    if not reason.strip():
        raise invalid("reason", "请填写事由")
    day = today or timezone.localdate()
    first = starts_on or day
    if first < day:
        raise invalid("starts_on", "生效日期不能早于今天", code="E-DATE-01")
    if ends_on is not None and ends_on < first:
        raise invalid("ends_on", "结束时间应晚于开始时间", code="E-DATE-01")
    if Suspension.objects.filter(account=account, ended_at=None).exists():
        raise Refused("该账号已登记停用，请先撤销原登记", status=409)
    roles.require_not_last(account)

    suspension = Suspension.objects.create(
        account=account, reason=reason.strip(), starts_on=first, ends_on=ends_on, ordered_by_name=actor.name
    )
    if first > day:
        audit.record(SUSPENSION_PLANNED, account, actor=actor, reason=reason, changes=_period(suspension))
    else:
        _begin(suspension, account, actor)
    return account


def _period(suspension: Suspension) -> dict[str, list[str | None]]:
    last = suspension.ends_on.isoformat() if suspension.ends_on else None
    return {"starts_on": [None, suspension.starts_on.isoformat()], "ends_on": [None, last]}


def _begin(suspension: Suspension, account: Account, actor: Actor) -> None:
    suspension.begun_at = timezone.now()
    suspension.save(update_fields=["begun_at"])
    account.state = Account.State.SUSPENDED
    account.save(update_fields=["state"])
    end_sessions_of(account, reason=Session.End.ACCOUNT)
    audit.record(SUSPENDED, account, actor=actor, reason=suspension.reason, changes=_period(suspension))
    hooks.account_suspended(account=account, suspension=suspension)


@transaction.atomic
def resume(account: Account, *, actor: Actor) -> Account:
    """Let a suspended account in again (恢复)."""
    database.share("org.tree")
    database.lock("org.headcount")
    account = _locked(account)
    require_right(rules.can_manage(actor, account), MANAGE.label)
    _require_state(account, "恢复", Account.State.SUSPENDED)
    _resume(account, actor)
    return account


def _resume(account: Account, actor: Actor) -> None:
    end_suspension(account)
    account.state = rules.state_by_progress(account)
    account.save(update_fields=["state"])
    audit.record(RESUMED, account, actor=actor)
    hooks.account_resumed(account=account)


@transaction.atomic
def call_off(account: Account, *, actor: Actor) -> None:
    """Drop a suspension that is still to come (撤销停用登记)."""
    account = _locked(account)
    require_right(rules.can_manage(actor, account), MANAGE.label)
    require(account.state != Account.State.SUSPENDED, "该账号已停用，请办理恢复")
    require(end_suspension(account), "该账号没有登记停用")
    audit.record(SUSPENSION_CALLED_OFF, account, actor=actor)


def end_suspension(account: Account) -> bool:
    """Part of another action: what is noted of a suspension is over. Was there one?"""
    return bool(Suspension.objects.filter(account=account, ended_at=None).update(ended_at=timezone.now()))


@transaction.atomic
def keep_periods(*, today: datetime.date | None = None, actor: Actor = SYSTEM) -> tuple[int, int]:
    """By the clock: begin what was to begin, resume what is over; how many of each."""
    database.share("org.tree")
    database.lock("org.headcount")
    day = today or timezone.localdate()
    living = Suspension.objects.filter(ended_at=None).order_by("pk")
    begun = resumed = 0
    for suspension in living.filter(begun_at=None, starts_on__lte=day):
        begun += _begin_due(suspension, actor, day)
    for suspension in living.filter(begun_at__isnull=False, ends_on__lt=day):
        account = _locked(suspension.account)
        if account.state == Account.State.SUSPENDED:
            _resume(account, actor)
            resumed += 1
    return begun, resumed


def _begin_due(suspension: Suspension, actor: Actor, today: datetime.date) -> bool:
    """Nobody is barred any more when the whole period went by, or the account took another way meanwhile."""
    account = _locked(suspension.account)
    is_over = suspension.ends_on is not None and suspension.ends_on < today
    if is_over or account.state not in _MAY_BE_SUSPENDED:
        end_suspension(account)
        audit.record(SUSPENSION_CALLED_OFF, account, actor=actor)
        return False
    try:
        roles.require_not_last(account)
    except Refused:  # another administrator is gone meanwhile: it stays planned until there is one again
        return False
    _begin(suspension, account, actor)
    return True
