"""Administration mode: administrators' rights sleep until a reason is given and the password typed again."""

import datetime

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.cast import PASSWORD, Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts.actions import administration, grants
from yiwang.platform.accounts.models import Account, LoginAttempt, Session
from yiwang.platform.accounts.queries import principals
from yiwang.platform.accounts.queries.principals import Principal

pytestmark = pytest.mark.django_db

ADMINISTRATORS = ("sun", "luo", "shen", "an", "qian", "gu")


def as_member(cast: Cast, login: str, *, administers: bool = False) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token(administers=administers)
    return client


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def of(token: str) -> Principal:
    principal = principals.by_token(token)
    assert principal is not None
    return principal


@pytest.mark.parametrize("login", ADMINISTRATORS)
def test_rights_sleep_after_login(cast: Cast, login: str) -> None:
    asleep = cast.member(login).principal(administers=False)
    awake = cast.member(login).principal()
    assert awake.permissions and awake.is_administering and not awake.dormant
    assert not asleep.permissions and not asleep.is_administering
    assert {one.permission for one in asleep.dormant} == awake.permissions
    assert all(asleep.holds(one) and not asleep.allows(one) for one in awake.permissions)
    assert asleep.scopes("accounts.manage") == []


def test_business_roles_need_no_mode(cast: Cast) -> None:
    for login in ("tang", "zhao", "li"):
        member = cast.member(login).principal()
        assert not member.is_administering and not member.dormant
    grants.grant(cast.li.account, permission="workdays.manage", unit=None, actor=SYSTEM, reason="协助")
    li = cast.li.principal(administers=False)
    assert not li.allows("workdays.manage") and li.holds("workdays.manage"), "what administrators have sleeps"


def test_entering_takes_a_reason_and_the_password(cast: Cast) -> None:
    token = cast.sun.token(administers=False)
    lines = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        administration.start_administration(password=PASSWORD, reason=" ", actor=of(token))
    assert refused.value.fields == {"reason": "请填写管理事由"} and Entry.objects.count() == lines
    with pytest.raises(Refused) as refused:
        administration.start_administration(password="Wrong-1234567", reason="开通账号", actor=of(token))
    assert refused.value.fields == {"password": "密码不正确"}
    assert not of(token).is_administering
    assert Account.objects.get(login_name="sun").failures == 1, "a wrong try counts as at the login"
    assert Entry.objects.latest("id").verb == "accounts.administration_refused"

    until = administration.start_administration(password=PASSWORD, reason="开通账号", actor=of(token))
    sun = of(token)
    assert sun.is_administering and sun.allows("org.manage_tree") and sun.administers_until == until
    assert sun.administration_minutes == 30
    assert str(Entry.objects.latest("id")) == "孙建国进入了管理模式，事由：开通账号"
    with pytest.raises(Refused) as refused:
        administration.start_administration(password=PASSWORD, reason="再来", actor=sun)
    assert refused.value.status == 409


def test_guessing_locks_the_account(cast: Cast) -> None:
    token = cast.sun.token(administers=False)
    statuses = []
    for _ in range(6):
        with pytest.raises(Refused) as refused:
            administration.start_administration(password="Wrong-1234567", reason="试", actor=of(token))
        statuses.append(refused.value.status)
    assert statuses == [422] * 5 + [423]
    with pytest.raises(Refused, match="已锁定"):
        administration.start_administration(password=PASSWORD, reason="试", actor=of(token))
    assert LoginAttempt.objects.filter(succeeded=False).count() == 7


def test_it_belongs_to_one_session(cast: Cast) -> None:
    here, there = cast.qian.token(administers=False), cast.qian.token(administers=False)
    administration.start_administration(password=PASSWORD, reason="开通账号", actor=of(here))
    assert of(here).is_administering and not of(there).is_administering


def test_it_ends_early(cast: Cast) -> None:
    token = cast.qian.token()
    administration.end_administration(actor=of(token))
    assert not of(token).permissions
    assert str(Entry.objects.latest("id")) == "钱玉芬退出了管理模式"
    with pytest.raises(Refused) as refused:
        administration.end_administration(actor=of(token))
    assert refused.value.status == 409


def test_it_ends_by_itself(cast: Cast) -> None:
    token = cast.qian.token()
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = token
    assert client.get("/console/accounts/").status_code == 200
    over = timezone.now() - datetime.timedelta(seconds=1)
    Session.objects.filter(account=cast.qian.account).update(administers_until=over)
    assert not of(token).permissions
    assert client.get("/console/accounts/").status_code == 302
    assert (
        administration.end_overdue_administration()
        == 1
        == Entry.objects.filter(reason="到时自动退出").count()
    )
    assert administration.end_overdue_administration() == 0


