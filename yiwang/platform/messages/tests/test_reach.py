"""必达: the ladder step by step, who is asked to tell whom, what stops it (§6.3, §16, §20)."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.deputies import DeputySource, deputy_sources
from yiwang.kernel.extension.duty import DutyRoster, duty_rosters
from yiwang.kernel.listing.conditions import Order
from yiwang.platform.accounts.actions import roles
from yiwang.platform.messages.actions import (
    deliveries,
    messages,
    notices,
    reach,
    reach_steps,
    replies,
    sms,
)
from yiwang.platform.messages.gateways.interface import News
from yiwang.platform.messages.models import (
    Delivery,
    Message,
    Reach,
    ReachAsk,
    ReachLine,
    ReachStep,
    Receipt,
    SmsText,
)
from yiwang.platform.messages.models.reach import Level
from yiwang.platform.messages.queries import quotas
from yiwang.platform.messages.queries.audience import Audience
from yiwang.platform.org.models import Person

pytestmark = pytest.mark.django_db

State = Reach.State
# A Wednesday morning, when nothing waits for the day.
NINE = datetime.datetime(2026, 11, 25, 9, 0, tzinfo=timezone.get_default_timezone())


def minutes(number: int) -> datetime.timedelta:
    return datetime.timedelta(minutes=number)


def begun(cast: Cast, *logins: str, at: datetime.datetime = NINE, **more: Any) -> Reach:
    """A must-reach notice of tang's to these people, its clock set to that moment."""
    persons = tuple(cast.member(one).person.pk for one in logins)
    made = reach.send_must_reach(
        Audience(persons=persons),
        title="台风防御通知",
        text="请立即到岗。",
        actor=cast.tang.principal(),
        **({"urgency": 2} | more),
    )
    Reach.objects.filter(pk=made.pk).update(started_at=at)
    ReachLine.objects.filter(reach=made).update(moved_at=at, next_at=at + minutes(10))
    return Reach.objects.select_related("message", "unit").get(pk=made.pk)


def climb(made: Reach, at: datetime.datetime) -> int:
    return reach_steps.climb(made.pk, now=timezone.localtime(at), actor=SYSTEM)


def line(made: Reach, member: Any) -> ReachLine:
    return ReachLine.objects.get(reach=made, receipt__person=member.person)


def confirm(made: Reach, member: Any) -> None:
    own = Receipt.objects.get(message=made.message, person=member.person)
    messages.confirm(own.pk, actor=member.principal())


def told(kind: str) -> set[str]:
    return set(Receipt.objects.filter(message__kind=kind).values_list("person__name", flat=True))


# --- sending


def test_it_is_sent_with_its_ladder(cast: Cast) -> None:
    made = begun(cast, "li", "zhou", "wang")
    assert made.message.need_receipt and made.unit == cast.units["QP-0301"] and made.state == State.RUNNING
    steps = ReachStep.objects.filter(reach=made).order_by("level").values_list("level", "after_minutes")
    assert list(steps) == [(1, 0), (2, 10), (3, 10), (4, 15)]
    assert {one.level for one in made.lines.all()} == {Level.INBOX}
    assert str(Entry.objects.filter(verb="messages.reach_started").latest("id")).startswith(
        "唐静宜发送了必达通知"
    )


def test_rows_are_units_of_others_and_sections_of_one_s_own(cast: Cast) -> None:
    made = begun(cast, "li", "zhao", "zhou", "wang")
    rows = dict(made.lines.values_list("receipt__person__name", "unit__short_name"))
    assert rows == {"李四": "党政办公室", "赵明远": "朱家角镇", "周月娥": "大新街居委会", "王海涛": "徐泾镇"}


@pytest.mark.parametrize("login", ["li", "qian", "wang"])
def test_who_may_not_send_it(cast: Cast, login: str) -> None:
    with pytest.raises(Refused) as refusal:
        reach.send_must_reach(
            Audience(persons=(cast.li.person.pk,)),
            title="通知",
            text="正文",
            actor=cast.member(login).principal(),
        )
    assert refusal.value.status == 403 and refusal.value.message == "您没有“发送必达通知”权限"
    assert not Reach.objects.exists() and not Message.objects.filter(kind="messages.notice").exists()


