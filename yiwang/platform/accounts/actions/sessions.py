"""Logging in and out (domain reference §2, §19.1). A refused try is remembered all the same."""

import datetime
import secrets
import threading

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from yiwang.kernel import request_context
from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, not_found, require
from yiwang.platform.accounts import hooks, rules
from yiwang.platform.accounts.models import Account, LoginAttempt, Session
from yiwang.platform.accounts.queries import accounts
from yiwang.platform.accounts.queries.principals import (
    Principal,
    announce_change,
    digest,
    principal_of,
)
from yiwang.platform.accounts.vocabulary import (
    LOCKED,
    LOGGED_IN,
    LOGGED_OUT,
    LOGGED_OUT_EVERYWHERE,
    LOGIN_FAILED,
    POST_SWITCHED,
    SESSION_ENDED,
)
from yiwang.platform.org.models import Post

LOCKED_TEXT = "账号已锁定，请30分钟后重试或联系本单位管理员"
WRONG_TEXT = "账号或密码不正确"
EXPIRED_TEXT = "临时账号已到期，请联系接入单位管理员"

# A login storm must not take every thread of the process for hashing (identity study: 335 ms each).
_hashing = threading.BoundedSemaphore(2)
_HASHING_WAIT_SECONDS = 8.0
_DEVICES_KNOWN_FOR = datetime.timedelta(days=180)


def log_in(*, login: str, password: str, address: str, agent: str, actor: Actor = SYSTEM) -> str:
    """Open a session; returns its token for the cookie. Refused: 422 wrong, 423 locked, 429 too often."""
    now = timezone.now()
    attempt = LoginAttempt(
        login_digest=accounts.login_digest(login), address=address, succeeded=False, at=now
    )
    _require_calm(attempt)
    with transaction.atomic():
        refusal, token = _try(login, password, attempt, agent)
        attempt.save(force_insert=True)
    if refusal is not None:
        raise refusal
    return token


def _require_calm(attempt: LoginAttempt) -> None:
    most, seconds = settings.LOGIN_FAILURES_PER_ADDRESS
    since = attempt.at - datetime.timedelta(seconds=seconds)
    if accounts.failures_from(attempt.address, since=since) >= most:
        raise Refused("登录尝试过于频繁，请60秒后再试", status=429, code="E-SMS-01", retry_after=seconds)


def _try(login: str, password: str, attempt: LoginAttempt, agent: str) -> tuple[Refused | None, str]:
    found = accounts.by_login(login)
    if found is None:
        return _unknown(password, attempt), ""
    account = Account.objects.select_for_update(of=("self",)).select_related("person").get(pk=found.pk)
    if rules.is_locked(account, now=attempt.at):
        audit.record(LOGIN_FAILED, account, actor=SYSTEM, reason="账号已锁定")
        return Refused(LOCKED_TEXT, status=423, code="E-AUTH-02"), ""
    if not _password_is(password, account):
        return _failed(account, attempt), ""
    refusal = _state_refusal(account)
    if refusal is not None:
        audit.record(LOGIN_FAILED, account, actor=SYSTEM, reason=refusal.message)
        return refusal, ""
    attempt.succeeded = True
    return None, _open(account, attempt, agent)


def _unknown(password: str, attempt: LoginAttempt) -> Refused:
    """Takes as long and answers the same as a wrong password, the lock included."""
    with _hash_turn():
        make_password(password)
    since = attempt.at - datetime.timedelta(seconds=settings.LOGIN_LOCK_SECONDS)
    if accounts.failures_of(bytes(attempt.login_digest), since=since) >= settings.LOGIN_FAILURES_BEFORE_LOCK:
        return Refused(LOCKED_TEXT, status=423, code="E-AUTH-02")
    return Refused(WRONG_TEXT, status=422, code="E-AUTH-04", fields={"password": WRONG_TEXT})


def _password_is(password: str, account: Account) -> bool:
    def rehash(raw: str) -> None:
        account.password = make_password(raw)
        account.save(update_fields=["password"])

    with _hash_turn():
        return check_password(password, account.password, setter=rehash)


class _hash_turn:  # noqa: N801  used as a with-block
    def __enter__(self) -> None:
        if not _hashing.acquire(timeout=_HASHING_WAIT_SECONDS):
            raise Refused("登录人数较多，请稍后再试", status=429, code="E-SMS-01", retry_after=10)

    def __exit__(self, *_: object) -> None:
        _hashing.release()


