"""Unit changes from draft to effect (domain reference §1; R1-7, R2-3, R2-4, R2-5)."""

import datetime
from typing import Any

import pytest
from django.db.models import QuerySet

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.approvals.actions import flows, tasks
from yiwang.platform.approvals.models import Instance, Task
from yiwang.platform.changes.actions import unit_change, unit_review
from yiwang.platform.changes.models import UnitChange
from yiwang.platform.changes.tests.unit_changes import (
    COMMITTEE,
    FIRST,
    TODAY,
    TOMORROW,
    approve,
    at,
    draft,
    submit,
    task_of,
    told,
)
from yiwang.platform.org.actions import naming, units
from yiwang.platform.org.models import Event, Person, Post, Unit
from yiwang.platform.org.queries import units as unit_queries
from yiwang.platform.org.queries import words
from yiwang.platform.org.tests.factories import Apps, make, person, registered

OFFICE = {"full_name": "党政办", "short_name": "党政办"}
RENAME = {"full_name": "上海市青浦区数据和政务服务局", "short_name": "区数政局", "word": "青数政"}


def instance_of(change: UnitChange) -> Instance:
    return Instance.objects.get(subject_type="changes.unitchange", subject_id=str(change.pk))


def acts() -> QuerySet[Entry]:
    """What was remembered, but for logins."""
    return Entry.objects.exclude(verb="accounts.logged_in")


def refused(act: Any) -> Refused:
    """The refusal; nothing was remembered and no unit has changed."""
    lines, events = acts().count(), Event.objects.count()
    with pytest.raises(Refused) as refusal:
        act()
    assert (acts().count(), Event.objects.count()) == (lines, events)
    return refusal.value


def test_a_town_sets_up_a_residents_committee_at_once(cast: Cast) -> None:
    """Acceptance example 1."""
    plan = {"parent": cast.units["QP-0301-02"].pk, "unit": COMMITTEE}
    change = submit(cast, "qian", "create", None, plan, basis="")
    assert (change.state, change.number) == ("effective", FIRST)
    made = at("QP-0301-0202")
    assert (made.level, made.status, made.uscc) == (4, "active", "54310118MF01234513")
    for login in ("sun", "luo"):
        assert told(cast, login) == ["朱家角镇调整了本单位机构：在居（村）民委员会下新设新苑居委会"]
    assert not Instance.objects.filter(subject_type="changes.unitchange").exists()

    refusal = refused(
        lambda: naming.rename_unit(
            cast.units["QP-0301-01"], full_name="党政办", short_name="党政办", actor=cast.qian.principal()
        )
    )
    assert (refusal.status, refusal.message) == (403, "一至三级节点由区级统一维护，请提交调整申请")


def test_what_she_may_not_write_she_applies_for(cast: Cast) -> None:
    plan = {"full_name": "党政综合办公室", "short_name": "党政办"}
    change = submit(cast, "qian", "rename", "QP-0301-01", plan, effective_on=TOMORROW)
    assert change.state == "in_review" and at("QP-0301-01").short_name == "党政办公室"
    assert {task_of(cast, login, change).person.name for login in ("sun", "luo")} == {"孙建国", "罗立群"}

    approve(cast, "luo", change)
    assert change.state == "pending" and told(cast, "qian") == [f"机构调整{FIRST}已通过"]
    assert unit_review.effect_due(today=TODAY) == 0 and at("QP-0301-01").short_name == "党政办公室"
    assert unit_review.effect_due(today=TOMORROW) == 1
    change.refresh_from_db()
    assert change.state == "effective" and at("QP-0301-01").short_name == "党政办"
    assert "党政办公室更名为党政办已生效" in told(cast, "qian")
    assert unit_review.effect_due(today=TOMORROW) == 0


