"""What every open call has: limits, usage, a log, a number, signatures, errors that programs understand."""

import datetime
import time

import pytest
from django.test import Client as Browser
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.platform.clients import rules
from yiwang.platform.clients.actions import clients, keys, traffic
from yiwang.platform.clients.models import Call, Repeat, Usage
from yiwang.platform.clients.tests.factories import App, connect

pytestmark = pytest.mark.django_db


def test_limits_are_said_and_kept(cast: Cast) -> None:
    app = connect(cast, rate=1, burst=3)
    answers = [app.get("/api/v1/application") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert answers[0].headers["X-RateLimit-Limit"] == "3"
    assert answers[0].headers["X-RateLimit-Remaining"] == "2"
    assert answers[3].headers["Retry-After"] == "1" and answers[3].json()["code"] == "E-API-06"
    assert app.wecom("agent/get")["errcode"] == 0, "another call has a bucket of its own"


def test_a_bucket_fills_again() -> None:
    assert [traffic.has_room("t", "c", rate=50, burst=1) for _ in range(2)] == [True, False]
    time.sleep(0.03)
    assert traffic.has_room("t", "c", rate=50, burst=1)


def test_calls_are_counted_and_logged_without_content(cast: Cast) -> None:
    app = connect(cast)
    app.get("/api/v1/application", X_Request_ID="call-number-1")
    app.get("/api/v1/persons?q=%E6%9D%8E%E5%9B%9B")
    line = Call.objects.get(request_id="call-number-1")
    assert (line.call, line.status, line.code) == ("GET /api/v1/application", 200, "")
    assert not any("李四" in str(one) for one in Call.objects.values_list())
    today = {one.call: one.calls for one in Usage.objects.filter(client=app.client)}
    assert today["GET /api/v1/application"] == 1
    assert app.get("/api/v1/application").json()["usage_today"][0]["calls"] == 1


def test_a_session_is_no_application_and_an_application_no_session(cast: Cast) -> None:
    app = connect(cast)
    assert app.get("/api/v1/persons?q=x").status_code == 401, "people's routes are for people"
    answer = Browser().get("/api/v1/application")
    assert answer.status_code == 401 and answer.json()["code"] == "E-API-01"
    assert app.get("/api/v1/application", Authorization="Bearer nonsense").status_code == 401
    assert app.get("/api/v1/nowhere").status_code == 404


def test_what_wecoms_face_refuses(cast: Cast) -> None:
    app = connect(cast)
    browser = Browser()
    assert browser.get("/cgi-bin/agent/get").json()["errcode"] == 41001
    assert browser.get("/cgi-bin/agent/get?access_token=x").json()["errcode"] == 40014
    assert app.wecom("agent/get", {})["errcode"] == 43001
    assert app.wecom("no/such")["errcode"] == 404001
    assert app.wecom("agent/get", agentid="5")["errcode"] == 40056
    good = app.wecom("agent/get", agentid=str(app.client.agent_id))
    assert good["name"] == "水务巡查" and good["request_id"]


def signed(app: App, key: str, path: str, *, at: str, nonce: str) -> dict[str, str]:
    text = rules.canonical("GET", path, "", timestamp=at, nonce=nonce, body=b"")
    return {
        "X-Hmac-Auth-Timestamp": at,
        "X-Hmac-Auth-Nonce": nonce,
        "X-Hmac-Auth-Signature": rules.sign(key, text),
    }


def test_signed_requests(cast: Cast) -> None:
    app = connect(cast)
    with pytest.raises(Refused):
        clients.change(app.client, requires_signature=True, actor=SYSTEM)
    key = keys.make_signing_key(app.client, actor=SYSTEM)
    clients.change(app.client, requires_signature=True, actor=SYSTEM)
    path, now = "/api/v1/application", timezone.now()
    assert app.get(path).json()["code"] == "E-API-07", "unsigned"

    good = signed(app, key, path, at=now.isoformat(), nonce="nonce-0001")
    assert app.get(path, **good).status_code == 200
    assert app.get(path, **good).json()["detail"] == "签名随机数已使用过"
    seconds = signed(app, key, path, at=str(int(now.timestamp())), nonce="nonce-0002")
    assert app.get(path, **seconds).status_code == 200
    old = signed(app, key, path, at=(now - datetime.timedelta(minutes=6)).isoformat(), nonce="nonce-0003")
    assert app.get(path, **old).json()["detail"] == "签名时间与服务器时间相差超过5分钟"
    other = signed(app, "another key", path, at=now.isoformat(), nonce="nonce-0004")
    assert app.get(path, **other).json()["detail"] == "请求签名不正确"
    elsewhere = signed(app, key, "/api/v1/todos", at=now.isoformat(), nonce="nonce-0005")
    assert app.get(path, **elsewhere).status_code == 401


def test_old_records_go(cast: Cast) -> None:
    app = connect(cast)
    app.get("/api/v1/application")
    long_ago = timezone.now() - datetime.timedelta(days=200)
    Call.objects.update(at=long_ago)
    Repeat.objects.create(client=app.client, key="k", request_digest=b"", at=long_ago)
    traffic.forget(now=timezone.now())
    assert not Call.objects.exists() and not Repeat.objects.exists()
    assert Usage.objects.exists(), "counts stay"


@pytest.mark.parametrize(
    ("text", "is_good"),
    [
        ("app.qingpu.gov.cn", True),
        ("app.qingpu.gov.cn:8443", True),
        ("10.1.2.3", False),
        ("localhost", False),
    ],
)
def test_which_hosts_can_be_registered(text: str, is_good: bool) -> None:
    assert (rules.domain_problem(text, is_sandbox=False) == "") is is_good


def test_ranges_without_those_below_others() -> None:
    assert rules.overlaps(["0000100002", "00001", "00003"]) == ("00001", "00003")
