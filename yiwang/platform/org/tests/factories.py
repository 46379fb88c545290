"""Units and persons beyond the cast, made by the acts themselves; and holdings that exist for one test."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from tests.cast import with_check_digit
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.holdings import Held, Holding, holdings
from yiwang.platform.org.actions import people, units
from yiwang.platform.org.models import Event, Person, Unit

_serial = itertools.count(1)


def make(parent: Unit | None, code: str, name: str, **more: object) -> Unit:
    """A section, or whatever `more` says."""
    options = {"node_type": "section", "actor": SYSTEM, **more}
    return units.create_unit(parent=parent, code=code, full_name=name, short_name=name, **options)  # type: ignore[arg-type]


def person(unit: Unit, name: str = "张三", title: str = "科员") -> Person:
    """Somebody new with his main post there."""
    number = next(_serial)
    body = f"3101991970{number // 28 % 12 + 1:02}{number % 28 + 1:02}{number % 1000:03}"
    return people.add_person(
        unit=unit,
        name=name,
        id_number=with_check_digit(body),
        mobile=f"136{number:08}",
        category=Person.Category.ESTABLISHED,
        title=title,
        actor=SYSTEM,
    )


class Apps:
    """A holding of a test: apps of units, by the path of their unit."""

    def __init__(self, *names: tuple[str, str], moves: bool = True) -> None:
        self.owned = list(names)
        self.holding = Holding(
            "org.test_apps",
            "运行中的应用",
            of_unit=self._of_unit,
            move_to_unit=self._move if moves else None,
            blocks_revocation=True,
        )

    def _of_unit(self, path: str, includes_below: bool, limit: int) -> tuple[int, Sequence[Held]]:
        found = [
            Held(name, name)
            for own, name in self.owned
            if own == path or (includes_below and own.startswith(path))
        ]
        return len(found), found[:limit]

    def _move(self, path: str, target: str, actor: object) -> None:
        self.owned = [(target if own == path else own, name) for own, name in self.owned]


@contextmanager
def registered(apps: Apps) -> Iterator[Apps]:
    """The holding, as if a module had registered it."""
    holdings._items[apps.holding.key] = apps.holding
    try:
        yield apps
    finally:
        del holdings._items[apps.holding.key]


@contextmanager
def refusal() -> Iterator[pytest.ExceptionInfo[Refused]]:
    """A refusal of which nothing is remembered and nobody is told."""
    lines, told = Entry.objects.count(), Event.objects.count()
    with pytest.raises(Refused) as refused:
        yield refused
    assert (Entry.objects.count(), Event.objects.count()) == (lines, told)
