"""提交, 同意, 不同意, 退回, 撤回: the way of a paper through its steps."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.approvals import Event, Procedure
from yiwang.platform.approvals.actions import flows, tasks
from yiwang.platform.approvals.models import Definition, Instance, Task, Trail
from yiwang.platform.approvals.tests import papers
from yiwang.platform.approvals.tests.conftest import Submit, TaskOf, Who
from yiwang.platform.approvals.tests.papers import Paper, lying
from yiwang.platform.messages.models import Receipt

pytestmark = pytest.mark.django_db


def test_one_of_several_decides_then_all_sign_then_one_agrees(
    submit: Submit, task_of: TaskOf, who: Who
) -> None:
    one = submit()
    assert lying(one) == [("钱玉芬", "check"), ("周月娥", "check")]
    tasks.agree(task_of("zhou", one), actor=who("zhou"))
    assert lying(one) == [("孙建国", "sign"), ("安若兰", "sign")]
    assert Task.objects.get(instance=one, person__name="钱玉芬").state == Task.State.LAPSED

    tasks.agree(task_of("an", one), actor=who("an"))
    assert lying(one) == [("孙建国", "sign")]
    tasks.agree(task_of("sun", one), opinion="请注意节约", actor=who("sun"), amended=True)
    assert lying(one) == [("赵明远", "issue")]

    tasks.agree(task_of("zhao", one), opinion="同意", actor=who("zhao"))
    one.refresh_from_db()
    assert one.state == Instance.State.APPROVED and one.ended_at is not None and lying(one) == []
    assert [(event, step) for _, event, step, _ in Paper.heard] == [
        (Event.ADVANCED, "check"),
        (Event.ADVANCED, "sign"),
        (Event.ADVANCED, "issue"),
        (Event.APPROVED, ""),
    ]


def test_a_step_whose_condition_fails_is_left_out(submit: Submit, task_of: TaskOf, who: Who) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    tasks.agree(task_of("qian", one), actor=who("qian"))
    assert lying(one) == [("赵明远", "issue")]


def test_ordered_countersigning_goes_one_after_the_other(submit: Submit, task_of: TaskOf, who: Who) -> None:
    one = submit(papers.ORDERED.key, sign=["qian", "an", "sun"], issue=["zhao"])
    for login, then in (("qian", "安若兰"), ("an", "孙建国"), ("sun", "赵明远")):
        tasks.agree(task_of(login, one), actor=who(login))
        assert [name for name, _ in lying(one)] == [then]


def test_disagreement_of_who_decides_ends_it(submit: Submit, task_of: TaskOf, who: Who) -> None:
    one = submit()
    with pytest.raises(Refused, match="请填写意见"):
        tasks.disagree(task_of("qian", one), opinion=" ", actor=who("qian"))
    tasks.disagree(task_of("qian", one), opinion="预算不足", actor=who("qian"))
    one.refresh_from_db()
    assert one.state == Instance.State.REJECTED and lying(one) == []
    assert Paper.heard[-1] == ("1", Event.REJECTED, "", "预算不足")


def test_disagreement_in_countersigning_waits_for_all_then_the_drafter_coordinates(
    submit: Submit, task_of: TaskOf, who: Who
) -> None:
    one = submit()
    tasks.agree(task_of("qian", one), actor=who("qian"))
    tasks.disagree(task_of("sun", one), opinion="依据不足", actor=who("sun"))
    assert lying(one) == [("安若兰", "sign")]
    tasks.agree(task_of("an", one), actor=who("an"))
    one.refresh_from_db()
    assert one.state == Instance.State.RETURNED and lying(one) == [("李四", "")]
    assert Paper.heard[-1][1] == Event.RETURNED


def test_returning_needs_an_opinion(submit: Submit, task_of: TaskOf, who: Who) -> None:
    one = submit()
    qian = who("qian")
    lines, rows = Entry.objects.count(), Trail.objects.count()
    with pytest.raises(Refused, match="请填写退回意见") as refusal:
        tasks.send_back(task_of("qian", one), to_step=None, opinion="", actor=qian)
    assert refusal.value.status == 422 and refusal.value.fields == {"opinion": "请填写退回意见"}
    assert (Entry.objects.count(), Trail.objects.count()) == (lines, rows)
    assert lying(one) == [("钱玉芬", "check"), ("周月娥", "check")]


def test_returned_to_the_drafter_and_step_by_step_again(submit: Submit, task_of: TaskOf, who: Who) -> None:
    one = submit()
    tasks.agree(task_of("qian", one), actor=who("qian"))
    tasks.send_back(task_of("an", one), to_step=None, opinion="附件2数据有误", actor=who("an"))
    one.refresh_from_db()
    assert one.state == Instance.State.RETURNED and lying(one) == [("李四", "")]
    assert Paper.heard[-1] == ("1", Event.RETURNED, "", "附件2数据有误")

    flows.resubmit(one, context=one.context, actor=who("li"))
    assert lying(one) == [("钱玉芬", "check"), ("周月娥", "check")]
    assert Task.objects.get(instance=one, kind="revise").outcome == Task.Outcome.RESUBMITTED


def test_straight_back_to_who_returned_it_and_to_whom_he_cut_off(
    submit: Submit, task_of: TaskOf, who: Who
) -> None:
    one = submit()
    tasks.agree(task_of("qian", one), actor=who("qian"))
    tasks.send_back(task_of("an", one), to_step=None, opinion="请补充依据", actor=who("an"))
    flows.resubmit(one, context=one.context, actor=who("li"), straight_back=True)
    assert lying(one) == [("孙建国", "sign"), ("安若兰", "sign")]


def test_returned_to_an_earlier_step(submit: Submit, task_of: TaskOf, who: Who) -> None:
    one = submit()
    tasks.agree(task_of("zhou", one), actor=who("zhou"))
    tasks.agree(task_of("sun", one), actor=who("sun"))
    tasks.agree(task_of("an", one), actor=who("an"))
    with pytest.raises(Refused, match="已经办理过的步骤"):
        tasks.send_back(task_of("zhao", one), to_step="issue", opinion="再核", actor=who("zhao"))
    tasks.send_back(task_of("zhao", one), to_step="check", opinion="请再核", actor=who("zhao"))
    assert lying(one) == [("周月娥", "check")]  # who had decided there, not everybody who might have
    tasks.agree(task_of("zhou", one), actor=who("zhou"), straight_back=True)
    assert lying(one) == [("赵明远", "issue")]


def test_the_drafter_takes_it_back_while_nobody_has_opened_it(
    submit: Submit, task_of: TaskOf, who: Who
) -> None:
    one = submit()
    with pytest.raises(Refused, match="您没有“撤回”权限"):
        flows.withdraw(one, actor=who("zhao"))
    flows.withdraw(one, actor=who("li"))
    one.refresh_from_db()
    assert one.state == Instance.State.WITHDRAWN and lying(one) == []
    assert Paper.heard[-1][1] == Event.WITHDRAWN

    again = submit()
    assert again.pk == one.pk and lying(one) == [("钱玉芬", "check"), ("周月娥", "check")]
    tasks.open_task(task_of("zhou", one), actor=who("zhou"))
    with pytest.raises(Refused, match="对方已签收，不能撤回，请联系对方退回") as refusal:
        flows.withdraw(one, actor=who("li"))
    assert (refusal.value.status, refusal.value.code) == (409, "E-STATE-02")


def test_a_handler_takes_back_what_he_sent_on(submit: Submit, task_of: TaskOf, who: Who) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    tasks.agree(task_of("qian", one), actor=who("qian"))
    with pytest.raises(Refused):
        flows.withdraw(one, actor=who("li"))
    flows.withdraw(one, actor=who("qian"))
    assert lying(one) == [("钱玉芬", "check")]
    assert Paper.heard[-1][1:3] == (Event.ADVANCED, "check")
    tasks.disagree(task_of("qian", one), opinion="再想", actor=who("qian"))
    one.refresh_from_db()
    assert one.state == Instance.State.REJECTED


def test_a_return_is_taken_back(submit: Submit, task_of: TaskOf, who: Who) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    tasks.send_back(task_of("qian", one), to_step=None, opinion="误", actor=who("qian"))
    flows.withdraw(one, actor=who("qian"))
    one.refresh_from_db()
    assert one.state == Instance.State.RUNNING and lying(one) == [("钱玉芬", "check")]


def test_a_resubmission_is_taken_back_and_may_still_go_straight(
    submit: Submit, task_of: TaskOf, who: Who
) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    tasks.agree(task_of("qian", one), actor=who("qian"))
    tasks.send_back(task_of("zhao", one), to_step=None, opinion="补", actor=who("zhao"))
    flows.resubmit(one, context=one.context, actor=who("li"))
    flows.withdraw(one, actor=who("li"))
    one.refresh_from_db()
    assert one.state == Instance.State.RETURNED and lying(one) == [("李四", "")]
    flows.resubmit(one, context=one.context, actor=who("li"), straight_back=True)
    assert lying(one) == [("赵明远", "issue")]


def test_the_same_act_twice_is_a_wrong_state(submit: Submit, task_of: TaskOf, who: Who) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    task = task_of("qian", one)
    tasks.agree(task, actor=who("qian"))
    with pytest.raises(Refused, match="当前状态为“已办”，不能执行“同意”") as refusal:
        tasks.agree(task, actor=who("qian"))
    assert (refusal.value.status, refusal.value.code) == (409, "E-STATE-01")


def test_anothers_task_is_not_found(submit: Submit, task_of: TaskOf, who: Who) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    with pytest.raises(Refused) as refusal:
        tasks.agree(task_of("qian", one), actor=who("zhou"))
    assert refusal.value.status == 404 and lying(one) == [("钱玉芬", "check")]


def test_nobody_decides_his_own_matter(submit: Submit) -> None:
    one = submit(check=["li", "qian"], issue=["zhao"])
    assert lying(one) == [("钱玉芬", "check")]
    with pytest.raises(Refused, match="步骤“单位审核”没有可以办理的人员"):
        submit(pk=2, check=["li"], issue=["zhao"])
    with pytest.raises(Refused, match="没有可以办理的人员"):
        submit(pk=3, check=["qian"], concerns=["qian"])
    assert Instance.objects.count() == 1


def test_own_step_is_passed_only_where_the_procedure_says_so(submit: Submit) -> None:
    one = submit(papers.OWN.key, check=["li", "qian"], issue=["zhao"])
    assert lying(one) == [("赵明远", "issue")]
    skipped = Trail.objects.get(instance=one, action="skipped")
    assert (skipped.step_label, skipped.actor_name) == ("单位审核", "系统")


def test_an_object_has_one_open_instance(submit: Submit) -> None:
    submit()
    with pytest.raises(Refused, match="当前状态为“审批中”，不能执行“提交”"):
        submit()
    assert Instance.objects.count() == 1


def test_running_instances_keep_their_version(
    submit: Submit, task_of: TaskOf, who: Who, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = submit(check=["qian"], issue=["zhao"])
    shorter = Procedure(
        papers.PLAIN.key, "文件审批", papers.KEY, (papers.step("check", "一次审核"),), version=2
    )
    monkeypatch.setitem(papers.procedures_items(), papers.PLAIN.key, shorter)
    new = submit(pk=2, check=["qian"])
    assert list(Definition.objects.values_list("version", flat=True)) == [1, 2]
    tasks.agree(task_of("qian", old), actor=who("qian"))
    tasks.agree(task_of("qian", new), actor=who("qian"))
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, new.state) == ("running", "approved")


def test_the_record_says_who_he_was_then(submit: Submit, task_of: TaskOf, who: Who) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    tasks.agree(task_of("qian", one), opinion="拟同意", actor=who("qian"))
    first, second = Trail.objects.filter(instance=one)
    assert (first.action, first.actor_name, first.step_label) == ("submitted", "李四", "提交人")
    assert (second.actor_title, second.actor_unit) == ("办公室副主任", "朱家角镇党政办公室")
    assert second.opinion == "拟同意" and second.due_at is not None and second.arrived_at is not None
    line = Entry.objects.filter(verb="approvals.agreed").latest("id")
    assert str(line) == "钱玉芬同意了“关于添置设备的请示”" and line.reason == "拟同意"


def test_ending_it_without_result(submit: Submit, who: Who) -> None:
    one = submit()
    with pytest.raises(Refused, match="您没有“终止”权限"):
        flows.terminate(one, reason="不办了", actor=who("zhao"))
    with pytest.raises(Refused, match="请填写事由"):
        flows.terminate(one, reason="", actor=who("li"))
    flows.terminate(one, reason="不再需要", actor=who("li"))
    one.refresh_from_db()
    assert one.state == Instance.State.TERMINATED and lying(one) == []
    with pytest.raises(Refused, match="当前状态为“已终止”，不能执行“终止”"):
        flows.terminate(one, reason="再来", actor=who("li"))


def test_a_result_is_voided_by_who_looks_after_procedures(submit: Submit, task_of: TaskOf, who: Who) -> None:
    one = submit(papers.OWN.key, check=["li"], issue=["zhao"])
    with pytest.raises(Refused, match="当前状态为“审批中”，不能执行“作废”"):
        flows.void(one, reason="错", actor=who("sun"))
    tasks.agree(task_of("zhao", one), actor=who("zhao"))
    with pytest.raises(Refused, match="您没有“审批流程管理”权限"):
        flows.void(one, reason="错", actor=who("li"))
    flows.void(one, reason="依据有误", actor=who("sun"))
    assert Paper.heard[-1][1:] == (Event.TERMINATED, "", "依据有误")
    told = Receipt.objects.filter(message__kind="approvals.ended").get()
    assert told.person.name == "李四" and told.message.title == "《关于添置设备的请示》已作废"


def test_the_trail_can_only_be_added_to(submit: Submit) -> None:
    submit()
    for act in (lambda: Trail.objects.update(opinion="改"), lambda: Trail.objects.all().delete()):
        with pytest.raises(IntegrityError, match="流转记录只能追加"), transaction.atomic():
            act()


def test_what_an_act_may_cost(
    submit: Submit, task_of: TaskOf, who: Who, django_assert_max_num_queries: Any
) -> None:
    """Upper bounds of statements, so that a step more does not pass unseen."""
    one = submit(check=["qian"], issue=["zhao"])
    task, qian = task_of("qian", one), who("qian")
    with django_assert_max_num_queries(60):
        tasks.agree(task, actor=qian)
