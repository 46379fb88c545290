"""Events and callbacks: signed, tried again by the schedule, replayed, never sent where they may not go."""

import datetime
import hashlib
import hmac
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.crypto import sm3
from yiwang.kernel.errors import Refused
from yiwang.platform.clients import rules
from yiwang.platform.clients.actions import events
from yiwang.platform.clients.gateways import callbacks
from yiwang.platform.clients.models import Delivery, OpenEvent, Subscription
from yiwang.platform.clients.tests.factories import App, connect

pytestmark = pytest.mark.django_db

KIND = "addressbook.changed"


class Receiver(HTTPServer):
    """An application's own server. status: what it answers; got: what came, with headers."""

    status = 200
    echoes = True

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        content = body if self.server.echoes else b"{}"
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def app(cast: Cast, receiver: Receiver, settings: Any) -> App:
    """In the sandbox: only there may callbacks go to this machine."""
    settings.SANDBOX_CLIENTS = True
    return connect(cast, is_sandbox=True, domains=["app.qingpu.test", receiver.host])


def subscribe(app: App, receiver: Receiver, **more: Any) -> tuple[Subscription, str]:
    made, secret = events.subscribe(
        app.client, url=f"http://{receiver.host}/hook", kinds=[KIND], actor=SYSTEM, **more
    )
    assert events.verify(made, actor=SYSTEM).status == 200
    made.refresh_from_db()
    assert made.state == Subscription.State.ACTIVE
    receiver.got.clear()
    return made, secret


def tell(app: App, django_capture_on_commit_callbacks: Any, **data: Any) -> Delivery:
    with django_capture_on_commit_callbacks(execute=True):
        events.tell(app.client.pk, KIND, data)
    return Delivery.objects.latest("pk")


def test_a_signed_callback(app: App, receiver: Receiver, django_capture_on_commit_callbacks: Any) -> None:
    for algorithm in ("sm3", "sha256"):
        made, secret = subscribe(app, receiver, algorithm=algorithm)
        sent = tell(app, django_capture_on_commit_callbacks, cursor="7")
        assert (sent.state, sent.status) == (Delivery.State.DELIVERED, 200)
        headers, body = receiver.got[-1]
        assert json.loads(body)["data"] == {"cursor": "7"}
        text = headers["X-Yiwang-Timestamp"].encode() + b"." + body
        expected = {
            "sm3": sm3.hmac(secret.encode(), text).hex(),
            "sha256": hmac.new(secret.encode(), text, hashlib.sha256).hexdigest(),
        }[algorithm]
        assert headers["X-Yiwang-Signature"] == f"{algorithm}={expected}"
        events.end(made, actor=SYSTEM)


def test_failures_are_tried_again_and_end_as_dead(
    app: App, receiver: Receiver, django_capture_on_commit_callbacks: Any
) -> None:
    subscribe(app, receiver)
    receiver.status = 503
    sent = tell(app, django_capture_on_commit_callbacks)
    now = timezone.now()
    assert (sent.state, sent.tries, sent.status) == (Delivery.State.WAITING, 1, 503)
    assert events.deliver_due(now=now) == 0, "not before its turn"
    for turn in range(2, len(events.SCHEDULE) + 2):
        now += datetime.timedelta(days=1)
        assert events.deliver_due(now=now) == 1
        sent.refresh_from_db()
        assert sent.tries == turn
    assert sent.state == Delivery.State.DEAD

    receiver.status = 200
    with django_capture_on_commit_callbacks(execute=True):
        assert events.replay(app.client, [sent.pk], actor=SYSTEM) == 1
    sent.refresh_from_db()
    assert sent.state == Delivery.State.DELIVERED


def test_the_handshake_must_be_answered(app: App, receiver: Receiver) -> None:
    receiver.echoes = False
    made, _ = events.subscribe(app.client, url=f"http://{receiver.host}/hook", kinds=[KIND], actor=SYSTEM)
    assert events.verify(made, actor=SYSTEM).problem == "应答中没有原样返回 challenge"
    made.refresh_from_db()
    assert made.state == Subscription.State.PENDING and made.state_note
    events.tell(app.client.pk, KIND, {})
    assert not Delivery.objects.exists(), "nothing goes to an address that was not verified"


def test_only_registered_hosts(app: App) -> None:
    for url in ("https://elsewhere.test/hook", "ftp://app.qingpu.test/", "https://u:p@app.qingpu.test/"):
        with pytest.raises(Refused) as refusal:
            events.subscribe(app.client, url=url, kinds=[KIND], actor=SYSTEM)
        assert refusal.value.status == 422 and "url" in refusal.value.fields


