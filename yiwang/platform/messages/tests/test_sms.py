"""Texts: what they cost, when they go, what the carrier answers (§16)."""

import datetime
import logging
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.messages import Category, MessageKind, message_kinds
from yiwang.kernel.extension.sms import SmsTemplate, sms_templates
from yiwang.platform.messages import jobs, rules
from yiwang.platform.messages.actions import messages, sms
from yiwang.platform.messages.gateways import chosen
from yiwang.platform.messages.gateways.interface import Answer, Unreachable
from yiwang.platform.messages.models import SmsText

OPENED = SmsTemplate("messages.test_opened", "账号开通", "{name}，您的账号已开通，请在7日内激活。")
URGENT = SmsTemplate("messages.test_duty", "值班提醒", "您明日9:00起值班。", at_any_hour=True)
TOLD = MessageKind("messages.test_told", "审核结果", Category.REMINDER, "《{title}》已通过审核", is_sms=True)
SHANGHAI = ZoneInfo("Asia/Shanghai")
MOBILE = "13812345678"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    for one in (OPENED, URGENT):
        monkeypatch.setitem(sms_templates._items, one.key, one)
    monkeypatch.setitem(message_kinds._items, TOLD.key, TOLD)


class Carrier:
    """A gateway that says what the test tells it to."""

    is_simulator = False

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.sent: list[str] = []

    def send(self, *, reference: str, mobile: str, text: str) -> Answer:
        self.sent.append(mobile)
        if not self.answers:
            raise Unreachable
        return self.answers.pop(0)


@pytest.fixture
def carrier(monkeypatch: pytest.MonkeyPatch) -> Carrier:
    own = Carrier()
    monkeypatch.setattr(jobs, "gateway", lambda: own)
    return own


def text(**changes: Any) -> SmsText:
    values: dict[str, Any] = {"template_key": URGENT.key, "words": {}, "actor": SYSTEM}
    return sms.send_text(changes.pop("mobile", MOBILE), **(values | changes))


def at(hour: int, minute: int = 0) -> datetime.datetime:
    return datetime.datetime(2026, 11, 24, hour, minute, tzinfo=SHANGHAI)


def test_a_text_is_written_and_handed_over(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, cast: Cast
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        own = text(template_key=URGENT.key, person_id=cast.li.person.pk, actor=cast.sun.principal())
    own.refresh_from_db()
    assert own.state == "delivered" and own.carrier_ids == [f"SIM-{own.row_key}"]
    assert own.text == "【青浦一网协同】您明日9:00起值班。" and own.mobile == MOBILE
    assert (own.sender_name, own.sender_unit, own.person) == ("孙建国", "区数据局", cast.li.person)
    assert str(Entry.objects.latest("id")) == "孙建国发送了短信值班提醒（138****5678）"


def test_number_and_text_are_sealed_at_rest() -> None:
    own = text()
    with connection.cursor() as cursor:
        cursor.execute("SELECT mobile, text FROM messages_smstext WHERE id = %s", [own.pk])
        mobile, content = cursor.fetchone()
    assert MOBILE.encode() not in bytes(mobile) and "值班".encode() not in bytes(content)


def test_a_missing_word_and_bad_numbers_are_refused() -> None:
    """§16, acceptance 5: given a template with missing variable, then 422."""
    for changes, field in (
        ({"template_key": OPENED.key}, "words"),
        ({"template_key": "messages.none"}, "template"),
        ({"mobile": "021-59720000"}, "mobile"),
    ):
        with pytest.raises(Refused) as refusal:
            text(**changes)
        assert refusal.value.status == 422 and set(refusal.value.fields) == {field}
    with pytest.raises(Refused, match="短信模板“账号开通”缺少变量：name"):
        text(template_key=OPENED.key)
    assert not SmsText.objects.exists()


@pytest.mark.parametrize(
    ("length", "parts"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)]
)
def test_what_a_text_costs(length: int, parts: int) -> None:
    """§16, acceptance 1: 71 characters with the signature are charged as two."""
    assert rules.parts_of("字" * length) == parts


