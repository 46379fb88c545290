"""/api/v1/messages: what connected applications tell people (统一消息, domain reference §6.3)."""

import datetime
from typing import Annotated, Any, Literal

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Field, P, PathEx, QueryEx, Schema

from yiwang.kernel.errors import invalid, not_found
from yiwang.kernel.extension.messages import Category
from yiwang.kernel.extension.open_calls import caller_of
from yiwang.platform.clients.rules import checked_moment
from yiwang.platform.messages.actions import open_messages
from yiwang.platform.messages.api import cards
from yiwang.platform.messages.api.cards import CardIn, draft_of
from yiwang.platform.messages.models import Message
from yiwang.platform.messages.queries import ladder
from yiwang.platform.messages.queries import open_messages as found_messages

# Behind those of cards, whose addresses are words where these have numbers.
router = cards.router

_LARGEST = 2**63 - 1
RowId = PathEx[int, P(ge=1, le=_LARGEST)]
Minutes = Annotated[int, Field(ge=1, le=1_440)]
_URGENCY = {"ordinary": 0, "urgent": 1, "very_urgent": 2}


class MessageIn(Schema):
    """A message. dedupe_id: the application's own word for it: sent once, however often it is asked for.

    With a card, title, summary and url may be left out: they are taken from it.
    """

    category: Literal["notice", "reminder", "urging", "system"] = "reminder"
    title: str = Field(default="", max_length=100, description="没有卡片时必填")
    summary: str = Field(default="", max_length=500)
    url: str = Field(default="", max_length=500)
    persons: list[int] = Field(default=[], max_length=1_000)
    units: list[int] = Field(default=[], max_length=100)
    tags: list[int] = Field(default=[], max_length=100)
    need_receipt: bool = False
    must_reach: bool = Field(
        default=False, description="必达：逐级升级提醒未确认的人员，须开通“必达通知”权限"
    )
    reach_minutes: list[Minutes] | None = Field(
        default=None,
        min_length=3,
        max_length=3,
        description="必达的升级间隔：多少分钟后发短信、再过多少分钟请人转达、再过多少分钟请值班室转达；"
        "限额见“必达的升级间隔”，不填为通常值",
    )
    urgency: Literal["ordinary", "urgent", "very_urgent"] = "ordinary"
    valid_until: datetime.datetime | None = None
    dedupe_id: str = Field(default="", max_length=40)
    card: CardIn | None = None


class ReachLimits(Schema):
    """Minutes of a ladder (必达): what may be chosen for each step, and what is usual for the three."""

    least: int
    most: int
    usual: list[int]


class MessageSent(Schema):
    """receivers: how many are told. invalid_…: numbers that do not exist or that it may not use.

    response_code: changes the card once, within 72 hours; "" without a card.
    """

    id: int
    receivers: int
    invalid_persons: list[str]
    invalid_units: list[str]
    invalid_tags: list[str]
    response_code: str


class RecallIn(Schema):
    """Within two minutes; a notice (通知公告) at any time."""

    reason: str = Field(min_length=1, max_length=200)


class UnitNumbers(Schema):
    """One department that the application sees."""

    unit_id: int
    name: str
    receivers: int
    read: int
    confirmed: int


class MessageResult(Schema):
    """How far a message has come; the numbers are of all, also of whom the application does not see."""

    id: int
    title: str
    state: str
    sent_at: datetime.datetime
    recalled_at: datetime.datetime | None
    receivers: int
    read: int
    confirmed: int
    units: list[UnitNumbers]


class ReceiptAnswer(Schema):
    """One receiver whom the application may see."""

    person_id: int
    read_at: datetime.datetime | None
    confirmed_at: datetime.datetime | None


class ReceiptPage(Schema):
    """Receivers in the order in which they were told."""

    items: list[ReceiptAnswer]
    has_more: bool
    next_cursor: str


@router.post(
    "",
    response={201: MessageSent},
    url_name="messages",
    summary="发送消息",
    description="接收人可为人员、机构（含下级）、标签。部分无效不影响其余；全部无效返回422。",
)
def send(request: HttpRequest, body: MessageIn) -> HttpResponse:
    words = body.dict()
    if words["valid_until"] is not None:
        words["valid_until"] = checked_moment("valid_until", words["valid_until"])
    words["category"] = Category(words["category"])
    words["urgency"] = _URGENCY[words["urgency"]]
    for kind in ("persons", "units", "tags"):
        words[kind] = [str(one) for one in words[kind]]
    words["card"] = draft_of(body.card) if body.card else None
    sent = open_messages.send(**words, actor=caller_of(request))
    return _json(
        {
            "id": sent.message.pk,
            "receivers": sent.message.receivers,
            "invalid_persons": sent.receivers.bad_persons,
            "invalid_units": sent.receivers.bad_units,
            "invalid_tags": sent.receivers.bad_tags,
            "response_code": sent.response_code,
        },
        201,
    )


@router.get(
    "/reach-limits",
    response=ReachLimits,
    url_name="reach_limits",
    summary="必达的升级间隔",
    description="可以选择的分钟数和通常的间隔，由系统管理员设置。",
)
def reach_limits(request: HttpRequest) -> HttpResponse:
    found = ladder.limits()
    return _json({"least": found.least, "most": found.most, "usual": list(found.usual)})


@router.get("/{message_id}", response=MessageResult, url_name="message", summary="查询消息的阅读和确认情况")
def result(request: HttpRequest, message_id: RowId) -> HttpResponse:
    message = _own(request, message_id)
    return _json(_result(message) | {"units": found_messages.by_unit(caller_of(request), message)})


@router.get(
    "/{message_id}/receipts", response=ReceiptPage, url_name="message_receipts", summary="接收人的阅读和确认"
)
def receipts(
    request: HttpRequest,
    message_id: RowId,
    cursor: QueryEx[str, P(max_length=20, description="上一页的 next_cursor")] = "",
    page_size: QueryEx[int, P(ge=1, le=500)] = 200,
) -> HttpResponse:
    if cursor and not (cursor.isascii() and cursor.isdigit() and int(cursor) <= _LARGEST):
        raise invalid("cursor", "cursor 应为上一页的 next_cursor")
    message = _own(request, message_id)
    rows = found_messages.receipts(caller_of(request), message, after=int(cursor or 0), limit=page_size + 1)
    page = rows[:page_size]
    return _json(
        {
            "items": [
                {"person_id": one.person_id, "read_at": one.read_at, "confirmed_at": one.confirmed_at}
                for one in page
            ],
            "has_more": len(rows) > page_size,
            "next_cursor": str(page[-1].pk) if len(rows) > page_size else "",
        }
    )


@router.post("/{message_id}/recall", response=MessageResult, url_name="message_recall", summary="撤回消息")
def recall(request: HttpRequest, message_id: RowId, body: RecallIn) -> HttpResponse:
    message = open_messages.recall(message_id, reason=body.reason, actor=caller_of(request))
    return _json(_result(message) | {"units": []})


def _own(request: HttpRequest, message_id: int) -> Message:
    found = found_messages.own(caller_of(request), message_id)
    if found is None:
        raise not_found()
    return found


def _result(message: Message) -> dict[str, Any]:
    numbers = found_messages.numbers(message)
    return {
        "id": message.pk,
        "title": message.title,
        "state": "recalled" if message.recalled_at else "sent",
        "sent_at": message.sent_at,
        "recalled_at": message.recalled_at,
        "receivers": numbers.receivers,
        "read": numbers.read,
        "confirmed": numbers.confirmed,
    }


def _json(content: object, status: int = 200) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(content), content_type="application/json", status=status)
