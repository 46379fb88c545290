"""sdk/python against a running web server: tokens, retries, idempotency, paging, signatures, callbacks."""

import hashlib
import hmac
import json
import threading
import time
from typing import Any

import pytest
from pytest_django import Settings
from yiwang_sdk import Client, SignatureError, YiwangError, webhooks

from tests.cast import Cast, standing
from tests.realtime import Running, realtime
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.clients.actions import clients, events, keys
from yiwang.platform.clients.models import AccessToken
from yiwang.platform.clients.models import Client as Application
from yiwang.platform.clients.tests.factories import App, connect
from yiwang.platform.messages.actions import cards
from yiwang.platform.messages.models import Receipt
from yiwang.platform.messages.tests.samples import leave
from yiwang.platform.org.actions import corrections
from yiwang.platform.todos.models import Item

__all__ = ["realtime"]

pytestmark = pytest.mark.django_db(transaction=True)

SCOPES = ("addressbook.read", "messages.send", "messages.sms", "todos.push")


@pytest.fixture
def crowd() -> Cast:
    return standing()


@pytest.fixture
def app(crowd: Cast) -> App:
    return connect(crowd, unit="QP-0201", scopes=SCOPES, ranges=[crowd.units["QP"]], fields=["title"])


@pytest.fixture
def platform(app: App, live_server: Any) -> Client:
    return Client(live_server.url, app.client.client_id, app.secret, retries=2)


def todo(crowd: Cast, **more: Any) -> dict[str, Any]:
    url = "https://app.qingpu.test/1"
    return {"biz_id": "S-1", "title": "防汛检查", "url": url, "receivers": [crowd.li.person.pk], **more}


def test_a_to_do_from_beginning_to_end(crowd: Cast, platform: Client) -> None:
    assert platform.application()["name"] == "水务巡查"
    assert platform.todos.create(**todo(crowd))["state"] == "open"
    assert platform.todos.create(**todo(crowd))["version"] == 1
    assert platform.todos.update("S-1", title="防汛检查（第二次）")["version"] == 2
    assert [one["biz_id"] for one in platform.todos.open()] == ["S-1"]
    assert platform.todos.reconcile([("S-1", "1")])["differences"] == 0
    assert platform.todos.complete("S-1", person_id=crowd.li.person.pk)["state"] == "finished"
    assert platform.todos.status("S-1")["assignments"][0]["state"] == "done"
    assert list(platform.todos.open()) == []


def test_a_text_by_a_template(crowd: Cast, platform: Client) -> None:
    assert "messages.duty" in [one["code"] for one in platform.sms.templates()]
    words = {"时间": "今日9:00起", "带班领导": "赵明远"}
    sent = platform.sms.send("messages.duty", [crowd.li.person.pk, 9_999], words, dedupe_id="D-1")
    assert sent["receivers"] == 1 and sent["invalid_persons"] == ["9999"]
    again = platform.sms.send("messages.duty", [crowd.li.person.pk], words, dedupe_id="D-1")
    assert again["number"] == sent["number"]
    assert platform.sms.result(sent["number"])["receivers"] == 1
    with pytest.raises(YiwangError) as refusal:
        platform.sms.send("messages.duty", [crowd.li.person.pk])
    assert refusal.value.status == 422 and "缺少变量" in refusal.value.fields["words"]


def test_refusals_are_errors_with_everything_known(crowd: Cast, platform: Client) -> None:
    with pytest.raises(YiwangError) as refusal:
        platform.todos.create(**todo(crowd, url="https://evil.test/"))
    assert refusal.value.status == 422 and "url" in refusal.value.fields and refusal.value.request_id
    with pytest.raises(YiwangError) as refusal:
        platform.todos.status("no-such")
    assert (refusal.value.status, refusal.value.code) == (404, "E-NOTF-01")


def test_one_token_for_many_calls_and_a_new_one_when_it_was_ended(app: App, platform: Client) -> None:
    before = AccessToken.objects.count()
    for _ in range(3):
        platform.application()
    assert AccessToken.objects.count() == before
    AccessToken.objects.all().delete()
    assert platform.application()["name"] == "水务巡查", "it got itself another one"


