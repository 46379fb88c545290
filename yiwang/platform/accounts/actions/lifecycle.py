"""The life of an account: opened, unlocked, expired, closed (domain reference §2)."""

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from yiwang.kernel import database
from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, require, require_right
from yiwang.kernel.parameters import queries as parameters
from yiwang.platform.accounts import hooks, rules
from yiwang.platform.accounts.actions import bindings, roles
from yiwang.platform.accounts.actions.sessions import end_sessions_of
from yiwang.platform.accounts.actions.suspensions import end_suspension
from yiwang.platform.accounts.actions.verification import request
from yiwang.platform.accounts.models import Account, Session
from yiwang.platform.accounts.queries import accounts
from yiwang.platform.accounts.vocabulary import CLOSED, EXPIRED, MANAGE, OPENED, TEMPORARY_DAYS, UNLOCKED
from yiwang.platform.org.models import Person, Unit


def _locked(account: Account) -> Account:
    rows = Account.objects.select_for_update(of=("self",)).select_related("person", "sponsor_unit")
    return rows.get(pk=account.pk)


@transaction.atomic
def open_account(
    person: Person,
    *,
    login_name: str,
    kind: str,
    actor: Actor,
    sponsor_unit: Unit | None = None,
    sponsor: Person | None = None,
    starts_on: datetime.date | None = None,
    expires_on: datetime.date | None = None,
    vendor_name: str = "",
    vendor_uscc: str = "",
    purpose: str = "",
    applications: str = "",
    is_verified: bool = False,
) -> Account:
    """Open an account for a person (开通). It waits for the real-name verification, then for activation.

    is_verified: his identity was verified before, elsewhere; only for loading people who are known already.
    """
    path = sponsor_unit.path if sponsor_unit else person.unit_path
    require_right(actor.allows(MANAGE.key, at=path), MANAGE.label)
    _check_kind(person, kind)
    if kind == Account.Kind.TEMPORARY:
        _check_temporary(starts_on, expires_on, sponsor, sponsor_unit)
    account = Account(
        person=person,
        login_name=login_name.strip().lower(),
        kind=kind,
        state=Account.State.INACTIVE if is_verified else Account.State.UNVERIFIED,
        verification=Account.Standing.PASSED if is_verified else Account.Standing.NONE,
        verified_at=timezone.now() if is_verified else None,
        sponsor_unit=sponsor_unit,
        sponsor=sponsor,
        starts_on=starts_on,
        expires_on=expires_on,
        vendor_name=vendor_name,
        vendor_uscc=vendor_uscc,
        purpose=purpose,
        applications=applications,
    )
    account.set_unusable_password()
    bindings.require_free_mobile(person)
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError as error:
        if accounts.living_of(person.pk) is not None:
            raise Refused("该人员已有账号", status=409) from error
        raise invalid("login_name", "登录名已被使用") from error
    audit.record(OPENED, account, actor=actor)
    if not is_verified:
        request(account, actor=actor)
        account.refresh_from_db()
    return account


def _check_kind(person: Person, kind: str) -> None:
    """A vendor's employee never gets a 用户账号, nor a civil servant a 临时账号 (R1-9)."""
    is_external = person.category == Person.Category.EXTERNAL
    if is_external and kind != Account.Kind.TEMPORARY:
        raise invalid("kind", "服务商人员只能开通临时账号，不能开通用户账号")
    if kind == Account.Kind.TEMPORARY and not is_external:
        raise invalid("kind", "本区工作人员不开通临时账号，请使用本人账号")


def _check_temporary(
    starts_on: datetime.date | None,
    expires_on: datetime.date | None,
    sponsor: Person | None,
    sponsor_unit: Unit | None,
) -> None:
    if sponsor is None or sponsor_unit is None:
        raise invalid("sponsor", "请填写接入单位和接入联系人")
    if starts_on is None or expires_on is None or expires_on < starts_on:
        raise invalid("expires_on", "结束时间应晚于开始时间", code="E-DATE-01")
    longest = parameters.number(TEMPORARY_DAYS.key)
    if (expires_on - starts_on).days > longest:
        raise invalid("expires_on", f"临时账号有效期不能超过{longest}天")


@transaction.atomic
def unlock(account: Account, *, actor: Actor) -> Account:
    """Lift the lock that wrong passwords caused."""
    account = _locked(account)
    require_right(rules.can_manage(actor, account), MANAGE.label)
    require(rules.is_locked(account, now=timezone.now()), "账号未被锁定")
    account.locked_until, account.failures = None, 0
    account.save(update_fields=["locked_until", "failures"])
    audit.record(UNLOCKED, account, actor=actor)
    return account


@transaction.atomic
def close(account: Account, *, reason: str, actor: Actor) -> Account:
    """End an account for good (注销); the person's record stays."""
    database.share("org.tree")
    database.lock("org.headcount")  # who follows counts heads, and must not wait for us while we wait for him
    account = _locked(account)
    require_right(rules.can_manage(actor, account), MANAGE.label)
    require(account.state != Account.State.CLOSED, "当前状态为“已注销”，不能执行“注销”", code="E-STATE-01")
    if not reason.strip():
        raise invalid("reason", "请填写事由")
    roles.require_not_last(account)
    roles.end_roles_of_account(account, actor=actor, reason="账号注销")
    end_suspension(account)
    account.state = Account.State.CLOSED
    account.save(update_fields=["state"])
    end_sessions_of(account, reason=Session.End.ACCOUNT)
    audit.record(CLOSED, account, actor=actor, reason=reason)
    hooks.account_closed(account=account)
    return account


@transaction.atomic
def expire_temporary_accounts(*, today: datetime.date | None = None, actor: Actor = SYSTEM) -> int:
    """At 24:00 of their last day temporary accounts expire and their sessions end; returns how many."""
    day = today or timezone.localdate()
    due = Account.objects.get_queryset().select_for_update(of=("self",)).select_related("person")
    expired = 0
    for account in due.filter(kind=Account.Kind.TEMPORARY, expires_on__lt=day).exclude(
        state__in=(Account.State.EXPIRED, Account.State.CLOSED)
    ):
        end_suspension(account)
        account.state = Account.State.EXPIRED
        account.save(update_fields=["state"])
        end_sessions_of(account, reason=Session.End.ACCOUNT)
        audit.record(EXPIRED, account, actor=actor)
        hooks.temporary_expired(account=account)
        expired += 1
    return expired
