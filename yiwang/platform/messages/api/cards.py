"""/api/v1/messages: cards with buttons, votes and choices; changing them by number or by a code used once."""

import datetime
from typing import Any, Literal

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, P, PathEx, QueryEx, Router, Schema

from yiwang.kernel.errors import invalid, not_found
from yiwang.kernel.extension.open_calls import caller_of, client_auth
from yiwang.platform.messages.actions import open_messages
from yiwang.platform.messages.actions.open_messages import SCOPE, CardDraft, CardTargets, Changed
from yiwang.platform.messages.models import Card
from yiwang.platform.messages.models.card_content import LONGEST, LONGEST_LINK, MOST, Content
from yiwang.platform.messages.queries import cards as found_cards
from yiwang.platform.messages.queries import open_messages as found_messages

# The router of all messages: api.applications adds its routes behind these, whose addresses are words.
router = Router(tags=["统一消息"], auth=client_auth(SCOPE))

_LARGEST = 2**63 - 1
RowId = PathEx[int, P(ge=1, le=_LARGEST)]


def _text(name: str, about: str, *, is_required: bool = False) -> Any:
    longest = LONGEST[name]
    if is_required:
        return Field(min_length=1, max_length=longest, description=about)
    return Field(default="", max_length=longest, description=about)


def _link(about: str) -> Any:
    return Field(default="", max_length=LONGEST_LINK, description=about)


class SourceIn(Schema):
    """来源."""

    name: str = _text("source.name", "来源名称，如应用名称")
    icon: str = _link("来源图标地址")
    tone: Literal["grey", "black", "red", "green"] = "grey"


class EmphasisIn(Schema):
    """关键数据."""

    figure: str = _text("emphasis.figure", "数据或文字，如“3.42米”", is_required=True)
    note: str = _text("emphasis.note", "说明")


class RowIn(Schema):
    """一行名称和内容. person_id: leads to this person's card, for who may see him."""

    name: str = _text("rows[].name", "名称", is_required=True)
    value: str = _text("rows[].value", "内容")
    url: str = _link("点击内容打开的链接")
    person_id: int = Field(default=0, ge=0, le=_LARGEST, description="内容所指人员，点击打开名片")


class QuoteIn(Schema):
    """引用."""

    title: str = _text("quote.title", "引用标题")
    text: str = _text("quote.text", "引用内容")
    url: str = _link("点击打开的链接")


class LinkIn(Schema):
    """跳转."""

    title: str = _text("links[].title", "文字", is_required=True)
    url: str = Field(min_length=1, max_length=LONGEST_LINK)


class PictureIn(Schema):
    """图片. It is copied by the platform; PNG, JPEG, GIF or WebP, at most 2 MB."""

    url: str = Field(min_length=1, max_length=LONGEST_LINK)
    alt: str = Field(default="", max_length=60, description="图片内容的文字说明")


class FeatureIn(Schema):
    """左图右文."""

    title: str = _text("feature.title", "标题")
    text: str = _text("feature.text", "内容")
    picture: str = _link("图片地址")
    url: str = _link("点击打开的链接")


class SectionIn(Schema):
    """标题和一段文字."""

    title: str = _text("sections[].title", "标题", is_required=True)
    text: str = _text("sections[].text", "文字")


class OptionIn(Schema):
    """选项."""

    key: str = _text("questions[].options[].key", "选项编号", is_required=True)
    text: str = _text("questions[].options[].text", "选项文字", is_required=True)
    is_chosen: bool = False


class QuestionIn(Schema):
    """选择题. is_many: several options."""

    key: str = _text("questions[].key", "问题编号", is_required=True)
    title: str = _text("questions[].title", "问题")
    is_many: bool = False
    options: list[OptionIn] = Field(max_length=20)


class ButtonIn(Schema):
    """按钮. key: pressed and told to the application; or url: only leads there."""

    text: str = _text("buttons[].text", "按钮文字", is_required=True)
    key: str = _text("buttons[].key", "按钮编号，点击后随事件回传")
    url: str = _link("跳转按钮的链接")
    style: Literal["primary", "plain", "danger", "quiet"] = "plain"


class MenuIn(Schema):
    """右上角菜单项."""

    text: str = _text("menu[].text", "文字", is_required=True)
    key: str = _text("menu[].key", "编号", is_required=True)


class CardIn(Schema):
    """卡片. layout: notice 文本通知, picture 图文展示, buttons 按钮交互, vote 投票选择, choices 多项选择.

    task_id: the application's own number of the card, once only; needed with buttons or a menu.
    """

    layout: Literal["notice", "picture", "buttons", "vote", "choices"]
    task_id: str = Field(default="", max_length=128, pattern=r"^[0-9A-Za-z_@-]*$")
    title: str = _text("title", "一级标题，最多128字节")
    text: str = _text("text", "标题说明，最多512字节")
    note: str = _text("note", "正文")
    url: str = _link("整张卡片的链接")
    source: SourceIn | None = None
    emphasis: EmphasisIn | None = None
    quote: QuoteIn | None = None
    rows: list[RowIn] = Field(default=[], max_length=MOST["rows"])
    links: list[LinkIn] = Field(default=[], max_length=MOST["links"])
    picture: PictureIn | None = None
    feature: FeatureIn | None = None
    sections: list[SectionIn] = Field(default=[], max_length=MOST["sections"])
    questions: list[QuestionIn] = Field(default=[], max_length=MOST["questions"])
    buttons: list[ButtonIn] = Field(default=[], max_length=MOST["buttons"])
    menu: list[MenuIn] = Field(default=[], max_length=MOST["menu"])


