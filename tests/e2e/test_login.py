"""Coming in and going out: login, refusals, activation, devices, password."""

import re

from playwright.sync_api import expect

from tests.cast import PASSWORD
from tests.e2e.conftest import DESK, PHONE, Visit

NEW_PASSWORD = "Dianshan-Hu-2026"


def test_wrong_password_says_so_and_keeps_the_login_name(visit: Visit) -> None:
    page = visit().go("/login/")
    page.fill("#id_login", "zhou")
    page.fill("#id_password", "Not-My-Password-1")
    page.press("#id_password", "Enter")
    expect(page.get_by_text("账号或密码不正确").first).to_be_visible()
    expect(page.locator("#id_login")).to_have_value("zhou")
    expect(page.locator("#id_password")).to_have_value("")


def test_login_leads_back_to_where_one_wanted_to_go(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/me/devices/")
    expect(page).to_have_url(re.compile(r"/login/\?next="))
    page.fill("#id_login", "li")
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    expect(page).to_have_url(visitor.address + "/me/devices/")
    page.get_by_role("button", name="退出", exact=True).first.click()
    expect(page).to_have_url(re.compile("/login/"))
    visitor.go("/")
    expect(page).to_have_url(re.compile("/login/"))


def test_first_login_with_a_code_from_the_administrator(visit: Visit) -> None:
    admin = visit(DESK, "sun")
    page = admin.go("/console/accounts/?name=劳乐天")
    page.get_by_role("link", name="劳乐天").click()
    page.get_by_role("button", name="生成激活码").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("确定|生成")).click()
    shown = page.get_by_text(re.compile("激活码：")).first
    expect(shown).to_be_visible()
    code = re.search(r"激活码：\s*([A-Z0-9-]+)", shown.inner_text())
    assert code is not None

    phone = visit(PHONE).go("/activate/")
    phone.fill("#id_login", "lao")
    phone.fill("#id_code", code[1])
    phone.get_by_role("button", name="下一步").click()
    expect(phone.get_by_text("使用承诺书").first).to_be_visible()
    phone.fill("#id_password", NEW_PASSWORD)
    phone.fill("#id_repeated", NEW_PASSWORD)
    phone.check("#id_accepted")
    phone.get_by_role("button", name="激活账号").click()
    expect(phone).not_to_have_url(re.compile("activate"))
    visit(PHONE).log_in("lao", NEW_PASSWORD)


def test_a_forgotten_device_is_logged_out_from_another(visit: Visit) -> None:
    left_behind = visit(PHONE, "zhao")
    desk = visit(DESK, "zhao")
    page = desk.go("/me/devices/")
    page.get_by_role("button", name="退出其他设备").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("确定|退出")).click()
    expect(page.get_by_role("button", name="退出其他设备")).to_have_count(0)
    left_behind.go("/me/")
    expect(left_behind.page).to_have_url(re.compile("/login/"))


def test_barred_at_once(visit: Visit) -> None:
    """停用 takes effect while the person is working, and 恢复 lets him in again."""
    clerk = visit(PHONE, "wang")
    admin = visit(DESK, "sun")
    page = admin.go("/console/accounts/?name=王海涛")
    page.get_by_role("link", name="王海涛").click()
    reason = page.locator('form[action$="/suspend/"] [name="reason"]')
    reason.fill("借调至外区")
    page.get_by_role("button", name="停用").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("确定|停用")).click()
    expect(page.get_by_role("button", name="恢复")).to_be_visible()
    clerk.go("/")
    expect(clerk.page).to_have_url(re.compile("/login/"))
    page.get_by_role("button", name="恢复").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("确定|恢复")).click()
    expect(reason).to_be_visible()
    clerk.log_in("wang")


def test_the_idle_are_warned_and_may_stay(visit: Visit) -> None:
    """30 minutes without an act end the session; two minutes before, the page says so (§19.1)."""
    page = visit(DESK, "li").page
    page.clock.install()
    page.reload()
    page.clock.fast_forward("28:30")
    dialog = page.get_by_role("dialog", name="即将自动退出")
    expect(dialog).to_be_visible()
    with page.expect_response(re.compile("/me/")):
        dialog.get_by_role("button", name="继续使用").click()
    expect(dialog).to_be_hidden()
    page.clock.fast_forward("10:00")
    expect(dialog).to_be_hidden()
    with page.expect_request(re.compile("/login/")):
        page.clock.fast_forward("21:00")
