"""message/… of the face shaped like WeCom's, over the same actions: send, change a card, recall, count.

text and textcard become a title, a summary and a link, markdown keeps its marks; news and template_card
become cards. Pictures, voices and files alone are not sent.
"""

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from django.utils import timezone

from yiwang.kernel.crypto import sm3
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.messages import Category
from yiwang.kernel.extension.open_calls import Caller, WecomCall, WecomError
from yiwang.platform.clients import rules as clients
from yiwang.platform.clients.vocabulary import ERRCODES
from yiwang.platform.messages.actions import open_messages
from yiwang.platform.messages.actions.open_messages import SCOPE, CardDraft, CardTargets
from yiwang.platform.messages.api import wecom_cards
from yiwang.platform.messages.models import card_content, rich_text
from yiwang.platform.messages.models.rich_text import Block
from yiwang.platform.messages.queries import open_messages as found_messages
from yiwang.platform.messages.queries.open_messages import Receivers

Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """What a message says."""

    title: str
    summary: str = ""
    url: str = ""
    card: CardDraft | None = None
    rich_text: tuple[Block, ...] = ()


LONGEST_TEXT = 500
_TITLE_BYTES, _ABOUT_BYTES, _LONGEST_BUTTON = 128, 512, 4  # of a textcard, as WeCom measures it
_MOST_ARTICLES = 4
MOST = {"touser": 1_000, "toparty": 100, "totag": 100}
_LONGEST_INTERVAL = 4 * 3600
_ANCHOR = re.compile(r"""<a\s[^>]{0,20}href=["']([^"'>]{1,500})["'][^>]{0,80}>([^<]*)</a>""", re.IGNORECASE)
_MARKS = re.compile(r"<[^>]{0,80}>|[*_`#>~]+")


def _refuse(errcode: int, why: str = "") -> WecomError:
    return WecomError(errcode, f"{ERRCODES[errcode]}：{why}" if why else ERRCODES[errcode])


def send(caller: Caller, query: Mapping[str, str], body: Mapping[str, Any]) -> Answer:
    """message/send."""
    if str(body.get("agentid", caller.agent_id)) != str(caller.agent_id):
        raise _refuse(40056)
    make = _KINDS.get(str(body.get("msgtype", "")))
    if make is None:
        raise _refuse(40058, f"msgtype 应为 {'、'.join(_KINDS)}")
    words = make(caller, body)
    if not words.title and words.card is None:
        raise _refuse(44004)
    dedupe_id, earlier = _duplicate(caller, body)
    if earlier is not None:
        return _with_code(
            _answer(earlier, Receivers()), words, open_messages.another_code(earlier, actor=caller)
        )
    persons, units, tags = (_ids(body, field) for field in MOST)
    if persons == ["@all"]:
        persons, units = [], [str(one.pk) for one in found_messages.roots(caller)]
    try:
        sent = open_messages.send(
            category=Category.REMINDER,
            title=words.title,
            summary=words.summary,
            url=words.url,
            persons=persons,
            units=units,
            tags=tags,
            dedupe_id=dedupe_id,
            card=words.card,
            rich_text=words.rich_text,
            actor=caller,
        )
    except Refused as refusal:
        raise _in_their_words(refusal, words.card) from refusal
    return _with_code(_answer(sent.message.pk, sent.receivers), words, sent.response_code)


def _with_code(answer: Answer, words: Words, code: str) -> Answer:
    return {**answer, "response_code": code} if words.card else answer


def _in_their_words(refusal: Refused, card: CardDraft | None) -> Refused | WecomError:
    if card is not None and wecom_cards.is_about_card(refusal):
        return wecom_cards.told(refusal, card)
    return refusal


def _answer(msgid: int, receivers: Receivers) -> Answer:
    return {
        "invaliduser": "|".join(receivers.bad_persons),
        "invalidparty": "|".join(receivers.bad_units),
        "invalidtag": "|".join(receivers.bad_tags),
        "msgid": str(msgid),
    }


def _ids(body: Mapping[str, Any], field: str) -> list[str]:
    found = [one.strip() for one in str(body.get(field) or "").split("|") if one.strip()]
    if len(found) > MOST[field]:
        raise _refuse(40058, f"{field} 最多{MOST[field]}个")
    return found


