"""Every page at both widths: no complaint, nothing over the edge, one heading, a picture of each."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import DESK, PHONE, Visit

PICTURES = Path(__file__).resolve().parents[2] / "build" / "pictures"

TWICE = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  return ids.filter((id, at) => ids.indexOf(id) !== at);
}"""
UNNAMED = """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button")]
  .filter((one) => !one.labels?.length && !one.ariaLabel && !one.getAttribute("aria-labelledby")
    && !one.textContent.trim() && !one.title)
  .map((one) => one.outerHTML.slice(0, 90))"""

PAGES = {
    "stranger": ("/login/", "/activate/", "/no-such-page/"),
    "li": (
        "/",
        "/apps/",
        "/help/",
        "/search/?q=周",
        "/me/",
        "/me/devices/",
        "/me/password/",
        "/addressbook/",
        "/addressbook/search/?q=w",
        "/approvals/",
        "/approvals/handled/",
        "/approvals/submitted/",
        "/approvals/deputies/",
        "/approvals/deputies/add/",
        "/no-such-page/",
    ),
    "sun": (
        "/",
        "/apps/",
        "/approvals/definitions/",
        "/approvals/monitor/",
        "/console/accounts/",
        "/console/accounts/1/",
        "/console/",
        "/console/tree/",
        "/console/tree/1/order/",
        "/console/tree/units/",
        "/console/tree/history/?day=2024-01-01",
        "/console/tree/differences/",
        "/console/people/",
        "/console/people/1/",
        "/console/reports/units/",
        "/console/reports/unit-changes/",
        "/console/reports/unit-checks/",
        "/imports/console.units/",
        "/console/accounts/2/roles/add/",
        "/console/roles/",
        "/console/roles/1/",
        "/console/roles/appointments/",
        "/console/roles/permissions/",
        "/console/numbers/",
        "/console/schedules/",
        "/console/workdays/",
        "/console/workdays/import/",
    ),
    "shen": ("/console/audit/",),
    "temp": ("/", "/apps/", "/me/"),
}


@pytest.mark.parametrize("device", ["desk", "phone"])
@pytest.mark.parametrize("login", PAGES)
def test_pages_are_whole(login: str, device: str, visit: Visit) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    size: dict[str, Any] = DESK if device == "desk" else PHONE
    visitor = visit(size, "" if login == "stranger" else login)
    wrong = []
    for path in PAGES[login]:
        page = visitor.go(path)
        name = re.sub(r"[^a-z0-9]+", "-", f"{login}{path}").strip("-")
        page.screenshot(path=PICTURES / f"{name}-{device}.png", full_page=True)
        if visitor.width_overflow() > 0:
            wrong.append(f"{path}: {visitor.width_overflow()}px too wide")
        if page.locator("h1:visible").count() > 1:
            wrong.append(f"{path}: more than one main heading")
        if twice := page.evaluate(TWICE):
            wrong.append(f"{path}: ids given twice: {twice}")
        if unnamed := page.evaluate(UNNAMED):
            wrong.append(f"{path}: fields without a label: {unnamed}")
        if not page.title():
            wrong.append(f"{path}: no title")
    assert wrong == []