def test_a_clerk_sends_notices_but_none_that_must_reach(cast: Cast) -> None:
    roles.grant_role(
        cast.li.account, role="accounts.clerk", unit=cast.units["QP-0301"], actor=SYSTEM, reason="分工"
    )
    li, chosen = cast.li.principal(), Audience(persons=(cast.zhou.person.pk,))
    notices.send_notice(chosen, title="通知", text="正文", actor=li)
    with pytest.raises(Refused, match="您没有“发送必达通知”权限"):
        reach.send_must_reach(chosen, title="通知", text="正文", actor=li)


@pytest.mark.parametrize("between", [(4, 10, 15), (10, 241, 15), (10, 10), (10, 10, 10, 10)])
def test_minutes_have_limits(cast: Cast, between: tuple[int, ...]) -> None:
    with pytest.raises(Refused, match="升级间隔应为5至240分钟"):
        begun(cast, "li", minutes=between)
    assert not Reach.objects.exists()


def test_system_administrators_may_send_it(cast: Cast) -> None:
    made = reach.send_must_reach(
        Audience(units=(cast.units["QP-0302"].pk,)),
        title="停机",
        text="今晚停机。",
        actor=cast.sun.principal(),
    )
    assert set(made.lines.values_list("unit__short_name", flat=True)) == {"徐泾镇"}


def test_its_push_cannot_be_switched_off(cast: Cast) -> None:
    deliveries.choose("messages.notice", channel="push", is_wanted=False, actor=cast.li.principal())
    made = begun(cast, "li")
    ordinary = notices.send_notice(
        Audience(persons=(cast.li.person.pk,)), title="通知", text="正文", actor=cast.tang.principal()
    )
    for one in (made.message, ordinary):
        deliveries.plan(one.pk, now=timezone.localtime(), actor=SYSTEM)
    assert list(Delivery.objects.values_list("message", flat=True)) == [made.message_id]


# --- climbing


def test_the_ladder_step_by_step(cast: Cast) -> None:
    made = begun(cast, "li", "wang")
    assert climb(made, NINE + minutes(9)) == 0
    assert climb(made, NINE + minutes(10)) == 2
    text = SmsText.objects.get(message=made.message, person=cast.li.person)
    assert text.text.endswith("朱家角镇发来必达通知《台风防御通知》，请登录平台查看并确认，或回复1签收。")
    assert (text.sender_name, text.sender_unit) == ("唐静宜", "朱家角镇")
    assert line(made, cast.li).next_at == NINE + minutes(20)
    assert climb(made, NINE + minutes(10)) == 0  # again: nothing

    assert climb(made, NINE + minutes(20)) == 2
    asked = set(ReachAsk.objects.values_list("line__receipt__person__name", "person__name", "part"))
    assert asked == {("李四", "唐静宜", "contact"), ("王海涛", "方志远", "contact")}
    assert told("messages.reach_asked") == {"唐静宜", "方志远"}
    assert line(made, cast.wang).next_at == NINE + minutes(35)

    assert climb(made, NINE + minutes(35)) == 2
    assert line(made, cast.wang).level == Level.DUTY and line(made, cast.wang).next_at is None
    assert climb(made, NINE + minutes(500)) == 0
    assert SmsText.objects.filter(message=made.message).count() == 2


def test_who_has_confirmed_is_left_alone(cast: Cast) -> None:
    made = begun(cast, "li", "wang")
    confirm(made, cast.li)
    assert climb(made, NINE + minutes(10)) == 1
    assert line(made, cast.li).level == Level.INBOX and line(made, cast.li).next_at is None
    assert not SmsText.objects.filter(message=made.message, person=cast.li.person).exists()


def test_who_has_left_meanwhile_is_not_reminded(cast: Cast) -> None:
    made = begun(cast, "li", "wang")
    cast.wang.account.state = "closed"
    cast.wang.account.save(update_fields=["state"])
    assert climb(made, NINE + minutes(10)) == 1
    assert line(made, cast.wang).level == Level.INBOX and line(made, cast.wang).next_at is None