def test_it_waits_when_it_was_too_fast(app: App, platform: Client) -> None:
    clients.change(app.client, rate=1, burst=1, actor=SYSTEM)
    platform.application()
    began = time.monotonic()
    platform.application()
    assert time.monotonic() - began > 0.5


def test_the_same_key_is_one_act(crowd: Cast, platform: Client) -> None:
    first, again = (
        platform.messages.send(title="通知", persons=[crowd.li.person.pk], idempotency_key="k-1")
        for _ in range(2)
    )
    assert first == again
    assert platform.messages.result(first["id"])["receivers"] == 1
    assert [one["person_id"] for one in platform.messages.receipts(first["id"])] == [crowd.li.person.pk]
    assert platform.messages.recall(first["id"], reason="时间有误")["state"] == "recalled"


def test_a_card_is_answered_and_changed_once(crowd: Cast, platform: Client) -> None:
    sent = platform.messages.send(persons=[crowd.li.person.pk], card=leave())
    own = Receipt.objects.get(message_id=sent["id"])
    cards.press(own.pk, number=1, key="agree", actor=crowd.li.principal())
    event = next(platform.events.listen())
    assert (event["type"], event["data"]["event_key"]) == ("messages.template_card_event", "agree")
    code = event["data"]["response_code"]
    assert platform.messages.change_card_once(code, button_label="已同意")["receivers"] == 1
    with pytest.raises(YiwangError) as refusal:
        platform.messages.change_card_once(code, button_label="已拒绝")
    assert (refusal.value.status, refusal.value.code) == (409, "E-API-12")
    assert platform.messages.card_result(sent["id"])["presses"][0]["number"] == 1
    assert platform.messages.change_card(sent["id"], card=leave(text="请再次审批"))["receivers"] == 1
    assert platform.messages.statistics()["answered"] == 1
    with pytest.raises(YiwangError) as refusal:
        platform.messages.send(persons=[crowd.li.person.pk], card=leave(title=""))
    assert "card.title" in refusal.value.fields


def test_a_copy_of_the_directory(crowd: Cast, platform: Client) -> None:
    feed = platform.directory.changes()
    copy = {(one["kind"], one["id"]): one for one in feed}
    assert copy["person", crowd.li.person.pk]["person"]["title"] == "办事员"
    assert {one["field"] for one in copy["person", crowd.li.person.pk]["person"]["withheld_fields"]} >= {
        "mobile"
    }
    later = platform.directory.changes(feed.cursor)
    assert list(later) == []
    corrections.correct_person(crowd.li.person, facts={"office_phone": "021-59240001"}, actor=SYSTEM)
    assert [one["id"] for one in platform.directory.changes(later.cursor)] == [crowd.li.person.pk]
    town = crowd.units["QP-0301"]
    assert platform.directory.unit(town.pk)["name"] == "朱家角镇"
    assert len(list(platform.directory.unit_persons(town.pk, includes_below=True))) == 5
    assert len(list(platform.directory.units(town.pk))) == 2
    assert platform.directory.lookup([crowd.li.person.pk, 99999999])["not_found"] == [99999999]
    assert platform.directory.person(crowd.li.person.pk)["name"] == "李四"


def test_batches_and_jobs(crowd: Cast, platform: Client) -> None:
    receivers = [{"person_id": crowd.li.person.pk}]
    url = "https://app.qingpu.test/1"
    acts = [
        ("create", {"biz_id": f"B-{number}", "title": "批量", "url": url, "receivers": receivers})
        for number in range(60)
    ]
    done = platform.todos.batch([*acts[:10], ("cancel", {"biz_id": "B-0"}), ("update", {"biz_id": "none"})])
    assert (done["succeeded"], done["failed"]) == (11, 1)
    begun = platform.todos.batch(acts[10:], wait=False)
    assert platform.jobs.wait(begun["id"], pause=0.05)["done"] == 50
    assert Item.objects.count() == 60


def test_signed_requests(crowd: Cast, app: App, live_server: Any) -> None:
    key = keys.make_signing_key(app.client, actor=SYSTEM)
    clients.change(app.client, requires_signature=True, actor=SYSTEM)
    signing = Client(live_server.url, app.client.client_id, app.secret, signing_key=key)
    assert signing.todos.create(**todo(crowd))["state"] == "open"
    assert [one["biz_id"] for one in signing.todos.open()] == ["S-1"]
    bare = Client(live_server.url, app.client.client_id, app.secret, retries=0)
    with pytest.raises(YiwangError) as refusal:
        bare.application()
    assert refusal.value.code == "E-API-07"


