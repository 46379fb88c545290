"""Reading verification codes: only ever by keyed digests."""

import datetime

from django.db.models import QuerySet

from yiwang.kernel.crypto.keys import provider
from yiwang.platform.messages.models import Code


def mobile_digest(mobile: str) -> bytes:
    """A number as the table of codes knows it."""
    return provider().mac("messages.code.mobile", mobile.encode())


def code_digest(mobile: bytes, purpose: str, salt: bytes, code: str) -> bytes:
    """A code as the table knows it: bound to number, purpose and its own salt."""
    return provider().mac("messages.code", b"\0".join((mobile, purpose.encode(), salt, code.encode())))


def sent_times(mobile: bytes, *, since: datetime.datetime) -> list[datetime.datetime]:
    """When codes went to this number, the last first."""
    sent = Code.objects.filter(mobile_digest=mobile, sent_at__gt=since)
    return list(sent.order_by("-sent_at").values_list("sent_at", flat=True))


def living(mobile: bytes, purpose: str, *, now: datetime.datetime) -> "QuerySet[Code]":
    """Codes of that number and purpose that could still be used."""
    return Code.objects.filter(mobile_digest=mobile, purpose=purpose, used_at=None, expires_at__gt=now)
