"""Reading messages: what a person was told, unread first if he wishes. Each list and its number agree."""

from collections.abc import Mapping

from yiwang.kernel.database import planned
from yiwang.kernel.listing.sources import SqlSource
from yiwang.platform.accounts.queries.principals import Principal

# The conditions of the partial indexes, word for word.
_UNREAD = "own.read_at IS NULL AND NOT own.is_recalled"
_UNCONFIRMED = "own.need_receipt AND own.confirmed_at IS NULL AND NOT own.is_recalled"
_WHICH = {"unread": _UNREAD, "unconfirmed": _UNCONFIRMED, "all": "TRUE"}

_NUMBER = "SELECT count(*) FROM messages_receipt own WHERE own.person_id = %(person)s AND "
UNREAD_NUMBER = _NUMBER + _UNREAD
UNCONFIRMED_NUMBER = _NUMBER + _UNCONFIRMED

_COLUMNS = """own.id, own.sent_at, own.read_at, own.need_receipt, own.confirmed_at, own.is_recalled,
    message.kind, message.category, message.title, message.summary, message.urgency, message.sender_name,
    message.sender_unit,
    EXISTS (SELECT FROM messages_card card WHERE card.message_id = message.id) AS has_card"""
_TABLES = "messages_receipt own JOIN messages_message message ON message.id = own.message_id"


def inbox(viewer: Principal, which: str) -> SqlSource:
    """His own messages: unread, unconfirmed or all (Receipt.visible_to as a statement)."""
    return SqlSource(
        columns=_COLUMNS,
        tables=_TABLES,
        fields={
            "id": "own.id",
            "sent_at": "own.sent_at",
            "title": "message.title",
            "summary": "message.summary",
            "category": "message.category",
        },
        where=f"own.person_id = %s AND {_WHICH[which]}",
        parameters=(viewer.person_id,),
        never_null=frozenset({"id", "sent_at"}),
    )


def widget(viewer: Principal) -> Mapping[str, object]:
    """未读消息 on the home page."""
    sql = (
        f"SELECT {_COLUMNS} FROM {_TABLES} WHERE own.person_id = %(person)s AND {_UNREAD}"
        " ORDER BY own.sent_at DESC, own.id DESC LIMIT 5"
    )
    return {"rows": planned(sql, {"person": viewer.person_id})}
