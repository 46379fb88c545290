"""The sandbox as this platform reaches it: its keeper's door, and the calls of vendors passed through.

Nothing of a request goes there but what stands in `SENT`, and of an answer nothing comes back but what
stands in `RETURNED`: no cookie in either direction.
"""

import http.client
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from django.conf import settings

from yiwang.kernel import outbound
from yiwang.kernel.errors import Refused
from yiwang.platform.clients.vocabulary import EVENT_PATHS

SECONDS = 15.0
MOST_ANSWER = 8 * 1024 * 1024
MOST_AT_ONCE = 2  # of a process's threads: the others go on serving people
_AWAY = "沙箱正在准备，请稍后再试"
SENT = (
    "Accept",
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "Last-Event-ID",
    "Prefer",
    "User-Agent",
    "X-Hmac-Auth-Nonce",
    "X-Hmac-Auth-Signature",
    "X-Hmac-Auth-Timestamp",
)
RETURNED = (
    "Content-Type",
    "Deprecation",
    "Idempotency-Replayed",
    "Link",
    "Retry-After",
    "Sunset",
    "WWW-Authenticate",
    "X-Request-ID",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
)
# Calls that can wait: as they come here → as they are there. The realtime process leads them.
WAITING = {f"/sandbox{path}": path for path in EVENT_PATHS}
_places = threading.BoundedSemaphore(MOST_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sandbox answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def is_there() -> bool:
    """Has this installation a sandbox?"""
    return bool(settings.SANDBOX_URL)


def waits_at() -> str:
    """Where it holds calls that wait; "" when nowhere."""
    return str(settings.SANDBOX_WAITING_URL) if is_there() else ""


def passed(
    method: str, target: str, body: bytes, headers: Mapping[str, str], *, address: str, request_id: str
) -> Answer:
    """A vendor's call. Refused when the sandbox is away or all places are taken."""
    if not _places.acquire(blocking=False):
        raise Refused("沙箱繁忙，请稍后重试", status=429, retry_after=1)
    try:
        sent = {name: headers[name] for name in SENT if name in headers}
        own = {"X-Forwarded-For": address, "X-Request-ID": request_id}
        return _ask(method, target, body, {**sent, **own})
    finally:
        _places.release()


def order(*, name: str, domains: list[str]) -> dict[str, Any]:
    """A new application there: client_id, agent_id, secret."""
    return _keep("POST", "clients", {"name": name, "domains": domains})


def new_secret(client_id: str) -> str:
    """Another secret; the one before has ended."""
    return str(_keep("POST", f"clients/{client_id}/secret", {})["secret"])


def trial_token(client_id: str) -> dict[str, Any]:
    """token, and for how many seconds."""
    return _keep("POST", f"clients/{client_id}/token", {})


def clear(client_id: str) -> int:
    """What the application did is gone; how many to-dos and messages."""
    return int(_keep("POST", f"clients/{client_id}/clear", {})["cleared"])


def end(client_id: str) -> None:
    """The application is closed."""
    _keep("POST", f"clients/{client_id}/end", {})


def receive(client_id: str, asked: Mapping[str, Any]) -> str:
    """Somebody there does what receivers do; what was done, in words."""
    return str(_keep("POST", f"clients/{client_id}/receive", asked)["done"])


def received(client_id: str) -> dict[str, Any]:
    """What the people there received of it: todos and messages; its latest events and calls."""
    return _keep("GET", f"clients/{client_id}/received")


def organisation() -> dict[str, Any]:
    """Who there is: units, people and tags."""
    return _keep("GET", "organisation")


def _keep(method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
    key = Path(settings.SANDBOX_KEY_FILE).read_text().strip() if is_there() else ""
    headers = {"Authorization": f"Key {key}", "Content-Type": "application/json"}
    content = msgspec.json.encode(body) if body is not None else b""
    answer = _ask(method, f"/keeper/{path}", content, headers)
    try:
        found = msgspec.json.decode(answer.body)
    except msgspec.DecodeError:
        found = None
    if not isinstance(found, dict):
        raise Refused(_AWAY, status=503, retry_after=10)
    if answer.status != http.client.OK:
        raise Refused(
            str(found.get("detail", _AWAY)), status=answer.status, fields=dict(found.get("fields") or {})
        )
    return found


def _ask(method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    if not is_there():
        raise Refused("本平台没有启用沙箱", status=409)
    connection = outbound.connection_to(urlsplit(settings.SANDBOX_URL), SECONDS)
    deadline = time.monotonic() + SECONDS
    try:
        connection.request(method, target, body or None, dict(headers))
        response = connection.getresponse()
        content = outbound.read_answer(response, connection, deadline=deadline, largest=MOST_ANSWER)
        found = {name: value for name in RETURNED if (value := response.headers.get(name)) is not None}
        return Answer(response.status, found, content)
    except (OSError, http.client.HTTPException):
        raise Refused(_AWAY, status=503, retry_after=10) from None
    finally:
        connection.close()
