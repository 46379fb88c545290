"""SMPP 3.4 as bytes: the few operations a sender of texts needs. No sockets, no settings.

https://smpp.org/SMPP_v3_4_Issue1_2.pdf; names are the specification's.
"""

import itertools
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

BIND_TRANSCEIVER, SUBMIT_SM, DELIVER_SM = 0x00000009, 0x00000004, 0x00000005
ENQUIRE_LINK, UNBIND, GENERIC_NACK = 0x00000015, 0x00000006, 0x80000000
RESPONSE = 0x80000000
ESME_ROK, ESME_RTHROTTLED, ESME_RMSGQFUL, ESME_RINVDSTADR, ESME_RALYBND = 0, 0x58, 0x14, 0x0B, 0x05
ESME_RSYSERR = 0x08
LATER = frozenset({ESME_RTHROTTLED, ESME_RMSGQFUL, ESME_RSYSERR, ESME_RALYBND})  # try again
UCS2 = 0x08
LARGEST_PDU = 65_536
_HEADER = struct.Struct("!IIII")
_UDHI, _RECEIPT = 0x40, 0x04
_MESSAGE_PAYLOAD, _RECEIPTED_ID, _MESSAGE_STATE = 0x0424, 0x001E, 0x0427
_SINGLE, _PART = 140, 134  # octets of UCS-2 in one text, and beside the header of a part
_STATES = {1: "ENROUTE", 2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 6: "ACCEPTD", 7: "UNKNOWN"}
_STAT = re.compile(rb"\bid:(\S+).*?\bstat:([A-Z]+)(?:.*?\berr:(\S+))?", re.DOTALL)


class Malformed(Exception):
    """These bytes are no PDU."""


@dataclass(frozen=True, slots=True)
class Pdu:
    """One operation or its response."""

    command: int
    status: int
    sequence: int
    body: bytes = b""

    def pack(self) -> bytes:
        return (
            _HEADER.pack(_HEADER.size + len(self.body), self.command, self.status, self.sequence) + self.body
        )


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came by deliver_sm. A receipt has carrier_id and state; a reply has source and text."""

    source: str = ""
    text: str = ""
    carrier_id: str = ""
    state: str = ""
    error: str = ""


def length_of(head: bytes) -> int:
    """The length a PDU claims by its first four bytes."""
    (length,) = struct.unpack("!I", head)
    if not _HEADER.size <= length <= LARGEST_PDU:
        raise Malformed(f"length {length}")
    return int(length)


def unpack(data: bytes) -> Pdu:
    """A whole PDU."""
    if len(data) < _HEADER.size:
        raise Malformed("too short")
    _, command, status, sequence = _HEADER.unpack_from(data)
    return Pdu(command, status, sequence, data[_HEADER.size :])


def _text(value: str, most: int) -> bytes:
    data = value.encode("ascii", "replace")[: most - 1]
    return data + b"\0"


def bind(sequence: int, *, system_id: str, password: str) -> Pdu:
    """bind_transceiver, version 3.4."""
    body = _text(system_id, 16) + _text(password, 9) + _text("", 13) + bytes((0x34, 0, 0)) + _text("", 41)
    return Pdu(BIND_TRANSCEIVER, 0, sequence, body)


def parts_of(text: str, *, reference: int) -> list[tuple[int, bytes]]:
    """esm_class and short_message of each text the carrier sends: UCS-2, joined by a user data header."""
    data = text.encode("utf-16-be")
    if len(data) <= _SINGLE:
        return [(0, data)]
    pieces = list(_cut(data))
    if len(pieces) > 255:
        raise Malformed("too long")
    return [
        (_UDHI, bytes((5, 0, 3, reference & 0xFF, len(pieces), number)) + piece)
        for number, piece in enumerate(pieces, start=1)
    ]


def _cut(data: bytes) -> Iterator[bytes]:
    """No character outside of the basic plane is cut in two."""
    start = 0
    while start < len(data):
        end = min(start + _PART, len(data))
        if end < len(data) and 0xD8 <= data[end - 2] <= 0xDB:
            end -= 2
        yield data[start:end]
        start = end


def submit(sequence: int, *, source: str, mobile: str, esm_class: int, message: bytes) -> Pdu:
    """submit_sm of one part, with a receipt asked for."""
    body = b"".join(
        (
            _text("", 6),
            bytes((0, 0)) + _text(source, 21),
            bytes((1, 1)) + _text(mobile, 21),
            bytes((esm_class, 0, 0)),
            _text("", 17) + _text("", 17),
            bytes((1, 0, UCS2, 0, len(message))),
            message,
        )
    )
    return Pdu(SUBMIT_SM, 0, sequence, body)


class _Reader:
    def __init__(self, body: bytes) -> None:
        self.body, self.at = body, 0

    def text(self) -> bytes:
        end = self.body.find(b"\0", self.at)
        if end < 0:
            raise Malformed("an open string")
        found = self.body[self.at : end]
        self.at = end + 1
        return found

    def octet(self) -> int:
        if self.at >= len(self.body):
            raise Malformed("too short")
        self.at += 1
        return self.body[self.at - 1]

    def take(self, length: int) -> bytes:
        found = self.body[self.at : self.at + length]
        if len(found) < length:
            raise Malformed("too short")
        self.at += length
        return found

    def options(self) -> dict[int, bytes]:
        found = {}
        while self.at < len(self.body):
            tag, length = struct.unpack("!HH", self.take(4))
            found[tag] = self.take(length)
        return found


def message_id(pdu: Pdu) -> str:
    """What submit_sm_resp says the carrier calls it."""
    return _Reader(pdu.body).text().decode("ascii", "replace") if pdu.body else ""


def delivered(pdu: Pdu) -> Delivered:
    """What a deliver_sm brings: a receipt for what was sent, or what somebody writes."""
    reader = _Reader(pdu.body)
    reader.text()
    reader.take(2)
    source = reader.text().decode("ascii", "replace")
    reader.take(2)
    reader.text()
    esm_class = reader.octet()
    reader.take(2)
    reader.text()
    reader.text()
    reader.take(2)
    coding = reader.octet()
    reader.octet()
    message = reader.take(reader.octet())
    options = reader.options()
    message = message or options.get(_MESSAGE_PAYLOAD, b"")
    if esm_class & _RECEIPT:
        return _receipt(message, options)
    if esm_class & _UDHI and message:
        message = message[1 + message[0] :]
    text = message.decode("utf-16-be" if coding == UCS2 else "latin-1", "replace")
    return Delivered(source=source, text=text)


def _receipt(message: bytes, options: dict[int, bytes]) -> Delivered:
    found = _STAT.search(message)
    carrier_id = options.get(_RECEIPTED_ID, b"").rstrip(b"\0").decode("ascii", "replace")
    state = _STATES.get(options[_MESSAGE_STATE][0], "") if options.get(_MESSAGE_STATE) else ""
    error = ""
    if found is not None:
        carrier_id = carrier_id or found[1].decode("ascii", "replace")
        state = state or found[2].decode("ascii")
        error = (found[3] or b"").decode("ascii", "replace")
    return Delivered(carrier_id=carrier_id, state=state, error=error)


def sequences() -> Iterator[int]:
    """1, 2, … as the specification wants them."""
    return itertools.cycle(range(1, 0x7FFFFFFF))
