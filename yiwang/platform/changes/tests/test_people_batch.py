"""A batch on its way: submitted, reviewed, in effect; one row that fails keeps none of the others back."""

import datetime
from collections.abc import Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import Cast, Member
from yiwang.kernel import validators
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.kernel.numbering.models import Number
from yiwang.platform.accounts.models import Account, Verification
from yiwang.platform.approvals.actions import flows, tasks
from yiwang.platform.approvals.models import Task
from yiwang.platform.changes import jobs
from yiwang.platform.changes.actions import people_batch, people_import
from yiwang.platform.changes.models import ImportBatch, PersonOperation
from yiwang.platform.changes.queries import import_batch as queries
from yiwang.platform.changes.tests import applications as ask
from yiwang.platform.changes.tests.workbooks import crowd, known, number_of, read, row
from yiwang.platform.messages.models import Message
from yiwang.platform.org.actions import people as org_people
from yiwang.platform.org.actions.projection import refresh_tree
from yiwang.platform.org.models import Person, Post, Unit
from yiwang.platform.org.queries.people import with_id_number

pytestmark = pytest.mark.django_db

State, OpState = ImportBatch.State, PersonOperation.State


def submit(by: Member, rows: Sequence[dict[str, str]]) -> ImportBatch:
    return people_import.submit(read(rows), actor=by.principal())


def task_of(batch: ImportBatch, reviewer: Member) -> Task:
    return Task.objects.get(
        instance__subject_type="changes.importbatch", instance__subject_id=str(batch.pk),
        person=reviewer.person, state=Task.State.OPEN,
    )  # fmt: skip


def agree(batch: ImportBatch, *reviewers: Member) -> ImportBatch:
    for one in reviewers:
        tasks.agree(task_of(batch, one), opinion="同意", actor=one.principal())
    batch.refresh_from_db()
    return batch


def carry_out(batch: ImportBatch) -> ImportBatch:
    people_batch.apply(batch.pk, today=timezone.localdate())
    batch.refresh_from_db()
    return batch


def operations(batch: ImportBatch) -> dict[str, PersonOperation]:
    return {one.person_name: one for one in batch.operations.all()}


def test_each_row_becomes_a_numbered_operation(cast: Cast) -> None:
    Person.objects.filter(pk=cast.li.person.pk).update(establishment="administrative")
    changed = known(cast, "li", establishment="行政编制", office_phone="021-59720000", grade="一级科员")
    batch = submit(cast.qian, [row(1, basis="朱人〔2026〕1号", change_date="2026-11-02"), changed])
    year = timezone.localdate().year
    assert batch.number == f"人批〔{year}〕1号" and (batch.new, batch.changed) == (1, 1)
    assert (batch.state, batch.unit, batch.needs_district) == (
        State.WAITING_UNIT,
        cast.units["QP-0301"],
        False,
    )
    new, old = operations(batch)["古力·艾买提"], operations(batch)["李四"]
    assert (new.kind, old.kind) == ("add", "correct") and {new.state, old.state} == {OpState.WAITING_UNIT}
    assert new.number == f"人变〔{year}〕1号" and Number.objects.get(text=old.number).target_id == str(old.pk)
    assert (new.id_number, new.known_secrets) == (number_of(1), {"mobile": "13700000001"})
    assert new.basis == "朱人〔2026〕1号" and new.change_date == datetime.date(2026, 11, 2)
    assert new.due_on == datetime.date(2026, 11, 11), "the seventh working day"
    masked = validators.mask_citizen_id(number_of(1))
    assert ["证件号码", "", masked] in new.differences
    assert ["单位", "", "朱家角镇党政办公室"] in new.differences
    assert old.differences == [["职级", "", "一级科员"]] and old.person == cast.li.person
    line = Entry.objects.filter(verb="changes.operation_submitted").latest("pk")
    assert number_of(1) not in line.target_title
    assert new.events.get().act == "提交"


def test_the_office_reviews_it_once_for_all(cast: Cast) -> None:
    batch = agree(submit(cast.qian, crowd(5)), cast.tang)
    assert batch.state == State.APPLYING and batch.approved_at is not None
    assert {one.state for one in batch.operations.all()} == {OpState.WAITING_DAY}
    assert jobs.apply_person_operations() == 0, "not one by one while they are applied together"


def test_leaders_are_reviewed_by_the_district_too(cast: Cast) -> None:
    batch = submit(cast.qian, [row(1, is_leader="是")])
    assert batch.needs_district
    batch = agree(batch, cast.tang)
    assert batch.state == State.WAITING_DISTRICT
    assert {one.state for one in batch.operations.all()} == {OpState.WAITING_DISTRICT}
    assert agree(batch, cast.sun).state == State.APPLYING


