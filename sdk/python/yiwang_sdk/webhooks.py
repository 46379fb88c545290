"""Callbacks: verify first, then handle; the same event may come twice (its id says so)."""

import hmac
import json
import time
from collections.abc import Mapping
from typing import Any, Optional

from yiwang_sdk.errors import SignatureError

_ALGORITHMS = ("sm3", "sha256")


def verify(
    secret: str, headers: Mapping[str, str], body: bytes, *, max_age: float = 300, now: Optional[float] = None
) -> dict[str, Any]:
    """The event in a callback, when the signature is right and it is at most `max_age` seconds old."""
    given = {name.lower(): value for name, value in headers.items()}
    algorithm, _, signature = given.get("x-yiwang-signature", "").partition("=")
    timestamp = given.get("x-yiwang-timestamp", "")
    if algorithm not in _ALGORITHMS or not timestamp.isdigit():
        raise SignatureError("缺少签名")
    if abs((time.time() if now is None else now) - int(timestamp)) > max_age:
        raise SignatureError("回调已过期")
    text = timestamp.encode() + b"." + body
    expected = hmac.new(secret.encode(), text, algorithm).hexdigest()
    if not hmac.compare_digest(expected, signature):
        raise SignatureError("签名不正确")
    event: dict[str, Any] = json.loads(body)
    return event
