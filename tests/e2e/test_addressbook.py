"""Finding a colleague: through the tree by keyboard, by typing, on the phone; and who stays unseen."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE, Visit, settled


def test_the_tree_by_keyboard(visit: Visit) -> None:
    page = visit(DESK, "wang").go("/addressbook/")
    tree = page.get_by_role("tree")
    tree.get_by_role("treeitem", name="青浦区", exact=True).focus()
    page.keyboard.press("End")
    expect(page.locator("[role=treeitem]:focus .node-label").first).to_have_text("镇街道")
    page.keyboard.press("ArrowRight")
    expect(tree.get_by_text("朱家角镇")).to_be_visible()
    settled(page)
    page.keyboard.press("ArrowRight")
    expect(page.locator("[role=treeitem]:focus .node-label").first).to_have_text("朱家角镇")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/addressbook/units/\d+/$"))
    expect(page.locator("#unit h2").first).to_have_text("上海市青浦区朱家角镇")
    page.keyboard.press("Home")
    expect(page.locator("[role=treeitem]:focus .node-label").first).to_have_text("青浦区")


def test_a_card_opens_beside_the_unit_and_back_leads_back(visit: Visit) -> None:
    page = visit(DESK, "wang").go("/addressbook/")
    page.locator("#unit").get_by_role("link", name=re.compile("镇街道")).click()
    page.locator("#unit").get_by_role("link", name=re.compile("朱家角镇")).click()
    page.locator("#unit").get_by_role("link", name=re.compile("^赵明远")).click()
    card = page.locator("#card")
    expect(card.get_by_role("heading", name="赵明远")).to_be_visible()
    expect(card.get_by_text("021-59720000").first).to_be_visible()
    assert "13900000005" not in page.content()
    page.reload()
    expect(page.locator("#card").get_by_role("heading", name="赵明远")).to_be_visible()
    page.go_back()
    expect(page.locator("#unit h2").first).to_have_text("上海市青浦区朱家角镇")


def test_typing_finds_by_name_pinyin_and_initials(visit: Visit) -> None:
    page = visit(DESK, "wang").go("/addressbook/search/")
    for typed in ("李四", "lisi", "ls"):
        page.get_by_label("在通讯录中查找").fill(typed)
        expect(page.locator("#results").get_by_role("link", name=re.compile("^李四"))).to_be_visible()
        expect(page).to_have_url(re.compile("q="))
    page.get_by_label("在通讯录中查找").fill("查无此人")
    expect(page.get_by_text("没有找到“查无此人”")).to_be_visible()


def test_results_by_keyboard(visit: Visit) -> None:
    page = visit(DESK, "wang").go("/addressbook/search/")
    page.get_by_label("在通讯录中查找").fill("z")
    expect(page.locator("#results .person").first).to_be_visible()
    settled(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#card h2")).to_be_visible()


def test_the_box_of_the_top_bar_suggests(visit: Visit) -> None:
    page = visit(DESK, "li").go("/")
    page.keyboard.press("/")
    page.keyboard.type("whtao")
    page.keyboard.press("Control+A")
    page.keyboard.type("wanghai")
    suggestion = page.locator("#suggestions").get_by_text("王海涛")
    expect(suggestion).to_be_visible()
    suggestion.click()
    expect(page.get_by_role("heading", name=re.compile("王海涛")).first).to_be_visible()


def test_on_the_phone_one_goes_down_and_calls(visit: Visit) -> None:
    visitor = visit(PHONE, "wang")
    page = visitor.go("/apps/")
    page.get_by_role("navigation", name="底部导航").get_by_role("link", name="通讯录").tap()
    page.get_by_role("link", name=re.compile("镇街道")).tap()
    page.get_by_role("link", name=re.compile("朱家角镇")).tap()
    page.get_by_role("link", name=re.compile("党政办公室")).tap()
    page.get_by_role("link", name=re.compile("李四")).first.tap()
    expect(page.get_by_role("heading", name=re.compile("李四")).first).to_be_visible()
    expect(page.get_by_role("link", name="拨打办公电话")).to_have_attribute("href", "tel:021-59720000")
    assert visitor.width_overflow() <= 0
    page.get_by_role("link", name="返回").tap()
    expect(page.get_by_text("党政办公室").first).to_be_visible()


def test_the_hidden_unit_is_nowhere(visit: Visit) -> None:
    """专班 is not in the tree, not found, and its address leads nowhere (R2-9)."""
    outsider = visit(DESK, "wang")
    page = outsider.go("/addressbook/")
    page.locator("#unit").get_by_role("link", name=re.compile("区委")).first.click()
    page.locator("#unit").get_by_role("link", name=re.compile("区委办公室")).click()
    expect(page.locator("#unit h2").first).to_have_text("中共上海市青浦区委员会办公室")
    assert "专班" not in page.content()
    page = outsider.go("/addressbook/search/?q=米思源")
    expect(page.get_by_text("没有找到“米思源”")).to_be_visible()

    member = visit(DESK, "mi")
    page = member.go("/addressbook/search/?q=米思源")
    expect(page.locator("#results").get_by_role("link", name=re.compile("^米思源"))).to_be_visible()


def test_without_scripts_everything_is_a_link(visit: Visit) -> None:
    visitor = visit({**DESK, "java_script_enabled": False}, "wang")
    page = visitor.go("/addressbook/")
    page.get_by_role("link", name=re.compile("镇街道")).last.click()
    page.locator("#unit").get_by_role("link", name=re.compile("朱家角镇")).click()
    page.locator("#unit").get_by_role("link", name=re.compile("^赵明远")).click()
    expect(page.get_by_role("heading", name="赵明远").first).to_be_visible()


def test_tree_list_and_card_by_keyboard_alone(visit: Visit) -> None:
    page = visit(DESK, "wang").go("/addressbook/")
    page.keyboard.press("/")
    expect(page.get_by_label("在通讯录中查找")).to_be_focused()
    page.get_by_role("tree").get_by_role("treeitem", name="青浦区", exact=True).focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tree").get_by_text("朱家角镇")).to_be_visible()
    settled(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#unit h2").first).to_have_text("上海市青浦区朱家角镇")
    settled(page)
    page.keyboard.press("Enter")  # on the open unit: into its list
    row = page.locator("#unit .person:focus b")
    expect(row).to_have_text(re.compile("赵明远"))
    page.keyboard.press("ArrowDown")
    expect(page.locator("#unit .unit-row:focus b")).to_have_text("党政办公室")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#card").get_by_role("heading", name=re.compile("赵明远"))).to_be_visible()
    settled(page)
    page.keyboard.press("ArrowRight")
    expect(page.locator("#card :focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(row).to_have_text(re.compile("赵明远"))
    page.keyboard.press("Escape")
    expect(page.locator("[role=treeitem]:focus .node-label").first).to_have_text("朱家角镇")


def test_a_deep_unit_is_opened_in_the_tree(visit: Visit) -> None:
    page = visit(DESK, "zhou").go("/addressbook/")
    page.locator("#unit").get_by_role("link", name=re.compile("大新街居委会")).click()
    expect(page.locator("#unit h2").first).to_have_text("大新街居民委员会")
    expect(page.get_by_role("treeitem", name="大新街居委会", exact=True)).to_have_attribute(
        "aria-current", "true"
    )


def test_a_whole_number_is_shown_for_a_purpose(visit: Visit) -> None:
    page = visit(DESK, "li").go("/addressbook/search/?q=唐静宜")
    page.locator("#results").get_by_role("link", name=re.compile("^唐静宜")).click()
    card = page.locator("#card")
    expect(card.get_by_text("139****0012")).to_be_visible()
    card.get_by_role("link", name="查看完整号码").click()
    card.get_by_role("button", name="查看号码").click()
    expect(card.get_by_text("查看敏感信息须填写用途")).to_be_visible()
    card.get_by_label("值班值守").check()
    card.get_by_role("button", name="查看号码").click()
    expect(card.get_by_role("link", name="13900000012")).to_be_visible()
    page.reload()
    assert "13900000012" not in page.content()


def test_with_one_hand_on_the_phone(visit: Visit) -> None:
    visitor = visit(PHONE, "li")
    page = visitor.go("/addressbook/")
    ways = page.get_by_role("navigation", name="通讯录", exact=True)
    for way in ("组织", "姓名", "星标", "查找"):
        box = ways.get_by_role("link", name=way).bounding_box()
        assert box is not None and box["height"] >= 44 and box["y"] > 600  # large, and where the thumb is
    ways.get_by_role("link", name="姓名").tap()
    page.get_by_role("navigation", name="按姓名首字母").get_by_role("link", name="T").tap()
    assert visitor.width_overflow() <= 0
    page.get_by_role("link", name=re.compile("^唐静宜")).tap()
    expect(page.get_by_role("link", name="拨打办公电话")).to_have_attribute("href", "tel:021-59720000")
    page.get_by_role("button", name="星标").tap()
    expect(page.get_by_role("button", name="星标")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="查看完整号码").tap()
    page.get_by_label("公务联系").tap()
    page.get_by_role("button", name="查看号码").tap()
    expect(page.get_by_role("link", name="13900000012")).to_have_attribute("href", "tel:13900000012")
    assert visitor.width_overflow() <= 0
    visitor.go("/addressbook/starred/")
    expect(page.get_by_role("link", name=re.compile("^唐静宜"))).to_be_visible()
    ways.get_by_role("link", name="查找").tap()
    page.get_by_label("在通讯录中查找").fill("办公室主任")
    expect(page.locator("#results").get_by_role("link", name=re.compile("^唐静宜"))).to_be_visible()


def test_finding_and_calling_by_keyboard_alone(visit: Visit) -> None:
    """From any page: / for the box, the name, the card, the whole number for a purpose. No mouse."""
    page = visit(DESK, "zhao").go("/")
    page.keyboard.press("/")
    page.keyboard.type("lisi")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    page.goto(page.url.split("/search")[0] + "/addressbook/search/?q=lisi")
    expect(page.locator("#results .person").first).to_be_visible()
    settled(page)
    page.get_by_label("在通讯录中查找").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    card = page.locator("#card")
    expect(card.get_by_role("heading", name=re.compile("李四"))).to_be_visible()
    settled(page)
    reach(page, "查看完整号码")
    page.keyboard.press("Enter")
    expect(card.get_by_role("radio", name="公务联系")).to_be_visible()
    settled(page)
    reach(page, "公务联系")
    page.keyboard.press("Space")
    reach(page, "查看号码")
    page.keyboard.press("Enter")
    expect(card.get_by_text("本次查看已记录")).to_be_visible()
    expect(card.get_by_role("link", name=re.compile("^1[3-9][0-9]{9}$"))).to_be_visible()


def reach(page: Page, name: str, most: int = 40) -> None:
    """Press Tab until the focus stands on what is called so."""
    own = "const one = document.activeElement; return one.closest('label')?.innerText || one.innerText || ''"
    for _ in range(most):
        if name in page.evaluate(f"(() => {{ {own} }})()"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {name}")


def test_the_order_of_strokes_on_desk_and_phone(visit: Visit) -> None:
    page = visit(DESK, "li").go("/addressbook/letters/")
    page.get_by_role("link", name="姓氏笔画").click()
    expect(page.get_by_role("heading", name="7画")).to_be_visible()
    names = page.locator(".person-row b").all_text_contents()
    assert names.index("李四") < names.index("周月娥") < names.index("赵明远") < names.index("唐静宜")
    visitor = visit(PHONE, "li")
    page = visitor.go("/addressbook/letters/?order=strokes")
    page.get_by_role("navigation", name="按姓氏笔画").get_by_role("link", name="10画").tap()
    expect(page.get_by_role("heading", name="10画")).to_be_in_viewport()
    assert visitor.width_overflow() <= 0
