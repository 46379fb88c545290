"""上行短信: “回复1签收” of batches, who sees what, unmatched ones as work, reminders (§16)."""

import datetime

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.platform.messages import rules
from yiwang.platform.messages.actions import batches, replies, sms
from yiwang.platform.messages.gateways.interface import Answer, News
from yiwang.platform.messages.models import SmsBatch, SmsReply, SmsText
from yiwang.platform.messages.queries import replies as queries
from yiwang.platform.messages.queries.audience import Audience
from yiwang.platform.messages.queries.pricing import Asked
from yiwang.platform.messages.tests.test_text_templates import as_member

pytestmark = pytest.mark.django_db

DUTY = {"时间": "今日9:00起", "带班领导": "赵明远"}


def sent(cast: Cast, *logins: str, need_receipt: bool = True) -> SmsBatch:
    """A batch that has arrived at everybody."""
    to = Audience(persons=tuple(cast.member(one).person.pk for one in logins))
    asked = Asked(template_key="messages.duty", words=DUTY, need_receipt=need_receipt)
    batch = batches.submit(to, asked, actor=cast.tang.principal())
    now = timezone.now()
    batches.release(now=now, actor=SYSTEM)
    arrive(batch, now)
    return batch


def arrive(batch: SmsBatch, now: datetime.datetime) -> None:
    for text in SmsText.objects.filter(batch=batch, state="waiting"):
        sms.settle(text, Answer(carrier_id=f"R{text.pk}", is_delivered=True), now=now, actor=SYSTEM)
    batches.finish(now=now, actor=SYSTEM)
    batch.refresh_from_db()


def hear(cast: Cast, login: str, text: str) -> SmsReply:
    news = News(mobile=f"+86{cast.member(login).person.mobile}", text=text)
    return replies.take_reply(news, now=timezone.now(), actor=SYSTEM)


def test_reply_1_signs_for_a_batch(cast: Cast) -> None:
    batch = sent(cast, "li", "qian", "zhao")
    assert batch.text.endswith("。回复1签收")
    reply = hear(cast, "li", "1")
    assert (reply.state, reply.has_confirmed, reply.person) == ("confirmed", True, cast.li.person)
    assert reply.unit == cast.units["QP-0301"]
    hear(cast, "li", "1")
    found = queries.signed(batch)
    assert (found.told, found.confirmed, found.waiting, found.percent) == (3, 1, 2, 33)
    assert [one.name for one in queries.names_waiting(batch, cast.tang.principal(), limit=9)] == [
        "赵明远",
        "钱玉芬",
    ]


@pytest.mark.parametrize(("need_receipt", "text"), [(True, "收到吗"), (False, "1")])
def test_other_words_and_other_batches_sign_for_nothing(cast: Cast, need_receipt: bool, text: str) -> None:
    batch = sent(cast, "li", need_receipt=need_receipt)
    reply = hear(cast, "li", text)
    assert (reply.state, reply.has_confirmed) == ("noted", False)
    assert reply.text_to is not None and reply.text_to.batch == batch
    assert queries.signed(batch).confirmed == 0


def test_a_signature_is_for_what_waits_for_one(cast: Cast) -> None:
    """A later text that asks for nothing does not take it."""
    batch = sent(cast, "li")
    asked = Asked(template_key="messages.emergency", words={"情况": "停水", "要求": "储水"})
    batches.submit(Audience(persons=(cast.li.person.pk,)), asked, actor=cast.tang.principal())
    batches.release(now=timezone.now(), actor=SYSTEM)
    for text in SmsText.objects.filter(state="waiting"):
        sms.settle(text, Answer(is_delivered=True), now=timezone.now(), actor=SYSTEM)
    assert hear(cast, "li", "1").has_confirmed and queries.signed(batch).confirmed == 1


class TestWork:
    def test_what_answers_nothing_waits_for_the_office(self, cast: Cast) -> None:
        reply = hear(cast, "zhou", "明天开会吗")
        assert (reply.state, reply.unit) == ("waiting", cast.units["QP-0301"])
        assert queries.waiting_for(cast.tang.principal()) == 1
        assert queries.waiting_for(cast.fang.principal()) == 0
        with pytest.raises(Refused) as refusal:
            replies.handle(reply.pk, note=" ", actor=cast.tang.principal())
        assert refusal.value.fields == {"note": "请填写处理说明"}
        done = replies.handle(reply.pk, note="已电话答复", actor=cast.tang.principal())
        assert (done.state, done.handled_by_name) == ("handled", "唐静宜")
        with pytest.raises(Refused, match="该数据已被唐静宜于") as refusal:
            replies.handle(reply.pk, note="再办", actor=cast.zhao.principal())
        assert refusal.value.code == "E-CONC-01"

    def test_numbers_nobody_knows_are_the_platform_s(self, cast: Cast) -> None:
        news = News(mobile="13912345670", text="退订")
        reply = replies.take_reply(news, now=timezone.now(), actor=SYSTEM)
        assert (reply.person, reply.unit) == (None, None)
        seen = SmsReply.objects.visible_to
        assert reply in seen(cast.sun.principal()) and reply not in seen(cast.tang.principal())

    @pytest.mark.parametrize(("login", "status"), [("fang", 404), ("sun", 404), ("li", 404)])
    def test_by_nobody_else(self, cast: Cast, login: str, status: int) -> None:
        reply = hear(cast, "zhou", "明天开会吗")
        with pytest.raises(Refused) as refusal:
            replies.handle(reply.pk, note="已办", actor=cast.member(login).principal())
        assert refusal.value.status == status

    def test_what_was_matched_is_not_settled(self, cast: Cast) -> None:
        sent(cast, "li")
        reply = hear(cast, "li", "收到")
        with pytest.raises(Refused, match="当前状态为“已匹配”，不能执行“处理”"):
            replies.handle(reply.pk, note="已办", actor=cast.tang.principal())