def test_in_effect_they_are_like_those_applied_for_singly(cast: Cast) -> None:
    batch = carry_out(agree(submit(cast.qian, [row(1), *crowd(4)]), cast.tang))
    single = ask.agree(
        ask.apply_for(
            ask.addition(
                cast, category="contracted", establishment="contract", office_phone="", name="单思齐"
            ), cast.qian
        ),
        cast.tang,
    )  # fmt: skip
    jobs.apply_person_operations()
    single.refresh_from_db()
    one = operations(batch)["古力·艾买提"]
    for name in ("state", "verification", "kind", "is_late", "late_by", "effective_on"):
        assert getattr(one, name) == getattr(single, name), name
    assert one.person is not None and single.person is not None
    assert one.begun_post == Post.objects.get(person=one.person, is_living=True)
    for name in ("unit_id", "unit_path", "category", "establishment", "status", "visibility", "is_listed"):
        assert getattr(one.person, name) == getattr(single.person, name), name
    account, other = (Account.objects.get_queryset().get(person=each.person) for each in (one, single))
    assert (account.state, account.kind, account.verification) == (
        other.state,
        other.kind,
        other.verification,
    )
    assert account.login_name == "guliaimaiti"
    assert [event.act for event in one.events.order_by("pk")] == ["提交", "提交实名认证"]
    assert (batch.state, batch.applied, batch.failed) == (State.DONE, 5, 0)
    message = Message.objects.get(kind="changes.batch_finished")
    assert message.title == f"人员批量申报{batch.number}已办理5人"


def test_after_the_verification_each_is_in_effect(cast: Cast) -> None:
    batch = carry_out(agree(submit(cast.qian, [row(1)]), cast.tang))
    one = operations(batch)["古力·艾买提"]
    assert one.person is not None
    ask.answer(one, Verification.Outcome.PASSED)
    one.refresh_from_db()
    assert one.state == OpState.EFFECTIVE and one.id_number is None and one.secrets is None
    assert Account.objects.get_queryset().get(person=one.person).state == Account.State.INACTIVE


def test_counts_and_order_of_the_address_book_need_no_repair(cast: Cast) -> None:
    refresh_tree()
    before = Unit.objects.get(code="QP-0301").headcount
    carry_out(agree(submit(cast.qian, crowd(20)), cast.tang))
    heads = list(Unit.objects.order_by("pk").values_list("headcount", flat=True))
    assert Unit.objects.get(code="QP-0301").headcount == before + 20
    refresh_tree()
    assert list(Unit.objects.order_by("pk").values_list("headcount", flat=True)) == heads


def test_changed_rows_are_corrected(cast: Cast) -> None:
    Person.objects.filter(pk=cast.li.person.pk).update(establishment="administrative")
    cells = known(
        cast, "li", establishment="行政编制", office_phone="021-59720001", room="302室", is_head="是"
    )
    batch = carry_out(agree(submit(cast.qian, [cells]), cast.tang))
    li = Person.objects.get(pk=cast.li.person.pk)
    assert (li.office_phone, li.room) == ("021-59720001", "302室")
    assert Post.objects.get(person=li, is_living=True).is_head
    assert operations(batch)["李四"].state == OpState.EFFECTIVE and batch.state == State.DONE


def test_a_row_that_fails_keeps_none_of_the_others_back(cast: Cast) -> None:
    """Between the review and its effect, one is entered elsewhere and another's number gets an account."""
    rows = [row(1), row(2, name="张三", mobile="13900000099"), row(3, name="李三")]
    batch = agree(submit(cast.qian, rows), cast.tang)
    org_people.add_person(
        unit=cast.units["QP-0302-01"], name="古力·艾买提", id_number=number_of(1), mobile="13600000000",
        category="contracted", title="干事", actor=SYSTEM,
    )  # fmt: skip
    Person.objects.filter(pk=cast.wang.person.pk).update(mobile_index=None)
    cast.wang.person.mobile = "13900000099"
    cast.wang.person.save(update_fields=["mobile", "mobile_index"])
    batch = carry_out(batch)
    assert (batch.state, batch.applied, batch.failed) == (State.DONE, 1, 2)
    found = operations(batch)
    assert found["古力·艾买提"].failure == "该人员已在徐泾镇任职，请办理调动、借调或兼任"
    assert found["张三"].failure == "该手机号码已绑定账号：王**（徐泾镇）"
    assert found["李三"].person is not None and with_id_number(number_of(2)).first() is None


def test_a_day_in_the_future_is_waited_for(cast: Cast) -> None:
    later = timezone.localdate() + datetime.timedelta(days=9)
    batch = carry_out(
        agree(submit(cast.qian, [row(1, change_date=later.isoformat()), row(2, name="张三")]), cast.tang)
    )
    found = operations(batch)
    assert batch.state == State.DONE and (batch.applied, batch.failed) == (1, 0)
    assert found["古力·艾买提"].state == OpState.WAITING_DAY and found["古力·艾买提"].person is None
    assert jobs.apply_person_operations() == 0


