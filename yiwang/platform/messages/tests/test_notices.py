"""发通知: whom it reaches, what the sender learns of them, reminding and recalling (§6.3, acceptance 5)."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import Cast, with_check_digit
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.messages.actions import messages, notices
from yiwang.platform.messages.models import Message, Receipt
from yiwang.platform.messages.queries import audience, sent
from yiwang.platform.messages.queries.audience import Audience
from yiwang.platform.org.actions import people
from yiwang.platform.org.models import Person
from yiwang.platform.tags.actions import member
from yiwang.platform.tags.models import TagUse
from yiwang.platform.tags.tests.factories import CHIEFS, dynamic, mark, tag

pytestmark = pytest.mark.django_db


def send(cast: Cast, chosen: Audience, *, actor: Principal | None = None, **changes: Any) -> Message:
    values: dict[str, Any] = {"title": "关于防汛值班的通知", "text": "请各单位落实值班。"}
    return notices.send_notice(chosen, actor=actor or cast.tang.principal(), **(values | changes))


def told(message: Message) -> set[str]:
    return set(Receipt.objects.filter(message=message).values_list("person__name", flat=True))


def unit(cast: Cast, code: str) -> int:
    return cast.units[code].pk


def add_people(cast: Cast, number: int, code: str, *, title: str = "办事员", since: int = 0) -> list[Person]:
    return [
        people.add_person(
            unit=cast.units[code],
            name=f"测试{chr(0x4E00 + n)}",
            id_number=with_check_digit(f"310199{19600101 + n % 40 * 10_000}{200 + n:03}"),
            mobile=f"1377777{n:04}",
            category=Person.Category.ESTABLISHED,
            title=title,
            actor=SYSTEM,
        )
        for n in range(since, since + number)
    ]


def test_acceptance_5_a_tag_with_two_hidden_people(cast: Cast) -> None:
    """Thirty people, two hidden from the sender: thirty receive it, he sees a number and no hidden name."""
    marked = tag(cast, "防汛联络员")
    shown = add_people(cast, 28, "QP-0302-01")
    hidden = [cast.mi.person, *add_people(cast, 1, "QP-0101-01", since=28)]
    member.add_members(
        marked,
        persons=[one.pk for one in (*shown, *hidden)],
        units=[],
        actor=SYSTEM,
        viewer=cast.sun.principal(),
    )
    tang = cast.tang.principal()
    assert audience.count(Audience(tags=(marked.pk,))) == 30
    message = send(cast, Audience(tags=(marked.pk,)), actor=tang)
    assert message.receivers == 30 and Receipt.objects.filter(message=message).count() == 30
    assert sum(line.receivers for line in sent.by_unit(message, tang)) == 30
    names = {one.name for one in sent.waiting(message, tang)}
    assert len(names) <= 28 and not names & {one.name for one in hidden}
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.tang.token()
    text = client.get(f"/messages/sent/{message.pk}/").content.decode()
    assert "30" in text and not any(one.name in text for one in hidden)
    assert TagUse.objects.get(tag=marked).people == 30


@pytest.mark.parametrize("kind", ["unit", "role", "dynamic"])
def test_whom_it_reaches(cast: Cast, kind: str) -> None:
    chosen: dict[str, Callable[[], Audience]] = {
        "unit": lambda: Audience(units=(unit(cast, "QP-0301"),)),
        "role": lambda: Audience(roles=("accounts.unit_head", "accounts.office_director")),
        "dynamic": lambda: Audience(tags=(dynamic(cast, CHIEFS, unit="QP-0301").pk,)),
    }
    (chief,) = add_people(cast, 1, "QP-0301-01", title="科长")
    expected = {
        "unit": {"赵明远", "唐静宜", "钱玉芬", "李四", "周月娥", chief.name},
        "role": {"赵明远", "唐静宜"},  # those of the other town are out of her scope
        "dynamic": {chief.name, "孙建国"},  # a rule knows no borders
    }[kind]
    assert told(send(cast, chosen[kind]())) == expected


def test_everybody_once_and_in_one_statement(cast: Cast) -> None:
    chosen = Audience(
        persons=(cast.li.person.pk,),
        units=(unit(cast, "QP-0301"), unit(cast, "QP-0301-01")),
        roles=("accounts.unit_head",),
    )
    tang = cast.tang.principal()
    with CaptureQueriesContext(connection) as statements:
        message = send(cast, chosen, actor=tang)
    stored = [one for one in statements.captured_queries if "INSERT INTO messages_receipt" in one["sql"]]
    assert len(stored) == 1
    assert Receipt.objects.filter(message=message).count() == message.receivers == len(told(message))


def test_who_has_left_does_not_receive(cast: Cast) -> None:
    marked = tag(cast)
    mark(cast, marked, "li", "wang")
    cast.wang.account.state = "closed"
    cast.wang.account.save(update_fields=["state"])
    assert told(send(cast, Audience(tags=(marked.pk,)))) == {"李四"}


@pytest.mark.parametrize(
    ("login", "chosen", "status", "message"),
    [
        ("li", {"units": ["QP-0301"]}, 403, "您没有“发送通知”权限"),
        ("tang", {"units": ["QP-0302"]}, 422, "只能发给您有发送权限的单位"),
        ("tang", {"units": ["QP-0101-01"]}, 422, "只能发给您有发送权限的单位"),
        ("tang", {"persons": ["mi"]}, 422, "接收人不存在或已注销"),
        ("tang", {}, 422, "请选择接收人"),
    ],
)
def test_whom_one_may_not_write_to(
    cast: Cast, login: str, chosen: dict[str, list[str]], status: int, message: str
) -> None:
    chosen_audience = Audience(
        units=tuple(unit(cast, code) for code in chosen.get("units", [])),
        persons=tuple(cast.member(one).person.pk for one in chosen.get("persons", [])),
    )
    with pytest.raises(Refused) as refusal:
        send(cast, chosen_audience, actor=cast.member(login).principal())
    assert refusal.value.status == status
    assert message in (str(refusal.value.fields) or "") or message in refusal.value.message
    assert not Message.objects.filter(kind="messages.notice").exists()


def test_another_unit_s_tag_does_not_exist(cast: Cast) -> None:
    theirs = tag(cast, "徐泾联络员", unit="QP-0302")
    with pytest.raises(Refused) as refusal:
        send(cast, Audience(tags=(theirs.pk,)))
    assert refusal.value.status == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 61}, "title"),
        ({"text": ""}, "text"),
        ({"text": "长" * 501}, "text"),
        ({"valid_until": timezone.now()}, "valid_until"),
    ],
)
def test_bad_input(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        send(cast, Audience(persons=(cast.li.person.pk,)), **changes)
    assert refusal.value.status == 422 and field in refusal.value.fields
    assert not Message.objects.filter(kind="messages.notice").exists()


def test_reminding_those_who_have_not_read(cast: Cast) -> None:
    tang = cast.tang.principal()
    message = send(cast, Audience(persons=(cast.li.person.pk, cast.zhou.person.pk)), actor=tang)
    own = Receipt.objects.get(message=message, person=cast.li.person)
    messages.read(own.pk, actor=cast.li.principal())
    assert notices.remind(message.pk, actor=tang) == 1
    reminder = Message.objects.get(kind="messages.unread_reminded")
    assert told(reminder) == {"周月娥"} and reminder.title == "请尽快阅读通知《关于防汛值班的通知》"
    with pytest.raises(Refused, match="4小时内只能提醒一次"):
        notices.remind(message.pk, actor=tang)
    later = timezone.now() + datetime.timedelta(hours=4, minutes=1)
    assert notices.remind(message.pk, actor=tang, now=later) == 1


def test_nobody_is_left_to_be_reminded(cast: Cast) -> None:
    tang = cast.tang.principal()
    message = send(cast, Audience(persons=(cast.li.person.pk,)), actor=tang, need_receipt=True)
    own = Receipt.objects.get(message=message)
    messages.confirm(own.pk, actor=cast.li.principal())
    with pytest.raises(Refused, match="接收人均已确认"):
        notices.remind(message.pk, actor=tang)
    with pytest.raises(Refused) as refusal:
        notices.remind(message.pk, actor=cast.zhao.principal())
    assert refusal.value.status == 404


def test_why_one_receives_it(cast: Cast) -> None:
    marked = tag(cast, "防汛联络员")
    mark(cast, marked, "li")
    chosen = Audience(
        persons=(cast.li.person.pk, cast.wang.person.pk),
        units=(unit(cast, "QP-0301"),),
        tags=(marked.pk,),
        roles=("accounts.unit_head",),
    )
    message = send(cast, chosen)
    assert audience.why(message, cast.li.person.pk) == [
        "发送人选择了您本人",
        "发送范围为“朱家角镇”及其下级",
        "您属于标签“防汛联络员”",
    ]
    assert audience.why(message, cast.wang.person.pk) == ["发送人选择了您本人"]
    assert "您担任“单位主要负责人”" in audience.why(message, cast.zhao.person.pk)


def test_how_far_it_is_by_department(cast: Cast) -> None:
    tang = cast.tang.principal()
    message = send(cast, Audience(persons=(cast.li.person.pk, cast.wang.person.pk)), actor=tang)
    messages.note_delivered(actor=cast.wang.principal())
    lines = {line.unit: (line.receivers, line.delivered, line.read) for line in sent.by_unit(message, tang)}
    assert lines == {"朱家角镇": (1, 0, 0), "徐泾镇": (1, 1, 0)}


class TestPages:
    @pytest.fixture
    def tang(self, cast: Cast) -> Client:
        client = Client()
        client.cookies[settings.SESSION_COOKIE] = cast.tang.token()
        return client

    def test_from_the_form_to_the_receivers(self, cast: Cast, tang: Client) -> None:
        form = {
            "title": "停水通知",
            "text": "今晚停水。",
            "urgency": "0",
            "units": [unit(cast, "QP-0301")],
            "roles": ["accounts.unit_head"],
            "need_receipt": "on",
        }
        assert "核对" in tang.get("/messages/sent/new/").content.decode()
        preview = tang.post("/messages/sent/new/", form | {"step": "preview"}).content.decode()
        assert "将发送给" in preview and "朱家角镇" in preview and "单位主要负责人" in preview
        assert not Message.objects.filter(kind="messages.notice").exists()
        assert "停水通知" in tang.post("/messages/sent/new/", form | {"step": "edit"}).content.decode()
        answer = tang.post("/messages/sent/new/", form | {"step": "send"}, follow=True).content.decode()
        assert "通知已发送给" in answer and "已确认" in answer
        message = Message.objects.get(kind="messages.notice")
        assert "停水通知" in tang.get("/messages/sent/").content.decode()

        li = Client()
        li.cookies[settings.SESSION_COOKIE] = cast.li.token()
        own = Receipt.objects.get(message=message, person=cast.li.person)
        text = li.get(f"/messages/{own.pk}/").content.decode()
        assert "为什么收到这条" in text and "发送范围为“朱家角镇”及其下级" in text
        assert li.get("/messages/sent/").status_code == 404

        assert "已提醒" in tang.post(f"/messages/sent/{message.pk}/remind/", follow=True).content.decode()
        assert tang.post(f"/messages/sent/{message.pk}/remind/").status_code == 409
        assert tang.post(f"/messages/sent/{message.pk}/recall/", {"reason": ""}).status_code == 422
        done = tang.post(f"/messages/sent/{message.pk}/recall/", {"reason": "时间有误"}, follow=True)
        assert "已撤回" in done.content.decode()
        assert "该消息已撤回" in li.get("/messages/all/").content.decode()

    def test_what_is_wrong_is_said_beside_the_field(self, cast: Cast, tang: Client) -> None:
        empty = tang.post("/messages/sent/new/", {"urgency": "0"})
        assert empty.status_code == 422
        nobody = tang.post("/messages/sent/new/", {"title": "通知", "text": "正文", "urgency": "0"})
        assert nobody.status_code == 422 and "请选择接收人" in nobody.content.decode()
        form = {"title": "通知", "text": "正文", "urgency": "0", "valid_until": "2020-01-01"}
        assert "有效期不能早于今天" in tang.post("/messages/sent/new/", form).content.decode()

    def test_another_one_s_notice_does_not_exist(self, cast: Cast, tang: Client) -> None:
        message = send(cast, Audience(persons=(cast.li.person.pk,)), actor=cast.zhao.principal())
        for path in ("", "recall/"):
            assert tang.get(f"/messages/sent/{message.pk}/{path}").status_code == 404
