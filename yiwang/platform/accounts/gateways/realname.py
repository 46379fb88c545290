"""The municipal real-name service (上海市公务人员统一身份认证平台), asked over HTTP (R1-8, ADR 11).

Nothing public documents the real interface; this is the one of docs/reference/realname-interface.md. Another
city writes a class with the method of `RealNameService` and names it in `settings.REALNAME_SERVICE`.
"""

import http.client
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import msgspec
from django.conf import settings
from django.utils.module_loading import import_string

from yiwang.kernel import outbound
from yiwang.platform.accounts.gateways import realname_protocol as protocol
from yiwang.platform.accounts.models import Verification

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Unreachable(Exception):
    """The service could not be asked, or what it answered is no answer. The message names no person."""


@dataclass(frozen=True, slots=True)
class Question:
    """Whom the service is asked about. in_register: must he stand in the register of civil servants?"""

    name: str
    id_kind: str
    id_number: str
    mobile: str
    in_register: bool = True

    def __repr__(self) -> str:
        return "<Question>"  # never into a log


@dataclass(frozen=True, slots=True)
class Answer:
    """What it answered. reference: its own number of the case; is_simulated: it says it is a simulator."""

    outcome: str
    reference: str = ""
    is_simulated: bool = False
    detail: str = ""


class RealNameService(Protocol):
    """An adapter to a real-name service."""

    def verify(self, question: Question) -> Answer:
        """Ask; Unreachable when there is no answer within the time limit."""


class _Body(msgspec.Struct):
    result: str
    reference: str = ""
    simulator: bool = False


class HttpService:
    """The documented interface: JSON over HTTPS, both ways signed by HMAC-SM3."""

    def __init__(self) -> None:
        self._address = urlsplit(settings.REALNAME_URL)
        if not self._address.hostname:
            raise Unreachable("未配置实名认证服务")
        if self._address.scheme != "https" and self._address.hostname not in _LOOPBACK:
            raise Unreachable("实名认证服务须使用 https")
        try:
            self._key = bytes.fromhex(Path(settings.REALNAME_KEY_FILE).read_text().strip())
        except (OSError, ValueError):
            raise Unreachable("实名认证服务的签名密钥不可读") from None

    def verify(self, question: Question) -> Answer:
        body = msgspec.json.encode(
            {
                "name": question.name,
                "id_kind": question.id_kind,
                "id_number": question.id_number,
                "mobile": question.mobile,
                "register": protocol.CIVIL_SERVANTS if question.in_register else protocol.NO_REGISTER,
            }
        )
        nonce = secrets.token_hex(16)
        status, signature, content = self._post(body, nonce)
        if status != http.HTTPStatus.OK:
            raise Unreachable(f"实名认证服务返回 {status}")
        if not protocol.is_same(signature, protocol.sign_answer(self._key, nonce=nonce, body=content)):
            raise Unreachable("实名认证服务的应答签名不正确")
        try:
            answer = msgspec.json.decode(content, type=_Body)
        except msgspec.DecodeError:
            raise Unreachable("实名认证服务的应答无法识别") from None
        if answer.result not in protocol.RESULTS:
            raise Unreachable("实名认证服务的应答无法识别")
        outcome = Verification.Outcome(answer.result)
        return Answer(outcome, answer.reference[:64], answer.simulator)

    def _headers(self, body: bytes, nonce: str) -> dict[str, str]:
        now, client = int(time.time()), settings.REALNAME_CLIENT
        return {
            "Content-Type": "application/json",
            protocol.CLIENT: client,
            protocol.TIMESTAMP: str(now),
            protocol.NONCE: nonce,
            protocol.SIGNATURE: protocol.sign_request(
                self._key, client=client, timestamp=now, nonce=nonce, body=body
            ),
        }

    def _post(self, body: bytes, nonce: str) -> tuple[int, str, bytes]:
        """Status, signature and content, all within the time limit."""
        deadline = time.monotonic() + settings.REALNAME_SECONDS
        connection = outbound.connection_to(self._address, settings.REALNAME_SECONDS)
        try:
            path = self._address.path.rstrip("/") + protocol.PATH
            connection.request("POST", path, body, self._headers(body, nonce))
            response = connection.getresponse()
            return (
                response.status,
                response.headers.get(protocol.SIGNATURE, ""),
                outbound.read_answer(response, connection, deadline=deadline, largest=protocol.LARGEST_BODY),
            )
        except (OSError, http.client.HTTPException) as problem:
            raise Unreachable(f"实名认证服务没有应答（{type(problem).__name__}）") from problem
        finally:
            connection.close()


def verify(question: Question) -> Answer:
    """Ask the service that is configured. Call it outside of transactions: it can last."""
    service: RealNameService = import_string(settings.REALNAME_SERVICE)()
    return service.verify(question)
