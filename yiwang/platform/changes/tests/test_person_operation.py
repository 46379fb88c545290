"""Person operations from the draft to their effect: reviews, refusals, effects (domain reference §2)."""

import datetime
from typing import Any

import pytest
from django.db import connection

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.accounts.actions import roles
from yiwang.platform.accounts.models import Account, RoleGrant, Session
from yiwang.platform.approvals.actions import tasks
from yiwang.platform.approvals.models import Task
from yiwang.platform.changes.actions import person_operation as actions
from yiwang.platform.changes.actions import person_trouble as trouble
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.rules.operation_content import Content
from yiwang.platform.changes.tests import applications as ask
from yiwang.platform.changes.tests.applications import assert_refused, departure, living, reread
from yiwang.platform.messages.models import Message, SmsText
from yiwang.platform.org.actions import people, units
from yiwang.platform.org.models import Person, Post

Kind, State = PersonOperation.Kind, PersonOperation.State
pytestmark = pytest.mark.django_db


class TestAddition:
    def test_a_new_clerk_from_application_to_activation(self, cast: Cast) -> None:
        operation = ask.apply_for(ask.addition(cast), cast.qian)
        assert operation.state == State.WAITING_UNIT and operation.number == f"人变〔{ask.today().year}〕1号"
        assert [task.person for task in Task.objects.filter(state="open")] == [cast.tang.person]
        operation = ask.agree(operation, cast.tang)
        assert operation.state == State.WAITING_DAY
        operation = ask.take_effect(operation)
        person = Person.objects.get(name="单思齐")
        account = Account.objects.get(person=person)
        assert operation.person == person and living(person) == {("QP-0301-01", "科员", "main")}
        assert account.state == Account.State.UNVERIFIED and account.login_name == "shansiqi"
        assert operation.state_text == "待生效 · 实名认证中" and operation.applied_at is not None
        operation = ask.answer(operation, "passed")
        account.refresh_from_db()
        assert operation.state == State.EFFECTIVE and account.state == Account.State.INACTIVE
        told = Message.objects.get(kind="accounts.account_opened", receipts__person=person)
        assert told.title == "您的账号已开通，请在7日内激活"

    def test_who_is_known_elsewhere_is_not_entered_again(self, cast: Cast) -> None:
        """Example 1 of §2."""
        water = units.create_unit(
            parent=cast.units["QP-02"], code="QP-0202", full_name="上海市青浦区水务局", short_name="区水务局",
            node_type="unit", actor=SYSTEM,
        )  # fmt: skip
        people.add_person(
            unit=water, name="张水生", id_number=ask.WATER_ID, mobile="13900000088", category="established",
            title="科员", actor=SYSTEM,
        )  # fmt: skip
        assert_refused(
            lambda: ask.apply_for(ask.addition(cast, id_number=ask.WATER_ID.lower()), cast.qian),
            status=409,
            text="该人员已在区水务局任职，请办理调动、借调或兼任",
            code="E-PER-02",
        )

    @pytest.mark.parametrize(
        ("facts", "status", "text"),
        [
            ({"id_number": "310118199001010011"}, 422, "身份证号码校验位错误"),
            ({"id_number": "310118199002300019"}, 422, "身份证号码中的出生日期无效"),
            ({"id_number": "440524188001010014"}, 422, "身份证号码中的出生日期超出合理范围"),
            ({"id_number": "310118900101001"}, 422, "请填写18位身份证号码（一代身份证号已停用）"),
            ({"name": "单3"}, 422, "姓名只能包含汉字和间隔号"),
            ({"mobile": "13900000007"}, 422, "该手机号码已绑定账号：李*（朱家角镇）"),
            ({"name": "李四"}, 422, "本单位已有同名人员，请填写区分标识"),
            ({"establishment": ""}, 422, "在编人员请填写编制类型"),
            ({"office_phone": ""}, 422, "在编人员请填写办公电话"),
            ({"establishment": "contract"}, 422, "编制类型与人员类别“在编人员”不符"),
            ({"category": "external"}, 422, "外部临时人员请由分级管理员办理临时账号"),
        ],
    )
    def test_what_is_wrong_with_the_person_is_told(
        self, cast: Cast, facts: dict[str, str], status: int, text: str
    ) -> None:
        assert_refused(
            lambda: ask.apply_for(ask.addition(cast, **facts), cast.qian), status=status, text=text
        )

    def test_a_namesake_with_a_mark_is_entered(self, cast: Cast) -> None:
        operation = ask.apply_for(ask.addition(cast, name="李四", name_mark="党建办"), cast.qian)
        ask.take_effect(ask.agree(operation, cast.tang))
        assert Person.objects.get(name="李四", name_mark="党建办").marked_name == "李四（党建办）"

    def test_nothing_sensitive_is_stored_or_logged_in_clear(self, cast: Cast) -> None:
        operation = ask.apply_for(ask.addition(cast, second_mobile="13900000078"), cast.qian)
        with connection.cursor() as cursor:
            cursor.execute("SELECT changes_personoperation::text FROM changes_personoperation")
            dump = cursor.fetchone()[0]
            cursor.execute("SELECT changes, target_title FROM audit_entry")
            dump += str(cursor.fetchall())
        for secret in (ask.NEW_ID, "13900000077", "13900000078"):
            assert secret not in dump and secret.encode().hex() not in dump
        assert ["身份证" in label or "证件号码" in label for label, *_ in operation.differences].count(True)
        assert actions_number(operation) == ask.NEW_ID

    def test_secrets_are_forgotten_when_it_is_over(self, cast: Cast) -> None:
        operation = ask.take_effect(ask.agree(ask.apply_for(ask.addition(cast), cast.qian), cast.tang))
        operation = ask.answer(operation, "passed")
        assert operation.id_number is None and operation.secrets is None

    def test_who_comes_back_keeps_his_id(self, cast: Cast) -> None:
        """Re-hired after 注销: the old person is opened again, with a new account."""
        li = cast.li
        ask.take_effect(ask.agree(ask.apply_for(departure(li), cast.qian), cast.tang, cast.sun))
        assert reread(li).status == Person.Status.RETIRED
        said = ask.addition(cast, name="李四", id_number=li.person.id_number, mobile="13900000070")
        operation = ask.take_effect(ask.agree(ask.apply_for(said, cast.qian), cast.tang))
        assert operation.person_id == li.person.pk
        assert reread(li).status == Person.Status.ON_POST and reread(li).mobile == "13900000070"
        accounts = Account.objects.filter(person=li.person).order_by("pk")
        assert [one.state for one in accounts] == [Account.State.CLOSED, Account.State.UNVERIFIED]

    def test_the_dead_are_not_entered(self, cast: Cast) -> None:
        li = cast.li
        gone = ask.apply_for(departure(li, "deceased"), cast.qian)
        ask.take_effect(ask.agree(gone, cast.tang, cast.sun))
        said = ask.addition(cast, name="李四", id_number=li.person.id_number)
        assert_refused(lambda: ask.apply_for(said, cast.qian), status=422, text="已登记为去世")


