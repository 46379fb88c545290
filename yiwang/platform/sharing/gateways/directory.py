"""The municipal directory (市级通讯录), reached over HTTP (R2-14, ADR 11).

Nothing public documents the real interface; this is the one of docs/reference/directory-interface.md. Another
city writes a class with the methods of `Directory` and names it in `settings.DIRECTORY`.
"""

import http.client
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

import msgspec
from django.conf import settings
from django.utils.module_loading import import_string

from yiwang.kernel import outbound
from yiwang.platform.sharing.gateways import directory_protocol as protocol

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Unreachable(Exception):
    """The directory could not be asked, or what it answered is no answer. The message names no person."""


class NotTaken(Exception):
    """The directory refuses this entry for good."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What it holds of a person now. version: of what it has; is_stale: it had a newer one already."""

    version: int
    is_stale: bool = False
    is_simulated: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """One entry that the directory lists."""

    key: str
    version: int


class Directory(Protocol):
    """An adapter to a municipal directory. The same request twice does nothing more than once."""

    def put(self, key: str, version: int, entry: Mapping[str, str]) -> Taken:
        """Hold this entry, unless a newer version is there."""

    def delete(self, key: str, version: int) -> Taken:
        """Hold nothing of this person, and nothing older than this version from now on."""

    def listed(self, after: str) -> tuple[list[Held], str]:
        """Entries by key after that one, and the key to go on from; "" when there are no more."""


class _Answer(msgspec.Struct):
    version: int = 0
    state: str = ""
    simulator: bool = False


class _Row(msgspec.Struct):
    key: str
    version: int


class _Page(msgspec.Struct):
    persons: list[_Row]
    next: str = ""


class HttpDirectory:
    """The documented interface: JSON over HTTPS, both ways signed by HMAC-SM3."""

    def __init__(self) -> None:
        self._address = urlsplit(settings.DIRECTORY_URL)
        if not self._address.hostname:
            raise Unreachable("未配置市级通讯录")
        if self._address.scheme != "https" and self._address.hostname not in _LOOPBACK:
            raise Unreachable("市级通讯录须使用 https")
        try:
            self._key = bytes.fromhex(Path(settings.DIRECTORY_KEY_FILE).read_text().strip())
        except (OSError, ValueError):
            raise Unreachable("市级通讯录的签名密钥不可读") from None

    def put(self, key: str, version: int, entry: Mapping[str, str]) -> Taken:
        body = msgspec.json.encode({"version": version, "entry": dict(entry)})
        return self._taken(*self._ask("PUT", f"{protocol.PATH}/{key}", body), version)

    def delete(self, key: str, version: int) -> Taken:
        return self._taken(*self._ask("DELETE", f"{protocol.PATH}/{key}?version={version}", b""), version)

    def listed(self, after: str) -> tuple[list[Held], str]:
        status, content = self._ask("GET", f"{protocol.PATH}?after={after}", b"")
        if status != http.HTTPStatus.OK:
            raise Unreachable(f"市级通讯录返回 {status}")
        page = _decoded(content, _Page)
        return [Held(one.key, one.version) for one in page.persons], page.next

    @staticmethod
    def _taken(status: int, content: bytes, version: int) -> Taken:
        if status in (http.HTTPStatus.BAD_REQUEST, http.HTTPStatus.UNPROCESSABLE_ENTITY):
            raise NotTaken(f"市级通讯录返回 {status}")
        if status not in (http.HTTPStatus.OK, http.HTTPStatus.CONFLICT):
            raise Unreachable(f"市级通讯录返回 {status}")
        answer = _decoded(content, _Answer)
        is_stale = status == http.HTTPStatus.CONFLICT
        if answer.version < version:
            raise Unreachable("市级通讯录的应答无法识别")
        return Taken(answer.version, is_stale, answer.simulator)

    def _ask(self, method: str, target: str, body: bytes) -> tuple[int, bytes]:
        """Status and content, all within the time limit; only an answer that is signed counts."""
        deadline = time.monotonic() + settings.DIRECTORY_SECONDS
        nonce, now, client = secrets.token_hex(16), int(time.time()), settings.DIRECTORY_CLIENT
        path = self._address.path.rstrip("/") + target
        headers = {
            "Content-Type": "application/json",
            protocol.CLIENT: client,
            protocol.TIMESTAMP: str(now),
            protocol.NONCE: nonce,
            protocol.SIGNATURE: protocol.sign_request(
                self._key, method=method, target=target, client=client, timestamp=now, nonce=nonce, body=body
            ),
        }
        connection = outbound.connection_to(self._address, settings.DIRECTORY_SECONDS)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            content = outbound.read_answer(
                response, connection, deadline=deadline, largest=protocol.LARGEST_ANSWER
            )
        except (OSError, http.client.HTTPException) as problem:
            raise Unreachable(f"市级通讯录没有应答（{type(problem).__name__}）") from problem
        finally:
            connection.close()
        wanted = protocol.sign_answer(self._key, nonce=nonce, status=response.status, body=content)
        if not protocol.is_same(response.headers.get(protocol.SIGNATURE, ""), wanted):
            raise Unreachable(f"市级通讯录的应答签名不正确（{response.status}）")
        return response.status, content


_S = TypeVar("_S", bound=msgspec.Struct)


def _decoded(content: bytes, shape: type[_S]) -> _S:
    try:
        return msgspec.json.decode(content, type=shape)
    except msgspec.DecodeError:
        raise Unreachable("市级通讯录的应答无法识别") from None


def directory() -> Directory:
    """The one that is configured. Call it outside of transactions: it can last."""
    found: Directory = import_string(settings.DIRECTORY)()
    return found
