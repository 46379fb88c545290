"""A change of the rules is all or nothing for whoever reads meanwhile (domain reference §3.5, §3.6)."""

from collections.abc import Callable
from threading import Event

import pytest

from tests import cast as the_cast
from tests.cast import Cast
from tests.concurrency.crowd import at_once
from yiwang.platform.addressbook.actions import proposals
from yiwang.platform.addressbook.models import Hiding
from yiwang.platform.org.models import Person, Unit

pytestmark = pytest.mark.django_db(transaction=True)

View = tuple[frozenset[int], frozenset[int]]


@pytest.fixture
def district() -> Cast:
    return the_cast.standing()


def seen(district: Cast, login: str) -> tuple[frozenset[int], frozenset[int]]:
    """Persons and units, each by one statement."""
    viewer = district.member(login).principal(administers=False)
    persons = frozenset(Person.objects.visible_to(viewer).values_list("pk", flat=True))
    return persons, frozenset(Unit.objects.living().visible_to(viewer).values_list("pk", flat=True))


def readings(district: Cast, change: Callable[[], object]) -> tuple[list[View], View, View]:
    """What two people read again and again while the rules change; and what stands before and after."""
    before, over = seen(district, "li"), Event()

    def read() -> list[View]:
        found = []
        while not over.is_set():
            found.append(seen(district, "li"))
        return [*found, seen(district, "li")]

    def act() -> list[View]:
        try:
            change()
        finally:
            over.set()
        return []

    results = at_once(read, read, act)
    found = [view for one in results if isinstance(one, list) for view in one]
    return found, before, seen(district, "li")


def test_nobody_reads_half_of_a_hiding(district: Cast) -> None:
    town = district.units["QP-0302"]
    hiding = proposals.propose_hiding(
        town, scope="everybody", reason="涉及信访", actor=district.sun.principal()
    )
    an = district.an.principal()
    for change in (
        lambda: proposals.approve(hiding, actor=an),
        lambda: proposals.end(Hiding.objects.get(pk=hiding.pk), reason="已解除", actor=an),
    ):
        found, before, after = readings(district, change)
        assert before != after and found
        assert {persons for persons, _ in found} <= {before[0], after[0]}
        assert {units for _, units in found} <= {before[1], after[1]}
        assert found[-1] == after, "who asks after the decision is answered by it"


def test_two_decisions_at_once_both_hold(district: Cast) -> None:
    sun, an = district.sun.principal(), district.an.principal()
    both = [
        proposals.propose_hiding(district.units[code], scope="everybody", reason="试", actor=sun)
        for code in ("QP-0302", "QP-0201-01")
    ]
    results = at_once(*(lambda one=one: proposals.approve(one, actor=an) for one in both))
    assert [type(one) for one in results] == [Hiding, Hiding]
    persons, units = seen(district, "li")
    hidden = Person.objects.filter(unit_path__startswith=district.units["QP-0302"].path, sight__gt=0)
    assert not persons & set(hidden.values_list("pk", flat=True))
    assert not units & {district.units["QP-0302"].pk, district.units["QP-0201-01"].pk}
