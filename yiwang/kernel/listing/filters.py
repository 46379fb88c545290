"""Filters of a list screen: from the address to conditions. How they look is in ui/listing.html."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils import timezone

from yiwang.kernel.errors import invalid
from yiwang.kernel.listing.conditions import AnyOf, Condition, Operator, Where

Choices = Sequence[tuple[str, str]]
_LONGEST_TEXT = 100


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the user filters by. text: said in one word, for the mark above the table."""

    text: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class TextFilter:
    """A search box. fields: name -> operator, any may match; or `condition` makes one of the text."""

    key: str
    label: str
    fields: Mapping[str, Operator] | None = None
    condition: Callable[[str], Condition] | None = None
    placeholder: str = ""
    kind: ClassVar[str] = "text"

    @property
    def parameters(self) -> tuple[str, ...]:
        return (self.key,)

    def choose(self, values: Mapping[str, str], user: Any) -> Chosen | None:
        text = values.get(self.key, "").strip()[:_LONGEST_TEXT]
        if not text:
            return None
        if self.condition is not None:
            return Chosen(text, (self.condition(text),))
        parts = tuple(Where(field, operator, text) for field, operator in (self.fields or {}).items())
        return Chosen(text, (AnyOf(parts),))


@dataclass(frozen=True)
class ChoiceFilter:
    """One of a few. choices: (value, label) pairs, or made for the user; parse: from the address's text.

    `field` is compared with the parsed value, unless `condition` makes something else of it.
    """

    key: str
    label: str
    choices: Choices | Callable[[Any], Choices]
    field: str = ""
    parse: Callable[[str], object] = str
    condition: Callable[[str], Condition] | None = None
    empty: str = "全部"
    kind: ClassVar[str] = "choice"

    @property
    def parameters(self) -> tuple[str, ...]:
        return (self.key,)

    def options(self, user: Any) -> Choices:
        return self.choices(user) if callable(self.choices) else self.choices

    def choose(self, values: Mapping[str, str], user: Any) -> Chosen | None:
        value = values.get(self.key, "")
        if not value:
            return None
        label = dict(self.options(user)).get(value)
        if label is None:
            raise invalid(self.key, f"“{self.label}”没有这个选项")
        condition = self.condition(value) if self.condition else Where(self.field, "is", self.parse(value))
        return Chosen(str(label), (condition,))


@dataclass(frozen=True)
class DateRangeFilter:
    """From one day to another, both included. is_moment: the field has a time of day, in any time zone."""

    key: str
    label: str
    field: str
    is_moment: bool = False
    kind: ClassVar[str] = "dates"

    @property
    def parameters(self) -> tuple[str, ...]:
        return (f"{self.key}_from", f"{self.key}_to")

    def choose(self, values: Mapping[str, str], user: Any) -> Chosen | None:
        first, last = (self._day(values.get(name, "")) for name in self.parameters)
        if first is None and last is None:
            return None
        if first and last and last < first:
            raise invalid(self.parameters[1], "结束日期不能早于开始日期")
        conditions: list[Condition] = []
        if first:
            conditions.append(Where(self.field, "from", self._bound(first)))
        if last and last < datetime.date.max:
            conditions.append(Where(self.field, "before", self._bound(last + datetime.timedelta(days=1))))
        text = f"{first or ''}至{last or ''}" if first and last else f"{first}起" if first else f"{last}止"
        return Chosen(text, tuple(conditions))

    def _day(self, text: str) -> datetime.date | None:
        if not text:
            return None
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            raise invalid(self.key, "日期格式应为2026-11-23") from None

    def _bound(self, day: datetime.date) -> datetime.date:
        if not self.is_moment:
            return day
        return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


@dataclass(frozen=True)
class UnitFilter:
    """A unit and all below it. `resolve` gives (name, path) of a unit the user may see, None for others.

    options: the units to offer in a list, () when the page offers a tree instead.
    condition: path -> what narrows the rows, where `field` below the path does not do.
    """

    key: str
    label: str
    field: str
    resolve: Callable[[Any, str], tuple[str, str] | None]
    choices: Callable[[Any], Choices] | None = None
    condition: Callable[[str], Condition] | None = None
    empty: str = "全部单位"
    kind: ClassVar[str] = "unit"

    @property
    def parameters(self) -> tuple[str, ...]:
        return (self.key,)

    def options(self, user: Any) -> Choices:
        return self.choices(user) if self.choices is not None else ()

    def choose(self, values: Mapping[str, str], user: Any) -> Chosen | None:
        value = values.get(self.key, "")
        if not value:
            return None
        found = self.resolve(user, value)
        if found is None:
            raise invalid(self.key, "没有找到该单位")
        name, path = found
        condition = self.condition(path) if self.condition else Where(self.field, "below", path)
        return Chosen(name, (condition,))


Filter = TextFilter | ChoiceFilter | DateRangeFilter | UnitFilter
