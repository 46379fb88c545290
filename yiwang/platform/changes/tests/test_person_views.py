"""The pages of person operations: lists, forms, one operation, reports."""

import datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.tests import applications as ask
from yiwang.platform.org.actions import people
from yiwang.platform.org.models import Person, Post

Kind, State = PersonOperation.Kind, PersonOperation.State
pytestmark = pytest.mark.django_db


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def newcomer(cast: Cast, **more: Any) -> dict[str, Any]:
    """What qian types for a new clerk."""
    return {
        "name": "单思齐", "id_number": ask.NEW_ID, "mobile": "13900000077", "category": "established",
        "establishment": "administrative", "office_phone": "021-59720001", "title": "科员",
        "to_unit": str(cast.units["QP-0301-01"].pk), "change_date": ask.today().isoformat(),
        "basis": "朱委组〔2026〕3号", "act": "submit", **more,
    }  # fmt: skip


class TestLists:
    def test_both_sides_see_it_the_others_do_not(self, cast: Cast) -> None:
        number = ask.apply_for(ask.transfer(cast, cast.li), cast.qian).number
        for login in ("qian", "tang", "gu", "sun"):
            page = text_of(as_member(cast, login), "/changes/persons/")
            assert str(number) in page and "李四" in page and "朱家角镇党政办公室 → 徐泾镇党政办公室" in page
        assert as_member(cast, "zhao").get("/changes/persons/").status_code == 404

    def test_filters(self, cast: Cast) -> None:
        ask.apply_for(ask.transfer(cast, cast.li), cast.qian)
        qian = as_member(cast, "qian")
        assert "李四" in text_of(qian, "/changes/persons/?kind=transfer&state=waiting_unit&unit=QP-0301&q=李")
        assert "李四" not in text_of(qian, "/changes/persons/?kind=add")
        assert "李四" not in text_of(qian, "/changes/persons/?late=waiting")
        PersonOperation.objects.update(due_on=ask.today() - datetime.timedelta(days=3))
        page = text_of(qian, "/changes/persons/?late=waiting")
        assert "李四" in page and "逾期" in page

    def test_exported_without_numbers(self, cast: Cast) -> None:
        ask.apply_for(ask.addition(cast), cast.qian)
        answer = as_member(cast, "qian").post("/changes/persons/", {"export": "1", "purpose": "核对"})
        assert answer.status_code == 200 and ask.NEW_ID.encode() not in answer.getvalue()
        answer.close()

    def test_ones_own(self, cast: Cast) -> None:
        operation = ask.apply_for(ask.transfer(cast, cast.li), cast.qian)
        page = text_of(as_member(cast, "li"), "/changes/persons/mine/")
        assert str(operation.number) in page
        assert str(operation.number) not in text_of(as_member(cast, "zhao"), "/changes/persons/mine/")
        assert "变动内容" in text_of(as_member(cast, "li"), f"/changes/persons/{operation.pk}/")

    def test_reports_and_their_lists(self, cast: Cast) -> None:
        people.start_post(
            cast.li.person, unit=cast.units["QP-0301"], title="联络员", kind="concurrent", actor=SYSTEM
        )
        people.start_post(
            cast.wang.person, unit=cast.units["QP-0301"], title="专班", kind="secondment", actor=SYSTEM,
            until=ask.today() + datetime.timedelta(days=20),
        )  # fmt: skip
        qian = as_member(cast, "qian")
        page = text_of(qian, "/changes/persons/reports/")
        assert "在编人员" in page and "用户账号" in page and "本月没有生效的人员变动" in page
        assert "联络员" in text_of(qian, "/changes/persons/several-posts/?q=李")
        assert "王海涛" in text_of(qian, "/changes/persons/secondments/?ending=soon&kind=secondment")
        assert "王海涛" in text_of(as_member(cast, "gu"), "/changes/persons/secondments/")

    def test_statements_do_not_grow_with_the_rows(self, cast: Cast) -> None:
        qian, counts = as_member(cast, "qian"), []
        for member in (cast.li, cast.zhao, cast.zhou):
            ask.apply_for(ask.transfer(cast, member), cast.qian)
            qian.get("/changes/persons/")  # names of units are known from here on
            with CaptureQueriesContext(connection) as asked:
                assert qian.get("/changes/persons/").status_code == 200
            counts.append(len(asked))
        assert max(counts) == min(counts) <= 18


