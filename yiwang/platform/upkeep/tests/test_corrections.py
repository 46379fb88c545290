"""Corrections (纠错): who may report what, who is asked, what is answered, what is refused (§3.8, §30)."""

import datetime
from functools import partial

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.audit.models import Entry
from yiwang.platform.messages.models import Message
from yiwang.platform.todos.models import Assignment, Item
from yiwang.platform.upkeep import rules
from yiwang.platform.upkeep.actions import corrections as actions
from yiwang.platform.upkeep.models import Correction, CorrectionReport
from yiwang.platform.upkeep.queries import corrections as queries
from yiwang.platform.upkeep.tests.people import as_member, refused

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 9, 17)
PHONE = {"field": "office_phone", "wrong": "打过去是传真", "right": "021-59720099"}


def reported(cast: Cast, by: str = "wang", about: str = "li") -> Correction:
    return actions.report(cast.member(about).person, **PHONE, actor=cast.member(by).principal(), today=DAY)


def lying_with(correction: Correction) -> set[str]:
    items = Item.objects.filter(app="upkeep", biz_id=str(correction.pk), state=Item.State.OPEN)
    open_ones = Assignment.objects.filter(item__in=items, state=Assignment.State.TODO)
    return set(open_ones.values_list("person__name", flat=True))


def test_it_goes_to_the_unit_s_administrators_for_seven_working_days(cast: Cast) -> None:
    made = reported(cast)
    assert made.number == "纠〔2026〕1号" and made.keeper.code == "QP-0301-01"
    assert made.due_on == datetime.date(2026, 9, 28)  # 20 September works, 25 to 27 are off
    assert lying_with(made) == {"钱玉芬", "唐静宜"}
    assert Entry.objects.filter(verb="upkeep.correction_reported").latest("id").actor_name == "王海涛"


def test_what_others_reported_already_is_joined(cast: Cast) -> None:
    made, again = reported(cast), reported(cast, by="zhao")
    assert made.pk == again.pk and again.reports == 2
    assert Item.objects.filter(app="upkeep").count() == 1
    refused(lambda: reported(cast), status=409, words=actions.ALREADY)
    assert CorrectionReport.objects.count() == 2


def test_only_what_one_sees_can_be_reported(cast: Cast) -> None:
    hidden = cast.mi.person
    act = lambda: actions.report(hidden, **PHONE, actor=cast.wang.principal(), today=DAY)  # noqa: E731
    refused(act, status=404, words="未找到该内容", code="E-NOTF-01")
    alien = {"field": "duty_phone", "wrong": "没人接"}
    act = lambda: actions.report(cast.li.person, **alien, actor=cast.wang.principal(), today=DAY)  # noqa: E731
    refused(act, status=404, words="未找到该内容")
    assert not Correction.objects.exists()


def test_nobody_writes_identity_numbers_here(cast: Cast) -> None:
    words = {"field": "name", "wrong": "证件号应为31011819900101001X"}
    act = lambda: actions.report(cast.li.person, **words, actor=cast.wang.principal(), today=DAY)  # noqa: E731
    assert refused(act, status=422, words="请勿填写身份证号码").fields.keys() == {"wrong"}


def test_what_was_typed_is_sealed(cast: Cast) -> None:
    made = reported(cast)
    told = CorrectionReport.objects.get(correction=made)
    assert told.wrong == "打过去是传真" and told.right == "021-59720099"
    raw = told.__dict__["wrong"]
    assert "传真".encode() not in bytes(raw)