class CardChangeIn(Schema):
    """card: in the place of the old one; button_label: in the place of its buttons. One of them, or both.

    Nobody named: everybody's card.
    """

    card: CardIn | None = None
    button_label: str = Field(default="", max_length=20, description="替换按钮的文字，如“已同意”")
    persons: list[int] = Field(default=[], max_length=1_000)
    units: list[int] = Field(default=[], max_length=100)
    tags: list[int] = Field(default=[], max_length=100)
    everyone: bool = False


class CardChangeOnceIn(CardChangeIn):
    """response_code: of sending, or of an event; used once. Nobody named: the person who pressed."""

    response_code: str = Field(min_length=1, max_length=100)


class CardChanged(Schema):
    """receivers: how many see the changed card."""

    message_id: int
    receivers: int
    invalid_persons: list[str]
    invalid_units: list[str]
    invalid_tags: list[str]


class PressNumber(Schema):
    """How often a button or an entry of the menu was pressed."""

    event_key: str
    label: str
    is_menu: bool
    number: int


class OptionNumber(Schema):
    """How often an option was chosen."""

    question_key: str
    option_id: str
    number: int


class CardResult(Schema):
    """What people answered; the numbers are of all, also of whom the application does not see."""

    message_id: int
    task_id: str
    receivers: int
    presses: list[PressNumber]
    options: list[OptionNumber]


class DayResult(Schema):
    """What the application sent on a day, and what became of it until now."""

    day: datetime.date
    messages: int
    receivers: int
    read: int
    confirmed: int
    answered: int


def draft_of(card: CardIn) -> CardDraft:
    """As the actions take it."""
    words = card.dict()
    task_id = words.pop("task_id")
    return CardDraft(msgspec.convert(words, Content), task_id)


@router.get(
    "/statistics", response=DayResult, url_name="message_statistics", summary="查询一日的消息发送统计"
)
def statistics(
    request: HttpRequest, day: QueryEx[datetime.date | None, P(description="日期，默认今天")] = None
) -> HttpResponse:
    asked = day or timezone.localdate()
    if not datetime.date(2000, 1, 1) <= asked <= datetime.date(2999, 12, 31):
        raise invalid("day", "日期超出范围")
    begin = timezone.make_aware(datetime.datetime.combine(asked, datetime.time.min))
    numbers = found_messages.day_numbers(caller_of(request), begin, begin + datetime.timedelta(days=1))
    return _json({"day": asked, **numbers})


@router.post(
    "/card-changes",
    response=CardChanged,
    url_name="card_change_once",
    summary="凭 response_code 更新卡片",
    description="response_code 由发送消息或卡片事件给出，72小时内可用一次。未指明人员时更新点击者的卡片。",
)
def change_once(request: HttpRequest, body: CardChangeOnceIn) -> HttpResponse:
    done = open_messages.change_card_once(body.response_code, **_wanted(body), actor=caller_of(request))
    return _changed(done)


@router.post(
    "/{message_id}/card",
    response=CardChanged,
    url_name="message_card",
    summary="更新卡片",
    description="可多次更新；未指明人员时更新全部接收人的卡片。",
)
def change(request: HttpRequest, message_id: RowId, body: CardChangeIn) -> HttpResponse:
    return _changed(open_messages.change_card(message_id, **_wanted(body), actor=caller_of(request)))


@router.get("/{message_id}/card", response=CardResult, url_name="message_card", summary="查询卡片的回应情况")
def result(request: HttpRequest, message_id: RowId) -> HttpResponse:
    card = _card(request, message_id)
    return _json(
        {
            "message_id": message_id,
            "task_id": card.task_id,
            "receivers": card.message.receivers,
            **found_cards.tally(card),
        }
    )


def _card(request: HttpRequest, message_id: int) -> Card:
    found = found_messages.card_of(caller_of(request), message_id)
    if found is None:
        raise not_found()
    return found


def _wanted(body: CardChangeIn) -> dict[str, Any]:
    return {
        "content": draft_of(body.card).content if body.card else None,
        "label": body.button_label,
        "targets": CardTargets(
            persons=[str(one) for one in body.persons],
            units=[str(one) for one in body.units],
            tags=[str(one) for one in body.tags],
            is_everyone=body.everyone,
        ),
    }


def _changed(done: Changed) -> HttpResponse:
    return _json(
        {
            "message_id": done.message_id,
            "receivers": done.number,
            "invalid_persons": done.receivers.bad_persons,
            "invalid_units": done.receivers.bad_units,
            "invalid_tags": done.receivers.bad_tags,
        }
    )


def _json(content: object) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(content), content_type="application/json")