def actions_number(operation: PersonOperation) -> str:
    return PersonOperation.objects.get(pk=operation.pk).id_number or ""


class TestVerification:
    def entered(self, cast: Cast) -> PersonOperation:
        return ask.take_effect(ask.agree(ask.apply_for(ask.addition(cast), cast.qian), cast.tang))

    def test_a_mismatch_stops_it_and_says_why(self, cast: Cast) -> None:
        """Example 3 of §2."""
        operation = ask.answer(self.entered(cast), "name_mismatch")
        account = Account.objects.get(person=operation.person)
        assert operation.state == State.FAILED
        assert operation.failure == "姓名与证件号码不一致（实名认证未通过）"
        assert account.state == Account.State.UNVERIFIED
        assert not SmsText.objects.filter(person_id=account.person_id).exists()
        assert Message.objects.filter(
            kind="changes.operation_stuck", receipts__person=cast.qian.person
        ).exists()

    def test_it_is_asked_again(self, cast: Cast) -> None:
        operation = ask.answer(self.entered(cast), "mobile_mismatch")
        trouble.retry(operation, actor=cast.qian.principal())
        assert ask.fresh(operation).state_text == "待生效 · 实名认证中"
        assert ask.answer(operation, "passed").state == State.EFFECTIVE

    def test_it_is_mended_and_reviewed_again(self, cast: Cast) -> None:
        operation = ask.answer(self.entered(cast), "name_mismatch")
        person = operation.person
        operation = trouble.amend(operation, actor=cast.qian.principal())
        assert operation.state == State.DRAFT and "姓名与证件号码不一致" in operation.returned
        operation = actions.write(
            ask.addition(cast, name="单思琪"), actor=cast.qian.principal(), operation=operation, submits=True
        )
        operation = ask.take_effect(ask.agree(operation, cast.tang))
        assert operation.person == person and Person.objects.filter(name__startswith="单思").count() == 1
        operation = ask.answer(operation, "passed")
        assert operation.state == State.EFFECTIVE
        named = Person.objects.get(pk=operation.person_id or 0)
        assert (named.name, named.former_name) == ("单思琪", "")

    def test_it_is_cancelled_and_nobody_stays(self, cast: Cast) -> None:
        operation = ask.answer(self.entered(cast), "not_in_register")
        trouble.cancel(operation, reason="未能入职", actor=cast.qian.principal())
        operation = ask.fresh(operation)
        person = Person.objects.get(pk=operation.person_id or 0)
        assert operation.state == State.CANCELLED and operation.id_number is None
        assert person.departure == Person.Departure.ENTRY_CANCELLED and not living(person)
        assert Account.objects.get(person=person).state == Account.State.CLOSED

    def test_a_changed_name_is_asked_again_and_undone_when_refused(self, cast: Cast) -> None:
        said = ask.content(Kind.CORRECT, cast.li, facts={"name": "李思"})
        operation = ask.take_effect(ask.agree(ask.apply_for(said, cast.qian), cast.tang))
        assert reread(cast.li).name == "李思" and reread(cast.li).former_name == "李四"
        operation = ask.answer(operation, "name_mismatch")
        trouble.cancel(operation, reason="户籍未变更", actor=cast.qian.principal())
        assert reread(cast.li).name == "李四"