def test_papers_of_2023_show_the_name_of_2023(cast: Cast) -> None:
    """Acceptance example 2: the rename, the issuer of an old paper, the word that new papers offer."""
    bureau, changed = cast.units["QP-0201"], TODAY + datetime.timedelta(days=6)
    naming.give_word(bureau, word="青政务", day=datetime.date(2020, 1, 1), actor=SYSTEM)
    change = submit(cast, "sun", "rename", "QP-0201", RENAME, effective_on=changed)
    approve(cast, "luo", change)
    assert unit_review.effect_due(today=changed) == 1
    bureau = at("QP-0201")
    assert unit_queries.name_on(bureau, datetime.date(2023, 11, 18)) == "上海市青浦区数据局"
    assert unit_queries.name_on(bureau, changed) == "上海市青浦区数据和政务服务局"
    assert [one.word for one in words.words_on(bureau, datetime.date(2023, 11, 18))] == ["青政务"]
    assert [one.word for one in words.words_on(bureau, changed)] == ["青数政"]


def test_a_merger_takes_everybody_along(cast: Cast) -> None:
    """Acceptance example 3, but for the to-dos, which stand in `test_unit_change_holdings`."""
    centre = make(
        cast.units["QP-02"], "QP-0209", "大数据中心", node_type="unit", valid_from=datetime.date(2021, 1, 1)
    )
    people = [person(centre, title=f"科员{number}") for number in range(15)]
    cast.units["QP-0209"] = centre
    plan = {"sources": [centre.pk], "into": cast.units["QP-0201"].pk}
    change = submit(cast, "sun", "merge", "QP-0209", plan, effective_on=TOMORROW)
    assert change.title == "大数据中心并入区数据局"
    assert {one["key"]: one["count"] for one in change.preview["touched"]} == {"people": 15}
    approve(cast, "luo", change)
    assert unit_review.effect_due(today=TOMORROW) == 1
    centre.refresh_from_db()
    assert (centre.status, centre.merged_into, centre.visibility) == ("revoked", cast.units["QP-0201"], 0)
    for one in people:
        one.refresh_from_db()
        assert one.unit == cast.units["QP-0201"] and one.posts.count() == 2


def test_on_sunday_nothing_has_happened_yet(cast: Cast) -> None:
    """Acceptance example 4."""
    monday = TODAY + datetime.timedelta(days=7 - TODAY.weekday())
    before = list(Unit.objects.order_by("pk").values())
    change = submit(cast, "sun", "rename", "QP-0201", RENAME, effective_on=monday)
    approve(cast, "luo", change)
    assert unit_review.effect_due(today=monday - datetime.timedelta(days=1)) == 0
    assert list(Unit.objects.order_by("pk").values()) == before
    pending = UnitChange.objects.visible_to(cast.sun.principal()).filter(state="pending")
    assert [one.pk for one in pending] == [change.pk]


def test_the_tree_of_a_day(cast: Cast) -> None:
    """Acceptance example 5."""
    change = submit(cast, "sun", "rename", "QP-0201", RENAME)
    approve(cast, "luo", change)
    unit_review.effect_due(today=TODAY)
    then = {one.unit_id: one.short_name for one in unit_queries.versions_on(datetime.date(2023, 11, 18))}
    now = {one.unit_id: one.short_name for one in unit_queries.versions_on(TODAY)}
    bureau = cast.units["QP-0201"].pk
    assert (then[bureau], now[bureau], len(then)) == ("区数据局", "区数政局", 14)


def test_a_running_app_forbids_to_revoke(cast: Cast) -> None:
    """Acceptance example 6."""
    empty = make(cast.units["QP-0301"], "QP-0301-09", "数字化办公室")
    cast.units["QP-0301-09"] = empty
    with registered(Apps((empty.path, "网格巡查"))) as apps:
        change = draft(cast, "qian", "revoke", "QP-0301-09", {})
        refusal = refused(lambda: unit_change.submit(change, actor=cast.qian.principal(), today=TODAY))
        assert (refusal.status, refusal.code) == (409, "E-ORG-03")
        assert refusal.message == "该机构名下仍有运行中的应用1项（网格巡查），不能撤销"

        unit_change.revise(change, plan={"to": cast.units["QP-0301-01"].pk}, actor=cast.qian.principal())
        sent = unit_change.submit(change, actor=cast.qian.principal(), today=TODAY)
        assert sent.state == "in_review"
        assert [one["label"] for one in sent.preview["touched"]] == ["运行中的应用"]
        approve(cast, "sun", sent)
        assert unit_review.effect_due(today=TODAY) == 1
        assert apps.owned == [(cast.units["QP-0301-01"].path, "网格巡查")]
    empty.refresh_from_db()
    assert empty.status == "revoked"


