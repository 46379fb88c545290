"""Waiting for events: polled or as a stream, held by the process for open connections and not by the web."""

import contextlib
import http.client
import json
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests.cast import Cast, standing
from tests.realtime import Running, realtime
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.clients.actions import clients, events, keys
from yiwang.platform.clients.models import AccessToken, Call
from yiwang.platform.clients.tests.factories import App, connect

__all__ = ["realtime"]

pytestmark = pytest.mark.django_db(transaction=True)

KIND = "addressbook.changed"
PATIENCE = 10.0


@pytest.fixture
def crowd() -> Cast:
    return standing()


@pytest.fixture
def app(crowd: Cast) -> App:
    return connect(crowd)


@contextlib.contextmanager
def asked(
    running: Running, app: App, target: str, **headers: str
) -> Iterator[tuple[http.client.HTTPConnection, Callable[[], http.client.HTTPResponse]]]:
    """A call on its way; the second is its answer, once it is there."""
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=PATIENCE)
    own = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", target, headers={"Authorization": f"Bearer {app.token}", **own})
    with contextlib.ExitStack() as open_answers:  # a streamed answer owns the socket

        def answer() -> http.client.HTTPResponse:
            return open_answers.enter_context(contextlib.closing(connection.getresponse()))

        try:
            yield connection, answer
        finally:
            connection.close()


def lines(answer: http.client.HTTPResponse) -> Iterator[str]:
    """What a stream says, without signs of life."""
    while line := answer.readline():
        text = line.decode().strip()
        if text and not text.startswith((":", "retry")):
            yield text


def test_the_web_never_waits(app: App, settings: Settings) -> None:
    """It shows where one can; without the process it answers at once and says when to come again."""
    settings.REALTIME_PORT, settings.REALTIME_URL = 8001, ""
    moved = app.get("/api/v1/events?wait=30&cursor=5")
    assert moved.status_code == 307
    assert moved.headers["Location"] == "http://testserver:8001/api/v1/events?wait=30&cursor=5"
    assert (
        app.get("/api/v1/events/stream").headers["Location"] == "http://testserver:8001/api/v1/events/stream"
    )
    settings.REALTIME_PORT = 0
    empty = app.get("/api/v1/events?wait=30&cursor=5")
    assert (empty.status_code, empty.headers["Retry-After"]) == (200, "5")
    assert empty.json() == {"items": [], "has_more": False, "next_cursor": "5"}
    refused = app.get("/api/v1/events/stream")
    assert (refused.status_code, refused.json()["detail"]) == (409, "平台没有启用事件流，请使用长轮询")


def test_what_is_there_is_not_waited_for(app: App, settings: Settings) -> None:
    settings.REALTIME_PORT = 8001
    events.tell(app.client.pk, KIND, {"latest": "1"})
    assert len(app.get("/api/v1/events?wait=30").json()["items"]) == 1


def test_a_poll_is_answered_when_it_happens(app: App, realtime: Running) -> None:
    with asked(realtime, app, "/api/v1/events?wait=50") as (_, answer):
        realtime.until_waiting(1)
        events.tell(app.client.pk, KIND, {"latest": "7"})
        found = answer()
        assert found.status == 200 and found.headers["X-RateLimit-Limit"] == "1000"
        page = json.loads(found.read())
    assert [one["data"] for one in page["items"]] == [{"latest": "7"}] and page["has_more"] is False
    again = app.get(f"/api/v1/events?cursor={page['next_cursor']}").json()
    assert again == {"items": [], "has_more": False, "next_cursor": page["next_cursor"]}
    assert Call.objects.filter(client=app.client, call="GET /api/v1/events", status=200).count() == 2


def test_a_stream_is_resumed_from_the_last_event(app: App, realtime: Running) -> None:
    for number in range(250):
        events.tell(app.client.pk, KIND, {"number": number})
    with asked(realtime, app, "/api/v1/events/stream") as (_, answer):
        found = answer()
        assert found.headers["Content-Type"].startswith("text/event-stream")
        said = lines(found)
        heard = [(next(said), next(said), json.loads(next(said).removeprefix("data: "))) for _ in range(250)]
        assert [one[2]["data"]["number"] for one in heard] == list(range(250))
        assert heard[0][1] == f"event: {KIND}" and heard[0][0] == f"id: {heard[0][2]['cursor']}"
    last = heard[247][2]["cursor"]
    with asked(realtime, app, "/api/v1/events/stream?cursor=0", Last_Event_ID=last) as (_, answer):
        said = lines(answer())
        again = [(next(said), next(said), json.loads(next(said).removeprefix("data: "))) for _ in range(2)]
        assert [one[2]["data"]["number"] for one in again] == [248, 249], "what was not confirmed comes again"
        events.tell(app.client.pk, KIND, {"number": 250})
        assert next(said).startswith("id: ") and next(said) and '"number":250' in next(said)


def test_nobody_hears_of_another_application(crowd: Cast, app: App, realtime: Running) -> None:
    other = connect(crowd, name="另一应用")
    with asked(realtime, app, "/api/v1/events/stream") as (_, answer):
        said = lines(answer())
        events.tell(other.client.pk, KIND, {"number": 1})
        events.tell(app.client.pk, KIND, {"number": 2})
        assert next(said) and next(said) and '"number":2' in next(said)


@pytest.mark.parametrize("way", ["disabled", "secret", "address", "expired"])
def test_who_may_no_longer_is_let_go(app: App, realtime: Running, way: str) -> None:
    """停用, a secret in wrong hands, other networks: at once; an old token within half a minute."""
    with asked(realtime, app, "/api/v1/events/stream") as (_, answer):
        found = answer()
        realtime.until_waiting(1)
        if way == "disabled":
            clients.disable(app.client, reason="检查", actor=SYSTEM)
        elif way == "secret":
            keys.make_secret(app.client, actor=SYSTEM, at_once=True)
        elif way == "address":
            clients.change(app.client, allowed_addresses=["10.20.0.0/16"], actor=SYSTEM)
        else:
            AccessToken.objects.update(expires_at=timezone.now())
            realtime.look()
        assert list(lines(found)) == []
    with asked(realtime, app, "/api/v1/events/stream") as (_, answer):
        assert answer().status in (401, 403)


def test_limits_hold_there_too(app: App, realtime: Running) -> None:
    clients.change(app.client, rate=1, burst=1, actor=SYSTEM)
    statuses = set()
    for _ in range(3):
        with asked(realtime, app, "/api/v1/events?wait=0") as (_, answer):
            statuses.add(answer().status)
    assert statuses == {200, 429}


def test_signed_calls(app: App, realtime: Running) -> None:
    keys.make_signing_key(app.client, actor=SYSTEM)
    clients.change(app.client, requires_signature=True, actor=SYSTEM)
    with asked(realtime, app, "/api/v1/events/stream") as (_, answer):
        refusal = answer()
        assert refusal.status == 401 and json.loads(refusal.read())["code"] == "E-API-07"


def test_nothing_else_is_served_there(app: App, realtime: Running) -> None:
    for target in ("/api/v1/application", "/login/", "/api/v1/events/", "/api/v1/todos"):
        with asked(realtime, app, target) as (_, answer):
            assert answer().status == 404


def test_a_foreign_host_is_refused(app: App, realtime: Running, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    with asked(realtime, app, "/api/v1/events/stream", Host="evil.example") as (_, answer):
        assert answer().status == 400
