"""Counting working days: an unchanging calendar object and the texts made from it. No database here.

How a deadline is written (11月30日（周一）24:00前) is `kernel.template_filters.deadline`.

Rules (domain reference §0.5; 民法典 第201、203条): the day of the event does not count, counting begins
the next day, the deadline is the end (24:00) of the nth working day.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from yiwang.kernel.workdays.festivals import statutory_days

SHANGHAI = ZoneInfo("Asia/Shanghai")
SATURDAY = 5
DUE_SOON = 3

Light = Literal["green", "yellow", "red"]


def local_date(moment: date) -> date:
    """The day in Shanghai; a datetime must be aware. After office hours is still that day."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone has no day")
    return moment.astimezone(SHANGHAI).date()


def end_of(day: date) -> datetime:
    """24:00 of the day in Shanghai, which is 0:00 of the next."""
    return datetime.combine(day + timedelta(1), time(), SHANGHAI)


def due_day(due: datetime) -> date:
    """The day a deadline belongs to: for 24:00 the day that ends then."""
    return local_date(due - timedelta(microseconds=1))


def provisional_text(years: Iterable[int]) -> str:
    """The banner for years whose notice is not entered; "" when there are none."""
    named = "、".join(f"{year}年" for year in years)
    return f"{named}调休安排尚未维护，期限按暂定工作日计算" if named else ""


@dataclass(frozen=True, slots=True)
class Remaining:
    """How much time a deadline leaves. workdays: left, or late when overdue."""

    workdays: int
    is_overdue: bool
    text: str
    light: Light


class Calendar:
    """Which days are working days.

    Official years are given; all others are guessed from weekends and statutory holidays.
    """

    def __init__(self, official: Mapping[int, Iterable[date]]) -> None:
        self._official = frozenset(official)
        self._years = {year: sorted(day.toordinal() for day in days) for year, days in official.items()}

    def is_official(self, year: int) -> bool:
        """Does the year follow the State Council's notice?"""
        return year in self._official

    def _workdays(self, year: int) -> list[int]:
        """Ordinals of the year's working days. Two threads may both make a guess; it is the same."""
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = provisional_workdays(year)
        return known

    def is_workday(self, day: date) -> bool:
        """Monday to Friday without days off, and 调休上班."""
        days = self._workdays(day.year)
        place = bisect_left(days, day.toordinal())
        return place < len(days) and days[place] == day.toordinal()

    def add(self, start: date, workdays: int) -> date:
        """The nth working day after `start`, before it when negative; `start` itself for 0."""
        start = local_date(start)
        if workdays == 0:
            return start
        year, days = start.year, self._workdays(start.year)
        if workdays > 0:
            place = bisect_right(days, start.toordinal()) + workdays - 1
            while place >= len(days):
                place -= len(days)
                year += 1
                days = self._workdays(year)
            return date.fromordinal(days[place])
        place = bisect_left(days, start.toordinal()) + workdays
        while place < 0:
            year -= 1
            days = self._workdays(year)
            place += len(days)
        return date.fromordinal(days[place])

    def deadline(self, event: date, workdays: int) -> datetime:
        """24:00 of the nth working day after the event."""
        return end_of(self.add(event, workdays))

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` lies before `start`."""
        start, end = local_date(start), local_date(end)
        if end < start:
            return -self.between(end, start)
        return self._before(end + timedelta(1), start.year) - self._before(start + timedelta(1), start.year)

    def _before(self, day: date, since: int) -> int:
        """Working days from the beginning of the year `since` to before `day`."""
        whole = sum(len(self._workdays(year)) for year in range(since, day.year))
        return whole + bisect_left(self._workdays(day.year), day.toordinal())

    def remaining(self, now: datetime, due: datetime, *, soon: int = DUE_SOON) -> Remaining:
        """What is left at `now`. soon: with so many working days left the light turns yellow."""
        today, last = local_date(now), due_day(due)
        if now >= due:
            late = max(0, self.between(last, today))
            text = f"已逾期{late}个工作日" if late else "已逾期"
            return Remaining(late, is_overdue=True, text=text, light="red")
        left = max(0, self.between(today, last))
        today_or_less = "今日到期" if last == today else "剩余不足1个工作日"
        text = f"剩余{left}个工作日" if left else today_or_less
        return Remaining(left, is_overdue=False, text=text, light="yellow" if left <= soon else "green")

    def provisional_years(self, first: date, last: date) -> tuple[int, ...]:
        """The years from `first` to `last` whose working days are only guessed."""
        years = range(local_date(first).year, local_date(last).year + 1)
        return tuple(year for year in years if not self.is_official(year))


def provisional_workdays(year: int) -> list[int]:
    """Ordinals of Monday to Friday without statutory days; substitute days off and 调休 are not guessed."""
    off = statutory_days(year)
    first, following = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
    days = map(date.fromordinal, range(first, following))
    return [day.toordinal() for day in days if day.weekday() < SATURDAY and day not in off]
