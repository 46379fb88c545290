"""The sandbox from the real platform's side: ordered by its vendors, looked at, and calls passed through."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client as Browser
from pytest_django import Settings

from tests.cast import Cast
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.clients.models import Client
from yiwang.platform.developer.actions import sandbox as acts
from yiwang.platform.developer.gateways import sandbox as gateway
from yiwang.platform.developer.models import SandboxClient

pytestmark = pytest.mark.django_db

ORDER = {
    "name": "我的联调",
    "contact_name": "陶外包",
    "contact_phone": "13900000011",
    "domains": "localhost:9000",
}
TODO = {
    "id": 71,
    "face": 0,
    "questions": [],
    "acts": [
        {"act": "open", "label": "打开", "key": "", "needs_reason": False},
        {"act": "quick", "label": "同意", "key": "agree", "needs_reason": True},
    ],
    "person": "赵甲",
    "unit": "沙箱区府办",
    "title": "关于沙箱联调的请示",
    "number": "A-1/1",
    "state": "待办",
    "is_open": True,
    "urgency": "特急",
    "url": "http://localhost:9000/1",
    "arrived_at": "2026-11-25T09:00:00+08:00",
    "due_at": None,
    "finished_at": None,
}


MESSAGE = {
    "id": 81,
    "acts": [{"act": "press", "label": "提交", "key": "submit", "needs_reason": False}],
    "face": 2,
    "questions": [
        {"key": "day", "title": "培训时间", "is_many": False, "options": [{"key": "3", "text": "周三"}]}
    ],
    "answer": "",
    "person": "钱甲",
    "title": "培训时间",
    "summary": "",
    "category": "提醒",
    "url": "",
    "need_receipt": False,
    "is_recalled": False,
    "sent_at": "2026-11-25T09:00:00+08:00",
    "read_at": None,
    "confirmed_at": None,
}
EVENT = {
    "kind": "todos.read",
    "label": "待阅已读",
    "at": "2026-11-25T09:01:00+08:00",
    "data": {"biz_id": "A-1", "person_id": 9000001},
}
CALL = {
    "at": "2026-11-25T09:00:00+08:00",
    "call": "POST /api/v1/todos",
    "status": 422,
    "code": "E-FORM-01",
    "ms": 12,
    "request_id": "abc123",
}


class There(ThreadingHTTPServer):
    """Answers as the sandbox would; remembers what came."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 200
        self.number = 0


class _Handler(BaseHTTPRequestHandler):
    server: There

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.got.append((f"{self.command} {self.path}", dict(self.headers), body))
        content = json.dumps(self._content()).encode()
        self.send_response(self.server.status)
        self.send_header("content-type", "application/json")
        self.send_header("x-ratelimit-remaining", "7")
        self.send_header("Set-Cookie", "yiwang_session=stolen")
        self.send_header("X-Internal", "1")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _content(self) -> dict[str, Any]:
        if self.server.status != 200:
            return {"detail": "已有同名应用", "fields": {"name": "已有同名应用"}}
        word = self.path.rpartition("/")[2]
        self.server.number += word == "clients"
        answers: dict[str, dict[str, Any]] = {
            "clients": {
                "client_id": f"yw{self.server.number}",
                "agent_id": 1_000_000 + self.server.number,
                "secret": "geheim",
            },
            "secret": {"secret": "another"},
            "token": {"token": "tok", "seconds": 900},
            "clear": {"cleared": 3},
            "received": {"todos": [TODO], "messages": [MESSAGE], "events": [EVENT], "calls": [CALL]},
            "receive": {"done": "赵甲打开了《关于沙箱联调的请示》"},
            "organisation": {
                "units": [{"id": 9000001, "name": "沙箱区（虚构）", "level": 0, "code": "SX"}],
                "people": [{"id": 9000001, "name": "赵甲", "unit": "沙箱区府办", "title": "主任"}],
                "tags": [],
            },
        }
        return answers.get(word, {"echo": self.path})

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def there(settings: Settings, tmp_path: Path) -> Iterator[There]:
    server = There()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    key = tmp_path / "sandbox.key"
    key.write_text("ab" * 32)
    settings.SANDBOX_URL = f"http://127.0.0.1:{server.server_address[1]}"
    settings.SANDBOX_KEY_FILE = key
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def as_member(cast: Cast, login: str) -> Browser:
    browser = Browser()
    browser.cookies[configured.SESSION_COOKIE] = cast.member(login).token()
    return browser


