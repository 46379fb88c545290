"""Statutory holidays by the rules of 全国年节及纪念日放假办法, without any year's 调休.

Used to tell 法定节假日 from 休息日 in official calendars, and to guess years whose notice is not out yet.
"""

from datetime import date, timedelta
from typing import Final

# The revision of 2024: 除夕 and 2 May are holidays from 2025 on, 13 days instead of 11.
REVISION_YEAR: Final = 2025

# Year -> first day of the lunar year, 清明, 端午, 中秋, each as month * 100 + day. The dates follow from
# astronomy; computed with two independent packages (lunardate, holidays), which agree.
LUNAR: Final[dict[int, tuple[int, int, int, int]]] = {
    2018: (216, 405, 618, 924),
    2019: (205, 405, 607, 913),
    2020: (125, 404, 625, 1001),
    2021: (212, 404, 614, 921),
    2022: (201, 405, 603, 910),
    2023: (122, 405, 622, 929),
    2024: (210, 404, 610, 917),
    2025: (129, 404, 531, 1006),
    2026: (217, 405, 619, 925),
    2027: (206, 405, 609, 915),
    2028: (126, 404, 528, 1003),
    2029: (213, 404, 616, 922),
    2030: (203, 405, 605, 912),
    2031: (123, 405, 624, 1001),
    2032: (211, 404, 612, 919),
    2033: (131, 404, 601, 908),
    2034: (219, 405, 620, 927),
    2035: (208, 405, 610, 916),
}


def statutory_days(year: int) -> dict[date, str]:
    """The year's statutory holidays by name; where two fall on one day both are named.

    Outside the lunar table (2018-2035) only 元旦, 劳动节 and 国庆节 are known.
    """
    revised = year >= REVISION_YEAR
    days = [(date(year, 1, 1), "元旦"), (date(year, 5, 1), "劳动节")]
    if revised:
        days.append((date(year, 5, 2), "劳动节"))
    if year in LUNAR:
        spring, tomb_sweeping, dragon_boat, mid_autumn = (
            date(year, *divmod(day, 100)) for day in LUNAR[year]
        )
        days += [(spring + timedelta(offset), "春节") for offset in range(-1 if revised else 0, 3)]
        days += [(tomb_sweeping, "清明节"), (dragon_boat, "端午节"), (mid_autumn, "中秋节")]
    days += [(date(year, 10, day), "国庆节") for day in (1, 2, 3)]
    found: dict[date, str] = {}
    for day, name in sorted(days, key=lambda item: item[0]):
        found[day] = f"{found[day]}、{name}" if day in found else name
    return found
