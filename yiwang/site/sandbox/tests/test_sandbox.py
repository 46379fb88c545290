"""The sandbox from inside: its fictitious organisation, its keeper, and that it never acts elsewhere."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.test import override_settings
from pytest_django import DjangoDbBlocker, Settings

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.messages import Category
from yiwang.platform.accounts.models import Account
from yiwang.platform.clients.actions import events, keys
from yiwang.platform.clients.models import Client, OpenEvent
from yiwang.platform.clients.queries import callers
from yiwang.platform.messages.actions import open_messages
from yiwang.platform.messages.models import Message, Receipt
from yiwang.platform.messages.models.card_content import Button, Content, Layout, Option, Question
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.tags.models import Tag
from yiwang.platform.todos.actions import open_items
from yiwang.platform.todos.models import Assignment, Item
from yiwang.site.demo.tests.loading import empty_database
from yiwang.site.sandbox import actions, organisation, queries, receiving

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[int]:
    """In place of the cast, once for this module; the tests' own database is as before when it ends."""
    with django_db_blocker.unblock(), transaction.atomic():
        empty_database()
        with override_settings(SANDBOX=True, SANDBOX_CLIENTS=True):
            number = actions.load(actor=SYSTEM)
        yield number
        transaction.set_rollback(True)


@pytest.fixture
def loaded(filled: int, db: None, settings: Settings) -> None:
    settings.SANDBOX = settings.SANDBOX_CLIENTS = True


def test_sixty_people_who_cannot_be_taken_for_real_ones() -> None:
    found = organisation.people()
    assert len(found) == 60 and len(organisation.UNITS) == 12 and len(organisation.TAGS) == 5
    assert len({one.name for one in found}) == 60 and len({one.mobile for one in found}) == 60
    assert all(one.id_number.startswith("310199") for one in found), "a region that is not assigned"
    assert all("沙箱" in full and "沙箱" in short for _, _, full, short, _ in organisation.UNITS)


def test_what_is_loaded(loaded: None, filled: int) -> None:
    assert filled == 60 and actions.load() == 60, "a second time nothing happens"
    root = Unit.objects.get(code=organisation.ROOT)
    people = Person.objects.filter(unit_path__startswith=root.path)
    assert people.count() == 60 and Unit.objects.filter(path__startswith=root.path).count() == 12
    assert Tag.objects.filter(unit=root).count() == 5
    assert min(people.values_list("pk", flat=True)) >= organisation.FIRST_ID
    accounts = Account.objects.filter(login_name__startswith="sandbox")
    assert accounts.count() == 60 and not any(one.has_usable_password() for one in accounts)


def _busy(name: str) -> Client:
    """An application that has done something."""
    client = actions.order(name=name, domains=["localhost:9000"])
    caller = callers.caller_of(client)
    people = list(Person.objects.filter(pk__gte=organisation.FIRST_ID).order_by("pk")[:3])
    open_items.push(
        biz_id="A-1",
        task_id="1",
        title=f"{name}的待办",
        kind="document",
        receivers=[(one.pk, None) for one in people],
        url="http://localhost:9000/1",
        actor=caller,
    )
    open_messages.send(
        category=Category.NOTICE,
        title=f"{name}的消息",
        persons=[str(one.pk) for one in people],
        need_receipt=True,
        actor=caller,
    )
    events.tell(client.pk, "addressbook.changed", {})
    return client


def test_a_vendor_clears_what_is_his(loaded: None) -> None:
    own, other = _busy("甲应用"), _busy("乙应用")
    assert len(queries.received(own)["todos"]) == 3
    assert {one["title"] for one in queries.received(own)["messages"]} == {"甲应用的消息"}
    assert actions.clear(own) == 2
    assert queries.received(own) == {"todos": [], "messages": [], "events": [], "calls": []}
    assert {one["title"] for one in queries.received(other)["todos"]} == {"乙应用的待办"}
    assert OpenEvent.objects.filter(client=other).exists()
    assert not OpenEvent.objects.filter(client=own).exists()


def test_every_night_all_is_gone_but_people_and_applications(loaded: None) -> None:
    _busy("甲应用")
    before = Person.objects.count(), Tag.objects.count(), Client.objects.count()
    assert actions.reset() == 2
    own = Item.objects.filter(app__startswith="yw"), Message.objects.filter(app__startswith="yw")
    assert not any(rows.exists() for rows in own)
    assert not Assignment.objects.filter(item__app__startswith="yw").exists()
    assert not Receipt.objects.filter(message__app__startswith="yw").exists()
    assert (Person.objects.count(), Tag.objects.count(), Client.objects.count()) == before


_VOTE = Content(
    layout=Layout.VOTE,
    title="培训时间",
    questions=[Question(key="when", options=[Option(key="wed", text="周三下午")])],
    buttons=[Button(text="提交", key="submit")],
)


def _told(client: Client) -> list[tuple[str, dict[str, Any]]]:
    found = OpenEvent.objects.filter(client=client).exclude(kind="addressbook.changed").order_by("pk")
    return [(one.kind, one.data) for one in found]


