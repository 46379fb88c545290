"""What an import of a year would do: rows checked, days derived, differences to what is known.

Writes nothing; `queries.plan_import` is the way in.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from yiwang.kernel.workdays.calendar import SATURDAY
from yiwang.kernel.workdays.festivals import statutory_days
from yiwang.kernel.workdays.models import Day

_KINDS = {kind.label: kind for kind in Day.Kind}
_DATE = re.compile(r"(20[0-9]{2})(?:[-/.年]?)([0-9]{1,2})(?:[-/.月]?)([0-9]{1,2})日?")
LONGEST_NAME = 30


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a notice as typed: line number in the sheet, then the three columns."""

    line: int
    date: object
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a line cannot be taken. line 0: the sheet as a whole."""

    line: int
    message: str

    @property
    def text(self) -> str:
        return f"第{self.line}行：{self.message}" if self.line else self.message


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """What a day shall be."""

    date: date
    kind: Day.Kind
    name: str

    @property
    def text(self) -> str:
        return f"{self.kind.label}（{self.name}）" if self.name else str(self.kind.label)


@dataclass(frozen=True, slots=True)
class Change:
    """A day that becomes something else. is_moved: a working day becomes a day off or the reverse."""

    date: date
    before: PlannedDay
    after: PlannedDay

    @property
    def is_moved(self) -> bool:
        return self.before.kind.is_work != self.after.kind.is_work


@dataclass(frozen=True, slots=True)
class Plan:
    """The outcome of reading a year's rows. days: all days of the year, empty when there are errors."""

    year: int
    days: tuple[PlannedDay, ...]
    changes: tuple[Change, ...]
    errors: tuple[RowError, ...]
    warnings: tuple[str, ...]

    @property
    def workday_count(self) -> int:
        return sum(day.kind.is_work for day in self.days)


def plan(year: int, rows: Iterable[Row], known: Mapping[date, PlannedDay]) -> Plan:
    """Check the rows and compare with the known days (provisional ones where nothing is known)."""
    named: dict[date, PlannedDay] = {}
    errors: list[RowError] = []
    for row in rows:
        found = _read(row, year, named)
        if isinstance(found, RowError):
            errors.append(found)
        else:
            named[found.date] = found
    if not named and not errors:
        errors.append(RowError(0, "没有读到任何日期，请使用模板填写"))
    if errors:
        return Plan(year, (), (), tuple(errors), ())
    days = tuple(named.get(day) or _ordinary(day) for day in days_of(year))
    changes = tuple(
        Change(day.date, known[day.date], day)
        for day in days
        if day != known.get(day.date, _ordinary(day.date))
    )
    return Plan(year, days, changes, (), tuple(_warnings(year, days)))


def days_of(year: int) -> list[date]:
    """All days of the year."""
    first = date(year, 1, 1)
    return [first + timedelta(offset) for offset in range((date(year + 1, 1, 1) - first).days)]


def provisional_days(year: int) -> dict[date, PlannedDay]:
    """The year as it is guessed while its notice is not out: weekends and statutory days."""
    statutory = statutory_days(year)
    return {
        day: PlannedDay(day, Day.Kind.HOLIDAY, statutory[day]) if day in statutory else _ordinary(day)
        for day in days_of(year)
    }


def _ordinary(day: date) -> PlannedDay:
    return PlannedDay(day, Day.Kind.REST if day.weekday() >= SATURDAY else Day.Kind.WORKDAY, "")


def _read(row: Row, year: int, named: Mapping[date, PlannedDay]) -> PlannedDay | RowError:
    """One row as a day, or why not."""
    day = _date(row.date)
    kind = _KINDS.get(row.kind.strip())
    name = row.name.strip()
    if day is None:
        return RowError(row.line, f"日期“{row.date}”无法识别，应如 {year}-01-01")
    message = ""
    if day.year != year:
        message = f"{day}不在{year}年内"
    elif day in named:
        message = f"{day}重复出现"
    elif kind is None:
        message = f"类型“{row.kind}”不正确，应为工作日、休息日、法定节假日或调休上班"
    elif kind is Day.Kind.MAKEUP and day.weekday() < SATURDAY:
        message = f"{day}不是周六或周日，不能填写“调休上班”"
    elif kind is Day.Kind.WORKDAY and day.weekday() >= SATURDAY:
        message = f"{day}是周末，上班请填写“调休上班”"
    elif len(name) > LONGEST_NAME:
        message = f"名称不能超过{LONGEST_NAME}个字"
    if message or kind is None:
        return RowError(row.line, message)
    return PlannedDay(day, kind, name)


def _date(value: object) -> date | None:
    """A date cell, or text such as 2027-1-1, 2027/01/01, 2027年1月1日, 20270101."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    match = _DATE.fullmatch(text)
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _warnings(year: int, days: Iterable[PlannedDay]) -> list[str]:
    """What looks wrong but may be right: the notice decides."""
    days = list(days)
    statutory = statutory_days(year)
    found = [
        f"{day.date}是{statutory[day.date]}，却未列为法定节假日"
        for day in days
        if day.date in statutory and day.kind is not Day.Kind.HOLIDAY
    ]
    is_weekend = {day.date: day.date.weekday() >= SATURDAY for day in days}
    given = sum(day.kind is Day.Kind.REST and not is_weekend[day.date] for day in days)
    owed = sum(
        day.kind is Day.Kind.MAKEUP or (day.kind is Day.Kind.HOLIDAY and is_weekend[day.date]) for day in days
    )
    if given != owed:
        found.append(f"工作日放假{given}天，与调休上班及周末法定节假日合计{owed}天不相等，请核对通知原文")
    return found
