"""When a message can be recalled or confirmed, when a text may go out, and what it costs."""

import datetime
import re
from collections.abc import Collection, Sequence

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.extension.open_calls import Caller
from yiwang.kernel.workdays.calendar import Calendar
from yiwang.platform.messages.models import Message, Reach, Receipt, TextPurpose, TextTemplate
from yiwang.platform.messages.models.reach import MUST_REACH, WATCH_REACH, Level
from yiwang.platform.messages.models.template import APPROVE_TEMPLATES, EDIT_TEMPLATES

RECALL_SECONDS = 120  # 2分钟内可撤回; 公告 at any time (domain reference §6.3)
SINGLE_TEXT, TEXT_PART = 70, 67  # characters, signature included (§16)
QUIET_FROM, QUIET_TO = 21, 8  # hours in which only what cannot wait is sent
SILENT_FROM, SILENT_TO = 22, 7  # of pushes and e-mails; days off are silent too (§6.3)
MERGE_MOST, MERGE_WINDOW = 5, datetime.timedelta(minutes=10)  # more of a kind go as one line
DELIVERY_PAUSES = tuple(datetime.timedelta(minutes=n) for n in (1, 5, 15, 60))
REMIND_EVERY = datetime.timedelta(hours=4)  # 催办: once for the same people
RETRY_SECONDS = 300
MOST_TRIES = 2
APPROVAL_ABOVE = 50  # receivers of a batch of texts; free text and numbers from outside always (§16)
CARD_CODE_LIFE = datetime.timedelta(hours=72)
MOST_TOLD_OF_PICTURES = 2_000  # receivers whose open pages hear that a picture has come
NOBODY, UNUSABLE_CODE = "E-API-11", "E-API-12"
QUOTA_WARNING = 80  # percent of a month's quota from which on it is said
LONGEST_TEXT, LONGEST_WORD, MOST_WORDS = 300, 100, 12  # of a text without signature; of a variable; of them
PERSON_WORD = "姓名"  # the variable that is each receiver's own name
RECEIPT_WORDS = "回复1签收"
DEDUPE_WITHIN = datetime.timedelta(minutes=10)
DEAD_AFTER = 3  # texts in a row that failed: the number is reported to who keeps the address book
UNKNOWN_AFTER = datetime.timedelta(hours=24)
REPLY_WITHIN = datetime.timedelta(days=7)
REACH_TOLD_EVERY = datetime.timedelta(minutes=5)  # who is asked to tell people hears of it once in that time
REACH_LIFE = datetime.timedelta(days=7)  # then a ladder is over, whoever has not confirmed
REACH_WATCHED = datetime.timedelta(hours=1)  # an open board asks again long before
CODE_DIGITS = 6
CODE_LIFE = datetime.timedelta(minutes=5)
CODE_TRIES = 5
CODE_DAY = datetime.timedelta(days=1)
CODE_LIMITS = (  # at most so many within that time, and what is said then
    (1, datetime.timedelta(seconds=60), "请60秒后再试"),
    (5, datetime.timedelta(hours=1), "验证码发送过于频繁，请1小时后再试"),
    (10, CODE_DAY, "今日验证码发送次数已达上限，请明日再试"),
)


def can_recall(actor: Actor, message: Message) -> bool:
    """Its sender, the application that sent it, and the platform itself for what modules sent."""
    if actor is SYSTEM:
        return True
    if isinstance(actor, Caller):
        return (message.about_type, message.about_id) == ("clients.client", str(actor.client_pk))
    return message.sender_id is not None and message.sender_id == getattr(actor, "person_id", None)


def is_recallable(message: Message, *, now: datetime.datetime) -> bool:
    """Two minutes for anything, any time for a notice."""
    if message.category == Message.Category.NOTICE:
        return True
    return (now - message.sent_at).total_seconds() <= RECALL_SECONDS