@pytest.mark.parametrize(
    ("address", "is_sandbox", "may"),
    [
        ("127.0.0.1", False, False),
        ("127.0.0.1", True, True),
        ("::1", False, False),
        ("10.1.2.3", False, False),
        ("169.254.169.254", True, False),
        ("192.168.1.1", True, False),
        ("0.0.0.0", True, False),  # noqa: S104  a case, no server
        ("114.114.114.114", False, True),
    ],
)
def test_where_callbacks_may_go(address: str, is_sandbox: bool, may: bool) -> None:
    assert callbacks.may_call(address, is_sandbox=is_sandbox) is may


def test_networks_of_the_settings_may_be_called(settings: Any) -> None:
    settings.CALLBACK_NETWORKS = ("10.0.0.0/8",)
    assert callbacks.may_call("10.1.2.3", is_sandbox=False)
    assert not callbacks.may_call("192.168.1.1", is_sandbox=False)
    settings.CALLBACK_NETWORKS, settings.CALLBACK_SANDBOX_LOOPBACK = ("127.0.0.1/32",), False
    assert callbacks.may_call("127.0.0.1", is_sandbox=True)
    assert not callbacks.may_call("127.0.0.1", is_sandbox=False)


def test_an_application_that_is_no_sandbox_does_not_reach_the_machine_itself(receiver: Receiver) -> None:
    answer = callbacks.post(f"http://{receiver.host}/", b"{}", {})
    assert (answer.status, answer.problem) == (0, "该地址不允许回调") and receiver.got == []


def test_long_polling(app: App) -> None:
    for number in range(3):
        events.tell(app.client.pk, KIND, {"number": number})
    page = app.get("/api/v1/events?page_size=2").json()
    assert [one["data"]["number"] for one in page["items"]] == [0, 1] and page["has_more"]
    rest = app.get(f"/api/v1/events?cursor={page['next_cursor']}").json()
    assert [one["data"]["number"] for one in rest["items"]] == [2]
    empty = app.get(f"/api/v1/events?cursor={rest['next_cursor']}&wait=1").json()
    assert empty == {"items": [], "has_more": False, "next_cursor": rest["next_cursor"]}
    assert app.get("/api/v1/events?cursor=x").status_code == 422


def test_events_are_its_own(cast: Cast, app: App) -> None:
    other = connect(cast, name="另一应用")
    events.tell(app.client.pk, KIND, {})
    assert other.get("/api/v1/events").json()["items"] == []


def test_only_its_developers_set_callbacks(cast: Cast, app: App) -> None:
    with pytest.raises(Refused) as refusal:
        events.subscribe(app.client, url="https://app.qingpu.test/", kinds=[KIND], actor=cast.gu.principal())
    assert refusal.value.status == 403
    events.subscribe(app.client, url="https://app.qingpu.test/", kinds=[KIND], actor=cast.qian.principal())


def test_a_paused_callback_gets_nothing(
    app: App, receiver: Receiver, django_capture_on_commit_callbacks: Any
) -> None:
    made, _ = subscribe(app, receiver)
    events.pause(made, is_paused=True, actor=SYSTEM)
    with django_capture_on_commit_callbacks(execute=True):
        events.tell(app.client.pk, KIND, {})
    assert receiver.got == [] and OpenEvent.objects.count() == 1
    events.pause(made, is_paused=False, actor=SYSTEM)
    tell(app, django_capture_on_commit_callbacks)
    assert len(receiver.got) == 1


def test_old_events_go(app: App) -> None:
    events.tell(app.client.pk, KIND, {})
    events.forget(now=timezone.now() + datetime.timedelta(days=31))
    assert not OpenEvent.objects.exists()


@pytest.mark.parametrize(
    ("url", "is_good"),
    [
        ("https://app.qingpu.test/todo?id=1", True),
        ("https://APP.qingpu.test/todo", True),
        ("http://app.qingpu.test/", False),
        ("https://app.qingpu.test.evil.test/", False),
        ("https://app.qingpu.test@evil.test/", False),
        ("javascript:alert(1)", False),
        ("//app.qingpu.test/", False),
        ("https://app.qingpu.test:8443/", False),
        ("https://[broken/", False),
    ],
)
def test_links(url: str, is_good: bool) -> None:
    assert (rules.link_problem(["app.qingpu.test"], url, is_sandbox=False) == "") is is_good
