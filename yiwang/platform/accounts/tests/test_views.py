"""The pages of login and my account, as a browser asks for them."""

import datetime
import re

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.cast import PASSWORD, Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.accounts.actions import activation, verification
from yiwang.platform.accounts.gateways.realname_simulator import Simulator
from yiwang.platform.accounts.models import Account, Session, Verification
from yiwang.platform.accounts.tests.conftest import Phone
from yiwang.platform.accounts.tests.factories import account_of_newcomer
from yiwang.platform.org.actions import people
from yiwang.platform.org.models import Post


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_stranger_is_sent_to_login_and_back(cast: Cast) -> None:
    client = Client()
    sent = client.get("/me/")
    assert sent.status_code == 302 and sent["Location"] == "/login/?next=/me/"
    page = client.get(sent["Location"])
    assert page.status_code == 200 and "登录名或手机号码" in text(page)
    done = client.post("/login/", {"login": "li", "password": PASSWORD, "next": "/me/"})
    assert done.status_code == 302 and done["Location"] == "/me/"
    cookie = done.cookies[settings.SESSION_COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert "李四" in text(client.get("/me/"))


@pytest.mark.parametrize(
    "target", ["https://example.com/", "//example.com", "javascript:alert(1)", "\\\\example"]
)
def test_login_leads_to_no_other_site(cast: Cast, target: str) -> None:
    done = Client().post("/login/", {"login": "li", "password": PASSWORD, "next": target})
    assert done["Location"] == "/"


def test_wrong_password_keeps_the_login_and_says_so(cast: Cast) -> None:
    page = Client().post("/login/", {"login": "li", "password": "Wrong-Password-1"})
    assert page.status_code == 422
    assert "账号或密码不正确" in text(page) and 'value="li"' in text(page)
    assert "Wrong-Password-1" not in text(page)
    assert settings.SESSION_COOKIE not in page.cookies


def test_empty_login_form(cast: Cast) -> None:
    page = Client().post("/login/", {})
    assert page.status_code == 422 and "请填写密码" in text(page)


def test_login_needs_a_csrf_token(cast: Cast) -> None:
    page = Client(enforce_csrf_checks=True).post("/login/", {"login": "li", "password": PASSWORD})
    assert page.status_code == 403 and not Session.objects.exists()


def test_activation_pages(cast: Cast) -> None:
    code = activation.issue_activation_code(cast.lao.account, actor=cast.sun.principal())
    client = Client()
    assert client.post("/activate/", {"login": "lao", "code": "WRONG"}).status_code == 422
    step = client.post("/activate/", {"login": "lao", "code": code})
    assert step.status_code == 302
    page = text(client.get(step["Location"]))
    assert "劳乐天" in page and "139****0010" in page and "13900000010" not in page and "使用承诺书" in page
    wrong = client.post(
        step["Location"], {"password": "Dianshan-Lake-7", "repeated": "other", "accepted": "on"}
    )
    assert wrong.status_code == 422 and "两次输入的密码不一致" in text(wrong)
    assert Account.objects.get(login_name="lao").state == "inactive"
    done = client.post(
        step["Location"], {"password": "Dianshan-Lake-7", "repeated": "Dianshan-Lake-7", "accepted": "on"}
    )
    assert done.status_code == 302 and done["Location"] == "/login/"
    assert Account.objects.get(login_name="lao").state == "active"
    assert client.get("/activate/nonsense/").status_code == 302


def test_my_card_masks(cast: Cast) -> None:
    page = text(as_member(cast, "qian").get("/me/"))
    assert "钱玉芬" in page and "139****0006" in page and "13900000006" not in page
    assert cast.qian.person.id_number not in page
    assert "管理本单位机构和人员" in page and "朱家角镇及下级" in page


def test_devices_are_my_own(cast: Cast) -> None:
    client = as_member(cast, "li")
    other = cast.wang.token()
    cast.li.token()
    page = text(client.get("/me/devices/"))
    assert page.count("本设备") >= 1 and "退出其他设备" in page
    foreign = Session.objects.get(account=cast.wang.account)
    assert client.post(f"/me/devices/{foreign.pk}/end/").status_code == 404
    assert client.post("/me/devices/logout-others/").status_code == 302
    assert Session.objects.filter(account=cast.li.account, ended_at=None).count() == 1
    assert Session.objects.get(pk=foreign.pk).ended_at is None and other


def test_logout_everywhere_clears_the_cookie(cast: Cast) -> None:
    client = as_member(cast, "li")
    done = client.post("/me/devices/logout-everywhere/")
    assert done["Location"] == "/login/" and done.cookies[settings.SESSION_COOKIE].value == ""
    assert client.get("/me/").status_code == 302


@pytest.mark.parametrize("what", ["idle", "absolute"])
def test_session_ends_by_the_clock(cast: Cast, what: str) -> None:
    client = as_member(cast, "li")
    past = timezone.now() - datetime.timedelta(minutes=31 if what == "idle" else 12 * 60 + 1)
    field = "last_seen_at" if what == "idle" else "created_at"
    Session.objects.filter(account=cast.li.account).update(**{field: past})
    assert client.get("/me/").status_code == 302
    assert Session.objects.get(account=cast.li.account).end_reason == what


def test_old_password_must_be_changed_first(cast: Cast) -> None:
    client = as_member(cast, "li")
    Account.objects.filter(login_name="li").update(
        password_changed_at=timezone.now() - datetime.timedelta(days=90)
    )
    sent = client.get("/")
    assert sent.status_code == 302 and sent["Location"] == "/me/password/"
    assert "密码已超过90天未修改" in text(client.get("/me/password/"))
    new = "Dianshan-Lake-7"
    done = client.post("/me/password/", {"old": PASSWORD, "new": new, "repeated": new})
    assert done.status_code == 302 and client.get("/").status_code == 200


def test_password_page_names_the_fault(cast: Cast) -> None:
    client = as_member(cast, "li")
    page = client.post("/me/password/", {"old": PASSWORD, "new": "short", "repeated": "short"})
    assert page.status_code == 422 and "密码至少10位" in text(page)


def test_switch_of_identity(cast: Cast) -> None:
    client = as_member(cast, "li")
    post = people.start_post(
        cast.li.person, unit=cast.units["QP-0201-01"], title="联络员", kind=Post.Kind.CONCURRENT, actor=SYSTEM
    )
    assert client.post("/me/post/", {"post": post.pk, "next": "/me/"})["Location"] == "/me/"
    assert Session.objects.get(account=cast.li.account).post == post
    foreign = Post.objects.get(person=cast.wang.person)
    assert client.post("/me/post/", {"post": foreign.pk}).status_code == 404
    assert client.post("/me/post/", {"post": "x"}).status_code == 404


def test_acts_are_posts(cast: Cast) -> None:
    client = as_member(cast, "li")
    for path in ("/logout/", "/me/post/", "/me/devices/logout-others/"):
        assert client.get(path).status_code == 405


def test_activation_that_fails_says_why_and_changes_nothing(cast: Cast) -> None:
    code = activation.issue_activation_code(cast.lao.account, actor=SYSTEM)
    client = Client()
    answer = client.post("/activate/", {"login": "lao", "code": code})
    form = {"password": "short", "repeated": "short", "accepted": "on"}
    page = client.post(answer["Location"], form)
    assert page.status_code == 422 and "密码至少10位" in page.content.decode()
    assert Account.objects.get(pk=cast.lao.account.pk).state == "inactive"


def test_activation_by_text(cast: Cast, phone: Phone) -> None:
    soon = timezone.now() + datetime.timedelta(days=3)
    Account.objects.filter(login_name="lao").update(activation_expires_at=soon)
    client = Client()
    assert "激活账号" in text(client.get("/login/"))
    assert "获取验证码" in text(client.get("/activate/by-text/"))
    assert client.post("/activate/by-text/code/", {"login": ""}).status_code == 422
    page = text(client.post("/activate/by-text/code/", {"login": "lao"}))
    assert "5分钟内有效" in page and "13900000010" not in page
    other = text(Client().post("/activate/by-text/code/", {"login": "nobody"}))
    tokens = re.compile(r'(csrfmiddlewaretoken"|content=)[^>]*>')
    assert tokens.sub("", page) == tokens.sub("", other.replace("nobody", "lao"))
    assert client.post("/activate/by-text/code/", {"login": "lao"}).status_code == 429
    code = phone.last()
    assert client.post("/activate/by-text/", {"login": "lao", "code": "x"}).status_code == 422
    assert client.post("/activate/by-text/", {"login": "lao", "code": ""}).status_code == 422
    step = client.post("/activate/by-text/", {"login": "lao", "code": code})
    assert step.status_code == 302
    page = text(client.get(step["Location"]))
    assert "310199********" in page and cast.lao.person.id_number not in page and "已实名认证" in page
    new = {"password": "Dianshan-Lake-7", "repeated": "Dianshan-Lake-7", "accepted": "on"}
    assert client.post(step["Location"], new).status_code == 302
    assert client.post(step["Location"], new).status_code == 409
    assert Account.objects.get(login_name="lao").state == "active"


def test_the_simulators_word_is_marked_at_activation(cast: Cast, realname_service: Simulator) -> None:
    account = account_of_newcomer(cast)
    verification.ask(Verification.objects.get(account=account).pk)
    code = activation.issue_activation_code(account, actor=SYSTEM)
    client = Client()
    step = client.post("/activate/", {"login": "xin", "code": code})
    assert "实名认证模拟器" in text(client.get(step["Location"]))
