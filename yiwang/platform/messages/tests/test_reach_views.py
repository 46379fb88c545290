"""The board of a must-reach notice (必达看板): what each sees of it, what its pages cost, what they do."""

import datetime
import re
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import CalamineWorkbook

from tests.cast import Cast, Member
from yiwang.kernel import badges
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.extension.deputies import DeputySource, deputy_sources
from yiwang.platform.accounts.actions import roles
from yiwang.platform.messages.actions import messages, reach, reach_steps
from yiwang.platform.messages.models import Reach, ReachAsk, ReachLine, ReachWatch, Receipt
from yiwang.platform.messages.queries import reach as queries
from yiwang.platform.messages.queries.audience import Audience
from yiwang.platform.messages.tests.test_notices import add_people
from yiwang.platform.org.actions import units

pytestmark = pytest.mark.django_db

NINE = datetime.datetime(2026, 11, 25, 9, 0, tzinfo=timezone.get_default_timezone())


def client_of(member: Member, **more: Any) -> Client:
    client = Client(**more)
    client.cookies[settings.SESSION_COOKIE] = member.token()
    return client


@pytest.fixture
def made(cast: Cast) -> Reach:
    """Of tang's, to three in her town and one in the other, to be hastened or not as tests like."""
    persons = tuple(cast.member(one).person.pk for one in ("li", "qian", "zhou", "wang"))
    return reach.send_must_reach(
        Audience(persons=persons),
        title="台风防御通知",
        text="请到岗。",
        actor=cast.tang.principal(),
        urgency=2,
    )


def climb(made: Reach, times: int = 1) -> None:
    for _ in range(times):
        ReachLine.objects.filter(reach=made, told_how="", level__lt=4).update(next_at=NINE)
        reach_steps.climb(made.pk, now=NINE, actor=SYSTEM)


def confirm(made: Reach, member: Member) -> None:
    messages.confirm(
        Receipt.objects.get(message=made.message, person=member.person).pk, actor=member.principal()
    )


def line(made: Reach, member: Member) -> int:
    return ReachLine.objects.get(reach=made, receipt__person=member.person).pk


