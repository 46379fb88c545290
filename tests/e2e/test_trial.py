"""A vendor on the developer site, without a line of code: an application, calls, events, the log."""

import json
import re
import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE, Visit, Visitor

PREPARING = 120.0  # seconds: the sandbox makes its database while the first tests run
NAME = "办文联调"


def when_the_sandbox_is_there(visitor: Visitor) -> None:
    """It is prepared in the background after the platform is ready; until then it says so."""
    deadline = time.monotonic() + PREPARING
    while visitor.context.request.get(f"{visitor.address}/sandbox/api/v1/application").status == 503:
        assert time.monotonic() < deadline, "the sandbox does not become ready"
        visitor.page.wait_for_timeout(1_000)


def order(visitor: Visitor, name: str) -> None:
    page = visitor.go("/developer/sandbox/")
    page.get_by_role("link", name="申请沙箱应用").first.click()
    page.fill("#id_name", "")
    page.get_by_role("button", name="申请").click()
    expect(page.get_by_text("请填写应用名称")).to_be_visible()
    page.fill("#id_name", name)
    page.fill("#id_contact_phone", "13900000011")
    page.get_by_role("button", name="申请").click()
    expect(page.get_by_text("请立即保存密钥，离开本页后不再显示")).to_be_visible()


def choose(page: Page, call: str) -> None:
    """As the list of calls names it."""
    option = page.locator("#trial-call option", has_text=re.compile(f"^{call}　"))
    with page.expect_navigation():
        page.select_option("#trial-call", value=option.get_attribute("value"))


def send(page: Page, status: int) -> Any:
    page.get_by_role("button", name="发送").click()
    expect(page.locator("#trial-status")).to_contain_text(f"{status}　")
    return json.loads(page.locator("#trial-answer").inner_text())


def received(visitor: Visitor) -> Page:
    """The page of the application, beside the trial."""
    page = visitor.context.new_page()
    page.on("pageerror", lambda error: visitor.faults.append(str(error)))
    page.goto(visitor.page.url)
    page.get_by_role("link", name="查看收到的内容").click()
    return page


def test_from_the_order_to_the_event(visit: Visit) -> None:
    visitor = visit(DESK, "temp")
    when_the_sandbox_is_there(visitor)
    order(visitor, NAME)
    page = visitor.page
    page.get_by_role("link", name="在线调试").last.click()
    expect(page.locator("#trial-client")).to_contain_text(NAME)
    assert send(page, 200)["name"] == NAME, "a token was given and the call let in"

    choose(page, "创建待办")
    page.fill("#trial-body", "{")
    page.get_by_role("button", name="发送").click()
    expect(page.locator("#trial-status")).to_contain_text("正文不是有效的 JSON")
    page.reload()
    todo = json.loads(page.input_value("#trial-body"))
    page.fill("#trial-body", json.dumps({**todo, "title": ""}))
    assert "title" in send(page, 422)["fields"]
    page.fill("#trial-body", json.dumps({**todo, "needs": "read"}, ensure_ascii=False))
    page.get_by_role("button", name="发送").dblclick()
    expect(page.locator("#trial-status")).to_contain_text("201　")
    assert json.loads(page.locator("#trial-answer").inner_text())["version"] == 1

    choose(page, "接收事件（事件流）")
    page.get_by_role("button", name="发送").click()
    expect(page.locator("#trial-status")).to_contain_text("正在接收事件…")
    seen = received(visitor)
    row = seen.get_by_role("row").filter(has_text="关于防汛检查的请示")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("赵甲")
    expect(row).to_contain_text("待阅")
    row.get_by_role("button", name="打开").click()
    expect(seen.get_by_text("赵甲打开了《关于防汛检查的请示》")).to_be_visible()
    expect(row).to_contain_text("已阅")
    expect(page.locator("#trial-answer")).to_contain_text('"type":"todos.read"', timeout=2_000)
    page.get_by_role("button", name="停止").click()
    expect(page.locator("#trial-status")).to_have_text("已停止")

    expect(seen.get_by_role("row").filter(has_text="待阅已读")).to_have_count(1)
    seen.wait_for_timeout(1_100)  # the log is written about once a second
    seen.reload()
    calls = seen.get_by_role("table", name="调用记录").get_by_role("row").filter(has_text="/api/v1/todos")
    expect(calls).to_have_count(2)
    expect(calls.filter(has_text="422")).to_have_count(1)


@pytest.mark.parametrize("path", ["", "guide/", "guide/cards/", "reference/", "wecom/", "sandbox/", "trial/"])
def test_the_developer_site_fits_a_phone(visit: Visit, path: str) -> None:
    visitor = visit(PHONE, "temp")
    visitor.go(f"/developer/{path}")
    assert visitor.width_overflow() == 0
