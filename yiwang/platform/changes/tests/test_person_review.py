"""Who applies, reviews, takes back and sees; days and failures of person operations (domain reference §2)."""

import datetime

import pytest

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts.actions import suspensions
from yiwang.platform.approvals.actions import tasks
from yiwang.platform.approvals.models import Task
from yiwang.platform.changes.actions import person_operation as actions
from yiwang.platform.changes.actions import person_trouble as trouble
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.tests import applications as ask
from yiwang.platform.changes.tests.applications import assert_refused, departure, living
from yiwang.platform.org.actions import people
from yiwang.platform.org.models import Post

Kind, State = PersonOperation.Kind, PersonOperation.State
pytestmark = pytest.mark.django_db


class TestRights:
    def test_who_administers_elsewhere_cannot_apply(self, cast: Cast) -> None:
        assert_refused(lambda: ask.apply_for(ask.addition(cast), cast.gu), status=403, text="申报")
        assert_refused(lambda: ask.apply_for(departure(cast.li), cast.gu), status=403, text="申报")
        assert_refused(lambda: ask.apply_for(departure(cast.li), cast.li), status=403, text="申报")

    def test_nobody_applies_about_himself(self, cast: Cast) -> None:
        said = ask.content(Kind.CORRECT, cast.qian, facts={"grade": "general-10"})
        assert_refused(lambda: ask.apply_for(said, cast.qian), status=403, text="不能申报本人的人员变动")

    def test_the_office_may_apply_and_then_somebody_else_reviews(self, cast: Cast) -> None:
        operation = ask.apply_for(ask.addition(cast), cast.tang)
        assert [one.person.name for one in Task.objects.filter(state="open")] != ["唐静宜"]
        assert ask.agree(operation, cast.zhao).state == State.WAITING_DAY

    def test_one_operation_at_a_time(self, cast: Cast) -> None:
        first = ask.apply_for(ask.transfer(cast, cast.li), cast.qian)
        said = ask.content(Kind.CORRECT, cast.li, facts={"grade": "general-10"})
        refusal = assert_refused(lambda: ask.apply_for(said, cast.tang), status=409, text=str(first.number))
        assert refusal.message.startswith("李四有正在办理的人员变动")

    def test_two_units_do_not_enter_the_same_person(self, cast: Cast) -> None:
        ask.apply_for(ask.addition(cast), cast.qian)
        again = ask.addition(cast, unit="QP-0302-01", mobile="13900000079")
        assert_refused(lambda: ask.apply_for(again, cast.gu), status=409, text="该人员正由朱家角镇申报新增")

    def test_withdrawn_before_it_was_opened(self, cast: Cast) -> None:
        operation = ask.apply_for(ask.addition(cast), cast.qian)
        operation = ask.withdraw(operation, cast.qian)
        assert operation.state == State.DRAFT and operation.number is not None
        actions.discard(operation, actor=cast.qian.principal())
        assert ask.fresh(operation).state == State.CANCELLED

    def test_not_withdrawn_after_it_was_opened(self, cast: Cast) -> None:
        operation = ask.apply_for(ask.addition(cast), cast.qian)
        tasks.open_task(ask.open_task(operation, cast.tang), actor=cast.tang.principal())
        assert_refused(lambda: ask.withdraw(operation, cast.qian), status=409, text="对方已签收")

    def test_sent_back_mended_and_sent_again(self, cast: Cast) -> None:
        operation = ask.apply_for(ask.addition(cast), cast.qian)
        task = ask.open_task(operation, cast.tang)
        tasks.send_back(task, to_step=None, opinion="请补充文号", actor=cast.tang.principal())
        operation = ask.fresh(operation)
        assert operation.state == State.DRAFT and operation.returned == "退回：请补充文号"
        operation = actions.submit(operation, actor=cast.qian.principal(), straight_back=True)
        assert operation.state == State.WAITING_UNIT and operation.returned == ""

    def test_a_draft_that_was_never_submitted_vanishes(self, cast: Cast) -> None:
        operation = actions.write(ask.addition(cast), actor=cast.qian.principal())
        assert (
            operation.number is None and not PersonOperation.objects.visible_to(cast.gu.principal()).exists()
        )
        actions.discard(operation, actor=cast.qian.principal())
        assert not PersonOperation.objects.exists()

    def test_two_administrators_do_not_overwrite_each_other(self, cast: Cast) -> None:
        draft = actions.write(ask.addition(cast), actor=cast.qian.principal())
        actions.write(
            ask.addition(cast, room="301"), actor=cast.tang.principal(), operation=draft, revision=1
        )
        with pytest.raises(Refused, match="该数据已被唐静宜于") as refused:
            actions.write(
                ask.addition(cast, room="302"), actor=cast.qian.principal(), operation=draft, revision=1
            )
        assert (refused.value.status, refused.value.code) == (409, "E-CONC-01")

    def test_who_sees_what(self, cast: Cast) -> None:
        operation = ask.apply_for(ask.transfer(cast, cast.li), cast.qian)
        seers = {
            login
            for login in ("qian", "tang", "gu", "fang", "sun", "li", "zhao", "wang", "shen", "temp", "mi")
            if PersonOperation.objects.visible_to(cast.member(login).principal()).filter(pk=operation.pk)
        }
        assert seers == {"qian", "tang", "gu", "fang", "sun", "li"}


