"""Shares: off by default, applied for, approved, reviewed yearly, taken back (R2-14, §3.9)."""

import datetime
from functools import partial

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.platform.addressbook.actions import proposals
from yiwang.platform.approvals.actions import tasks
from yiwang.platform.approvals.models import Task
from yiwang.platform.messages.models import Message
from yiwang.platform.org.models import Person
from yiwang.platform.sharing import rules
from yiwang.platform.sharing.actions import shares as actions
from yiwang.platform.sharing.models import Share, SharedPerson
from yiwang.platform.sharing.queries import scope
from yiwang.platform.sharing.queries import shares as queries
from yiwang.platform.sharing.tests.applications import agree, in_force, written
from yiwang.platform.sharing.tests.people import as_member, refused
from yiwang.platform.todos.models import Item

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def names(share: Share) -> set[str]:
    return {one.name for one in scope.covered(share)}


def test_by_default_nothing_is_shared(cast: Cast) -> None:
    assert not queries.active().exists() and not SharedPerson.objects.exists()


def test_it_is_approved_by_the_office_and_by_the_district(cast: Cast) -> None:
    draft = written(cast)
    assert draft.state == "draft" and draft.number is None
    sent = actions.submit(draft, actor=cast.qian.principal())
    assert sent.state == "review" and sent.number == f"享〔{TODAY.year}〕1号"
    assert not SharedPerson.objects.exists()
    agree(cast, sent, "tang")
    assert sent.state == "review"
    agree(cast, sent, "luo")
    assert sent.state == "active" and sent.review_on == TODAY + datetime.timedelta(days=rules.REVIEW_DAYS)
    assert SharedPerson.objects.filter(share=sent, wanted="present").count() == 5
    assert Message.objects.get(kind="sharing.decided").title.endswith("市级共享已批准")


def test_who_is_covered(cast: Cast) -> None:
    everybody = {"赵明远", "钱玉芬", "李四", "周月娥", "唐静宜"}
    share = written(cast)
    assert names(share) == everybody
    own = partial(written, cast, share=share)
    own(persons="chosen", chosen=[cast.li.person])
    share.refresh_from_db()
    assert names(share) == {"李四"}
    cast.zhao.person.posts.update(is_leader=True)
    cast.tang.person.posts.update(is_head=True)
    own(persons="leaders")
    share.refresh_from_db()
    assert names(share) == {"赵明远"}
    own(persons="heads")
    share.refresh_from_db()
    assert names(share) == {"赵明远", "唐静宜"}


def test_only_colleagues_can_be_chosen(cast: Cast) -> None:
    act = partial(written, cast, persons="chosen", chosen=[cast.wang.person])
    refused(act, status=422, words="只能指定本单位人员：王海涛")
    refused(partial(written, cast, persons="chosen"), status=422, words="请选择共享人员")
    refused(partial(written, cast, reason=" "), status=422, words="请填写共享事由")
    refused(partial(written, cast, fields=["id_number"]), status=422, words="请选择共享字段")
    assert not Share.objects.exists()


def test_who_may_apply(cast: Cast) -> None:
    for login in ("li", "gu", "sun", "shen"):
        refused(partial(written, cast, by=login), status=403, words="您没有“申请市级通讯录共享”权限")
    refused(partial(written, cast, code="QP-0301-01"), status=422, words="以区级部门、街道、镇为单位")
    written(cast)
    refused(partial(written, cast, by="tang"), status=409, words=actions.ONE_OPEN)


def test_identity_numbers_birth_dates_and_grades_are_no_fields(cast: Cast) -> None:
    share = written(cast, fields=list(Share.Field.values))
    (entry,) = scope.entries_of(share, [cast.li.person]).values()
    assert set(entry) <= {"name", "unit", "department", *Share.Field.values}
    assert cast.li.person.id_number not in str(entry)
    assert not {"id_number", "birth_date", "grade", "photo"} & set(Share.Field.values)


