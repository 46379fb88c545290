"""Derive the seed of official calendars from chinesecalendar (MIT). For developers only.

Written are the days that differ from Monday-to-Friday and the holidays' names; the migration fills in
the rest. Run: python tools/build_calendar.py
"""

import json
from datetime import date, timedelta
from pathlib import Path

from chinese_calendar import get_holiday_detail, is_workday

from yiwang.kernel.workdays.festivals import statutory_days

YEARS = range(2018, 2027)
SEED = Path(__file__).resolve().parents[1] / "yiwang/kernel/workdays/migrations/official_2018_2026.json"
NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
}


def exceptions(year: int) -> dict[str, list[str]]:
    """Day -> [kind, name] for each day the notice or the statute speaks of."""
    statutory = statutory_days(year)
    found = {}
    day = date(year, 1, 1)
    while day.year == year:
        _, label = get_holiday_detail(day)
        name = statutory.get(day) or (NAMES[label] if label else "")
        if is_workday(day):
            kind = "makeup" if day.weekday() > 4 else ""
        elif day in statutory:
            kind = "holiday"
        else:
            kind = "rest" if name else ""
        if kind:
            found[day.isoformat()] = [kind, name]
        day += timedelta(1)
    return found


def main() -> None:
    seed = {
        str(year): {
            "source": f"国务院办公厅关于{year}年部分节假日安排的通知",
            "days": exceptions(year),
        }
        for year in YEARS
    }
    lines = json.dumps(seed, ensure_ascii=False, indent=1)
    SEED.write_text(
        lines.replace('[\n    "', '["').replace('",\n    "', '", "').replace('"\n   ]', '"]') + "\n"
    )


if __name__ == "__main__":
    main()
