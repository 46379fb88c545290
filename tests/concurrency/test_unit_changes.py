"""Changes of units under many hands: nobody is left behind, one name is taken once, one effect is one."""

import datetime

import pytest
from django.utils import timezone

from tests import cast as the_cast
from tests.concurrency.crowd import at_once, refusals
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.approvals.actions import tasks
from yiwang.platform.approvals.models import Task
from yiwang.platform.changes.actions import unit_change, unit_review
from yiwang.platform.changes.models import UnitChange
from yiwang.platform.org.actions import merging, naming, people
from yiwang.platform.org.actions.merging import Succession
from yiwang.platform.org.models import Event, Person, Post, Unit
from yiwang.platform.org.queries import events

pytestmark = pytest.mark.django_db(transaction=True)

OFFICE = {"full_name": "党政办", "short_name": "党政办"}


@pytest.fixture(autouse=True)
def cast() -> the_cast.Cast:
    return the_cast.standing()


def unit(code: str) -> Unit:
    return Unit.objects.get(code=code)


def arrive(number: int, code: str) -> Person:
    return people.add_person(
        unit=unit(code),
        name="张三",
        id_number=the_cast.with_check_digit(f"31019919810101{number:03}"),
        mobile=f"139000002{number:02}",
        category=Person.Category.ESTABLISHED,
        title="科员",
        actor=SYSTEM,
    )


def test_who_arrives_while_his_unit_is_merged_is_in_the_new_one_or_refused() -> None:
    into = unit("QP-0302-01")
    results = at_once(
        lambda: merging.merge_units([unit("QP-0301-01")], succession=Succession(into), actor=SYSTEM),
        *(lambda number=number: arrive(number, "QP-0301-01") for number in range(4)),
    )
    assert set(refusals(results)) <= {409}
    gone = unit("QP-0301-01")
    assert gone.status == "revoked" and not Post.objects.filter(unit=gone, is_living=True).exists()
    arrived = Person.objects.filter(name="张三")
    assert {one.unit for one in arrived} <= {into} and len(arrived) + len(refusals(results)) == 4


def test_one_name_is_taken_once() -> None:
    names = {"full_name": "综合事务中心", "short_name": "综合中心", "actor": SYSTEM}
    first, second = unit("QP-0301-01"), unit("QP-0301-02")
    results = at_once(
        lambda: naming.rename_unit(first, **names),  # type: ignore[arg-type]
        lambda: naming.rename_unit(second, **names),  # type: ignore[arg-type]
    )
    assert refusals(results) == [422]
    assert Unit.objects.filter(full_name="综合事务中心").count() == 1


def approved(cast: the_cast.Cast, code: str, day: datetime.date) -> UnitChange:
    qian, sun = cast.qian.principal(), cast.sun.principal()
    change = unit_change.draft(
        "rename", plan=OFFICE, unit=unit(code), actor=qian, effective_on=day, basis="青编〔2026〕8号"
    )
    unit_change.submit(change, actor=qian)
    task = Task.objects.get(instance__subject_id=str(change.pk), person=cast.sun.person)
    tasks.agree(task, actor=sun)
    return change


def test_a_change_takes_effect_once_however_many_workers_try(cast: the_cast.Cast) -> None:
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    change = approved(cast, "QP-0301-01", tomorrow)
    results = at_once(*(lambda: unit_review.effect_due(today=tomorrow, actor=SYSTEM),) * 4)
    assert sorted(one for one in results if isinstance(one, int)) == [0, 0, 0, 1]
    change.refresh_from_db()
    assert change.state == "effective"
    assert Event.objects.filter(kind="unit_renamed").count() == 1


def test_ended_while_it_takes_effect_it_is_one_or_the_other(cast: the_cast.Cast) -> None:
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    change, qian = approved(cast, "QP-0301-01", tomorrow), cast.qian.principal()
    results = at_once(
        lambda: unit_review.effect_due(today=tomorrow, actor=SYSTEM),
        lambda: unit_change.cancel(change, reason="方案有变", actor=qian),
    )
    change.refresh_from_db()
    name = unit("QP-0301-01").short_name
    assert (change.state, name) in (("effective", "党政办"), ("terminated", "党政办公室"))
    assert refusals(results) == ([409] if change.state == "effective" else [])


def test_the_feed_is_in_order_for_who_reads_it_meanwhile() -> None:
    start = events.latest()
    read: list[list[int]] = []

    def follow() -> None:
        read.extend([one.pk for one in events.after(start)] for _ in range(30))

    at_once(*(lambda number=number: arrive(number, "QP-0302-01") for number in range(10, 14)), follow)
    final = [one.pk for one in events.after(start)]
    for seen in read:
        assert seen == final[: len(seen)], "nothing appears before what was read already"