def _failed(account: Account, attempt: LoginAttempt) -> Refused:
    account.failures += 1
    audit.record(LOGIN_FAILED, account, actor=SYSTEM, reason="密码不正确")
    if account.failures >= settings.LOGIN_FAILURES_BEFORE_LOCK:
        account.failures = 0
        account.locked_until = attempt.at + datetime.timedelta(seconds=settings.LOGIN_LOCK_SECONDS)
        audit.record(LOCKED, account, actor=SYSTEM)
        hooks.account_locked(account=account)
    account.save(update_fields=["failures", "locked_until"])
    return Refused(WRONG_TEXT, status=422, code="E-AUTH-04", fields={"password": WRONG_TEXT})


def _state_refusal(account: Account) -> Refused | None:
    if account.state == Account.State.EXPIRED or rules.is_expired(account, today=timezone.localdate()):
        return Refused(EXPIRED_TEXT, status=403, code="E-AUTH-03")
    if account.starts_on is not None and account.starts_on > timezone.localdate():
        return Refused(f"临时账号自{account.starts_on}起可以使用", status=403, code="E-AUTH-05")
    if account.state != Account.State.ACTIVE:
        text = f"账号当前状态为“{account.get_state_display()}”，请联系本单位管理员"
        return Refused(text, status=403, code="E-AUTH-05")
    return None


def _open(account: Account, attempt: LoginAttempt, agent: str) -> str:
    account.failures, account.locked_until, account.last_login = 0, None, attempt.at
    account.save(update_fields=["failures", "locked_until", "last_login"])
    known = accounts.devices_of(account.pk, since=attempt.at - _DEVICES_KNOWN_FOR)
    token = open_session(account, address=attempt.address, agent=agent)
    session = Session.objects.get(token_digest=digest(token))
    if known and session.device not in known:
        hooks.device_appeared(account=account, session=session)
    return token


@transaction.atomic
def enter_password_again(*, password: str, actor: Principal) -> Refused | None:
    """Prove again who is at the keyboard; returns the refusal, because a wrong try counts all the same."""
    now = timezone.now()
    address = request_context.current().address
    attempt = LoginAttempt(
        login_digest=accounts.login_digest(actor.login_name), address=address, succeeded=False, at=now
    )
    account = (
        Account.objects.select_for_update(of=("self",)).select_related("person").get(pk=actor.account_id)
    )
    if rules.is_locked(account, now=now):
        refusal = Refused(LOCKED_TEXT, status=423, code="E-AUTH-02")
    elif _password_is(password, account):
        attempt.succeeded = True
        refusal = None
    else:
        _failed(account, attempt)
        refusal = Refused("密码不正确", status=422, fields={"password": "密码不正确"})
    attempt.save(force_insert=True)
    return refusal


@transaction.atomic
def open_session(account: Account, *, address: str, agent: str, actor: Actor = SYSTEM) -> str:
    """A new session of an account that has just proved who it is; returns the token."""
    now = timezone.now()
    token = secrets.token_urlsafe(32)
    main = Post.objects.filter(person_id=account.person_id, is_living=True, kind=Post.Kind.MAIN).first()
    session = Session.objects.create(
        token_digest=digest(token),
        account=account,
        post=main,
        created_at=now,
        last_seen_at=now,
        address=address,
        agent=agent[:200],
    )
    audit.record(LOGGED_IN, account, actor=principal_of(session))
    return token


@transaction.atomic
def log_out(*, actor: Principal) -> None:
    """End the session one is in."""
    _end(Session.objects.filter(pk=actor.session_id), Session.End.LOGOUT, actor.account_id)
    audit.record(LOGGED_OUT, ("accounts.account", actor.account_id, actor.login_name), actor=actor)


@transaction.atomic
def end_session(session_id: int, *, actor: Principal) -> None:
    """End another session of one's own, from the list of devices."""
    mine = Session.objects.filter(pk=session_id, account_id=actor.account_id, ended_at=None)
    if not mine.exists():
        raise not_found()
    _end(mine, Session.End.LOGOUT_EVERYWHERE, actor.account_id)
    audit.record(SESSION_ENDED, ("accounts.session", session_id, actor.login_name), actor=actor)


