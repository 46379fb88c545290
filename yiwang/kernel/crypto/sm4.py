"""SM4-GCM (GB/T 32907, RFC 8998): authenticated encryption. Keys and nonces are the caller's."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

KEY_SIZE = 16
NONCE_SIZE = 12
TAG_SIZE = 16


class TagMismatch(Exception):
    """The ciphertext, its nonce or its associated data are not those that were sealed under this key."""


class SM4GCM:
    """One 128-bit key, ready to use. A nonce must never be used twice under the same key."""

    __slots__ = ("_algorithm",)

    def __init__(self, key: bytes) -> None:
        self._algorithm = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated: bytes) -> bytes:
        """The ciphertext followed by its 16-byte tag."""
        encryptor = Cipher(self._algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, sealed: bytes, associated: bytes) -> bytes:
        """The plain text; TagMismatch when anything was altered."""
        tag = sealed[-TAG_SIZE:]
        if len(tag) != TAG_SIZE:
            raise TagMismatch
        decryptor = Cipher(self._algorithm, modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(associated)
        try:
            return decryptor.update(sealed[:-TAG_SIZE]) + decryptor.finalize()
        except InvalidTag:
            raise TagMismatch from None


def encrypt_block(key: bytes, block: bytes) -> bytes:
    """One bare 16-byte block, for the self-test only: it protects nothing by itself."""
    encryptor = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()  # noqa: S305 - the published vector is one block
    return encryptor.update(block) + encryptor.finalize()