def test_nobody_reviews_his_own_change(cast: Cast) -> None:
    change = submit(cast, "sun", "rename", "QP-0201", RENAME)
    assert change.state == "in_review"
    with pytest.raises(Task.DoesNotExist):
        task_of(cast, "sun", change)
    assert task_of(cast, "luo", change).state == "open"


def test_what_needs_no_basis_a_system_administrator_does_himself(cast: Cast) -> None:
    details = {"details": {"duty_phone": "021-59720000"}}
    change = submit(cast, "sun", "edit", "QP-0201", details, basis="")
    assert change.state == "effective" and at("QP-0201").duty_phone == "021-59720000"
    order = [cast.units["QP-0302"].pk, cast.units["QP-0301"].pk]
    change = submit(cast, "sun", "sort", "QP-03", {"order": order}, basis="")
    assert change.state == "effective" and at("QP-0302").sort < at("QP-0301").sort
    asked = submit(cast, "qian", "edit", "QP-0301", details, basis="")
    assert asked.state == "in_review", "she proposes, the district writes (§0.3 #11)"


def test_the_date_and_its_exceptions(cast: Cast) -> None:
    yesterday = TODAY - datetime.timedelta(days=1)
    plan = {"parent": cast.units["QP-0301-02"].pk, "unit": COMMITTEE}
    qian, sun = cast.qian.principal(), cast.sun.principal()
    change = draft(cast, "qian", "create", None, plan, effective_on=yesterday)
    refusal = refused(lambda: unit_change.submit(change, actor=qian, today=TODAY))
    assert (refusal.status, refusal.code, refusal.fields) == (
        422,
        "E-DATE-01",
        {"effective_on": "生效日期不能早于今天"},
    )
    change = draft(cast, "qian", "create", None, plan, effective_on=None)
    assert refused(lambda: unit_change.submit(change, actor=qian, today=TODAY)).fields == {
        "effective_on": "请填写生效日期"
    }
    change = draft(cast, "sun", "rename", "QP-0201", RENAME, effective_on=yesterday)
    assert refused(lambda: unit_change.submit(change, actor=sun, today=TODAY)).status == 422
    unit_change.revise(change, backdating_reason="文件送达延迟", actor=sun)
    sent = unit_change.submit(change, actor=sun, today=TODAY)
    assert sent.state == "in_review"
    old = TODAY - datetime.timedelta(days=31)
    change = draft(
        cast, "sun", "rename", "QP-0101", {**RENAME, "word": ""}, effective_on=old, backdating_reason="补录"
    )
    assert refused(lambda: unit_change.submit(change, actor=sun, today=TODAY)).fields == {
        "effective_on": "生效日期最多追溯30天"
    }


def test_a_basis_is_needed_above_level_four(cast: Cast) -> None:
    change = draft(cast, "sun", "rename", "QP-0201", RENAME, basis="")
    refusal = refused(lambda: unit_change.submit(change, actor=cast.sun.principal(), today=TODAY))
    assert refusal.fields == {"basis": "一至三级机构的调整须填写依据文号或上传依据文件"}


def test_a_published_unit_has_its_credit_code(cast: Cast) -> None:
    unit = {**COMMITTEE, "uscc": ""}
    change = draft(cast, "qian", "create", None, {"parent": cast.units["QP-0301-02"].pk, "unit": unit})
    refusal = refused(lambda: unit_change.submit(change, actor=cast.qian.principal(), today=TODAY))
    assert refusal.fields == {"uscc": "请填写新苑居委会的统一社会信用代码"}
    house = {**COMMITTEE, "code": "QP-0202", "node_type": "unit"}
    change = draft(cast, "sun", "create", None, {"parent": cast.units["QP-02"].pk, "unit": house})
    refusal = refused(lambda: unit_change.submit(change, actor=cast.sun.principal(), today=TODAY))
    assert list(refusal.fields) == ["duty_phone"]


