"""What the portal gathers from the registries."""

import datetime
from calendar import Calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils import timezone

from yiwang.kernel.extension.search import Hit, search_sources
from yiwang.kernel.extension.widgets import widgets
from yiwang.kernel.workdays import queries as workdays
from yiwang.kernel.workdays.calendar import Calendar as WorkingDays

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
class Day:
    """A day of the month sheet. mark: 休 for a weekday off, 班 for a weekend day at work, else ""."""

    number: int
    mark: str
    is_workday: bool
    is_today: bool


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


def month_sheet(user: Any) -> Mapping[str, object]:
    """This month in weeks from Monday on; None stands for days of other months."""
    return _month_sheet(timezone.localdate(), workdays.calendar())


@lru_cache(maxsize=2)
def _month_sheet(day: datetime.date, calendar: WorkingDays) -> Mapping[str, object]:
    weeks = [
        [_day(one, day, calendar) if one.month == day.month else None for one in week]
        for week in Calendar(firstweekday=0).monthdatescalendar(day.year, day.month)
    ]
    left = sum(one is not None and one.is_workday and one.number >= day.day for week in weeks for one in week)
    return {"title": f"{day.year}年{day.month}月", "weeks": weeks, "workdays_left": left}


def _day(day: datetime.date, today: datetime.date, calendar: WorkingDays) -> Day:
    works, weekend = calendar.is_workday(day), day.weekday() >= 5
    mark = "班" if works and weekend else "休" if not works and not weekend else ""
    return Day(day.day, mark, works, day == today)


def suggestions(user: Any, text: str, *, limit: int) -> list[Group]:
    """Hits of every source that has some."""
    ordered = sorted(search_sources, key=lambda source: source.order)
    groups = (Group(source.label, source.find(user, text, limit)) for source in ordered)
    return [group for group in groups if group.hits]
