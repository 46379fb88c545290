"""The acts on to-dos: pushing once and again, completing, cancelling, opening, reading, passing on (§6)."""

import datetime
from dataclasses import asdict
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.approvals import Seat
from yiwang.platform.accounts.models import Account
from yiwang.platform.org.actions import people
from yiwang.platform.org.models import Post
from yiwang.platform.todos import queries
from yiwang.platform.todos.actions import items
from yiwang.platform.todos.models import Assignment, Item
from yiwang.platform.todos.tests.factories import KEYS, OPINION, kinds, of, push, state_of

__all__ = ["kinds"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


def counted(cast: Cast, login: str) -> tuple[int, int]:
    counts = queries.counts(cast.member(login).person.pk)
    return counts.todo, counts.toread


def test_pushing_lays_it_before_each(cast: Cast) -> None:
    item = push(cast, "qian", "li", initiator_person_id=cast.zhou.person.pk, urgency=2)
    assert (item.version, item.app, item.kind, item.state) == (1, "todos", "personnel", "open")
    assert (item.initiator_name, item.initiator_unit) == ("周月娥", "朱家角镇")
    assert counted(cast, "qian") == counted(cast, "li") == (1, 0)
    own = of(item, cast, "li")
    assert own.post == Post.objects.get(person=cast.li.person) and own.unit == cast.units["QP-0301-01"]
    assert (own.urgency, own.kind) == (2, "personnel")
    assert str(Entry.objects.latest("id")) == "系统推送了待办审核李四的调动申请"


def test_the_same_call_again_changes_nothing(cast: Cast) -> None:
    """§6, acceptance 1: given the same create call twice, then one to-do."""
    first = push(cast, "qian", "li")
    lines = Entry.objects.count()
    again = push(cast, "qian", "li")
    assert again == first and again.version == 1
    assert Item.objects.count() == 1 and Assignment.objects.count() == 2
    assert Entry.objects.count() == lines


def test_changed_content_raises_the_version_and_reorders_the_lists(cast: Cast) -> None:
    push(cast, "qian", "li")
    due = timezone.now() + datetime.timedelta(days=3)
    item = push(cast, "qian", "li", title="审核李四的调动申请（补正）", urgency=1, due_at=due)
    assert item.version == 2 and item.title.endswith("（补正）")
    assert {(one.urgency, one.due_at) for one in item.assignments.all()} == {(1, due)}
    assert Assignment.objects.count() == 2
    assert push(cast, "qian", title="审核李四的调动申请（补正）", urgency=1, due_at=due).version == 2


def test_who_is_named_later_gets_it_too_and_nobody_loses_it(cast: Cast) -> None:
    push(cast, "qian")
    item = push(cast, "li")
    assert item.version == 2
    assert state_of(item, cast, "qian") == state_of(item, cast, "li") == "todo"


def test_a_closed_item_stays_as_it_is(cast: Cast) -> None:
    push(cast, "qian")
    items.complete(**KEYS, person_id=cast.qian.person.pk, actor=SYSTEM)
    item = push(cast, "qian", "li", title="另一个标题")
    assert (item.title, item.version, item.state) == ("审核李四的调动申请", 1, "finished")
    assert state_of(item, cast, "li") == "" and counted(cast, "qian") == (0, 0)


def test_one_statement_for_any_number_of_receivers(cast: Cast) -> None:
    with CaptureQueriesContext(
        connection,
    ) as statements:
        push(cast, "qian", "li", "zhou", "zhao", "wang", "mi")
    own = [one for one in statements.captured_queries if "todos_" in one["sql"]]
    assert len(own) == 1 and Assignment.objects.count() == 6


def test_the_post_he_is_named_for_is_kept(cast: Cast) -> None:
    second = people.start_post(
        cast.li.person,
        unit=cast.units["QP-0301-0201"],
        title="网格员",
        kind=Post.Kind.CONCURRENT,
        actor=SYSTEM,
    )
    item = push(cast, "li", to=[Seat(cast.li.person.pk, second.pk)])
    assert of(item, cast, "li").post == second
    assert of(item, cast, "li").unit == cast.units["QP-0301-0201"]


def test_receivers_without_an_account_are_refused(cast: Cast) -> None:
    Account.objects.filter(pk=cast.li.account.pk).update(state="closed")
    lines = Entry.objects.count()
    with pytest.raises(Refused) as refusal:
        push(cast, "qian", "li")
    assert refusal.value.status == 422 and refusal.value.message == "接收人不存在或已注销：李四"
    with pytest.raises(Refused, match="接收人不存在或已注销"):
        push(cast, to=[Seat(0)])
    assert not Item.objects.exists() and not Assignment.objects.exists()
    assert Entry.objects.count() == lines


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "题" * 101}, "title"),
        ({"summary": "摘" * 301}, "summary"),
        ({"url": ""}, "url"),
        ({"biz_id": ""}, "biz_id"),
        ({"task_id": "x" * 65}, "task_id"),
        ({"urgency": 3}, "urgency"),
        ({"needs": "sign"}, "needs"),
        ({"to": []}, "to"),
        ({"due_at": timezone.now() - datetime.timedelta(days=1)}, "due_at"),
    ],
)
def test_bad_input(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        push(cast, "qian", **changes)
    assert refusal.value.status == 422 and set(refusal.value.fields) == {field}
    assert not Item.objects.exists()


def test_a_type_must_be_registered(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    with pytest.raises(LookupError):
        push(cast, "qian", todo_type=OPINION)


def test_completing_a_competing_item_lets_it_lapse_for_the_others(cast: Cast) -> None:
    item = push(cast, "qian", "li", "zhou")
    done = items.complete(**KEYS, person_id=cast.li.person.pk, actor=SYSTEM)
    assert done.state == "finished" and done.closed_at is not None
    assert [state_of(item, cast, login) for login in ("qian", "li", "zhou")] == ["lapsed", "done", "lapsed"]
    assert counted(cast, "qian") == counted(cast, "li") == (0, 0)
    assert str(Entry.objects.latest("id")) == "系统办结了待办审核李四的调动申请"


def test_completing_again_changes_nothing_but_the_slower_one_is_told(cast: Cast) -> None:
    push(cast, "qian", "li")
    items.complete(**KEYS, person_id=cast.li.person.pk, actor=SYSTEM)
    lines = Entry.objects.count()
    items.complete(**KEYS, person_id=cast.li.person.pk, actor=SYSTEM)
    with pytest.raises(Refused) as refusal:
        items.complete(**KEYS, person_id=cast.qian.person.pk, actor=SYSTEM)
    assert (refusal.value.status, refusal.value.code) == (409, "E-STATE-01")
    assert refusal.value.message == "当前状态为“已失效”，不能执行“办结”"
    assert Entry.objects.count() == lines


def test_completing_for_nobody_lets_it_lapse_for_all(cast: Cast) -> None:
    item = push(cast, "qian", "li")
    items.complete(**KEYS, person_id=None, actor=SYSTEM)
    assert state_of(item, cast, "qian") == state_of(item, cast, "li") == "lapsed"


def test_what_is_unknown_is_not_found(cast: Cast) -> None:
    """§6: an update of a foreign biz_id is 404."""
    push(cast, "qian")
    person = cast.li.person.pk
    for act in (
        lambda: items.complete(**{**KEYS, "biz_id": "7"}, person_id=None, actor=SYSTEM),
        lambda: items.complete(**KEYS, person_id=person, actor=SYSTEM),
        lambda: items.cancel(**{**KEYS, "app": "changes"}, actor=SYSTEM),
        lambda: items.pass_on(**KEYS, from_person_id=person, to_person_id=cast.zhou.person.pk, actor=SYSTEM),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.status == 404
    assert counted(cast, "qian") == (1, 0)


def test_cancelling_takes_it_back(cast: Cast) -> None:
    item = push(cast, "qian", "li")
    assert items.cancel(**KEYS, actor=SYSTEM).state == "cancelled"
    assert state_of(item, cast, "qian") == state_of(item, cast, "li") == "cancelled"
    assert items.cancel(**KEYS, actor=SYSTEM).state == "cancelled"


def test_opening_is_remembered_once(cast: Cast) -> None:
    item = push(cast, "qian", "li")
    first = items.open_item(of(item, cast, "li"), actor=cast.li.principal())
    again = items.open_item(of(item, cast, "li"), actor=cast.li.principal())
    assert first.opened_at is not None and again.opened_at == first.opened_at
    assert again.state == "todo" and of(item, cast, "qian").opened_at is None
    with pytest.raises(Refused) as refusal:
        items.open_item(of(item, cast, "qian"), actor=cast.li.principal())
    assert refusal.value.status == 404


def test_what_is_to_be_read_is_read_by_opening_each_for_himself(cast: Cast) -> None:
    item = push(cast, "qian", "li", needs="read")
    assert counted(cast, "li") == (0, 1)
    items.open_item(of(item, cast, "li"), actor=cast.li.principal())
    item.refresh_from_db()
    assert state_of(item, cast, "li") == "read" and state_of(item, cast, "qian") == "toread"
    assert item.state == "open"
    items.complete(**KEYS, person_id=cast.qian.person.pk, actor=SYSTEM)
    item.refresh_from_db()
    assert state_of(item, cast, "qian") == "read" and item.state == "finished"


def test_reading_many_at_once(cast: Cast) -> None:
    one = push(cast, "li", "qian", task="1", needs="read")
    two = push(cast, "li", task="2", needs="read")
    todo = push(cast, "li", task="3")
    ids = [of(item, cast, "li").pk for item in (one, two, todo)] + [of(one, cast, "qian").pk]
    assert items.mark_read(ids, actor=cast.li.principal()) == 2
    assert counted(cast, "li") == (1, 0) and counted(cast, "qian") == (0, 1)
    assert {item.state for item in Item.objects.filter(task_id="2")} == {"finished"}
    assert {item.state for item in Item.objects.filter(task_id__in=["1", "3"])} == {"open"}
    assert items.mark_read(ids, actor=cast.li.principal()) == 0


def test_passing_on_leaves_a_trace_and_a_new_to_do(cast: Cast) -> None:
    item = push(cast, "qian", "zhou", urgency=1)
    own = of(item, cast, "qian")
    taken = items.pass_on(
        **KEYS,
        from_person_id=cast.qian.person.pk,
        to_person_id=cast.li.person.pk,
        note="外出开会",
        actor=cast.qian.principal(),
    )
    own.refresh_from_db()
    assert (own.state, own.passed_to, own.note) == ("passed", cast.li.person, "外出开会")
    assert (taken.person, taken.state, taken.passed_from, taken.urgency) == (cast.li.person, "todo", own, 1)
    assert taken.unit == cast.units["QP-0301-01"]
    assert counted(cast, "qian") == (0, 0) and counted(cast, "li") == (1, 0)
    assert str(Entry.objects.latest("id")) == "钱玉芬转办了待办审核李四的调动申请"


def test_it_may_come_back(cast: Cast) -> None:
    item = push(cast, "qian")
    there, back = cast.qian.person.pk, cast.li.person.pk
    items.pass_on(**KEYS, from_person_id=there, to_person_id=back, actor=SYSTEM)
    again = items.pass_on(**KEYS, from_person_id=back, to_person_id=there, actor=SYSTEM)
    assert again.turn == 2 and state_of(item, cast, "qian") == "todo"
    assert push(cast, "qian").pk == item.pk and item.assignments.count() == 3


def test_passing_on_to_who_competes_already_joins_the_two(cast: Cast) -> None:
    item = push(cast, "qian", "li")
    items.pass_on(**KEYS, from_person_id=cast.qian.person.pk, to_person_id=cast.li.person.pk, actor=SYSTEM)
    assert state_of(item, cast, "qian") == "passed" and item.assignments.count() == 2


def test_passing_on_is_refused_to_oneself_and_to_nobody(cast: Cast) -> None:
    item = push(cast, "qian")
    person = cast.qian.person.pk
    for other in (person, 0):
        with pytest.raises(Refused) as refusal:
            items.pass_on(**KEYS, from_person_id=person, to_person_id=other, actor=SYSTEM)
        assert refusal.value.status == 422
    assert state_of(item, cast, "qian") == "todo" and item.assignments.count() == 1


def test_counts_are_what_lies_there(cast: Cast) -> None:
    push(cast, "li", task="1")
    push(cast, "li", task="2", needs="read")
    push(cast, "li", task="3", needs="read")
    assert asdict(queries.counts(cast.li.person.pk)) == {"todo": 1, "toread": 2}
