"""A carrier, or a gateway of the city's, by HTTP: the documented interface, signed by HMAC-SM3 both ways.

docs/reference/sms-interface.md. Another interface is another class with the methods of SmsGateway.
"""

import hmac
import http.client
import secrets
import threading
import time
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import msgspec
from django.conf import settings

from yiwang.kernel import outbound
from yiwang.kernel.crypto import sm3
from yiwang.platform.messages.gateways.interface import Answer, News, Unreachable

SECONDS = 10.0  # for a whole answer, however slowly it trickles
_LARGEST = 1_048_576


class _Taken(msgspec.Struct):
    id: str = ""
    error: str = ""


class _Event(msgspec.Struct):
    id: str = ""
    failure: str = ""
    mobile: str = ""
    text: str = ""


class _Events(msgspec.Struct):
    cursor: str
    events: list[_Event] = []


def sign(key: bytes, *parts: str) -> str:
    """HMAC-SM3, hexadecimal, of the parts joined by line feeds."""
    return sm3.hmac(key, "\n".join(parts).encode()).hex()


class HttpCarrier:
    """SMS_ADDRESS https://host/path, SMS_KEY_FILE with the key agreed, SMS_CLIENT our name there."""

    is_simulator = False

    def __init__(self) -> None:
        self._address: SplitResult = settings.SMS_ADDRESS or urlsplit("")
        self._lock = threading.Lock()
        self._cursor = ""

    def send(self, *, reference: str, mobile: str, text: str) -> Answer:
        """POST /messages; the same reference again is the same text."""
        body = msgspec.json.encode({"reference": reference, "mobile": mobile, "text": text})
        content = self._call("POST", "/messages", body)
        try:
            taken = msgspec.json.decode(content, type=_Taken)
        except msgspec.DecodeError as problem:
            raise Unreachable("短信网关的应答无法识别") from problem
        return Answer(carrier_id=taken.id, failure=taken.error)

    def poll(self) -> list[News]:
        """GET /events: receipts and replies after the last cursor. What is seen twice changes nothing."""
        with self._lock:
            try:
                content = self._call("GET", f"/events?after={self._cursor}", b"")
                found = msgspec.json.decode(content, type=_Events)
            except (Unreachable, msgspec.DecodeError):
                return []
            self._cursor = "".join(one for one in found.cursor if one.isalnum())[:64]
        return [
            News(carrier_id=one.id, failure=one.failure, mobile=one.mobile, text=one.text)
            for one in found.events
        ]

    def _call(self, method: str, path: str, body: bytes) -> bytes:
        try:
            key = bytes.fromhex(Path(str(settings.SMS_KEY_FILE)).read_text().strip())
        except (OSError, ValueError, TypeError):
            raise Unreachable("短信网关的签名密钥不可读") from None
        path = self._address.path.rstrip("/") + path
        nonce, now = secrets.token_hex(16), str(int(time.time()))
        client = settings.SMS_CLIENT
        headers = {
            "Content-Type": "application/json",
            "X-Sms-Client": client,
            "X-Sms-Timestamp": now,
            "X-Sms-Nonce": nonce,
            "X-Sms-Signature": sign(key, method, path, client, now, nonce, sm3.digest(body).hex()),
        }
        status, signature, content = self._exchange(method, path, body, headers)
        if status != http.HTTPStatus.OK:
            raise Unreachable(f"短信网关返回{status}")
        wanted = sign(key, "ANSWER", nonce, sm3.digest(content).hex())
        if not hmac.compare_digest(signature.encode(), wanted.encode()):
            raise Unreachable("短信网关的应答签名不正确")
        return content

    def _exchange(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, str, bytes]:
        deadline = time.monotonic() + SECONDS
        connection = outbound.connection_to(self._address, SECONDS)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            content = outbound.read_answer(response, connection, deadline=deadline, largest=_LARGEST)
            return response.status, response.headers.get("X-Sms-Signature", ""), content
        except (OSError, http.client.HTTPException) as problem:
            raise Unreachable("短信网关无响应") from problem
        finally:
            connection.close()
