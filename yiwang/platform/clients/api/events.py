"""GET /api/v1/events: what happened, for applications that cannot be called back (long polling)."""

import datetime
import threading
import time
from typing import Any

import msgspec
from django.db import connection
from django.http import HttpRequest, HttpResponse
from ninja import P, QueryEx, Router, Schema

from yiwang.kernel.errors import invalid
from yiwang.kernel.extension.open_calls import caller_of, client_auth
from yiwang.platform.clients.actions import events
from yiwang.platform.clients.models import OpenEvent

router = Router(tags=["事件"], auth=client_auth(""))

MOST_WAITING = 2  # of a process's threads: the others go on serving pages
_LOOK_SECONDS = 1.0
_LARGEST = 2**63 - 1
_places = threading.BoundedSemaphore(MOST_WAITING)


class EventAnswer(Schema):
    """One event. type: such as todos.read; data: numbers and words of the application's own."""

    id: int
    cursor: str
    type: str
    created_at: datetime.datetime
    data: dict[str, Any]


class EventPage(Schema):
    """next_cursor: where to go on; it is the one given when nothing happened."""

    items: list[EventAnswer]
    has_more: bool
    next_cursor: str


@router.get(
    "",
    response=EventPage,
    url_name="events",
    summary="接收事件（长轮询）",
    description="带上 next_cursor 继续；wait 秒内有新事件即返回。"
    "等待名额已满时立即返回空列表和 Retry-After。事件保留30天。",
)
def list_events(
    request: HttpRequest,
    cursor: QueryEx[str, P(max_length=20, description="上一页的 next_cursor；留空从头开始")] = "",
    wait: QueryEx[int, P(ge=0, le=25, description="最多等待的秒数")] = 0,
    page_size: QueryEx[int, P(ge=1, le=500)] = 100,
) -> HttpResponse:
    client_pk, after = caller_of(request).client_pk, _number(cursor)
    rows = _read(client_pk, after, page_size + 1)
    retry = None
    if not rows and wait:
        if _places.acquire(blocking=False):
            try:
                rows = _wait(client_pk, after, page_size + 1, wait)
            finally:
                _places.release()
        else:
            retry = "5"
    page = rows[:page_size]
    content = {
        "items": [_event(one) for one in page],
        "has_more": len(rows) > page_size,
        "next_cursor": str(page[-1].seq) if page else cursor or "0",
    }
    response = HttpResponse(msgspec.json.encode(content), content_type="application/json")
    if retry is not None:
        response.headers["Retry-After"] = retry
    return response


def _wait(client_pk: int, after: int, limit: int, seconds: int) -> list[OpenEvent]:
    """Look once a second; between the looks no connection is held."""
    until = time.monotonic() + seconds
    rows: list[OpenEvent] = []
    while not rows and time.monotonic() < until:
        if not connection.in_atomic_block:
            connection.close()
        time.sleep(_LOOK_SECONDS)
        rows = _read(client_pk, after, limit)
    return rows


def _read(client_pk: int, after: int, limit: int) -> list[OpenEvent]:
    if OpenEvent.objects.filter(client_id=client_pk, seq=None).exists():
        events.place_events(client_pk)
    return list(OpenEvent.objects.filter(client_id=client_pk, seq__gt=after).order_by("seq")[:limit])


def _event(one: OpenEvent) -> dict[str, Any]:
    return {
        "id": one.pk,
        "cursor": str(one.seq),
        "type": one.kind,
        "created_at": one.at,
        "data": one.data,
    }


def _number(cursor: str) -> int:
    if not cursor:
        return 0
    if not (cursor.isascii() and cursor.isdigit()) or int(cursor) > _LARGEST:
        raise invalid("cursor", "cursor 应为上一页的 next_cursor")
    return int(cursor)
