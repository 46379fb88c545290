"""To-dos of who leaves, and of units that end: they have a handler afterwards, with a trace (§1, §2, §6)."""

import datetime
from dataclasses import replace

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.extension.approvals import Seat
from yiwang.kernel.extension.holdings import Holding, holdings
from yiwang.kernel.extension.todos import todo_types
from yiwang.kernel.hook import Hook
from yiwang.platform.org.actions import merging, people
from yiwang.platform.org.models import Post
from yiwang.platform.todos import hooks, queries
from yiwang.platform.todos.actions import handing
from yiwang.platform.todos.models import Assignment
from yiwang.platform.todos.tests.factories import REVIEW, kinds, of, push, state_of

__all__ = ["kinds"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


@pytest.fixture
def holding() -> Holding:
    """What todos registered."""
    return holdings.get("todos.open")


def own_post(cast: Cast, login: str) -> Post:
    return Post.objects.get(person=cast.member(login).person, is_living=True)


def second_post(cast: Cast, login: str, unit: str) -> Post:
    return people.start_post(
        cast.member(login).person,
        unit=cast.units[unit],
        title="网格员",
        kind=Post.Kind.CONCURRENT,
        actor=SYSTEM,
    )


def test_what_a_person_holds_by_unit(cast: Cast, holding: Holding) -> None:
    assert holding.of_person is not None
    there = second_post(cast, "li", "QP-0302-01")
    push(cast, "li", task="1", title="朱家角的事", initiator_person_id=cast.qian.person.pk)
    push(cast, task="2", title="徐泾的事", to=[Seat(cast.li.person.pk, there.pk)], urgency=2, needs="read")
    push(cast, "qian", task="3")
    person = cast.li.person.pk
    assert [one.title for one in holding.of_person(person, "")] == ["徐泾的事", "朱家角的事"]
    (held,) = holding.of_person(person, cast.units["QP-0301"].path)
    assert (held.title, held.note, held.url) == (
        "朱家角的事",
        "待办 · 朱家角镇 钱玉芬",
        "/approvals/tasks/1/",
    )


def test_what_a_unit_holds(cast: Cast, holding: Holding) -> None:
    assert holding.of_unit is not None and holding.blocks_revocation
    due = timezone.now() + datetime.timedelta(days=40)
    push(cast, "li", "qian", task="1", due_at=due)
    push(cast, "zhou", task="2")
    assert holding.of_unit(cast.units["QP-0301"].path, False, 5) == (0, [])
    number, first = holding.of_unit(cast.units["QP-0301"].path, True, 2)
    assert number == 3 and len(first) == 2 and "剩余" in first[0].note


def test_a_successor_takes_over(cast: Cast, holding: Holding) -> None:
    assert holding.of_person is not None and holding.hand_over is not None
    one, two = push(cast, "li", task="1"), push(cast, "li", task="2")
    ids = [held.id for held in holding.of_person(cast.li.person.pk, "")]
    holding.hand_over(cast.li.person.pk, ids[:1], cast.qian.person.pk, cast.tang.principal())
    holding.hand_over(cast.li.person.pk, ids[:1], cast.qian.person.pk, cast.tang.principal())
    assert state_of(one, cast, "li") == "passed" and state_of(one, cast, "qian") == "todo"
    assert of(one, cast, "li").note == "工作交接"
    assert state_of(two, cast, "li") == "todo" and one.assignments.count() == 2
    line = Entry.objects.filter(verb="todos.passed_on").latest("id")
    assert line.actor_name == "唐静宜" and line.reason == "工作交接"


def test_others_things_cannot_be_handed_over(cast: Cast, holding: Holding) -> None:
    assert holding.hand_over is not None
    item = push(cast, "qian")
    holding.hand_over(cast.li.person.pk, [str(of(item, cast, "qian").pk)], cast.zhou.person.pk, SYSTEM)
    assert state_of(item, cast, "qian") == "todo" and state_of(item, cast, "zhou") == ""


def test_who_left_the_unit_leaves_them_to_its_office(cast: Cast) -> None:
    """§6, acceptance 3; §2, acceptance 2: old-unit to-dos are 已转办 to the old unit's office."""
    item = push(cast, "li")
    people.end_post(own_post(cast, "li"), actor=SYSTEM, reason="调动")
    assert state_of(item, cast, "li") == "passed" and state_of(item, cast, "tang") == "todo"


def test_what_is_about_the_person_stays_with_him(
    cast: Cast, holding: Holding, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert holding.of_person is not None and holding.of_unit is not None
    monkeypatch.setitem(todo_types._items, REVIEW.key, replace(REVIEW, goes_over=False))
    push(cast, "li")
    assert holding.of_person(cast.li.person.pk, "") == []
    assert holding.of_unit(cast.units["QP"].path, True, 5) == (0, [])


def test_the_application_hears_who_has_it_now(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[int, int]] = []
    follow = Hook("todos.passed_on")
    follow.add(lambda item, former, taken, actor: heard.append((former.person_id, taken.person_id)))
    monkeypatch.setattr(hooks, "passed_on", follow)
    item = push(cast, "li")
    li, qian = cast.li.person.pk, cast.qian.person.pk
    handing.hand_over(li, [str(of(item, cast, "li").pk)], qian, actor=SYSTEM)
    assert heard == [(li, qian)]


def test_the_office_is_the_director_else_the_head(cast: Cast) -> None:
    section = cast.units["QP-0301-01"]
    assert queries.office_of(section, besides=None) == cast.tang.person.pk
    assert queries.office_of(section, besides=cast.tang.person.pk) == cast.zhao.person.pk


def test_a_unit_without_any_office_is_served_by_the_district(cast: Cast) -> None:
    assert queries.office_of(cast.units["QP-0101-01"], besides=None) in (
        cast.sun.person.pk,
        cast.luo.person.pk,
    )


def test_merging_units_takes_them_along(cast: Cast) -> None:
    """§1, acceptance 3: the to-dos of the merged unit have handlers in the other one."""
    there = cast.units["QP-0301-01"]
    item = push(cast, "zhou")
    merging.merge_units([cast.units["QP-0301-0201"]], succession=merging.Succession(there), actor=SYSTEM)
    own = of(item, cast, "zhou")
    assert own.state == "todo" and own.unit == there and own.post == own_post(cast, "zhou")


def test_what_nobody_of_the_merged_unit_has_goes_to_the_office(cast: Cast, holding: Holding) -> None:
    assert holding.move_to_unit is not None
    item = push(cast, "li")
    gone, target = cast.units["QP-0301-01"], cast.units["QP-0302"]
    holding.move_to_unit(gone.path, target.path, SYSTEM)
    assert state_of(item, cast, "li") == "passed" and state_of(item, cast, "fang") == "todo"
    assert of(item, cast, "li").note == "原单位已撤并"
    assert not Assignment.objects.open().filter(unit=gone).exists()
    assert str(Entry.objects.filter(verb="todos.moved").latest("id")) == "系统将待办1件（徐泾镇）归入新的单位"