@pytest.mark.parametrize("login", ["li", "wang", "zhao", "gu", "shen", "an"])
def test_others_apply_for_nothing_there(cast: Cast, login: str) -> None:
    plan = {"full_name": "党政综合办公室", "short_name": "党政办"}
    assert refused(lambda: draft(cast, login, "rename", "QP-0301-01", plan)).status == 403
    assert not UnitChange.objects.exists()


def test_what_concerns_others_units_is_reviewed_at_every_level(cast: Cast) -> None:
    own = make(cast.units["QP-0301-01"], "QP-0301-0101", "文电组")
    other = make(cast.units["QP-0302-01"], "QP-0302-0101", "文电科")
    cast.units |= {"QP-0301-0101": own}
    change = submit(cast, "qian", "merge", "QP-0301-0101", {"sources": [own.pk], "into": other.pk})
    assert change.state == "in_review"
    approve(cast, "sun", change)
    unit_review.effect_due(today=TODAY)
    assert at("QP-0301-0101").merged_into == other
    assert [title for title in told(cast, "gu") if "并入" in title] == ["文电组并入文电科已生效"]


def test_returned_rejected_withdrawn(cast: Cast) -> None:
    qian, sun = cast.qian.principal(), cast.sun.principal()
    plan = {"full_name": "党政综合办公室", "short_name": "党政办"}
    change = submit(cast, "qian", "rename", "QP-0301-01", plan)
    tasks.send_back(task_of(cast, "sun", change), to_step=None, opinion="请附批复", actor=sun)
    change.refresh_from_db()
    assert (change.state, change.remark) == ("draft", "请附批复")
    assert told(cast, "qian") == [f"机构调整{FIRST}被退回"]
    with pytest.raises(Refused, match="已编号"):
        unit_change.discard(change, actor=qian)

    unit_change.submit(change, actor=qian, today=TODAY)
    change.refresh_from_db()
    assert (change.state, change.number) == ("in_review", FIRST)
    flows.withdraw(instance_of(change), actor=qian)
    change.refresh_from_db()
    assert change.state == "draft"
    unit_change.submit(change, actor=qian, today=TODAY)
    tasks.disagree(task_of(cast, "luo", change), opinion="与方案不符", actor=cast.luo.principal())
    change.refresh_from_db()
    assert (change.state, change.remark) == ("rejected", "与方案不符")

    again = unit_change.copy(change, actor=qian)
    assert (again.state, again.number, again.plan) == ("draft", None, change.plan)
    unit_change.discard(again, actor=qian)
    assert not UnitChange.objects.filter(pk=again.pk).exists()


def test_opened_by_a_reviewer_it_is_not_taken_back(cast: Cast) -> None:
    change = submit(cast, "qian", "rename", "QP-0301-01", OFFICE)
    tasks.open_task(task_of(cast, "sun", change), actor=cast.sun.principal())
    refusal = refused(lambda: flows.withdraw(instance_of(change), actor=cast.qian.principal()))
    assert (refusal.status, refusal.code) == (409, "E-STATE-02")


def test_before_its_day_it_can_be_ended(cast: Cast) -> None:
    change = submit(
        cast,
        "qian",
        "rename",
        "QP-0301-01",
        {"full_name": "党政办", "short_name": "党政办"},
        effective_on=TOMORROW,
    )
    qian = cast.qian.principal()
    assert refused(lambda: unit_change.cancel(change, reason="x", actor=qian)).code == "E-STATE-01"
    approve(cast, "sun", change)
    assert refused(lambda: unit_change.cancel(change, reason=" ", actor=qian)).fields == {
        "reason": "请填写事由"
    }
    assert refused(lambda: unit_change.cancel(change, reason="x", actor=cast.gu.principal())).status == 403
    ended = unit_change.cancel(change, reason="方案有变", actor=qian)
    assert (ended.state, ended.remark) == ("terminated", "方案有变")
    assert unit_review.effect_due(today=TOMORROW) == 0