def can_confirm(receipt: Receipt) -> bool:
    """Does the sender ask for it, and was it not done?"""
    return receipt.need_receipt and receipt.confirmed_at is None and not receipt.is_recalled


def parts_of(text: str) -> int:
    """How many texts the carrier charges: 70 characters in one, otherwise 67 in each."""
    return 1 if len(text) <= SINGLE_TEXT else -(-len(text) // TEXT_PART)


def needs_approval(total: int, *, is_free: bool, has_external: bool) -> bool:
    """Must a second person agree to a batch of texts?"""
    return total > APPROVAL_ABOVE or is_free or has_external


def is_at_any_hour(purpose: str) -> bool:
    """值班 and 应急 do not wait for the morning."""
    return purpose in (TextPurpose.DUTY, TextPurpose.EMERGENCY)


def is_free_of_quota(purpose: str) -> bool:
    """值班 and 应急 go whatever a unit has sent this month."""
    return is_at_any_hour(purpose)


def percent_of(used: int, quota: int) -> int:
    """How much of a quota is used, rounded down; none at all is used up."""
    return used * 100 // quota if quota else 100


_WORD = re.compile(r"\{([^{}]*)\}")
_WORD_NAME = re.compile(r"[\u4e00-\u9fa5A-Za-z][\u4e00-\u9fa5A-Za-z0-9]{0,9}")
_LINK = re.compile(r"(?i)(?:https?://|www\.)[^\s，。；]+|\b[a-z0-9-]+\.(?:com|cn|net|org|gov)\b[^\s，。；]*")
_ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_PASSWORD = re.compile(r"(?:密码|口令)\s*(?:[:：]|是|为)?\s*[A-Za-z0-9@#$%!._-]{4,}")


def variables_of(text: str) -> tuple[str, ...]:
    """The {变量} of a template in their order, each once."""
    return tuple(dict.fromkeys(_WORD.findall(text)))


def filled(text: str, words: dict[str, str]) -> str:
    """The template with these words; those without one stay open."""
    return _WORD.sub(lambda found: words.get(found[1], found[0]), text)


def pattern_problem(text: str) -> str:
    """Why this is no template, "" when it is one."""
    if set(_WORD.sub("", text)) & set("{}"):
        return "花括号不成对，变量应写成“{时间}”"
    wrong = [name for name in variables_of(text) if not _WORD_NAME.fullmatch(name)]
    if wrong:
        return f"变量名“{wrong[0]}”不正确：应为1至10个汉字、字母或数字，不以数字开头"
    if len(variables_of(text)) > MOST_WORDS:
        return f"变量不能超过{MOST_WORDS}个"
    return ""


def content_problem(text: str, *, hosts: Collection[str]) -> str:
    """Why a text may not be sent, "" when it may. hosts: of the platform itself, whose links may be in it."""
    if not text.strip():
        return "请填写短信内容"
    if len(text) > LONGEST_TEXT:
        return f"短信内容不能超过{LONGEST_TEXT}个字"
    if any(_host(found[0]) not in hosts for found in _LINK.finditer(text)):
        return "短信内容不得包含平台以外的链接"
    if _ID_NUMBER.search(text):
        return "短信内容不得包含身份证号码"
    if _PASSWORD.search(text):
        return "短信内容不得包含密码"
    return ""


def _host(link: str) -> str:
    bare = link.partition("://")[2] or link
    return bare.partition("/")[0].partition(":")[0]


def with_receipt(text: str) -> str:
    """The text, asking for a reply."""
    return f"{text}{'' if text.endswith(('。', '！', '？')) else '，'}{RECEIPT_WORDS}"


def can_edit_template(actor: Actor, template: TextTemplate) -> bool:
    """The unit's office, or who keeps the district's; nobody what is shipped."""
    return not template.is_shipped and actor.allows(EDIT_TEMPLATES, at=template.path)


def can_decide_template(actor: Actor, template: TextTemplate) -> bool:
    """Who agrees to templates of that unit, and did not write it."""
    is_own = template.creator_id is not None and template.creator_id == getattr(actor, "person_id", None)
    return not is_own and actor.allows(APPROVE_TEMPLATES, at=template.path)


def is_signature(text: str) -> bool:
    """回复1签收, however it is typed."""
    return text.strip(" \t\r\n。.！!“”\"'") in ("1", "１", "一", "签收", "1签收")


def send_time(now: datetime.datetime, *, at_any_hour: bool) -> datetime.datetime:
    """Now, or 08:00 when it is night. now: in the platform's own zone."""
    if at_any_hour or QUIET_TO <= now.hour < QUIET_FROM:
        return now
    morning = now.replace(hour=QUIET_TO, minute=0, second=0, microsecond=0)
    return morning if now.hour < QUIET_TO else morning + datetime.timedelta(days=1)


def loud_time(now: datetime.datetime, *, urgency: int, calendar: Calendar) -> datetime.datetime:
    """When a push or an e-mail may go: now, or at 07:00 of the next working day. 特急 at any hour.

    now: in the platform's own zone. Who is on duty is not asked here: for him it is always now.
    """
    is_loud = SILENT_TO <= now.hour < SILENT_FROM and calendar.is_workday(now.date())
    if urgency == Message.Urgency.VERY_URGENT or is_loud:
        return now
    day = now.date()
    if now.hour >= SILENT_TO or not calendar.is_workday(day):
        day = calendar.add(day, 1)
    return datetime.datetime.combine(day, datetime.time(SILENT_TO), now.tzinfo)


def retry_time(tries: int, *, now: datetime.datetime) -> datetime.datetime | None:
    """When a delivery that failed is tried again; None when it was tried often enough."""
    return now + DELIVERY_PAUSES[tries - 1] if tries <= len(DELIVERY_PAUSES) else None


def code_wait(sent: list[datetime.datetime], *, now: datetime.datetime) -> tuple[str, int] | None:
    """Why no further code goes to a number yet, and for how many seconds; None when it may.

    sent: when codes went there within the last day, the last first.
    """
    for most, period, message in reversed(CODE_LIMITS):
        within = [moment for moment in sent if now - moment < period]
        if len(within) >= most:
            return message, max(1, int((within[most - 1] + period - now).total_seconds()))
    return None


def can_run_reach(actor: Actor, reach: Reach) -> bool:
    """立即升级, 停止升级: who has sent it, and who may send such messages for the unit that did."""
    is_sender = reach.message.sender_id is not None
    is_own = is_sender and reach.message.sender_id == getattr(actor, "person_id", None)
    return is_own or actor.allows(MUST_REACH, at=reach.unit.path)


def sees_whole_reach(actor: Actor, reach: Reach) -> bool:
    """Does he see all rows of the board, or only those of the units he watches over?"""
    return can_run_reach(actor, reach) or actor.allows(WATCH_REACH, at=reach.unit.path)


def may_climb(message: Message, *, now: datetime.datetime) -> bool:
    """May a ladder go on at this hour? At night only for 特急. now: in the platform's own zone."""
    return climb_time(message, now) == now


def climb_time(message: Message, at: datetime.datetime) -> datetime.datetime:
    """When a step planned for then is taken: at night it waits until 08:00 unless it is 特急."""
    return send_time(at, at_any_hour=message.urgency == Message.Urgency.VERY_URGENT)


def next_steps(
    message: Message, minutes: Sequence[int], *, now: datetime.datetime
) -> dict[Level, datetime.datetime | None]:
    """For each step that may be reached now, when the one after it is due. minutes: between the steps."""
    times: dict[Level, datetime.datetime | None] = {
        level: climb_time(message, now + datetime.timedelta(minutes=wait))
        for level, wait in zip(Level, minutes, strict=False)
    }
    return {**times, Level.DUTY: None}