def test_a_kept_principal_falls_asleep_in_time(cast: Cast) -> None:
    awake = cast.sun.principal()
    asleep = awake.lowered()
    assert asleep == cast.sun.principal(administers=False).__class__(
        **{name: getattr(asleep, name) for name in asleep.__slots__}
    )
    assert asleep.dormant == awake.grants and asleep.grants == () and asleep.permissions == frozenset()
    assert asleep.lowered() == asleep


def test_pages_lead_holders_into_it_and_nobody_else(cast: Cast) -> None:
    client = as_member(cast, "qian")
    answer = client.get("/console/accounts/?state=active")
    assert answer.status_code == 302
    assert answer["Location"] == "/administration/?next=/console/accounts/%3Fstate%3Dactive"
    page = text(client.get(answer["Location"]))
    assert "管理事由" in page and 'value="/console/accounts/?state=active"' in page
    assert (
        client.post(f"/console/accounts/{cast.li.account.pk}/suspend/", {"reason": "试"}).status_code == 403
    )
    assert client.get("/console/accounts/", headers={"HX-Request": "true"}).status_code == 403
    assert client.get("/console/audit/").status_code == 404, "what is not his does not exist for him"
    for login in ("li", "tang", "temp"):
        assert as_member(cast, login).get("/administration/").status_code == 404
        assert as_member(cast, login).post("/administration/", {"reason": "x"}).status_code == 404
        assert as_member(cast, login).post("/administration/end/").status_code == 404


def test_the_way_in_and_out_by_the_pages(cast: Cast) -> None:
    client = as_member(cast, "qian")
    home = text(client.get("/"))
    assert 'href="/administration/"' in home and "账号管理" not in home and "mode-banner" not in home
    wrong = {"reason": "", "password": PASSWORD, "next": "/console/accounts/"}
    assert client.post("/administration/", wrong).status_code == 422
    answer = client.post("/administration/", wrong | {"reason": "开通账号", "password": "no"})
    assert answer.status_code == 422 and "密码不正确" in text(answer)
    answer = client.post("/administration/", wrong | {"reason": "开通账号"})
    assert (answer.status_code, answer["Location"]) == (303, "/console/accounts/")
    for path in ("/console/accounts/", "/", "/me/"):
        page = text(client.get(path))
        assert "管理模式" in page and "剩余30分钟" in page and "事由：开通账号" in page
    assert "账号管理" in page and 'href="/administration/"' not in page
    assert client.get("/administration/?next=/me/")["Location"] == "/me/"
    assert client.get("/administration/?next=https://evil.example/")["Location"] == "/"
    assert client.post("/administration/end/").status_code == 303
    assert "mode-banner" not in text(client.get("/"))


def test_every_request_meanwhile_is_remembered(cast: Cast) -> None:
    client, li = as_member(cast, "qian", administers=True), cast.li.account
    lines = Entry.objects.filter(verb="accounts.administered")
    client.get(f"/console/accounts/{li.pk}/?q=secret")
    client.post(f"/console/accounts/{li.pk}/suspend/", {"reason": ""})
    client.get("/console/audit/")
    assert [one.target_title for one in lines.order_by("id")] == [
        f"GET console:account pk={li.pk}",
        f"POST console:account_suspend pk={li.pk}",
        "GET console:audit",
    ]
    assert {one.actor_name for one in lines} == {"钱玉芬"}
    as_member(cast, "qian").get("/me/")
    as_member(cast, "li", administers=True).get("/me/")
    assert lines.count() == 3


def test_a_refusal_shows_the_way(cast: Cast) -> None:
    """An act refused for want of a right that sleeps says so."""
    client = as_member(cast, "qian")
    answer = client.post(f"/console/accounts/{cast.li.account.pk}/suspend/", {"reason": "试"})
    assert "进入管理模式" in text(answer) and "/administration/" in text(answer)
    assert "进入管理模式" not in text(as_member(cast, "li").get("/console/accounts/"))


def test_my_card_shows_what_sleeps(cast: Cast) -> None:
    page = text(as_member(cast, "qian").get("/me/"))
    assert "我的角色" in page and "分级管理员" in page
    assert "账号管理" in page and "进入管理模式后生效" in page
    page = text(as_member(cast, "tang").get("/me/"))
    assert "办公室主任" in page and "进入管理模式后生效" not in page
