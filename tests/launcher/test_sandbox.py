"""A platform with its sandbox: two databases, two sets of keys; nothing of the one is seen in the other."""

import base64
import http.client
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from yiwang_sdk import Client

from tests.launcher.platforms import Platform, wait_until
from tests.places import free_port, scratch
from yiwang.site.launcher import codes


@dataclass
class Both:
    """real: token of an application of the real platform; tried: of one in the sandbox, with its keys."""

    platform: Platform
    real: str
    tried: str
    li: int
    keys: tuple[str, str]

    def call(self, method: str, path: str, token: str, body: object = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.platform.port, timeout=30)
        try:
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        finally:
            connection.close()

    def directory(self, prefix: str, token: str) -> list[dict[str, Any]]:
        """Everything that an application can copy."""
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            status, page = self.call(
                "GET", f"{prefix}/api/v1/directory/changes?cursor={cursor}&page_size=500", token
            )
            assert status == 200, page
            found += page["items"]
            cursor = page["next_cursor"]
            if not page["has_more"]:
                return found


def _token(platform: Platform, prefix: str, client_id: str, secret: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", platform.port, timeout=30)
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", f"{prefix}/api/v1/oauth2/token", "grant_type=client_credentials", headers)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return str(answer["access_token"])


@pytest.fixture(scope="module")
def both() -> Iterator[Both]:
    folder = scratch("sandbox")
    settings = {
        "YIWANG_SANDBOX": "1",
        "YIWANG_REALTIME_PORT": str(free_port()),
        "YIWANG_SANDBOX_URL": f"http://127.0.0.1:{free_port()}",
    }
    platform = Platform(folder / "home", settings)
    platform.start()
    made = platform.run("connect", "1", module="tests.launcher.applications")
    assert made.returncode == 0, made.stderr
    wait_until(lambda: "沙箱已就绪" in platform.output, "the sandbox to be ready")
    ordered = platform.run("order", "temp", module="tests.launcher.applications")
    assert ordered.returncode == 0, ordered.stderr
    there = json.loads(ordered.stdout)
    real = json.loads(made.stdout)[0]
    tried = _token(platform, "/sandbox", there["client_id"], there["secret"])
    keys = there["client_id"], there["secret"]
    yield Both(platform, real["token"], tried, there["li"], keys)
    assert platform.interrupt() == codes.OK
    assert not Platform(platform.home / "sandbox").processes(), "the sandbox ended with it"
    shutil.rmtree(folder, ignore_errors=True)


def test_tokens_of_the_one_are_nothing_to_the_other(both: Both) -> None:
    for prefix, good, bad in (("", both.real, both.tried), ("/sandbox", both.tried, both.real)):
        assert both.call("GET", f"{prefix}/api/v1/application", good)[0] == 200
        assert both.call("GET", f"{prefix}/api/v1/application", bad)[0] == 401
        assert both.call("GET", f"{prefix}/cgi-bin/agent/get?access_token={bad}", "")[1]["errcode"] == 40014


def test_nobody_of_the_one_is_seen_by_the_other(both: Both) -> None:
    real, tried = both.directory("", both.real), both.directory("/sandbox", both.tried)
    assert len([one for one in tried if one["kind"] == "person"]) == 60
    assert real and all("沙箱" not in json.dumps(one, ensure_ascii=False) for one in real)
    names = [one["unit"]["full_name"] for one in tried if one["kind"] == "unit"]
    assert len(names) == 12 and all("沙箱" in name for name in names)
    assert not {one["id"] for one in real} & {one["id"] for one in tried}, "not even their numbers"


def test_nobody_of_the_other_is_reached(both: Both) -> None:
    """A push with the wrong address ends at nobody, in both directions."""
    there = next(one["id"] for one in both.directory("/sandbox", both.tried) if one["kind"] == "person")
    todo = {"biz_id": "X-1", "title": "联调", "kind": "document", "url": "http://localhost:9000/1"}
    for prefix, token, own, foreign in (
        ("/sandbox", both.tried, there, both.li),
        ("", both.real, both.li, there),
    ):
        url = todo["url"] if prefix else "https://app.qingpu.test/1"
        body = {**todo, "url": url}
        status, answer = both.call(
            "POST", f"{prefix}/api/v1/todos", token, {**body, "receivers": [{"person_id": foreign}]}
        )
        assert status == 422 and "接收人不存在或已注销" in json.dumps(answer, ensure_ascii=False)
        good = {**body, "biz_id": "X-2", "receivers": [{"person_id": own}]}
        assert both.call("POST", f"{prefix}/api/v1/todos", token, good)[0] == 201


def test_the_vendor_sees_what_arrived(both: Both) -> None:
    done = both.platform.run("received", "temp", module="tests.launcher.applications")
    assert done.returncode == 0, done.stderr
    assert "联调" in done.stdout


def test_programs_wait_for_events_of_the_sandbox(both: Both) -> None:
    """By way of the platform's own process for open connections, to the sandbox's; no thread is held."""
    program = Client(f"http://127.0.0.1:{both.platform.port}/sandbox", *both.keys)
    person = next(one["id"] for one in both.directory("/sandbox", both.tried) if one["kind"] == "person")
    program.todos.create(
        biz_id="E-1",
        title="阅知",
        kind="document",
        needs="read",
        receivers=[person],
        url="http://localhost:9000/1",
    )
    with ThreadPoolExecutor(2) as pool:
        polled = pool.submit(program.events.read, wait=30)
        streamed = pool.submit(lambda: next(program.events.listen()))
        done = both.platform.run("open", "temp", "阅知", module="tests.launcher.applications")
        assert done.returncode == 0, done.stderr
        assert [one["type"] for one in polled.result(40)["items"]] == ["todos.read"]
        assert streamed.result(40)["data"]["biz_id"] == "E-1"


def test_the_sandbox_has_no_door_but_open_calls(both: Both) -> None:
    for path in (
        "/sandbox/login/",
        "/sandbox/keeper/organisation",
        "/sandbox/api/v1/../../keeper/organisation",
    ):
        assert both.call("GET", path, both.tried)[0] == 404
    port = int(both.platform.settings["YIWANG_SANDBOX_URL"].rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for path in ("/login/", "/keeper/organisation", "/"):
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 404, path
    connection.close()


def test_the_sandboxs_role_opens_no_other_database(both: Both) -> None:
    platform = both.platform
    child = next(
        pid for pid in Platform(platform.home / "sandbox").processes() if _variable(pid, "DATABASE_URL")
    )
    url = _variable(child, "DATABASE_URL")
    psycopg.connect(url, connect_timeout=5).close()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url.replace("/yiwang_sandbox?", "/yiwang?"), connect_timeout=5).close()


def test_the_sandbox_is_told_of_no_gateway(both: Both) -> None:
    for pid in Platform(both.platform.home / "sandbox").processes():
        for name in ("YIWANG_SMS_URL", "YIWANG_SMTP_URL", "YIWANG_REALNAME_URL", "REDIS_URL"):
            assert not _variable(pid, name)
        key = _variable(pid, "YIWANG_SECRET_FILE")
        assert not key, "its keys are its own"
    assert (both.platform.home / "sandbox" / "secret.json").read_text() != (
        both.platform.home / "secret.json"
    ).read_text()


def _variable(pid: int, name: str) -> str:
    words = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    return next(
        (word.decode().partition("=")[2] for word in words if word.startswith(f"{name}=".encode())), ""
    )
