"""发通知: a person tells others, within what he may send; reminding those who have not read; recalling it."""

import datetime
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, not_found, require_right
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.messages import rules
from yiwang.platform.messages.actions import messages
from yiwang.platform.messages.models import Message, Receipt
from yiwang.platform.messages.queries.audience import Audience
from yiwang.platform.messages.vocabulary import NOTICE, REMINDED, SEND_NOTICES, UNREAD
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.tags.actions import use
from yiwang.platform.tags.models import TagUse
from yiwang.platform.tags.queries import tags

LONGEST_TITLE, LONGEST_TEXT = 60, 500


def checked(audience: Audience, *, actor: Principal) -> Audience:
    """The same, or refused: units within his scope, persons whom he may see, tags that he may use.

    Roles are those of the units within his scope.
    """
    require_right(actor.allows(SEND_NOTICES.key), SEND_NOTICES.label)
    if not audience:
        raise invalid("audience", "请选择接收人")
    scopes = actor.scopes(SEND_NOTICES.key)
    paths = dict(Unit.objects.visible_to(actor).filter(pk__in=audience.units).values_list("pk", "path"))
    for one in audience.units:
        if one not in paths or not actor.allows(SEND_NOTICES.key, at=paths[one]):
            raise invalid("units", "只能发给您有发送权限的单位")
    seen = Person.objects.visible_to(actor).filter(pk__in=audience.persons).count()
    if seen < len(set(audience.persons)):
        raise invalid("persons", "接收人不存在或已注销")
    for tag in audience.tags:
        tags.usable(tag, actor.unit_path)
    return replace(audience, scopes=tuple(path for path, _ in scopes))


@transaction.atomic
def send_notice(
    audience: Audience,
    *,
    title: str,
    text: str,
    actor: Principal,
    urgency: int = 0,
    need_receipt: bool = False,
    valid_until: datetime.datetime | None = None,
) -> Message:
    """Tell everybody chosen, hidden ones too; the answer says how many, never who (§6, acceptance 5)."""
    audience = checked(audience, actor=actor)
    if not title.strip():
        raise invalid("title", "请填写标题")
    if len(title.strip()) > LONGEST_TITLE:
        raise invalid("title", f"标题不能超过{LONGEST_TITLE}个字")
    if not text.strip():
        raise invalid("text", "请填写内容")
    if len(text.strip()) > LONGEST_TEXT:
        raise invalid("text", f"内容不能超过{LONGEST_TEXT}个字")
    if valid_until is not None and valid_until <= timezone.now():
        raise invalid("valid_until", "有效期应晚于现在", code="E-DATE-01")
    about = ("messages.notice", "", title.strip())
    message = messages.send(
        NOTICE,
        audience=audience,
        about=about,
        words={"title": title.strip(), "text": text.strip()},
        urgency=urgency,
        need_receipt=need_receipt,
        valid_until=valid_until,
        actor=actor,
    )
    if message is None:
        raise invalid("audience", "所选范围内没有可以接收的人员")
    for one, people in message.numbers_of_tags.items():
        found = tags.usable(one, actor.unit_path)
        use.note_use(found, people=people, purpose=TagUse.Purpose.SENT, about=title, actor=actor)
    return message


def own(message_id: int, *, actor: Principal) -> Message:
    """What he has sent himself; anything else does not exist."""
    found = Message.objects.filter(pk=message_id, sender_id=actor.person_id, kind=NOTICE.key).first()
    if found is None:
        raise not_found()
    return found


@transaction.atomic
def remind(message_id: int, *, actor: Principal, now: datetime.datetime | None = None) -> int:
    """催阅: a reminder to who has not read it, or not confirmed; once in four hours. How many."""
    moment = now or timezone.now()
    message = Message.objects.select_for_update().get(pk=own(message_id, actor=actor).pk)
    if message.recalled_at is not None:
        raise Refused("当前状态为“已撤回”，不能执行“提醒未读”", code="E-STATE-01")
    about = ("messages.message", str(message.pk))
    last = Message.objects.filter(about_type=about[0], about_id=about[1], kind=UNREAD.key).order_by(
        "-sent_at"
    )
    before = last.first()
    if before is not None and moment - before.sent_at < rules.REMIND_EVERY:
        raise Refused("同一通知4小时内只能提醒一次")
    waiting = Receipt.objects.filter(message=message)
    waiting = waiting.unconfirmed() if message.need_receipt else waiting.unread()
    to = list(waiting.values_list("person_id", flat=True))
    if not to:
        raise Refused("接收人均已阅读" if not message.need_receipt else "接收人均已确认")
    word = "确认收到" if message.need_receipt else "阅读"
    sent = messages.send(
        UNREAD,
        to=to,
        about=(*about, message.title),
        words={"title": message.title, "word": word},
        url="",
        actor=actor,
    )
    number = sent.receivers if sent is not None else 0
    audit.record(REMINDED, message, actor=actor, changes={"receivers": [0, number]})
    return number
