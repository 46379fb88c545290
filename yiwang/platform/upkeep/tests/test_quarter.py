"""The quarterly check: opened by the clock, confirmed as a whole, once; what it shows, urges and leaves."""

import datetime
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.accounts.actions import roles
from yiwang.platform.addressbook.queries import cards
from yiwang.platform.messages.models import Message
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.todos.models import Assignment, Item
from yiwang.platform.upkeep.actions import quarter as actions
from yiwang.platform.upkeep.models import Quarter, UnitCheck
from yiwang.platform.upkeep.queries import quarter as queries
from yiwang.platform.upkeep.tests.people import refused

pytestmark = pytest.mark.django_db

OPENED = datetime.date(2026, 10, 8)  # 1 to 7 October are off
DUE = datetime.date(2026, 10, 21)  # 10 October works


@pytest.fixture
def quarter(cast: Cast) -> Quarter:
    made = actions.open_due(today=OPENED)
    assert made is not None
    return made


@pytest.fixture
def town(quarter: Quarter) -> UnitCheck:
    return UnitCheck.objects.select_related("unit", "quarter").get(unit__code="QP-0301")


def seen(check: UnitCheck) -> str:
    """What who opens the page has before him."""
    return queries.digest_of(queries.roll_of(check))


def confirmed(check: UnitCheck, cast: Cast, by: str = "qian", note: str = "已核对") -> UnitCheck:
    return actions.confirm(
        check, digest=seen(check), note=note, actor=cast.member(by).principal(), today=OPENED
    )


def test_it_is_opened_on_the_first_working_day(cast: Cast) -> None:
    for day in (1, 4, 7):
        assert actions.open_due(today=datetime.date(2026, 10, day)) is None
    made = actions.open_due(today=OPENED)
    assert made is not None and made.title == "2026年第四季度" and made.due_on == DUE
    assert actions.open_due(today=datetime.date(2026, 10, 9)) is None
    assert Quarter.objects.count() == 1


def test_it_is_caught_up_when_the_platform_was_down(cast: Cast) -> None:
    made = actions.open_due(today=datetime.date(2026, 11, 25))
    assert made is not None and (made.year, made.quarter) == (2026, 4)


def test_units_that_confirm(quarter: Quarter) -> None:
    names = set(UnitCheck.objects.values_list("unit__short_name", flat=True))
    assert names == {"区委办公室", "区数据局", "朱家角镇", "徐泾镇"}


def test_a_unit_with_its_own_administrator_confirms_by_itself(cast: Cast) -> None:
    committee = cast.units["QP-0301-0201"]
    roles.grant_role(
        cast.zhou.account, role="accounts.graded_administrator", unit=committee, actor=SYSTEM, reason="任命"
    )
    actions.open_due(today=datetime.date(2027, 1, 4))
    own = UnitCheck.objects.get(unit=committee)
    town = UnitCheck.objects.get(unit=cast.units["QP-0301"])
    assert [line[1] for line in queries.roll_of(own)] == ["周月娥"]
    assert "周月娥" not in [line[1] for line in queries.roll_of(town)]
    assert own not in UnitCheck.objects.visible_to(cast.gu.principal())


def test_its_administrators_are_asked(cast: Cast, town: UnitCheck) -> None:
    item = Item.objects.get(app="upkeep", biz_id=f"check-{town.pk}")
    assert set(item.assignments.values_list("person__name", flat=True)) == {"钱玉芬", "唐静宜"}


def test_the_list_is_confirmed_as_a_whole(cast: Cast, town: UnitCheck) -> None:
    people = list(queries.covered_by(town))
    assert {one.name for one in people} == {"赵明远", "钱玉芬", "李四", "周月娥", "唐静宜"}
    done = confirmed(town, cast)
    assert done.state == "confirmed" and done.people == 5 and len(done.digest) == 64
    assert (done.signer_name, done.signer_unit, done.signer_title) == (
        "钱玉芬",
        "朱家角镇党政办公室",
        "办公室副主任",
    )
    assert set(Person.objects.filter(checked_on=OPENED)) == set(people)
    assert cards.card(cast.wang.principal(), cast.li.person.pk).checked_on == OPENED
    states = dict(
        Assignment.objects.filter(item__biz_id=f"check-{town.pk}").values_list("person__name", "state")
    )
    assert states == {"钱玉芬": "done", "唐静宜": "lapsed"}