class TestForms:
    def test_choosing(self, cast: Cast) -> None:
        qian = as_member(cast, "qian")
        assert text_of(qian, "/changes/persons/new/").count("kind-choice") >= 7
        of_li = text_of(qian, f"/changes/persons/new/?person={cast.li.person.pk}")
        assert "注销" in of_li and "/new/add/" not in of_li
        of_wang = text_of(qian, f"/changes/persons/new/?person={cast.wang.person.pk}")
        assert "/new/second/" in of_wang and "/new/deregister/" not in of_wang
        of_himself = text_of(qian, f"/changes/persons/new/?person={cast.qian.person.pk}")
        assert "没有可以办理的事项" in of_himself
        assert qian.get(f"/changes/persons/new/?person={cast.mi.person.pk}").status_code == 404

    def test_finding_a_person(self, cast: Cast) -> None:
        qian = as_member(cast, "qian")
        assert "李四" in text_of(qian, "/changes/persons/new/transfer/?q=li")
        found = qian.get("/changes/persons/new/transfer/?q=李", headers={"HX-Request": "true"})
        assert "李四" in found.content.decode() and "<html" not in found.content.decode()
        assert "米思源" not in text_of(qian, "/changes/persons/new/transfer/?q=米")

    def test_finding_a_unit(self, cast: Cast) -> None:
        qian = as_member(cast, "qian")
        own = text_of(qian, "/changes/persons/units/?own=1&q=党政")
        assert "朱家角镇 · 党政办公室" in own and "徐泾镇" not in own
        assert "徐泾镇 · 党政办公室" in text_of(qian, "/changes/persons/units/?q=党政办公室")
        assert "没有找到单位" in text_of(qian, "/changes/persons/units/?q=")

    def test_a_new_person_is_submitted(self, cast: Cast) -> None:
        qian = as_member(cast, "qian")
        answer = qian.post("/changes/persons/new/add/", newcomer(cast), follow=True)
        page = answer.content.decode()
        assert "已提交审核" in page and "待单位审核" in page and ask.NEW_ID not in page
        assert PersonOperation.objects.get().state == State.WAITING_UNIT

    def test_a_draft_is_kept_and_mended(self, cast: Cast) -> None:
        qian = as_member(cast, "qian")
        qian.post("/changes/persons/new/add/", newcomer(cast, act="save"))
        draft = PersonOperation.objects.get()
        assert draft.state == State.DRAFT
        page = text_of(qian, f"/changes/persons/{draft.pk}/edit/")
        assert "单思齐" in page and "朱家角镇 · 党政办公室" in page
        said = newcomer(cast, name="单思琪", revision="1")
        assert qian.post(f"/changes/persons/{draft.pk}/edit/", said).status_code == 303
        draft.refresh_from_db()
        assert (draft.person_name, draft.state) == ("单思琪", State.WAITING_UNIT)
        assert qian.get(f"/changes/persons/{draft.pk}/edit/").status_code == 409

    def test_what_is_wrong_stands_beside_its_field(self, cast: Cast) -> None:
        qian = as_member(cast, "qian")
        answer = qian.post("/changes/persons/new/add/", newcomer(cast, id_number="310118199001010011"))
        assert answer.status_code == 422 and "身份证号码校验位错误" in answer.content.decode()
        answer = qian.post("/changes/persons/new/add/", newcomer(cast, to_unit=""))
        assert answer.status_code == 422 and "请选择单位" in answer.content.decode()
        assert not PersonOperation.objects.exists()

    def test_a_known_person_leads_to_what_can_be_done(self, cast: Cast) -> None:
        said = newcomer(cast, id_number=cast.wang.person.id_number, name="王海涛")
        answer = as_member(cast, "qian").post("/changes/persons/new/add/", said)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "该人员已在徐泾镇任职，请办理调动、借调或兼任" in page
        for kind in ("transfer", "second", "concurrent"):
            assert f"/changes/persons/new/{kind}/?person={cast.wang.person.pk}" in page

    def test_correcting_says_only_what_differs(self, cast: Cast) -> None:
        qian, li = as_member(cast, "qian"), cast.li.person
        address = f"/changes/persons/new/correct/?person={li.pk}"
        page = text_of(qian, address)
        assert li.id_number not in page and "13900000007" not in page and "139****0007" in page
        said = {
            "name": "李四", "category": "established", "establishment": "administrative",
            "grade": "general-10",
            "title": "办事员", "change_date": ask.today().isoformat(), "act": "submit",
        }  # fmt: skip
        assert qian.post(address, said).status_code == 303
        told = PersonOperation.objects.get().differences
        assert told == [["编制类型", "", "行政编制"], ["职级", "", "四级主任科员"]]

    @pytest.mark.parametrize(
        ("kind", "said"),
        [
            ("transfer", {"title": "副科长"}),
            ("concurrent", {"title": "网格长", "post_kind": "concurrent"}),
            ("deregister", {"departure": "retired"}),
        ],
    )
    def test_the_other_kinds(self, cast: Cast, kind: str, said: dict[str, str]) -> None:
        address = f"/changes/persons/new/{kind}/?person={cast.li.person.pk}"
        qian = as_member(cast, "qian")
        text_of(qian, address)
        unit = str(cast.units["QP-0301-0201"].pk)
        more = {"to_unit": unit, "change_date": ask.today().isoformat(), "act": "submit"}
        assert qian.post(address, {**more, **said}).status_code == 303
        assert PersonOperation.objects.get().kind == kind
        assert qian.post(address, {"act": "submit"}).status_code == 422

    def test_borrowing_warns_of_the_burden(self, cast: Cast) -> None:
        address = f"/changes/persons/new/second/?person={cast.wang.person.pk}"
        qian = as_member(cast, "qian")
        assert "原则上不从街镇借调工作人员" in text_of(qian, address)
        until = (ask.today() + datetime.timedelta(days=60)).isoformat()
        said = {
            "to_unit": str(cast.units["QP-0301-01"].pk), "title": "专班工作人员", "until": until,
            "reason": "进博会保障", "change_date": ask.today().isoformat(), "act": "submit",
        }  # fmt: skip
        assert qian.post(address, said).status_code == 303
        operation = PersonOperation.objects.get()
        assert "减负" in text_of(as_member(cast, "gu"), f"/changes/persons/{operation.pk}/")

    def test_extending_a_secondment(self, cast: Cast) -> None:
        post = people.start_post(
            cast.wang.person, unit=cast.units["QP-0301-01"], title="专班", kind="secondment", actor=SYSTEM,
            until=ask.today() + datetime.timedelta(days=20),
        )  # fmt: skip
        address = f"/changes/persons/new/second/?person={cast.wang.person.pk}"
        qian = as_member(cast, "qian")
        assert "延期后的结束日期" in text_of(qian, address)
        until = (ask.today() + datetime.timedelta(days=60)).isoformat()
        said = {"until": until, "reason": "未完成", "change_date": ask.today().isoformat(), "act": "submit"}
        assert qian.post(address, said).status_code == 303
        assert PersonOperation.objects.get().post == post

    def test_removing_a_post(self, cast: Cast) -> None:
        post = people.start_post(
            cast.li.person, unit=cast.units["QP-0301"], title="联络员", kind="concurrent", actor=SYSTEM
        )
        address = f"/changes/persons/new/remove/?person={cast.li.person.pk}"
        qian = as_member(cast, "qian")
        assert "联络员" in text_of(qian, address)
        said = {"post": str(post.pk), "reason": "离开该部门", "change_date": ask.today().isoformat()}
        assert qian.post(address, {**said, "act": "submit"}).status_code == 303
        assert "没有主职" not in text_of(qian, f"/changes/persons/{PersonOperation.objects.get().pk}/")


