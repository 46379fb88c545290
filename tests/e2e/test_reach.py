"""必达看板: an open board follows what receivers do elsewhere, on the desk and on the telephone."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE, Beside, Visit
from tests.e2e.test_pages import PICTURES
from tests.e2e.test_realtime import FIVE_SECONDS, has_stayed, stays

NOTICE = "台风防御通知"


def open_board(page: Page) -> Page:
    page.get_by_role("link", name=NOTICE).first.click()
    expect(page.locator("#reach-head")).to_be_visible()
    return page


def test_the_board_follows_who_confirms_elsewhere(visit: Visit, beside: Beside) -> None:
    beside("reach", "tang", "li,zhou,wang")
    desk, phone = visit(DESK, "tang"), visit(PHONE, "li")
    page = open_board(desk.go("/messages/reach/"))
    expect(page.get_by_text("已确认0人，共3人")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="党政办公室")
    expect(row).to_contain_text("0/1")
    stays(page)

    message = phone.go("/messages/unconfirmed/")
    message.get_by_role("link", name=NOTICE).first.click()
    expect(message.get_by_text("本通知为必达通知")).to_be_visible()
    message.get_by_role("button", name="确认收到").click()
    expect(page.get_by_text("已确认1人，共3人")).to_be_visible(timeout=FIVE_SECONDS)
    expect(row).to_contain_text("1/1")
    assert has_stayed(page)


def test_a_row_is_hastened_and_a_call_noted(visit: Visit, beside: Beside) -> None:
    beside("reach", "tang", "li,zhou,wang")
    desk, office = visit(DESK, "tang"), visit(DESK, "fang")
    page = open_board(desk.go("/messages/reach/"))
    theirs = open_board(office.go("/messages/reach/"))
    stays(theirs)
    row = page.get_by_role("row").filter(has_text="徐泾镇")
    row.get_by_role("button", name="立即升级").click()
    page.get_by_role("dialog").get_by_role("button", name="确定").click()
    expect(page.get_by_text("正在对1人升级提醒")).to_be_visible()
    expect(theirs.get_by_role("row").filter(has_text="徐泾镇")).to_contain_text("短信1人", timeout=10_000)
    assert has_stayed(theirs)

    theirs.get_by_role("link", name="徐泾镇").click()
    theirs.get_by_label("选择：王海涛").check()
    theirs.get_by_label("备注").fill("已接听")
    theirs.get_by_role("button", name="登记已电话通知").click()
    expect(theirs.get_by_text("方志远已电话通知")).to_be_visible()
    expect(row).to_contain_text("0", timeout=FIVE_SECONDS)


def test_pages_fit_the_telephone(visit: Visit, beside: Beside) -> None:
    beside("reach", "tang", "li,zhou,wang")
    PICTURES.mkdir(parents=True, exist_ok=True)
    for device, name in ((DESK, "desk"), (PHONE, "phone")):
        visitor = visit(device, "tang")
        page = visitor.go("/messages/reach/")
        page.screenshot(path=PICTURES / f"reach-list-{name}.png", full_page=True)
        assert visitor.width_overflow() <= 0
        board = open_board(page).url
        page.screenshot(path=PICTURES / f"reach-board-{name}.png", full_page=True)
        assert visitor.width_overflow() <= 0
        page.get_by_role("link", name="徐泾镇").click()
        expect(page.get_by_text("王海涛")).to_be_visible()
        page.screenshot(path=PICTURES / f"reach-unit-{name}.png", full_page=True)
        assert visitor.width_overflow() <= 0
        page.goto(f"{board}stop/")
        page.screenshot(path=PICTURES / f"reach-stop-{name}.png", full_page=True)
        assert visitor.width_overflow() <= 0
