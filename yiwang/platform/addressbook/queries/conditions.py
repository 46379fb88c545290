"""Small conditions on one person's or unit's row, written once and read twice: as SQL and for the ORM."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Q

# SQL and its bound parameters.
Sql = tuple[str, list[Any]]


class Condition(Protocol):
    """alias: what the statement calls the table."""

    def sql(self, alias: str) -> Sql: ...
    def q(self) -> Q: ...


@dataclass(frozen=True, slots=True)
class Always:
    """Everything, or nothing."""

    holds: bool

    def sql(self, alias: str) -> Sql:
        return ("TRUE" if self.holds else "FALSE"), []

    def q(self) -> Q:
        # An empty condition is everything; no row lacks a key.
        return Q() if self.holds else Q(pk__in=[])


@dataclass(frozen=True, slots=True)
class In:
    """The column holds one of these numbers.

    Numbers of our own making stand in the statement itself, so that the planner knows how many rows they are.
    """

    column: str
    numbers: frozenset[int]

    def sql(self, alias: str) -> Sql:
        if not self.numbers:
            return "FALSE", []
        written = ",".join(str(int(number)) for number in sorted(self.numbers))
        return f"{alias}.{self.column} = ANY('{{{written}}}'::bigint[])", []

    def q(self) -> Q:
        return Q(**{f"{self.column}__in": sorted(self.numbers)})


# Up to here the planner is told the classes one by one and knows how many rows they are. It weighs each of
# them against its statistics at every statement, which with a hundred costs more than the search itself.
_FEW = 24
# Many stand in the statement as the bits of one value, which must stay short: two KiB.
_HIGHEST_BIT = 1 << 14


@dataclass(frozen=True, slots=True)
class OfSight:
    """The person is of one of these sight classes, whose numbers run from 1 on."""

    numbers: frozenset[int]

    def sql(self, alias: str) -> Sql:
        highest = max(self.numbers, default=0)
        if len(self.numbers) <= _FEW or highest >= _HIGHEST_BIT:
            return In("sight", self.numbers).sql(alias)
        bits = sum(1 << number for number in self.numbers).to_bytes(highest // 8 + 1, "little").hex()
        # CASE, because get_bit() refuses places outside of its value and conditions have no order otherwise.
        return (
            f"CASE WHEN {alias}.sight <= {highest:d}"
            f" THEN get_bit('\\x{bits}'::bytea, {alias}.sight) = 1 ELSE FALSE END"
        ), []

    def q(self) -> Q:
        return In("sight", self.numbers).q()


@dataclass(frozen=True, slots=True)
class Below:
    """The path begins so; column: where the path stands."""

    column: str
    path: str
    includes_below: bool = True

    def sql(self, alias: str) -> Sql:
        if not self.includes_below:
            return f"{alias}.{self.column} = %s", [self.path]
        return f"({alias}.{self.column} >= %s AND {alias}.{self.column} < %s)", [self.path, self.path + "~"]

    def q(self) -> Q:
        if not self.includes_below:
            return Q(**{self.column: self.path})
        return Q(**{f"{self.column}__gte": self.path, f"{self.column}__lt": self.path + "~"})


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; the columns concerned are never null."""

    condition: Condition

    def sql(self, alias: str) -> Sql:
        sql, parameters = self.condition.sql(alias)
        return f"NOT ({sql})", parameters

    def q(self) -> Q:
        return ~self.condition.q()


@dataclass(frozen=True, slots=True)
class All:
    """Each of them."""

    conditions: tuple[Condition, ...]

    def sql(self, alias: str) -> Sql:
        return _joined(self.conditions, " AND ", alias, empty="TRUE")

    def q(self) -> Q:
        together = Q()
        for one in self.conditions:
            together &= one.q()
        return together


@dataclass(frozen=True, slots=True)
class Some:
    """One of them at least."""

    conditions: tuple[Condition, ...]

    def sql(self, alias: str) -> Sql:
        return _joined(self.conditions, " OR ", alias, empty="FALSE")

    def q(self) -> Q:
        together = Q(pk__in=[])
        for one in self.conditions:
            if one == Always(holds=True):
                return Q()
            together |= one.q()
        return together


def _joined(conditions: Iterable[Condition], word: str, alias: str, *, empty: str) -> Sql:
    parts = [one.sql(alias) for one in conditions]
    if not parts:
        return empty, []
    return f"({word.join(sql for sql, _ in parts)})", [value for _, values in parts for value in values]
