"""A carrier by SMPP 3.4: one bound session for each process, over which receipts and replies come too."""

import contextlib
import logging
import select
import socket
import ssl
import threading
import time
import zlib
from urllib.parse import urlsplit

from django.conf import settings

from yiwang.platform.messages.gateways import smpp_protocol as protocol
from yiwang.platform.messages.gateways.interface import Answer, News, Unreachable
from yiwang.platform.messages.gateways.smpp_protocol import Malformed, Pdu

log = logging.getLogger(__name__)

SECONDS = 10.0
_QUIET_SECONDS = 30.0
_DEAD = {protocol.ESME_RINVDSTADR: "空号"}
DEAD_STATES = {"UNDELIV": "未能送达", "REJECTD": "被拒收", "EXPIRED": "过期未送达", "DELETED": "被删除"}


class Smpp:
    """SMS_ADDRESS smpp://user:password@host:port or smpps://; SMS_SOURCE is the number texts come from."""

    is_simulator = False

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._news: list[News] = []
        self._sequences = protocol.sequences()
        self._used_at = 0.0

    def send(self, *, reference: str, mobile: str, text: str) -> Answer:
        """All parts, or Unreachable: then the whole text is tried again."""
        ids = []
        with self._lock:
            number = zlib.crc32(reference.encode())
            for esm_class, message in protocol.parts_of(text, reference=number):
                answer = self._ask(
                    protocol.submit(
                        next(self._sequences),
                        source=settings.SMS_SOURCE,
                        mobile=mobile,
                        esm_class=esm_class,
                        message=message,
                    )
                )
                if answer.status in protocol.LATER:
                    raise Unreachable(f"运营商网关繁忙（{answer.status:#x}）")
                if answer.status != protocol.ESME_ROK:
                    return Answer(failure=_DEAD.get(answer.status, f"运营商网关拒绝（{answer.status:#x}）"))
                ids.append(protocol.message_id(answer))
        return Answer(carrier_id=",".join(ids))

    def poll(self) -> list[News]:
        """Receipts and replies that came since the last time; a quiet session is asked whether it lives."""
        with self._lock:
            try:
                self._session()
                self._drain()
                if time.monotonic() - self._used_at > _QUIET_SECONDS:
                    self._ask(Pdu(protocol.ENQUIRE_LINK, 0, next(self._sequences)))
            except Unreachable as problem:
                log.warning("smpp: %s", problem)
            found, self._news = self._news, []
        return found

    def close(self) -> None:
        """End the session in order."""
        with self._lock:
            if self._socket is not None:
                with contextlib.suppress(Unreachable):
                    self._ask(Pdu(protocol.UNBIND, 0, next(self._sequences)))
            self._drop()

    def _session(self) -> socket.socket:
        """The bound session; another one when the last has ended."""
        if self._socket is None:
            address = settings.SMS_ADDRESS or urlsplit("")
            try:
                opened = socket.create_connection((address.hostname, address.port), timeout=SECONDS)
                if address.scheme == "smpps":
                    opened = ssl.create_default_context().wrap_socket(
                        opened, server_hostname=address.hostname
                    )
            except OSError as problem:
                raise Unreachable("运营商网关无响应") from problem
            self._socket = opened
            bind = protocol.bind(
                next(self._sequences), system_id=address.username or "", password=address.password or ""
            )
            answer = self._ask(bind)
            if answer.status != protocol.ESME_ROK:
                self._drop()
                raise Unreachable(f"运营商网关不接受登录（{answer.status:#x}）")
        return self._socket

    def _ask(self, question: Pdu) -> Pdu:
        """The response to it; what else arrives meanwhile is taken."""
        session = self._socket or self._session()
        try:
            session.sendall(question.pack())
            self._used_at = time.monotonic()
            deadline = self._used_at + SECONDS
            while time.monotonic() < deadline:
                found = self._read()
                if found.sequence == question.sequence and found.command & protocol.RESPONSE:
                    return found
                self._take(found)
        except (OSError, Malformed) as problem:
            self._drop()
            raise Unreachable("运营商网关无响应") from problem
        self._drop()
        raise Unreachable("运营商网关无响应")

    def _drain(self) -> None:
        try:
            while self._socket is not None and self._is_readable():
                self._take(self._read())
        except (OSError, Malformed) as problem:
            self._drop()
            raise Unreachable("运营商网关中断") from problem

    def _is_readable(self) -> bool:
        session = self._socket
        pending = isinstance(session, ssl.SSLSocket) and session.pending() > 0
        return pending or bool(session and select.select([session], [], [], 0)[0])

    def _take(self, found: Pdu) -> None:
        """Answer what the carrier asks, keep what it brings."""
        if found.command == protocol.DELIVER_SM:
            self._reply(Pdu(protocol.DELIVER_SM | protocol.RESPONSE, 0, found.sequence, b"\0"))
            came = protocol.delivered(found)
            if came.carrier_id:
                failure = "" if came.state in ("DELIVRD", "ACCEPTD", "ENROUTE") else came.state
                if came.state not in ("ACCEPTD", "ENROUTE"):
                    words = DEAD_STATES.get(failure, "结果不明") if failure else ""
                    code = f"（{came.error}）" if failure and came.error.strip("0") else ""
                    self._news.append(News(carrier_id=came.carrier_id, failure=f"{words}{code}"))
            elif came.source:
                self._news.append(News(mobile=came.source, text=came.text))
        elif found.command == protocol.ENQUIRE_LINK:
            self._reply(Pdu(protocol.ENQUIRE_LINK | protocol.RESPONSE, 0, found.sequence))
        elif found.command == protocol.UNBIND:
            self._reply(Pdu(protocol.UNBIND | protocol.RESPONSE, 0, found.sequence))
            self._drop()

    def _reply(self, answer: Pdu) -> None:
        if self._socket is not None:
            self._socket.sendall(answer.pack())

    def _read(self) -> Pdu:
        head = self._receive(4)
        return protocol.unpack(head + self._receive(protocol.length_of(head) - 4))

    def _receive(self, length: int) -> bytes:
        found = b""
        while len(found) < length:
            if self._socket is None:
                raise Malformed("closed")
            piece = self._socket.recv(length - len(found))
            if not piece:
                raise Malformed("closed")
            found += piece
        return found

    def _drop(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