class TestCorrection:
    def test_before_and_after_are_kept(self, cast: Cast) -> None:
        post = Post.objects.get(person=cast.li.person)
        said = ask.content(
            Kind.CORRECT, cast.li, facts={"grade": "general-10", "mobile": "13900000070"},
            duty={"title": "副主任"}, post=post,
        )  # fmt: skip
        operation = ask.apply_for(said, cast.qian)
        assert operation.differences == [
            ["手机号码", "139****0007", "139****0070"],
            ["职级", "", "四级主任科员"],
            ["职务", "办事员", "副主任"],
        ]
        operation = ask.take_effect(ask.agree(operation, cast.tang))
        li = reread(cast.li)
        assert (li.grade, li.title, li.mobile) == ("general-10", "副主任", "13900000070")
        assert operation.verification == PersonOperation.Verification.WAITING

    def test_what_does_not_touch_the_identity_is_in_effect_at_once(self, cast: Cast) -> None:
        said = ask.content(Kind.CORRECT, cast.li, facts={"grade": "general-10"})
        operation = ask.take_effect(ask.agree(ask.apply_for(said, cast.qian), cast.tang))
        assert operation.state == State.EFFECTIVE

    def test_nothing_changed_is_refused(self, cast: Cast) -> None:
        said = ask.content(Kind.CORRECT, cast.li, facts={"name": "李四"})
        assert_refused(lambda: ask.apply_for(said, cast.qian), status=422, text="没有修改任何内容")

    def test_rank_of_a_leader_goes_to_the_district(self, cast: Cast) -> None:
        said = ask.content(Kind.CORRECT, cast.li, facts={"duty_level": "08"})
        operation = ask.agree(ask.apply_for(said, cast.qian), cast.tang)
        assert operation.state == State.WAITING_DISTRICT
        assert ask.agree(operation, cast.luo).state == State.WAITING_DAY