def test_a_disabled_application_stops(app: App, platform: Client) -> None:
    platform.application()
    clients.disable(Application.objects.get(pk=app.client.pk), reason="检查", actor=SYSTEM)
    with pytest.raises(YiwangError) as refusal:
        platform.application()
    assert refusal.value.status == 401


def test_events_without_a_stream(app: App, platform: Client, settings: Settings) -> None:
    settings.REALTIME_PORT = 0
    listening = platform.events.listen(pause=0.01)
    for latest in ("7", "8"):
        events.tell(app.client.pk, "addressbook.changed", {"latest": latest})
        assert next(listening)["data"] == {"latest": latest}


def test_events_as_they_happen(app: App, platform: Client, realtime: Running) -> None:
    """It is sent to the process that holds calls, and stays there."""
    events.tell(app.client.pk, "addressbook.changed", {"latest": "7"})
    listening = platform.events.listen()
    first = next(listening)
    assert first["data"] == {"latest": "7"} and realtime.waiting == 1
    events.tell(app.client.pk, "addressbook.changed", {"latest": "8"})
    assert next(listening)["data"] == {"latest": "8"}
    listening.close()
    realtime.until_waiting(0)
    again = platform.events.listen(first["cursor"])
    assert next(again)["data"] == {"latest": "8"}, "only the first was confirmed"
    again.close()


def test_a_token_that_ended_is_replaced_while_it_listens(
    app: App, platform: Client, realtime: Running
) -> None:
    events.tell(app.client.pk, "addressbook.changed", {"latest": "7"})
    listening = platform.events.listen()
    next(listening)
    AccessToken.objects.all().delete()
    realtime.look()
    realtime.until_waiting(0)
    events.tell(app.client.pk, "addressbook.changed", {"latest": "8"})
    assert next(listening)["data"] == {"latest": "8"}
    clients.disable(Application.objects.get(pk=app.client.pk), reason="检查", actor=SYSTEM)
    with pytest.raises(YiwangError) as refusal:
        next(listening)
    assert refusal.value.status == 401
    listening.close()


def test_waiting_by_hand(app: App, platform: Client, realtime: Running) -> None:
    found: list[Any] = []
    asking = threading.Thread(target=lambda: found.append(platform.events.read(wait=50)))
    asking.start()
    realtime.until_waiting(1)
    events.tell(app.client.pk, "addressbook.changed", {"latest": "7"})
    asking.join()
    assert [one["data"] for one in found[0]["items"]] == [{"latest": "7"}]


def test_the_token_stays_on_its_host() -> None:
    own = Client("https://oa.example.gov.cn/base", "yw1", "s").events._transport
    there = own._same_host("https://oa.example.gov.cn:8001/base/api/v1/events")
    assert there == "https://oa.example.gov.cn:8001/base"
    for elsewhere in (
        "https://evil.example/",
        "http://oa.example.gov.cn:8001/",
        "https://oa.example.gov.cn@evil.example/",
        "https://x@oa.example.gov.cn/",
        "//evil.example/",
        "",
    ):
        assert own._same_host(elsewhere) == ""


@pytest.mark.parametrize("algorithm", ["sm3", "sha256"])
def test_callbacks_are_verified(algorithm: str) -> None:
    body, now = json.dumps({"type": "todos.read", "data": {}}).encode(), 1_795_568_400
    signature = events.sign(algorithm, "secret", str(now), body)
    headers = {"X-Yiwang-Timestamp": str(now), "X-Yiwang-Signature": f"{algorithm}={signature}"}
    assert webhooks.verify("secret", headers, body, now=now)["type"] == "todos.read"
    for secret, moment in (("other", now), ("secret", now + 301)):
        with pytest.raises(SignatureError):
            webhooks.verify(secret, headers, body, now=moment)
    with pytest.raises(SignatureError):
        webhooks.verify("secret", {}, body, now=now)
    other = hmac.new(b"secret", f"{now}.".encode() + body, hashlib.md5).hexdigest()
    with pytest.raises(SignatureError):
        webhooks.verify("secret", {**headers, "X-Yiwang-Signature": f"md5={other}"}, body, now=now)
