"""How values look in pages (domain reference §0.8)."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel import template_filters as filters

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = datetime.date(2026, 11, 23)


def test_dates_and_times_are_shown_in_shanghai() -> None:
    moment = datetime.datetime(2026, 11, 23, 6, 5, tzinfo=datetime.UTC)
    assert filters.date_and_time(moment) == "2026-11-23 14:05"
    assert filters.date(moment) == "2026-11-23"
    assert filters.clock(moment) == "14:05"
    assert filters.date(datetime.date(2026, 1, 5)) == "2026-01-05"
    late = datetime.datetime(2026, 11, 23, 16, 30, tzinfo=datetime.UTC)
    assert filters.date(late) == "2026-11-24"


@pytest.mark.parametrize(
    "show", [filters.date, filters.date_and_time, filters.clock, filters.deadline, filters.grouped]
)
def test_nothing_is_a_dash(show: object) -> None:
    assert callable(show)
    assert show(None) == "—"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime.date(2026, 11, 30), "11月30日（周一）24:00前"),
        (datetime.datetime(2026, 11, 30, 17, 30, tzinfo=SHANGHAI), "11月30日（周一）17:30前"),
        (datetime.datetime(2026, 12, 1, 0, 0, tzinfo=SHANGHAI), "11月30日（周一）24:00前"),
        (datetime.date(2027, 1, 3), "2027年1月3日（周日）24:00前"),
    ],
)
def test_deadline(value: datetime.date, text: str) -> None:
    assert filters.deadline(value, TODAY) == text


def test_mask_mobile() -> None:
    assert filters.mask_mobile("13812345678") == "138****5678"
    assert filters.mask_mobile("021-123") == "*******"
    assert filters.mask_mobile("") == "—"


@given(st.integers(min_value=0, max_value=10**18))
def test_grouped_keeps_the_number(number: int) -> None:
    assert int(filters.grouped(number).replace(",", "")) == number


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KB"), (1_300_000, "1.2 MB"), (150 * 2**20, "150 MB")],
)
def test_file_size(size: int, text: str) -> None:
    assert filters.file_size(size) == text


def test_or_dash_keeps_zero() -> None:
    assert filters.or_dash(0) == 0
    assert filters.or_dash("") == "—"


def test_query_string_leaves_out_what_is_empty() -> None:
    assert filters.query_string({"q": "王", "page": None, "x": ""}) == "?q=%E7%8E%8B"
    assert filters.query_string({}) == ""
