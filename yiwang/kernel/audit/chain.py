"""What an anchor vouches for, and its copy outside of the database. Reads and writes no table.

digest(n)    = SM3(digest(n-1) ‖ signature(n-1) ‖ number ‖ time ‖ canonical rows, joined by GROUP_SEPARATOR)
signature(n) = SM2 over statement(n), by the key provider's AUDIT key

Each digest covers the previous signature, so the last valid signature vouches for everything before it.
"""

import json
import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from yiwang.kernel.crypto import keys, sm3

GROUP_SEPARATOR = b"\x1d"
# Before the first anchor: no digest, no signature.
NOTHING = b""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Statement:
    """What is signed, and kept as one line of the anchor file. at: microseconds since 1970; digest: hex.

    total: rows up to and with this anchor; first, last: the smallest and largest row id it takes up.
    """

    number: int
    at: int
    total: int
    first: int
    last: int
    digest: str

    def text(self) -> bytes:
        """The signed bytes: one `name=value` a line."""
        lines = ["yiwang audit anchor", *(f"{name}={value}" for name, value in asdict(self).items())]
        return "\n".join(lines).encode()

    def sign(self) -> bytes:
        return keys.provider().sign(keys.AUDIT, self.text())

    def is_signed_by(self, signature: bytes) -> bool:
        return keys.provider().verify(keys.AUDIT, self.text(), signature)


def digest(before: tuple[bytes, bytes], number: int, at: int, forms: Sequence[bytes]) -> bytes:
    """The anchor's digest. before: digest and signature of the previous one."""
    head = number.to_bytes(8, "big") + at.to_bytes(8, "big")
    return sm3.digest(b"".join(before) + head + GROUP_SEPARATOR.join(forms))


def missing_form(entry_id: int) -> bytes:
    """Stands in the digest for a row that was gone before it could be anchored."""
    return str(entry_id).encode()


def write_copy(statement: Statement, signature: bytes) -> None:
    """Append the anchor to settings.AUDIT_ANCHOR_FILE, so that a cut-off end of the tables is noticed."""
    path = Path(settings.AUDIT_ANCHOR_FILE)
    line = json.dumps({**asdict(statement), "signature": signature.hex()}) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line.encode())
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError:
        # The anchor itself is committed and the next one will vouch for it too.
        log.exception("audit anchor %s was not copied to %s", statement.number, path)


class Copy(NamedTuple):
    """One line of the anchor file. statement: None where the line is damaged."""

    line: int
    statement: Statement | None
    signature: bytes


def copies_size() -> int:
    """The length of the anchor file in bytes, 0 when there is none."""
    path = Path(settings.AUDIT_ANCHOR_FILE)
    return path.stat().st_size if path.exists() else 0


def read_copies(size: int) -> Iterator[Copy]:
    """The lines within the first `size` bytes of the anchor file."""
    if not size:
        return
    with Path(settings.AUDIT_ANCHOR_FILE).open("rb") as file:
        for number, line in enumerate(file, 1):
            size -= len(line)
            if size < 0:
                return
            try:
                content = json.loads(line)
                signature = bytes.fromhex(content.pop("signature"))
                yield Copy(number, Statement(**content), signature)
            except (ValueError, KeyError, TypeError, AttributeError):
                yield Copy(number, None, b"")
