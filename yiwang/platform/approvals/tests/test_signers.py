"""加签 and 转办: who can be brought in, and in which order they answer."""

import pytest

from tests.cast import Cast
from yiwang.kernel.errors import Refused
from yiwang.platform.approvals.actions import signers, tasks
from yiwang.platform.approvals.models import Instance, Task, Trail
from yiwang.platform.approvals.tests import papers
from yiwang.platform.approvals.tests.conftest import Submit, TaskOf, Who
from yiwang.platform.approvals.tests.papers import lying
from yiwang.platform.todos.models import Assignment

pytestmark = pytest.mark.django_db


def test_before_me_his_opinion_comes_back_to_me(
    submit: Submit, task_of: TaskOf, who: Who, cast: Cast
) -> None:
    one = submit(check=["qian", "zhou"], issue=["zhao"])
    an = cast.an.person.pk
    signers.add_signer(task_of("qian", one), person_id=an, place="before", actor=who("qian"))
    assert lying(one) == [("安若兰", "check")]  # the other who might have decided is out of it
    tasks.disagree(task_of("an", one), opinion="不符合规定", actor=who("an"))
    assert lying(one) == [("钱玉芬", "check")]  # his opinion binds nobody
    tasks.agree(task_of("qian", one), actor=who("qian"))
    assert lying(one) == [("赵明远", "issue")]
    assert Trail.objects.get(instance=one, action="added").target == "前加签：安若兰"


def test_after_me_he_signs_when_i_have(submit: Submit, task_of: TaskOf, who: Who, cast: Cast) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    an = cast.an.person.pk
    signers.add_signer(task_of("qian", one), person_id=an, place="after", actor=who("qian"))
    assert lying(one) == [("钱玉芬", "check")]
    tasks.agree(task_of("qian", one), actor=who("qian"))
    assert lying(one) == [("安若兰", "check")]
    tasks.agree(task_of("an", one), actor=who("an"))
    assert lying(one) == [("赵明远", "issue")]


def test_after_me_but_before_the_next_in_an_ordered_step(
    submit: Submit, task_of: TaskOf, who: Who, cast: Cast
) -> None:
    one = submit(papers.ORDERED.key, sign=["qian", "sun"], issue=["zhao"])
    an, zhou = cast.an.person.pk, cast.zhou.person.pk
    signers.add_signer(task_of("qian", one), person_id=an, place="after", actor=who("qian"))
    signers.add_signer(task_of("qian", one), person_id=zhou, place="before", actor=who("qian"))
    for login, then in (("zhou", "钱玉芬"), ("qian", "安若兰"), ("an", "孙建国"), ("sun", "赵明远")):
        tasks.agree(task_of(login, one), actor=who(login))
        assert [name for name, _ in lying(one)] == [then]


def test_beside_me_both_answer(submit: Submit, task_of: TaskOf, who: Who, cast: Cast) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    an = cast.an.person.pk
    signers.add_signer(task_of("qian", one), person_id=an, place="beside", actor=who("qian"))
    tasks.agree(task_of("qian", one), actor=who("qian"))
    assert lying(one) == [("安若兰", "check")]
    tasks.disagree(task_of("an", one), opinion="依据不足", actor=who("an"))
    one.refresh_from_db()
    assert one.state == Instance.State.RETURNED and lying(one) == [("李四", "")]


def test_who_was_added_adds_and_returns_nothing(
    submit: Submit, task_of: TaskOf, who: Who, cast: Cast
) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    signers.add_signer(task_of("qian", one), person_id=cast.an.person.pk, place="beside", actor=who("qian"))
    added = task_of("an", one)
    with pytest.raises(Refused, match="您没有“加签”权限"):
        signers.add_signer(added, person_id=cast.sun.person.pk, place="beside", actor=who("an"))
    with pytest.raises(Refused, match="您没有“转办”权限"):
        signers.pass_on(added, person_id=cast.sun.person.pk, actor=who("an"))
    with pytest.raises(Refused, match="您没有“退回”权限"):
        tasks.send_back(added, to_step=None, opinion="退", actor=who("an"))
    assert lying(one) == [("钱玉芬", "check"), ("安若兰", "check")]


def test_who_cannot_be_added(submit: Submit, task_of: TaskOf, who: Who, cast: Cast) -> None:
    one = submit(papers.ORDERED.key, sign=["qian", "zhou"], issue=["zhao"])
    for login, why in (
        ("li", "不能由提交人或当事人本人办理"),
        ("zhou", "该人员已在办理本事项"),
        ("temp", "该人员没有可用的账号或任职"),
    ):
        person_id = cast.member(login).person.pk
        with pytest.raises(Refused, match=why) as refusal:
            signers.add_signer(task_of("qian", one), person_id=person_id, place="beside", actor=who("qian"))
        assert refusal.value.status == 422
    assert Task.objects.filter(instance=one).count() == 2


def test_passed_on_within_the_unit(submit: Submit, task_of: TaskOf, who: Who, cast: Cast) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    task = task_of("qian", one)
    with pytest.raises(Refused, match="只能转办给本单位人员"):
        signers.pass_on(task, person_id=cast.sun.person.pk, actor=who("qian"))
    signers.pass_on(task, person_id=cast.zhou.person.pk, actor=who("qian"), opinion="请周书记办理")
    assert lying(one) == [("周月娥", "check")]
    task.refresh_from_db()
    assert task.state == Task.State.PASSED
    states = Assignment.objects.filter(item__biz_id=str(one.pk), item__app="approvals").order_by("id")
    assert list(states.values_list("person__name", "state")) == [("钱玉芬", "passed"), ("周月娥", "todo")]
    with pytest.raises(Refused, match="当前状态为“已转办”，不能执行“同意”"):
        tasks.agree(task, actor=who("qian"))
    tasks.agree(task_of("zhou", one), actor=who("zhou"))
    with pytest.raises(Refused, match="您没有“转办”权限"):  # 签发 is not passed on
        signers.pass_on(task_of("zhao", one), person_id=cast.zhou.person.pk, actor=who("zhao"))
