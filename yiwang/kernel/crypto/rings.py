"""Key rings: the data keys of each purpose, unwrapped and kept in process memory. Knows nothing of formats.

All access to the key table goes through a short connection of its own. A new key is thereby committed before
anything is sealed under it, so that a transaction rolled back later cannot take away a key that other
processes or this process's memory already use; the same holds for sequences.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper

from yiwang.kernel.crypto import keys, sm3, sm4

# A process looks at the key table this often. A new version seals only when it is this old, so that by then
# every process can open what is sealed under it and finds it by its blind index.
FRESH_SECONDS = 60
# When every process seals under a new version, and re-encrypting what is left can come to an end.
SETTLED_SECONDS = 2 * FRESH_SECONDS
# Purposes beginning so have HMAC-SM3 keys, all others SM4 keys.
INDEX_PREFIX = "index:"
MAC_PREFIX = "mac:"
LAST_VERSION = 0xFFFF


class KeyMissing(RuntimeError):
    """A sealed value names a data key that the database does not hold."""


@dataclass(frozen=True)
class Ring:
    """The keys of one purpose. current: the version that seals."""

    purpose: str
    current: int
    keys: Mapping[int, bytes]
    ciphers: Mapping[int, sm4.SM4GCM]
    stale_at: float


_rings: dict[str, Ring] = {}
_lock = Lock()


def is_keyed_hash(purpose: str) -> bool:
    """Are the keys of this purpose for HMAC-SM3, not for SM4?"""
    return purpose.startswith((INDEX_PREFIX, MAC_PREFIX))


def context_of(purpose: str, version: int) -> bytes:
    """What a wrapped key is bound to, so that rows of the key table cannot be exchanged."""
    return f"yiwang data key {purpose} {version}".encode()


@contextmanager
def own_connection() -> Iterator[CursorWrapper]:
    """A cursor outside the caller's transaction; each statement commits by itself."""
    connection: Any = connections[DEFAULT_DB_ALIAS].copy()
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def _rows(cursor: CursorWrapper, purpose: str) -> list[tuple[int, bytes, bool]]:
    cursor.execute(
        "SELECT version, wrapped, created_at <= now() - make_interval(secs => %s) FROM crypto_datakey"
        " WHERE purpose = %s ORDER BY version",
        [FRESH_SECONDS, purpose],
    )
    return [(version, bytes(wrapped), known) for version, wrapped, known in cursor.fetchall()]


def _insert(cursor: CursorWrapper, purpose: str, version: int) -> None:
    """Add a version unless another process was faster."""
    size = sm3.SIZE if is_keyed_hash(purpose) else sm4.KEY_SIZE
    wrapped = keys.provider().wrap(keys.provider().random(size), context_of(purpose, version))
    cursor.execute(
        "INSERT INTO crypto_datakey (purpose, version, wrapped, created_at) VALUES (%s, %s, %s, now())"
        " ON CONFLICT (purpose, version) DO NOTHING",
        [purpose, version, wrapped],
    )


def _load(purpose: str) -> Ring:
    with own_connection() as cursor:
        rows = _rows(cursor, purpose)
        if not rows:
            _insert(cursor, purpose, 1)
            rows = _rows(cursor, purpose)
    provider = keys.provider()
    clear = {version: provider.unwrap(wrapped, context_of(purpose, version)) for version, wrapped, _ in rows}
    return Ring(
        purpose=purpose,
        current=max((version for version, _, known in rows if known), default=rows[0][0]),
        keys=clear,
        ciphers={version: sm4.SM4GCM(key) for version, key in clear.items()}
        if not is_keyed_hash(purpose)
        else {},
        stale_at=time.monotonic() + FRESH_SECONDS,
    )


def ring(purpose: str, *, fresh: bool = False) -> Ring:
    """The keys of a purpose, the first being made on first use. fresh: look into the database now."""
    known = _rings.get(purpose)
    if known is not None and not fresh and time.monotonic() < known.stale_at:
        return known
    with _lock:
        if fresh or _rings.get(purpose) is known:  # else another thread has just loaded it
            _rings[purpose] = _load(purpose)
        return _rings[purpose]


def holding(purpose: str, version: int) -> Ring:
    """A ring that has this version; KeyMissing when the database does not have it either."""
    known = _rings.get(purpose) or ring(purpose)
    if version not in known.keys:
        known = ring(purpose, fresh=True)
    if version not in known.keys:
        raise KeyMissing(f"{purpose}: there is no data key of version {version}")
    return known


def renew(purpose: str) -> Ring:
    """Begin the next version of a purpose's key. Two callers at once begin the same one."""
    version = max(ring(purpose, fresh=True).keys) + 1
    if version > LAST_VERSION:
        raise KeyMissing(f"{purpose}: all {LAST_VERSION} versions are used up")
    with own_connection() as cursor:
        _insert(cursor, purpose, version)
    return ring(purpose, fresh=True)


def forget() -> None:
    """Drop all keys from memory: the key table was emptied or replaced."""
    _rings.clear()
