"""Shelves: things that people hold, kept in memory, as modules would register them."""

from collections.abc import Sequence
from typing import Any

import pytest

from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.holdings import Held, Holding, holdings


class Shelf:
    """id of a thing -> person id; places: its unit, "" for any. refused: not let go; lost: forgotten."""

    def __init__(self, key: str, label: str, *, can_give: bool = True, can_leave: bool = False) -> None:
        self.key = key
        self.label = label
        self.things: dict[str, int] = {}
        self.places: dict[str, str] = {}
        self.refused: set[str] = set()
        self.broken: set[str] = set()
        self.lost: set[str] = set()
        self.holding = Holding(
            key,
            label,
            of_person=self._of_person,
            hand_over=self._hand_over if can_give else None,
            leave=self._leave if can_leave else None,
        )

    def put(self, *ids: str, person_id: int, path: str = "") -> None:
        for one in ids:
            self.things[one] = person_id
            self.places[one] = path

    def of(self, person_id: int) -> set[str]:
        return {one for one, holder in self.things.items() if holder == person_id}

    def _of_person(self, person_id: int, path: str) -> Sequence[Held]:
        return [
            Held(one, f"{self.label}{one}")
            for one in sorted(self.of(person_id))
            if not self.places[one] or self.places[one].startswith(path)
        ]

    def _check(self, ids: Sequence[str]) -> None:
        if self.broken & set(ids):
            raise ZeroDivisionError
        if self.refused & set(ids):
            raise Refused("该事项正在办理，暂不能移交", status=409)

    def _hand_over(self, person_id: int, ids: Sequence[str], to: int, actor: Any) -> None:
        self._check(ids)
        for one in ids:
            assert self.things[one] == person_id
            if one not in self.lost:
                self.things[one] = to

    def _leave(self, person_id: int, ids: Sequence[str], actor: Any) -> None:
        self._check(ids)
        for one in ids:
            assert self.things.pop(one) == person_id


def shelf(monkeypatch: pytest.MonkeyPatch, key: str, label: str, **options: bool) -> Shelf:
    """A shelf that is registered until the test ends."""
    made = Shelf(key, label, **options)
    monkeypatch.setitem(holdings._items, key, made.holding)
    return made