class TestOneOperation:
    def test_the_whole_number_is_shown_for_a_purpose(self, cast: Cast) -> None:
        operation = ask.apply_for(ask.addition(cast), cast.qian)
        address = f"/changes/persons/{operation.pk}/number/"
        qian = as_member(cast, "qian")
        assert ask.NEW_ID not in text_of(qian, f"/changes/persons/{operation.pk}/")
        assert qian.post(address, {"purpose": ""}).status_code == 422
        answer = qian.post(address, {"purpose": "核对证件"})
        assert ask.NEW_ID in answer.content.decode()
        line = Entry.objects.filter(verb="changes.number_revealed").latest("id")
        assert line.reason == "核对证件" and ask.NEW_ID not in str(line)
        assert as_member(cast, "sun").post(address, {"purpose": "看看"}).status_code == 403

    def test_withdrawing_submitting_and_discarding(self, cast: Cast) -> None:
        operation = ask.apply_for(ask.addition(cast), cast.qian)
        qian, address = as_member(cast, "qian"), f"/changes/persons/{operation.pk}"
        assert "撤回" in text_of(qian, f"{address}/")
        ask.withdraw(operation, cast.qian)
        assert "已提交审核" in qian.post(f"{address}/submit/", follow=True).content.decode()
        assert qian.post(f"{address}/discard/").status_code == 409
        ask.withdraw(operation, cast.qian)
        assert "申报已取消" in qian.post(f"{address}/discard/", follow=True).content.decode()

    def test_what_failed_is_handled(self, cast: Cast) -> None:
        operation = ask.take_effect(ask.agree(ask.apply_for(ask.addition(cast), cast.qian), cast.tang))
        ask.answer(operation, "name_mismatch")
        qian, address = as_member(cast, "qian"), f"/changes/persons/{operation.pk}"
        page = text_of(qian, f"{address}/")
        assert "姓名与证件号码不一致（实名认证未通过）" in page and "重新认证" in page and "退回修改" in page
        assert qian.post(f"{address}/cancel/", {"reason": ""}).status_code == 422
        assert "退回草稿" in qian.post(f"{address}/amend/", follow=True).content.decode()
        assert qian.post(f"{address}/retry/").status_code == 409

    def test_the_reviewer_reads_it_without_being_an_administrator(self, cast: Cast) -> None:
        operation = ask.apply_for(ask.addition(cast), cast.tang)
        assert "变动内容" in text_of(as_member(cast, "zhao"), f"/changes/persons/{operation.pk}/")
        assert as_member(cast, "wang").get(f"/changes/persons/{operation.pk}/").status_code == 404

    def test_a_leaver_on_a_day_to_come_gets_his_handover(self, cast: Cast) -> None:
        day = ask.today() + datetime.timedelta(days=10)
        said = ask.departure(cast.li, effective_on=day)
        operation = ask.agree(ask.apply_for(said, cast.qian), cast.tang, cast.sun)
        page = text_of(as_member(cast, "qian"), f"/changes/persons/{operation.pk}/")
        assert "交接单" in page
        assert Person.objects.get(pk=cast.li.person.pk).status == Person.Status.ON_POST
        assert Post.objects.filter(person=cast.li.person, is_living=True).exists()


