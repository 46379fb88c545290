"""What the portal gathers from the registries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from yiwang.kernel.extension.search import Hit, search_sources
from yiwang.kernel.extension.widgets import widgets
from yiwang.kernel.workdays import queries as workdays

_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Card:
    """A widget with its content for this user."""

    key: str
    label: str
    template: str
    column: str
    context: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Today:
    """The line under the greeting."""

    date: str
    weekday: str
    is_workday: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Suggestions from one source."""

    label: str
    hits: Sequence[Hit]


def cards_for(user: Any) -> list[Card]:
    """The home page's widgets in order; one without a right or without content is left out."""
    found = []
    for widget in sorted(widgets, key=lambda one: one.order):
        if widget.permission and not user.allows(widget.permission):
            continue
        context = widget.context(user)
        if context is not None:
            found.append(Card(widget.key, widget.label, widget.template, widget.column, context))
    return found


def nothing(user: Any) -> Mapping[str, object]:
    """For widgets that need no data of their own."""
    return {}


def greeting() -> str:
    """By the hour in Shanghai."""
    hour = timezone.localtime().hour
    for until, words in ((6, "夜深了"), (9, "早上好"), (12, "上午好"), (14, "中午好"), (18, "下午好")):
        if hour < until:
            return words
    return "晚上好"


def today() -> Today:
    day = timezone.localdate()
    date = f"{day.year}年{day.month}月{day.day}日"
    return Today(date, f"星期{_WEEKDAYS[day.weekday()]}", workdays.is_workday(day))


def suggestions(user: Any, text: str, *, limit: int) -> list[Group]:
    """Hits of every source that has some."""
    ordered = sorted(search_sources, key=lambda source: source.order)
    groups = (Group(source.label, source.find(user, text, limit)) for source in ordered)
    return [group for group in groups if group.hits]
