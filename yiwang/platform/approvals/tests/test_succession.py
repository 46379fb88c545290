"""Nobody's departure orphans a task: successor, office director, and the checklist of a handover."""

import pytest
from django.test import TestCase

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.extension.holdings import holdings
from yiwang.platform.accounts.actions import lifecycle
from yiwang.platform.accounts.hooks import account_closed
from yiwang.platform.approvals.actions import deputies, flows, readers, succession, tasks
from yiwang.platform.approvals.models import Deputy, Instance, Task, Trail
from yiwang.platform.approvals.tests import papers
from yiwang.platform.approvals.tests.conftest import Submit, TaskOf, Who
from yiwang.platform.approvals.tests.papers import lying
from yiwang.platform.approvals.tests.test_deputies import days, give
from yiwang.platform.org.actions import merging, people
from yiwang.platform.org.hooks import post_ended
from yiwang.platform.org.models import Post
from yiwang.platform.todos.actions import items as todos
from yiwang.platform.todos.models import Assignment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_else_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """What handovers do about a departure is tested with them; here there is none."""
    monkeypatch.setattr(post_ended, "_handlers", [succession.follow_post])
    monkeypatch.setattr(account_closed, "_handlers", [succession.follow_account])


def end_post(cast: Cast, login: str) -> None:
    """End it, and let the job run that runs after the commit."""
    post = Post.objects.get(person=cast.member(login).person, is_living=True)
    with TestCase.captureOnCommitCallbacks(execute=True):
        people.end_post(post, actor=SYSTEM, reason="调离")


def test_without_a_successor_the_office_director_takes_over(submit: Submit, cast: Cast) -> None:
    one = submit(check=["zhou"], issue=["zhao"])
    end_post(cast, "zhou")
    assert lying(one) == [(cast.tang.person.name, "check")]
    line = Trail.objects.get(instance=one, action="handed_over")
    assert line.target == f"任职结束，移交{cast.tang.person.name}" and line.actor_name == "系统"


def test_the_successor_in_the_post_comes_first(submit: Submit, cast: Cast) -> None:
    one = submit(check=["zhou"], issue=["zhao"])
    post = Post.objects.get(person=cast.zhou.person, is_living=True)
    people.start_post(cast.qian.person, unit=post.unit, title=post.title, kind="concurrent", actor=SYSTEM)
    end_post(cast, "zhou")
    assert lying(one) == [("钱玉芬", "check")]


def test_what_came_in_another_post_stays(submit: Submit, cast: Cast) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    other = people.start_post(
        cast.qian.person, unit=cast.units["QP-0302"], title="联络员", kind="concurrent", actor=SYSTEM
    )
    with TestCase.captureOnCommitCallbacks(execute=True):
        people.end_post(other, actor=SYSTEM, reason="不再兼任")
    assert lying(one) == [("钱玉芬", "check")]


def test_a_closed_account_hands_over_and_ends_deputations(submit: Submit, who: Who, cast: Cast) -> None:
    give(who, cast, "zhao", "zhou")
    one = submit(check=["zhao"], issue=["an"])
    two = submit(pk=2, check=["zhou"], issue=["an"])
    assert lying(one) == [("周月娥", "check")]
    with TestCase.captureOnCommitCallbacks(execute=True):
        lifecycle.close(cast.zhou.account, reason="退休", actor=SYSTEM)
    assert lying(one) == [("赵明远", "check")]  # back to whom he stood in for
    assert lying(two) == [(cast.tang.person.name, "check")]
    assert Deputy.objects.get().ended_at is not None


def test_what_was_returned_to_a_drafter_who_leaves(
    submit: Submit, task_of: TaskOf, who: Who, cast: Cast
) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    tasks.send_back(task_of("qian", one), to_step=None, opinion="补充", actor=who("qian"))
    end_post(cast, "li")
    assert lying(one) == [(cast.tang.person.name, "")]
    flows.resubmit(one, context=one.context, actor=who("tang"))
    one.refresh_from_db()
    assert one.drafter == cast.tang.person and one.state == Instance.State.RUNNING


