"""Who may do what in keeping the address book true, and how lateness is said. Pure."""

import datetime
import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from yiwang.kernel.actor import Actor
from yiwang.kernel.workdays.calendar import Calendar
from yiwang.platform.org.models import Unit
from yiwang.platform.upkeep.models import Correction, KnownChange, UnitCheck
from yiwang.platform.upkeep.vocabulary import MAINTAIN, SUPERVISE

UPDATE_WORKDAYS = 7  # R1-10, and for 纠错 (§30)
CHECK_WORKDAYS = 10  # how long a quarterly check may take
WARN_WORKDAYS = 2  # T-2 working days
URGE_EVERY = 5  # overdue: on the first working day, then on each fifth
MOST_REPORTS = 20  # corrections a person may report in a day
UNFOUNDED_MOST, UNFOUNDED_DAYS = 5, 30  # so many unfounded ones within so many days:
MOST_AFTER_UNFOUNDED = 3  # then so many in a day

_CITIZEN_ID = re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?!\d)")


def can_maintain(actor: Actor, unit: Unit) -> bool:
    """Does he look after this unit's part of the address book?"""
    return actor.allows(MAINTAIN.key, at=unit.path)


def can_supervise(actor: Actor) -> bool:
    """Does he watch over the district?"""
    return actor.allows(SUPERVISE.key)


def can_answer(actor: Actor, correction: Correction) -> bool:
    """The administrators of the unit it lies with; the district, for units without any."""
    return can_maintain(actor, correction.keeper) or can_supervise(actor)


def can_settle(actor: Actor, change: KnownChange) -> bool:
    """Whoever keeps the unit's people may say that a change was entered."""
    return can_maintain(actor, change.unit) or can_supervise(actor)


def can_confirm(actor: Actor, check: UnitCheck) -> bool:
    """The list is confirmed by the unit itself, never for it."""
    return can_maintain(actor, check.unit)


def names_identity(text: str) -> bool:
    """Does it hold an identity number, which nobody may write here?"""
    return _CITIZEN_ID.search(text) is not None


def lateness(calendar: Calendar, due_on: datetime.date, today: datetime.date) -> int:
    """Working days since the last day; 0 while it is not over."""
    return max(0, calendar.between(due_on, today)) if today > due_on else 0


def late_text(calendar: Calendar, due_on: datetime.date, today: datetime.date) -> str:
    """逾期1个工作日, 今日到期, 剩余2个工作日. On days off after the last day it is 已逾期."""
    if today > due_on:
        late = calendar.between(due_on, today)
        return f"逾期{late}个工作日" if late else "已逾期"
    left = calendar.between(today, due_on)
    return f"剩余{left}个工作日" if left else "今日到期"


def is_urged(late_by: int) -> bool:
    """Is this one of the days on which what is overdue is urged?"""
    return late_by >= 1 and (late_by - 1) % URGE_EVERY == 0


def quarter_of(day: datetime.date) -> tuple[int, int]:
    """(2026, 4) for any day of October to December 2026."""
    return day.year, (day.month + 2) // 3


def first_day(year: int, quarter: int) -> datetime.date:
    """The calendar day on which a quarter begins."""
    return datetime.date(year, quarter * 3 - 2, 1)


def owner_of(path: str, paths: Iterable[str]) -> str:
    """The deepest of these paths that the path lies in; "" when none does."""
    return max((one for one in paths if path.startswith(one)), key=len, default="")


def rate(part: int, whole: int) -> Fraction | None:
    """part ÷ whole; None when there is nothing to measure."""
    return Fraction(part, whole) if whole else None


def accuracy(wrong: int, checked: int) -> Fraction | None:
    """准确率 = 1 − confirmed corrections ÷ checked sample (§3.8)."""
    return None if not checked else max(Fraction(0), 1 - Fraction(wrong, checked))


def percent(value: Fraction | None) -> str:
    """96.4%, cut off rather than rounded so that 100% means all of them; — when there is nothing."""
    if value is None:
        return "—"
    tenths = value * 1000 // 1
    return f"{tenths // 10}.{tenths % 10}%" if tenths % 10 else f"{tenths // 10}%"


def words_of(facts: Iterable[Any]) -> str:
    """张三、李四等5人: the first of them and how many there are."""
    named = [str(one) for one in facts]
    shown = "、".join(named[:3])
    return f"{shown}等{len(named)}人" if len(named) > 3 else shown