@transaction.atomic
def log_out_everywhere(*, actor: Principal, keep_current: bool = False) -> int:
    """End all sessions of one's own; returns how many."""
    sessions = Session.objects.filter(account_id=actor.account_id, ended_at=None)
    if keep_current:
        sessions = sessions.exclude(pk=actor.session_id)
    ended = _end(sessions, Session.End.LOGOUT_EVERYWHERE, actor.account_id)
    audit.record(
        LOGGED_OUT_EVERYWHERE,
        ("accounts.account", actor.account_id, actor.login_name),
        actor=actor,
        changes={"sessions": [ended, 0]},
    )
    return ended


@transaction.atomic
def expire_session(session_id: int, *, reason: str, actor: Actor = SYSTEM) -> None:
    """End a session by the clock: too long idle, too long open, account no longer in order."""
    session = Session.objects.select_related("account").get(pk=session_id)
    if session.ended_at is None:
        _end(Session.objects.filter(pk=session_id), reason, session.account_id)
        audit.record(SESSION_ENDED, session.account, actor=actor, reason=Session.End(reason).label)


def end_sessions_of(account: Account, *, reason: str) -> int:
    """Part of another action (suspension, password change), which does the audit."""
    return _end(Session.objects.filter(account=account, ended_at=None), reason, account.pk)


def _end(sessions: QuerySet[Session], reason: str, account_id: int | None) -> int:
    ended = sessions.filter(ended_at=None).update(ended_at=timezone.now(), end_reason=reason)
    announce_change(account_id)
    return ended


@transaction.atomic
def switch_post(post_id: int, *, actor: Principal) -> None:
    """Act in another of one's own living posts (身份切换, domain reference §18)."""
    mine = next((post for post in actor.posts if post.id == post_id), None)
    require(mine is not None, "未找到该内容", status=404, code="E-NOTF-01")
    Session.objects.filter(pk=actor.session_id).update(post_id=post_id)
    announce_change(actor.account_id)
    changes = {"post": [actor.current.id if actor.current else None, post_id]}
    audit.record(
        POST_SWITCHED, ("accounts.account", actor.account_id, actor.login_name), actor=actor, changes=changes
    )


@transaction.atomic
def follow_posts(post: Post, *, actor: Actor = SYSTEM) -> None:
    """A post has begun or ended: who acted in one that is over acts in his main post now."""
    account = Account.objects.filter(person_id=post.person_id).exclude(state=Account.State.CLOSED).first()
    if account is None:
        return
    main = Post.objects.filter(person_id=post.person_id, is_living=True, kind=Post.Kind.MAIN).first()
    adrift = Session.objects.filter(account=account, ended_at=None)
    moved = adrift.exclude(post__is_living=True).update(post=main)
    if moved:
        changes = {"post": [post.title, main.title if main else None]}
        audit.record(POST_SWITCHED, account, actor=actor, reason="任职变动", changes=changes)
    announce_change(account.pk)


def follow_moved_post(former: Post, post: Post, *, actor: Actor = SYSTEM) -> None:
    """A post goes on in another unit: who acted in it acts in his main post, there."""
    follow_posts(former, actor=actor)


def note_activity(session_id: int, *, at: datetime.datetime) -> None:
    """Write down that a session is in use; not an act of the office, so it is not audited (ADR 7)."""
    Session.objects.filter(pk=session_id, ended_at=None).update(last_seen_at=at)


@transaction.atomic
def end_stale_sessions(*, now: datetime.datetime | None = None, actor: Actor = SYSTEM) -> int:
    """End all sessions past their limits; returns how many."""
    moment = now or timezone.now()
    idle = moment - datetime.timedelta(seconds=settings.SESSION_IDLE_SECONDS)
    oldest = moment - datetime.timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS)
    living = Session.objects.filter(ended_at=None)
    ended = living.filter(last_seen_at__lt=idle).update(ended_at=moment, end_reason=Session.End.IDLE)
    ended += living.filter(created_at__lt=oldest).update(ended_at=moment, end_reason=Session.End.ABSOLUTE)
    if ended:
        announce_change(None)
        target = ("accounts.session", "", f"{ended}个超时会话")
        audit.record(SESSION_ENDED, target, actor=actor, reason="超时")
    return ended


def forget_attempts(*, now: datetime.datetime | None = None) -> int:
    """Drop tries older than 30 days; they are personal data without a use by then (PIPL art. 19)."""
    before = (now or timezone.now()) - datetime.timedelta(days=30)
    return LoginAttempt.objects.filter(at__lt=before).delete()[0]
