"""GET /api/v1/events: what happened, for applications that cannot be called back: polled or as a stream.

A web process answers what there is. Who wants to wait is held by the process for open connections (ADR 16),
which asks these same views.
"""

import datetime
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import P, QueryEx, Router, Schema

from yiwang.kernel.addresses import client_address
from yiwang.kernel.errors import Refused, invalid
from yiwang.kernel.extension.open_calls import caller_of, client_auth
from yiwang.kernel.extension.realtime import Found, Hold, can_hold, hold
from yiwang.kernel.realtime.address import waiting_at
from yiwang.platform.clients.actions import events
from yiwang.platform.clients.queries import feed

router = Router(tags=["事件"], auth=client_auth(""))

LONGEST_WAIT = 55  # seconds; proxies close what is silent for a minute
_LARGEST = 2**63 - 1
_IN_ONE = 100  # events, before a stream looks whether they are taken


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
    "返回307时请以同一令牌改用 Location 所指地址；带 Retry-After 时请等待后再来。事件保留30天。",
)
def list_events(
    request: HttpRequest,
    cursor: QueryEx[str, P(max_length=20, description="上一页的 next_cursor；留空从头开始")] = "",
    wait: QueryEx[int, P(ge=0, le=LONGEST_WAIT, description="最多等待的秒数")] = 0,
    page_size: QueryEx[int, P(ge=1, le=500)] = 100,
) -> HttpResponse:
    client_pk, place = caller_of(request).client_pk, _number(cursor)
    events.place_events([client_pk])
    rows = feed.after(client_pk, place, page_size)
    response = HttpResponse(
        feed.page(rows, page_size, cursor or "0"), content_type="application/json; charset=utf-8"
    )
    if rows or not wait:
        return response
    if can_hold(request):
        return hold(request, _hold(request, place, page_size, wait), response)
    elsewhere = waiting_at(request)
    if elsewhere:
        return _to(elsewhere)
    response.headers["Retry-After"] = "5"
    return response


@router.get(
    "/stream",
    url_name="event_stream",
    summary="接收事件（事件流）",
    description="Server-Sent Events：每个事件一条，id 为位置，断开后以 Last-Event-ID 继续。"
    "令牌失效时断开。返回307时请以同一令牌改用 Location 所指地址。",
)
def stream(
    request: HttpRequest,
    cursor: QueryEx[str, P(max_length=20, description="从该位置以后开始；Last-Event-ID 优先")] = "",
) -> HttpResponse:
    place = _number(request.headers.get("Last-Event-ID", "") or cursor)
    if can_hold(request):
        response = HttpResponse(content_type="text/event-stream; charset=utf-8")
        response.headers["X-Accel-Buffering"] = "no"
        return hold(request, _hold(request, place, _IN_ONE, 0), response)
    elsewhere = waiting_at(request)
    if not elsewhere:
        raise Refused("平台没有启用事件流，请使用长轮询", status=409)
    return _to(elsewhere)


def read_for(holds: Sequence[Hold]) -> list[Found | None]:
    """What there is for each that waits."""
    events.place_events({one.subject for one in holds})
    return feed.for_holds(holds)


def _hold(request: HttpRequest, place: int, limit: int, seconds: int) -> Hold:
    token = request.headers["Authorization"].partition(" ")[2].strip()
    return Hold(caller_of(request).client_pk, token, client_address(request), place, limit, seconds)


def _to(elsewhere: str) -> HttpResponse:
    return HttpResponse(status=307, headers={"Location": elsewhere})


def _number(cursor: str) -> int:
    if not cursor:
        return 0
    if not (cursor.isascii() and cursor.isdigit()) or int(cursor) > _LARGEST:
        raise invalid("cursor", "cursor 应为上一页的 next_cursor")
    return int(cursor)