class TestWithoutScripts:
    """The unit is typed, searched by the server, and chosen from what it found."""

    def typed(self, cast: Cast, text: str, **more: str) -> dict[str, Any]:
        return {**newcomer(cast), "to_unit": "", "to_unit_text": text, **more}

    def test_one_hit_is_taken(self, cast: Cast) -> None:
        answer = as_member(cast, "qian").post("/changes/persons/new/add/", self.typed(cast, "党政办"))
        assert answer.status_code == 303
        assert PersonOperation.objects.get().to_unit == cast.units["QP-0301-01"]

    def test_several_are_offered_and_one_is_chosen(self, cast: Cast) -> None:
        qian, address = as_member(cast, "qian"), f"/changes/persons/new/transfer/?person={cast.li.person.pk}"
        data = {"to_unit": "", "title": "副科长", "change_date": ask.today().isoformat(), "act": "submit"}
        answer = qian.post(address, {**data, "to_unit_text": "党政办公室"})
        page = answer.content.decode()
        assert answer.status_code == 422 and "请选择调入单位" in page and "请选择查找结果" in page
        there = cast.units["QP-0302-01"]
        assert (
            f'<option value="{there.pk}">徐泾镇 · 党政办公室' in page and not PersonOperation.objects.exists()
        )
        chosen = {**data, "to_unit": str(there.pk), "to_unit_text": "党政办公室"}
        assert qian.post(address, chosen).status_code == 303
        assert PersonOperation.objects.get().to_unit == there

    def test_the_whole_name_is_enough(self, cast: Cast) -> None:
        address = f"/changes/persons/new/transfer/?person={cast.li.person.pk}"
        data = {"to_unit": "", "title": "副科长", "change_date": ask.today().isoformat(), "act": "submit"}
        as_member(cast, "qian").post(address, {**data, "to_unit_text": "徐泾镇 · 党政办公室"})
        assert PersonOperation.objects.get().to_unit == cast.units["QP-0302-01"]

    def test_what_is_not_found_is_asked_for_again(self, cast: Cast) -> None:
        answer = as_member(cast, "qian").post("/changes/persons/new/add/", self.typed(cast, "徐泾"))
        page = answer.content.decode()
        assert answer.status_code == 422 and "请选择单位" in page and "请选择查找结果" not in page
        assert 'value="徐泾"' in page and not PersonOperation.objects.exists()