def ordered(cast: Cast, name: str = "我的联调", login: str = "temp") -> SandboxClient:
    actor = cast.member(login).principal()
    made, _ = acts.order(name=name, domains=[], contact_name="陶", contact_phone="1", actor=actor)
    return made


# --- pages


def test_a_vendor_orders_one_for_himself(cast: Cast, there: There) -> None:
    vendor = as_member(cast, "temp")
    wrong = vendor.post("/developer/sandbox/add/", {**ORDER, "name": ""})
    assert wrong.status_code == 422 and not SandboxClient.objects.exists()
    page = vendor.post("/developer/sandbox/add/", ORDER)
    assert "geheim" in page.content.decode() and page.headers["Cache-Control"] == "no-store"
    assert str(Entry.objects.latest("id")) == "陶外包申请了沙箱应用我的联调"
    asked, headers, body = there.got[0]
    assert asked == "POST /keeper/clients" and headers["Authorization"] == f"Key {'ab' * 32}"
    assert json.loads(body) == {"name": "我的联调", "domains": ["localhost:9000"]}
    assert not Client.objects.exists(), "the real platform knows no such application"
    again = vendor.post("/developer/sandbox/add/", ORDER)
    assert again.status_code == 422 and "已有同名沙箱应用" in again.content.decode()
    later = vendor.get(f"/developer/sandbox/{SandboxClient.objects.get().pk}/").content.decode()
    assert "geheim" not in later and "关于沙箱联调的请示" in later and "赵甲" in later
    assert "我的联调" in vendor.get("/developer/sandbox/").content.decode()
    assert "赵甲" in vendor.get("/developer/sandbox/people/").content.decode()


def test_others_do_not_see_it(cast: Cast, there: There) -> None:
    one = ordered(cast)
    seen = {
        login: as_member(cast, login).get(f"/developer/sandbox/{one.pk}/").status_code
        for login in ("temp", "sun", "qian", "li", "shen")
    }
    assert seen == {"temp": 200, "sun": 200, "qian": 404, "li": 404, "shen": 404}
    assert "我的联调" not in as_member(cast, "qian").get("/developer/sandbox/").content.decode()
    with pytest.raises(Refused) as refusal:
        acts.clear(one, actor=cast.qian.principal())
    assert refusal.value.status == 403


def test_three_each(cast: Cast, there: There) -> None:
    for number in range(3):
        ordered(cast, f"联调{number}")
    with pytest.raises(Refused) as refusal:
        ordered(cast, "联调4")
    assert refusal.value.status == 422 and SandboxClient.objects.count() == 3
    acts.end(SandboxClient.objects.get(name="联调0"), actor=cast.temp.principal())
    ordered(cast, "联调4")
    ordered(cast, "别人的", login="qian")


def test_secret_clear_and_end(cast: Cast, there: There) -> None:
    one, vendor = ordered(cast), as_member(cast, "temp")
    address = f"/developer/sandbox/{one.pk}"
    assert "another" in vendor.post(f"{address}/secret/").content.decode()
    assert "已清除3条待办和消息" in vendor.post(f"{address}/clear/", follow=True).content.decode()
    one.refresh_from_db()
    assert one.cleared_at is not None
    assert vendor.post(f"{address}/nothing/").status_code == 404
    assert vendor.post(f"{address}/end/").status_code == 303
    assert vendor.get(f"{address}/").status_code == 404
    said = [str(one) for one in Entry.objects.order_by("-id")[:3]]
    assert [text.removeprefix("陶外包") for text in said] == [
        "结束了沙箱应用我的联调",
        "清除了沙箱应用我的联调的数据",
        "更换了沙箱应用我的联调的密钥",
    ]


