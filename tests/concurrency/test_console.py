"""Administrators at the same page: nobody undoes what he has not seen; a file comes in once."""

from collections.abc import Callable

import pytest

from tests import cast as the_cast
from tests.concurrency.crowd import at_once, refusals
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.extension.imports import Incoming, import_kinds
from yiwang.kernel.imports import actions as imports
from yiwang.kernel.imports.models import ImportRow, ImportRun
from yiwang.platform.console.queries import unit_import
from yiwang.platform.org.actions import ordering, people, units
from yiwang.platform.org.models import Person, Post, Unit
from yiwang.platform.org.queries.people import ordered_posts

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> the_cast.Cast:
    return the_cast.standing()


def test_of_two_who_sort_people_the_slower_is_told_so(cast: the_cast.Cast) -> None:
    office = cast.units["QP-0301-01"]
    seen = [post.pk for post in ordered_posts(office)]
    orders = [seen[::-1], [*seen[1:], seen[0]]]

    def sort(order: list[int]) -> Callable[[], None]:
        return lambda: ordering.sort_members(office, post_ids=order, seen=seen, actor=SYSTEM)

    assert refusals(at_once(*(sort(order) for order in orders))) == [409]
    assert [post.pk for post in ordered_posts(office)] in orders


def test_of_two_who_sort_units_the_slower_is_told_so(cast: the_cast.Cast) -> None:
    town = cast.units["QP-0301"]
    children = Unit.objects.living().filter(parent=town).order_by("sort", "pk")
    seen = list(children.values_list("pk", flat=True))
    results = at_once(
        lambda: units.sort_children(town, unit_ids=seen[::-1], seen=seen, actor=SYSTEM),
        lambda: units.sort_children(town, unit_ids=seen[::-1], seen=seen, actor=SYSTEM),
    )
    assert refusals(results) == [409]
    assert list(children.values_list("pk", flat=True)) == seen[::-1]


def test_who_comes_while_people_are_sorted_has_his_place(cast: the_cast.Cast) -> None:
    """Either the order is refused because somebody new is there, or he comes after it was kept."""
    office = cast.units["QP-0301-01"]
    seen = [post.pk for post in ordered_posts(office)]
    results = at_once(
        lambda: ordering.sort_members(office, post_ids=seen[::-1], seen=seen, actor=SYSTEM),
        lambda: people.start_post(
            cast.zhou.person, unit=office, title="兼职", kind=Post.Kind.CONCURRENT, actor=SYSTEM
        ),
    )
    assert refusals([one if one is None else None for one in results]) == []
    for person in Person.objects.filter(unit=office):
        post = Post.objects.get(person=person, kind=Post.Kind.MAIN, is_living=True)
        assert person.position == Unit.objects.get(pk=office.pk).position * 10_000 + post.sort


def _ready(cast: the_cast.Cast) -> ImportRun:
    empty = {column.key: "" for column in unit_import.COLUMNS}
    row = {
        **empty, "code": "QP-0301-0202", "parent_code": "QP-0301-02", "full_name": "东湖街居民委员会",
        "short_name": "东湖街居委会", "node_type": "居委会",
    }  # fmt: skip
    kind, qian = import_kinds.get("console.units"), cast.qian.principal()
    run = imports.receive(kind, [Incoming(2, row)], file_name="居村.xlsx", actor=qian)
    run.refresh_from_db()
    assert run.state == ImportRun.State.READY
    return run


def test_a_file_is_confirmed_once(cast: the_cast.Cast) -> None:
    run, qian = _ready(cast), cast.qian.principal()
    assert refusals(at_once(*(lambda: imports.confirm(run, actor=qian),) * 3)) == [409, 409]
    assert Unit.objects.filter(code="QP-0301-0202").count() == 1


def test_two_workers_with_one_file_bring_it_in_once(cast: the_cast.Cast) -> None:
    """A worker that was thought dead comes back: what is in is not brought in again."""
    run = _ready(cast)
    ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.APPLYING)
    results = at_once(*(lambda: imports.apply(run.pk, actor=SYSTEM),) * 2)
    assert refusals(results) == []
    run.refresh_from_db()
    assert (run.state, run.done) == (ImportRun.State.DONE, 1)
    assert set(run.rows.values_list("state", flat=True)) == {ImportRow.State.DONE.value}
    assert Unit.objects.filter(code="QP-0301-0202").count() == 1
