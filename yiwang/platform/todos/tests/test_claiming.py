"""To-dos of whole units: who may claim them, giving them back, and numbers that stay true (§6, 竞争认领)."""

from typing import Any

import pytest

from tests.cast import Cast
from yiwang.kernel import badges
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.todos.actions import claiming, items
from yiwang.platform.todos.models import Assignment, Item
from yiwang.platform.todos.queries import claims
from yiwang.platform.todos.tests.factories import KEYS, kinds, push, state_of

__all__ = ["kinds"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]

OFFICE, OTHER = "QP-0301-01", "QP-0302-01"


def waiting(cast: Cast, *codes: str) -> Item:
    return push(cast, units=[cast.units[code].pk for code in codes or (OFFICE,)])


def number(cast: Cast, login: str) -> int:
    """What the badge says; the list must say the same."""
    viewer = cast.member(login).principal()
    badge = badges.numbers(viewer.person_id)["todos_claimable"]
    assert badge == claims.claimable_by(viewer).count([], 100)
    assert badge == badges.numbers_of([viewer.person_id])[viewer.person_id]["todos_claimable"]
    return badge


def row(item: Item) -> Assignment:
    return item.assignments.get(person=None)


def test_it_waits_for_everybody_of_the_unit(cast: Cast) -> None:
    waiting(cast)
    assert {login: number(cast, login) for login in ("li", "qian", "tang", "zhao", "zhou", "wang")} == {
        "li": 1,
        "qian": 1,
        "tang": 1,
        "zhao": 0,
        "zhou": 0,
        "wang": 0,
    }


def test_the_office_director_sees_what_comes_to_the_town_itself(cast: Cast) -> None:
    waiting(cast, "QP-0301")
    assert (number(cast, "tang"), number(cast, "zhao"), number(cast, "li")) == (1, 1, 0)


def test_claiming_makes_it_ones_own(cast: Cast) -> None:
    item = waiting(cast)
    own = claiming.claim(row(item).pk, actor=cast.li.principal())
    assert (own.person, own.unit, own.state, own.is_claimed) == (
        cast.li.person,
        cast.units[OFFICE],
        "todo",
        True,
    )
    assert own.post is not None and own.post.unit_id == own.unit_id
    assert str(Entry.objects.latest("id")) == "李四认领了待办审核李四的调动申请"
    assert number(cast, "li") == number(cast, "qian") == 0
    assert badges.numbers(cast.li.person.pk)["todos"] == 1


def test_who_comes_second_is_told_by_whom(cast: Cast) -> None:
    item = waiting(cast)
    first = row(item)
    claiming.claim(first.pk, actor=cast.li.principal())
    qian, lines = cast.qian.principal(), Entry.objects.count()
    with pytest.raises(Refused, match="该事项已由李四认领") as refusal:
        claiming.claim(first.pk, actor=qian)
    assert refusal.value.status == 409 and Entry.objects.count() == lines
    with pytest.raises(Refused, match="您已认领该事项"):
        claiming.claim(first.pk, actor=cast.li.principal())


def test_to_others_it_does_not_exist(cast: Cast) -> None:
    item = waiting(cast)
    for login in ("wang", "zhou", "mi"):
        with pytest.raises(Refused) as refusal:
            claiming.claim(row(item).pk, actor=cast.member(login).principal())
        assert refusal.value.status == 404
    claiming.claim(row(item).pk, actor=cast.li.principal())
    with pytest.raises(Refused) as refusal:
        claiming.claim(item.assignments.get(person=None).pk, actor=cast.wang.principal())
    assert refusal.value.status == 404


def test_of_several_units_one_has_it_and_it_lapses_for_the_rest(cast: Cast) -> None:
    item = waiting(cast, OFFICE, OTHER)
    assert (number(cast, "li"), number(cast, "wang")) == (1, 1)
    mine = item.assignments.get(unit=cast.units[OFFICE], person=None)
    theirs = item.assignments.get(unit=cast.units[OTHER])
    claiming.claim(mine.pk, actor=cast.li.principal())
    theirs.refresh_from_db()
    assert theirs.state == "lapsed" and number(cast, "wang") == 0
    with pytest.raises(Refused, match="当前状态为“已失效”，不能执行“认领”"):
        claiming.claim(theirs.pk, actor=cast.wang.principal())


def test_what_is_given_back_waits_again(cast: Cast) -> None:
    item = waiting(cast)
    own = claiming.claim(row(item).pk, actor=cast.li.principal())
    again = claiming.release(own.pk, actor=cast.li.principal())
    own.refresh_from_db()
    assert (own.state, own.note) == ("lapsed", "退回单位待认领")
    assert again.person is None and number(cast, "qian") == 1
    taken = claiming.claim(again.pk, actor=cast.li.principal())
    assert taken.turn == 2
    with pytest.raises(Refused) as refusal:
        claiming.release(taken.pk, actor=cast.qian.principal())
    assert refusal.value.status == 404


def test_only_what_was_claimed_can_be_given_back(cast: Cast) -> None:
    item = push(cast, "li")
    with pytest.raises(Refused, match="不能执行“退回单位”"):
        claiming.release(item.assignments.get().pk, actor=cast.li.principal())


def test_the_application_completes_it_for_who_claimed_it(cast: Cast) -> None:
    item = waiting(cast)
    claiming.claim(row(item).pk, actor=cast.li.principal())
    items.complete(**KEYS, person_id=cast.li.person.pk, actor=SYSTEM)
    item.refresh_from_db()
    assert state_of(item, cast, "li") == "done" and item.state == "finished"


def test_who_does_it_unclaimed_claims_it_by_that(cast: Cast) -> None:
    item = waiting(cast)
    items.complete(**KEYS, person_id=cast.qian.person.pk, actor=SYSTEM)
    item.refresh_from_db()
    assert state_of(item, cast, "qian") == "done" and item.state == "finished"
    assert number(cast, "li") == 0


def test_somebody_else_cannot_have_done_it(cast: Cast) -> None:
    waiting(cast)
    with pytest.raises(Refused) as refusal:
        items.complete(**KEYS, person_id=cast.wang.person.pk, actor=SYSTEM)
    assert refusal.value.status == 404


def test_cancelling_takes_it_from_the_unit(cast: Cast) -> None:
    item = waiting(cast)
    items.cancel(**KEYS, actor=SYSTEM)
    assert row(item).state == "cancelled" and number(cast, "li") == 0


def test_pushing_again_does_not_lay_it_before_the_unit_again(cast: Cast) -> None:
    item = waiting(cast)
    claiming.claim(row(item).pk, actor=cast.li.principal())
    waiting(cast)
    assert number(cast, "qian") == 0 and item.assignments.count() == 2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"units": []}, "请选择接收人"),
        ({"units": [999_999]}, "接收单位不存在或已撤销"),
        ({"units": [1], "needs": "read"}, "阅知事项不能发给单位认领"),
    ],
)
def test_what_is_refused(cast: Cast, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(Refused, match=message):
        push(cast, **changes)
    assert not Item.objects.exists()
