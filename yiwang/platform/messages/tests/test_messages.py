"""Telling people: who is told, what they do with it, and that nobody else sees it (§6.3)."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.messages import Category, MessageKind, message_kinds
from yiwang.platform.accounts.models import Account
from yiwang.platform.messages.actions import messages
from yiwang.platform.messages.models import Message, Receipt

DECIDED = MessageKind(
    "messages.test_decided", "审核结果", Category.REMINDER, "《{title}》已通过审核", "审核人：{who}"
)
NOTICE = MessageKind("messages.test_notice", "通知公告", Category.NOTICE, "{title}")
ABOUT = ("changes.operation", 7, "李四调动申请")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two kinds of messages, for this test alone."""
    for one in (DECIDED, NOTICE):
        monkeypatch.setitem(message_kinds._items, one.key, one)


def send(cast: Cast, *logins: str, kind: MessageKind = DECIDED, **changes: Any) -> Message:
    values: dict[str, Any] = {
        "about": ABOUT,
        "words": {"title": "李四调动申请", "who": "孙建国"},
        "actor": cast.sun.principal(),
        "url": "/changes/persons/7/",
    }
    to = [cast.member(login).person.pk for login in logins]
    message = messages.send(kind, to=to, **(values | changes))
    assert message is not None
    return message


def receipt(message: Message, cast: Cast, login: str) -> Receipt:
    return Receipt.objects.get(message=message, person=cast.member(login).person)


def last_line(verb: str) -> Entry:
    return Entry.objects.filter(verb=verb).latest("id")


def unread(cast: Cast, login: str) -> int:
    return Receipt.objects.visible_to(cast.member(login).principal()).unread().count()


def test_each_receiver_gets_a_receipt(cast: Cast) -> None:
    message = send(cast, "li", "qian", "li")
    assert (message.title, message.summary) == ("《李四调动申请》已通过审核", "审核人：孙建国")
    assert (message.app, message.category, message.receivers) == ("messages", "reminder", 2)
    assert (message.sender_name, message.sender_unit) == ("孙建国", "区数据局")
    assert (message.about_type, message.about_id) == ("changes.operation", "7")
    assert unread(cast, "li") == unread(cast, "qian") == 1 and unread(cast, "wang") == 0
    line = last_line("messages.sent")
    assert str(line) == "孙建国发送了消息《李四调动申请》已通过审核"
    assert line.changed_fields == {"receivers": [0, 2]}


def test_one_statement_writes_message_and_receipts(cast: Cast) -> None:
    actor = cast.sun.principal()
    with CaptureQueriesContext(connection) as statements:
        send(cast, "li", "qian", "zhou", "zhao", actor=actor)
    assert len([one for one in statements.captured_queries if "messages_" in one["sql"]]) == 1


def test_closed_accounts_are_left_out_and_inactive_ones_are_not(cast: Cast) -> None:
    Account.objects.filter(pk=cast.li.account.pk).update(state="closed")
    message = send(cast, "li", "lao")
    assert message.receivers == 1 and receipt(message, cast, "lao").read_at is None
    nobody = messages.send(
        DECIDED, to=[cast.li.person.pk], about=ABOUT, words={"title": "", "who": ""}, actor=SYSTEM
    )
    assert nobody is None and Message.objects.count() == 1


def test_the_same_number_of_the_sender_is_sent_once(cast: Cast) -> None:
    first = send(cast, "li", dedupe_key="flow-7-approved")
    assert send(cast, "li", "qian", dedupe_key="flow-7-approved") == first
    assert Message.objects.count() == Receipt.objects.count() == 1


def test_the_platform_itself_may_send(cast: Cast) -> None:
    message = send(cast, "li", actor=SYSTEM)
    assert message.sender is None and message.sender_name == "系统"


def test_titles_are_cut_to_what_a_list_can_show(cast: Cast) -> None:
    message = send(cast, "li", words={"title": "题" * 200, "who": "人" * 600})
    assert len(message.title) == 100 and message.title.endswith("…") and len(message.summary) == 500