def test_who_would_take_over_but_signs_already_signs_for_both(
    submit: Submit, task_of: TaskOf, who: Who, cast: Cast
) -> None:
    one = submit(check=["qian"], sign=["zhou", "tang"], issue=["zhao"])
    tasks.agree(task_of("qian", one), actor=who("qian"))
    end_post(cast, "zhou")
    assert (cast.tang.person.name, "sign") in lying(one)
    assert not Task.objects.filter(instance=one, person=cast.zhou.person, state="open").exists()


def test_reading_ends_with_the_reader(submit: Submit, who: Who, cast: Cast) -> None:
    one = submit(check=["zhao"], issue=["an"])
    wang, zhou = cast.wang.person.pk, cast.zhou.person.pk
    first, second = readers.circulate(one, person_ids=[zhou, wang], actor=who("li"), is_ordered=True)
    end_post(cast, "zhou")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("lapsed", "open")


def test_what_came_in_the_moment_of_leaving_is_mended(submit: Submit, cast: Cast) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    Post.objects.filter(person=cast.qian.person).update(is_living=False, valid_to=days(0))
    assert succession.mend() == 1 and succession.mend() == 0
    assert lying(one) == [(cast.tang.person.name, "check")]


def test_a_deputys_task_follows_the_post_of_whom_he_stands_in_for(
    submit: Submit, who: Who, cast: Cast
) -> None:
    give(who, cast, "zhou", "qian")
    one = submit(check=["zhou"], issue=["zhao"])
    end_post(cast, "zhou")
    assert lying(one) == [(cast.tang.person.name, "check")]
    assert deputies.change_over(today=days(0)) == 0


def test_the_checklist_of_a_handover(submit: Submit, cast: Cast, who: Who) -> None:
    one, holding = submit(check=["qian"], issue=["zhao"]), holdings.get("approvals.tasks")
    assert holding.of_person is not None and holding.hand_over is not None
    (held,) = holding.of_person(cast.qian.person.pk, cast.units["QP-0301"].path)
    assert (held.title, held.note) == ("关于添置设备的请示", "文件审批 · 单位审核")
    assert holding.of_person(cast.qian.person.pk, cast.units["QP-0302"].path) == []
    holding.hand_over(cast.qian.person.pk, [held.id], cast.zhou.person.pk, who("qian"))
    assert lying(one) == [("周月娥", "check")]


def test_a_handover_to_the_drafter_goes_to_the_office_instead(submit: Submit, cast: Cast, who: Who) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    (held,) = holdings.get("approvals.tasks").of_person(cast.qian.person.pk, "")  # type: ignore[misc]
    succession.hand_over(cast.qian.person.pk, [held.id], cast.li.person.pk, actor=who("qian"))
    assert lying(one) == [(cast.tang.person.name, "check")]


def test_a_units_tasks_move_to_the_office_of_another(submit: Submit, cast: Cast) -> None:
    one, holding = submit(check=["qian"], issue=["an"]), holdings.get("approvals.tasks")
    town, other = cast.units["QP-0301"].path, cast.units["QP-0302"].path
    assert holding.of_unit is not None and holding.move_to_unit is not None
    number, (held,) = holding.of_unit(town, True, 5)
    assert number == 1 and held.title == "关于添置设备的请示" and holding.of_unit(other, True, 5)[0] == 0
    holding.move_to_unit(town, other, SYSTEM)
    assert lying(one) == [(cast.fang.person.name, "check")]


def test_at_last_an_administrator_takes_over(submit: Submit, cast: Cast) -> None:
    one = submit(check=["mi"], issue=["zhao"])
    end_post(cast, "mi")
    assert [name for name, _ in lying(one)] == [cast.sun.person.name]


