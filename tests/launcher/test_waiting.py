"""Two hundred programs wait for events, and the web server has all its threads for everybody else."""

import http.client
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.launcher.platforms import PATIENCE, Platform
from tests.places import free_port, scratch
from yiwang.site.launcher.supervisor import THREADS_PER_WORKER, WEB_WORKERS

APPLICATIONS, EACH = 10, 20


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    folder = scratch("waiting")
    made = Platform(folder / "home", {"YIWANG_REALTIME_PORT": str(free_port())})
    made.start()
    yield made
    made.kill_everything()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def applications(platform: Platform) -> list[dict[str, str]]:
    done = platform.run("connect", str(APPLICATIONS), module="tests.launcher.applications")
    assert done.returncode == 0, done.stderr
    found: list[dict[str, str]] = json.loads(done.stdout)
    return found


def _asked(port: int, target: str, token: str) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", target, headers={"Authorization": f"Bearer {token}"})
    return connection


def _answer(connection: http.client.HTTPConnection) -> tuple[int, Any]:
    try:
        answer = connection.getresponse()
        body = answer.read()
        return answer.status, json.loads(body) if body else answer.headers.get("Location")
    finally:
        connection.close()


def test_two_hundred_wait_and_the_web_is_free(platform: Platform, applications: list[dict[str, str]]) -> None:
    target = "/api/v1/events?wait=55"
    status, where = _answer(_asked(platform.port, target, applications[0]["token"]))
    assert status == 307, "the web does not let anybody wait"
    port = urlsplit(where).port
    assert port == int(platform.settings["YIWANG_REALTIME_PORT"])
    waiting = [_asked(port, target, one["token"]) for one in applications for _ in range(EACH)]
    try:
        # As many calls at once as the web server has threads, three times over: each of them is answered.
        calls = 3 * WEB_WORKERS * THREADS_PER_WORKER
        with ThreadPoolExecutor(calls) as pool:
            tokens = [applications[number % APPLICATIONS]["token"] for number in range(calls)]
            answers = list(
                pool.map(lambda own: _answer(_asked(platform.port, "/api/v1/application", own)), tokens)
            )
        assert {status for status, _ in answers} == {200}
        assert platform.get("/readyz")[0] == 200

        assert platform.run("tell", module="tests.launcher.applications").returncode == 0
        told = [_answer(one) for one in waiting]
    finally:
        for one in waiting:
            one.close()
    assert {(status, page["items"][0]["type"]) for status, page in told} == {(200, "addressbook.changed")}
