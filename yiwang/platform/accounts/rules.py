"""Who may do what with accounts, and what a good password is."""

import datetime

from django.conf import settings

from yiwang.kernel.actor import Actor
from yiwang.platform.accounts.models import Account
from yiwang.platform.accounts.vocabulary import GRANT, MANAGE

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
