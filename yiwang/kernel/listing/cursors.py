"""Where a page begins: the sort keys of the row before it, signed so that nobody makes up his own."""

import datetime
import decimal
import uuid
from dataclasses import dataclass
from typing import Any, Literal

from django.core import signing

from yiwang.kernel.errors import Refused

_SALT = "yiwang.kernel.listing.cursors"
_LONGEST = 2_000
_PLAIN = (bool, int, float, str, type(None))


@dataclass(frozen=True, slots=True)
class Cursor:
    """direction: the page after or before the row with these sort keys."""

    direction: Literal["next", "previous"]
    place: tuple[object, ...]


def write(listing: str, sort: str, cursor: Cursor) -> str:
    """The cursor as text for an address. It holds good for this listing in this order only."""
    body = [listing, sort, cursor.direction[0], [_pack(value) for value in cursor.place]]
    return signing.dumps(body, salt=_SALT, compress=True)


def read(listing: str, sort: str, keys: int, text: str) -> Cursor:
    """The cursor of an address; refused when it was tampered with or belongs to another list or order."""
    if len(text) > _LONGEST:
        raise _bad()
    try:
        body = signing.loads(text, salt=_SALT)
        of_listing, of_sort, direction, packed = body
        place = tuple(_unpack(value) for value in packed)
    except (signing.BadSignature, ValueError, TypeError, KeyError, decimal.InvalidOperation):
        raise _bad() from None
    if (of_listing, of_sort) != (listing, sort) or len(place) != keys:
        raise _bad()
    return Cursor("next" if direction == "n" else "previous", place)


def _bad() -> Refused:
    return Refused("翻页位置已失效，请回到第一页重新查看", status=422, code="E-LIST-01")


def _pack(value: object) -> Any:
    """JSON knows no dates, decimals and UUIDs: they become pairs."""
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, datetime.datetime):
        return ["t", value.isoformat()]
    if isinstance(value, datetime.date):
        return ["d", value.isoformat()]
    if isinstance(value, datetime.time):
        return ["h", value.isoformat()]
    if isinstance(value, decimal.Decimal):
        return ["n", str(value)]
    if isinstance(value, uuid.UUID):
        return ["u", value.hex]
    raise TypeError(f"A list cannot be sorted by {type(value).__name__}")


def _unpack(value: Any) -> object:
    if not isinstance(value, list):
        return value
    kind, text = value
    return _READERS[kind](text)


_READERS: dict[str, Any] = {
    "t": datetime.datetime.fromisoformat,
    "d": datetime.date.fromisoformat,
    "h": datetime.time.fromisoformat,
    "n": decimal.Decimal,
    "u": uuid.UUID,
}
