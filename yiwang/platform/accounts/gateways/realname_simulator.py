"""实名认证模拟器: a service of its own that speaks the real-name interface, for demonstrations and tests.

It knows nobody; how a number ends decides what it answers (docs/reference/realname-interface.md).
"""

import json
import secrets
import threading
import time
from collections import deque
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from yiwang.platform.accounts.gateways import realname_protocol as protocol

PER_MINUTE = 1_200  # questions; more are answered 429
_FIELDS = ("name", "id_kind", "id_number", "mobile")
_REMEMBERED_SECONDS = 2 * protocol.SKEW_SECONDS


def result_of(question: dict[str, str]) -> str:
    """The answer, by the last digits of what was asked."""
    number, mobile = question["id_number"], question["mobile"]
    if number.endswith("0"):
        return "name_mismatch"
    if number.endswith("5"):
        return "service_error"
    if mobile.endswith("0000"):
        return "mobile_mismatch"
    is_civil_servant = question.get("register", protocol.CIVIL_SERVANTS) == protocol.CIVIL_SERVANTS
    if mobile.endswith("4444") and is_civil_servant:
        return "not_in_register"
    return "passed"


class Simulator(ThreadingHTTPServer):
    """Listens on loopback. port 0: any free one; see `url`."""

    daemon_threads = True

    def __init__(self, *, port: int, key: bytes) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.key = key
        self._nonces: dict[str, float] = {}
        self._asked: deque[float] = deque()
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def has_room(self) -> bool:
        """Within the limit of the last minute?"""
        now = time.monotonic()
        with self._lock:
            while self._asked and self._asked[0] <= now - 60:
                self._asked.popleft()
            if len(self._asked) >= PER_MINUTE:
                return False
            self._asked.append(now)
            return True

    def is_new(self, nonce: str) -> bool:
        """Each nonce is taken once."""
        now = time.monotonic()
        with self._lock:
            for known in [one for one, at in self._nonces.items() if now - at > _REMEMBERED_SECONDS]:
                del self._nonces[known]
            if nonce in self._nonces:
                return False
            self._nonces[nonce] = now
            return True


class _Handler(BaseHTTPRequestHandler):
    server: Simulator
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_POST(self) -> None:  # the name the library calls
        nonce = self.headers.get(protocol.NONCE, "")
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length) > protocol.LARGEST_BODY:
            self.close_connection = True
            return self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": "length"}, nonce)
        body = self.rfile.read(int(length))
        if self.path != protocol.PATH:
            return self._answer(HTTPStatus.NOT_FOUND, {"error": "path"}, nonce)
        if fault := self._fault(body, nonce):
            return self._answer(HTTPStatus.UNAUTHORIZED, {"error": fault}, nonce)
        if not self.server.has_room():
            return self._answer(HTTPStatus.TOO_MANY_REQUESTS, {"error": "rate"}, nonce)
        question = _question(body)
        if question is None:
            return self._answer(HTTPStatus.UNPROCESSABLE_ENTITY, {"error": "fields"}, nonce)
        answer = {
            "result": result_of(question),
            "reference": f"SIM-{secrets.token_hex(8)}",
            "simulator": True,
        }
        return self._answer(HTTPStatus.OK, answer, nonce)

    def _fault(self, body: bytes, nonce: str) -> str:
        """Why the request is not believed, "" when it is."""
        timestamp = self.headers.get(protocol.TIMESTAMP, "")
        if not timestamp.isascii() or not timestamp.isdigit():
            return "timestamp"
        if abs(time.time() - int(timestamp)) > protocol.SKEW_SECONDS:
            return "timestamp"
        client = self.headers.get(protocol.CLIENT, "")
        wanted = protocol.sign_request(
            self.server.key, client=client, timestamp=int(timestamp), nonce=nonce, body=body
        )
        if not protocol.is_same(self.headers.get(protocol.SIGNATURE, ""), wanted):
            return "signature"
        return "" if protocol.is_nonce(nonce) and self.server.is_new(nonce) else "nonce"

    def _answer(self, status: HTTPStatus, content: dict[str, Any], nonce: str) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header(protocol.SIGNATURE, protocol.sign_answer(self.server.key, nonce=nonce, body=body))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the library's name
        """Nothing is logged of whom was asked about."""


def _question(body: bytes) -> dict[str, str] | None:
    try:
        found = json.loads(body)
    except ValueError:
        return None
    if not isinstance(found, dict) or not all(
        isinstance(found.get(one), str) and found[one] for one in _FIELDS
    ):
        return None
    return found
