"""Where a list's rows come from: a queryset or one hand-written statement. Both page by key, never OFFSET."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, Q, QuerySet

from yiwang.kernel import database
from yiwang.kernel.listing.conditions import PATH_END, AnyOf, Condition, Order, Where

Place = tuple[object, ...]
_CHUNK = 2_000


class Source(Protocol):
    """What a list screen needs of its rows. after: only rows beyond this place in this order."""

    def fetch(
        self, conditions: Sequence[Condition], order: Sequence[Order], after: Place | None, limit: int
    ) -> list[Any]: ...
    def place(self, row: Any, order: Sequence[Order]) -> Place: ...
    def count(self, conditions: Sequence[Condition], cap: int) -> int:
        """How many there are, but no more than `cap`."""
        ...

    def stream(self, conditions: Sequence[Condition], order: Sequence[Order]) -> Iterator[Any]: ...


class QuerySetSource:
    """Rows are model instances, or dicts after .values()."""

    def __init__(self, queryset: "QuerySet[Any, Any]") -> None:
        self.queryset = queryset

    def fetch(
        self, conditions: Sequence[Condition], order: Sequence[Order], after: Place | None, limit: int
    ) -> list[Any]:
        found = self._ordered(conditions, order)
        if after is not None:
            found = found.filter(self._beyond(order, after))
        return list(found[:limit])

    def place(self, row: Any, order: Sequence[Order]) -> Place:
        names = [f"sort_key_{index}" for index in range(len(order))]
        return tuple(row[name] if isinstance(row, dict) else getattr(row, name) for name in names)

    def count(self, conditions: Sequence[Condition], cap: int) -> int:
        return self._filtered(conditions).order_by().values("pk")[:cap].count()

    def stream(self, conditions: Sequence[Condition], order: Sequence[Order]) -> Iterator[Any]:
        return self._ordered(conditions, order).iterator(chunk_size=_CHUNK)

    def _filtered(self, conditions: Sequence[Condition]) -> "QuerySet[Any, Any]":
        return self.queryset.filter(*(_as_q(condition) for condition in conditions))

    def _ordered(self, conditions: Sequence[Condition], order: Sequence[Order]) -> "QuerySet[Any, Any]":
        keys = {f"sort_key_{index}": F(one.field) for index, one in enumerate(order)}
        directions = [F(one.field).desc() if one.is_descending else F(one.field).asc() for one in order]
        ordered: QuerySet[Any, Any] = self._filtered(conditions).annotate(**keys).order_by(*directions)
        return ordered

    def _beyond(self, order: Sequence[Order], after: Place) -> Q:
        """Rows behind the place. The first key alone bounds them too, so that its index is used."""
        found = Q(pk__in=[])
        same = Q()
        for one, value in zip(order, after, strict=True):
            nullable = self._is_nullable(one.field)
            step = self._step(one, value, nullable)
            if step is not None:
                found |= same & step
            same &= Q(**{f"{one.field}__isnull": True}) if value is None else Q(**{one.field: value})
        first = order[0]
        if after[0] is not None and not self._is_nullable(first.field):
            found &= Q(**{f"{first.field}__{'lte' if first.is_descending else 'gte'}": after[0]})
        return found

    @staticmethod
    def _step(one: Order, value: object, nullable: bool) -> Q | None:
        """Rows whose own key lies behind the value; None when no row can."""
        if one.is_descending:
            return Q(**{f"{one.field}__isnull": False}) if value is None else Q(**{f"{one.field}__lt": value})
        if value is None:
            return None
        step = Q(**{f"{one.field}__gt": value})
        return step | Q(**{f"{one.field}__isnull": True}) if nullable else step

    def _is_nullable(self, path: str) -> bool:
        """May the field be empty for some row? What is no plain field path counts as nullable."""
        model: Any = self.queryset.model
        if path == "pk":
            return False
        for name in path.split("__"):
            if model is None:
                return True
            try:
                field = model._meta.get_field(name)
            except FieldDoesNotExist:
                return True
            if not isinstance(field, models.Field) or field.null:
                return True
            model = field.related_model
        return False


_LOOKUPS = {
    "is": "exact",
    "in": "in",
    "prefix": "startswith",
    "contains": "contains",
    "from": "gte",
    "before": "lt",
}


def _as_q(condition: Condition) -> Q:
    if isinstance(condition, Where):
        if condition.operator == "below":
            return Q(
                **{
                    f"{condition.field}__gte": condition.value,
                    f"{condition.field}__lt": f"{condition.value}{PATH_END}",
                }
            )
        return Q(**{f"{condition.field}__{_LOOKUPS[condition.operator]}": condition.value})
    if isinstance(condition, AnyOf):
        found = Q(pk__in=[])
        for part in condition.parts:
            found |= _as_q(part)
        return found
    return condition


@dataclass(frozen=True)
class SqlSource:
    """One statement: select {columns} from {tables} where {where}. Rows are dicts.

    fields: name -> SQL expression, for sorting and filtering; never_null: names among them that are never
    empty. All of it is written by us; what users give comes as parameters only.
    """

    columns: str
    tables: str
    fields: Mapping[str, str]
    where: str = "true"
    parameters: tuple[object, ...] = ()
    never_null: frozenset[str] = frozenset()

    def fetch(
        self, conditions: Sequence[Condition], order: Sequence[Order], after: Place | None, limit: int
    ) -> list[dict[str, Any]]:
        text, parameters = self._statement(conditions, order)
        if after is not None:
            beyond, more = self._beyond(order, after)
            text, parameters = f"{text} and ({beyond})", [*parameters, *more]
        return database.rows(f"{text} order by {self._order(order)} limit %s", [*parameters, limit])

    def place(self, row: dict[str, Any], order: Sequence[Order]) -> Place:
        return tuple(row[f"sort_key_{index}"] for index in range(len(order)))

    def count(self, conditions: Sequence[Condition], cap: int) -> int:
        where, parameters = self._where(conditions)
        (found,) = database.rows(
            f"select count(*) as number from (select 1 from {self.tables} where {where} limit %s) found",
            [*parameters, cap],
        )
        return int(found["number"])

    def stream(self, conditions: Sequence[Condition], order: Sequence[Order]) -> Iterator[dict[str, Any]]:
        """All rows, a chunk at a time by key: no cursor is held open in the database."""
        after: Place | None = None
        while chunk := self.fetch(conditions, order, after, _CHUNK):
            yield from chunk
            after = self.place(chunk[-1], order)

    def _statement(self, conditions: Sequence[Condition], order: Sequence[Order]) -> tuple[str, list[Any]]:
        keys = ", ".join(f"{self.fields[one.field]} as sort_key_{index}" for index, one in enumerate(order))
        where, parameters = self._where(conditions)
        return f"select {self.columns}, {keys} from {self.tables} where {where}", parameters

    def _where(self, conditions: Sequence[Condition]) -> tuple[str, list[Any]]:
        parts = [f"({self.where})"]
        parameters = list(self.parameters)
        for condition in conditions:
            text, more = self._as_sql(condition)
            parts.append(text)
            parameters += more
        return " and ".join(parts), parameters

    def _as_sql(self, condition: Condition) -> tuple[str, list[Any]]:
        if isinstance(condition, Q):
            raise TypeError("A filter over hand-written SQL cannot use Q")
        if isinstance(condition, AnyOf):
            pieces = [self._as_sql(part) for part in condition.parts]
            texts = " or ".join(text for text, _ in pieces) or "false"
            return f"({texts})", [value for _, values in pieces for value in values]
        field, value = self.fields[condition.field], condition.value
        match condition.operator:
            case "is":
                return f"{field} = %s", [value]
            case "in":
                return f"{field} = any(%s)", [
                    list(value) if isinstance(value, list | tuple | set) else [value]
                ]
            case "prefix":
                return f"{field} like %s", [f"{_escape(value)}%"]
            case "contains":
                return f"{field} like %s", [f"%{_escape(value)}%"]
            case "from":
                return f"{field} >= %s", [value]
            case "before":
                return f"{field} < %s", [value]
            case "below":
                return f"({field} >= %s and {field} < %s)", [value, f"{value}{PATH_END}"]

    def _order(self, order: Sequence[Order]) -> str:
        return ", ".join(
            f"{self.fields[one.field]} {'desc' if one.is_descending else 'asc'}" for one in order
        )

    def _beyond(self, order: Sequence[Order], after: Place) -> tuple[str, list[Any]]:
        choices: list[str] = ["false"]
        parameters: list[Any] = []
        same: list[str] = []
        same_parameters: list[Any] = []
        for one, value in zip(order, after, strict=True):
            field = self.fields[one.field]
            step, step_parameters = self._step(one, value)
            if step:
                choices.append(" and ".join([*same, step]))
                parameters += [*same_parameters, *step_parameters]
            same.append(f"{field} is null" if value is None else f"{field} = %s")
            same_parameters += [] if value is None else [value]
        text = " or ".join(f"({choice})" for choice in choices)
        first = order[0]
        if after[0] is not None and first.field in self.never_null:
            bound = f"{self.fields[first.field]} {'<=' if first.is_descending else '>='} %s"
            return f"{bound} and ({text})", [after[0], *parameters]
        return text, parameters

    def _step(self, one: Order, value: object) -> tuple[str, list[Any]]:
        field = self.fields[one.field]
        if one.is_descending:
            return (f"{field} is not null", []) if value is None else (f"{field} < %s", [value])
        if value is None:
            return "", []
        if one.field in self.never_null:
            return f"{field} > %s", [value]
        return f"({field} > %s or {field} is null)", [value]


def _escape(value: object) -> str:
    return str(value).replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def of(rows: "QuerySet[Any, Any] | Source") -> Source:
    """A queryset as a source; a source as it is."""
    return QuerySetSource(rows) if isinstance(rows, QuerySet) else rows
