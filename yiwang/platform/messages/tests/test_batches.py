"""短信批次: what they cost, who must agree, when they go, what becomes of them (§16, acceptance)."""

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.messages import jobs, rules
from yiwang.platform.messages.actions import batches, codes, sms
from yiwang.platform.messages.gateways.interface import Answer
from yiwang.platform.messages.models import Message, SmsBatch, SmsText
from yiwang.platform.messages.queries.audience import Audience
from yiwang.platform.messages.queries.pricing import Asked
from yiwang.platform.messages.tests.test_notices import add_people

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")
MEETING = {"时间": "11月24日14:00", "地点": "三楼会议室", "会议": "防汛工作会议"}
OUTSIDE = "13912345678"
OF_PURPOSE: dict[str, dict[str, Any]] = {
    "duty": {"template_key": "messages.duty", "words": {"时间": "今日9:00起", "带班领导": "赵明远"}},
    "emergency": {"template_key": "messages.emergency", "words": {"情况": "水位超警", "要求": "到岗"}},
}


def persons(cast: Cast, *logins: str) -> Audience:
    return Audience(persons=tuple(cast.member(login).person.pk for login in logins))


def submit(cast: Cast, audience: Audience, *, login: str = "tang", **changes: Any) -> SmsBatch:
    values: dict[str, Any] = {"template_key": "messages.meeting", "words": MEETING}
    if "template_key" in changes or changes.get("purpose") not in (None, "duty", "emergency"):
        values["purpose"] = "meeting"
    if changes.get("purpose") in ("duty", "emergency") and "template_key" not in changes:
        values |= OF_PURPOSE[changes["purpose"]]
    return batches.submit(audience, Asked(**(values | changes)), actor=cast.member(login).principal())


def text_of(length: int) -> str:
    """So long with its signature."""
    return "政" * (length - len(f"【{settings.SMS_SIGNATURE}】"))


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


@pytest.mark.parametrize(("length", "parts"), [(70, 1), (71, 2), (134, 2), (135, 3)])
def test_acceptance_1_what_it_costs(cast: Cast, length: int, parts: int) -> None:
    """Given 71 characters with signature, then “将按2条计费”."""
    form = {
        "purpose": "other",
        "text": text_of(length),
        "persons": [cast.li.person.pk],
        "step": "preview",
    }
    page = as_member(cast, "tang").post("/messages/batches/new/", form).content.decode()
    assert f"共{length}个字（含签名），将按{parts}条计费" in page
    assert not SmsBatch.objects.exists()


def test_acceptance_2_sixty_receivers_wait_for_approval(cast: Cast) -> None:
    people = add_people(cast, 60, "QP-0301-01")
    batch = submit(cast, Audience(persons=tuple(one.pk for one in people)))
    assert (batch.total, batch.state, batch.get_state_display()) == (60, "pending", "待审批")
    few = submit(cast, Audience(persons=tuple(one.pk for one in people[:50])))
    assert few.state == "ready"


def test_acceptance_4_codes_too_soon(cast: Cast) -> None:
    """Given OTP requested twice in 30 s, then 429 “请60秒后再试”."""

    now = timezone.now()
    codes.send_code(OUTSIDE, purpose="tests.code", actor=SYSTEM, now=now)
    with pytest.raises(Refused, match="请60秒后再试") as refusal:
        later = now + datetime.timedelta(seconds=30)
        codes.send_code(OUTSIDE, purpose="tests.code", actor=SYSTEM, now=later)
    assert refusal.value.status == 429


