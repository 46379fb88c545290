"""Terms in working days: 挂起 stops the clock, 催办 by hand and by the clock, a new calendar counts anew."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.errors import Refused
from yiwang.kernel.workdays import queries as workdays
from yiwang.kernel.workdays.calendar import Calendar
from yiwang.kernel.workdays.hooks import calendar_changed
from yiwang.platform.approvals.actions import flows, tasks, terms, urging
from yiwang.platform.approvals.models import Instance, Task, Trail
from yiwang.platform.approvals.tests import papers
from yiwang.platform.approvals.tests.conftest import Submit, TaskOf, Who
from yiwang.platform.messages.models import Message, Receipt

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(day: str, hour: int = 10) -> datetime.datetime:
    return datetime.datetime.fromisoformat(day).replace(hour=hour, tzinfo=SHANGHAI)


def arrived_on(task: Task, day: str) -> Task:
    """As if it had come on that day."""
    moment = at(day)
    task.arrived_at, task.due_from = moment, moment.date()
    task.due_at = workdays.deadline(moment.date(), task.due_workdays)
    task.save()
    return task


def test_the_term_counts_working_days(submit: Submit, task_of: TaskOf) -> None:
    task = task_of("qian", submit())
    assert task.due_from == timezone.localdate()
    assert task.due_at == workdays.deadline(timezone.localdate(), 2)


def test_suspending_stops_the_clock(submit: Submit, task_of: TaskOf, who: Who) -> None:
    one = submit()
    task = arrived_on(task_of("qian", one), "2026-09-17")  # due after 2 working days: Sunday 20th is one
    assert task.due_at == at("2026-09-21", 0)
    with pytest.raises(Refused, match="您没有“挂起”权限"):
        flows.suspend(one, reason="待核", actor=who("qian"))
    with pytest.raises(Refused, match="请填写事由"):
        flows.suspend(one, reason="", actor=who("sun"))
    flows.suspend(one, reason="等待上级答复", actor=who("sun"))
    Instance.objects.filter(pk=one.pk).update(suspended_at=at("2026-09-18", 15))
    flows.resume(one, actor=who("sun"))
    task.refresh_from_db()
    assert task.due_workdays == 1 and task.due_at == workdays.deadline(timezone.localdate(), 1)


def test_nothing_is_handled_while_it_is_suspended(submit: Submit, task_of: TaskOf, who: Who) -> None:
    one = submit(papers.OWN.key, check=["qian"], issue=["zhao"])
    flows.suspend(one, reason="等待材料", actor=who("qian"))  # this procedure lets its handlers
    with pytest.raises(Refused, match="当前状态为“已挂起”，不能执行“同意”"):
        tasks.agree(task_of("qian", one), actor=who("qian"))
    with pytest.raises(Refused, match="当前状态为“已挂起”，不能执行“挂起”"):
        flows.suspend(one, reason="再挂", actor=who("qian"))
    with pytest.raises(Refused, match="当前状态为“已挂起”，不能执行“撤回”"):
        flows.withdraw(one, actor=who("li"))
    flows.resume(one, actor=who("qian"))
    tasks.agree(task_of("qian", one), actor=who("qian"))


def test_what_was_late_when_it_was_suspended_stays_late(submit: Submit, task_of: TaskOf, who: Who) -> None:
    one = submit()
    task = arrived_on(task_of("qian", one), "2026-03-02")
    late = task.due_at
    flows.suspend(one, reason="等待", actor=who("sun"))
    flows.resume(one, actor=who("sun"))
    task.refresh_from_db()
    assert task.due_at == late


def test_urging_by_hand_once_in_four_hours(submit: Submit, who: Who, cast: Cast) -> None:
    one, now = submit(check=["qian"], issue=["zhao"]), at("2026-11-24", 10)
    with pytest.raises(Refused, match="您没有“催办”权限"):
        urging.urge(one, actor=who("wang"), now=now)
    urging.urge(one, actor=who("li"), now=now)
    told = Receipt.objects.get(message__kind="approvals.urged")
    assert told.person_id == cast.qian.person.pk
    assert Message.objects.get(kind="approvals.urged").title == "请尽快办理《关于添置设备的请示》"
    with pytest.raises(Refused, match="请于14:00后再催办") as refusal:
        urging.urge(one, actor=who("sun"), now=now + datetime.timedelta(hours=3))
    assert (refusal.value.status, refusal.value.retry_after) == (429, 3600)
    urging.urge(one, actor=who("li"), now=now + datetime.timedelta(hours=4))
    assert Task.objects.get(instance=one, state="open").urgings == 2


def test_reminded_the_working_day_before_and_daily_when_late(submit: Submit, task_of: TaskOf) -> None:
    arrived_on(
        task_of("qian", submit(check=["qian"], issue=["zhao"])), "2026-09-17"
    )  # due Sunday 20th (调休)
    told = Message.objects.filter(kind__in=["approvals.due_soon", "approvals.overdue"]).order_by("id")
    assert urging.remind_all(now=at("2026-09-17", 9)) == 0
    assert urging.remind_all(now=at("2026-09-18", 9)) == 1
    assert urging.remind_all(now=at("2026-09-18", 10)) == 1  # twice a day is once
    assert [one.title for one in told] == ["《关于添置设备的请示》待您办理（9月20日（周日）24:00前）"]
    assert urging.remind_all(now=at("2026-09-20", 9)) == 0
    assert urging.remind_all(now=at("2026-09-22", 9)) == 1
    assert told.last().title == "请尽快办理《关于添置设备的请示》，已逾期2个工作日"  # type: ignore[union-attr]
    assert urging.remind_all(now=at("2026-09-26", 9)) == 0  # 中秋: no working day


def test_nobody_is_reminded_of_what_is_suspended(submit: Submit, task_of: TaskOf, who: Who) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    arrived_on(task_of("qian", one), "2026-09-17")
    flows.suspend(one, reason="等待", actor=who("sun"))
    assert urging.remind_all(now=at("2026-09-22", 9)) == 0


def test_a_new_calendar_counts_open_terms_anew(submit: Submit, task_of: TaskOf) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    task = arrived_on(task_of("qian", one), "2026-09-17")
    every_day = [datetime.date(2026, 9, day) for day in range(1, 31)]
    with workdays.using(Calendar({2026: every_day})):
        assert terms.recount(now=timezone.now()) == 1
        assert terms.recount(now=timezone.now()) == 0
    task.refresh_from_db()
    assert task.due_at == at("2026-09-20", 0)
    line = Trail.objects.get(instance=one, action="recounted")
    assert line.target == "9月20日（周日）24:00前改为9月19日（周六）24:00前"


def test_entering_a_year_counts_anew(submit: Submit, task_of: TaskOf, who: Who) -> None:
    arrived_on(task_of("qian", submit(check=["qian"], issue=["zhao"])), "2026-09-17")
    every_day = Calendar({2026: [datetime.date(2026, 9, day) for day in range(1, 31)]})
    with workdays.using(every_day):
        calendar_changed(year=2026, before=None, after=every_day, actor=who("sun"))
    assert Trail.objects.filter(action="recounted").count() == 1