def test_a_person_reports_so_many_a_day(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_REPORTS", 2)
    today = timezone.localdate()
    wang = cast.wang.principal()
    for field in ("title", "room"):
        actions.report(cast.li.person, field=field, wrong="不对", actor=wang, today=today)
    act = lambda: actions.report(cast.li.person, field="email", wrong="不对", actor=wang, today=today)  # noqa: E731
    refused(act, status=429, words="今日纠错已达上限")


def test_who_reports_what_is_unfounded_may_report_less(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "UNFOUNDED_MOST", 1)
    today = timezone.localdate()
    wang = cast.wang.principal()
    made = actions.report(cast.li.person, field="title", wrong="不对", actor=wang, today=today)
    assert queries.reports_left(wang.person_id, today=today) == rules.MOST_REPORTS - 1
    actions.answer_unfounded(made, reason="无误", actor=cast.qian.principal(), today=today)
    assert queries.reports_left(wang.person_id, today=today) == rules.MOST_AFTER_UNFOUNDED - 1


def test_corrected_is_told_to_everybody_who_reported(cast: Cast) -> None:
    made = reported(cast)
    reported(cast, by="zhao")
    actions.answer_corrected(made, words="", actor=cast.qian.principal(), today=DAY)
    made.refresh_from_db()
    assert made.state == "corrected" and made.answered_by_name == "钱玉芬" and made.late_by == 0
    told = Message.objects.get(kind="upkeep.correction_answered")
    assert told.title == "您反映的李四办公电话有误：已更正" and told.receivers == 2
    assert not lying_with(made)
    assert Assignment.objects.get(person=cast.qian.person, item__app="upkeep").state == "done"


def test_unfounded_needs_a_reason(cast: Cast) -> None:
    made = reported(cast)
    qian = cast.qian.principal()
    refused(
        lambda: actions.answer_unfounded(made, reason=" ", actor=qian), status=422, words="请填写不属实的理由"
    )
    actions.answer_unfounded(made, reason="该号码可以接通", actor=qian, today=DAY)
    assert Message.objects.get(kind="upkeep.correction_answered").summary == "该号码可以接通"


def test_late_by_working_days(cast: Cast) -> None:
    made = reported(cast)
    actions.answer_corrected(made, words="", actor=cast.qian.principal(), today=datetime.date(2026, 9, 29))
    made.refresh_from_db()
    assert made.late_by == 1


def test_passed_on_keeps_its_last_day(cast: Cast) -> None:
    made = reported(cast)
    due = made.due_on
    qian = cast.qian.principal()
    office = cast.units["QP-0302-01"]
    refused(
        lambda: actions.pass_on(made, unit=office, reason="", actor=qian), status=422, words="请填写转交原因"
    )
    actions.pass_on(made, unit=office, reason="已调往徐泾镇", actor=qian)
    made.refresh_from_db()
    assert made.keeper == office and made.due_on == due and made.turn == 1
    assert lying_with(made) == {"顾怀恩", "方志远"}
    refused(
        lambda: actions.answer_corrected(made, words="", actor=qian),
        status=403,
        words="您没有“通讯录维护”权限",
    )
    actions.answer_corrected(made, words="", actor=cast.gu.principal())
    assert not lying_with(made)


def test_others_may_not_answer(cast: Cast) -> None:
    made = reported(cast)
    for login in ("li", "gu", "shen"):
        actor = cast.member(login).principal()
        refused(
            partial(actions.answer_corrected, made, words="", actor=actor),
            status=403,
            words="您没有“通讯录维护”权限",
        )
    made.refresh_from_db()
    assert made.state == "waiting"


def test_the_second_answer_names_the_first(cast: Cast) -> None:
    made = reported(cast)
    actions.answer_corrected(made, words="", actor=cast.tang.principal())
    refused(
        lambda: actions.answer_unfounded(made, reason="无误", actor=cast.qian.principal()),
        status=409,
        words="该数据已被唐静宜于",
        code="E-CONC-01",
    )


def test_a_report_is_taken_back_by_its_reporter(cast: Cast) -> None:
    made = reported(cast)
    refused(lambda: actions.withdraw(made, actor=cast.zhao.principal()), status=404, words="未找到该内容")
    actions.withdraw(made, actor=cast.wang.principal())
    made.refresh_from_db()
    assert made.state == "withdrawn" and not lying_with(made)
    assert reported(cast).pk != made.pk  # it can be reported anew


def test_a_dead_number_comes_once_from_the_sms_gateway(cast: Cast) -> None:
    person = cast.li.person
    made = actions.report_dead_number(person, reason="短信回执：空号", today=DAY)
    again = actions.report_dead_number(person, reason="短信回执：空号", today=DAY)
    assert made.pk == again.pk and again.reports == 1 and made.source == "sms"
    actions.answer_corrected(made, words="", actor=cast.qian.principal())
    assert not Message.objects.filter(kind="upkeep.correction_answered").exists()


def test_a_unit_without_administrators_is_looked_after_by_the_district(cast: Cast) -> None:
    made = actions.report(
        cast.units["QP-0201"], field="address", wrong="已搬迁", actor=cast.li.principal(), today=DAY
    )
    assert lying_with(made) == {"孙建国", "罗立群"}
    actions.answer_corrected(made, words="已更正", actor=cast.sun.principal())


def test_reminders(cast: Cast) -> None:
    reported(cast)
    kind = "upkeep.correction_due"
    assert actions.remind(today=datetime.date(2026, 9, 22)) == 0
    assert actions.remind(today=datetime.date(2026, 9, 23)) == 1  # two working days before the 28th
    assert Message.objects.get(kind=kind).title == "纠〔2026〕1号（李四：办公电话）剩余2个工作日"
    assert actions.remind(today=datetime.date(2026, 9, 26)) == 0  # a day off
    assert actions.remind(today=datetime.date(2026, 9, 29)) == 1
    assert Message.objects.filter(kind=kind).latest("id").title.endswith("逾期1个工作日")
    assert actions.remind(today=datetime.date(2026, 9, 30)) == 0


def test_who_sees_it(cast: Cast) -> None:
    made = reported(cast)
    seen = {
        login
        for login in ("li", "qian", "tang", "gu", "wang", "zhao", "sun", "shen", "temp", "mi")
        if made in Correction.objects.visible_to(cast.member(login).principal())
    }
    assert seen == {"qian", "tang", "wang", "sun"}


def test_the_pages(cast: Cast) -> None:
    wang, qian = as_member(cast, "wang"), as_member(cast, "qian")
    address = f"/upkeep/corrections/person/{cast.li.person.pk}/"
    assert "通讯录纠错" in wang.get(address).content.decode()
    assert wang.post(address, {"field": "title", "wrong": ""}).status_code == 422
    answer = wang.post(address, {"field": "title", "wrong": "已任副科长"}, follow=True)
    assert "将在7个工作日内核实答复" in answer.content.decode()
    made = Correction.objects.get()
    page = f"/upkeep/corrections/{made.pk}/"
    assert "已任副科长" in wang.get(page).content.decode()
    assert "答复不属实" not in wang.get(page).content.decode()
    assert as_member(cast, "gu").get(page).status_code == 404

    assert "已任副科长" in qian.get(page).content.decode()
    assert qian.post(f"{page}answer/unfounded/", {"words": ""}).status_code == 422
    assert qian.post(f"{page}answer/pass-on/", {"words": "不是本单位"}).status_code == 422
    assert qian.post(f"{page}answer/corrected/", {"words": ""}).status_code == 303
    assert qian.post(f"{page}answer/corrected/", {"words": ""}).status_code == 409
    assert "已更正" in wang.get("/upkeep/corrections/mine/").content.decode()
    assert "李四" in qian.get("/upkeep/corrections/?state=corrected").content.decode()


def test_a_report_reader_does_not_see_other_reporters(cast: Cast) -> None:
    made = reported(cast)
    actions.report(
        cast.li.person, field="office_phone", wrong="无人接听", actor=cast.zhao.principal(), today=DAY
    )
    page = as_member(cast, "zhao").get(f"/upkeep/corrections/{made.pk}/").content.decode()
    assert "无人接听" in page and "打过去是传真" not in page and "王海涛" not in page