def test_a_reply_to_the_text_confirms(cast: Cast) -> None:
    made = begun(cast, "li")
    climb(made, NINE + minutes(10))
    SmsText.objects.update(sent_at=NINE + minutes(11), state="sent")
    replies.take_reply(News(mobile=cast.li.person.mobile, text="1"), now=NINE + minutes(12), actor=SYSTEM)
    assert climb(made, NINE + minutes(20)) == 0
    assert reach_steps.end_over(now=NINE + minutes(20), actor=SYSTEM) == 1
    made.refresh_from_db()
    assert made.state == State.DONE


def test_a_text_that_waits_is_dropped_when_he_confirms(cast: Cast) -> None:
    made = begun(cast, "li")
    climb(made, NINE + minutes(10))
    confirm(made, cast.li)
    SmsText.objects.update(due_at=NINE)
    assert sms.claim_due(now=NINE + minutes(11), actor=SYSTEM) == []
    assert SmsText.objects.get(message=made.message).state == "dropped"


NIGHT = NINE.replace(hour=22)


def test_at_night_it_waits_for_the_morning(cast: Cast) -> None:
    made = begun(cast, "li", at=NIGHT, urgency=1)
    assert climb(made, NIGHT + minutes(10)) == 0
    morning = NINE.replace(hour=8) + datetime.timedelta(days=1)
    assert (
        line(made, cast.li).next_at == morning and not SmsText.objects.filter(message=made.message).exists()
    )
    assert climb(made, morning) == 1
    assert SmsText.objects.filter(message=made.message).count() == 1


def test_very_urgent_does_not_wait(cast: Cast) -> None:
    made = begun(cast, "li", at=NIGHT, urgency=2)
    assert climb(made, NIGHT + minutes(10)) == 1
    text = SmsText.objects.get(message=made.message)
    assert text.due_at <= timezone.now()


def test_a_step_before_nine_at_night_leads_into_the_morning(cast: Cast) -> None:
    evening = NINE.replace(hour=20, minute=45)
    made = begun(cast, "li", at=evening, urgency=0)
    assert climb(made, evening + minutes(10)) == 1
    assert line(made, cast.li).next_at == NINE.replace(hour=8) + datetime.timedelta(days=1)


def test_texts_count_to_the_unit_s_quota(cast: Cast) -> None:
    made = begun(cast, "li", "wang")
    now = timezone.localtime()
    climb(made, NINE + minutes(10))
    assert quotas.standing(cast.units["QP-0301"], now=now).used == 2
    assert quotas.standing(cast.units["QP-0302"], now=now).used == 0
    lines = quotas.by_month(None, since=quotas.month_of(now)).fetch([], [Order("key")], None, 9)
    assert [(one["unit"], one["parts"]) for one in lines] == [("朱家角镇", 2)]


# --- who is asked


def at_contacts(cast: Cast, *logins: str) -> Reach:
    made = begun(cast, *logins)
    for moment in (10, 20):
        climb(made, NINE + minutes(moment))
    return made


def asked_for(made: Reach, member: Any) -> set[tuple[str, str]]:
    return set(ReachAsk.objects.filter(line=line(made, member)).values_list("person__name", "part"))