class TestRemoval:
    def test_one_post_ends_the_account_stays(self, cast: Cast) -> None:
        post = people.start_post(
            cast.li.person, unit=cast.units["QP-0301"], title="联络员", kind="concurrent", actor=SYSTEM,
            valid_from=datetime.date(2026, 1, 1),
        )  # fmt: skip
        said = ask.content(Kind.REMOVE, cast.li, post=post, reason="离开该部门")
        operation = ask.take_effect(ask.agree(ask.apply_for(said, cast.qian), cast.tang))
        assert operation.state == State.EFFECTIVE
        assert living(cast.li.person) == {("QP-0301-01", "办事员", "main")}
        assert Account.objects.get(pk=cast.li.account.pk).state == Account.State.ACTIVE

    def test_the_main_post_is_not_removed(self, cast: Cast) -> None:
        said = ask.content(Kind.REMOVE, cast.li, post=Post.objects.get(person=cast.li.person), reason="离开")
        assert_refused(
            lambda: ask.apply_for(said, cast.qian), status=422, text="主职不能单独移除，请办理调动或注销"
        )


class TestTransfer:
    def test_both_sides_and_the_district_agree(self, cast: Cast) -> None:
        operation = ask.apply_for(ask.transfer(cast, cast.li), cast.qian)
        assert operation.unit == cast.units["QP-0301-01"] and operation.other == cast.units["QP-0302-01"]
        operation = ask.agree(operation, cast.tang)
        assert operation.state == State.WAITING_OTHER
        operation = ask.agree(operation, cast.gu)
        assert operation.state == State.WAITING_DISTRICT
        operation = ask.agree(operation, cast.sun)
        assert operation.state == State.WAITING_DAY

    def test_on_the_day_everything_has_moved(self, cast: Cast) -> None:
        """Example 2 of §2: old post, roles and rights of the old unit are gone on the day, not before."""
        day = ask.today() + datetime.timedelta(days=7)
        roles.grant_role(
            cast.li.account, role="accounts.clerk", unit=cast.units["QP-0301"], actor=SYSTEM, reason="任命",
            post=Post.objects.get(person=cast.li.person),
        )  # fmt: skip
        token = cast.li.token()
        operation = ask.apply_for(ask.transfer(cast, cast.li, change_date=day, effective_on=day), cast.qian)
        operation = ask.agree(operation, cast.tang, cast.fang, cast.luo)
        operation = ask.take_effect(operation, day - datetime.timedelta(days=1))
        assert operation.state == State.WAITING_DAY
        assert living(cast.li.person) == {("QP-0301-01", "办事员", "main")}
        operation = ask.take_effect(operation, day)
        assert operation.state == State.EFFECTIVE
        assert living(cast.li.person) == {("QP-0302-01", "副科长", "main")}
        old = Post.objects.get(person=cast.li.person, is_living=False)
        assert old.valid_to == day - datetime.timedelta(days=1)
        assert not RoleGrant.objects.filter(account=cast.li.account, ended_at=None).exists()
        session = Session.objects.filter(account=cast.li.account, ended_at=None).latest("id")
        assert token and session.post == operation.begun_post
        assert "调任" in SmsText.objects.filter(person_id=cast.li.person.pk).latest("id").text
        told = Message.objects.filter(kind="changes.operation_effective", receipts__person=cast.gu.person)
        assert told.exists()

    def test_the_receiving_side_may_start_and_the_leaving_side_confirms(self, cast: Cast) -> None:
        operation = ask.apply_for(ask.transfer(cast, cast.li), cast.gu)
        assert operation.unit == cast.units["QP-0302-01"] and operation.other == cast.units["QP-0301-01"]
        assert ask.agree(operation, cast.fang, cast.qian).state == State.WAITING_DISTRICT

    def test_the_other_side_says_no_and_it_is_a_draft_again(self, cast: Cast) -> None:
        operation = ask.agree(ask.apply_for(ask.transfer(cast, cast.li), cast.qian), cast.tang)
        tasks.disagree(ask.open_task(operation, cast.gu), opinion="本单位暂无空编", actor=cast.gu.principal())
        operation = ask.fresh(operation)
        assert operation.state == State.DRAFT and operation.returned == "对方不同意：本单位暂无空编"
        number = operation.number
        operation = actions.submit(operation, actor=cast.qian.principal())
        assert (operation.state, operation.number) == (State.WAITING_UNIT, number)

    def test_inside_one_unit_the_office_alone_decides(self, cast: Cast) -> None:
        said = ask.transfer(cast, cast.li, to="QP-0301-0201")
        operation = ask.agree(ask.apply_for(said, cast.qian), cast.tang)
        assert operation.state == State.WAITING_DAY and operation.other is None

    def test_to_where_he_is_already_is_refused(self, cast: Cast) -> None:
        said = ask.content(Kind.TRANSFER, cast.li, to_unit=cast.units["QP-0301-01"], duty={"title": "办事员"})
        assert_refused(lambda: ask.apply_for(said, cast.qian), status=422, text="与现任职相同")

    def test_a_group_is_no_place_to_serve(self, cast: Cast) -> None:
        said = ask.transfer(cast, cast.li, to="QP-0301-02")
        assert_refused(lambda: ask.apply_for(said, cast.qian), status=422, text="虚拟分组下不设任职")