def _duplicate(caller: Caller, body: Mapping[str, Any]) -> tuple[str, int | None]:
    """enable_duplicate_check: the same body within the interval (1,800 s, at most 4 hours) is sent once."""
    if str(body.get("enable_duplicate_check", 0)) != "1":
        return "", None
    asked = str(body.get("duplicate_check_interval", 1800))
    if not asked.isdigit() or not 1 <= int(asked[:6]) <= _LONGEST_INTERVAL:
        raise _refuse(40058, "duplicate_check_interval 应为1至14400")
    interval, now = int(asked), timezone.now()
    digest = sm3.digest(msgspec.json.encode(body, order="sorted")).hex()[:20]
    turn = int(now.timestamp()) // interval
    since = now - datetime.timedelta(seconds=interval)
    earlier = found_messages.by_dedupe(caller, [f"{digest}.{turn}", f"{digest}.{turn - 1}"], since=since)
    return f"{digest}.{turn}", earlier.pk if earlier is not None else None


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    if not isinstance(part, Mapping):
        raise _refuse(40058, f"缺少 {name}")
    return part


def _words(text: str, url: str = "") -> Words:
    """A text as title and summary: short ones are the title alone."""
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        raise _refuse(45002, f"最多{LONGEST_TEXT}个字")
    first = text.partition("\n")[0].strip()
    if text == first and len(text) <= 40:
        return Words(text, "", url)
    return Words(first if len(first) <= 40 else f"{first[:39]}…", text, url)


def _first_own(caller: Caller, addresses: list[str]) -> str:
    """The first link that leads to the application itself; links elsewhere stay words."""
    own = (
        one
        for one in addresses
        if not clients.link_problem(caller.domains, one, is_sandbox=caller.is_sandbox)
    )
    return next(own, "")


def _text(caller: Caller, body: Mapping[str, Any]) -> Words:
    content = str(_part(body, "text").get("content", ""))
    return _words(
        _ANCHOR.sub(r"\2", content), _first_own(caller, [one[1] for one in _ANCHOR.finditer(content)])
    )


def _markdown(caller: Caller, body: Mapping[str, Any]) -> Words:
    """Its marks are kept as parts; lists, pushes and texts say the same in words."""
    content = str(_part(body, "markdown").get("content", ""))
    if len(content.encode()) > rich_text.MOST_BYTES:
        raise _refuse(45002, f"markdown.content 不能超过{rich_text.MOST_BYTES}字节")
    blocks = rich_text.read(content, lambda address: bool(_first_own(caller, [address])))
    words = _words(rich_text.plain(blocks)[:LONGEST_TEXT], next(iter(rich_text.links(blocks)), ""))
    return replace(words, rich_text=tuple(blocks))


def _textcard(caller: Caller, body: Mapping[str, Any]) -> Words:
    card = _part(body, "textcard")
    title, about = str(card.get("title", "")).strip(), str(card.get("description", ""))
    about = _MARKS.sub("", about).strip()
    for name, text, most in (("title", title, _TITLE_BYTES), ("description", about, _ABOUT_BYTES)):
        if len(text.encode()) > most:
            raise _refuse(45002, f"textcard.{name} 不能超过{most}字节")
    if len(str(card.get("btntxt", ""))) > _LONGEST_BUTTON:
        raise _refuse(45002, f"textcard.btntxt 不能超过{_LONGEST_BUTTON}个字")
    return Words(title, about, str(card.get("url", "")))


def _news(caller: Caller, body: Mapping[str, Any]) -> Words:
    """The first article with its picture; further ones are ways on."""
    articles = wecom_cards.Part(_part(body, "news"), "news").parts("articles")
    if not 1 <= len(articles) <= _MOST_ARTICLES:
        raise _refuse(40058, f"news.articles 应有1至{_MOST_ARTICLES}篇")
    first, *others = articles
    picture = first.text("picurl")
    content = card_content.Content(
        layout=card_content.Layout.PICTURE if picture else card_content.Layout.NOTICE,
        title=first.text("title"),
        text=first.text("description"),
        url=first.text("url"),
        picture=card_content.Picture(picture) if picture else None,
        links=[card_content.Link(one.text("title"), one.text("url")) for one in others],
    )
    return Words("", card=CardDraft(content))


def _template_card(caller: Caller, body: Mapping[str, Any]) -> Words:
    return Words("", card=wecom_cards.draft_of(_part(body, "template_card")))


