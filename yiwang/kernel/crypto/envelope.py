"""Sealing bytes for a purpose: SM4-GCM under that purpose's current data key. Fields and files build on it.

Format: 01 ‖ key version (2) ‖ nonce (12) ‖ ciphertext ‖ tag (16). The associated data is not stored: it says
where the value belongs, so that a ciphertext copied to another place does not open.
Nonces are random, so a data key must be rotated well before 2³² values (`yiwang keys rotate --purpose`).
"""

from os import urandom

from yiwang.kernel.crypto import rings, sm4

FORMAT = 1
_HEAD = 3
_NONCE_END = _HEAD + sm4.NONCE_SIZE
OVERHEAD = _NONCE_END + sm4.TAG_SIZE


class SealBroken(Exception):
    """A sealed value was altered, belongs elsewhere, or is no sealed value."""


def seal(purpose: str, data: bytes, associated: bytes) -> bytes:
    """The sealed form of data, 31 bytes longer."""
    ring = rings.ring(purpose)
    nonce = urandom(sm4.NONCE_SIZE)
    head = head_of(ring.current)
    return head + nonce + ring.ciphers[ring.current].encrypt(nonce, data, associated)


def unseal(purpose: str, sealed: bytes, associated: bytes) -> bytes:
    """The data again; SealBroken when anything is not as it was sealed, KeyMissing when the key is gone."""
    if len(sealed) < OVERHEAD or sealed[0] != FORMAT:
        raise SealBroken(f"{purpose}: not a sealed value")
    version = version_of(sealed)
    cipher = rings.holding(purpose, version).ciphers[version]
    try:
        return cipher.decrypt(sealed[_HEAD:_NONCE_END], sealed[_NONCE_END:], associated)
    except sm4.TagMismatch:
        raise SealBroken(f"{purpose}: the value was altered or belongs elsewhere") from None


def version_of(sealed: bytes) -> int:
    """Which data key sealed it."""
    return int.from_bytes(sealed[1:_HEAD], "big")


def head_of(version: int) -> bytes:
    """How every value sealed under this version begins."""
    return bytes((FORMAT,)) + version.to_bytes(2, "big")
