"""Login, lock, throttle, sessions, identity switch (domain reference §2, §19.1)."""

import datetime

import pytest
from django.conf import settings
from django.utils import timezone

from tests.cast import PASSWORD, Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts.actions import lifecycle, sessions
from yiwang.platform.accounts.models import Account, LoginAttempt, Session
from yiwang.platform.accounts.queries import principals
from yiwang.platform.org.actions import people
from yiwang.platform.org.models import Post


def log_in(login: str, password: str = PASSWORD, address: str = "10.0.0.1") -> str:
    return sessions.log_in(login=login, password=password, address=address, agent="test")


@pytest.mark.parametrize("login", ["li", "LI ", "13900000007"])
def test_login_by_name_or_mobile(cast: Cast, login: str) -> None:
    principal = principals.by_token(log_in(login))
    assert principal is not None and principal.name == "李四"
    assert principal.unit_name == "朱家角镇" and principal.title == "办事员"


def test_wrong_password_and_unknown_login_answer_alike(cast: Cast) -> None:
    answers = []
    for login in ("li", "nobody", "13999999999"):
        with pytest.raises(Refused) as refused:
            log_in(login, "Wrong-Password-1")
        answers.append((refused.value.message, refused.value.status))
    assert set(answers) == {("账号或密码不正确", 422)}
    assert not Session.objects.filter(address="10.0.0.1").exists()


@pytest.mark.parametrize("login", ["li", "nobody"])
def test_five_failures_lock_even_the_right_password(cast: Cast, login: str) -> None:
    for _ in range(5):
        with pytest.raises(Refused):
            log_in(login, "Wrong-Password-1")
    with pytest.raises(Refused) as refused:
        log_in(login)
    assert (refused.value.status, refused.value.code) == (423, "E-AUTH-02")
    assert not Session.objects.filter(address="10.0.0.1").exists()


def test_lock_ends_after_thirty_minutes(cast: Cast) -> None:
    for _ in range(5):
        with pytest.raises(Refused):
            log_in("li", "Wrong-Password-1")
    account = Account.objects.get(login_name="li")
    assert account.locked_until is not None
    assert 29 * 60 < (account.locked_until - timezone.now()).total_seconds() <= 30 * 60
    Account.objects.filter(pk=account.pk).update(locked_until=timezone.now())
    assert log_in("li")


def test_success_resets_the_count(cast: Cast) -> None:
    for _ in range(2):
        for _ in range(4):
            with pytest.raises(Refused):
                log_in("li", "Wrong-Password-1")
        assert log_in("li")


def _tries(address: str, *, succeeded: bool) -> None:
    most, _ = settings.LOGIN_FAILURES_PER_ADDRESS
    now = timezone.now()
    LoginAttempt.objects.bulk_create(
        LoginAttempt(login_digest=b"x" * 32, address=address, succeeded=succeeded, at=now)
        for _ in range(most)
    )


def test_a_whole_office_logs_in_from_one_address(cast: Cast) -> None:
    _tries("10.0.0.1", succeeded=True)
    assert log_in("li", address="10.0.0.1")


def test_too_many_failures_from_one_address(cast: Cast) -> None:
    _tries("10.0.0.1", succeeded=False)
    with pytest.raises(Refused) as refused:
        log_in("li")
    assert refused.value.status == 429 and refused.value.retry_after == 60
    assert log_in("li", address="10.0.0.2")


def test_expired_temporary_account(cast: Cast) -> None:
    token = log_in("temp")
    last_day = Account.objects.get(login_name="temp").expires_on
    assert last_day is not None
    tomorrow_of_end = last_day + datetime.timedelta(days=1)
    assert lifecycle.expire_temporary_accounts(today=last_day) == 0
    assert lifecycle.expire_temporary_accounts(today=tomorrow_of_end) == 1
    assert principals.by_token(token) is None
    with pytest.raises(Refused) as refused:
        log_in("temp")
    assert refused.value.message == "临时账号已到期，请联系接入单位管理员"


def test_inactive_account_has_no_password(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        log_in("lao")
    assert refused.value.status == 422


def test_logout_ends_this_session_only(cast: Cast) -> None:
    first, second = log_in("li"), log_in("li")
    principal = principals.by_token(first)
    assert principal is not None
    sessions.log_out(actor=principal)
    assert principals.by_token(first) is None and principals.by_token(second) is not None


def test_logout_everywhere(cast: Cast) -> None:
    tokens = [log_in("li") for _ in range(3)]
    other = log_in("wang")
    principal = principals.by_token(tokens[0])
    assert principal is not None
    assert sessions.log_out_everywhere(actor=principal, keep_current=True) == 2
    assert [principals.by_token(token) is not None for token in tokens] == [True, False, False]
    assert sessions.log_out_everywhere(actor=principal) == 1
    assert principals.by_token(tokens[0]) is None and principals.by_token(other) is not None


def test_nobody_ends_another_persons_session(cast: Cast) -> None:
    victim = log_in("wang")
    session = Session.objects.get(token_digest=principals.digest(victim))
    with pytest.raises(Refused) as refused:
        sessions.end_session(session.pk, actor=cast.li.principal())
    assert refused.value.status == 404
    assert principals.by_token(victim) is not None


def test_switch_between_own_posts(cast: Cast) -> None:
    post = people.start_post(
        cast.li.person, unit=cast.units["QP-0201-01"], title="联络员", kind=Post.Kind.CONCURRENT, actor=SYSTEM
    )
    token = log_in("li")
    principal = principals.by_token(token)
    assert principal is not None and [one.title for one in principal.posts] == ["办事员", "联络员"]
    sessions.switch_post(post.pk, actor=principal)
    switched = principals.by_token(token)
    assert switched is not None and switched.unit_name == "区数据局" and switched.title == "联络员"

    foreign = Post.objects.get(person=cast.wang.person)
    with pytest.raises(Refused) as refused:
        sessions.switch_post(foreign.pk, actor=principal)
    assert refused.value.status == 404


def test_stale_sessions_end(cast: Cast) -> None:
    token = log_in("li")
    later = timezone.now() + datetime.timedelta(minutes=31)
    assert sessions.end_stale_sessions(now=later) >= 1
    assert principals.by_token(token) is None


def test_database_holds_no_token(cast: Cast) -> None:
    token = log_in("li")
    session = Session.objects.latest("pk")
    assert bytes(session.token_digest) == principals.digest(token) != token.encode()


def test_a_session_leaves_a_post_that_is_over(cast: Cast) -> None:
    post = people.start_post(
        cast.li.person, unit=cast.units["QP-0201-01"], title="联络员", kind=Post.Kind.CONCURRENT, actor=SYSTEM
    )
    token = log_in("li")
    principal = principals.by_token(token)
    assert principal is not None
    sessions.switch_post(post.pk, actor=principal)
    people.end_post(post, actor=SYSTEM, reason="离开该部门")
    now = principals.by_token(token)
    assert now is not None and (now.unit_name, now.title) == ("朱家角镇", "办事员")
    assert Session.objects.get(token_digest=principals.digest(token)).post == Post.objects.get(
        person=cast.li.person, is_living=True
    )