def test_when_all_who_might_take_over_answer_already_the_seat_ends(
    submit: Submit, task_of: TaskOf, who: Who, cast: Cast
) -> None:
    heirs = ["tang", "zhao", "qian", "sun", "luo"]
    for procedure, pk in ((papers.PLAIN.key, 1), (papers.ORDERED.key, 2)):
        one = submit(procedure, pk=pk, check=["an"], sign=["zhou", *heirs], issue=["shen"])
        if procedure == papers.PLAIN.key:
            tasks.agree(task_of("an", one), actor=who("an"))
    waiting = Task.objects.filter(state="waiting").count()
    end_post(cast, "zhou")
    assert not Task.objects.filter(person=cast.zhou.person, state__in=Task.ACTIVE).exists()
    assert Task.objects.filter(person=cast.zhou.person, state="lapsed").count() == 2
    assert Task.objects.filter(state="waiting").count() == waiting - 1  # the next in the row is called
    line = Trail.objects.filter(action="handed_over").first()
    assert line is not None and line.target == "任职结束，由本步骤其他办理人一并办理"


def test_who_waits_and_leaves_falls_out_of_the_row(submit: Submit, cast: Cast) -> None:
    one = submit(papers.ORDERED.key, sign=["an", "zhou", "tang"], issue=["zhao"])
    end_post(cast, "zhou")
    row = list(Task.objects.filter(instance=one, state__in=Task.ACTIVE).order_by("id"))
    assert row[0].person.name == "安若兰" and cast.zhou.person not in [task.person for task in row]
    assert all(task.waits_for_id in {other.pk for other in row} for task in row[1:])


def test_a_handover_of_reading_and_of_what_is_done(
    submit: Submit, who: Who, cast: Cast, task_of: TaskOf
) -> None:
    one = submit(check=["zhou"], issue=["zhao"])
    (reading,) = readers.notify_readers(one, person_ids=[cast.qian.person.pk], actor=who("li"))
    task = task_of("zhou", one)
    tasks.agree(task, actor=who("zhou"))
    qian, zhou = cast.qian.person.pk, cast.zhou.person.pk
    succession.hand_over(qian, [str(reading.pk)], zhou, actor=SYSTEM)
    succession.hand_over(zhou, [str(task.pk)], qian, actor=SYSTEM)
    reading.refresh_from_db()
    assert reading.state == "lapsed" and lying(one) == [("赵明远", "issue")]


def test_a_merged_units_readers_stay_and_parties_are_passed_over(
    submit: Submit, who: Who, cast: Cast
) -> None:
    one = submit(by="fang", check=["zhou"], issue=["an"])
    (reading,) = readers.notify_readers(one, person_ids=[cast.qian.person.pk], actor=who("fang"))
    town, other = cast.units["QP-0301"].path, cast.units["QP-0302"].path
    succession.move_to_unit(town, other, actor=SYSTEM)
    reading.refresh_from_db()
    assert reading.state == "open"
    assert lying(one)[-1] == (cast.gu.person.name, "check")  # fang has submitted it himself


def test_the_todo_list_may_have_moved_it_first(submit: Submit, task_of: TaskOf, cast: Cast) -> None:
    """Whoever is told first of a departure moves the to-do; the other finds it where it should be."""
    for pk, to in ((1, "tang"), (2, "wang")):
        one = submit(pk=pk, check=["zhou"], issue=["zhao"])
        task = task_of("zhou", one)
        todos.pass_on(
            app="approvals",
            biz_id=str(one.pk),
            task_id=str(task.todo_id),
            from_person_id=task.person_id,
            to_person_id=cast.member(to).person.pk,
            actor=SYSTEM,
        )
    end_post(cast, "zhou")
    tang = Assignment.objects.open().filter(person=cast.tang.person)
    assert tang.count() == 2


def test_a_merger_leaves_tasks_with_those_who_go_along(submit: Submit, task_of: TaskOf, cast: Cast) -> None:
    """Acceptance: the to-dos have handlers in the unit that takes over."""
    one = submit(check=["zhou"], issue=["an"])
    former = Post.objects.get(person=cast.zhou.person, is_living=True)
    office = cast.units["QP-0301-01"]
    merging.merge_units([cast.units["QP-0301-0201"]], succession=merging.Succession(office), actor=SYSTEM)
    task = task_of("zhou", one)
    assert lying(one) == [("周月娥", "check")]
    assert task.post_id != former.pk and task.post is not None and task.post.unit == office
