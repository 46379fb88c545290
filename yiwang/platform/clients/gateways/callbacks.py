"""Asking applications: one POST or GET to an address that may be called, and nothing else.

The host is looked up once, its addresses are judged, and the connection goes to the very address that was
judged: a name that points elsewhere a moment later leads nowhere. Redirects are not followed.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

SECONDS = 5.0
MOST_ANSWER = 16_384


@dataclass(frozen=True, slots=True)
class Answer:
    """status: 0 when nobody answered; problem: why, in words for its developer."""

    status: int
    body: bytes = b""
    ms: int = 0
    problem: str = ""


class _ToAddress(http.client.HTTPConnection):
    """Connects to the judged address, whatever the name says by now."""

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self._address = address
        self._context = context

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._context is not None:
            self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)


def post(url: str, body: bytes, headers: Mapping[str, str], *, is_sandbox: bool = False) -> Answer:
    """Never raises."""
    return _ask("POST", url, body, headers, is_sandbox=is_sandbox, most=MOST_ANSWER)


def get(url: str, *, is_sandbox: bool, most: int) -> Answer:
    """Fetch a file, at most so many bytes of it. Never raises."""
    return _ask("GET", url, None, {"User-Agent": "yiwang-callback/1"}, is_sandbox=is_sandbox, most=most)


def _ask(
    method: str, url: str, body: bytes | None, headers: Mapping[str, str], *, is_sandbox: bool, most: int
) -> Answer:
    began = time.perf_counter()
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    try:
        address = _address(host, port, is_sandbox=is_sandbox)
        if not address:
            return Answer(0, problem="该地址不允许回调")
        context = ssl.create_default_context() if secure else None
        connection = _ToAddress(host, port, address, context)
        try:
            target = parts.path or "/"
            connection.request(
                method, f"{target}?{parts.query}" if parts.query else target, body, dict(headers)
            )
            answer = connection.getresponse()
            content = answer.read(most)
        finally:
            connection.close()
    except ssl.SSLError:
        return Answer(0, problem="证书无效", ms=_since(began))
    except TimeoutError:
        return Answer(0, problem="5秒内没有应答", ms=_since(began))
    except (OSError, ValueError, http.client.HTTPException):
        return Answer(0, problem="无法连接", ms=_since(began))
    return Answer(answer.status, content, _since(began))


def _since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)


def _address(host: str, port: int, *, is_sandbox: bool) -> str:
    """The first address of the host, if all of them may be called; "" otherwise."""
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(may_call(one, is_sandbox=is_sandbox) for one in found):
        return ""
    return found[0]


def may_call(address: str, *, is_sandbox: bool) -> bool:
    """Public addresses, and the networks of the installation's settings; the machine itself only for sandbox
    applications, where the settings name it or the installation is a demonstration.
    """
    one = ipaddress.ip_address(address)
    is_named = any(one in ipaddress.ip_network(network) for network in settings.CALLBACK_NETWORKS)
    if one.is_loopback:
        return is_sandbox and (is_named or settings.CALLBACK_SANDBOX_LOOPBACK)
    if one.is_link_local or one.is_multicast or one.is_unspecified or one.is_reserved:
        return False
    return is_named or one.is_global
