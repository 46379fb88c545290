"""组织架构管理 in a browser: the tree, putting in order by keys, buttons, mouse and finger, a workbook."""

import re
from io import BytesIO

import xlsxwriter
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PHONE, Visit, settled


def order(page: Page) -> list[str]:
    return page.locator("[data-sort-name] b").all_inner_texts()


def open_order(visit: Visit, device: dict[str, object] | None = None) -> Page:
    """The towns as sun puts them in order."""
    visitor = visit(device, "sun") if device else visit(login="sun")
    page = visitor.go("/console/tree/find/?q=镇街道")
    page.locator(".unit-row").first.click()
    page.get_by_role("link", name="下级排序").click()
    expect(page.locator("h1")).to_have_text("下级机构排序")
    return page


def test_the_tree_opens_by_click_and_by_key_and_the_record_follows(visit: Visit) -> None:
    page = visit(login="sun").go("/console/tree/")
    page.get_by_role("button", name="展开或收起镇街道").click()
    page.locator("[data-tree]").get_by_role("link", name="朱家角镇").click()
    settled(page)
    expect(page.locator(".unit-head h2")).to_have_text("上海市青浦区朱家角镇")
    expect(page).to_have_url(re.compile(r"/console/tree/\d+/$"))
    page.locator("[data-tree] [aria-current=true]").focus()
    page.keyboard.press("ArrowRight")
    settled(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    settled(page)
    expect(page.locator(".unit-head h2")).to_have_text("党政办公室")
    page.go_back()
    expect(page.locator(".unit-head h2")).to_have_text("上海市青浦区朱家角镇")


def test_finding_while_typing(visit: Visit) -> None:
    page = visit(login="sun").go("/console/tree/")
    page.get_by_role("searchbox", name="查找机构").fill("大新街")
    page.locator("#found .unit-row").first.click()
    settled(page)
    expect(page.locator(".unit-head h2")).to_have_text("大新街居民委员会")


def test_order_by_keys_and_buttons_is_kept_when_saved(visit: Visit) -> None:
    page = open_order(visit)
    first, second = order(page)[:2]
    page.locator("[data-sort-item]").first.focus()
    page.keyboard.press("Alt+ArrowDown")
    assert order(page)[:2] == [second, first]
    expect(page.locator("[data-sort-state]")).to_have_text("顺序尚未保存")
    expect(page.locator("[data-sort-said]")).to_contain_text(f"{first}，第2位")
    page.keyboard.press("Alt+Home")
    assert order(page)[:2] == [first, second]
    page.get_by_role("button", name=f"下移{first}").click()
    page.get_by_label(f"{first}移到第几位").fill("1")
    page.keyboard.press("Enter")
    assert order(page)[:2] == [first, second]
    page.get_by_role("button", name=f"{second}移到最前").click()
    page.get_by_role("button", name="保存顺序").click()
    expect(page.locator(".notice")).to_contain_text("顺序已保存")
    page.get_by_role("link", name="下级排序").click()
    assert order(page)[:2] == [second, first]


def test_order_by_mouse(visit: Visit) -> None:
    page = open_order(visit)
    first, second = order(page)[:2]
    handle = page.locator("[data-sort-handle]").first.bounding_box()
    other = page.locator("[data-sort-item]").nth(1).bounding_box()
    assert handle and other
    page.mouse.move(handle["x"] + 10, handle["y"] + 10)
    page.mouse.down()
    page.mouse.move(handle["x"] + 10, other["y"] + other["height"] - 4, steps=8)
    page.mouse.up()
    assert order(page)[:2] == [second, first]


def test_order_by_finger(visit: Visit) -> None:
    page = open_order(visit, PHONE)
    first, second = order(page)[:2]
    handle = page.locator("[data-sort-handle]").first.bounding_box()
    other = page.locator("[data-sort-item]").nth(1).bounding_box()
    assert handle and other
    finger = page.context.new_cdp_session(page)
    x, y, to = handle["x"] + 15, handle["y"] + 15, other["y"] + other["height"] - 6

    def touch(kind: str, at: float | None = None) -> None:
        points = [] if at is None else [{"x": x, "y": at}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", y)
    for step in range(1, 9):
        touch("touchMove", y + (to - y) * step / 8)
    touch("touchEnd")
    assert order(page)[:2] == [second, first]


def test_without_saving_nobody_leaves_unasked(visit: Visit) -> None:
    page = open_order(visit)
    page.locator("[data-sort-item]").first.focus()
    page.keyboard.press("Alt+ArrowDown")
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", stay)
    page.get_by_role("link", name="取消").click(no_wait_after=True)
    expect(page.locator("h1")).to_have_text("下级机构排序")
    assert asked == ["beforeunload"]


def test_units_come_in_by_a_workbook(visit: Visit) -> None:
    """The file is judged and brought in by the worker; the page follows it by itself."""
    output = BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True})
    sheet = book.add_worksheet("机构导入")
    sheet.write_row(0, 0, ("机构编码", "上级机构编码", "全称", "简称", "节点类型"))
    for number in range(300):
        name = f"第{number}村民委员会"
        sheet.write_row(number + 1, 0, (f"QP-0302-{number + 100}", "QP-0302-01", name, name, "村委会"))
    book.close()
    page = visit(login="gu").go("/imports/console.units/")
    file = {
        "name": "居村.xlsx",
        "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "buffer": output.getvalue(),
    }
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="上传并校验").click()
    confirm = page.get_by_role("button", name="确认导入300行")
    expect(confirm).to_be_visible(timeout=30_000)
    confirm.click()
    page.locator("#confirm [data-confirm-yes]").click()
    expect(page.locator(".tip-success")).to_contain_text("已导入300行", timeout=60_000)
    page.goto(page.url.split("/imports/")[0] + "/console/tree/find/?q=第299村")
    expect(page.locator(".unit-row")).to_have_count(1)