def test_a_deputy_goes_before_the_office(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def deputies(persons: Any, day: datetime.date) -> dict[int, int]:
        return {cast.li.person.pk: cast.wang.person.pk} if day == NINE.date() else {}

    source = DeputySource("tests.deputies", "测试", deputies_of=deputies)
    monkeypatch.setitem(deputy_sources._items, source.key, source)
    made = at_contacts(cast, "li", "zhou")
    assert asked_for(made, cast.li) == {("王海涛", "deputy")}
    assert asked_for(made, cast.zhou) == {("唐静宜", "contact")}


def test_nobody_is_asked_to_tell_himself(cast: Cast) -> None:
    made = at_contacts(cast, "fang", "tang")
    assert asked_for(made, cast.fang) == set()  # nobody else looks after 徐泾镇
    assert asked_for(made, cast.tang) == {("赵明远", "contact")}


def test_a_section_s_head_goes_before_the_office_of_the_town(cast: Cast) -> None:
    cast.qian.person.posts.update(is_head=True)
    made = at_contacts(cast, "li")
    assert asked_for(made, cast.li) == {("钱玉芬", "contact")}


def at_duty(made: Reach) -> None:
    climb(made, NINE + minutes(35))


def test_the_duty_room_is_who_is_on_duty_in_his_department(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    roster = DutyRoster("tests.duty", "测试", on_duty=lambda now: {cast.qian.person.pk, cast.gu.person.pk})
    monkeypatch.setitem(duty_rosters._items, roster.key, roster)
    made = at_contacts(cast, "li", "wang")
    at_duty(made)
    assert ("钱玉芬", "duty") in asked_for(made, cast.li)
    assert ("顾怀恩", "duty") in asked_for(made, cast.wang)


def test_without_a_roster_who_keeps_it_and_then_the_district_s(cast: Cast) -> None:
    roles.grant_role(
        cast.gu.account, role="accounts.duty_manager", unit=cast.units["QP-0302"], actor=SYSTEM, reason="分工"
    )
    roles.grant_role(cast.an.account, role="accounts.duty_office", unit=None, actor=SYSTEM, reason="分工")
    made = at_contacts(cast, "li", "wang")
    at_duty(made)
    assert ("顾怀恩", "duty") in asked_for(made, cast.wang)
    assert ("安若兰", "duty") in asked_for(made, cast.li)


def test_one_message_for_many_receivers(cast: Cast) -> None:
    at_contacts(cast, "li", "zhou", "qian", "zhao")
    asked = Message.objects.filter(kind="messages.reach_asked")
    assert [(one.title, one.receivers) for one in asked] == [("请转达必达通知《台风防御通知》", 1)]


# --- telling


def test_relaying_is_not_confirming(cast: Cast) -> None:
    made = at_contacts(cast, "li", "wang")
    fang, wang = cast.fang.principal(), line(made, cast.wang)
    assert reach.note_relayed(made.pk, [wang.pk], note="已口头告知", actor=fang, now=NINE + minutes(22)) == 1
    wang.refresh_from_db()
    assert (wang.told_how, wang.told_by_name, wang.told_note) == ("relayed", "方志远", "已口头告知")
    assert Receipt.objects.get(pk=wang.receipt_id).confirmed_at is None
    assert climb(made, NINE + minutes(35)) == 1  # li; wang is not reminded any more
    confirm(made, cast.wang)  # he may still do it himself


def test_one_relays_only_whom_one_was_asked_to_tell(cast: Cast) -> None:
    made = at_contacts(cast, "li", "wang")
    for member, other in ((cast.fang, cast.li), (cast.li, cast.wang)):
        with pytest.raises(Refused) as refusal:
            reach.note_relayed(made.pk, [line(made, other).pk], actor=member.principal())
        assert refusal.value.status == 404
    assert not ReachLine.objects.exclude(told_how="").exists()


def test_the_offices_note_calls(cast: Cast) -> None:
    made = begun(cast, "li", "wang")
    tang, fang = cast.tang.principal(), cast.fang.principal()
    theirs = cast.units["QP-0302"].pk
    assert reach.note_called(made.pk, theirs, [line(made, cast.wang).pk], actor=fang, note="已接听") == 1
    with pytest.raises(Refused, match="已登记通知"):
        reach.note_called(made.pk, theirs, [line(made, cast.wang).pk], actor=tang)
    with pytest.raises(Refused) as refusal:  # the other office does not know of li
        reach.note_called(made.pk, cast.units["QP-0301-01"].pk, [line(made, cast.li).pk], actor=fang)
    assert refusal.value.status == 404
    with pytest.raises(Refused) as refusal:
        reach.note_called(made.pk, theirs, [], actor=fang)
    assert refusal.value.status == 422
    entry = Entry.objects.filter(verb="messages.reach_told").latest("id")
    assert entry.changed_fields == {"电话通知": [0, 1]}


def test_who_confirmed_meanwhile_needs_no_call(cast: Cast) -> None:
    made = begun(cast, "wang")
    confirm(made, cast.wang)
    with pytest.raises(Refused, match="均已确认收到"):
        reach.note_called(
            made.pk, cast.units["QP-0302"].pk, [line(made, cast.wang).pk], actor=cast.tang.principal()
        )


# --- hastening and stopping


def test_hastening_a_unit(cast: Cast) -> None:
    made = begun(cast, "li", "wang")
    tang = cast.tang.principal()
    assert reach.hasten(made.pk, unit_id=cast.units["QP-0302"].pk, actor=tang, now=NINE + minutes(1)) == 1
    assert climb(made, NINE + minutes(1)) == 1
    assert line(made, cast.wang).level == Level.TEXT and line(made, cast.li).level == Level.INBOX
    assert reach.hasten(made.pk, actor=tang, now=NINE + minutes(2)) == 2


def test_hastening_is_refused(cast: Cast) -> None:
    made = begun(cast, "wang", urgency=0)
    with pytest.raises(Refused, match="21:00至次日8:00只能升级特急通知"):
        reach.hasten(made.pk, actor=cast.tang.principal(), now=NIGHT)
    with pytest.raises(Refused) as refusal:  # the receiver's office looks on, the receiver sees no board
        reach.hasten(made.pk, actor=cast.fang.principal(), now=NINE)
    assert refusal.value.status == 403
    with pytest.raises(Refused) as refusal:
        reach.hasten(made.pk, actor=cast.wang.principal(), now=NINE)
    assert refusal.value.status == 404
    confirm(made, cast.wang)
    with pytest.raises(Refused, match="没有可以升级的人员"):
        reach.hasten(made.pk, actor=cast.tang.principal(), now=NINE)


def test_stopping(cast: Cast) -> None:
    made = begun(cast, "wang")
    tang = cast.tang.principal()
    with pytest.raises(Refused) as refusal:
        reach.stop(made.pk, reason=" ", actor=tang)
    assert refusal.value.status == 422
    reach.stop(made.pk, reason="已电话确认全部到岗", actor=tang)
    assert climb(made, NINE + minutes(60)) == 0 and line(made, cast.wang).next_at is None
    with pytest.raises(Refused, match="当前状态为“已停止升级”，不能执行“停止升级”"):
        reach.stop(made.pk, reason="再停", actor=tang)
    with pytest.raises(Refused, match="不能执行“立即升级”"):
        reach.hasten(made.pk, actor=tang, now=NINE)
    confirm(made, cast.wang)
    assert str(Entry.objects.filter(verb="messages.reach_stopped").latest("id")).endswith(
        "已电话确认全部到岗"
    )


def test_recalling_stops_the_ladder(cast: Cast) -> None:
    made = begun(cast, "li", "wang")
    climb(made, NINE + minutes(10))
    messages.recall(made.message, reason="发错", actor=cast.tang.principal())
    made.refresh_from_db()
    assert made.state == State.RECALLED and climb(made, NINE + minutes(60)) == 0
    SmsText.objects.update(due_at=NINE)
    assert sms.claim_due(now=NINE + minutes(61), actor=SYSTEM) == []
    with pytest.raises(Refused, match="当前状态为“已撤回”，不能执行“登记”"):
        reach.note_called(
            made.pk, cast.units["QP-0302"].pk, [line(made, cast.wang).pk], actor=cast.tang.principal()
        )


@pytest.mark.parametrize(("days", "ended"), [(6, 0), (7, 1)])
def test_a_week_later_it_is_over(cast: Cast, days: int, ended: int) -> None:
    made = begun(cast, "wang")
    assert reach_steps.end_over(now=NINE + datetime.timedelta(days=days), actor=SYSTEM) == ended
    made.refresh_from_db()
    assert made.state == (State.EXPIRED if ended else State.RUNNING)


def test_it_ends_with_the_notice_s_validity(cast: Cast) -> None:
    until = timezone.now() + datetime.timedelta(hours=2)
    made = begun(cast, "wang", valid_until=until)
    assert reach_steps.end_over(now=until, actor=SYSTEM) == 1
    assert line(made, cast.wang).next_at is None


def test_hidden_people_are_reminded_like_all_others(cast: Cast) -> None:
    made = reach.send_must_reach(
        Audience(units=(cast.units["QP-0101"].pk,)),
        title="通知",
        text="正文",
        actor=cast.sun.principal(),
        urgency=2,
    )
    assert Person.objects.get(name="米思源").pk in made.lines.values_list("receipt__person", flat=True)
    ReachLine.objects.update(next_at=NINE)
    assert climb(made, NINE) == 1