def test_the_hidden_are_never_covered(cast: Cast) -> None:
    office = Share(unit=cast.units["QP-0101"], unit_name="区委办公室", persons="all", fields=[])
    assert names(office) == set() and scope.hidden_count(office) == 1  # 专班 is hidden
    share = written(cast)
    Person.objects.filter(pk=cast.zhou.person.pk).update(is_listed=False)
    assert "周月娥" not in names(share)
    hiding = proposals.propose_hiding(
        cast.li.person, scope="except_own", fields=[], reason="工作需要", actor=cast.qian.principal()
    )
    proposals.approve(hiding, actor=cast.an.principal())
    assert "李四" not in names(share) and scope.hidden_count(share) == 2


def test_hidden_fields_are_left_out(cast: Cast) -> None:
    share = written(cast)
    hiding = proposals.propose_hiding(
        cast.units["QP-0301-01"],
        scope="except_own",
        fields=["office_phone"],
        reason="工作需要",
        actor=cast.qian.principal(),
    )
    proposals.approve(hiding, actor=cast.an.principal())
    people = Person.objects.filter(pk__in=[cast.li.person.pk, cast.zhou.person.pk])
    entries = scope.entries_of(share, people)
    assert "office_phone" not in entries[cast.li.person.pk]
    assert entries[cast.zhou.person.pk]["office_phone"] == "021-59720000"


def test_returned_and_rejected(cast: Cast) -> None:
    share = actions.submit(written(cast), actor=cast.qian.principal())
    agree(cast, share, "tang")
    task = Task.objects.get(instance__subject_id=str(share.pk), person=cast.sun.person, state=Task.State.OPEN)
    tasks.send_back(task, to_step=None, opinion="请缩小范围", actor=cast.sun.principal())
    share.refresh_from_db()
    assert share.state == "draft" and share.returned == "请缩小范围"
    actions.write(
        share.unit,
        persons="leaders",
        fields=["title"],
        reason="缩小",
        share=share,
        actor=cast.qian.principal(),
    )
    cast.zhao.person.posts.update(is_leader=True)
    share.refresh_from_db()
    actions.submit(share, actor=cast.qian.principal())
    agree(cast, share, "tang")
    task = Task.objects.get(instance__subject_id=str(share.pk), person=cast.sun.person, state=Task.State.OPEN)
    tasks.disagree(task, opinion="无必要", actor=cast.sun.principal())
    share.refresh_from_db()
    assert share.state == "rejected" and not SharedPerson.objects.exists()


def test_an_empty_scope_is_not_submitted(cast: Cast) -> None:
    share = written(cast, persons="leaders")
    refused(
        partial(actions.submit, share, actor=cast.qian.principal()),
        status=422,
        words="共享范围内没有可以共享的人员",
    )


def test_a_new_one_takes_the_place_of_the_former(cast: Cast) -> None:
    former = in_force(cast)
    smaller = in_force(cast, persons="chosen", chosen=[cast.li.person], fields=["title"])
    former.refresh_from_db()
    assert former.state == "replaced" and smaller.state == "active"
    wanted = dict(SharedPerson.objects.values_list("person__name", "wanted"))
    assert wanted["李四"] == "present" and wanted["赵明远"] == "absent"


def test_withdrawing_needs_no_approval(cast: Cast) -> None:
    share = in_force(cast)
    refused(partial(actions.withdraw, share, reason="x", actor=cast.gu.principal()), status=403, words="权限")
    refused(
        partial(actions.withdraw, share, reason=" ", actor=cast.tang.principal()),
        status=422,
        words="请填写撤回原因",
    )
    actions.withdraw(share, reason="不再需要", actor=cast.tang.principal())
    assert set(SharedPerson.objects.values_list("wanted", flat=True)) == {"absent"}
    assert queries.progress(share).to_clear == 5
    refused(
        partial(actions.withdraw, share, reason="x", actor=cast.qian.principal()),
        status=409,
        words="当前状态为“已撤回”，不能执行“撤回”",
        code="E-STATE-01",
    )


def test_the_district_may_withdraw_too(cast: Cast) -> None:
    share = in_force(cast)
    assert actions.withdraw(share, reason="收紧", actor=cast.luo.principal()).state == "withdrawn"