@pytest.mark.parametrize(
    ("now", "sent"),
    [
        (at(8), at(8)),
        (at(20, 59), at(20, 59)),
        (at(21), at(8) + datetime.timedelta(days=1)),
        (at(23, 10), at(8) + datetime.timedelta(days=1)),
        (at(0), at(8)),
        (at(7, 59), at(8)),
    ],
)
def test_nights_are_quiet(now: datetime.datetime, sent: datetime.datetime) -> None:
    assert rules.send_time(now, at_any_hour=False) == sent
    assert rules.send_time(now, at_any_hour=True) == now


def test_what_is_not_due_waits(carrier: Carrier) -> None:
    own = text()
    SmsText.objects.filter(pk=own.pk).update(due_at=timezone.now() + datetime.timedelta(hours=1))
    assert jobs.dispatch_texts() == 0 and carrier.sent == []


def test_a_refused_text_is_tried_once_more(carrier: Carrier) -> None:
    carrier.answers = [Answer(failure="空号"), Answer(failure="空号")]
    own = text()
    assert jobs.dispatch_texts() == 1
    own.refresh_from_db()
    assert (own.state, own.tries, own.failure) == ("waiting", 1, "空号")
    assert jobs.dispatch_texts() == 0
    SmsText.objects.filter(pk=own.pk).update(due_at=timezone.now())
    jobs.dispatch_texts()
    own.refresh_from_db()
    assert (own.state, own.tries) == ("failed", 2) and carrier.sent == [MOBILE, MOBILE]
    assert str(Entry.objects.latest("id")) == "系统未能发出短信值班提醒（138****5678），原因：空号"


def test_a_silent_carrier_fails_in_the_end_and_a_late_answer_counts(carrier: Carrier) -> None:
    own = text()
    jobs.dispatch_texts()
    own.refresh_from_db()
    assert (own.state, own.failure) == ("waiting", "运营商网关无响应")
    carrier.answers = [Answer(carrier_id="C1")]
    SmsText.objects.filter(pk=own.pk).update(due_at=timezone.now())
    jobs.dispatch_texts()
    own.refresh_from_db()
    assert (own.state, own.carrier_ids, own.failure, own.delivered_at) == ("sent", ["C1"], "", None)
    settled = sms.settle(own, Answer(failure="重复"), now=timezone.now(), actor=SYSTEM)
    assert settled.state == "sent"


def test_a_message_also_goes_by_sms(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    to = [cast.li.person.pk, cast.qian.person.pk]
    with django_capture_on_commit_callbacks(execute=True):
        message = messages.send(
            TOLD, to=to, about=("x.y", 1, "甲"), words={"title": "甲"}, actor=SYSTEM, urgency=2
        )
    assert message is not None
    texts = SmsText.objects.filter(message=message)
    assert {one.mobile for one in texts} == {"13900000006", "13900000007"}
    assert {one.text for one in texts} == {"【青浦一网协同】《甲》已通过审核"}
    assert {one.state for one in texts} == {"delivered"}
    assert sms.text_receivers(message.pk, actor=SYSTEM) == 0
    messages.recall(message, reason="有误", actor=SYSTEM)
    assert sms.text_receivers(message.pk, actor=SYSTEM) == 0


def test_the_simulator_plays_dead_numbers() -> None:
    chosen.gateway.cache_clear()
    simulator = chosen.gateway()
    assert simulator.is_simulator
    assert simulator.send(reference="1", mobile="13800000000", text="试") == Answer(failure="空号")
    assert simulator.send(reference="1", mobile=MOBILE, text="试").is_delivered


def test_nothing_of_a_text_is_logged(carrier: Carrier, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="yiwang"):
        text()
        jobs.dispatch_texts()
    assert MOBILE not in caplog.text and "值班" not in caplog.text