def test_the_card_reads_the_day_without_another_statement(cast: Cast, town: UnitCheck) -> None:
    """最近核对日期 is a column of the person: the card costs what it cost before."""
    viewer = cast.wang.principal()
    cards.card(viewer, cast.li.person.pk)
    with CaptureQueriesContext(connection) as before:
        assert cards.card(viewer, cast.li.person.pk).checked_on is None
    confirmed(town, cast)
    with CaptureQueriesContext(connection) as after:
        assert cards.card(viewer, cast.li.person.pk).checked_on == OPENED
    assert len(after) == len(before)


def test_what_is_missing_must_be_explained(cast: Cast, town: UnitCheck) -> None:
    Person.objects.filter(pk=cast.li.person.pk).update(office_phone="")
    refused(partial(confirmed, town, cast, note=" "), status=422, words="信息不完整，请填写核对说明")
    done = confirmed(town, cast, note="李四座机待安装")
    assert done.note == "李四座机待安装" and done.figures["missing"]["office_phone"] == 1


def test_a_list_that_changed_meanwhile_is_looked_at_again(cast: Cast, town: UnitCheck) -> None:
    digest = seen(town)
    Person.objects.filter(pk=cast.li.person.pk).update(title="科员")
    act = partial(actions.confirm, town, digest=digest, note="", actor=cast.qian.principal(), today=OPENED)
    refused(act, status=409, words=actions.CHANGED_MEANWHILE)
    assert not Person.objects.filter(checked_on=OPENED).exists()


def test_the_second_administrator_is_told_who_was_first(cast: Cast, town: UnitCheck) -> None:
    confirmed(town, cast, by="tang")
    refused(partial(confirmed, town, cast), status=409, words="该数据已被唐静宜于", code="E-CONC-01")


def test_nobody_confirms_for_another_unit(cast: Cast, town: UnitCheck) -> None:
    for login in ("gu", "li", "sun", "shen"):
        refused(partial(confirmed, town, cast, by=login), status=403, words="您没有“通讯录维护”权限")


def test_differences_since_the_last_one(cast: Cast, town: UnitCheck) -> None:
    confirmed(town, cast)
    Person.objects.filter(pk=cast.li.person.pk).update(title="科员", office_phone="021-59720008")
    Person.objects.filter(pk=cast.zhao.person.pk).update(status=Person.Status.RETIRED)
    Person.objects.filter(pk=cast.wang.person.pk).update(
        unit=cast.units["QP-0301-01"], unit_path=cast.units["QP-0301-01"].path
    )
    actions.open_due(today=datetime.date(2027, 1, 4))
    now = UnitCheck.objects.select_related("unit", "quarter").latest("pk")
    now = UnitCheck.objects.select_related("unit", "quarter").get(unit=town.unit, quarter=now.quarter)
    former = queries.last_confirmed(now)
    assert former is not None and former.pk == town.pk
    found = queries.differences(former.roll, queries.roll_of(now))
    assert found.added == ["王海涛"] and found.gone == ["赵明远"]
    assert found.changed == [
        ("李四", "职务", "办事员", "科员"),
        ("李四", "办公电话", "021-59720000", "021-59720008"),
    ]


def test_reminders(cast: Cast, town: UnitCheck) -> None:
    confirmed(UnitCheck.objects.get(unit__code="QP-0302"), cast, by="gu")
    kind = "upkeep.check_due"
    assert actions.remind(today=datetime.date(2026, 10, 16)) == 0
    assert actions.remind(today=datetime.date(2026, 10, 19)) == 3  # two working days before the 21st
    title = Message.objects.filter(kind=kind, about_id=str(town.pk)).get().title
    assert title == "请完成朱家角镇2026年第四季度通讯录核对，剩余2个工作日"
    assert actions.remind(today=datetime.date(2026, 10, 22)) == 3
    latest = Message.objects.filter(kind=kind, about_id=str(town.pk)).latest("id")
    assert latest.title.endswith("逾期1个工作日")
    assert actions.remind(today=datetime.date(2026, 10, 23)) == 0


def test_late_confirmations_say_so(cast: Cast, town: UnitCheck) -> None:
    done = actions.confirm(
        town, digest=seen(town), note="x", actor=cast.qian.principal(), today=datetime.date(2026, 10, 23)
    )
    assert done.late_by == 2


def test_a_dissolved_unit_need_not_confirm(cast: Cast, town: UnitCheck) -> None:
    Unit.objects.filter(pk=town.unit_id).update(status=Unit.Status.REVOKED)
    assert actions.follow_units() == 1
    town.refresh_from_db()
    assert town.state == "lapsed"
    assert not Item.objects.filter(biz_id=f"check-{town.pk}", state=Item.State.OPEN).exists()