class TestSecondment:
    def said(self, cast: Cast, **more: Any) -> Content:
        until = more.pop("until", ask.today() + datetime.timedelta(days=150))
        return ask.content(
            Kind.SECOND, cast.wang, to_unit=cast.units["QP-0301-01"], duty={"title": "专班工作人员"},
            until=until, reason="进博会服务保障", **more,
        )  # fmt: skip

    def running(self, cast: Cast) -> PersonOperation:
        operation = ask.apply_for(self.said(cast), cast.qian)
        return ask.take_effect(ask.agree(operation, cast.tang, cast.gu, cast.sun))

    def test_the_borrower_asks_the_lender_agrees_the_district_records(self, cast: Cast) -> None:
        operation = self.running(cast)
        assert operation.state == State.EFFECTIVE and operation.other == cast.units["QP-0302-01"]
        assert reread(cast.wang).status == Person.Status.LENT
        assert living(cast.wang.person) == {
            ("QP-0302-01", "办事员", "main"), ("QP-0301-01", "专班工作人员", "secondment"),
        }  # fmt: skip

    def test_the_lender_cannot_ask(self, cast: Cast) -> None:
        assert_refused(lambda: ask.apply_for(self.said(cast), cast.gu), status=403, text="申报")

    @pytest.mark.parametrize(("days", "text"), [(-1, "结束时间应晚于开始时间"), (200, "借调期限不超过6个月")])
    def test_no_longer_than_six_months(self, cast: Cast, days: int, text: str) -> None:
        said = self.said(cast, until=ask.today() + datetime.timedelta(days=days))
        assert_refused(lambda: ask.apply_for(said, cast.qian), status=422, text=text)

    def test_extended_once(self, cast: Cast) -> None:
        post = self.running(cast).begun_post
        assert post is not None and post.valid_to is not None
        later = post.valid_to + datetime.timedelta(days=90)
        said = ask.content(Kind.SECOND, cast.wang, post=post, until=later, reason="任务未完成")
        ask.take_effect(ask.agree(ask.apply_for(said, cast.qian), cast.tang, cast.gu, cast.sun))
        post.refresh_from_db()
        assert post.valid_to == later
        again = ask.content(
            Kind.SECOND, cast.wang, post=post, until=later + datetime.timedelta(days=9), reason="再延"
        )
        assert_refused(lambda: ask.apply_for(again, cast.qian), status=409, text="借调只能延期一次")

    def test_inside_one_unit_it_is_no_secondment(self, cast: Cast) -> None:
        said = ask.content(
            Kind.SECOND, cast.li, to_unit=cast.units["QP-0301-0201"], duty={"title": "帮办"},
            until=ask.today(), reason="帮忙",
        )  # fmt: skip
        assert_refused(lambda: ask.apply_for(said, cast.qian), status=422, text="借调须跨单位")


