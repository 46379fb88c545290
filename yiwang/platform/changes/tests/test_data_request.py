"""个人信息更正: asked by the person, due in 15 working days, answered with a reason, both told (§30)."""

import datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.kernel.workdays import queries as workdays
from yiwang.kernel.workdays.calendar import Calendar, end_of
from yiwang.platform.changes.actions import data_request as acts
from yiwang.platform.changes.models import DataRequest
from yiwang.platform.changes.queries import data_request as queries
from yiwang.platform.messages.models import Receipt
from yiwang.platform.todos.models import Assignment

pytestmark = pytest.mark.django_db


def ask(cast: Cast, login: str = "li", **more: Any) -> DataRequest:
    given = {"field": "rank", "wrong": "职级晋升后未更新", "right": "三级主任科员", **more}
    return acts.ask(**given, actor=cast.member(login).principal())


def test_a_new_calendar_moves_the_last_day_and_the_to_do(cast: Cast) -> None:
    made, today = ask(cast), timezone.localdate()
    every_day = Calendar({year: list(workdays.days(year)) for year in (today.year, today.year + 1)})
    before = made.due_on
    acts.recount_due_days(year=today.year, before=workdays.calendar(), after=every_day, actor=SYSTEM)
    made.refresh_from_db()
    assert made.due_on == today + datetime.timedelta(days=15) < before
    todo = Assignment.objects.open().get(person=cast.qian.person, item__biz_id=str(made.pk))
    assert todo.due_at == end_of(made.due_on)
    line = Entry.objects.filter(verb="changes.due_day_moved").latest("pk")
    assert line.changed_fields == {"due_on": [before.isoformat(), made.due_on.isoformat()]}
    lines = Entry.objects.count()
    acts.recount_due_days(year=today.year, before=every_day, after=every_day, actor=SYSTEM)
    assert Entry.objects.count() == lines, "nothing moved"


def open_todos(cast: Cast, login: str) -> list[str]:
    mine = Assignment.objects.open().filter(person=cast.member(login).person)
    return list(mine.values_list("item__type", flat=True))


def told(cast: Cast, login: str) -> list[str]:
    receipts = Receipt.objects.filter(person=cast.member(login).person).order_by("pk")
    return list(receipts.values_list("message__title", flat=True))


def assert_refused(act: Any, *, status: int, text: str) -> None:
    before = (
        list(DataRequest.objects.values_list("pk", "state")),
        Entry.objects.filter(verb__startswith="changes.data").count(),
    )
    with pytest.raises(Refused) as refused:
        act()
    said = "；".join([refused.value.message, *refused.value.fields.values()])
    assert refused.value.status == status and text in said, said
    after = (
        list(DataRequest.objects.values_list("pk", "state")),
        Entry.objects.filter(verb__startswith="changes.data").count(),
    )
    assert after == before


class TestAsking:
    def test_it_lies_with_the_administrators_of_his_unit_for_fifteen_working_days(self, cast: Cast) -> None:
        request, today = ask(cast), timezone.localdate()
        assert request.number == f"信更〔{today.year}〕1号"
        assert workdays.workdays_between(today, request.due_on) == 15 and workdays.is_workday(request.due_on)
        for login in ("qian", "tang"):
            assert open_todos(cast, login) == ["changes.answer_data_request"]
        assert open_todos(cast, "gu") == [] and open_todos(cast, "sun") == []
        assert str(Entry.objects.filter(verb="changes.data_asked").get()) == (
            f"李四提出了个人信息更正申请{request.number}"
        )

    def test_one_at_a_time_of_a_kind(self, cast: Cast) -> None:
        ask(cast)
        assert_refused(lambda: ask(cast), status=409, text="该项内容已有待答复的更正申请")
        assert ask(cast, field="title").pk

    @pytest.mark.parametrize(
        ("more", "text"),
        [
            ({"field": "salary"}, "请选择更正内容"),
            ({"wrong": " "}, "请说明现有信息的问题"),
            ({"right": "长" * 201}, "不能超过200个字"),
            ({"right": "310199199007070077"}, "请勿填写完整的证件号码"),
            ({"wrong": "手机13900000007不对"}, "请勿填写完整的证件号码和手机号码"),
        ],
    )
    def test_what_is_refused(self, cast: Cast, more: dict[str, str], text: str) -> None:
        assert_refused(lambda: ask(cast, **more), status=422, text=text)

    def test_an_administrators_own_goes_to_the_others(self, cast: Cast) -> None:
        ask(cast, "qian")
        assert open_todos(cast, "qian") == [] and open_todos(cast, "tang") == ["changes.answer_data_request"]

    def test_where_there_is_nobody_the_district_answers(self, cast: Cast) -> None:
        ask(cast, "shen")
        assert open_todos(cast, "sun") == ["changes.answer_data_request"]


