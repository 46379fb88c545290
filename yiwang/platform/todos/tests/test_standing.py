"""Owners of an application are told when a nightly look begins to find something, and when it is well."""

import datetime

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.platform.clients.actions import clients
from yiwang.platform.clients.models import OpenEvent
from yiwang.platform.clients.queries import owners
from yiwang.platform.clients.tests.factories import App, connect
from yiwang.platform.messages.models import Message, Receipt
from yiwang.platform.todos import gateways, jobs
from yiwang.platform.todos.actions import checks, open_items
from yiwang.platform.todos.models import Standing
from yiwang.platform.todos.queries import checks as asked

pytestmark = pytest.mark.django_db

KINDS = ("todos.reconcile_differs", "todos.reconcile_agrees", "todos.links_dead", "todos.links_good")


@pytest.fixture
def app(cast: Cast) -> App:
    """Of 朱家角镇, whose administrator is qian; temp looks after it."""
    made = connect(cast, scopes=("todos.push",))
    clients.add_member(made.client, cast.temp.account, actor=SYSTEM)
    return made


def told() -> list[str]:
    return list(Message.objects.filter(kind__in=KINDS).order_by("pk").values_list("title", flat=True))


def push(app: App, cast: Cast, number: int) -> None:
    open_items.push(
        biz_id=f"S-{number}",
        task_id="1",
        title="防汛检查",
        kind="document",
        receivers=[(cast.li.person.pk, None)],
        url=f"https://app.qingpu.test/{number}",
        actor=app.caller,
    )


def test_whom_to_tell(cast: Cast, app: App) -> None:
    assert set(owners.persons_of(app.client)) == {cast.temp.person.pk, cast.qian.person.pk}


def test_differences_are_told_once_and_their_end_too(cast: Cast, app: App) -> None:
    open_items.reconcile([], actor=app.caller)
    assert told() == [], "nothing was wrong before either"
    for _ in range(3):  # three nights
        assert open_items.reconcile([("X-1", "1"), ("X-2", "1")], actor=app.caller)["differences"] == 2
    assert told() == ["“水务巡查”的待办对账有2项差异"]
    message = Message.objects.get(kind=KINDS[0])
    assert message.url == f"/developer/{app.client.pk}/checks/"
    receivers = set(Receipt.objects.filter(message=message).values_list("person_id", flat=True))
    assert receivers == {cast.temp.person.pk, cast.qian.person.pk}
    open_items.reconcile([("X-1", "1")], actor=app.caller)
    assert len(told()) == 1, "one less is no change between some and none"
    open_items.reconcile([], actor=app.caller)
    assert told()[1:] == ["“水务巡查”的待办对账已恢复一致"]
    seen = OpenEvent.objects.filter(client=app.client, kind="todos.reconcile_differences").order_by("pk")
    assert [one.data for one in seen] == [{"differences": 2}, {"differences": 0}]
    said = Entry.objects.filter(verb="todos.standing_changed").order_by("id")
    assert [str(one).partition("：")[2] for one in said] == [
        "水务巡查：待办对账发现2项",
        "水务巡查：待办对账恢复正常",
    ]


def test_an_application_that_was_closed_tells_nobody(cast: Cast, app: App) -> None:
    caller = app.caller
    clients.close(app.client, reason="注销", actor=SYSTEM)
    checks.reconcile(caller.client_id, [("X-1", "1")], actor=caller, app_name=caller.name)
    assert told() == [] and Standing.objects.get().is_good is False


def test_dead_links_are_tried_until_they_are_well(
    cast: Cast, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        push(app, cast, number)
    answers: dict[str, int] = {}
    monkeypatch.setattr(gateways, "try_link", lambda url: answers.get(url, 200))
    assert jobs.check_links() == 0 and told() == []
    answers["https://app.qingpu.test/7"] = 404
    monkeypatch.setattr(
        asked,
        "sample",
        lambda *, each, seed: [asked.Link(app.client.client_id, "", "S-7", "1", "https://app.qingpu.test/7")],
    )
    assert jobs.check_links() == 1
    monkeypatch.setattr(asked, "sample", lambda *, each, seed: [])
    assert jobs.check_links() == 1, "chosen by nobody, tried again all the same"
    assert told() == ["“水务巡查”有1个待办链接打不开"]
    event = OpenEvent.objects.get(client=app.client, kind="todos.links_dead")
    assert event.data == {"dead": 1, "items": [{"biz_id": "S-7", "task_id": "1", "status": 404}]}
    answers.clear()
    assert jobs.check_links() == 0
    assert told()[1:] == ["“水务巡查”的待办链接已恢复正常"]


def test_a_to_do_that_is_done_is_no_dead_link(cast: Cast, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    push(app, cast, 1)
    monkeypatch.setattr(gateways, "try_link", lambda url: 0)
    jobs.check_links()
    open_items.cancel(biz_id="S-1", task_id="1", actor=app.caller)
    assert jobs.check_links() == 0
    assert told() == ["“水务巡查”有1个待办链接打不开", "“水务巡查”的待办链接已恢复正常"]


def test_its_page(cast: Cast, app: App) -> None:
    browser = Browser()
    browser.cookies[settings.SESSION_COOKIE] = cast.qian.token()
    address = f"/developer/{app.client.pk}/checks/"
    assert "还没有对账" in browser.get(address).content.decode()
    open_items.reconcile([("X-1", "1")], actor=app.caller)
    checks.note_links(
        [(asked.Link(app.client.client_id, "", "S-9", "1", "https://app.qingpu.test/9"), 0)],
        now=timezone.now() + datetime.timedelta(minutes=1),
        actor=SYSTEM,
    )
    page = browser.get(address).content.decode()
    assert "X-1" in page and "S-9" in page and "没有应答" in page and "有1项问题" in page
    browser.cookies[settings.SESSION_COOKIE] = cast.gu.token()
    assert browser.get(address).status_code == 404
