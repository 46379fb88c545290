"""The tree under many hands: no cycle, no lost count, nobody in a dissolved unit."""

import pytest
from django.db.models import Count

from tests import cast as the_cast
from tests.concurrency.crowd import at_once, refusals
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.org.actions import merging, moving, people, projection, units
from yiwang.platform.org.models import Person, Post, Unit

pytestmark = pytest.mark.django_db(transaction=True)

TOWN, COMMITTEE, OTHER_TOWN = "QP-0301-01", "QP-0301-0201", "QP-0302-01"


@pytest.fixture(autouse=True)
def _district() -> None:
    the_cast.standing()


def unit(code: str) -> Unit:
    return Unit.objects.get(code=code)


def add(number: int, code: str) -> Person:
    body = f"3101991980{number // 28 + 1:02}{number % 28 + 1:02}{number:03}"
    return people.add_person(
        unit=unit(code),
        name="张三",
        id_number=the_cast.with_check_digit(body),
        mobile=f"139000001{number:02}",
        category=Person.Category.ESTABLISHED,
        title="科员",
        actor=SYSTEM,
    )


def test_two_moves_against_each_other_make_no_cycle() -> None:
    first, second = unit("QP-0301-01"), unit("QP-0301-02")
    results = at_once(
        lambda: moving.move_unit(first, to=second, actor=SYSTEM),
        lambda: moving.move_unit(second, to=first, actor=SYSTEM),
    )
    assert refusals(results) == [422]
    for one in Unit.objects.exclude(parent=None).select_related("parent"):
        assert one.parent is not None
        assert one.path.startswith(one.parent.path) and one.level == one.parent.level + 1


def test_many_arrivals_at_once_are_all_counted() -> None:
    before = {one.code: one.headcount for one in Unit.objects.all()}
    places = (TOWN, COMMITTEE, OTHER_TOWN, TOWN)
    results = at_once(*(lambda number=number: add(number, places[number % 4]) for number in range(8)))
    assert refusals(results) == []
    gained = {code: unit(code).headcount - before[code] for code in ("QP", "QP-0301", "QP-0302", TOWN)}
    assert gained == {"QP": 8, "QP-0301": 6, "QP-0302": 2, TOWN: 4}


def test_counts_hold_when_the_tree_is_refreshed_meanwhile() -> None:
    results = at_once(
        *(lambda number=number: add(number, TOWN) for number in range(4)),
        lambda: units.create_unit(
            parent=unit("QP-0302"),
            code="QP-0302-09",
            full_name="新科室",
            short_name="新科室",
            node_type="section",
            actor=SYSTEM,
        ),
    )
    assert refusals(results) == []
    counted = dict(Unit.objects.values_list("code", "headcount"))
    projection.refresh_tree()
    assert counted == dict(Unit.objects.values_list("code", "headcount"))


def test_the_same_identity_number_enters_once() -> None:
    results = at_once(*(lambda: add(7, TOWN),) * 6)
    assert refusals(results) == [409] * 5
    assert Person.objects.filter(name="张三").count() == 1


def test_nobody_enters_a_unit_that_is_being_dissolved() -> None:
    empty = units.create_unit(
        parent=unit("QP-0301"),
        code="QP-0301-09",
        full_name="临时科室",
        short_name="临时科室",
        node_type="section",
        actor=SYSTEM,
    )
    results = at_once(lambda: merging.revoke_unit(empty, actor=SYSTEM), lambda: add(3, "QP-0301-09"))
    assert refusals(results) == [409]
    empty.refresh_from_db()
    serving = Post.objects.filter(unit=empty, is_living=True).count()
    assert (empty.status, serving) in (("revoked", 0), ("active", 1))


def test_one_main_post_however_many_appoint() -> None:
    li = Person.objects.get(name="李四")
    people.end_post(li.posts.get(), actor=SYSTEM, reason="调动")
    results = at_once(
        *(
            lambda code=code: people.start_post(li, unit=unit(code), title="科员", actor=SYSTEM)
            for code in (TOWN, OTHER_TOWN, COMMITTEE)
        )
    )
    assert refusals(results) == [409, 409]
    mains = Post.objects.filter(is_living=True, kind="main").values("person").annotate(n=Count("id"))
    assert set(mains.values_list("n", flat=True)) == {1}
