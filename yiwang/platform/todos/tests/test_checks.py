"""Reconciliation, links and reports: numbers by application and unit, never titles or persons (§6)."""

import datetime
import http.server
import threading
from collections.abc import Iterator

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.kernel.workdays import queries as workdays
from yiwang.kernel.workdays.calendar import SHANGHAI
from yiwang.platform.todos import gateways, jobs
from yiwang.platform.todos.actions import checks, items
from yiwang.platform.todos.models import Assignment, Item, LinkCheck
from yiwang.platform.todos.queries import reports
from yiwang.platform.todos.tests.factories import KEYS, kinds, push

__all__ = ["kinds"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


def test_differences_are_named_and_nothing_is_changed(cast: Cast) -> None:
    for task in ("1", "2", "3"):
        push(cast, "li", task=task)
    items.complete(**KEYS, person_id=cast.li.person.pk, actor=SYSTEM)
    found = checks.reconcile("todos", [("100", "1"), ("100", "2"), ("100", "9")], actor=SYSTEM)
    assert (found.listed, found.open_here, found.differences) == (3, 2, 3)
    assert found.only_there == [["100", "1"], ["100", "9"]] and found.only_here == [["100", "3"]]
    assert Item.objects.filter(state="open").count() == 2


def test_an_application_sees_only_its_own(cast: Cast) -> None:
    push(cast, "li")
    found = checks.reconcile("other", [], actor=SYSTEM, app_name="河长制系统")
    assert (found.open_here, found.differences) == (0, 0)


def test_too_long_a_list_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MOST_LISTED", 2)
    with pytest.raises(Refused, match="一次最多核对2项"):
        checks.reconcile("todos", [("1", "1"), ("1", "2"), ("1", "3")], actor=SYSTEM)


@pytest.mark.parametrize(
    ("arrived", "today", "is_long"),
    [
        ("2026-11-16", "2026-11-23", False),  # Monday to Monday: the fifth working day is today
        ("2026-11-13", "2026-11-23", True),
        ("2026-09-23", "2026-10-08", False),  # 25–27 Sep and 1–7 Oct are off
        ("2026-09-22", "2026-10-08", True),
    ],
)
def test_longer_than_five_working_days(cast: Cast, arrived: str, today: str, is_long: bool) -> None:
    push(cast, "li")
    moment = datetime.datetime.fromisoformat(f"{arrived}T10:00").replace(tzinfo=SHANGHAI)
    Assignment.objects.update(arrived_at=moment)
    now = datetime.datetime.fromisoformat(f"{today}T09:00").replace(tzinfo=SHANGHAI)
    (line,) = reports.by_app(now=now)
    assert line.long_open == int(is_long)
    assert is_long is (workdays.deadline(moment.date(), 5) < now)


def test_by_application_and_by_department(cast: Cast) -> None:
    push(cast, "li", "wang", "zhou")
    push(cast, task="2", units=[cast.units["QP-0301-01"].pk])
    push(cast, "li", task="3", needs="read")
    checks.reconcile("todos", [], actor=SYSTEM)
    now = timezone.localtime()
    (line,) = reports.by_app(now=now)
    assert (line.todo, line.toread, line.unclaimed, line.differences) == (4, 1, 1, 3)
    found = [(row["unit"], row["todo"]) for row in reports.by_unit(now=now)]
    assert found == [("朱家角镇", 3), ("徐泾镇", 1)]


class Site(http.server.BaseHTTPRequestHandler):
    """Answers the head of /good only."""

    def do_HEAD(self) -> None:
        self.send_response(200 if self.path == "/good" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is said."""


@pytest.fixture
def site() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_where_links_lead(site: str) -> None:
    assert gateways.try_link("/todos/") == 200 and gateways.try_link("/nowhere/at/all") == 404
    assert gateways.try_link(f"{site}/good") == 200 and gateways.try_link(f"{site}/gone") == 404
    assert gateways.try_link("http://127.0.0.1:9/") == 0
    assert gateways.try_link("ftp://127.0.0.1/") == gateways.try_link("http://127.0.0.1:x/") == 0


def test_a_few_links_of_each_application_are_tried(cast: Cast, site: str) -> None:
    for number in range(jobs.LINKS_EACH + 3):
        push(cast, "li", task=f"good-{number}", url=f"{site}/good")
    push(cast, "li", task="gone", url=f"{site}/gone", app="river", app_name="河长制系统")
    assert jobs.check_links() == 1
    assert LinkCheck.objects.filter(app="todos", is_good=True).count() == jobs.LINKS_EACH
    bad = LinkCheck.objects.get(app="river")
    assert (bad.status, bad.is_good, bad.app_name) == (404, False, "河长制系统")
    line = next(one for one in reports.by_app(now=timezone.localtime()) if one.app == "river")
    assert (line.name, line.links_tried, line.links_dead) == ("河长制系统", 1, 1)
