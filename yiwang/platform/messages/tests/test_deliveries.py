"""Pushes and e-mails: when they go, when they wait, when they go as one, and what becomes of them (§6.3)."""

import datetime
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as project
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.extension.duty import DutyRoster, duty_rosters
from yiwang.kernel.extension.messages import Category, MessageKind, message_kinds
from yiwang.kernel.workdays import queries as workdays
from yiwang.platform.messages import jobs, rules
from yiwang.platform.messages.actions import deliveries, messages
from yiwang.platform.messages.gateways import chosen
from yiwang.platform.messages.gateways.interface import NeverTaken, Unreachable
from yiwang.platform.messages.models import Delivery, Message, Mute, Receipt
from yiwang.platform.messages.queries import addresses
from yiwang.platform.messages.tests.mailbox import Mailbox, mailbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]

SHANGHAI = ZoneInfo("Asia/Shanghai")
TOLD = MessageKind(
    "messages.test_pushed", "提醒", Category.REMINDER, "{title}", "{text}", is_push=True, may_mute=True
)
MAILED = MessageKind("messages.test_mailed", "通知", Category.NOTICE, "{title}", "{text}", is_mail=True)


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    for one in (TOLD, MAILED):
        monkeypatch.setitem(message_kinds._items, one.key, one)


class Phones:
    """The service that reaches telephones; notes what it was given."""

    def __init__(self) -> None:
        self.pushed: list[tuple[str, str]] = []
        self.failure: Exception | None = None

    def send(self, *, reference: str, account: str, title: str, text: str, url: str) -> None:
        if self.failure is not None:
            raise self.failure
        self.pushed.append((account, title))


@pytest.fixture
def phones(monkeypatch: pytest.MonkeyPatch) -> Phones:
    made = Phones()
    monkeypatch.setattr(jobs, "push_gateway", lambda: made)
    return made


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def send(
    cast: Cast, *logins: str, kind: MessageKind = TOLD, title: str = "请报送材料", urgency: int = 0
) -> Message:
    message = messages.send(
        kind,
        to=[cast.member(login).person.pk for login in logins],
        about=("tests.matter", 1, ""),
        words={"title": title, "text": "请于本周内报送。"},
        urgency=urgency,
        actor=SYSTEM,
    )
    assert message is not None
    return message


def hand_over(moment: datetime.datetime) -> int:
    """What the minute's job would take at that moment."""
    taken = 0
    for parcel in deliveries.claim_due(now=moment, actor=SYSTEM):
        account = addresses.of_persons([parcel.person_id]).get(parcel.person_id)
        failure, is_final = jobs._hand_over(parcel, account)
        deliveries.settle(parcel, failure, is_final=is_final, now=moment, actor=SYSTEM)
        taken += 1
    return taken


def planned(message: Message, moment: datetime.datetime) -> Delivery:
    deliveries.plan(message.pk, now=moment, actor=SYSTEM)
    return Delivery.objects.get(message=message)


def test_acceptance_6_at_night_it_is_read_at_once_and_pushed_in_the_morning(
    cast: Cast, phones: Phones
) -> None:
    """Given a 非紧急 push at 23:10, then it appears in the inbox at once and is pushed at 07:00."""
    message = send(cast, "li")
    assert Receipt.objects.visible_to(cast.li.principal()).unread().count() == 1
    found = planned(message, at("2026-11-25T23:10"))
    assert found.due_at == at("2026-11-26T07:00")
    assert hand_over(at("2026-11-26T06:59")) == 0 and phones.pushed == []
    assert hand_over(at("2026-11-26T07:00")) == 1 and phones.pushed == [("li", "请报送材料")]
    own = Receipt.objects.get(message=message)
    assert own.delivered_at == at("2026-11-26T07:00") and own.read_at is None


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-25T21:59", "2026-11-25T21:59"),
        ("2026-11-25T22:00", "2026-11-26T07:00"),
        ("2026-11-26T06:59", "2026-11-26T07:00"),
        ("2026-11-26T07:00", "2026-11-26T07:00"),
        ("2026-11-27T22:30", "2026-11-30T07:00"),  # Friday night: Monday
        ("2026-11-28T10:00", "2026-11-30T07:00"),  # Saturday
        ("2026-09-20T10:00", "2026-09-20T10:00"),  # a Sunday on which people work
        ("2026-09-30T23:00", "2026-10-08T07:00"),  # the National Day's week
        ("2026-10-09T22:30", "2026-10-10T07:00"),  # the Saturday is a working day
    ],
)
def test_when_it_may_be_heard(now: str, due: str) -> None:
    calendar = workdays.calendar()
    assert rules.loud_time(at(now), urgency=0, calendar=calendar) == at(due)
    assert rules.loud_time(at(now), urgency=1, calendar=calendar) == at(due)
    assert rules.loud_time(at(now), urgency=2, calendar=calendar) == at(now)