class TestConcurrentPost:
    def test_of_a_leader_goes_to_the_district(self, cast: Cast) -> None:
        said = ask.content(
            Kind.CONCURRENT, cast.zhao, to_unit=cast.units["QP-0301-01"],
            duty={"title": "河长办主任", "is_leader": True},
        )  # fmt: skip
        operation = ask.agree(ask.apply_for(said, cast.qian), cast.tang)
        assert operation.state == State.WAITING_DISTRICT
        ask.take_effect(ask.agree(operation, cast.sun))
        assert ("QP-0301-01", "河长办主任", "concurrent") in living(cast.zhao.person)

    def test_an_attachment_has_an_end(self, cast: Cast) -> None:
        said = ask.content(
            Kind.CONCURRENT, cast.li, to_unit=cast.units["QP-0301-0201"], duty={"title": "第一书记"},
            post_kind=Post.Kind.ATTACHMENT,
        )  # fmt: skip
        assert_refused(lambda: ask.apply_for(said, cast.qian), status=422, text="挂职请填写结束日期")


class TestDeregistration:
    def test_the_account_is_closed_the_person_archived(self, cast: Cast) -> None:
        cast.li.token()
        operation = ask.apply_for(departure(cast.li), cast.qian)
        operation = ask.take_effect(ask.agree(operation, cast.tang, cast.luo))
        li = reread(cast.li)
        assert operation.state == State.EFFECTIVE and li.status == Person.Status.RETIRED
        assert Account.objects.get(pk=cast.li.account.pk).state == Account.State.CLOSED
        assert not Session.objects.filter(account=cast.li.account, ended_at=None).exists()
        assert not living(li) and "注销" in SmsText.objects.filter(person_id=li.pk).latest("id").text

    def test_who_has_left_is_shut_out_at_once_and_let_in_when_refused(self, cast: Cast) -> None:
        operation = ask.apply_for(departure(cast.li, "resigned", suspends_now=True), cast.qian)
        account = Account.objects.get(pk=cast.li.account.pk)
        assert account.state == Account.State.SUSPENDED
        tasks.disagree(ask.open_task(operation, cast.tang), opinion="未办结", actor=cast.tang.principal())
        account.refresh_from_db()
        assert ask.fresh(operation).state == State.REJECTED and account.state == Account.State.ACTIVE

    @pytest.mark.parametrize("kind", [Kind.DEREGISTER, Kind.TRANSFER])
    def test_the_last_graded_administrator_stays(self, cast: Cast, kind: str) -> None:
        """E-PER-04."""
        said = departure(cast.gu) if kind == Kind.DEREGISTER else ask.transfer(cast, cast.gu, to="QP-0201-01")
        assert_refused(
            lambda: ask.apply_for(said, cast.fang),
            status=409,
            text="本单位至少保留一名分级管理员",
            code="E-PER-04",
        )
