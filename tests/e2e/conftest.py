"""One platform for all browser tests, started as its users start it, and visitors who notice every fault."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.cast import PASSWORD
from tests.places import free_port, scratch

DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
_PATIENCE_MS = 30_000
_READY_SECONDS = 300
expect.set_options(timeout=_PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """What the platform and the programs beside it find in their environment."""
    home = scratch("e2e") / "home"
    settings = {
        "YIWANG_HOME": str(home),
        "YIWANG_PORT": str(free_port()),
        "YIWANG_REALTIME_PORT": str(free_port()),
        "YIWANG_DEMO": "0",
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "yiwang.site.settings.prod",
        "YIWANG_CALLBACK_NETWORKS": "127.0.0.1/32",
        "YIWANG_TRIAL_APPLICATIONS": "1",
        "YIWANG_SANDBOX": "1",
    }
    return os.environ | settings


@pytest.fixture(scope="session")
def address(environment: dict[str, str]) -> Iterator[str]:
    """A running platform with the cast in it."""
    home, port = Path(environment["YIWANG_HOME"]), environment["YIWANG_PORT"]
    for command in (("yiwang.site.cli", "migrate"), ("tests.e2e.build_district",)):
        subprocess.run([sys.executable, "-m", *command], env=environment, check=True)
    log = (home / "e2e.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "yiwang.site.cli", "serve"], env=environment, stdout=log, stderr=log
    )
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}/readyz", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        log.close()
        shutil.rmtree(home.parent, ignore_errors=True)


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.1)
    raise RuntimeError("the platform did not become ready; see e2e.log in its home")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


Beside = Callable[..., None]


@pytest.fixture
def beside(environment: dict[str, str], address: str) -> Beside:
    """Something happens elsewhere, in a process of its own: beside("push", "li", "1", …)."""

    def act(*words: str) -> None:
        command = [sys.executable, "-m", "tests.e2e.elsewhere", *words]
        subprocess.run(command, env=environment, check=True)

    return act


def settled(page: Page) -> None:
    """Wait until what htmx brought in answers to clicks; people are never as quick as tests."""
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-added, .htmx-settling")).to_have_count(0)


class Visitor:
    """A person at a browser. `page` is his tab; `faults` what the browser complained of."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.address = address
        self.faults: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def _hear(self, message: Any) -> None:
        expected = "the server responded with a status of 4"  # a refusal the test provokes
        if message.type in ("error", "warning") and expected not in message.text:
            self.faults.append(f"{self.page.url}: {message.text}")

    def go(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def log_in(self, login: str, password: str = PASSWORD) -> Page:
        self.go("/login/")
        self.page.fill("#id_login", login)
        self.page.fill("#id_password", password)
        self.page.press("#id_password", "Enter")
        self.page.wait_for_url(lambda url: "/login/" not in url)
        if self.page.locator('a[href="/administration/"]').count():
            self.administer(password)
        return self.page

    def administer(self, password: str = PASSWORD) -> Page:
        """Enter administration mode, as every administrator does before he administers."""
        self.go("/administration/?next=/")
        self.page.fill("#id_reason", "办理日常管理事项")
        self.page.fill("#id_password", password)
        self.page.press("#id_password", "Enter")
        self.page.wait_for_url(lambda url: "/administration/" not in url)
        return self.page

    def width_overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        wide: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return wide


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """A new visitor with a browser of his own; at the end nobody may have met a fault."""
    visitors: list[Visitor] = []

    def arrive(device: dict[str, Any] = DESK, login: str = "") -> Visitor:
        context = browser.new_context(
            **device, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce"
        )
        context.set_default_timeout(_PATIENCE_MS)
        visitor = Visitor(context, address)
        visitors.append(visitor)
        if login:
            visitor.log_in(login)
        return visitor

    yield arrive
    faults = [fault for visitor in visitors for fault in visitor.faults]
    for visitor in visitors:
        visitor.context.close()
    assert faults == []
