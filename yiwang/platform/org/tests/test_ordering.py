"""The order of people inside a unit (R2-8): who keeps it, what follows from it, what is refused."""

import pytest

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.org.actions import ordering, people
from yiwang.platform.org.models import Person, Post
from yiwang.platform.org.queries.people import ordered_posts

pytestmark = pytest.mark.django_db
OFFICE = "QP-0301-01"


def order(cast: Cast) -> list[int]:
    return list(ordered_posts(cast.units[OFFICE]).values_list("pk", flat=True))


def names(cast: Cast) -> list[str]:
    people_there = Person.objects.filter(unit=cast.units[OFFICE]).order_by("position", "pk")
    return list(people_there.values_list("name", flat=True))


def sort(cast: Cast, ids: list[int], *, actor: Actor, seen: list[int] | None = None) -> None:
    ordering.sort_members(
        cast.units[OFFICE], post_ids=ids, seen=order(cast) if seen is None else seen, actor=actor
    )


def test_the_graded_administrator_keeps_the_order_and_lists_follow(cast: Cast) -> None:
    before, first = order(cast), names(cast)
    sort(cast, before[::-1], actor=cast.qian.principal())
    assert order(cast) == before[::-1]
    assert names(cast) == first[::-1]
    entry = Entry.objects.latest("id")
    assert str(entry) == "钱玉芬调整了党政办公室的人员顺序"
    assert entry.changed_fields == {"order": [first, first[::-1]]}


def test_leaders_stand_first(cast: Cast) -> None:
    ids = order(cast)
    Post.objects.filter(pk=ids[0]).update(is_leader=True)
    with pytest.raises(Refused, match="领导班子成员应排在其他人员之前") as refused:
        sort(cast, ids[::-1], actor=cast.qian.principal())
    assert refused.value.status == 422
    assert order(cast) == ids


def test_who_was_slower_is_told_so(cast: Cast) -> None:
    """Two administrators with the same page: the second does not undo what he has not seen."""
    seen = order(cast)
    sort(cast, seen[::-1], actor=cast.qian.principal())
    with pytest.raises(Refused, match="人员或顺序已有变化，请刷新后重试") as refused:
        sort(cast, seen, seen=seen, actor=cast.sun.principal())
    assert refused.value.status == 409 and refused.value.code == "E-CONC-01"
    assert order(cast) == seen[::-1]


def test_nobody_may_be_missing_or_twice(cast: Cast) -> None:
    ids = order(cast)
    for wrong in (ids[:-1], [*ids, ids[0]], [*ids[:-1], ids[0]]):
        with pytest.raises(Refused, match="请刷新后重试"):
            sort(cast, wrong, actor=cast.qian.principal())
    assert order(cast) == ids


def test_the_same_order_is_no_act(cast: Cast) -> None:
    qian, lines = cast.qian.principal(), Entry.objects.count()
    sort(cast, order(cast), actor=qian)
    assert Entry.objects.count() == lines


@pytest.mark.parametrize("login", ["li", "wang", "shen"])
def test_others_may_not(login: str, cast: Cast) -> None:
    actor, ids = cast.member(login).principal(), order(cast)
    lines = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        sort(cast, ids[::-1], actor=actor)
    assert refused.value.status == 403 and refused.value.message == "您没有“管理本单位机构和人员”权限"
    assert order(cast) == ids and Entry.objects.count() == lines


def test_a_concurrent_post_is_sorted_here_and_the_person_stays_where_he_is(cast: Cast) -> None:
    post = people.start_post(
        cast.zhao.person, unit=cast.units[OFFICE], title="兼任主任", kind=Post.Kind.CONCURRENT, actor=SYSTEM
    )
    place = Person.objects.get(pk=cast.zhao.person.pk).position
    ids = order(cast)
    sort(cast, [post.pk, *(pk for pk in ids if pk != post.pk)], actor=cast.qian.principal())
    assert order(cast)[0] == post.pk
    assert Person.objects.get(pk=cast.zhao.person.pk).position == place