def test_receivers_are_played_by_the_vendor(cast: Cast, there: There) -> None:
    one, vendor = ordered(cast), as_member(cast, "temp")
    page = vendor.get(f"/developer/sandbox/{one.pk}/").content.decode()
    for words in (
        "待阅已读",
        "POST /api/v1/todos",
        "E-FORM-01",
        "abc123",
        'value="open:"',
        'value="quick:agree"',
    ):
        assert words in page
    assert 'value="press:submit"' in page and "周三" in page
    address = f"/developer/sandbox/{one.pk}/receive/"
    done = vendor.post(address, {"kind": "todo", "id": "71", "do": "open:", "face": "0"}, follow=True)
    assert "赵甲打开了《关于沙箱联调的请示》" in done.content.decode()
    asked, _, body = next(got for got in there.got if got[0].endswith("/receive"))
    assert asked == f"POST /keeper/clients/{one.client_id}/receive"
    assert json.loads(body) == {
        "kind": "todo",
        "id": 71,
        "act": "open",
        "key": "",
        "reason": "",
        "face": 0,
        "chosen": {},
    }
    said = "陶外包在沙箱应用我的联调中代接收人操作：赵甲打开了《关于沙箱联调的请示》"
    assert str(Entry.objects.latest("id")) == said
    pressed = {"kind": "message", "id": "81", "do": "press:submit", "face": "2"}
    vendor.post(address, {**pressed, "question0_key": "day", "question0": "3"})
    body = json.loads(there.got[-1][2])
    assert body["chosen"] == {"day": ["3"]} and (body["key"], body["face"]) == ("submit", 2)
    assert as_member(cast, "qian").post(address, pressed).status_code == 404


def test_what_a_receiver_may_not_do_is_said_on_the_page(cast: Cast, there: There) -> None:
    one, vendor = ordered(cast), as_member(cast, "temp")
    there.status = 409
    before = Entry.objects.count()
    answer = vendor.post(f"/developer/sandbox/{one.pk}/receive/", {"kind": "todo", "id": "x", "do": "open"})
    assert answer.status_code == 303 and Entry.objects.count() == before


def test_calls_that_wait_are_led_to_where_they_are_held(cast: Cast, there: There, settings: Settings) -> None:
    """The sandbox names a port of this machine; what goes out is the port that everybody reaches."""
    there.status = 307
    settings.REALTIME_PORT, settings.REALTIME_URL = 8001, ""
    answer = Browser().get("/sandbox/api/v1/events/stream?cursor=7")
    assert answer.status_code == 307
    assert answer.headers["Location"] == "http://testserver:8001/sandbox/api/v1/events/stream?cursor=7"
    settings.REALTIME_URL = "/live/"  # behind a proxy without the rule
    answer = Browser().get("/sandbox/api/v1/events/stream")
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "5"


def test_examples_work_in_the_sandbox(cast: Cast, there: There, settings: Settings) -> None:
    settings.REALTIME_PORT, settings.REALTIME_URL = 8001, ""
    settings.SANDBOX_WAITING_URL = "http://127.0.0.1:9"
    vendor = as_member(cast, "temp")
    vendor.post("/developer/sandbox/add/", ORDER)
    page = vendor.get("/developer/trial/?call=post-api-v1-todos").content.decode()
    assert "9000001" in page and "http://localhost:9000/doc/18" in page and "app.example.gov.cn" not in page
    assert 'data-waiting="http://testserver:8001/sandbox"' in page


def test_trying_out(cast: Cast, there: There) -> None:
    vendor = as_member(cast, "temp")
    assert "您还没有沙箱应用" in vendor.get("/developer/trial/").content.decode()
    one = ordered(cast)
    page = vendor.get("/developer/trial/").content.decode()
    assert "我的联调" in page and 'data-base="/sandbox"' in page
    answer = vendor.post("/developer/trial/token/", {"client": one.pk})
    assert answer.json() == {"token": "tok", "seconds": 900}
    assert answer.headers["Cache-Control"] == "no-store"
    assert str(Entry.objects.latest("id")) == "陶外包取得了沙箱应用我的联调的调试令牌"
    assert as_member(cast, "qian").post("/developer/trial/token/", {"client": one.pk}).status_code == 404


