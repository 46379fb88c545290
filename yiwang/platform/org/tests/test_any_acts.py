"""Whatever is done to the tree in whatever order, it stays a tree, with its history and nobody lost."""

import datetime
import itertools
from collections.abc import Callable
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.platform.org.actions import merging, moving, naming, units
from yiwang.platform.org.actions.merging import Succession
from yiwang.platform.org.models import Event, Person, Post, Unit, UnitVersion
from yiwang.platform.org.queries.units import path_part

_START = datetime.date(2026, 1, 1)
_codes = itertools.count(1)

Act = Callable[[Unit, Unit, datetime.date], Any]


def create(unit: Unit, other: Unit, day: datetime.date) -> Unit:
    number = next(_codes)
    return units.create_unit(
        parent=unit, code=f"T-{number}", full_name=f"机构{number}", short_name=f"机构{number}",
        node_type="section" if unit.level > 1 else "unit", valid_from=day, actor=SYSTEM,
    )  # fmt: skip


def rename(unit: Unit, other: Unit, day: datetime.date) -> None:
    name = f"{unit.short_name[:20]}{other.short_name[:4]}"
    naming.rename_unit(unit, full_name=name, short_name=name, day=day, actor=SYSTEM)


def move(unit: Unit, other: Unit, day: datetime.date) -> None:
    moving.move_unit(unit, to=other, day=day, actor=SYSTEM)


def rank(unit: Unit, other: Unit, day: datetime.date) -> None:
    moving.change_rank(unit, rank="township", to=other, day=day, actor=SYSTEM)


def merge(unit: Unit, other: Unit, day: datetime.date) -> None:
    merging.merge_units([unit], succession=Succession(other), day=day, actor=SYSTEM)


def revoke(unit: Unit, other: Unit, day: datetime.date) -> None:
    merging.revoke_unit(unit, succession=Succession(other), day=day, actor=SYSTEM)


def revoke_empty(unit: Unit, other: Unit, day: datetime.date) -> None:
    merging.revoke_unit(unit, day=day, actor=SYSTEM)


def split(unit: Unit, other: Unit, day: datetime.date) -> None:
    assert unit.parent is not None
    part = create(unit.parent, other, day)
    posts = Post.objects.filter(unit=unit, is_living=True).order_by("pk").values_list("pk", flat=True)
    places = {pk: part.pk if place % 2 else unit.pk for place, pk in enumerate(posts)}
    merging.split_unit(unit, parts=[part], posts=places, children={}, survives=True, day=day, actor=SYSTEM)


def sort(unit: Unit, other: Unit, day: datetime.date) -> None:
    children = Unit.objects.living().filter(parent=unit).order_by("-sort", "pk")
    units.sort_children(unit, unit_ids=[one.pk for one in children], day=day, actor=SYSTEM)


ACTS: tuple[Act, ...] = (create, rename, move, rank, merge, revoke, revoke_empty, split, sort)


def require_a_tree() -> None:
    everything = {unit.pk: unit for unit in Unit.objects.all()}
    assert sum(unit.level == 0 for unit in everything.values()) == 1
    for unit in everything.values():
        above = everything[unit.parent_id] if unit.parent_id else None
        assert unit.path == ("" if above is None else above.path) + path_part(unit.pk)
        assert unit.level == (0 if above is None else above.level + 1)
        listed = Person.objects.filter(visibility=1, unit_path__startswith=unit.path).count()
        assert unit.headcount == listed
        if unit.status == Unit.Status.REVOKED:
            assert not Post.objects.filter(unit=unit, is_living=True).exists()
        elif above is not None:
            assert above.status != Unit.Status.REVOKED


def require_an_unbroken_history() -> None:
    for unit in Unit.objects.all():
        versions = list(UnitVersion.objects.filter(unit=unit).order_by("valid_from"))
        for earlier, later in itertools.pairwise(versions):
            assert earlier.valid_to == later.valid_from, "neither gap nor overlap"
        if unit.status == Unit.Status.REVOKED:
            assert all(version.valid_to is not None for version in versions)
            continue
        last = versions[-1]
        assert last.valid_to is None
        assert (last.full_name, last.parent_id, last.level, last.sort, last.rank) == (
            unit.full_name, unit.parent_id, unit.level, unit.sort, unit.rank,
        )  # fmt: skip


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 99), st.integers(0, 99)), max_size=7))
def test_any_acts_leave_a_tree(cast: Cast, acts: list[tuple[Act, int, int]]) -> None:
    serving = set(Person.objects.exclude(unit=None).values_list("pk", flat=True))
    with transaction.atomic():
        start = transaction.savepoint()
        for number, (act, what, other) in enumerate(acts):
            living = list(Unit.objects.living().order_by("position"))
            before = Event.objects.count()
            try:
                with transaction.atomic():
                    act(
                        living[what % len(living)],
                        living[other % len(living)],
                        _START + datetime.timedelta(days=number),
                    )
            except (Refused, AssertionError):
                assert Event.objects.count() == before, "what is refused is told to nobody"
        require_a_tree()
        require_an_unbroken_history()
        assert set(Person.objects.exclude(unit=None).values_list("pk", flat=True)) == serving
        transaction.savepoint_rollback(start)
