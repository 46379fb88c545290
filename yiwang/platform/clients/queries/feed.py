"""The feed of events: what an application has not read, for one call or for all that wait at once."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.db import connection
from django.utils import timezone

from yiwang.kernel.extension.realtime import Found, Hold
from yiwang.platform.clients import rules
from yiwang.platform.clients.models import AccessToken, Client
from yiwang.platform.clients.queries import callers

# One statement for all: each of them gets one more than it wants, to know whether there is more.
_READ = """
    SELECT ask.place, found.id, found.seq, found.kind, found.at, found.data
    FROM unnest(%s::int[], %s::bigint[], %s::bigint[], %s::int[]) AS ask(place, client_id, after, most)
    CROSS JOIN LATERAL (
        SELECT id, seq, kind, at, data FROM clients_openevent own
        WHERE own.client_id = ask.client_id AND own.seq > ask.after ORDER BY own.seq LIMIT ask.most + 1
    ) AS found ORDER BY ask.place, found.seq"""


def after(client_pk: int, place: int, limit: int) -> list[dict[str, Any]]:
    """Events behind a place, the oldest first; one more than the limit when there is more."""
    return _found([(client_pk, place, limit)])[0]


def _found(asked: Sequence[tuple[int, int, int]]) -> list[list[dict[str, Any]]]:
    columns = [list(column) for column in zip(*asked, strict=True)]
    found: list[list[dict[str, Any]]] = [[] for _ in asked]
    with connection.cursor() as cursor:
        cursor.execute(_READ, [list(range(len(asked))), *columns])
        for place, number, seq, kind, at, data in cursor.fetchall():
            content = msgspec.json.decode(data) if isinstance(data, str) else data
            found[place].append(event(number, seq, kind, at, content))
    return found


def event(number: int, seq: int, kind: str, at: datetime.datetime, data: Mapping[str, Any]) -> dict[str, Any]:
    """As applications read it."""
    return {"id": number, "cursor": str(seq), "type": kind, "created_at": at, "data": data}


def page(rows: Sequence[Mapping[str, Any]], limit: int, cursor: str) -> bytes:
    """The body of a poll's answer. cursor: where it stood."""
    shown = rows[:limit]
    return msgspec.json.encode(
        {
            "items": shown,
            "has_more": len(rows) > limit,
            "next_cursor": shown[-1]["cursor"] if shown else cursor,
        }
    )


def lines(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The same for a stream of server-sent events: the id is the place to go on from."""
    return b"".join(
        f"id: {one['cursor']}\nevent: {one['type']}\ndata: ".encode() + msgspec.json.encode(one) + b"\n\n"
        for one in rows
    )


def for_holds(holds: Sequence[Hold]) -> list[Found | None]:
    """What there is for each that waits."""
    answers: list[Found | None] = []
    for hold, rows in zip(holds, _found([(one.subject, one.after, one.limit) for one in holds]), strict=True):
        if not rows:
            answers.append(None)
            continue
        shown = rows[: hold.limit]
        body = page(rows, hold.limit, "") if hold.seconds else lines(shown)
        answers.append(Found(body, int(shown[-1]["cursor"]), len(rows) > hold.limit))
    return answers


def living(holds: Sequence[Hold]) -> list[bool]:
    """Which of them would be let in again: their token, their application and their address are good.

    Read afresh, in one statement.
    """
    digests = {one.token: callers.digest(one.token) for one in holds}
    tokens = AccessToken.objects.filter(
        digest__in=list(digests.values()),
        ended_at=None,
        expires_at__gt=timezone.now(),
        client__state__in=Client.LIVING,
    )
    good = {
        bytes(own): addresses for own, addresses in tokens.values_list("digest", "client__allowed_addresses")
    }
    return [
        digests[one.token] in good and rules.is_from(one.address, good[digests[one.token]]) for one in holds
    ]
