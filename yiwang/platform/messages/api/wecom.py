"""message/send and message/recall of the face shaped like WeCom's, over the same actions.

text, textcard, markdown and template_card become a title, a summary and a link; pictures and files do not.
"""

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from django.utils import timezone

from yiwang.kernel.crypto import sm3
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.messages import Category
from yiwang.kernel.extension.open_calls import Caller, WecomCall, WecomError
from yiwang.platform.clients.vocabulary import ERRCODES
from yiwang.platform.messages.actions import open_messages
from yiwang.platform.messages.actions.open_messages import NOBODY, SCOPE, Receivers
from yiwang.platform.messages.queries import open_messages as found_messages

Answer = Mapping[str, Any]
Words = tuple[str, str, str]  # title, summary, url

LONGEST_TITLE, LONGEST_TEXT = 100, 500
MOST = {"touser": 1_000, "toparty": 100, "totag": 100}
_LONGEST_INTERVAL = 4 * 3600
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"<[^>]{0,80}>|[*_`#>~]+")


def _refuse(errcode: int, why: str = "") -> WecomError:
    return WecomError(errcode, f"{ERRCODES[errcode]}：{why}" if why else ERRCODES[errcode])


def send(caller: Caller, query: Mapping[str, str], body: Mapping[str, Any]) -> Answer:
    """message/send."""
    if str(body.get("agentid", caller.agent_id)) != str(caller.agent_id):
        raise _refuse(40056)
    make = _KINDS.get(str(body.get("msgtype", "")))
    if make is None:
        raise _refuse(40058, "msgtype 应为 text、textcard、markdown 或 template_card")
    title, summary, url = make(body)
    if not title:
        raise _refuse(44004)
    dedupe_id, earlier = _duplicate(caller, body)
    if earlier is not None:
        return _answer(earlier, Receivers())
    persons, units, tags = (_ids(body, field) for field in MOST)
    if persons == ["@all"]:
        persons, units = [], [str(one.pk) for one in found_messages.roots(caller)]
    try:
        sent = open_messages.send(
            category=Category.REMINDER,
            title=title,
            summary=summary,
            url=url,
            persons=persons,
            units=units,
            tags=tags,
            dedupe_id=dedupe_id,
            actor=caller,
        )
    except Refused as refusal:
        if refusal.code == NOBODY:
            raise _refuse(81013) from refusal
        raise
    return _answer(sent.message.pk, sent.receivers)


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
        return text, "", url
    return (first if len(first) <= 40 else f"{first[:39]}…"), text, url


def _text(body: Mapping[str, Any]) -> Words:
    return _words(str(_part(body, "text").get("content", "")))


def _markdown(body: Mapping[str, Any]) -> Words:
    content = str(_part(body, "markdown").get("content", ""))
    return _words(_MARKS.sub("", _LINK.sub(r"\1", content)))


def _textcard(body: Mapping[str, Any]) -> Words:
    card = _part(body, "textcard")
    title, about = str(card.get("title", "")).strip(), str(card.get("description", ""))
    about = _MARKS.sub("", about).strip()
    if len(title) > LONGEST_TITLE or len(about) > LONGEST_TEXT:
        raise _refuse(45002)
    return title, about, str(card.get("url", ""))


def _template_card(body: Mapping[str, Any]) -> Words:
    """text_notice and news_notice: what they say and where they lead."""
    card = _part(body, "template_card")
    if card.get("card_type") not in ("text_notice", "news_notice"):
        raise _refuse(40058, "card_type 应为 text_notice 或 news_notice")
    main = card.get("main_title")
    main = main if isinstance(main, Mapping) else {}
    action = card.get("card_action")
    url = str(action.get("url", "")) if isinstance(action, Mapping) else ""
    title = str(main.get("title", "")).strip()
    about = "\n".join(
        one for one in (str(main.get("desc", "")).strip(), str(card.get("sub_title_text", "")).strip()) if one
    )
    if len(title) > LONGEST_TITLE or len(about) > LONGEST_TEXT:
        raise _refuse(45002)
    return title, about, url


_KINDS: dict[str, Callable[[Mapping[str, Any]], Words]] = {
    "text": _text,
    "textcard": _textcard,
    "markdown": _markdown,
    "template_card": _template_card,
}


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
CALLS = (
    WecomCall("messages.send", "message/send", "POST", SCOPE, send, "发送应用消息", _EXAMPLE),
    WecomCall(
        "messages.recall", "message/recall", "POST", SCOPE, recall, "撤回应用消息", '{"msgid": "10482"}'
    ),
)
