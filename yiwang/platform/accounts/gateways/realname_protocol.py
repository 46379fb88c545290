"""The real-name interface as bytes: what is signed and how (docs/reference/realname-interface.md).

Client and simulator share it. It needs no settings and no database.
"""

import hmac
import re

from yiwang.kernel.crypto import sm3

PATH = "/verify"
SKEW_SECONDS = 300
LARGEST_BODY = 16 * 1024
CLIENT, TIMESTAMP, NONCE, SIGNATURE = (
    "X-Realname-Client",
    "X-Realname-Timestamp",
    "X-Realname-Nonce",
    "X-Realname-Signature",
)
RESULTS = ("passed", "name_mismatch", "mobile_mismatch", "not_in_register", "service_error")
# Whether the person must stand in the register of civil servants: vendors' staff do not.
CIVIL_SERVANTS, NO_REGISTER = "civil_servants", "none"

_NONCE = re.compile(r"[0-9a-f]{32}")


def _mac(key: bytes, *parts: str) -> str:
    return sm3.hmac(key, "\n".join(parts).encode()).hex()


def sign_request(key: bytes, *, client: str, timestamp: int, nonce: str, body: bytes) -> str:
    """HMAC-SM3, hexadecimal, over method, path, client, time, nonce and the SM3 digest of the body."""
    return _mac(key, "POST", PATH, client, str(timestamp), nonce, sm3.digest(body).hex())


def sign_answer(key: bytes, *, nonce: str, body: bytes) -> str:
    """The answer is bound to the question by its nonce."""
    return _mac(key, "ANSWER", nonce, sm3.digest(body).hex())


def is_same(one: str, other: str) -> bool:
    """Compare two signatures without telling by the time it takes."""
    return hmac.compare_digest(one.encode(), other.encode())


def is_nonce(text: str) -> bool:
    """32 hexadecimal digits."""
    return _NONCE.fullmatch(text) is not None
