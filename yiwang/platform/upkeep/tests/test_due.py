"""变更待更新: all sources in one list, example 6 of §3, known changes, reminders (R1-10)."""

import datetime
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.listing.conditions import Order
from yiwang.kernel.workdays.actions import import_year
from yiwang.platform.changes.actions import person_operation
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.tests import applications as ask
from yiwang.platform.changes.tests import unit_changes
from yiwang.platform.changes.tests.test_person_clock import calendar_of
from yiwang.platform.messages.models import Message
from yiwang.platform.org.models import Person
from yiwang.platform.todos.models import Item
from yiwang.platform.upkeep.actions import corrections
from yiwang.platform.upkeep.actions import due as actions
from yiwang.platform.upkeep.models import KnownChange
from yiwang.platform.upkeep.queries import due as queries
from yiwang.platform.upkeep.tests.people import refused

pytestmark = pytest.mark.django_db

CHANGED, LATE = datetime.date(2026, 9, 17), datetime.date(2026, 9, 29)


def rows(cast: Cast, login: str, today: datetime.date) -> list[dict[str, Any]]:
    found = queries.source_for(cast.member(login).principal(), today=today)
    return found.fetch([], [Order("due_on"), Order("ref")], None, 100)


def register(cast: Cast, by: str = "sun", **more: Any) -> KnownChange:
    given = {
        "what": "title",
        "change_date": CHANGED,
        "basis": "青委组〔2026〕31号",
        "person": cast.li.person,
        **more,
    }
    return actions.register(cast.units["QP-0301-01"], **given, actor=cast.member(by).principal(), today=LATE)


def drafted(cast: Cast) -> PersonOperation:
    """li's new grade, of 17 September, was written down and not yet sent off."""
    said = ask.content(
        PersonOperation.Kind.CORRECT,
        cast.li,
        facts={"grade": "general-10"},
        change_date=CHANGED,
        effective_on=CHANGED,
    )
    return person_operation.write(said, actor=cast.qian.principal(), today=CHANGED)


def test_example_6_a_change_not_updated_is_on_the_overdue_list(cast: Cast) -> None:
    """§3 example 6: change date 2026-09-17, not updated on 2026-09-29 → 逾期1个工作日."""
    operation = drafted(cast)
    (row,) = rows(cast, "qian", LATE)
    assert row["due_on"] == datetime.date(2026, 9, 28)
    assert queries.late_text(row, today=LATE) == "逾期1个工作日"
    assert queries.address_of(row) == f"/changes/persons/{operation.pk}/"
    assert queries.what_of(row) == "人员变动：修改" and queries.place_of(row) == "朱家角镇党政办公室"
    assert queries.overdue_in_reach(cast.qian.principal(), today=LATE) == 1
    assert queries.overdue_in_reach(cast.qian.principal(), today=datetime.date(2026, 9, 28)) == 0
    assert queries.overdue_in_reach(cast.gu.principal(), today=LATE) == 0
    assert queries.overdue_in_reach(cast.sun.principal(), today=LATE) == 1


def test_every_source_is_in_the_list(cast: Cast) -> None:
    drafted(cast)
    register(cast, person=cast.zhao.person)
    corrections.report(
        cast.li.person, field="title", wrong="不对", actor=cast.wang.principal(), today=CHANGED
    )
    change = unit_changes.submit(
        cast, "qian", "rename", "QP-0301-01", {"full_name": "党政综合办公室", "short_name": "党政综合办"}
    )
    Person.objects.filter(pk=cast.tang.person.pk).update(contract_ends_on=datetime.date(2026, 9, 30))
    day = timezone.localdate()
    found = {row["source"]: row for row in rows(cast, "qian", day)}
    assert set(found) == {"operation", "known", "correction", "unit", "contract"}
    assert found["unit"]["change_date"] == change.effective_on
    assert found["contract"]["due_on"] == datetime.date(2026, 10, 15)
    totals = {one.source: one for one in queries.totals(cast.qian.principal(), today=day)}
    assert totals["contract"].overdue == 1 and totals["unit"].overdue == 0
    assert rows(cast, "gu", day) == []
    assert {queries.what_of(row) for row in found.values()} == {
        "人员变动：修改", "登记的变动：职务、职级变动", "通讯录纠错：职务", "机构调整：更名", "聘用合同到期",
    }  # fmt: skip