def test_the_yearly_review(cast: Cast) -> None:
    share = in_force(cast)
    assert share.review_on is not None
    last = share.review_on
    assert actions.call_reviews(today=last - datetime.timedelta(days=31)) == 0
    assert actions.call_reviews(today=last - datetime.timedelta(days=30)) == 1
    item = Item.objects.get(app="sharing", state=Item.State.OPEN)
    assert set(item.assignments.values_list("person__name", flat=True)) == {"钱玉芬", "唐静宜"}
    assert Message.objects.filter(kind="sharing.review_due").count() == 1
    assert actions.call_reviews(today=last - datetime.timedelta(days=20)) == 1
    assert Item.objects.filter(app="sharing").count() == 1  # the same to-do

    refused(
        partial(actions.ask_renewal, share, reason="", actor=cast.qian.principal()),
        status=422,
        words="请说明继续共享的必要性",
    )
    actions.ask_renewal(share, reason="仍需联动", actor=cast.qian.principal())
    assert not Item.objects.filter(app="sharing", state=Item.State.OPEN).exists()
    refused(
        partial(actions.ask_renewal, share, reason="再次", actor=cast.tang.principal()),
        status=409,
        words="年度复核已提交",
    )
    agree(cast, share, "sun")
    assert share.renewal == "" and share.state == "active" and share.reviewed_at is not None
    assert share.review_on == TODAY + datetime.timedelta(days=rules.REVIEW_DAYS)


def test_not_reviewed_it_is_suspended_and_comes_back_by_review(cast: Cast) -> None:
    share = in_force(cast)
    assert share.review_on is not None
    assert actions.suspend_due(today=share.review_on) == 0
    assert actions.suspend_due(today=share.review_on + datetime.timedelta(days=1)) == 1
    share.refresh_from_db()
    assert share.state == "suspended"
    assert set(SharedPerson.objects.values_list("wanted", flat=True)) == {"absent"}
    assert Message.objects.get(kind="sharing.suspended").title == "朱家角镇的市级共享未按期复核，已暂停"
    actions.ask_renewal(share, reason="仍需联动", actor=cast.qian.principal())
    agree(cast, share, "sun")
    assert share.state == "active"
    assert set(SharedPerson.objects.values_list("wanted", flat=True)) == {"present"}


def test_drafts_are_seen_by_their_unit(cast: Cast) -> None:
    share = written(cast)
    seen = {
        login
        for login in ("qian", "tang", "li", "gu", "sun", "shen", "temp")
        if share in Share.objects.visible_to(cast.member(login).principal())
    }
    assert seen == {"qian", "tang"}


def test_the_pages(cast: Cast) -> None:
    qian, sun = as_member(cast, "qian"), as_member(cast, "sun")
    town = cast.units["QP-0301"].pk
    form = {"unit": town, "persons": "all", "fields_shared": ["title"], "reason": "联动", "submits": "1"}
    assert "申请市级共享" in qian.get("/sharing/new/").content.decode()
    assert qian.post("/sharing/new/", {**form, "reason": ""}).status_code == 422
    assert qian.post("/sharing/new/", {**form, "persons": "chosen"}).status_code == 422
    assert qian.post("/sharing/new/", form).status_code == 303
    share = Share.objects.get()
    page = f"/sharing/{share.pk}/"
    assert "联动" in qian.get(page).content.decode()
    assert as_member(cast, "gu").get(page).status_code == 404
    agree(cast, share, "tang", "sun")
    assert "范围内可共享" in sun.get(page).content.decode()
    assert "李四" in qian.get(f"{page}people/").content.decode()
    assert qian.post(f"{page}withdraw/", {"reason": ""}).status_code == 422
    assert as_member(cast, "li").post(f"{page}withdraw/", {"reason": "x"}).status_code == 404
    assert qian.post(f"{page}withdraw/", {"reason": "不再需要"}).status_code == 303
    assert "等待市级确认" in qian.get(page).content.decode()
    assert qian.post(f"{page}withdraw/", {"reason": "x"}).status_code == 409
    assert "已撤回" in sun.get("/sharing/").content.decode()
