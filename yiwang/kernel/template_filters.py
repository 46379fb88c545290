"""How values look in pages: dates, numbers, masks (domain reference §0.8). Pure functions."""

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

_WEEKDAYS = "一二三四五六日"
_MOBILE = re.compile(r"(\d{3})\d{4}(\d{4})")
_UNITS = ("B", "KB", "MB", "GB", "TB")
NOTHING = "—"


def _local(value: datetime.datetime) -> datetime.datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def date(value: datetime.date | None) -> str:
    """2026-11-23; a dash for nothing."""
    if value is None:
        return NOTHING
    return f"{_local(value) if isinstance(value, datetime.datetime) else value:%Y-%m-%d}"


def date_and_time(value: datetime.datetime | None) -> str:
    """2026-11-23 14:05 in Shanghai; a dash for nothing."""
    return NOTHING if value is None else f"{_local(value):%Y-%m-%d %H:%M}"


def clock(value: datetime.datetime | datetime.time | None) -> str:
    """14:05; a dash for nothing."""
    if value is None:
        return NOTHING
    return f"{_local(value) if isinstance(value, datetime.datetime) else value:%H:%M}"


def deadline(value: datetime.date | None, today: datetime.date | None = None) -> str:
    """11月30日（周一）24:00前; with the year when it is another than today's.

    A date ends with its day. Midnight belongs to the day before, as 24:00.
    """
    if value is None:
        return NOTHING
    hour = "24:00"
    day = value
    if isinstance(value, datetime.datetime):
        moment = _local(value)
        day = moment.date()
        if moment.time() == datetime.time():
            day -= datetime.timedelta(days=1)
        else:
            hour = f"{moment:%H:%M}"
    year = "" if day.year == (today or timezone.localdate()).year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）{hour}前"


def mask_mobile(value: str | None) -> str:
    """138****5678; anything that is no mobile is masked whole."""
    if not value:
        return NOTHING
    found = _MOBILE.fullmatch(value)
    return f"{found[1]}****{found[2]}" if found else "*" * len(value)


def grouped(value: int | None) -> str:
    """12,345; a dash for nothing."""
    return NOTHING if value is None else f"{value:,}"


def file_size(value: int) -> str:
    """1.2 MB, in steps of 1024."""
    size, index = float(value), 0
    while size >= 1024 and index < len(_UNITS) - 1:
        size, index = size / 1024, index + 1
    return f"{size:.0f} {_UNITS[index]}" if index == 0 or size >= 100 else f"{size:.1f} {_UNITS[index]}"


def face_tone(character: str) -> int:
    """One of six calm colours, the same for the same surname (1…6)."""
    return ord(character[0]) * 7 % 31 % 6 + 1 if character else 1


def or_dash(value: object) -> object:
    """The value, or a dash for nothing and empty text (but 0 stays 0)."""
    return NOTHING if value is None or value == "" else value


def query_string(values: Mapping[str, Any]) -> str:
    """?a=1&b=2 without empty values; lists are repeated; "" when nothing remains."""
    encoded = urlencode(
        {name: value for name, value in values.items() if value not in (None, "")}, doseq=True
    )
    return f"?{encoded}" if encoded else ""


FILTERS: dict[str, Callable[..., object]] = {
    "date": date,
    "datetime": date_and_time,
    "clock": clock,
    "deadline": deadline,
    "mask_mobile": mask_mobile,
    "grouped": grouped,
    "file_size": file_size,
    "face_tone": face_tone,
    "or_dash": or_dash,
    "query_string": query_string,
}