def test_who_is_on_duty_hears_it_at_once(cast: Cast, phones: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    roster = DutyRoster("tests.duty", "值班", lambda moment: [cast.li.person.pk])
    monkeypatch.setitem(duty_rosters._items, roster.key, roster)
    message = send(cast, "li", "wang")
    night = at("2026-11-25T23:10")
    deliveries.plan(message.pk, now=night, actor=SYSTEM)
    assert hand_over(night) == 1 and phones.pushed == [("li", "请报送材料")]


def test_very_urgent_ones_go_at_once(cast: Cast, phones: Phones) -> None:
    night = at("2026-11-28T23:10")
    planned(send(cast, "li", urgency=2), night)
    assert hand_over(night) == 1


def test_more_than_five_of_a_kind_go_as_one(cast: Cast, phones: Phones) -> None:
    noon = at("2026-11-25T12:00")
    for number in range(8):
        moment = noon + datetime.timedelta(seconds=number)
        planned(send(cast, "li", title=f"第{number + 1}件"), moment)
    hand_over(noon + datetime.timedelta(minutes=1))
    assert [title for _, title in phones.pushed] == [f"第{n}件" for n in range(1, 6)]
    assert hand_over(noon + datetime.timedelta(minutes=11)) == 1
    assert phones.pushed[5:] == [("li", "您有3条“提醒”消息")]
    assert Receipt.objects.visible_to(cast.li.principal()).unread().count() == 8


def test_another_person_and_another_quarter_of_an_hour_are_not_merged(cast: Cast, phones: Phones) -> None:
    noon = at("2026-11-25T12:00")
    for number in range(6):
        planned(send(cast, "li"), noon + datetime.timedelta(seconds=number))
    assert planned(send(cast, "wang"), noon).state == "waiting"
    assert planned(send(cast, "li"), noon + datetime.timedelta(minutes=11)).state == "waiting"


def test_what_was_read_or_recalled_meanwhile_does_not_go(cast: Cast, phones: Phones) -> None:
    night, morning = at("2026-11-25T23:10"), at("2026-11-26T07:00")
    read, recalled = send(cast, "li"), send(cast, "wang")
    for message in (read, recalled):
        planned(message, night)
    messages.read(Receipt.objects.get(message=read).pk, actor=cast.li.principal())
    messages.recall(recalled, reason="有误", actor=SYSTEM)
    assert hand_over(morning) == 0 and phones.pushed == []
    assert set(Delivery.objects.values_list("state", flat=True)) == {"dropped"}


def test_planning_twice_plans_once(cast: Cast, phones: Phones) -> None:
    message, noon = send(cast, "li", "wang"), at("2026-11-25T12:00")
    assert deliveries.plan(message.pk, now=noon, actor=SYSTEM) == 2
    assert deliveries.plan(message.pk, now=noon, actor=SYSTEM) == 0


def test_it_is_tried_again_and_given_up_in_the_end(cast: Cast, phones: Phones) -> None:
    moment = at("2026-11-25T12:00")
    planned(send(cast, "li"), moment)
    phones.failure = Unreachable("推送服务无响应")
    for pause in (1, 5, 15, 60):
        assert hand_over(moment) == 1
        found = Delivery.objects.get()
        assert (found.state, found.due_at) == ("waiting", moment + datetime.timedelta(minutes=pause))
        moment = found.due_at
    assert hand_over(moment) == 1
    found = Delivery.objects.get()
    assert (found.state, found.tries, found.failure) == ("failed", 5, "推送服务无响应")


def test_what_is_refused_for_good_is_not_tried_again(cast: Cast, phones: Phones) -> None:
    moment = at("2026-11-25T12:00")
    planned(send(cast, "li"), moment)
    phones.failure = NeverTaken("未安装移动端")
    hand_over(moment)
    assert Delivery.objects.get().state == "failed" and Receipt.objects.get().delivered_at is None


class TestSwitchedOff:
    def test_it_is_not_pushed_but_still_told(self, cast: Cast, phones: Phones) -> None:
        deliveries.choose(TOLD.key, channel="push", is_wanted=False, actor=cast.li.principal())
        message = send(cast, "li", "wang")
        assert deliveries.plan(message.pk, now=at("2026-11-25T12:00"), actor=SYSTEM) == 1
        assert Delivery.objects.get().person_id == cast.wang.person.pk
        assert Receipt.objects.visible_to(cast.li.principal()).unread().count() == 1
        deliveries.choose(TOLD.key, channel="push", is_wanted=True, actor=cast.li.principal())
        assert not Mute.objects.exists()

    @pytest.mark.parametrize(
        ("kind", "channel"), [(MAILED.key, "mail"), ("no.such", "push"), (TOLD.key, "x")]
    )
    def test_only_where_it_is_allowed(self, cast: Cast, kind: str, channel: str) -> None:
        deliveries.choose(kind, channel=channel, is_wanted=False, actor=cast.li.principal())
        assert not Mute.objects.exists()

    def test_on_the_page(self, cast: Cast) -> None:
        client = Client()
        client.cookies[project.SESSION_COOKIE] = cast.li.token()
        text = client.get("/messages/preferences/").content.decode()
        assert f'value="{TOLD.key}:push"' in text and MAILED.key not in text
        answer = client.post("/messages/preferences/", {"wanted": []}, follow=True)
        assert "消息设置已保存" in answer.content.decode()
        assert Mute.objects.visible_to(cast.li.principal()).filter(kind=TOLD.key).exists()
        client.post("/messages/preferences/", {"wanted": [f"{TOLD.key}:push"]})
        assert not Mute.objects.filter(kind=TOLD.key).exists()


class TestMail:
    @pytest.fixture
    def box(self, cast: Cast, settings: Settings) -> Iterator[Mailbox]:
        cast.li.person.email = "lisi@example.gov.cn"
        cast.li.person.save(update_fields=["email"])
        chosen.mail_gateway.cache_clear()
        with mailbox() as box:
            settings.MAIL_HOST, settings.MAIL_PORT = "127.0.0.1", box.port
            settings.MAIL_FROM = "yiwang@example.gov.cn"
            yield box
        chosen.mail_gateway.cache_clear()

    def mail(self, cast: Cast) -> Delivery:
        deliveries.plan(send(cast, "li", "wang", kind=MAILED).pk, now=at("2026-11-25T12:00"), actor=SYSTEM)
        return Delivery.objects.get()

    def test_a_letter_arrives(self, cast: Cast, box: Mailbox) -> None:
        """Who has no address gets none."""
        found = self.mail(cast)
        assert found.person_id == cast.li.person.pk
        assert hand_over(at("2026-11-25T12:00")) == 1
        (letter,) = box.letters
        assert (letter["To"], letter["Subject"]) == ("lisi@example.gov.cn", "请报送材料")
        assert letter["From"].addresses[0].addr_spec == "yiwang@example.gov.cn"
        assert letter["Message-ID"] == f"<mail-{found.pk}@example.gov.cn>"
        text = letter.get_content()
        assert "李四同志" in text and "请于本周内报送。" in text and "不会在邮件中索要密码" in text
        assert Receipt.objects.get(person=cast.li.person).delivered_at is None  # a mailbox is no reader

    @pytest.mark.parametrize(
        ("reply", "state"), [("550 no such user", "failed"), ("450 mailbox busy", "waiting")]
    )
    def test_what_the_server_refuses(self, cast: Cast, box: Mailbox, reply: str, state: str) -> None:
        self.mail(cast)
        box.refuse["lisi@example.gov.cn"] = reply
        hand_over(at("2026-11-25T12:00"))
        found = Delivery.objects.get()
        assert found.state == state and reply[:3] in found.failure and not box.letters

    def test_a_busy_server_is_asked_again(self, cast: Cast, box: Mailbox) -> None:
        self.mail(cast)
        box.busy = True
        hand_over(at("2026-11-25T12:00"))
        assert Delivery.objects.get().state == "waiting"
        box.busy = False
        hand_over(at("2026-11-25T12:02"))
        assert Delivery.objects.get().state == "sent" and len(box.letters) == 1

    def test_no_server_answers(self, cast: Cast, box: Mailbox, settings: Settings) -> None:
        settings.MAIL_PORT = 9
        self.mail(cast)
        hand_over(at("2026-11-25T12:00"))
        assert Delivery.objects.get().failure == "邮件服务器无响应"

    def test_a_subject_cannot_smuggle_headers_in(self, cast: Cast, box: Mailbox) -> None:
        message = send(cast, "li", kind=MAILED, title="正常\r\nBcc: other@example.com")
        deliveries.plan(message.pk, now=at("2026-11-25T12:00"), actor=SYSTEM)
        hand_over(at("2026-11-25T12:00"))
        assert box.letters[0]["Bcc"] is None

    def test_without_a_server_nothing_is_planned(self, cast: Cast, box: Mailbox, settings: Settings) -> None:
        settings.MAIL_HOST = ""
        message = send(cast, "li", kind=MAILED)
        assert deliveries.plan(message.pk, now=timezone.localtime(), actor=SYSTEM) == 0


def test_the_job_does_it_all(cast: Cast, phones: Phones) -> None:
    planned(send(cast, "li", urgency=2), timezone.localtime())
    assert jobs.dispatch_deliveries() == 1 and jobs.dispatch_deliveries() == 0
    assert phones.pushed == [("li", "请报送材料")]
