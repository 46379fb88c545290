"""To-dos of connected applications: the refusals of domain reference §6, batches, jobs, reconciliation."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.platform.accounts.actions import lifecycle
from yiwang.platform.clients.models import OpenEvent
from yiwang.platform.clients.tests.factories import App, connect
from yiwang.platform.todos.actions import items
from yiwang.platform.todos.models import Assignment, Item

pytestmark = pytest.mark.django_db


@pytest.fixture
def app(cast: Cast) -> App:
    """Of 区数据局, for the whole district."""
    return connect(cast, unit="QP-0201", scopes=("todos.push",), ranges=[cast.units["QP"]], name="督查系统")


def words(cast: Cast, *logins: str, **more: Any) -> dict[str, Any]:
    return {
        "biz_id": "DC-1",
        "title": "督查事项反馈",
        "kind": "supervision",
        "receivers": [{"person_id": cast.member(login).person.pk} for login in logins or ("li",)],
        "url": "https://app.qingpu.test/items/1",
        **more,
    }


def states() -> dict[str, str]:
    return dict(Assignment.objects.values_list("person__name", "state"))


def test_the_same_call_twice_makes_one(cast: Cast, app: App) -> None:
    """Domain reference §6, example 1."""
    first, again = (app.post("/api/v1/todos", words(cast)) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert (
        first.json()
        == again.json()
        == {
            "biz_id": "DC-1",
            "task_id": "1",
            "state": "open",
            "version": 1,
        }
    )
    item = Item.objects.get()
    assert (item.app, item.app_name) == (app.client.client_id, "督查系统")
    assert str(Entry.objects.latest("id")) == "督查系统推送了待办督查事项反馈"


def test_update_complete_and_cancel(cast: Cast, app: App) -> None:
    app.post("/api/v1/todos", words(cast, "li", "wang"))
    answer = app.post("/api/v1/todos/update", {"biz_id": "DC-1", "title": "督查事项反馈（第二次）"})
    assert answer.json()["version"] == 2
    assert Item.objects.get().url == "https://app.qingpu.test/items/1"
    done = app.post("/api/v1/todos/complete", {"biz_id": "DC-1", "person_id": cast.li.person.pk})
    assert done.json()["state"] == "finished"
    assert states() == {"李四": "done", "王海涛": "lapsed"}
    status = app.get("/api/v1/todos/status?biz_id=DC-1").json()
    assert {one["state"] for one in status["assignments"]} == {"done", "lapsed"}

    app.post("/api/v1/todos", words(cast, biz_id="DC-2"))
    assert app.post("/api/v1/todos/cancel", {"biz_id": "DC-2"}).json()["state"] == "cancelled"


def test_a_foreign_item_answers_as_none(cast: Cast, app: App) -> None:
    app.post("/api/v1/todos", words(cast))
    other = connect(cast, name="另一应用", unit="QP-0201", scopes=("todos.push",), ranges=[cast.units["QP"]])
    assert other.post("/api/v1/todos/update", {"biz_id": "DC-1", "title": "改"}).status_code == 404
    assert other.get("/api/v1/todos/status?biz_id=DC-1").status_code == 404
    assert other.get("/api/v1/todos").json()["items"] == []
    assert other.post("/api/v1/todos", words(cast)).status_code == 201, "its own numbers"
    assert Item.objects.count() == 2


def test_unknown_closed_and_hidden_receivers_are_refused_alike(cast: Cast, app: App) -> None:
    lifecycle.close(cast.wang.account, reason="离职", actor=SYSTEM)
    before = Entry.objects.count()
    for person in (cast.mi.person.pk, cast.wang.person.pk, 99999999):
        answer = app.post("/api/v1/todos", words(cast) | {"receivers": [{"person_id": person}]})
        assert answer.status_code == 422
        assert answer.json()["detail"].startswith("接收人不存在或已注销")
        assert "米思源" not in answer.content.decode()
    assert not Item.objects.exists() and Entry.objects.count() == before


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"url": "https://evil.test/"}, "url"),
        ({"url": "http://app.qingpu.test/"}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"mobile_url": "https://evil.test/"}, "mobile_url"),
        ({"title": ""}, "title"),
        ({"title": "长" * 101}, "title"),
        ({"biz_id": ""}, "biz_id"),
        ({"due_at": "2020-01-01T00:00:00+08:00"}, "due_at"),
        ({"due_at": "2030-01-01T00:00:00"}, "due_at"),
        ({"kind": "secret"}, "kind"),
        ({"urgency": "绝密"}, "urgency"),
        ({"quick_actions": [{"key": "同意", "label": "同意"}]}, "quick_actions"),
    ],
)
def test_bad_input(cast: Cast, app: App, more: dict[str, Any], field: str) -> None:
    answer = app.post("/api/v1/todos", words(cast, **more))
    assert answer.status_code == 422 and field in answer.json()["fields"], answer.json()
    assert answer.json()["request_id"] and not Item.objects.exists()


def test_an_older_version_changes_nothing(cast: Cast, app: App) -> None:
    app.post("/api/v1/todos", words(cast, version=5))
    app.post("/api/v1/todos", words(cast, title="旧标题", version=4))
    assert Item.objects.get().title == "督查事项反馈"
    app.post("/api/v1/todos", words(cast, title="新标题", version=6))
    assert Item.objects.get().title == "新标题"


def test_completed_before_created(cast: Cast, app: App) -> None:
    early = app.post("/api/v1/todos/complete", {"biz_id": "DC-1", "person_id": cast.li.person.pk})
    assert early.json()["state"] == "kept"
    assert app.post("/api/v1/todos", words(cast)).json()["state"] == "finished"
    assert states() == {"李四": "done"}


def test_a_batch_succeeds_in_parts(cast: Cast, app: App) -> None:
    acts = [
        {"act": "create", "todo": words(cast, biz_id="A")},
        {"act": "create", "todo": words(cast, biz_id="B", url="https://evil.test/")},
        {"act": "complete", "todo": {"biz_id": "A", "person_id": cast.li.person.pk}},
        {"act": "update", "todo": {"biz_id": "C", "title": "无此事项"}},
        {"act": "create", "todo": {"biz_id": "D"}},
    ]
    answer = app.post("/api/v1/todos/batch", {"items": acts}).json()
    assert (answer["succeeded"], answer["failed"]) == (2, 3)
    assert [one.get("status") for one in answer["results"]] == [None, 422, None, 404, 422]
    assert answer["results"][2]["result"]["state"] == "finished"
    many = [{"act": "cancel", "todo": {"biz_id": "A"}}] * 501
    assert app.post("/api/v1/todos/batch", {"items": many}).status_code == 422
    assert app.post("/api/v1/todos/batch", {"items": []}).status_code == 422


def test_a_batch_as_a_job(cast: Cast, app: App, django_capture_on_commit_callbacks: Any) -> None:
    acts = [{"act": "create", "todo": words(cast, biz_id=f"J-{number}")} for number in range(120)]
    with django_capture_on_commit_callbacks(execute=True):
        begun = app.post("/api/v1/todos/batch", {"items": acts}, Prefer="respond-async")
    assert begun.status_code == 202 and begun.json()["state"] == "waiting"
    progress = app.get(begun.headers["Location"]).json()
    assert (progress["state"], progress["done"], progress["failed"]) == ("finished", 120, 0)
    assert Item.objects.count() == 120 and len(progress["results"]) == 120
    other = connect(cast, name="另一应用")
    assert other.get(begun.headers["Location"]).status_code == 404


def test_open_ones_and_reconciliation(cast: Cast, app: App) -> None:
    for number in range(5):
        app.post("/api/v1/todos", words(cast, biz_id=f"R-{number}"))
    page = app.get("/api/v1/todos?page_size=3").json()
    rest = app.get(f"/api/v1/todos?page_size=3&cursor={page['next_cursor']}").json()
    assert [one["biz_id"] for one in page["items"] + rest["items"]] == [f"R-{n}" for n in range(5)]
    answer = app.post("/api/v1/todos/reconcile", {"open": [["R-0", "1"], ["R-9", "1"]]}).json()
    assert answer["differences"] == 5
    assert answer["only_there"] == [["R-9", "1"]] and ["R-4", "1"] in answer["only_here"]


def test_an_idempotency_key_keeps_the_first_answer(cast: Cast, app: App) -> None:
    first = app.post("/api/v1/todos", words(cast), Idempotency_Key="todo-1")
    again = app.post("/api/v1/todos", words(cast), Idempotency_Key="todo-1")
    assert (first.status_code, again.status_code) == (201, 201) and first.content == again.content
    assert app.post("/api/v1/todos", words(cast, title="另一"), Idempotency_Key="todo-1").status_code == 422


def test_the_application_hears_what_people_do(cast: Cast, app: App) -> None:
    app.post("/api/v1/todos", words(cast, needs="read"))
    items.open_item(Assignment.objects.get(), actor=cast.li.principal())
    app.post("/api/v1/todos", words(cast, biz_id="DC-2"))
    items.pass_on(
        app=app.client.client_id,
        biz_id="DC-2",
        task_id="1",
        from_person_id=cast.li.person.pk,
        to_person_id=cast.wang.person.pk,
        actor=cast.li.principal(),
    )
    told = [(one.kind, one.data["biz_id"]) for one in OpenEvent.objects.order_by("pk")]
    assert told == [("todos.read", "DC-1"), ("todos.passed_on", "DC-2")]


def test_a_deadline_with_its_zone(cast: Cast, app: App) -> None:
    due = timezone.now() + datetime.timedelta(days=3)
    answer = app.post("/api/v1/todos", words(cast, due_at=due.isoformat(), urgency="very_urgent"))
    assert answer.status_code == 201
    item = Item.objects.get()
    assert item.due_at == due and item.urgency == Item.Urgency.VERY_URGENT


def test_the_scope_is_needed(cast: Cast) -> None:
    bare = connect(cast, name="无授权")
    answer = bare.post("/api/v1/todos", words(cast))
    assert answer.status_code == 403 and answer.json()["detail"] == "该应用未开通“统一待办”"
