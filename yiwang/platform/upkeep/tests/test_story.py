"""Keeping the address book, told as it happens: a late change, a wrong number, two quarters of a town."""

import datetime

import pytest

from tests.cast import Cast
from yiwang.platform.addressbook.actions import proposals
from yiwang.platform.addressbook.queries import cards
from yiwang.platform.changes.actions import person_operation
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.tests import applications as ask
from yiwang.platform.messages.models import Receipt
from yiwang.platform.org.actions import own
from yiwang.platform.org.models import Person
from yiwang.platform.todos.models import Assignment
from yiwang.platform.upkeep.actions import corrections, due, quarter
from yiwang.platform.upkeep.models import UnitCheck
from yiwang.platform.upkeep.queries import corrections as reports
from yiwang.platform.upkeep.queries import due as waiting
from yiwang.platform.upkeep.queries import quarter as quarters
from yiwang.platform.upkeep.tests.people import as_member

pytestmark = pytest.mark.django_db


def told(cast: Cast, login: str) -> list[str]:
    """Titles of what upkeep told him."""
    own_ones = Receipt.objects.filter(person=cast.member(login).person, message__app="upkeep")
    return list(own_ones.order_by("pk").values_list("message__title", flat=True))


def to_do(cast: Cast, login: str) -> list[str]:
    """Titles of what upkeep asks him to do."""
    open_ones = Assignment.objects.filter(
        person=cast.member(login).person, item__app="upkeep", state=Assignment.State.TODO
    )
    return list(open_ones.order_by("pk").values_list("item__title", flat=True))


def test_a_change_of_17_september_that_is_not_entered_by_the_29th(cast: Cast) -> None:
    """§3 example 6, from the draft to the day on which it is late, and to the day on which it is entered."""
    changed, due_on, late = (datetime.date(2026, 9, day) for day in (17, 28, 29))
    said = ask.content(
        PersonOperation.Kind.CORRECT,
        cast.li,
        facts={"grade": "general-10"},
        change_date=changed,
        effective_on=changed,
    )
    person_operation.write(said, actor=cast.qian.principal(), today=changed)
    qian = cast.qian.principal()

    def texts(today: datetime.date) -> list[str]:
        found = waiting.overdue(qian, today=today)
        return [waiting.late_text(row, today=today) for row in found]

    assert texts(due_on) == []
    assert texts(late) == ["逾期1个工作日"]
    due.remind_overdue(today=late)
    assert told(cast, "qian") == told(cast, "tang") == ["朱家角镇党政办公室有1项变动逾期未更新"]
    assert texts(datetime.date(2026, 10, 9)) == ["逾期4个工作日"]  # 29, 30 September, 8 and 9 October

    page = as_member(cast, "qian").get("/upkeep/?late=waiting").content.decode()
    assert "李四" in page and "逾期" in page
    assert "李四" not in as_member(cast, "gu").get("/upkeep/?late=waiting").content.decode()


def test_a_wrong_office_phone_from_the_card_to_the_answer(cast: Cast) -> None:
    """wang of the other town finds it, li mends it, qian answers, wang hears of it."""
    wang = as_member(cast, "wang")
    form = {"field": "office_phone", "wrong": "是传真机", "right": "021-59720055"}
    wang.post(f"/upkeep/corrections/person/{cast.li.person.pk}/", form)
    assert to_do(cast, "qian") == ["通讯录纠错：李四的办公电话有误"]

    own.change_own_details(cast.li.person, facts={"office_phone": "021-59720055"}, actor=cast.li.principal())
    made = reports.open_one(cast.li.person, "office_phone")
    assert made is not None
    assert "021-59720055" in as_member(cast, "qian").get(f"/upkeep/corrections/{made.pk}/").content.decode()
    corrections.answer_corrected(made, words="已更正为021-59720055", actor=cast.qian.principal())
    assert told(cast, "wang") == ["您反映的李四办公电话有误：已更正"]
    assert to_do(cast, "qian") == to_do(cast, "tang") == []


def test_a_hidden_field_is_not_there_to_be_called_wrong(cast: Cast) -> None:
    hiding = proposals.propose_hiding(
        cast.li.person, scope="except_own", fields=["room"], reason="工作需要", actor=cast.qian.principal()
    )
    proposals.approve(hiding, actor=cast.an.principal())
    assert "room" not in dict(reports.fields_to_report(cast.wang.principal(), cast.li.person))
    assert "room" in dict(reports.fields_to_report(cast.zhou.principal(), cast.li.person))
    address = f"/upkeep/corrections/person/{cast.li.person.pk}/"
    answer = as_member(cast, "wang").post(address, {"field": "room", "wrong": "已搬"})
    assert answer.status_code == 422 and reports.open_one(cast.li.person, "room") is None


def test_two_quarters_of_a_town(cast: Cast) -> None:
    """Confirmed in October; in January the differences are shown, and it is confirmed again."""
    opened = datetime.date(2026, 10, 8)
    quarter.open_due(today=opened)
    assert to_do(cast, "tang") == ["核对朱家角镇通讯录（2026年第四季度）"]
    first = UnitCheck.objects.select_related("unit", "quarter").get(unit__code="QP-0301")
    digest = quarters.digest_of(quarters.roll_of(first))
    quarter.confirm(first, digest=digest, note="已核对", actor=cast.tang.principal(), today=opened)
    assert cards.card(cast.wang.principal(), cast.li.person.pk).checked_on == opened
    assert cards.card(cast.wang.principal(), cast.gu.person.pk).checked_on is None

    Person.objects.filter(pk=cast.zhao.person.pk).update(status=Person.Status.RETIRED)
    again = datetime.date(2027, 1, 4)
    quarter.open_due(today=again)
    second = UnitCheck.objects.select_related("unit", "quarter").get(unit__code="QP-0301", quarter__year=2027)
    page = as_member(cast, "qian").get(f"/upkeep/checks/{second.pk}/").content.decode()
    assert "减少1人" in page and "赵明远" in page and "2026年第四季度" in page
    digest = quarters.digest_of(quarters.roll_of(second))
    quarter.confirm(second, digest=digest, note="已核对", actor=cast.qian.principal(), today=again)
    assert Person.objects.get(pk=cast.li.person.pk).checked_on == again
    assert Person.objects.get(pk=cast.zhao.person.pk).checked_on == opened
