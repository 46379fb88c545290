"""First login: the person proves who he is, confirms his data, accepts the 使用承诺书 and sets a password.

Two ways lead there: the code from the administrator, and a code by SMS to the number that was verified.
A second factor is prepared after that, by whoever joins `hooks.account_activated`.
"""

import datetime
import secrets

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.crypto.keys import provider
from yiwang.kernel.errors import Refused, invalid, require, require_right
from yiwang.kernel.extension.codes import code_service
from yiwang.platform.accounts import hooks, rules
from yiwang.platform.accounts.actions.passwords import set_password
from yiwang.platform.accounts.actions.verification import ACTIVATION_DAYS
from yiwang.platform.accounts.models import Account, LoginAttempt
from yiwang.platform.accounts.queries import accounts
from yiwang.platform.accounts.vocabulary import ACTIVATED, ACTIVATION_PROVED, CODE_ISSUED, MANAGE

PURPOSE = "accounts.activate"  # of the code by SMS
_CODE_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE_LENGTH = 10
_WRONG_CODE = "账号或激活码不正确，或激活码已过期"
_WRONG_SMS_CODE = "验证码不正确或已过期"
_TRIES, _CLOSED_FOR = 5, datetime.timedelta(minutes=30)
_BETWEEN_TEXTS = datetime.timedelta(seconds=60)


def _locked(account: Account) -> Account:
    rows = Account.objects.select_for_update(of=("self",)).select_related("person", "sponsor_unit")
    return rows.get(pk=account.pk)


@transaction.atomic
def issue_activation_code(account: Account, *, actor: Actor) -> str:
    """A fresh code for the first login, shown to the administrator once; an older code is void."""
    account = _locked(account)
    require_right(rules.can_manage(actor, account), MANAGE.label)
    state = account.get_state_display()
    require(
        account.state == Account.State.INACTIVE,
        f"当前状态为“{state}”，不能执行“生成激活码”",
        code="E-STATE-01",
    )
    code = "".join(secrets.choice(_CODE_SIGNS) for _ in range(_CODE_LENGTH))
    account.activation_code = _code_digest(account, code)
    account.activation_expires_at = timezone.now() + datetime.timedelta(days=ACTIVATION_DAYS)
    account.save(update_fields=["activation_code", "activation_expires_at"])
    audit.record(CODE_ISSUED, account, actor=actor)
    return code


def _code_digest(account: Account, code: str) -> str:
    return provider().mac("accounts.activation", f"{account.pk}:{code}".encode()).hex()


def _waits(account: Account | None, now: datetime.datetime) -> bool:
    """Is there an account that may be activated now?"""
    return (
        account is not None
        and account.state == Account.State.INACTIVE
        and account.activation_expires_at is not None
        and account.activation_expires_at > now
    )


def _require_calm(address: str, now: datetime.datetime) -> None:
    most, seconds = settings.LOGIN_FAILURES_PER_ADDRESS
    if accounts.failures_from(address, since=now - datetime.timedelta(seconds=seconds)) >= most:
        raise Refused("操作过于频繁，请60秒后再试", status=429, code="E-SMS-01", retry_after=seconds)


def _attempt(way: str, login: str, address: str, now: datetime.datetime) -> LoginAttempt:
    """A try, refused after five wrong ones with the same login, whether or not there is such an account."""
    _require_calm(address, now)
    digest = accounts.login_digest(f"{way}:{login.strip()}")
    if accounts.failures_of(digest, since=now - _CLOSED_FOR) >= _TRIES:
        raise Refused("账号已锁定，请30分钟后重试或联系本单位管理员", status=423, code="E-AUTH-02")
    return LoginAttempt(login_digest=digest, address=address, succeeded=False, at=now)


def check_activation_code(*, login: str, code: str, address: str, actor: Actor = SYSTEM) -> Account:
    """The account this code opens. Wrong tries count: five of them close this way for half an hour."""
    now = timezone.now()
    attempt = _attempt("activate", login, address, now)
    account = accounts.by_login(login)
    typed = code.strip().upper().replace("-", "").replace(" ", "")
    good = (
        account is not None
        and _waits(account, now)
        and account.activation_code != ""
        and secrets.compare_digest(account.activation_code, _code_digest(account, typed))
    )
    attempt.succeeded = good
    attempt.save(force_insert=True)
    if account is None or not good:
        raise invalid("code", _WRONG_CODE)
    return account


def send_code(*, login: str, address: str, actor: Actor = SYSTEM) -> None:
    """A code by SMS to the number that was verified. The answer does not tell whether there is an account."""
    now = timezone.now()
    _require_calm(address, now)
    digest = accounts.login_digest(f"activate-text:{login.strip()}")
    if accounts.failures_of(digest, since=now - _BETWEEN_TEXTS):
        raise Refused("请60秒后再试", status=429, code="E-SMS-01", retry_after=60)
    LoginAttempt(login_digest=digest, address=address, succeeded=False, at=now).save(force_insert=True)
    account = accounts.by_login(login)
    if account is not None and _waits(account, now):
        code_service().send(account.person.mobile, purpose=PURPOSE, actor=actor)


def check_code(*, login: str, code: str, address: str, actor: Actor = SYSTEM) -> Account:
    """The account whose owner typed the code sent to him; a code from the administrator is void then."""
    now = timezone.now()
    attempt = _attempt("activate-code", login, address, now)
    account = accounts.by_login(login)
    if account is None or not _waits(account, now):
        attempt.save(force_insert=True)
        raise invalid("code", _WRONG_SMS_CODE)
    try:
        code_service().check(account.person.mobile, code, purpose=PURPOSE, actor=actor)
    except Refused:
        attempt.save(force_insert=True)
        raise
    return _prove(account, actor)


@transaction.atomic
def _prove(account: Account, actor: Actor) -> Account:
    account = _locked(account)
    account.activation_code = _code_digest(account, secrets.token_hex(16))
    account.save(update_fields=["activation_code"])
    audit.record(ACTIVATION_PROVED, account, actor=actor)
    return account


@transaction.atomic
def activate(
    account: Account, *, code_digest: str, password: str, accepted: bool, actor: Actor = SYSTEM
) -> Account:
    """First login: the person confirms his data, accepts the 使用承诺书 and sets a password."""
    account = _locked(account)
    if account.state != Account.State.INACTIVE or not code_digest or account.activation_code != code_digest:
        raise Refused(_WRONG_CODE, status=409)
    if not accepted:
        raise invalid("accepted", "请阅读并同意使用承诺书")
    set_password(account, password, field="password")
    now = timezone.now()
    account.state = Account.State.ACTIVE
    account.activated_at = account.commitment_at = now
    account.activation_code, account.activation_expires_at = "", None
    account.save(
        update_fields=["state", "activated_at", "commitment_at", "activation_code", "activation_expires_at"]
    )
    audit.record(ACTIVATED, account, actor=actor)
    hooks.account_activated(account=account)
    return account