def test_a_returned_draft_is_ended_by_its_approval(cast: Cast) -> None:
    change = submit(cast, "qian", "rename", "QP-0301-01", OFFICE)
    tasks.send_back(task_of(cast, "sun", change), to_step=None, opinion="缺批复", actor=cast.sun.principal())
    change.refresh_from_db()
    flows.terminate(instance_of(change), reason="不再调整", actor=cast.qian.principal())
    change.refresh_from_db()
    assert (change.state, change.remark) == ("terminated", "不再调整")


def test_reviewed_late_it_begins_on_the_day_of_its_decision(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = submit(cast, "qian", "rename", "QP-0301-01", OFFICE)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda value=None, timezone=None: TOMORROW)
    approve(cast, "sun", change)
    assert change.effective_on == TOMORROW


def test_what_cannot_take_effect_waits_for_somebody(cast: Cast) -> None:
    change = submit(
        cast,
        "qian",
        "rename",
        "QP-0301-01",
        {"full_name": "党政办", "short_name": "党政办"},
        effective_on=TOMORROW,
    )
    approve(cast, "sun", change)
    rival = make(cast.units["QP-0301"], "QP-0301-09", "党政办")
    other = submit(
        cast, "qian", "edit", "QP-0301-0201", {"details": {"fax": "021-59720001"}}, effective_on=TOMORROW
    )
    assert unit_review.effect_due(today=TOMORROW) == 1, "one bad change does not stop the next"
    change.refresh_from_db()
    other.refresh_from_db()
    assert (change.state, change.remark, other.state) == ("failed", "同级已存在同名机构", "effective")
    assert at("QP-0301-01").short_name == "党政办公室"
    for login in ("qian", "sun", "luo"):
        assert f"机构调整{FIRST}未能生效，待处理" in told(cast, login)

    sun = cast.sun.principal()
    assert refused(lambda: unit_review.retry(change, actor=sun)).code == "E-ORG-01"
    naming.rename_unit(rival, full_name="宣传办", short_name="宣传办", actor=SYSTEM)
    assert unit_review.retry(change, actor=sun).state == "effective"


def test_a_broken_plan_is_no_plan(cast: Cast) -> None:
    for kind, plan in (
        ("rename", {"full_name": "甲"}),
        ("rename", {"full_name": "甲", "short_name": "乙", "colour": "red"}),
        ("sort", {"order": ["first"]}),
        ("close", {}),
    ):
        assert refused(lambda kind=kind, plan=plan: draft(cast, "sun", kind, "QP-0201", plan)).status == 422


def test_a_preview_leaves_nothing_but_itself(cast: Cast) -> None:
    before = list(Unit.objects.order_by("pk").values()), Post.objects.count(), Event.objects.count()
    town, other = cast.units["QP-0302"], cast.units["QP-0301"]
    office = {cast.units["QP-0302-01"].pk: {"to": cast.units["QP-0301-01"].pk, "how": "into"}}
    plan = {"sources": [town.pk], "into": other.pk, "children": office}
    change = draft(cast, "sun", "merge", "QP-0302", plan)
    change = unit_change.preview(change, actor=cast.sun.principal(), today=TODAY)
    assert (list(Unit.objects.order_by("pk").values()), Post.objects.count(), Event.objects.count()) == before
    counts = {one["label"]: one["count"] for one in change.preview["touched"]}
    assert (
        counts["人员任职"] == Post.objects.filter(unit__path__startswith=cast.units["QP-0302"].path).count()
    )
    assert counts["下级机构"] == 1 and counts["担任的角色"] == 2
    after = {row["name"]: row["mark"] for row in change.preview["after"]}
    gone = {row["name"]: row["mark"] for row in change.preview["before"]}
    assert gone["徐泾镇"] == "gone" and "徐泾镇" not in after and after["朱家角镇"] == ""


