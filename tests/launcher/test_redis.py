"""News by a real Redis server (REDIS_URL): at the commit, to pages and to programs, and after it was away."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.db import transaction
from pytest_django import Settings

from tests.cast import Cast, standing
from tests.launcher.platforms import wait_until
from tests.places import free_port
from tests.realtime import Running, realtime
from yiwang.kernel import badges
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.realtime import news, server
from yiwang.platform.clients.actions import clients, events
from yiwang.platform.clients.tests.factories import App, connect
from yiwang.platform.clients.tests.test_waiting import asked, lines

__all__ = ["realtime"]

pytestmark = pytest.mark.django_db(transaction=True)

KIND = "addressbook.changed"


class Server:
    """redis-server in memory, on a port of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.port = folder, free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        program = shutil.which("redis-server")
        assert program, "run tools/ensure_redis.sh"
        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen([program, *words], cwd=self._folder, stdout=subprocess.DEVNULL)
        client = redis.Redis(port=self.port)
        wait_until(lambda: _answers(client), "Redis to answer")
        client.close()

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _answers(client: Any) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


@pytest.fixture
def by_redis(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    own = Server(tmp_path)
    own.start()
    settings.REALTIME_REDIS = own.url
    monkeypatch.setattr(news, "_redis", None)
    monkeypatch.setattr(server, "_AGAIN_SECONDS", 0.05)
    yield own
    if news._redis is not None:
        news._redis.close()
    own.stop()


@pytest.fixture
def crowd(by_redis: Server) -> Cast:
    return standing()


@pytest.fixture
def app(crowd: Cast) -> App:
    return connect(crowd)


def test_a_program_is_told_at_the_commit_and_never_without(app: App, realtime: Running) -> None:
    with asked(realtime, app, "/api/v1/events/stream") as (_, answer):
        said = lines(answer())
        realtime.until_waiting(1)
        with transaction.atomic():
            events.tell(app.client.pk, KIND, {"number": 1})
            transaction.set_rollback(True)
        with transaction.atomic():
            events.tell(app.client.pk, KIND, {"number": 2})
        assert next(said) and next(said) and '"number":2' in next(said)


def test_a_page_is_told_its_numbers(crowd: Cast, realtime: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = {"todos": 1}
    monkeypatch.setattr(badges, "numbers_of", lambda persons: {one: dict(numbers) for one in persons})
    person = crowd.li.person.pk
    page = _opened(realtime, crowd.li.token())
    assert '"todos":1' in _event(page)
    numbers["todos"] = 2
    with transaction.atomic():
        news.numbers_changed([person])
    assert '"todos":2' in _event(page)
    numbers["todos"] = 3
    news.everybody_changed()
    assert '"todos":3' in _event(page)
    page.close()


def _opened(realtime: Running, token: str) -> Any:
    import http.client

    from django.conf import settings

    connection = http.client.HTTPConnection("127.0.0.1", realtime.port, timeout=10)
    connection.request("GET", "/live/", headers={"Cookie": f"{settings.SESSION_COOKIE}={token}"})
    return connection.getresponse()


def _event(answer: Any) -> str:
    while not (line := answer.readline().decode()).startswith("data: "):
        assert line, "the stream has ended"
    return str(line)


def test_what_was_missed_while_it_was_away_is_found(by_redis: Server, app: App, realtime: Running) -> None:
    with asked(realtime, app, "/api/v1/events/stream") as (_, answer):
        said = lines(answer())
        realtime.until_waiting(1)
        by_redis.stop()
        events.tell(app.client.pk, KIND, {"number": 1})  # the act succeeds without its news
        by_redis.start()
        assert next(said) and next(said) and '"number":1' in next(said)
        events.tell(app.client.pk, KIND, {"number": 2})
        assert next(said) and next(said) and '"number":2' in next(said)


def test_rights_go_by_the_database_all_the_same(by_redis: Server, app: App, realtime: Running) -> None:
    """Who is barred is let go, whether Redis lives or not."""
    by_redis.stop()
    with asked(realtime, app, "/api/v1/events/stream") as (_, answer):
        found = answer()
        realtime.until_waiting(1)
        began = time.monotonic()
        clients.disable(app.client, reason="检查", actor=SYSTEM)
        assert list(lines(found)) == [] and time.monotonic() - began < 10