def test_what_is_applied_leaves_the_list(cast: Cast) -> None:
    operation = ask.apply_for(
        ask.content(PersonOperation.Kind.CORRECT, cast.li, facts={"grade": "general-10"}), cast.qian
    )
    assert len(rows(cast, "qian", ask.today())) == 1
    ask.take_effect(ask.agree(operation, cast.tang))
    assert rows(cast, "qian", ask.today()) == []


def test_a_known_change_is_asked_of_the_unit(cast: Cast) -> None:
    change = register(cast)
    assert change.due_on == datetime.date(2026, 9, 28)
    item = Item.objects.get(app="upkeep", biz_id=f"known-{change.pk}")
    assert set(item.assignments.values_list("person__name", flat=True)) == {"钱玉芬", "唐静宜"}
    refused(partial(register, cast), status=409, words="该变动已登记")


def test_who_may_register_and_what_is_asked(cast: Cast) -> None:
    refused(partial(register, cast, "li"), status=403, words="您没有“通讯录维护”权限")
    refused(partial(register, cast, "gu"), status=403, words="您没有“通讯录维护”权限")
    refused(partial(register, cast, basis=" "), status=422, words="请填写依据")
    refused(partial(register, cast, person=None), status=422, words="请选择人员或填写姓名")
    tomorrow = LATE + datetime.timedelta(days=1)
    refused(partial(register, cast, change_date=tomorrow), status=422, words="变动日期不能晚于今天")
    assert not KnownChange.objects.exists()


def test_it_is_settled_once(cast: Cast) -> None:
    change = register(cast)
    refused(
        partial(actions.settle, change, words="", actor=cast.gu.principal()), status=403, words="通讯录维护"
    )
    actions.settle(change, words="已更新", actor=cast.qian.principal(), today=LATE)
    change.refresh_from_db()
    assert change.state == "done" and change.late_by == 1 and change.done_on == LATE
    refused(
        partial(actions.void, change, reason="不需要", actor=cast.tang.principal()),
        status=409,
        words="当前状态为“已更新”，不能执行“确认无需更新”",
        code="E-STATE-01",
    )
    assert not Item.objects.filter(app="upkeep", state=Item.State.OPEN).exists()


def test_nothing_to_enter_needs_a_reason(cast: Cast) -> None:
    change = register(cast)
    refused(
        partial(actions.void, change, reason="", actor=cast.qian.principal()),
        status=422,
        words="请填写无需更新的理由",
    )
    actions.void(change, reason="文件已撤销", actor=cast.qian.principal())
    assert rows(cast, "qian", LATE) == []


def test_an_operation_that_took_effect_settles_it(cast: Cast) -> None:
    change = register(cast)
    assert actions.settle_applied() == 0
    operation = ask.take_effect(
        ask.agree(
            ask.apply_for(
                ask.content(PersonOperation.Kind.CORRECT, cast.li, facts={"grade": "general-10"}), cast.qian
            ),
            cast.tang,
        )
    )
    assert actions.settle_applied() == 1
    change.refresh_from_db()
    assert change.operation == operation and change.answer == f"已按{operation.number}更新"


def test_administrators_are_urged_on_the_first_and_each_fifth_day(cast: Cast) -> None:
    drafted(cast)
    kind = "upkeep.changes_overdue"
    assert actions.remind_overdue(today=datetime.date(2026, 9, 28)) == 0
    assert actions.remind_overdue(today=LATE) == 1
    told = Message.objects.get(kind=kind)
    assert told.title == "朱家角镇党政办公室有1项变动逾期未更新" and "逾期1个工作日" in told.summary
    assert told.receivers == 2
    assert actions.remind_overdue(today=datetime.date(2026, 9, 30)) == 0


def test_a_new_calendar_moves_the_last_days(cast: Cast) -> None:
    year = timezone.localdate().year + 1
    change = register(cast)
    KnownChange.objects.filter(pk=change.pk).update(
        change_date=datetime.date(year, 4, 29), due_on=datetime.date(year, 5, 12)
    )
    off = {datetime.date(year, 5, 4 + n) for n in range(3)}
    import_year(year, calendar_of(year, off=off), source_doc="国办发明电〔2026〕7号", actor=SYSTEM)
    change.refresh_from_db()
    assert change.due_history[0]["from"] == f"{year}-05-12"
    assert change.due_history[0]["to"] == change.due_on.isoformat() != f"{year}-05-12"