_KINDS: dict[str, Callable[[Caller, Mapping[str, Any]], Words]] = {
    "text": _text,
    "textcard": _textcard,
    "markdown": _markdown,
    "news": _news,
    "template_card": _template_card,
}


def update_card(caller: Caller, query: Mapping[str, str], body: Mapping[str, Any]) -> Answer:
    """message/update_template_card: a response_code changes a card once; those named, or who pressed."""
    if str(body.get("agentid", caller.agent_id)) != str(caller.agent_id):
        raise _refuse(40056)
    whole = wecom_cards.Part(body, "")
    code = whole.text("response_code")
    if not code:
        raise _refuse(40058, "缺少 response_code")
    button, values = whole.part("button"), whole.part("template_card")
    if button is None and values is None:
        raise _refuse(40058, "button 和 template_card 应填写其中一个")
    draft = wecom_cards.draft_of(values.values) if values else None
    label = button.text("replace_name") if button else values.text("replace_text") if values else ""
    if button and not label.strip():
        raise _refuse(40058, "缺少 button.replace_name")
    targets = CardTargets(
        persons=_listed(body, "userids"),
        units=_listed(body, "partyids"),
        tags=_listed(body, "tagids"),
        is_everyone=str(body.get("atall", 0)) == "1",
    )
    try:
        done = open_messages.change_card_once(
            code, content=draft.content if draft else None, label=label, targets=targets, actor=caller
        )
    except Refused as refusal:
        raise _in_their_words(refusal, draft) from refusal
    return {
        "invaliduser": list(done.receivers.bad_persons),
        "invalidparty": list(done.receivers.bad_units),
        "invalidtag": list(done.receivers.bad_tags),
    }


def _listed(body: Mapping[str, Any], field: str) -> list[str]:
    given = body.get(field) or []
    most = MOST[{"userids": "touser", "partyids": "toparty", "tagids": "totag"}[field]]
    if not isinstance(given, list) or not all(isinstance(one, str | int) for one in given):
        raise _refuse(40058, f"{field} 应为数组")
    if len(given) > most:
        raise _refuse(40058, f"{field} 最多{most}个")
    return [str(one) for one in given]


def statistics(caller: Caller, query: Mapping[str, str], body: Mapping[str, Any]) -> Answer:
    """message/get_statistics: how many people the application told today (0) or yesterday (1)."""
    back = wecom_cards.Part(body, "").number("time_type", (0, 1), 0)
    day = timezone.localdate() - datetime.timedelta(days=back)
    begin = timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
    numbers = found_messages.day_numbers(caller, begin, begin + datetime.timedelta(days=1))
    count = numbers["receivers"]
    return {"statistics": [{"agentid": caller.agent_id, "app_name": caller.name, "count": count}]}


def recall(caller: Caller, query: Mapping[str, str], body: Mapping[str, Any]) -> Answer:
    """message/recall: within two minutes; a notice at any time."""
    number = str(body.get("msgid", ""))
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise _refuse(40058, "msgid")
    open_messages.recall(int(number), reason=str(body.get("reason") or "应用撤回")[:200], actor=caller)
    return {}


_EXAMPLE = (
    '{"touser": "1001|1002", "toparty": "12", "totag": "3", "msgtype": "textcard", "agentid": 1000001, '
    '"textcard": {"title": "防汛检查通知", "description": "请于周五前反馈", "url": "https://app.example.gov.cn/1"}}'
)
_CHANGE_EXAMPLE = (
    '{"userids": ["1001"], "agentid": 1000001, "response_code": "…", "button": {"replace_name": "已同意"}}'
)
CALLS = (
    WecomCall("messages.send", "message/send", "POST", SCOPE, send, "发送应用消息、模板卡片", _EXAMPLE),
    WecomCall(
        "messages.update_card",
        "message/update_template_card",
        "POST",
        SCOPE,
        update_card,
        "更新模板卡片（response_code 一次有效）",
        _CHANGE_EXAMPLE,
    ),
    WecomCall(
        "messages.recall", "message/recall", "POST", SCOPE, recall, "撤回应用消息", '{"msgid": "10482"}'
    ),
    WecomCall(
        "messages.statistics",
        "message/get_statistics",
        "POST",
        SCOPE,
        statistics,
        "查询应用消息发送统计",
        '{"time_type": 0}',
    ),
)