def test_replies_of_the_hidden_are_counted_and_not_shown(cast: Cast) -> None:
    batch = sent(cast, "li")
    text = SmsText.objects.get(batch=batch)
    SmsReply.objects.create(
        mobile=cast.mi.person.mobile,
        text="1",
        text_to=text,
        person=cast.mi.person,
        unit=batch.unit,
        state="confirmed",
        received_at=timezone.now(),
    )
    assert not SmsReply.objects.visible_to(cast.tang.principal()).exists()
    assert SmsReply.objects.visible_to(cast.temp.principal()).count() == 0


class TestReminders:
    def test_once_in_four_hours_to_who_has_not_signed(self, cast: Cast) -> None:
        batch, tang = sent(cast, "li", "qian"), cast.tang.principal()
        hear(cast, "li", "1")
        soon = timezone.now() + datetime.timedelta(minutes=5)
        with pytest.raises(Refused, match="10分钟内已向这些号码发送过相同内容"):
            replies.remind(batch.pk, actor=tang, now=soon)
        later = timezone.now() + datetime.timedelta(minutes=11)
        assert replies.remind(batch.pk, actor=tang, now=later) == 1
        again = SmsText.objects.filter(batch=batch).latest("pk")
        assert again.person == cast.qian.person and again.text == batch.text
        batch.refresh_from_db()
        assert batch.state == "sending" and batch.reminded_at == later
        arrive(batch, later)
        with pytest.raises(Refused, match="4小时内已提醒过") as refusal:
            replies.remind(batch.pk, actor=tang, now=later + datetime.timedelta(hours=3))
        assert refusal.value.status == 429
        hear(cast, "qian", "签收")
        assert queries.signed(batch).waiting == 0 and queries.signed(batch).told == 2
        with pytest.raises(Refused, match="所有接收人都已签收"):
            replies.remind(batch.pk, actor=tang, now=later + rules.REMIND_EVERY)

    def test_by_who_sent_it_and_where_it_was_asked_for(self, cast: Cast) -> None:
        batch = sent(cast, "li")
        with pytest.raises(Refused, match="只有发送人可以提醒"):
            replies.remind(batch.pk, actor=cast.zhao.principal())
        other = sent(cast, "qian", need_receipt=False)
        with pytest.raises(Refused, match="该批次不要求签收"):
            replies.remind(other.pk, actor=cast.tang.principal())


class TestPages:
    def test_statistics_and_list(self, cast: Cast) -> None:
        batch, tang = sent(cast, "li", "qian"), as_member(cast, "tang")
        hear(cast, "li", "1")
        page = tang.get(f"/messages/batches/{batch.pk}/").content.decode()
        assert "已签收1人，未签收1人" in page and "钱玉芬" in page and "提醒未签收" in page
        page = tang.get(f"/messages/batches/replies/?q={batch.number}").content.decode()
        assert "李四" in page and "已签收" in page and str(batch) in page
        assert "李四" not in as_member(cast, "fang").get("/messages/batches/replies/").content.decode()
        answer = tang.post("/messages/batches/replies/", {"export": "1", "purpose": "核对签收"})
        assert b"".join(answer.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
        assert tang.post(f"/messages/batches/{batch.pk}/remind/").status_code == 409

    def test_work_is_settled(self, cast: Cast) -> None:
        reply, tang = hear(cast, "zhou", "明天开会吗"), as_member(cast, "tang")
        page = tang.get("/messages/batches/replies/?state=waiting").content.decode()
        assert "明天开会吗" in page and "有1条回复没有对应的短信" in page
        address = f"/messages/batches/replies/{reply.pk}/"
        assert "标为已处理" in tang.get(address).content.decode()
        assert tang.post(address, {"note": ""}).status_code == 422
        assert "上行短信已处理" in tang.post(address, {"note": "已答复"}, follow=True).content.decode()
        assert as_member(cast, "fang").get(address).status_code == 404
