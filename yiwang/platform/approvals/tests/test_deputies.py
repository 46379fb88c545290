"""委托: for a period, for chosen procedures, not transitive, shown as 李四（代 张三）."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.errors import Refused
from yiwang.platform.approvals.actions import deputies, tasks
from yiwang.platform.approvals.models import Deputy, Task, Trail
from yiwang.platform.approvals.tests import papers
from yiwang.platform.approvals.tests.conftest import Submit, TaskOf, Who
from yiwang.platform.approvals.tests.papers import lying

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 24)


def days(number: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(number)


def give(who: Who, cast: Cast, by: str, to: str, *, last: int = 5, first: int = 0, **more: object) -> Deputy:
    return deputies.set_deputy(
        deputy_id=cast.member(to).person.pk,
        valid_from=days(first),
        valid_to=days(last),
        reason="出差",
        actor=who(by),
        **more,  # type: ignore[arg-type]
    )


def test_what_arrives_goes_to_the_deputy(submit: Submit, task_of: TaskOf, who: Who, cast: Cast) -> None:
    give(who, cast, "qian", "zhou")
    one = submit(check=["qian"], issue=["zhao"])
    assert lying(one) == [("周月娥", "check")]
    tasks.agree(task_of("zhou", one), opinion="同意", actor=who("zhou"))
    line = Trail.objects.get(instance=one, action="agreed")
    assert line.handler == "周月娥（代 钱玉芬）" and line.actor_title == "书记"


def test_only_for_the_chosen_procedures_and_the_period(submit: Submit, who: Who, cast: Cast) -> None:
    give(who, cast, "qian", "zhou", procedure_keys=[papers.OWN.key])
    assert lying(submit(check=["qian"], issue=["zhao"])) == [("钱玉芬", "check")]
    assert lying(submit(papers.OWN.key, pk=2, check=["qian"], issue=["zhao"])) == [("周月娥", "check")]
    give(who, cast, "zhao", "zhou", first=1)
    assert lying(submit(pk=3, check=["zhao"], issue=["an"])) == [("赵明远", "check")]


def test_it_is_not_transitive(submit: Submit, who: Who, cast: Cast) -> None:
    give(who, cast, "qian", "zhou")
    give(who, cast, "zhou", "zhao")
    assert lying(submit(check=["qian"], issue=["an"])) == [("周月娥", "check")]


def test_the_drafter_does_not_decide_as_a_deputy_either(submit: Submit, who: Who, cast: Cast) -> None:
    give(who, cast, "qian", "li")
    assert lying(submit(check=["qian"], issue=["zhao"])) == [("钱玉芬", "check")]


def test_who_stands_there_himself_does_not_stand_in(submit: Submit, who: Who, cast: Cast) -> None:
    give(who, cast, "qian", "zhou")
    assert lying(submit(check=["qian", "zhou"], issue=["zhao"])) == [("钱玉芬", "check"), ("周月娥", "check")]


def test_what_lies_with_him_goes_along_when_he_says_so_and_comes_back(
    submit: Submit, task_of: TaskOf, who: Who, cast: Cast
) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    given = give(who, cast, "qian", "zhou", includes_open=True)
    assert lying(one) == [("周月娥", "check")] and task_of("zhou", one).owner == cast.qian.person
    deputies.end_deputy(given, actor=who("qian"))
    assert lying(one) == [("钱玉芬", "check")] and task_of("qian", one).owner is None
    with pytest.raises(Refused, match="当前状态为“已结束”，不能执行“结束委托”"):
        deputies.end_deputy(given, actor=who("qian"))


def test_the_clock_begins_and_ends_them(submit: Submit, who: Who, cast: Cast) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    given = give(who, cast, "qian", "zhou", first=2, last=4, includes_open=True)
    assert deputies.change_over(today=days(1)) == 0 and lying(one) == [("钱玉芬", "check")]
    assert deputies.change_over(today=days(2)) == 1 and lying(one) == [("周月娥", "check")]
    assert deputies.change_over(today=days(2)) == 0
    assert deputies.change_over(today=days(5)) == 1 and lying(one) == [("钱玉芬", "check")]
    given.refresh_from_db()
    assert given.ended_at is not None


def test_what_is_refused(who: Who, cast: Cast) -> None:
    refused = {
        "不能委托给本人": {"to": "qian"},
        "委托期限最长90天": {"to": "zhou", "last": 90},
        "开始日期不能早于今天": {"to": "zhou", "first": -1},
        "结束时间应晚于开始时间": {"to": "zhou", "first": 3, "last": 2},
        "该人员没有可用的账号或任职": {"to": "temp"},
        "没有这个流程": {"to": "zhou", "procedure_keys": ["nothing"]},
    }
    for message, given in refused.items():
        with pytest.raises(Refused, match=message) as refusal:
            give(who, cast, "qian", **given)  # type: ignore[arg-type]
        assert refusal.value.status == 422
    give(who, cast, "qian", "zhou", last=89, procedure_keys=[papers.OWN.key])
    with pytest.raises(Refused, match="已有同一范围的委托，请先结束"):
        give(who, cast, "qian", "zhao")
    give(who, cast, "qian", "zhao", procedure_keys=[papers.PLAIN.key])
    assert Deputy.objects.count() == 2


def test_only_the_two_can_end_it(who: Who, cast: Cast) -> None:
    given = give(who, cast, "qian", "zhou")
    with pytest.raises(Refused) as refusal:
        deputies.end_deputy(given, actor=who("li"))
    assert refusal.value.status == 404
    deputies.end_deputy(given, actor=who("zhou"))


def test_the_database_holds_the_limit(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Deputy.objects.create(
            person=cast.qian.person,
            deputy=cast.zhou.person,
            valid_from=TODAY,
            valid_to=TODAY + datetime.timedelta(90),
            reason="长假",
        )
    assert not Task.objects.exists()
