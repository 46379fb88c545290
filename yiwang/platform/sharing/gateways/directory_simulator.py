"""市级通讯录模拟器: a service of its own that speaks the directory interface, for demonstrations and tests.

It is marked as a simulator in every answer and on its own page. What it holds is in memory: when it was
started anew, the next full comparison finds that everything is missing.
"""

import html
import json
import threading
import time
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from yiwang.platform.sharing.gateways import directory_protocol as protocol

_REMEMBERED_SECONDS = 2 * protocol.SKEW_SECONDS


@dataclass(slots=True)
class Entry:
    """One person. fields None: deleted; the version stays, so that nothing older comes back."""

    version: int
    fields: dict[str, str] | None


class Simulator(ThreadingHTTPServer):
    """Listens on loopback. port 0: any free one; see `url`. is_down: it answers 503 to everything."""

    daemon_threads = True

    def __init__(self, *, port: int, key: bytes) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.key = key
        self.is_down = False
        self.entries: dict[str, Entry] = {}
        self.requests = 0
        self._nonces: dict[str, float] = {}
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def held(self) -> dict[str, dict[str, str]]:
        """What it holds now, by key."""
        with self._lock:
            return {key: dict(one.fields) for key, one in self.entries.items() if one.fields is not None}

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

    def take(self, key: str, version: int, fields: dict[str, str] | None) -> tuple[HTTPStatus, Entry]:
        """Hold this, unless something newer is there; the same version again changes nothing."""
        with self._lock:
            known = self.entries.get(key)
            if known is not None and known.version > version:
                return HTTPStatus.CONFLICT, known
            if known is None or known.version < version:
                known = self.entries[key] = Entry(version, fields)
            return HTTPStatus.OK, known

    def page(self, after: str) -> tuple[list[dict[str, Any]], str]:
        """Living entries by key after that one."""
        with self._lock:
            keys = sorted(key for key, one in self.entries.items() if one.fields is not None and key > after)
            shown = keys[: protocol.MOST_LISTED]
            rows: list[dict[str, Any]] = [{"key": key, "version": self.entries[key].version} for key in shown]
        return rows, shown[-1] if len(keys) > len(shown) else ""


class _Handler(BaseHTTPRequestHandler):
    server: Simulator
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_PUT(self) -> None:  # the names the library calls
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def do_GET(self) -> None:
        if self.path == "/":
            return self._show()
        return self._serve()

    def _serve(self) -> None:
        self.server.requests += 1
        nonce = self.headers.get(protocol.NONCE, "")
        length = self.headers.get("Content-Length", "0")
        if not length.isascii() or not length.isdigit() or int(length) > protocol.LARGEST_BODY:
            self.close_connection = True
            return self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": "length"}, nonce)
        body = self.rfile.read(int(length))
        if self.server.is_down:
            return self._answer(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "down"}, nonce)
        if fault := self._fault(body, nonce):
            return self._answer(HTTPStatus.UNAUTHORIZED, {"error": fault}, nonce)
        return self._answer(*self._done(body), nonce)

    def _fault(self, body: bytes, nonce: str) -> str:
        """Why the request is not believed, "" when it is."""
        timestamp = self.headers.get(protocol.TIMESTAMP, "")
        if not timestamp.isascii() or not timestamp.isdigit():
            return "timestamp"
        if abs(time.time() - int(timestamp)) > protocol.SKEW_SECONDS:
            return "timestamp"
        wanted = protocol.sign_request(
            self.server.key,
            method=self.command,
            target=self.path,
            client=self.headers.get(protocol.CLIENT, ""),
            timestamp=int(timestamp),
            nonce=nonce,
            body=body,
        )
        if not protocol.is_same(self.headers.get(protocol.SIGNATURE, ""), wanted):
            return "signature"
        return "" if protocol.is_key(nonce) and self.server.is_new(nonce) else "nonce"

    def _done(self, body: bytes) -> tuple[HTTPStatus, dict[str, Any]]:
        address = urlsplit(self.path)
        asked = parse_qs(address.query)
        if self.command == "GET" and address.path == protocol.PATH:
            rows, following = self.server.page(asked.get("after", [""])[0])
            return HTTPStatus.OK, {"persons": rows, "next": following, "simulator": True}
        key = address.path.removeprefix(f"{protocol.PATH}/")
        if not protocol.is_key(key):
            return HTTPStatus.NOT_FOUND, {"error": "path"}
        if self.command == "DELETE":
            version, fields = _number(asked.get("version", [""])[0]), None
        else:
            version, fields = _entry(body)
            if fields is None:
                return HTTPStatus.UNPROCESSABLE_ENTITY, {"error": "fields"}
        if version <= 0:
            return HTTPStatus.UNPROCESSABLE_ENTITY, {"error": "version"}
        status, held = self.server.take(key, version, fields)
        state = "deleted" if held.fields is None else "stored"
        return status, {"version": held.version, "state": state, "simulator": True}

    def _answer(self, status: HTTPStatus, content: dict[str, Any], nonce: str) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        signature = protocol.sign_answer(self.server.key, nonce=nonce, status=int(status), body=body)
        self.send_header(protocol.SIGNATURE, signature)
        self.end_headers()
        self.wfile.write(body)

    def _show(self) -> None:
        """A page for who demonstrates: what it holds, and that it is no real directory."""
        rows = "".join(
            "<tr>"
            + "".join(f"<td>{html.escape(one.get(name, ''))}</td>" for name in protocol.FIELDS)
            + "</tr>"
            for one in self.server.held.values()
        )
        body = (
            '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>市级通讯录模拟器</title>'
            "<h1>市级通讯录模拟器</h1><p>模拟：这不是真实的市级通讯录，仅供演示和测试，内容只在内存中。</p>"
            f'<table border="1" cellpadding="6"><tr><th>姓名<th>部门<th>单位<th>职务<th>办公电话<th>邮箱'
            f"<th>房间<th>手机</tr>{rows}</table><p>共{len(self.server.held)}人</p></html>"
        ).encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the library's name
        """Nothing is logged of who was pushed."""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _entry(body: bytes) -> tuple[int, dict[str, str] | None]:
    """(version, fields) of a pushed entry; None when it is no entry."""
    try:
        found = json.loads(body)
    except ValueError:
        return 0, None
    if not isinstance(found, dict) or not isinstance(found.get("entry"), dict):
        return 0, None
    entry, version = found["entry"], found.get("version")
    known = set(entry) <= set(protocol.FIELDS) and all(isinstance(one, str) for one in entry.values())
    if not known or not entry.get("name") or not entry.get("unit") or not isinstance(version, int):
        return 0, None
    return version, entry
