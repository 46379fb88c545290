"""What carriers bring back: receipts by part, numbers that are dead, “回复1签收” (§16)."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.extension.messages import Category, MessageKind, message_kinds
from yiwang.platform.messages import hooks, jobs, rules
from yiwang.platform.messages.actions import messages, replies, sms
from yiwang.platform.messages.gateways.interface import Answer, News
from yiwang.platform.messages.models import Receipt, SmsReply, SmsText
from yiwang.platform.messages.vocabulary import MESSAGE_TEXT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]

TOLD = MessageKind("messages.test_texted", "通知", Category.NOTICE, "{title}", is_sms=True)


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(message_kinds._items, TOLD.key, TOLD)


def sent(cast: Cast, login: str = "li", *, ids: str = "C1", text: str = "短") -> SmsText:
    """A text that the carrier has taken."""
    person = cast.member(login).person
    own = sms.send_text(
        person.mobile,
        template_key=MESSAGE_TEXT.key,
        words={"text": text},
        person_id=person.pk,
        actor=SYSTEM,
    )
    return sms.settle(own, Answer(carrier_id=ids), now=timezone.now(), actor=SYSTEM)


def told_by_text(cast: Cast, *, need_receipt: bool = True) -> SmsText:
    messages.send(
        TOLD,
        to=[cast.li.person.pk],
        about=("tests.matter", 1, ""),
        words={"title": "紧急会议通知"},
        need_receipt=need_receipt,
        actor=SYSTEM,
    )
    sms.text_receivers(Receipt.objects.get().message_id, actor=SYSTEM)
    own = SmsText.objects.get(message__isnull=False)
    return sms.settle(own, Answer(carrier_id="M1"), now=timezone.now(), actor=SYSTEM)


def hear(**news: Any) -> None:
    one, now = News(**news), timezone.now()
    if one.carrier_id:
        sms.take_receipt(one, now=now, actor=SYSTEM)
    else:
        replies.take_reply(one, now=now, actor=SYSTEM)


def test_a_text_of_two_parts_is_delivered_when_both_are(cast: Cast) -> None:
    own = sent(cast, ids="C1,C2")
    hear(carrier_id="C1")
    hear(carrier_id="C1")  # told twice, counts once
    own.refresh_from_db()
    assert (own.state, own.parts_delivered) == ("sent", 1)
    hear(carrier_id="C2")
    own.refresh_from_db()
    assert own.state == "delivered" and own.delivered_at is not None


def test_one_part_that_fails_fails_the_text(cast: Cast) -> None:
    own = sent(cast, ids="C1,C2")
    hear(carrier_id="C2", failure="停机")
    hear(carrier_id="C1")
    own.refresh_from_db()
    assert (own.state, own.failure) == ("failed", "停机")


def test_receipts_of_others_change_nothing(cast: Cast) -> None:
    own = sent(cast)
    hear(carrier_id="X9", failure="空号")
    own.refresh_from_db()
    assert own.state == "sent"


def test_after_a_day_it_is_unknown(cast: Cast) -> None:
    own = sent(cast)
    now = timezone.now()
    assert sms.give_up(now=now + rules.UNKNOWN_AFTER - datetime.timedelta(minutes=1), actor=SYSTEM) == 0
    assert sms.give_up(now=now + rules.UNKNOWN_AFTER + datetime.timedelta(minutes=1), actor=SYSTEM) == 1
    own.refresh_from_db()
    assert own.state == "unknown"


def test_a_delivery_in_between_begins_the_count_anew(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    died: list[int] = []
    monkeypatch.setattr(hooks.number_died, "_handlers", [lambda **moment: died.append(moment["person_id"])])
    for number, failure in enumerate(("空号", "空号", "", "空号", "空号")):
        sent(cast, ids=f"D{number}")
        hear(carrier_id=f"D{number}", failure=failure)
    assert died == []
    sent(cast, ids="D9")
    hear(carrier_id="D9", failure="空号")
    assert died == [cast.li.person.pk]


def test_a_message_that_arrived_by_text_is_delivered(cast: Cast) -> None:
    told_by_text(cast)
    hear(carrier_id="M1")
    assert Receipt.objects.get().delivered_at is not None


@pytest.mark.parametrize("text", ["1", " 1。", "１", "签收"])
def test_reply_1_confirms_it(cast: Cast, text: str) -> None:
    own = told_by_text(cast)
    assert own.text.endswith("回复1签收")
    hear(mobile=f"+86{cast.li.person.mobile}", text=text)
    found = Receipt.objects.get()
    assert found.confirmed_at is not None and found.read_at is not None
    reply = SmsReply.objects.get()
    assert reply.has_confirmed and reply.text_to == own and reply.mobile == cast.li.person.mobile


@pytest.mark.parametrize(("login", "text"), [("li", "收到吗"), ("li", "11"), ("wang", "1")])
def test_other_replies_confirm_nothing(cast: Cast, login: str, text: str) -> None:
    told_by_text(cast)
    hear(mobile=cast.member(login).person.mobile, text=text)
    assert Receipt.objects.get().confirmed_at is None
    assert not SmsReply.objects.get().has_confirmed


def test_what_asks_for_nothing_is_not_confirmed(cast: Cast) -> None:
    own = told_by_text(cast, need_receipt=False)
    assert "回复1" not in own.text
    hear(mobile=cast.li.person.mobile, text="1")
    assert Receipt.objects.get().confirmed_at is None


def test_a_week_later_it_is_too_late(cast: Cast) -> None:
    told_by_text(cast)
    late = timezone.now() + rules.REPLY_WITHIN + datetime.timedelta(minutes=1)
    replies.take_reply(News(mobile=cast.li.person.mobile, text="1"), now=late, actor=SYSTEM)
    assert Receipt.objects.get().confirmed_at is None and SmsReply.objects.get().text_to is None


def test_the_job_hears_the_carrier(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    class Carrier:
        def poll(self) -> list[News]:
            return [News(carrier_id="M1"), News(mobile=cast.li.person.mobile, text="1"), News()]

    own = told_by_text(cast)
    monkeypatch.setattr(jobs, "gateway", Carrier)
    assert jobs.hear_carrier() == 3
    own.refresh_from_db()
    assert own.state == "delivered" and Receipt.objects.get().confirmed_at is not None
