"""One story of texts: a template written and agreed to, sixty people told, agreed to, signed for (§16)."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE, Beside, Visit, settled

NAME, TEXT = "防汛值守", "{姓名}：请于{时间}到{地点}值守。"


def write_template(page: Page) -> str:
    """The clerk writes it, sees what it costs, and hands it in; its address."""
    page.get_by_role("link", name="新建模板").click()
    page.fill("#id_name", NAME)
    page.select_option("#id_kind", "duty")
    page.fill("#id_text", TEXT)
    page.fill("#id_word_时间", "今日18:00")
    expect(page.locator("#text-preview")).to_contain_text("请于今日18:00到［地点］值守")
    expect(page.locator("#text-preview")).to_contain_text("将按1条计费")
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_text("已提交审核")).to_be_visible()
    expect(page.get_by_role("button", name="同意启用")).to_have_count(0)
    return page.url


def write_batch(page: Page) -> str:
    """By the template to the whole office, asking for a reply; its address."""
    expect(page.get_by_text("值班短信，第1版")).to_be_visible()
    page.fill("#id_word_时间", "今日18:00")
    page.fill("#id_word_地点", "水闸站")
    page.check("#id_need_receipt")
    page.get_by_role("checkbox", name=re.compile("党政办公室")).first.check()
    expect(page.locator("#batch-count")).to_contain_text("回复1签收")
    expect(page.locator("#batch-count")).to_contain_text("接收6")
    settled(page)
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.get_by_text("提交后进入待审批")).to_be_visible()
    page.get_by_role("button", name="提交审批").click()
    expect(page.get_by_text("待审批", exact=True)).to_be_visible()
    return page.url


def test_from_template_to_statistics(visit: Visit, beside: Beside) -> None:
    beside("clerk", "li", "1")
    beside("people", "li", "60")
    clerk, director = visit(DESK, "li"), visit(PHONE, "tang")

    page = clerk.go("/messages/batches/templates/")
    template = write_template(page).removeprefix(clerk.address)
    agreed = director.go(template)
    agreed.get_by_role("button", name="同意启用").press("Enter")
    expect(agreed.get_by_text("已启用").first).to_be_visible()

    page = clerk.go(template)
    page.get_by_role("link", name="用此模板发短信").click()
    batch = write_batch(page).removeprefix(clerk.address)
    agreed = director.go(batch)
    assert director.width_overflow() == 0
    agreed.get_by_role("button", name="同意发送").press("Enter")
    expect(agreed.get_by_text("已同意")).to_be_visible()

    beside("texts", "li", "1")
    beside("reply", "qian", "1")
    beside("reply", "tang", "在市里开会")
    page = clerk.go(batch)
    expect(page.get_by_text(re.compile(r"已签收1人，未签收6\d人"))).to_be_visible()
    expect(page.get_by_role("cell", name="唐静宜")).to_be_visible()
    page.get_by_role("link", name=re.compile("回复")).last.click()
    rows = page.locator("#list tbody tr")
    expect(rows.filter(has_text="钱玉芬")).to_contain_text("已签收")
    expect(rows.filter(has_text="唐静宜")).to_contain_text("在市里开会")
