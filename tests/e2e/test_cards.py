"""A card pressed in the browser reaches its vendor; his answer shows without loading the page again."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from yiwang_sdk import Client, webhooks

from tests.e2e.conftest import DESK, PHONE, Visit
from tests.e2e.test_realtime import has_stayed, stays
from yiwang.platform.messages.tests.samples import leave, vote

SOON = 5_000  # one second where nothing else runs
RETRY_MS = (
    200_000  # a minute later, by the next look of a job that comes each minute; a laden machine is slow
)


class Vendor:
    """The leave application. heard: events in their order. answers: button → words in its place."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.answers: dict[str, str] = {}
        self.is_away = False
        self.may_answer = threading.Event()
        self.platform: Client | None = None
        self.secret = ""
        self.people: dict[str, int] = {}
        vendor = self

        class Callback(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, answer = vendor.hear(dict(self.headers), body)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *words: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Callback)
        self.port = self.server.server_port

    def hear(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        event = json.loads(body)
        if event.get("type") == "url_verification":
            return 200, json.dumps({"challenge": event["challenge"]}).encode()
        if self.is_away:
            return 503, b""
        self.heard.append(webhooks.verify(self.secret, headers, body))
        data = event["data"]
        label = self.answers.get(data["event_key"])
        if label:
            threading.Thread(target=self._decide, args=(data["response_code"], label), daemon=True).start()
        return 200, b"{}"

    def _decide(self, code: str, label: str) -> None:
        """It has taken the event and answers in its own time."""
        if self.may_answer.wait(60) and self.platform:
            self.platform.messages.change_card_once(code, button_label=label)


@pytest.fixture
def vendor(environment: dict[str, str], address: str) -> Iterator[Vendor]:
    made = Vendor()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    command = [sys.executable, "-m", "tests.e2e.leave_app", str(made.port)]
    told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    keys = json.loads(told.strip().splitlines()[-1])
    made.platform = Client(address, keys["client_id"], keys["secret"])
    made.secret, made.people = keys["callback_secret"], keys["people"]
    yield made
    made.may_answer.set()
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def send(vendor: Vendor, login: str, card: dict[str, Any]) -> int:
    assert vendor.platform is not None
    answer = vendor.platform.messages.send(persons=[vendor.people[login]], card=card)
    return int(answer["id"])


def named(page: Page, title: str) -> Locator:
    return page.locator(".msg-card", has_text=title)


def test_agreed_on_the_desk(vendor: Vendor, visit: Visit) -> None:
    send(vendor, "li", leave(url="", title="请假申请甲", task_id=f"a-{vendor.port}"))
    vendor.answers = {"agree": "已同意"}
    page = visit(DESK, "li").go("/messages/cards/")
    stays(page)
    card = named(page, "请假申请甲")
    card.get_by_role("button", name="同意").dblclick()
    expect(card.get_by_text("处理中")).to_be_visible()
    assert card.get_by_role("button", name="拒绝").is_disabled()

    vendor.may_answer.set()
    expect(card.get_by_text("已同意")).to_be_visible(timeout=SOON)
    expect(card.get_by_role("button")).to_have_count(0)
    assert has_stayed(page)
    (event,) = vendor.heard
    assert event["data"]["person_id"] == vendor.people["li"], "two clicks, one answer"


def test_a_vote_on_the_phone_and_the_whole_card_changed(vendor: Vendor, visit: Visit) -> None:
    number = send(vendor, "zhou", vote(title="培训时间乙", task_id=f"b-{vendor.port}"))
    desk = visit(DESK, "zhou").go("/messages/cards/")
    stays(desk)
    page = visit(PHONE, "zhou").go("/messages/cards/")
    card = named(page, "培训时间乙")
    card.get_by_role("button", name="提交").click()
    expect(card.get_by_text("请至少选择一项")).to_be_visible()
    card.get_by_text("周三下午").click()
    card.get_by_role("button", name="提交").click()
    expect(card.get_by_text("处理中")).to_be_visible()
    expect(named(desk, "培训时间乙").get_by_text("处理中")).to_be_visible(timeout=SOON)

    assert vendor.platform is not None
    closed = {
        "layout": "notice",
        "title": "培训时间乙",
        "text": "投票已结束",
        "emphasis": {"figure": "周三下午"},
    }
    vendor.platform.messages.change_card(number, card=closed)
    for one in (page, desk):
        expect(named(one, "投票已结束")).to_be_visible(timeout=SOON)
    assert has_stayed(desk)


def test_the_application_is_away(vendor: Vendor, visit: Visit) -> None:
    """§6: what was pressed is not lost; the page says so, and shows the answer when the retry has come."""
    send(vendor, "zhao", leave(url="", title="请假申请丙", task_id=f"c-{vendor.port}"))
    vendor.is_away, vendor.answers = True, {"refuse": "已拒绝"}
    vendor.may_answer.set()
    page = visit(DESK, "zhao").go("/messages/cards/")
    stays(page)
    card = named(page, "请假申请丙")
    card.get_by_role("button", name="拒绝").click()
    expect(card.get_by_text("应用暂未响应，已记录您的选择，稍后自动重试")).to_be_visible()
    assert vendor.heard == []
    vendor.is_away = False
    expect(card.get_by_text("已拒绝")).to_be_visible(timeout=RETRY_MS)
    assert has_stayed(page)
