"""Tags in a browser: by hand and by rule, on the desk and on the phone, and by keyboard alone."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE, Visit, settled


def confirmed(page: Page) -> None:
    """Say yes to the question that what hurts asks first."""
    page.locator("dialog[open]").get_by_role(
        "button", name=re.compile("确定|删除|停用|移出|取消共享")
    ).last.click()


def made(page: Page, name: str) -> None:
    """A static tag of 朱家角镇."""
    page.get_by_label("名称").fill(name)
    page.get_by_label("分组").fill("应急值守")
    page.get_by_role("button", name="保存").press("Enter")  # on the phone the bar below may lie upon it
    page.wait_for_url(re.compile(r"/tags/\d+/"))
    expect(page.get_by_text(name).filter(visible=True).first).to_be_visible()


def test_a_tag_from_its_making_to_its_end(visit: Visit) -> None:
    page = visit(DESK, "qian").go("/tags/")
    page.get_by_role("link", name="添加标签", exact=True).click()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("请填写标签名称")).to_be_visible()
    made(page, "防汛联络员")

    page.get_by_role("link", name="添加成员").click()
    people = page.get_by_role("group", name="人员")
    people.get_by_label("查找人员").fill("lisi")
    people.get_by_role("checkbox", name=re.compile("李四")).check()
    people.get_by_label("查找人员").fill("zhou")
    people.get_by_role("checkbox", name=re.compile("周月娥")).check()
    expect(people.get_by_label("已选人员").get_by_role("listitem")).to_have_count(2)
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.locator("#list").get_by_role("link", name="李四")).to_be_visible()

    page.get_by_role("link", name="粘贴名单").click()
    page.get_by_label("名单").fill("赵明远\n查无此人")
    page.get_by_role("button", name="核对", exact=True).click()
    expect(page.get_by_text("没有找到该人员")).to_be_visible()
    page.get_by_role("button", name="添加核对通过的1人").click()
    expect(page.locator("#list").get_by_role("link", name="赵明远")).to_be_visible()

    page.locator("#list").get_by_role("link", name="成员").click()  # the head of the column: 姓氏笔画
    expect(page).to_have_url(re.compile("sort=name"))
    settled(page)
    assert page.locator("#list tbody td:first-child a").all_text_contents() == ["李四", "周月娥", "赵明远"]

    page.get_by_role("checkbox", name="选择周月娥").check()
    page.get_by_role("button", name="移出所选").click()
    confirmed(page)
    expect(page.locator("#list tr", has_text="周月娥").get_by_text("移出", exact=True)).to_be_visible()

    page.get_by_role("navigation", name="标签", exact=True).get_by_role("link", name="概况").click()
    page.get_by_label("事由").fill("汛期结束")
    page.get_by_role("button", name="停用").click()
    confirmed(page)
    expect(page.get_by_text("该标签已停用")).to_be_visible()
    page.get_by_role("button", name="删除").click()
    confirmed(page)
    page.wait_for_url("**/tags/")
    expect(page.locator("#list").get_by_text("防汛联络员")).to_have_count(0)


def test_a_rule_is_tried_before_it_is_saved(visit: Visit) -> None:
    page = visit(DESK, "qian").go("/tags/new/dynamic/")
    page.get_by_label("名称").fill("镇长们")
    page.get_by_label("职务", exact=True).first.fill("没有的职务")
    page.get_by_role("button", name="试算人数").click()
    expect(page.locator("#tag-preview").get_by_text("当前规则匹配0人")).to_be_visible()
    page.get_by_label("职务", exact=True).first.fill("镇长")
    page.get_by_role("button", name="试算人数").click()
    expect(page.locator("#tag-preview").get_by_text("赵明远")).to_be_visible()
    page.get_by_role("button", name="保存").last.click()
    expect(page.get_by_role("heading", name="镇长们", exact=True)).to_be_visible()
    page.get_by_role("link", name="查看成员").click()
    expect(page.locator("#list").get_by_text("赵明远")).to_be_visible()


def test_on_the_phone(visit: Visit) -> None:
    visitor = visit(PHONE, "qian")
    page = visitor.go("/tags/new/static/")
    made(page, "随身名单")
    page.get_by_role("link", name="添加成员").tap()
    people = page.get_by_role("group", name="人员")
    people.get_by_label("查找人员").fill("ls")
    people.get_by_role("checkbox", name=re.compile("李四")).check()
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.get_by_role("button", name="添加", exact=True).tap()
    expect(page.locator("#list").get_by_role("link", name="李四")).to_be_visible()
    for path in ("/tags/", page.url.removeprefix(visitor.address), "/tags/new/dynamic/"):
        visitor.go(path)
        assert visitor.width_overflow() <= 0, path


def test_by_keyboard_alone(visit: Visit) -> None:
    """Name, save, a member found and taken, added: no mouse."""
    page = visit(DESK, "qian").go("/tags/new/static/")
    page.get_by_label("名称").focus()
    page.keyboard.type("键盘名单")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="键盘名单", exact=True)).to_be_visible()
    page.get_by_role("link", name="添加成员").focus()
    page.keyboard.press("Enter")
    finder = page.get_by_role("group", name="人员").get_by_label("查找人员")
    finder.focus()
    page.keyboard.type("lisi")
    found = page.get_by_role("group", name="人员").get_by_role("checkbox", name=re.compile("李四"))
    expect(found).to_be_visible()
    settled(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_label("已选人员").first.get_by_text("李四")).to_be_visible()
    page.get_by_role("button", name="添加", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#list").get_by_role("link", name="李四")).to_be_visible()


def test_who_only_uses_tags_changes_none(visit: Visit) -> None:
    page = visit(DESK, "tang").go("/tags/")
    expect(page.get_by_role("heading", name="标签管理")).to_be_visible()
    expect(page.get_by_role("link", name="添加标签", exact=True)).to_have_count(0)