def cells(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_from_the_form_to_the_board(cast: Cast) -> None:
    tang = client_of(cast.tang)
    form = {
        "title": "台风防御通知",
        "text": "请立即到岗。",
        "urgency": "2",
        "units": [cast.units["QP-0301"].pk],
        "must_reach": "on",
        "until_text": "5",
        "until_contact": "",
        "until_duty": "20",
    }
    assert "必达：未确认的逐级升级提醒" in tang.get("/messages/sent/new/").content.decode()
    preview = cells(tang.post("/messages/sent/new/", form | {"step": "preview"}).content.decode())
    assert "5分钟后未确认：发短信" in preview and "再过10分钟未确认：请其代理人" in preview
    answer = tang.post("/messages/sent/new/", form | {"step": "send"}, follow=True).content.decode()
    made = Reach.objects.get()
    assert f"必达通知已发送给{made.message.receivers}人" in answer and "应达" in answer
    assert queries.minutes(made) == [5, 10, 20]
    assert "必达看板" in tang.get(f"/messages/sent/{made.message_id}/").content.decode()
    wrong = tang.post("/messages/sent/new/", form | {"until_text": "3", "step": "send"})
    assert wrong.status_code == 422 and "请填写5至240的整数" in wrong.content.decode()


def test_a_clerk_gets_no_box_and_403(cast: Cast) -> None:
    from_form = {"title": "通知", "text": "正文", "urgency": "0", "must_reach": "on", "step": "send"}
    zhao_only = {"persons": [cast.zhao.person.pk]}
    roles.grant_role(
        cast.li.account, role="accounts.clerk", unit=cast.units["QP-0301"], actor=SYSTEM, reason="分工"
    )
    li = client_of(cast.li)
    assert "必达：" not in li.get("/messages/sent/new/").content.decode()
    answer = li.post("/messages/sent/new/", from_form | zhao_only)
    assert answer.status_code == 403 and "您没有“发送必达通知”权限" in answer.content.decode()


def test_the_sender_s_board(cast: Cast, made: Reach) -> None:
    confirm(made, cast.li)
    climb(made)
    reach.note_called(
        made.pk, cast.units["QP-0301-01"].pk, [line(made, cast.qian)], actor=cast.tang.principal()
    )
    numbers = queries.numbers(made, cast.tang.principal())
    assert (numbers.receivers, numbers.confirmed, numbers.told, numbers.missing) == (4, 1, 1, 2)
    assert numbers.at_text == 2 and numbers.percent == 25
    text = cells(client_of(cast.tang).get(f"/messages/reach/{made.pk}/").content.decode())
    for words in ("已确认1人，共4人", "党政办公室", "大新街居委会", "徐泾镇", "短信1人", "全部立即升级"):
        assert words in text, words
    order = [text.index(one) for one in ("党政办公室", "大新街居委会", "徐泾镇")]
    assert order == sorted(order)


def test_a_receiving_office_sees_its_own_row_only(cast: Cast, made: Reach) -> None:
    fang = client_of(cast.fang)
    text = cells(fang.get(f"/messages/reach/{made.pk}/").content.decode())
    assert "徐泾镇" in text and "大新街居委会" not in text and "共1人" in text
    assert "全部立即升级" not in text and "停止升级" not in text
    assert "台风防御通知" in fang.get("/messages/reach/").content.decode()
    own, other = cast.units["QP-0302"].pk, cast.units["QP-0301-01"].pk
    assert "王海涛" in fang.get(f"/messages/reach/{made.pk}/units/{own}/").content.decode()
    assert fang.get(f"/messages/reach/{made.pk}/units/{other}/").status_code == 404


def test_who_only_receives_sees_no_board(cast: Cast, made: Reach) -> None:
    li = client_of(cast.li)
    assert li.get(f"/messages/reach/{made.pk}/").status_code == 404
    assert li.get(f"/messages/reach/live/?reach={made.pk}").status_code == 404
    assert li.get("/messages/reach/").status_code == 404
    own = Receipt.objects.get(message=made.message, person=cast.li.person)
    text = li.get(f"/messages/{own.pk}/").content.decode()
    assert "10分钟未确认的发短信" in text and "发送人选择了您本人" in text and "逐级提醒" in text


def test_hidden_units_and_people_are_numbers(cast: Cast) -> None:
    """As in acceptance 5 of §6: the sender learns how many, never who."""
    made = reach.send_must_reach(
        Audience(units=(cast.units["QP-0101"].pk,)),
        title="通知",
        text="正文",
        urgency=2,
        actor=cast.sun.principal(),
    )
    ReachLine.objects.filter(reach=made).update(unit=cast.units["QP-0101-01"])
    sun = Client()
    sun.cookies[settings.SESSION_COOKIE] = cast.sun.token(administers=False)
    board = cells(sun.get(f"/messages/reach/{made.pk}/").content.decode())
    assert "其他" in board and "专班" not in board
    page = cells(sun.get(f"/messages/reach/{made.pk}/units/0/").content.decode())
    assert "另有1名未确认人员不对您显示姓名" in page and "米思源" not in page


def test_noting_calls(cast: Cast, made: Reach) -> None:
    tang, unit = client_of(cast.tang), cast.units["QP-0302"].pk
    address = f"/messages/reach/{made.pk}/units/{unit}/"
    assert "登记已电话通知" in tang.get(address).content.decode()
    assert tang.post(f"{address}called/", {"note": "x"}).status_code == 422
    answer = tang.post(f"{address}called/", {"lines": [line(made, cast.wang)], "note": "已接听"}, follow=True)
    text = cells(answer.content.decode())
    assert "已登记电话通知1人" in text and "唐静宜已电话通知" in text and "已接听" in text
    assert tang.post(f"{address}called/", {"lines": [line(made, cast.wang)]}).status_code == 409


def test_hastening_and_stopping(
    cast: Cast, made: Reach, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tang = client_of(cast.tang)
    with django_capture_on_commit_callbacks(execute=True):
        answer = tang.post(f"/messages/reach/{made.pk}/hasten/", {"unit": cast.units["QP-0302"].pk})
    assert answer.status_code == 303
    levels = dict(ReachLine.objects.values_list("receipt__person__name", "level"))
    assert levels["王海涛"] == 2 and levels["李四"] == 1
    assert tang.get(f"/messages/reach/{made.pk}/stop/").status_code == 200
    assert tang.post(f"/messages/reach/{made.pk}/stop/", {"reason": ""}).status_code == 422
    done = tang.post(f"/messages/reach/{made.pk}/stop/", {"reason": "已全部到岗"}, follow=True)
    assert "停止升级，事由：已全部到岗" in done.content.decode()
    assert tang.post(f"/messages/reach/{made.pk}/hasten/").status_code == 409
    fang = client_of(cast.fang)
    assert fang.post(f"/messages/reach/{made.pk}/stop/", {"reason": "试"}).status_code == 403


def test_relaying(cast: Cast, made: Reach) -> None:
    climb(made, 2)
    fang = client_of(cast.fang)
    asked = Receipt.objects.get(message__kind="messages.reach_asked", person=cast.fang.person)
    page = fang.get(f"/messages/{asked.pk}/", follow=True)
    assert page.request["PATH_INFO"] == f"/messages/reach/{made.pk}/relay/"
    text = cells(page.content.decode())
    assert "王海涛" in text and "您是下列人员的单位联络人" in text and "李四" not in text
    address = f"/messages/reach/{made.pk}/relayed/"
    assert fang.post(address, {}).status_code == 422
    done = fang.post(address, {"lines": [line(made, cast.wang)], "note": "当面告知"}, follow=True)
    assert "已登记转达1人" in done.content.decode() and "方志远已转达" in cells(done.content.decode())
    assert client_of(cast.wang).get(f"/messages/reach/{made.pk}/relay/").status_code == 404


def test_a_deputy_knows_his_principal_others_only_whom_they_may_see(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = DeputySource(
        "tests.deputies",
        "测试",
        deputies_of=lambda persons, day: {cast.mi.person.pk: cast.wang.person.pk},
    )
    monkeypatch.setitem(deputy_sources._items, source.key, source)
    made = reach.send_must_reach(
        Audience(units=(cast.units["QP-0101"].pk,)),
        title="台风防御通知",
        text="请到岗。",
        urgency=2,
        actor=cast.sun.principal(),
    )
    climb(made, 2)
    address = f"/messages/reach/{made.pk}/relay/"
    text = cells(client_of(cast.wang).get(address).content.decode())
    assert "米思源" in text and "您是下列人员的代理人" in text
    ReachAsk.objects.create(
        line=made.lines.get(), person=cast.li.person, part=ReachAsk.Part.DUTY, asked_at=NINE
    )
    hidden = cells(client_of(cast.li).get(address).content.decode())
    assert "米思源" not in hidden and "另有1人不对您显示姓名" in hidden


def test_the_list(cast: Cast, made: Reach) -> None:
    confirm(made, cast.li)
    tang = client_of(cast.tang)
    text = cells(tang.get("/messages/reach/").content.decode())
    assert "台风防御通知" in text and "朱家角镇 唐静宜 4 1" in text
    row = queries.mine(cast.tang.principal()).fetch([], [], None, 1)[0]
    assert (row.receivers, row.confirmed, row.unconfirmed) == (4, 1, 3)
    theirs = queries.mine(cast.fang.principal()).fetch([], [], None, 1)[0]
    assert (theirs.receivers, theirs.confirmed) == (1, 0)
    assert queries.mine(cast.li.principal()).fetch([], [], None, 1) == []
    assert "没有符合条件的记录" in tang.get("/messages/reach/?state=done").content.decode()


def test_the_board_as_a_workbook_and_on_paper(cast: Cast, made: Reach) -> None:
    tang = client_of(cast.tang)
    answer = tang.post(f"/messages/reach/{made.pk}/", {"export": "1", "purpose": "留存"})
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert any("党政办公室" in row for row in rows) and any("未达" in row for row in rows)
    paper = tang.get(f"/messages/reach/{made.pk}/?print=1").content.decode()
    assert "党政办公室" in paper and "必达看板：台风防御通知" in paper


def test_filters_and_order_of_the_board(cast: Cast, made: Reach) -> None:
    confirm(made, cast.wang)
    tang = client_of(cast.tang)
    missing = cells(tang.get(f"/messages/reach/{made.pk}/?only=yes").content.decode())
    assert "党政办公室" in missing and "徐泾镇" not in missing
    text = cells(tang.get(f"/messages/reach/{made.pk}/?sort=-share").content.decode())
    assert text.index("徐泾镇") < text.index("大新街居委会")


class TestLive:
    def test_the_changing_part_leads_to_the_board(self, cast: Cast, made: Reach) -> None:
        tang = client_of(cast.tang, headers={"HX-Request": "true"})
        address = f"/messages/reach/live/?reach={made.pk}&shown=unit.missing&sort=missing"
        text = tang.get(address).content.decode()
        assert "<html" not in text and f'href="/messages/reach/{made.pk}/?sort=-missing"' in text
        assert "data-renews" in text and "值班电话" not in text and "<th" in text
        assert "sort=missing" in re.findall(r'hx-get="(/messages/reach/live/[^"]+)"', text)[0]
        for wrong in ("", "x", "9" * 30, "0"):
            assert tang.get(f"/messages/reach/live/?reach={wrong}").status_code == 404

    def test_it_keeps_no_session_alive(self, cast: Cast, made: Reach) -> None:
        assert "/messages/reach/live/" in settings.UNATTENDED_PATHS

    def test_the_number_moves_with_every_step(self, cast: Cast, made: Reach) -> None:
        tang = cast.tang.principal()

        def mark() -> int:
            return badges.numbers(tang.person_id)["messages_reach"]

        assert mark() == 0  # nobody looks
        reach.watch(made, actor=tang)
        seen = [mark()]
        own = Receipt.objects.get(message=made.message, person=cast.li.person)
        messages.read(own.pk, actor=cast.li.principal())
        seen.append(mark())
        confirm(made, cast.li)
        seen.append(mark())
        climb(made)
        seen.append(mark())
        reach.note_called(
            made.pk, cast.units["QP-0302"].pk, [line(made, cast.wang)], actor=cast.fang.principal()
        )
        seen.append(mark())
        assert seen == sorted(set(seen))
        reach.stop(made.pk, reason="结束", actor=tang)
        assert mark() > seen[-1]

    def test_whose_pages_are_told(self, cast: Cast, made: Reach) -> None:
        reach.watch(made, actor=cast.tang.principal())
        assert queries.watchers(cast.li.person.pk) == [cast.tang.person.pk]
        assert queries.watchers(cast.zhao.person.pk) == []  # he receives nothing
        ReachWatch.objects.update(seen_at=timezone.now() - datetime.timedelta(hours=2))
        assert queries.watchers(cast.li.person.pk) == []


def _statements(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as statements:
        assert client.get(address).status_code == 200
    return len(statements)


def test_thirty_units_cost_what_three_do(cast: Cast) -> None:
    """The board, its changing part, the list and a step of the ladder."""
    places = [cast.units["QP-0302-01"]]
    places += [
        units.create_unit(
            parent=cast.units["QP-0301"],
            code=f"QP-0301-9{n:02}",
            full_name=f"测试{n}办公室",
            short_name=f"测试{n}办公室",
            node_type="section",
            valid_from=datetime.date(2020, 1, 1),
            actor=SYSTEM,
        )
        for n in range(29)
    ]
    cast.units |= {one.code: one for one in places}
    people = [add_people(cast, 1, one.code, since=n)[0] for n, one in enumerate(places)]
    tang, client = cast.tang.principal(), client_of(cast.tang)
    costs = []
    for number in (3, 30):
        made = reach.send_must_reach(
            Audience(persons=tuple(one.pk for one in people[:number])),
            title="台风防御通知",
            text="请到岗。",
            actor=tang,
            urgency=2,
        )
        assert made.lines.values("unit").distinct().count() == number
        pages = [
            _statements(client, address)
            for address in (
                f"/messages/reach/{made.pk}/",
                f"/messages/reach/live/?reach={made.pk}",
                "/messages/reach/",
            )
        ]
        steps = []
        for _ in range(3):
            ReachLine.objects.filter(reach=made).update(next_at=NINE)
            with CaptureQueriesContext(connection) as statements:
                assert reach_steps.climb(made.pk, now=NINE, actor=SYSTEM) == number
            steps.append(len(statements))
        costs.append((pages, steps))
    assert costs[0] == costs[1]