def test_a_split_needs_everybody_assigned(cast: Cast) -> None:
    parts = [{**COMMITTEE, "code": "QP-0301-03", "full_name": "党建办公室", "short_name": "党建办",
              "node_type": "section", "uscc": ""}]  # fmt: skip
    posts = list(Post.objects.filter(unit=cast.units["QP-0301-01"], is_living=True).order_by("pk"))
    places = {str(post.pk): 0 for post in posts[1:]}
    change = draft(cast, "qian", "split", "QP-0301-01", {"parts": parts, "posts": places})
    refusal = refused(lambda: unit_change.submit(change, actor=cast.qian.principal(), today=TODAY))
    assert refusal.fields == {"posts": "还有1名人员未指定去向"}
    unit_change.revise(
        change, plan={"parts": parts, "posts": {**places, posts[0].pk: 1}}, actor=cast.qian.principal()
    )
    sent = unit_change.submit(change, actor=cast.qian.principal(), today=TODAY)
    approve(cast, "sun", sent)
    unit_review.effect_due(today=TODAY)
    moved = Person.objects.get(pk=posts[0].person_id)
    assert moved.unit is not None and moved.unit.short_name == "党建办"
    assert [one.unit.short_name for one in sent.touched.filter(part="result")] == ["党建办"]


def test_who_sees_a_change(cast: Cast) -> None:
    change = submit(cast, "qian", "rename", "QP-0301-01", OFFICE)
    seen = {
        login
        for login in ("sun", "luo", "qian", "tang", "zhao", "li", "gu", "fang", "shen", "temp")
        if UnitChange.objects.visible_to(cast.member(login).principal()).filter(pk=change.pk).exists()
    }
    assert seen == {"sun", "luo", "qian", "tang"}


def test_started_from_another_page(cast: Cast) -> None:
    plan = {"to": cast.units["QP-0301-02"].pk}
    group = make(cast.units["QP-0301-01"], "QP-0301-0101", "网格组")
    change = unit_change.start("move", plan=plan, unit=group, actor=cast.qian.principal(), today=TODAY)
    assert change.state == "effective" and at("QP-0301-0101").parent == cast.units["QP-0301-02"]
    refusal = refused(
        lambda: unit_change.start(
            "move", plan=plan, unit=at("QP-0301-0101"), actor=cast.qian.principal(), today=TODAY
        )
    )
    assert refusal.fields == {"to": "该机构已在所选上级之下"}


def test_raising_hiding_and_plates(cast: Cast) -> None:
    change = submit(cast, "qian", "rank", "QP-0301-01", {"rank": "township"})
    assert change.title == "党政办公室调整规格和隶属"
    plate = {"name": "朱家角古镇保护办公室", "short_name": "古镇保护办", "word": "朱古保"}
    change = submit(cast, "qian", "plate", "QP-0301-01", plate)
    approve(cast, "sun", change)
    unit_review.effect_due(today=TODAY)
    carried = words.plates_on(cast.units["QP-0301-01"], TODAY)
    assert [one.short_name for one in carried] == ["古镇保护办"]
    end = submit(cast, "qian", "plate", "QP-0301-01", {"ends": carried[0].pk})
    assert end.title == "党政办公室摘除“朱家角古镇保护办公室”牌子"
    approve(cast, "sun", end)
    unit_review.effect_due(today=TODAY)
    assert words.plates_on(cast.units["QP-0301-01"], TODAY) == []


def test_units_that_are_gone_are_not_chosen(cast: Cast) -> None:
    gone = make(cast.units["QP-0301"], "QP-0301-09", "临时科室")
    units.set_listed(gone, is_listed=False, reason="x", actor=SYSTEM)
    Unit.objects.filter(pk=gone.pk).update(status="revoked")
    assert refused(lambda: draft(cast, "sun", "move", "QP-0301-01", {"to": gone.pk})).fields == {
        "to": "请选择启用中的机构"
    }