def test_what_the_sandbox_refuses_stands_beside_its_field(cast: Cast, there: There) -> None:
    there.status = 422
    answer = as_member(cast, "temp").post("/developer/sandbox/add/", ORDER)
    assert answer.status_code == 422 and "已有同名应用" in answer.content.decode()
    assert not SandboxClient.objects.exists()


def test_a_sandbox_that_is_away_or_that_there_is_none(cast: Cast, there: There, settings: Settings) -> None:
    one, vendor = ordered(cast), as_member(cast, "temp")
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    page = vendor.get(f"/developer/sandbox/{one.pk}/")
    assert page.status_code == 200 and "沙箱正在准备，请稍后再试" in page.content.decode()
    wrong = vendor.post("/developer/sandbox/add/", {**ORDER, "name": "另一个"})
    assert wrong.status_code == 422 and SandboxClient.objects.count() == 1
    settings.SANDBOX_URL = ""
    assert "本平台没有启用沙箱" in vendor.get("/developer/sandbox/").content.decode()
    assert vendor.get("/sandbox/api/v1/application").status_code == 404


# --- calls passed through


def test_only_what_it_needs_goes_there_and_comes_back(there: There) -> None:
    browser = Browser()
    browser.cookies[configured.SESSION_COOKIE] = "mine"
    answer = browser.post(
        "/sandbox/api/v1/todos?x=%20",
        '{"a": 1}',
        content_type="application/json",
        headers={
            "Authorization": "Bearer t",
            "Idempotency-Key": "k",
            "X-Secret": "no",
            "X-Request-ID": "a" * 20,
        },
    )
    asked, headers, body = there.got[0]
    assert asked == "POST /api/v1/todos?x=%20" and body == b'{"a": 1}'
    assert headers["Authorization"] == "Bearer t" and headers["Idempotency-Key"] == "k"
    assert headers["X-Request-ID"] == "a" * 20 and headers["X-Forwarded-For"] == "127.0.0.1"
    assert not {"Cookie", "X-Secret"} & set(headers), "no session and nothing else of the real platform"
    assert answer.json() == {"echo": "/api/v1/todos?x=%20"}
    assert (
        answer.headers["X-RateLimit-Remaining"] == "7"
        and answer.headers["Content-Type"] == "application/json"
    )
    assert (
        "Set-Cookie" not in answer.headers
        and "X-Internal" not in answer.headers
        and "stolen" not in str(answer.cookies)
    )


@pytest.mark.parametrize(
    "path",
    ["keeper/organisation", "login/", "", "api/v2/x", "readyz", "static/x", "apiXv1/keeper"],
)
def test_nothing_but_open_calls_is_reached(there: There, path: str) -> None:
    assert Browser().get(f"/sandbox/{path}").status_code == 404
    assert there.got == []


def test_a_path_that_climbs_out_is_sent_as_it_is(there: There) -> None:
    """The sandbox resolves no dots: such an address is nothing there."""
    Browser().get("/sandbox/api/v1/../../keeper/organisation")
    Browser().get("/sandbox/api/v1/%2e%2e/%2e%2e/keeper/organisation")
    assert all(" /api/v1/" in asked or " /keeper" not in asked for asked, _, _ in there.got)


def test_the_sandbox_does_not_take_all_threads(there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(gateway.MOST_AT_ONCE):
        gateway._places.acquire()
    try:
        answer = Browser().get("/sandbox/api/v1/application")
    finally:
        for _ in range(gateway.MOST_AT_ONCE):
            gateway._places.release()
    assert answer.status_code == 429 and answer.headers["Retry-After"] == "1" and there.got == []