class TestAnswering:
    def test_corrected_and_the_person_is_told(self, cast: Cast) -> None:
        request = acts.answer(ask(cast), corrects=True, words="已按任职文件更新", actor=cast.qian.principal())
        assert (request.state, request.answered_by_name) == ("corrected", "钱玉芬")
        assert told(cast, "li")[-1] == "您申请更正的“职务层次、职级”已更正"
        assert open_todos(cast, "qian") == open_todos(cast, "tang") == []

    def test_refused_with_a_reason_only(self, cast: Cast) -> None:
        request, qian = ask(cast), cast.qian.principal()
        assert_refused(
            lambda: acts.answer(request, corrects=False, words=" ", actor=qian),
            status=422,
            text="请填写不予更正的理由",
        )
        acts.answer(request, corrects=False, words="任职文件尚未印发", actor=qian)
        assert told(cast, "li")[-1] == "您申请更正的“职务层次、职级”不予更正"
        assert_refused(
            lambda: acts.answer(request, corrects=True, words="再答", actor=qian),
            status=409,
            text="当前状态为“不予更正”，不能执行“答复”",
        )

    @pytest.mark.parametrize("login", ["li", "zhao", "gu", "shen"])
    def test_by_nobody_else(self, cast: Cast, login: str) -> None:
        request, actor = ask(cast), cast.member(login).principal()
        assert_refused(
            lambda: acts.answer(request, corrects=True, words="好", actor=actor), status=403, text="申报"
        )

    def test_taken_back(self, cast: Cast) -> None:
        request = acts.withdraw(ask(cast), actor=cast.li.principal())
        assert request.state == "withdrawn" and open_todos(cast, "qian") == []
        other = ask(cast, "zhou")
        assert_refused(lambda: acts.withdraw(other, actor=cast.li.principal()), status=403, text="撤回")


class TestClock:
    def test_reminded_two_working_days_before_and_each_working_day_after(self, cast: Cast) -> None:
        DataRequest.objects.filter(pk=ask(cast).pk).update(due_on=datetime.date(2026, 11, 23))
        assert acts.remind(today=datetime.date(2026, 11, 18), actor=SYSTEM) == 0
        assert acts.remind(today=datetime.date(2026, 11, 19), actor=SYSTEM) == 1
        assert told(cast, "qian")[-1] == "请在11月23日前答复李四的个人信息更正申请"
        assert acts.remind(today=datetime.date(2026, 11, 24), actor=SYSTEM) == 1
        assert acts.remind(today=datetime.date(2026, 11, 22), actor=SYSTEM) == 0, "a Sunday"

    def test_the_work_lists(self, cast: Cast) -> None:
        request = ask(cast)
        qian = cast.qian.principal()
        assert (queries.count_to_answer(qian), queries.count_overdue(qian)) == (1, 0)
        yesterday = timezone.localdate() - datetime.timedelta(days=1)
        DataRequest.objects.filter(pk=request.pk).update(due_on=yesterday)
        assert queries.count_overdue(qian) == 1
        assert queries.count_to_answer(cast.gu.principal()) == 0
        assert queries.count_to_answer(cast.sun.principal()) == 1


class TestPages:
    def as_member(self, cast: Cast, login: str) -> Client:
        client = Client()
        client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
        return client

    def test_from_my_data_to_the_answer(self, cast: Cast) -> None:
        li, qian = self.as_member(cast, "li"), self.as_member(cast, "qian")
        assert 'href="/changes/data/"' in li.get("/me/data/").content.decode()
        wrong = li.post("/changes/data/", {"field": "", "wrong": ""})
        assert wrong.status_code == 422 and "请选择更正内容" in wrong.content.decode()
        sent = {"field": "title", "wrong": "职务名称有误", "right": "四级主任科员"}
        page = li.post("/changes/data/", sent, follow=True).content.decode()
        assert "待答复" in page and "剩余15个工作日" in page and "撤回申请" in page
        assert li.post("/changes/data/", sent).status_code == 422
        request = DataRequest.objects.get()
        address = f"/changes/data/{request.pk}/"
        assert "李四" in qian.get("/changes/data/requests/?state=waiting").content.decode()
        shown = qian.get(address).content.decode()
        assert f"/changes/persons/new/correct/?person={cast.li.person.pk}" in shown
        assert qian.post(f"{address}answer/", {"outcome": "", "answer": ""}).status_code == 422
        done = qian.post(f"{address}answer/", {"outcome": "corrected", "answer": "已办理修改"}, follow=True)
        assert "已答复，并通知申请人" in done.content.decode()
        assert "已办理修改" in li.get(address).content.decode()
        assert "职务名称有误" in li.get("/me/data/").content.decode(), "it is data about him too"

    def test_it_does_not_exist_for_others(self, cast: Cast) -> None:
        request = ask(cast)
        for login in ("zhou", "gu", "shen", "temp"):
            assert self.as_member(cast, login).get(f"/changes/data/{request.pk}/").status_code == 404
        assert self.as_member(cast, "li").get("/changes/data/requests/").status_code == 404