def test_kinds_and_urgency_are_checked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused) as refusal:
        send(cast, "li", urgency=3)
    assert refusal.value.status == 422
    monkeypatch.undo()
    with pytest.raises(LookupError):
        send(cast, "li")
    assert not Message.objects.exists()


def test_reading_counts_once_and_is_one_s_own(cast: Cast) -> None:
    message = send(cast, "li", "qian")
    own = receipt(message, cast, "li")
    first = messages.read(own.pk, actor=cast.li.principal()).read_at
    assert first is not None and unread(cast, "li") == 0 and unread(cast, "qian") == 1
    assert messages.read(own.pk, actor=cast.li.principal()).read_at == first
    with pytest.raises(Refused) as refusal:
        messages.read(own.pk, actor=cast.qian.principal())
    assert refusal.value.status == 404


def test_reading_all_leaves_what_must_be_confirmed(cast: Cast) -> None:
    send(cast, "li")
    asked = send(cast, "li", need_receipt=True)
    send(cast, "qian")
    assert messages.read_all(actor=cast.li.principal()) == 2
    assert unread(cast, "li") == 0 and unread(cast, "qian") == 1
    assert list(Receipt.objects.unconfirmed()) == [receipt(asked, cast, "li")]


def test_confirming_is_recorded_once(cast: Cast) -> None:
    message = send(cast, "li", need_receipt=True)
    own = receipt(message, cast, "li")
    confirmed = messages.confirm(own.pk, actor=cast.li.principal())
    assert confirmed.confirmed_at is not None and confirmed.read_at == confirmed.confirmed_at
    assert str(last_line("messages.confirmed")) == "李四确认收到消息《李四调动申请》已通过审核"
    li, lines = cast.li.principal(), Entry.objects.count()
    messages.confirm(own.pk, actor=li)
    assert Entry.objects.count() == lines


def test_what_asks_for_no_receipt_cannot_be_confirmed(cast: Cast) -> None:
    own = receipt(send(cast, "li"), cast, "li")
    with pytest.raises(Refused, match="该消息不需要确认"):
        messages.confirm(own.pk, actor=cast.li.principal())
    own.refresh_from_db()
    assert own.confirmed_at is None


def test_recalling_within_two_minutes(cast: Cast) -> None:
    message = send(cast, "li", "qian", need_receipt=True)
    messages.recall(message, reason="内容有误", actor=cast.sun.principal())
    assert unread(cast, "li") == 0 and not Receipt.objects.unconfirmed().exists()
    assert str(last_line("messages.recalled")) == "孙建国撤回了消息《李四调动申请》已通过审核，事由：内容有误"
    own = receipt(message, cast, "li")
    assert messages.read(own.pk, actor=cast.li.principal()).read_at is None
    with pytest.raises(Refused, match="该消息已撤回，无需确认"):
        messages.confirm(own.pk, actor=cast.li.principal())
    with pytest.raises(Refused) as refusal:
        messages.recall(message, reason="再撤", actor=cast.sun.principal())
    assert refusal.value.code == "E-STATE-01"


def test_later_only_a_notice_can_be_recalled(cast: Cast) -> None:
    now = timezone.now() + datetime.timedelta(minutes=3)
    message, notice = send(cast, "li"), send(cast, "li", kind=NOTICE)
    with pytest.raises(Refused, match="消息发出已超过2分钟，不能撤回"):
        messages.recall(message, reason="内容有误", actor=cast.sun.principal(), now=now)
    messages.recall(notice, reason="内容有误", actor=cast.sun.principal(), now=now)
    assert unread(cast, "li") == 1


def test_others_cannot_recall_and_a_reason_is_needed(cast: Cast) -> None:
    message = send(cast, "li")
    with pytest.raises(Refused) as refusal:
        messages.recall(message, reason="试", actor=cast.qian.principal())
    assert refusal.value.status == 404
    with pytest.raises(Refused) as refusal:
        messages.recall(message, reason=" ", actor=cast.sun.principal())
    assert refusal.value.status == 422
    assert unread(cast, "li") == 1
