"""Statutory holidays: their number by the revision of 2024, and where the lunar table ends."""

from datetime import date

import pytest

from yiwang.kernel.workdays.festivals import LUNAR, statutory_days


@pytest.mark.parametrize("year", sorted(LUNAR))
def test_thirteen_days_since_2025_and_eleven_before(year: int) -> None:
    days = statutory_days(year)
    shared = sum("、" in name for name in days.values())
    assert len(days) + shared == (13 if year >= 2025 else 11)
    assert list(days) == sorted(days)


def test_known_dates() -> None:
    assert {day: name for day, name in statutory_days(2026).items() if name == "春节"} == {
        date(2026, 2, 16): "春节",
        date(2026, 2, 17): "春节",
        date(2026, 2, 18): "春节",
        date(2026, 2, 19): "春节",
    }
    assert date(2024, 2, 9) not in statutory_days(2024)
    assert statutory_days(2020)[date(2020, 10, 1)] == "中秋节、国庆节"
    assert date(2024, 5, 2) not in statutory_days(2024)
    assert statutory_days(2025)[date(2025, 5, 2)] == "劳动节"


def test_beyond_the_lunar_table_only_fixed_days_are_known() -> None:
    assert list(statutory_days(2036).values()) == ["元旦", "劳动节", "劳动节", "国庆节", "国庆节", "国庆节"]