def test_it_is_taken_up_where_it_was_broken_off(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = agree(submit(cast.qian, crowd(12)), cast.tang)
    monkeypatch.setattr(people_batch, "CHUNK", 5)
    people_batch._enter_some(batch.pk, timezone.localdate(), SYSTEM)
    batch.refresh_from_db()
    assert (batch.state, batch.applied, batch.percent) == (State.APPLYING, 5, 41)
    assert jobs.apply_unfinished_batches() == 1
    batch.refresh_from_db()
    assert (batch.state, batch.applied) == (State.DONE, 12)
    assert Person.objects.filter(pk__in=batch.operations.values("person")).count() == 12
    assert jobs.apply_unfinished_batches() == 0


def test_returned_it_is_sent_again_or_given_up(cast: Cast) -> None:
    batch = submit(cast.qian, crowd(3))
    tasks.send_back(
        task_of(batch, cast.tang), to_step=None, opinion="职务不规范", actor=cast.tang.principal()
    )
    batch.refresh_from_db()
    assert (batch.state, batch.opinion) == (State.RETURNED, "职务不规范")
    assert f"人员批量申报{batch.number}被唐静宜退回" in set(Message.objects.values_list("title", flat=True))
    batch = people_import.resubmit(batch, actor=cast.qian.principal())
    assert batch.state == State.WAITING_UNIT
    instance = queries.instance_of(batch)
    assert instance is not None
    flows.withdraw(instance, actor=cast.qian.principal())
    batch.refresh_from_db()
    assert batch.state == State.RETURNED
    with pytest.raises(Refused) as refusal:
        people_import.cancel(batch, reason=" ", actor=cast.qian.principal())
    assert refusal.value.fields == {"reason": "请填写取消原因"}
    batch = people_import.cancel(batch, reason="重新整理", actor=cast.qian.principal())
    assert batch.state == State.CANCELLED
    for one in batch.operations.all():
        assert (one.state, one.id_number, one.secrets) == (OpState.CANCELLED, None, None)
    assert submit(cast.qian, crowd(3)).state == State.WAITING_UNIT, "the same people may be applied for again"


def test_rejected_nothing_of_it_remains(cast: Cast) -> None:
    batch = submit(cast.qian, crowd(3))
    tasks.disagree(task_of(batch, cast.tang), opinion="不属于本单位", actor=cast.tang.principal())
    batch.refresh_from_db()
    assert (batch.state, batch.opinion) == (State.REJECTED, "不属于本单位")
    assert {(one.state, one.id_number) for one in batch.operations.all()} == {(OpState.REJECTED, None)}
    assert not Person.objects.filter(name__startswith="赵一").exists()


def test_what_changed_since_it_was_judged_is_said(cast: Cast) -> None:
    rows = read(crowd(3))
    people_import.submit(rows, actor=cast.qian.principal())
    count, lines = PersonOperation.objects.count(), ImportBatch.objects.count()
    with pytest.raises(Refused) as refusal:
        people_import.submit(rows, actor=cast.tang.principal())
    assert (refusal.value.status, refusal.value.message) == (409, "有3行的情况在校验后发生了变化，请重新上传")
    assert (PersonOperation.objects.count(), ImportBatch.objects.count()) == (count, lines)


def test_who_sees_a_batch(cast: Cast) -> None:
    batch = submit(cast.qian, [row(1)])
    seen = {
        login for login in ("qian", "tang", "sun", "li", "zhao", "gu", "fang", "wang", "shen", "temp")
        if batch in ImportBatch.objects.visible_to(cast.member(login).principal())
    }  # fmt: skip
    assert seen == {"qian", "tang", "sun"}


def test_statements_do_not_grow_with_the_people(cast: Cast) -> None:
    def cost(count: int, start: int) -> int:
        batch = agree(submit(cast.qian, crowd(count, start)), cast.tang)
        with CaptureQueriesContext(connection) as statements:
            people_batch._enter_some(batch.pk, timezone.localdate(), SYSTEM)
        return len(statements)

    assert cost(200, 2_000) <= cost(2, 100)


def test_faults_are_taken_out_masked(cast: Cast) -> None:
    batch = agree(submit(cast.qian, [row(1)]), cast.tang)
    Unit.objects.filter(code="QP-0301-01").update(status="suspended")
    batch = carry_out(batch)
    ((incoming, reason),) = people_import.take_faults(batch, actor=cast.qian.principal())
    assert reason == "所在机构已停用或撤销" and incoming.cells["title"] == "社区工作者"
    assert incoming.cells["unit"] == "QP-0301-01 党政办公室"
    assert Entry.objects.filter(verb="changes.batch_faults_taken").count() == 1
    with pytest.raises(Refused) as refusal:
        people_import.take_faults(batch, actor=cast.gu.principal())
    assert refusal.value.status == 403
