"""The one byte form of a log row, in Python for writing and in SQL for verifying: the two must never differ.

Fields stand in a fixed order with RECORD_SEPARATOR between them. No field contains a control character
(`clean` sees to it), so two different rows can never have the same form.
"""

import re
from datetime import UTC, datetime, timedelta

RECORD_SEPARATOR = "\x1e"
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")

# Of table alias e. All text columns are NOT NULL, so concat_ws leaves nothing out.
SQL = r"""convert_to(concat_ws(E'\x1e',
    e.id, (extract(epoch FROM e.at) * 1000000)::bigint, e.verb, coalesce(e.actor_account_id::text, ''),
    e.actor_name, e.actor_unit, e.target_type, e.target_id, e.target_title, e.changes, e.reason,
    e.request_id, e.address), 'UTF8')"""


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970, exact."""
    return (moment - _EPOCH) // _MICROSECOND


def clean(text: str) -> str:
    """One line of text the database can hold: control characters become a blank, broken surrogates a �."""
    return _LONE_SURROGATE.sub("\ufffd", _CONTROL.sub(" ", text))


def encode(entry_id: int, at: datetime, verb: str, actor_account_id: int | None, *texts: str) -> bytes:
    """Byte form. texts: actor name, unit; target type, id, title; changes, reason, request id, address."""
    account = "" if actor_account_id is None else str(actor_account_id)
    return RECORD_SEPARATOR.join((str(entry_id), str(microseconds(at)), verb, account, *texts)).encode()
