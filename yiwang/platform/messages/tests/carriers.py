"""Two carriers for tests, both real servers: one speaks SMPP 3.4, the other the HTTP interface."""

import contextlib
import http.server
import json
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from yiwang.kernel.crypto import sm3
from yiwang.platform.messages.gateways import http as http_gateway
from yiwang.platform.messages.gateways import smpp_protocol as protocol
from yiwang.platform.messages.gateways.smpp_protocol import Pdu

KEY = bytes(range(32))


class SmppCarrier(socketserver.ThreadingTCPServer):
    """taken: (mobile, esm_class, short_message). status: of the next responses, by mobile. Parsed by hand,
    not by the code under test, so that both can be wrong in different ways only.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.password = "secret"
        self.taken: list[tuple[str, int, bytes]] = []
        self.status: dict[str, int] = {}
        self.binds = 0
        self.sessions: list[Any] = []
        self.silent = False

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def bring(self, *pdus: bytes) -> None:
        """Send these to whoever is bound."""
        for session in self.sessions:
            for pdu in pdus:
                session.sendall(pdu)

    def hang_up(self) -> None:
        for session in self.sessions:
            session.close()
        self.sessions.clear()


class _Session(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        try:
            while True:
                length, command, _, sequence = struct.unpack("!IIII", self.exactly(16))
                self.answer(command, sequence, self.exactly(length - 16))
        except (OSError, EOFError):
            return

    def exactly(self, length: int) -> bytes:
        found = b""
        while len(found) < length:
            piece = self.request.recv(length - len(found))
            if not piece:
                raise EOFError
            found += piece
        return found

    def answer(self, command: int, sequence: int, body: bytes) -> None:
        carrier: Any = self.server
        if carrier.silent or command & 0x80000000:
            return
        if command == 0x00000009:
            system_id, password, *_ = body.split(b"\0")
            good = (system_id, password) == (b"yiwang", carrier.password.encode())
            carrier.binds += good
            if good:
                carrier.sessions.append(self.request)
            self.say(command, sequence, 0 if good else 0x0E, b"carrier\0")
        elif command == 0x00000004:
            self.take(sequence, body, carrier)
        else:
            self.say(command, sequence, 0, b"")
            if command == 0x00000006:
                raise EOFError

    def take(self, sequence: int, body: bytes, carrier: Any) -> None:
        rest = body[body.index(b"\0") + 1 :]
        rest = rest[2:][rest[2:].index(b"\0") + 1 :]
        mobile, _, rest = rest[2:].partition(b"\0")
        esm_class, rest = rest[0], rest[3:]
        for _ in range(2):
            rest = rest[rest.index(b"\0") + 1 :]
        coding, length = rest[2], rest[4]
        assert coding == 8 and len(rest[5:]) == length
        number = mobile.decode()
        status = carrier.status.get(number, 0)
        if not status:
            carrier.taken.append((number, esm_class, rest[5:]))
        name = f"C{len(carrier.taken)}".encode() + b"\0"
        self.say(0x00000004, sequence, status, name if not status else b"")

    def say(self, command: int, sequence: int, status: int, body: bytes) -> None:
        self.request.sendall(Pdu(command | 0x80000000, status, sequence, body).pack())


def receipt(carrier_id: str, state: str, *, sequence: int = 900, error: str = "000") -> bytes:
    """deliver_sm as carriers write it (appendix B)."""
    dates = "submit date:2611251200 done date:2611251201"
    text = f"id:{carrier_id} sub:001 dlvrd:001 {dates} stat:{state} err:{error} text:"
    return deliver("13812345678", text.encode(), esm_class=0x04, coding=0, sequence=sequence)


def deliver(
    source: str, message: bytes, *, esm_class: int = 0, coding: int = 8, sequence: int = 901
) -> bytes:
    """deliver_sm from a phone."""
    body = (
        b"\0\x01\x01" + source.encode() + b"\0\x01\x0110690000\0" + bytes((esm_class, 0, 0)) + b"\0\0\0\0"
        + bytes((coding, 0, len(message))) + message
    )  # fmt: skip
    return Pdu(protocol.DELIVER_SM, 0, sequence, body).pack()


@contextmanager
def smpp_carrier() -> Iterator[SmppCarrier]:
    with SmppCarrier() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.hang_up()
            server.shutdown()
            thread.join()


class HttpGateway(http.server.ThreadingHTTPServer):
    """taken: by reference. events: what GET /events answers. error: what it says to the next text."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Http)
        self.taken: dict[str, dict[str, str]] = {}
        self.events: list[dict[str, str]] = []
        self.error = ""
        self.key = KEY
        self.status = 200
        self.bad_signatures = 0
        self.is_over = threading.Event()
        self.trickles = False  # a byte now and then, for ever


class _Http(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        gateway: Any = self.server
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self.is_signed(content):
            given = json.loads(content)
            if not gateway.error:
                gateway.taken[given["reference"]] = given
            answer = {
                "id": f"H-{given['reference'][:8]}" if not gateway.error else "",
                "error": gateway.error,
            }
            self.answer(answer)

    def do_GET(self) -> None:
        gateway: Any = self.server
        if self.is_signed(b""):
            after = int(self.path.rpartition("=")[2] or 0)
            self.answer({"cursor": str(len(gateway.events)), "events": gateway.events[after:]})

    def is_signed(self, content: bytes) -> bool:
        gateway: Any = self.server
        heads = [self.headers[f"X-Sms-{name}"] for name in ("Client", "Timestamp", "Nonce")]
        wanted = http_gateway.sign(gateway.key, self.command, self.path, *heads, sm3.digest(content).hex())
        if wanted != self.headers["X-Sms-Signature"]:
            gateway.bad_signatures += 1
            self.send_error(401)
            return False
        return True

    def answer(self, content: dict[str, Any]) -> None:
        gateway: Any = self.server
        body = json.dumps(content).encode()
        self.send_response(gateway.status)
        nonce = self.headers["X-Sms-Nonce"]
        signed = http_gateway.sign(gateway.key, "ANSWER", nonce, sm3.digest(body).hex())
        self.send_header("X-Sms-Signature", signed)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not gateway.trickles:
            self.wfile.write(body)
            return
        with contextlib.suppress(OSError):
            for place in range(len(body)):
                self.wfile.write(body[place : place + 1])
                if gateway.is_over.wait(0.05):
                    return

    def log_message(self, *_: object) -> None:
        """Nothing is said."""


@contextmanager
def http_carrier() -> Iterator[HttpGateway]:
    with HttpGateway() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.is_over.set()
            server.shutdown()
            thread.join()
