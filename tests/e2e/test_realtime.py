"""Numbers on an open page follow what happens elsewhere, without the page being loaded again."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE, Beside, Visit

FIVE_SECONDS = 5_000


def number(page: Page, key: str) -> int:
    mark = page.locator(f'.topbar [data-number="{key}"]')
    return int(mark.text_content() or "0") if mark.is_visible() else 0


def expect_number(page: Page, key: str, wanted: int) -> None:
    mark = page.locator(f'.topbar [data-number="{key}"]')
    if wanted:
        expect(mark).to_have_text(str(wanted), timeout=FIVE_SECONDS)
        expect(mark).to_be_visible()
    else:
        expect(mark).to_be_hidden(timeout=FIVE_SECONDS)


def stays(page: Page) -> None:
    """A mark that loading the page again would wipe."""
    page.evaluate("document.body.dataset.stays = 'yes'")


def has_stayed(page: Page) -> bool:
    return bool(page.evaluate("document.body.dataset.stays === 'yes'"))


def test_what_is_read_on_the_phone_is_gone_from_the_desk(visit: Visit, beside: Beside) -> None:
    """Acceptance §6-2: within five seconds."""
    beside("read", "li", "read-1")
    desk, phone = visit(DESK, "li"), visit(PHONE, "li")
    page = desk.go("/todos/")
    tab = page.get_by_role("link", name=re.compile("待阅"))
    expect(tab).to_contain_text("1")
    stays(page)

    phone.go("/todos/toread/").get_by_role("link", name="关于核定用水计划的请示之read-1", exact=True).click()
    expect(tab).to_contain_text("0", timeout=FIVE_SECONDS)
    assert has_stayed(page)


def test_what_is_done_elsewhere_is_gone_from_the_desk(visit: Visit, beside: Beside) -> None:
    """Acceptance §6-2: the application says done, wherever it was done."""
    beside("push", "li", "done-1")
    beside("push", "li", "done-2")
    page = visit(DESK, "li").go("/todos/")
    before = number(page, "todos")
    stays(page)
    beside("complete", "li", "done-1")
    expect_number(page, "todos", before - 1)
    beside("complete", "li", "done-2")
    expect_number(page, "todos", before - 2)
    assert has_stayed(page)


def test_a_new_message_shows_on_the_open_page(visit: Visit, beside: Beside) -> None:
    desk = visit(DESK, "wang")
    page = desk.go("/addressbook/")
    before = number(page, "messages")
    stays(page)
    beside("send", "wang", "2026-11-25")
    expect_number(page, "messages", before + 1)
    assert has_stayed(page)


def test_without_a_stream_the_page_asks(visit: Visit, beside: Beside) -> None:
    """A firewall lets no stream through: what happens elsewhere still shows within five seconds."""
    desk = visit(DESK, "zhou")
    desk.context.route(re.compile("/live/$"), lambda route: route.fulfill(status=403))
    page = desk.go("/addressbook/")
    before = number(page, "todos")
    beside("push", "zhou", "asks-1")
    expect_number(page, "todos", before + 1)
