"""Who may do what with accounts, and what a good password is."""

import datetime
from functools import cache

from django.conf import settings

from yiwang.kernel.actor import Actor
from yiwang.kernel.extension.permissions import Permission, Scope
from yiwang.kernel.extension.roles import Role, rights_of, roles
from yiwang.platform.accounts.models import Account, RoleGrant
from yiwang.platform.accounts.vocabulary import CONFIRM, GRANT, GRANT_BUSINESS, MANAGE
from yiwang.platform.org.models import Person, Unit

_CLASSES = (str.islower, str.isupper, str.isdigit)
_CLASSES_NEEDED = 3


def can_manage(actor: Actor, account: Account) -> bool:
    """May he open, suspend, resume, unlock this account? Never his own."""
    if actor.account_id == account.pk:
        return False
    path = account.person.unit_path or (account.sponsor_unit.path if account.sponsor_unit else "")
    return actor.allows(MANAGE.key, at=path)


def can_grant(actor: Actor, account: Account) -> bool:
    """May he give or take rights? Nobody changes his own (domain reference §2, §19.2)."""
    return actor.account_id != account.pk and actor.allows(GRANT.key)


def can_grant_role(actor: Actor, account: Account, role: Role, unit: Unit | None) -> bool:
    """May he give or take this role? Nobody changes his own; who grants for a unit only business roles there.

    The system administrator opens 分级管理员; 系统、安全、审计管理员 he proposes and another confirms (§29).
    """
    if actor.account_id == account.pk and actor.account_id is not None:
        return False
    if actor.allows(GRANT.key):
        return True
    if role.is_administrative or role.widest is Scope.DISTRICT or unit is None:
        return False
    return actor.allows(GRANT_BUSINESS.key, at=unit.path) and actor.allows(
        GRANT_BUSINESS.key, at=account.person.unit_path
    )


def is_reserved(permission: str) -> bool:
    """Is it what the separated administrators control each other with? Such a right comes with its role only.

    Else who grants could give one person, right by right, what nobody may hold together (§19.2).
    """
    separated = {right.key for role in roles if role.exclusive for right in role.permissions}
    others = {right.key for role in roles if not role.exclusive for right in role.permissions}
    return permission in separated - others


def role_is_administrative(role: str) -> bool:
    """Do the rights of this role work in administration mode only (管理模式)?"""
    return role in roles and roles.get(role).is_administrative


@cache
def right_is_administrative(permission: str) -> bool:
    """The same of a right granted by itself: when administrators' roles bring it and no other role does."""
    bringing = {role.is_administrative for role in roles if permission in map(_key, rights_of(role.key))}
    return bringing == {True}


def _key(right: Permission) -> str:
    return right.key


def can_confirm(actor: Actor, given: RoleGrant) -> bool:
    """May he be the second person of an appointment? Neither who proposed it nor who is appointed."""
    return actor.allows(CONFIRM.key) and actor.account_id not in (given.granted_by_id, given.account_id)


def may_sponsor(account: Account | None, sponsor: Person, unit: Unit) -> bool:
    """May he answer for a vendor's employee there (接入联系人)? He serves in the unit and can be reached."""
    return (
        account is not None
        and account.state == Account.State.ACTIVE
        and account.kind != Account.Kind.TEMPORARY
        and sponsor.unit_path.startswith(unit.path)
    )


def extension_fault(
    account: Account, expires_on: datetime.date, *, longest: int, today: datetime.date
) -> str:
    """Why the account cannot last until that day, "" when it can. longest: days from its beginning."""
    if account.starts_on is None or account.expires_on is None or expires_on <= account.expires_on:
        return "延期后的结束日期应晚于原结束日期"
    if expires_on < today:
        return "结束日期不能早于今天"
    if (expires_on - account.starts_on).days > longest:
        return f"临时账号自启用之日起不能超过{longest}天，确需继续使用的请重新申请"
    return ""


def state_by_progress(account: Account) -> str:
    """Where an account stands that is barred no longer: as far as verification and activation have come."""
    if account.activated_at is not None:
        return Account.State.ACTIVE
    is_verified = account.verification == Account.Standing.PASSED
    return Account.State.INACTIVE if is_verified else Account.State.UNVERIFIED


def may_hold_roles(account: Account) -> bool:
    """Temporary accounts never do; closed and expired ones no more."""
    gone = (Account.State.CLOSED, Account.State.EXPIRED)
    return account.kind != Account.Kind.TEMPORARY and account.state not in gone


def is_locked(account: Account, *, now: datetime.datetime) -> bool:
    """Locked after too many wrong passwords, for a while."""
    return account.locked_until is not None and account.locked_until > now


def is_expired(account: Account, *, today: datetime.date) -> bool:
    """A temporary account lasts to 24:00 of its last day."""
    return account.expires_on is not None and account.expires_on < today


def must_change_password(account: Account, *, now: datetime.datetime) -> bool:
    """Passwords are changed periodically (等保 8.1.4.1 a)."""
    changed = account.password_changed_at
    return changed is None or (now - changed).days >= settings.PASSWORD_MAX_DAYS


def password_faults(password: str, *, login_name: str, name_letters: str, mobile: str) -> list[str]:
    """What is wrong with a new password, in Chinese; empty when it is good."""
    faults = []
    if len(password) < settings.PASSWORD_MIN_LENGTH:
        faults.append(f"密码至少{settings.PASSWORD_MIN_LENGTH}位")
    if len(password) > 128:
        faults.append("密码不能超过128位")
    kinds = sum(any(check(sign) for sign in password) for check in _CLASSES)
    kinds += any(not sign.isalnum() for sign in password)
    if kinds < _CLASSES_NEEDED:
        faults.append("密码须包含大写字母、小写字母、数字、符号中的至少三种")
    lowered = password.lower()
    personal = [word for word in (login_name.lower(), name_letters.lower(), mobile) if len(word) >= 3]
    if any(word in lowered for word in personal):
        faults.append("密码不能包含登录名、姓名拼音或手机号码")
    return faults
