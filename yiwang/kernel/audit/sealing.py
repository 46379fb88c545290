"""The seal of a log row: who can write to the database but has no key can neither alter nor add one."""

from collections.abc import Mapping

from yiwang.kernel.crypto import rings, sm3

PURPOSE = rings.MAC_PREFIX + "audit"
VERSION_SIZE = 2
MAC_SIZE = 16


def seal(form: bytes) -> bytes:
    """key version (2) ‖ HMAC-SM3(key, canonical row)[:16], under the newest key."""
    ring = rings.ring(PURPOSE)
    return ring.current.to_bytes(VERSION_SIZE, "big") + sm3.hmac(ring.keys[ring.current], form)[:MAC_SIZE]


def keys_by_version() -> Mapping[bytes, bytes]:
    """All keys by the two bytes that a seal begins with, for checking many rows."""
    ring = rings.ring(PURPOSE, fresh=True)
    return {version.to_bytes(VERSION_SIZE, "big"): key for version, key in ring.keys.items()}


def is_sealed(form: bytes, seal: bytes, keys: Mapping[bytes, bytes]) -> bool:
    """Is this the seal of exactly this row? keys: from keys_by_version."""
    key = keys.get(seal[:VERSION_SIZE])
    return key is not None and seal[VERSION_SIZE:] == sm3.hmac(key, form)[:MAC_SIZE]
