"""The way to the platform: token, retries, signatures, idempotency keys."""

import base64
import contextlib
import hashlib
import hmac
import json
import secrets
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterable, Iterator, Mapping
from email.message import Message
from typing import Any, Optional
from urllib.parse import quote, urlencode, urlsplit

from yiwang_sdk.errors import YiwangError

_EARLY = 60.0  # seconds before its end at which a token is replaced
_PASSING = (502, 503, 504)
_BAD_TOKEN = ("E-API-01", "E-API-02")
_LONGEST_WAIT = 60.0


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token elsewhere."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Transport:
    """Sends requests as one application. It may be used by several threads."""

    def __init__(
        self,
        base_url: str,
        client_id: str,
        client_secret: str,
        *,
        signing_key: str,
        timeout: float,
        retries: int,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError("base_url 应为 https://… 形式的地址")
        self._base = base_url.rstrip("/")
        self._live = self._base  # where calls that wait are held
        self._id, self._secret, self._signing_key = client_id, client_secret, signing_key
        self._timeout, self._retries = timeout, retries
        self._token, self._until = "", 0.0
        self._lock = threading.Lock()
        self._opener = urllib.request.build_opener(_NoRedirects())

    def token(self) -> str:
        """A token that is good for a while."""
        with self._lock:
            if time.monotonic() >= self._until - _EARLY:
                self._renew()
            return self._token

    def _renew(self) -> None:
        basic = base64.b64encode(f"{quote(self._id)}:{quote(self._secret)}".encode()).decode()
        status, _, answer = self._send(
            "POST",
            "/api/v1/oauth2/token",
            b"grant_type=client_credentials",
            {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"},
        )
        if status != 200:
            raise YiwangError(status, _problem(answer))
        given = json.loads(answer)
        self._token, self._until = given["access_token"], time.monotonic() + given["expires_in"]

    def _forget(self, token: str) -> None:
        with self._lock:
            if self._token == token:
                self._until = 0.0

    def call(
        self,
        method: str,
        path: str,
        body: Optional[Mapping[str, Any]] = None,
        query: Optional[Mapping[str, Any]] = None,
        *,
        idempotency_key: str = "",
        headers: Optional[Mapping[str, str]] = None,
        timeout: Optional[float] = None,
    ) -> Any:
        """The answer; YiwangError for a refusal. What writes is done once, however often it is sent."""
        words = {name: _word(value) for name, value in (query or {}).items() if value not in (None, "")}
        target = f"{path}?{urlencode(words)}" if words else path
        content = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
        sent = dict(headers or {})
        if content:
            sent["Content-Type"] = "application/json"
        if method != "GET":
            sent["Idempotency-Key"] = idempotency_key or str(uuid.uuid4())
        return self._try(method, target, content, sent, timeout)

    def _try(
        self, method: str, target: str, content: bytes, sent: dict[str, str], timeout: Optional[float]
    ) -> Any:
        has_renewed = False
        for attempt in range(self._retries + 1):
            token = self.token()
            is_last = attempt == self._retries
            try:
                status, given, answer = self._send_signed(
                    method, target, content, sent, token=token, timeout=timeout
                )
            except OSError as error:
                if is_last:
                    raise YiwangError(0, {"detail": f"无法连接：{error}"}) from error
                time.sleep(_pause(attempt, ""))
                continue
            if 200 <= status < 300:
                return json.loads(answer) if answer else None
            problem = _problem(answer)
            if status == 401 and problem.get("code") in _BAD_TOKEN and not has_renewed:
                has_renewed = True
                self._forget(token)
            elif (status == 429 or status in _PASSING) and not is_last:
                time.sleep(_pause(attempt, given.get("retry-after", "")))
            else:
                raise YiwangError(status, problem)
        raise YiwangError(0, {"detail": "重试后仍未成功"})

    def _send_signed(
        self,
        method: str,
        target: str,
        content: bytes,
        sent: Mapping[str, str],
        *,
        token: str,
        timeout: Optional[float],
    ) -> tuple[int, Mapping[str, str], bytes]:
        def send(base: str) -> tuple[int, Mapping[str, str], bytes]:
            own = {**sent, "Authorization": f"Bearer {token}", **self._signature(method, target, content)}
            return self._send(method, target, content, own, timeout=timeout, base=base)

        status, given, answer = send(self._base)
        elsewhere = self._same_host(given.get("location", "")) if status == 307 else ""
        return send(elsewhere) if elsewhere else (status, given, answer)

    def _same_host(self, location: str) -> str:
        """The token goes to another port of the platform, never to another host or from https to http."""
        own, other = urlsplit(self._base), urlsplit(location)
        is_same = (own.scheme, own.hostname) == (other.scheme, other.hostname) and "@" not in other.netloc
        return f"{other.scheme}://{other.netloc}{own.path}" if is_same else ""

    @contextlib.contextmanager
    def stream(self, target: str, headers: Mapping[str, str], timeout: float) -> Iterator[Iterable[bytes]]:
        """The lines of an answer without end; YiwangError for a refusal."""
        has_renewed = False
        while True:
            token = self.token()
            own = {**headers, "Authorization": f"Bearer {token}", **self._signature("GET", target, b"")}
            request = urllib.request.Request(self._live + target, headers=own)
            try:
                answer = self._opener.open(request, timeout=timeout)
            except urllib.error.HTTPError as error:
                with error:
                    problem = _problem(error.read())
                elsewhere = self._same_host(error.headers.get("Location", "")) if error.code == 307 else ""
                if elsewhere and elsewhere != self._live:
                    self._live = elsewhere
                elif error.code == 401 and problem.get("code") in _BAD_TOKEN and not has_renewed:
                    has_renewed = True
                    self._forget(token)
                else:
                    raise YiwangError(error.code, problem) from None
                continue
            except OSError as error:
                self._live = self._base
                raise YiwangError(0, {"detail": f"无法连接：{error}"}) from error
            with answer:
                yield answer
            return

    def _signature(self, method: str, target: str, content: bytes) -> dict[str, str]:
        if not self._signing_key:
            return {}
        path, _, query = target.partition("?")
        timestamp, nonce = str(int(time.time())), secrets.token_hex(16)
        parameters = "&".join(sorted(part for part in query.split("&") if part))
        digest = hashlib.new("sm3", content).hexdigest() if content else ""
        text = f"{method}\n{timestamp}\n{nonce}\n{path}\n{parameters}\n{digest}"
        mac = hmac.new(self._signing_key.encode(), text.encode(), "sm3").digest()
        return {
            "X-Hmac-Auth-Timestamp": timestamp,
            "X-Hmac-Auth-Nonce": nonce,
            "X-Hmac-Auth-Signature": base64.b64encode(mac).decode(),
        }

    def _send(
        self,
        method: str,
        target: str,
        content: bytes,
        headers: Mapping[str, str],
        *,
        timeout: Optional[float] = None,
        base: str = "",
    ) -> tuple[int, Mapping[str, str], bytes]:
        request = urllib.request.Request(
            (base or self._base) + target, data=content or None, method=method, headers=dict(headers)
        )
        try:
            with self._opener.open(request, timeout=timeout or self._timeout) as response:
                return response.status, _lowered(response.headers), response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _lowered(error.headers), error.read()


def _lowered(headers: Message) -> dict[str, str]:
    """Servers and proxies write names of header fields as they like."""
    return {name.lower(): value for name, value in headers.items()}


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _pause(attempt: int, retry_after: str) -> float:
    if retry_after.isdigit():
        return min(float(retry_after), _LONGEST_WAIT)
    return min(0.5 * 2.0**attempt, _LONGEST_WAIT)


def _problem(answer: bytes) -> dict[str, Any]:
    try:
        found = json.loads(answer)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
