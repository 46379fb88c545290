"""Takes the pictures of README and manual from a demonstration district: `make pictures`.

Usage: take_pictures.py ADDRESS PASSWORD_FILE FOLDER; a platform with the demonstration must be running there.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
}
TOWN = "朱家角镇"


def open_page(browser: Browser, device: dict[str, object], address: str) -> Page:
    context = browser.new_context(
        **device, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{address}/login/")
    return page


def log_in(page: Page, login: str, password: str) -> None:
    page.fill("#id_login", login)
    page.fill("#id_password", password)
    page.press("#id_password", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    if page.locator('a[href="/administration/"]').count():  # administrators' rights sleep until then
        page.goto(page.url.rstrip("/") + "/administration/")
        page.fill("#id_reason", "办理账号开通")
        page.fill("#id_password", password)
        page.press("#id_password", "Enter")
        page.wait_for_url(lambda url: "/administration/" not in url)


def main(address: str, password: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for name, device in (("desk", DESK), ("phone", PHONE)):
            take(browser, name, device, address, password, folder)
        browser.close()


def take(
    browser: Browser, name: str, device: dict[str, object], address: str, password: str, folder: Path
) -> None:
    def keep(what: str) -> None:
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / f"{what}-{name}.png")

    page = open_page(browser, device, address)
    keep("login")
    log_in(page, "li", password)
    keep("home")
    page.goto(f"{address}/addressbook/search/?q={TOWN}")
    page.locator("#results .unit-row").first.click()
    page.wait_for_url("**/units/*/")
    page.reload()
    keep("organisation")
    page.locator("#unit .person").first.click()
    page.locator(".name-card").first.wait_for()
    keep("card")
    page.goto(f"{address}/addressbook/search/?q=wangw")
    keep("search")
    for what, path in (
        ("me", "/me/"),
        ("devices", "/me/devices/"),
        ("workbench", "/apps/"),
        ("help", "/help/"),
    ):
        page.goto(address + path)
        keep(what)
    page = open_page(browser, device, address)
    log_in(page, "sun", password)
    for what in ("accounts", "workdays", "schedules"):
        page.goto(f"{address}/console/{what}/")
        keep(what)
    page = open_page(browser, device, address)
    log_in(page, "shen", password)
    page.goto(f"{address}/console/audit/")
    keep("audit")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]).read_text().strip(), Path(sys.argv[3]))