def test_acceptance_5_a_missing_word(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        submit(cast, persons(cast, "li"), words={"时间": "明日", "会议": "例会"})
    assert refusal.value.status == 422
    assert refusal.value.fields == {"words": "短信模板“会议通知”缺少变量：地点"}
    assert not SmsBatch.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"template_key": "", "text": "请到会议室领取材料"},
        {"external": [OUTSIDE], "external_reason": "邀请专家"},
    ],
)
def test_free_text_and_numbers_from_outside_wait_too(cast: Cast, changes: dict[str, Any]) -> None:
    batch = submit(cast, persons(cast, "li"), **changes)
    assert batch.state == "pending"
    told = Message.objects.get(kind="messages.batch_waits")
    assert told.title == f"短信批次{batch.number}待您审批" and told.receivers == 1  # not who asks: zhao


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"purpose": "duty", "external": [OUTSIDE], "external_reason": "家属"}, "external"),
        ({"external": [OUTSIDE]}, "external_reason"),
        ({"external": ["12345"], "external_reason": "专家"}, "external"),
        ({"template_key": "messages.code"}, "template"),
        ({"template_key": "", "text": ""}, "text"),
        ({"template_key": "", "text": "长" * 301}, "text"),
        ({"template_key": "", "text": "详见 https://evil.example/a"}, "text"),
        ({"template_key": "", "text": "登录www.example.com查看"}, "text"),
        ({"template_key": "", "text": "身份证310199199007070077已核"}, "text"),
        ({"purpose": "advert"}, "purpose"),
    ],
)
def test_what_may_not_be_sent(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        submit(cast, persons(cast, "li"), **changes)
    assert refusal.value.status == 422 and field in refusal.value.fields
    assert not SmsBatch.objects.exists()


def test_a_link_of_the_platform_itself_may(cast: Cast) -> None:
    assert submit(cast, persons(cast, "li"), template_key="", text="请看 https://testserver/todos/").pk


def test_who_may_send_to_whom(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        submit(cast, persons(cast, "qian"), login="li")
    assert refusal.value.status == 403
    with pytest.raises(Refused) as refusal:
        submit(cast, Audience(units=(cast.units["QP-0302"].pk,)))
    assert refusal.value.status == 422
    with pytest.raises(Refused) as refusal:
        submit(cast, Audience())
    assert refusal.value.status == 422


class TestDecision:
    @pytest.fixture
    def batch(self, cast: Cast) -> SmsBatch:
        return submit(cast, persons(cast, "li"), template_key="", text="请领取材料")

    @pytest.fixture
    def zhao(self, cast: Cast) -> Principal:
        actor: Principal = cast.zhao.principal()
        return actor

    def test_a_second_person_agrees(self, batch: SmsBatch, zhao: Principal) -> None:
        done = batches.decide(batch.pk, agrees=True, opinion="", actor=zhao)
        assert (done.state, done.decider_name) == ("ready", "赵明远")
        with pytest.raises(Refused, match="当前状态为“待发送”，不能执行“同意”"):
            batches.decide(batch.pk, agrees=True, opinion="", actor=zhao)

    def test_or_refuses_with_a_reason(self, batch: SmsBatch, zhao: Principal) -> None:
        with pytest.raises(Refused) as refusal:
            batches.decide(batch.pk, agrees=False, opinion=" ", actor=zhao)
        assert refusal.value.fields == {"opinion": "请填写驳回意见"}
        done = batches.decide(batch.pk, agrees=False, opinion="与工作无关", actor=zhao)
        assert (done.state, done.opinion) == ("refused", "与工作无关")
        assert jobs.release_batches() == 0 and not SmsText.objects.filter(batch=batch).exists()

    def test_never_one_s_own(self, cast: Cast, batch: SmsBatch) -> None:
        with pytest.raises(Refused, match="不能审批本人提交的短信") as refusal:
            batches.decide(batch.pk, agrees=True, opinion="", actor=cast.tang.principal())
        assert refusal.value.status == 403

    @pytest.mark.parametrize(("login", "status"), [("fang", 404), ("sun", 404), ("li", 404)])
    def test_not_by_others(self, cast: Cast, batch: SmsBatch, login: str, status: int) -> None:
        with pytest.raises(Refused) as refusal:
            batches.decide(batch.pk, agrees=True, opinion="", actor=cast.member(login).principal())
        assert refusal.value.status == status

    def test_it_can_be_cancelled_before_it_goes(self, cast: Cast, batch: SmsBatch, zhao: Principal) -> None:
        with pytest.raises(Refused, match="只有发送人可以取消"):
            batches.cancel(batch.pk, actor=zhao)
        assert batches.cancel(batch.pk, actor=cast.tang.principal()).state == "cancelled"
        with pytest.raises(Refused, match="不能执行“取消”"):
            batches.cancel(batch.pk, actor=cast.tang.principal())


def test_from_submission_to_the_end(cast: Cast) -> None:
    batch = submit(cast, Audience(units=(cast.units["QP-0301-01"].pk,)), purpose="duty")
    assert batches.release(now=timezone.now(), actor=SYSTEM) == 1
    texts = SmsText.objects.filter(batch=batch)
    assert {one.person.name for one in texts if one.person} == {"唐静宜", "钱玉芬", "李四"}
    assert {one.text for one in texts} == {batch.text}
    assert batches.finish(now=timezone.now(), actor=SYSTEM) == 0
    for number, one in enumerate(texts):
        failure = "空号" if number == 0 else ""
        SmsText.objects.filter(pk=one.pk).update(tries=rules.MOST_TRIES)
        one.refresh_from_db()
        sms.settle(one, Answer(failure=failure, is_delivered=not failure), now=timezone.now(), actor=SYSTEM)
    assert batches.finish(now=timezone.now(), actor=SYSTEM) == 1
    batch.refresh_from_db()
    assert batch.state == "partly" and batch.finished_at is not None


def test_the_same_text_goes_to_a_number_once_in_ten_minutes(cast: Cast) -> None:
    now = timezone.now()
    for _ in range(2):
        submit(cast, persons(cast, "li"), purpose="duty")
        batches.release(now=now + datetime.timedelta(seconds=1), actor=SYSTEM)
    assert SmsText.objects.count() == 1
    submit(cast, persons(cast, "li"), purpose="duty")
    batches.release(now=now + datetime.timedelta(minutes=12), actor=SYSTEM)
    assert SmsText.objects.count() == 2


def test_numbers_from_outside_receive_too(cast: Cast) -> None:
    batch = submit(cast, persons(cast, "li"), external=[OUTSIDE, OUTSIDE], external_reason="邀请专家")
    assert batch.total == 2
    batches.decide(batch.pk, agrees=True, opinion="", actor=cast.zhao.principal())
    SmsBatch.objects.update(due_at=timezone.now())
    batches.release(now=timezone.now(), actor=SYSTEM)
    assert {one.mobile for one in SmsText.objects.all()} == {OUTSIDE, cast.li.person.mobile}


@pytest.mark.parametrize(
    ("purpose", "asked", "due"),
    [("meeting", 22, 8), ("emergency", 22, 22), ("duty", 5, 5), ("meeting", 9, 9)],
)
def test_at_night_it_waits_for_eight(cast: Cast, purpose: str, asked: int, due: int) -> None:
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    wanted = datetime.datetime.combine(tomorrow, datetime.time(asked), SHANGHAI)
    batch = submit(cast, persons(cast, "li"), purpose=purpose, due_at=wanted)
    assert batch.due_at is not None and batch.due_at.astimezone(SHANGHAI).hour == due


def test_a_unit_has_so_many_a_month(cast: Cast, settings: Settings) -> None:
    settings.SMS_MONTHLY_QUOTA = 3
    submit(cast, persons(cast, "li", "qian"))
    with pytest.raises(Refused, match="本单位本月短信额度不足，剩余1条，本次需2条"):
        submit(cast, persons(cast, "zhou", "zhao"))
    assert submit(cast, persons(cast, "zhou")).pk


class TestPages:
    def test_from_form_to_decision(self, cast: Cast) -> None:
        tang, zhao = as_member(cast, "tang"), as_member(cast, "zhao")
        form = {"purpose": "other", "text": "请领取材料", "persons": [cast.li.person.pk]}
        preview = tang.post("/messages/batches/new/", form | {"step": "preview"}).content.decode()
        assert "提交后进入待审批" in preview and "提交审批" in preview
        answer = tang.post("/messages/batches/new/", form | {"step": "send"}, follow=True).content.decode()
        batch = SmsBatch.objects.get()
        assert f"短信批次{batch.number}已提交审批" in answer and "同意发送" not in answer
        assert str(batch) in zhao.get("/messages/batches/").content.decode()
        assert "同意发送" in zhao.get(f"/messages/batches/{batch.pk}/").content.decode()
        decide = f"/messages/batches/{batch.pk}/decide/"
        assert zhao.post(decide, {"choice": "refuse", "opinion": ""}).status_code == 422
        assert zhao.post(decide, {"choice": ""}).status_code == 422
        assert "已同意" in zhao.post(decide, {"choice": "agree"}, follow=True).content.decode()
        assert "已取消" in tang.post(f"/messages/batches/{batch.pk}/cancel/", follow=True).content.decode()
        for login in ("fang", "sun", "li"):
            assert as_member(cast, login).get(f"/messages/batches/{batch.pk}/").status_code == 404

    def test_each_variable_has_a_field(self, cast: Cast) -> None:
        form = {
            "template": "messages.meeting",
            **{f"word_{name}": value for name, value in MEETING.items()},
            "persons": [cast.li.person.pk],
            "step": "preview",
        }
        page = as_member(cast, "tang").post("/messages/batches/new/", form).content.decode()
        assert "请于11月24日14:00在三楼会议室参加防汛工作会议，请准时出席。" in page
        wrong = as_member(cast, "tang").post("/messages/batches/new/", form | {"word_地点": ""})
        assert wrong.status_code == 422 and "请填写此项" in wrong.content.decode()

    def test_administrators_see_numbers_and_no_contents(self, cast: Cast) -> None:
        submit(cast, persons(cast, "li"), purpose="duty", template_key="", text="不给管理员看的内容")
        batch = SmsBatch.objects.get()
        batches.decide(batch.pk, agrees=True, opinion="", actor=cast.zhao.principal())
        batches.release(now=timezone.now(), actor=SYSTEM)
        text = as_member(cast, "sun").get("/messages/batches/usage/").content.decode()
        assert "朱家角镇" in text and "不给管理员看的内容" not in text and "李四" not in text