def test_the_vendor_plays_the_receivers(loaded: None) -> None:
    """Each act is the receiver's own, so the application hears of it as on the real platform."""
    client, other = actions.order(name="甲应用", domains=["localhost:9000"]), _busy("乙应用")
    caller, person = callers.caller_of(client), organisation.FIRST_ID
    for number, needs in (("T-1", "read"), ("T-2", "do")):
        open_items.push(
            biz_id=number,
            task_id="1",
            title="沙箱阅知",
            kind="document",
            needs=needs,
            receivers=[(person, None)],
            url="http://localhost:9000/1",
            quick_actions=[{"key": "agree", "label": "同意", "needs_reason": True}] if needs == "do" else [],
            actor=caller,
        )
    sent = open_messages.send(
        category=Category.NOTICE, title="沙箱通知", persons=[str(person)], need_receipt=True, actor=caller
    )
    read, do = (one for one in sorted(queries.received(client)["todos"], key=lambda one: one["number"]))
    assert [one["label"] for one in do["acts"]] == ["打开", "同意"]
    say = receiving.Receiving
    assert receiving.receive(client, say("todo", read["id"], "open")) == "赵甲打开了《沙箱阅知》"
    with pytest.raises(Refused) as refusal:
        receiving.receive(client, say("todo", do["id"], "quick", "agree"))
    assert refusal.value.fields == {"reason": "请填写意见"}
    receiving.receive(client, say("todo", do["id"], "quick", "agree", reason="可以"))
    (message,) = queries.received(client)["messages"]
    receiving.receive(client, say("message", message["id"], "confirm"))
    kinds = [kind for kind, _ in _told(client)]
    assert kinds == ["todos.read", "todos.quick_action", "messages.confirmed"]
    assert _told(client)[2][1] == {"message_id": sent.message.pk, "person_id": person}
    assert [one["kind"] for one in queries.received(client)["events"]] == kinds[::-1]
    foreign = queries.received(other)["todos"][0]["id"]
    with pytest.raises(Refused) as refusal:
        receiving.receive(client, say("todo", foreign, "open"))
    assert refusal.value.status == 404, "what other applications sent is not his to open"


def test_a_card_is_answered_for_its_receiver(loaded: None) -> None:
    client = actions.order(name="甲应用", domains=["localhost:9000"])
    open_messages.send(
        category=Category.REMINDER,
        title="培训时间",
        persons=[str(organisation.FIRST_ID)],
        card=open_messages.CardDraft(_VOTE, "t-1"),
        actor=callers.caller_of(client),
    )
    (row,) = queries.received(client)["messages"]
    (question,) = row["questions"]
    press = row["acts"][-1]
    receiving.receive(
        client,
        receiving.Receiving(
            "message",
            row["id"],
            "press",
            press["key"],
            face=row["face"],
            chosen={question["key"]: [question["options"][0]["key"]]},
        ),
    )
    ((kind, data),) = _told(client)
    assert kind == "messages.template_card_event" and data["event_key"] == press["key"]
    assert queries.received(client)["messages"][0]["answer"] == press["label"]


# --- the keeper's door


@pytest.fixture
def door(loaded: None, settings: Settings, tmp_path: Path) -> Any:
    settings.ROOT_URLCONF = "yiwang.site.sandbox.keeper"
    key = tmp_path / "sandbox.key"
    key.write_text("ab" * 32 + "\n")
    settings.SANDBOX_KEY_FILE = key

    def ask(method: str, path: str, body: object = None, given: str = "ab" * 32) -> Any:
        content = json.dumps(body) if body is not None else ""
        return Browser().generic(
            method,
            f"/{path}",
            content,
            content_type="application/json",
            headers={"Authorization": f"Key {given}"},
        )

    return ask


def test_the_keeper_orders_and_looks(door: Any) -> None:
    made = door("POST", "clients", {"name": "甲应用", "domains": ["localhost:9000"]}).json()
    path = f"clients/{made['client_id']}"
    assert keys.issue_token(made["client_id"], made["secret"], address="127.0.0.1").token
    fresh = door("POST", f"{path}/secret").json()["secret"]
    with pytest.raises(Refused):
        keys.issue_token(made["client_id"], made["secret"], address="127.0.0.1")
    assert keys.issue_token(made["client_id"], fresh, address="127.0.0.1").token
    assert door("POST", f"{path}/token").json()["seconds"] == 900
    nothing: dict[str, list[object]] = {"todos": [], "messages": [], "events": [], "calls": []}
    assert door("GET", f"{path}/received").json() == nothing
    assert door("POST", f"{path}/clear").json() == {"cleared": 0}
    assert len(door("GET", "organisation").json()["units"]) >= 12
    assert door("POST", f"{path}/end").json() == {}
    assert door("GET", f"{path}/received").status_code == 404
    same = door("POST", "clients", {"name": "乙应用", "domains": ["not a host"]})
    assert same.status_code == 422 and "domains" in same.json()["fields"]


def test_without_the_key_there_is_nothing(door: Any) -> None:
    for given in ("", "cd" * 32):
        answer = door("GET", "organisation", given=given)
        assert answer.status_code == 404 and "沙箱区" not in answer.content.decode()
