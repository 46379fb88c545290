"""The directory interface as bytes: what is signed and how (docs/reference/directory-interface.md).

Client and simulator share it. It needs no settings and no database.
"""

import hmac
import re

from yiwang.kernel.crypto import sm3

PATH = "/persons"
SKEW_SECONDS = 300
LARGEST_BODY = 16 * 1024
LARGEST_ANSWER = 1024 * 1024
MOST_LISTED = 500
CLIENT, TIMESTAMP, NONCE, SIGNATURE = (
    "X-Directory-Client",
    "X-Directory-Timestamp",
    "X-Directory-Nonce",
    "X-Directory-Signature",
)
FIELDS = ("name", "unit", "department", "title", "office_phone", "email", "room", "mobile")

_KEY = re.compile(r"[0-9a-f]{32}")


def _mac(key: bytes, *parts: str) -> str:
    return sm3.hmac(key, "\n".join(parts).encode()).hex()


def sign_request(
    key: bytes, *, method: str, target: str, client: str, timestamp: int, nonce: str, body: bytes
) -> str:
    """HMAC-SM3 over method, path with query, client, time, nonce and the SM3 digest of the body."""
    return _mac(key, method, target, client, str(timestamp), nonce, sm3.digest(body).hex())


def sign_answer(key: bytes, *, nonce: str, status: int, body: bytes) -> str:
    """The answer is bound to the question by its nonce."""
    return _mac(key, "ANSWER", nonce, str(status), sm3.digest(body).hex())


def is_same(one: str, other: str) -> bool:
    """Compare two signatures without telling by the time it takes."""
    return hmac.compare_digest(one.encode(), other.encode())


def is_key(text: str) -> bool:
    """32 hexadecimal digits: a person's key, and a nonce too."""
    return _KEY.fullmatch(text) is not None
