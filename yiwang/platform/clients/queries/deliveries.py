"""How far events have come on their way to applications, for those who show people that they were told."""

from collections.abc import Iterable
from enum import StrEnum

from django.db import connection


class Way(StrEnum):
    """failing: tried in vain, to be tried again; dead: given up; fetched: the application asks by itself."""

    WAITING = "waiting"
    FAILING = "failing"
    DELIVERED = "delivered"
    DEAD = "dead"
    FETCHED = "fetched"


_STATES = """
    SELECT event.id,
        CASE WHEN count(own.id) = 0 THEN 'fetched'
            WHEN bool_or(own.state = 'delivered') THEN 'delivered'
            WHEN bool_and(own.state = 'dead') THEN 'dead'
            WHEN bool_or(own.state = 'waiting' AND own.sent_at IS NOT NULL) THEN 'failing'
            ELSE 'waiting' END
    FROM clients_openevent event LEFT JOIN clients_delivery own ON own.event_id = event.id
    WHERE event.id = ANY(%s) GROUP BY event.id"""


def states(event_ids: Iterable[int]) -> dict[int, str]:
    """Event's number → a Way; what is forgotten is left out."""
    ids = list(event_ids)
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_STATES, [ids])
        return dict(cursor.fetchall())
