"""知会 and 传阅: reading without deciding."""

from typing import Any

import pytest

from tests.cast import Cast
from yiwang.kernel.errors import Refused
from yiwang.platform.approvals.actions import readers
from yiwang.platform.approvals.models import Instance, Task, Trail
from yiwang.platform.approvals.queries import instances
from yiwang.platform.approvals.tests.conftest import Submit, Who
from yiwang.platform.todos.actions import items
from yiwang.platform.todos.models import Assignment

pytestmark = pytest.mark.django_db


def ids(cast: Cast, *logins: str) -> list[int]:
    return [cast.member(one).person.pk for one in logins]


def test_they_get_something_to_read_and_nobody_waits(submit: Submit, who: Who, cast: Cast) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    (task,) = readers.notify_readers(one, person_ids=ids(cast, "wang"), actor=who("li"))
    mine = Assignment.objects.get(person=cast.wang.person)
    assert mine.state == Assignment.State.TOREAD and mine.item.title == "关于添置设备的请示"
    assert instances.is_visible(who("wang"), one)
    readers.read(task, actor=who("wang"))
    mine.refresh_from_db()
    assert mine.state == Assignment.State.READ
    readers.read(task, actor=who("wang"))  # again: nothing


def test_one_after_the_other_with_late_additions_and_a_recall(submit: Submit, who: Who, cast: Cast) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    given = readers.circulate(
        one, person_ids=ids(cast, "wang", "an", "shen"), actor=who("li"), is_ordered=True
    )
    assert [task.state for task in given] == ["open", "waiting", "waiting"]
    readers.circulate(one, person_ids=ids(cast, "wang", "zhou"), actor=who("li"))
    assert Task.objects.get(kind="read", person=cast.zhou.person).state == "open"

    readers.recall_reader(given[1], actor=who("li"))
    readers.read(given[0], actor=who("wang"))
    given[2].refresh_from_db()
    assert given[2].state == "open"
    with pytest.raises(Refused, match="当前状态为“已办”，不能执行“取消传阅”"):
        readers.recall_reader(given[0], actor=who("li"))


def test_recalling_whose_turn_it_is_calls_the_next(submit: Submit, who: Who, cast: Cast) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    first, second = readers.circulate(
        one, person_ids=ids(cast, "wang", "an"), actor=who("li"), is_ordered=True
    )
    readers.recall_reader(first, actor=who("li"))
    second.refresh_from_db()
    assert second.state == "open"
    Task.objects.filter(pk=second.pk).update(opened_at=second.arrived_at)
    with pytest.raises(Refused, match="对方已阅，不能取消传阅"):
        readers.recall_reader(second, actor=who("li"))


def test_readers_cannot_bring_in_readers(submit: Submit, who: Who, cast: Cast) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    readers.notify_readers(one, person_ids=ids(cast, "wang"), actor=who("li"))
    with pytest.raises(Refused, match="您没有“知会”权限"):
        readers.notify_readers(one, person_ids=ids(cast, "an"), actor=who("wang"))
    with pytest.raises(Refused, match="所选人员均已在阅知名单中"):
        readers.notify_readers(one, person_ids=ids(cast, "wang"), actor=who("li"))
    with pytest.raises(Refused, match="请选择人员"):
        readers.notify_readers(one, person_ids=[], actor=who("li"))
    with pytest.raises(Refused, match="没有可用的账号"):
        readers.notify_readers(one, person_ids=ids(cast, "an", "temp"), actor=who("li"))
    assert Task.objects.filter(kind="read").count() == 1


def test_not_of_what_was_ended(submit: Submit, who: Who, cast: Cast) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    Instance.objects.filter(pk=one.pk).update(state="terminated", step="", ended_at=one.submitted_at)
    with pytest.raises(Refused, match="当前状态为“已终止”，不能执行“知会”"):
        readers.notify_readers(one, person_ids=ids(cast, "wang"), actor=who("li"))


def test_reading_in_the_list_of_todos_is_reading(
    submit: Submit, who: Who, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    first, second = readers.circulate(
        one, person_ids=ids(cast, "wang", "an"), actor=who("li"), is_ordered=True
    )
    own = Assignment.objects.get(person=cast.wang.person)
    with django_capture_on_commit_callbacks(execute=True):
        items.mark_read([own.pk], actor=who("wang"))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.outcome, second.state) == ("read", "open")
    line = Trail.objects.get(instance=one, action="read")
    assert (line.actor_name, line.actor) == ("王海涛", cast.wang.person)
    with django_capture_on_commit_callbacks(execute=True):
        items.open_item(Assignment.objects.get(person=cast.an.person), actor=who("an"))
    second.refresh_from_db()
    assert second.outcome == "read"


def test_whom_one_may_not_know_of_one_cannot_name(submit: Submit, who: Who, cast: Cast) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    with pytest.raises(Refused, match="没有可用的账号") as refusal:
        readers.notify_readers(one, person_ids=ids(cast, "mi"), actor=who("li"))
    assert "米" not in refusal.value.message and not Task.objects.filter(kind="read").exists()


def test_only_readers_read_and_only_reading_is_recalled(submit: Submit, who: Who, cast: Cast) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    first, second = readers.circulate(
        one, person_ids=ids(cast, "wang", "an"), actor=who("li"), is_ordered=True
    )
    with pytest.raises(Refused) as refusal:
        readers.read(first, actor=who("an"))
    assert refusal.value.status == 404
    assert readers.read(second, actor=who("an")).state == "waiting"  # his turn has not come
    with pytest.raises(Refused) as refusal:
        readers.recall_reader(Task.objects.get(kind="seat"), actor=who("li"))
    assert refusal.value.status == 404
    readers.note_reading(instance_id=one.pk, todo_id=0, person_id=cast.wang.person.pk)  # nothing of that kind
    readers.follow_todo(app="meetings", biz_id="1", task_id="1", person_id=1)  # nor of another application
    assert Task.objects.filter(kind="read", state="open").count() == 1