class TestDays:
    def test_a_day_before_today_is_refused(self, cast: Cast) -> None:
        yesterday = ask.today() - datetime.timedelta(days=1)
        said = ask.transfer(cast, cast.li, effective_on=yesterday)
        assert_refused(
            lambda: ask.apply_for(said, cast.qian), status=422, text="生效日期不能早于今天", code="E-DATE-01"
        )

    def test_cancelled_before_its_day(self, cast: Cast) -> None:
        day = ask.today() + datetime.timedelta(days=7)
        operation = ask.apply_for(ask.transfer(cast, cast.li, effective_on=day), cast.qian)
        operation = ask.agree(operation, cast.tang, cast.gu, cast.sun)
        trouble.cancel(operation, reason="计划调整", actor=cast.qian.principal())
        ask.take_effect(operation, day)
        assert living(cast.li.person) == {("QP-0301-01", "办事员", "main")}

    def test_what_has_changed_meanwhile_is_kept_for_handling(self, cast: Cast) -> None:
        day = ask.today() + datetime.timedelta(days=7)
        said = ask.transfer(cast, cast.li, to="QP-0301-0201", effective_on=day)
        operation = ask.agree(ask.apply_for(said, cast.qian), cast.tang)
        people.end_post(Post.objects.get(person=cast.li.person), actor=SYSTEM, reason="测试")
        operation = ask.take_effect(operation, day)
        assert operation.state == State.FAILED and operation.failure == "该人员没有主职，不能办理调动"
        people.start_post(cast.li.person, unit=cast.units["QP-0301-01"], title="办事员", actor=SYSTEM)
        trouble.retry(operation, actor=cast.qian.principal())
        assert ask.take_effect(operation, day).state == State.EFFECTIVE

    def test_it_takes_effect_once(self, cast: Cast) -> None:
        operation = ask.agree(ask.apply_for(departure(cast.li), cast.qian), cast.tang, cast.sun)
        ask.take_effect(operation)
        lines = Entry.objects.count()
        ask.take_effect(operation)
        assert Entry.objects.count() == lines

    def test_suspended_accounts_are_no_hindrance(self, cast: Cast) -> None:
        suspensions.suspend(cast.li.account, reason="长期病假", actor=SYSTEM)
        operation = ask.take_effect(
            ask.agree(ask.apply_for(departure(cast.li), cast.qian), cast.tang, cast.sun)
        )
        assert operation.state == State.EFFECTIVE
