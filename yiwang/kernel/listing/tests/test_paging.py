"""Paging by key: every row once, in order, both ways, with ties, nulls and rows that come and go."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from yiwang.kernel.errors import Refused
from yiwang.kernel.listing import cursors, screens
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.cursors import Cursor
from yiwang.kernel.listing.tests.matters import SOURCES, Matter

LISTING = screens.Listing(
    key="tests.matters",
    title="事项",
    columns=(
        Column("title", "名称", sort=("title",)),
        Column("due", "期限", sort=("due",)),
        Column("weight", "分值", sort=("weight", "due")),
    ),
    order=("-due", "title"),
    sizes=(3, 7),
)
SORTS = ("", "title", "-title", "due", "-due", "weight", "-weight")

rows_strategy = st.lists(
    st.tuples(
        st.sampled_from("甲乙丙丁ab%_"),
        st.none() | st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 1, 4)),
        st.none() | st.sampled_from([Decimal("1.50"), Decimal("2.00"), Decimal("-3.25")]),
    ),
    max_size=18,
)


def show(source: Any, address: str) -> screens.ListPage:
    return screens.page(RequestFactory().get(address), source, LISTING)


def identity(row: Any) -> int:
    return int(row["id"] if isinstance(row, dict) else row.pk)


def walk(source: Any, address: str, link: str) -> tuple[list[int], str]:
    """All rows met by following the link from the address on, and the last address."""
    met: list[int] = []
    for _ in range(50):
        shown = show(source, address)
        ids = [identity(row) for row in shown.rows]
        met = ids + met if link == "previous_url" else met + ids
        following = getattr(shown, link)
        if not following:
            return met, address
        address = following
    raise AssertionError("The pages never end")


def expected(sort: str) -> list[int]:
    """What Python says the order is: nothing counts as larger than everything."""

    def key(field: str) -> Any:
        return lambda row: (getattr(row, field) is None, getattr(row, field) or 0)

    rows = list(Matter.objects.order_by("pk"))
    keys: Sequence[tuple[str, bool]] = {
        "": (("due", True), ("title", False), ("pk", False)),
        "title": (("title", False), ("pk", False)),
        "-title": (("title", True), ("pk", True)),
        "due": (("due", False), ("pk", False)),
        "-due": (("due", True), ("pk", True)),
        "weight": (("weight", False), ("due", False), ("pk", False)),
        "-weight": (("weight", True), ("due", True), ("pk", True)),
    }[sort]
    for field, falls in reversed(keys):
        if field == "title":
            rows.sort(key=lambda row: row.title.encode(), reverse=falls)
        elif field == "due":
            rows.sort(key=lambda row: (row.due is None, row.due or datetime.date.min), reverse=falls)
        else:
            rows.sort(key=key(field), reverse=falls)
    return [row.pk for row in rows]


@pytest.mark.parametrize("kind", SOURCES)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=rows_strategy, sort=st.sampled_from(SORTS))
def test_walking_meets_every_row_once_in_order(table: None, kind: str, rows: list[Any], sort: str) -> None:
    Matter.objects.all().delete()
    Matter.objects.bulk_create(Matter(title=title, due=due, weight=weight) for title, due, weight in rows)
    source = SOURCES[kind]()
    order = expected(sort)
    forwards, last = walk(source, f"/list/?sort={sort}", "next_url")
    assert forwards == order
    backwards, _ = walk(source, last, "previous_url")
    assert backwards[-len(show(source, last).rows) :] == order[len(order) - len(show(source, last).rows) :]
    assert set(backwards) == set(order)
    # Going back ends with the first page whole; only rows of that page may have been met twice.
    assert [one for index, one in enumerate(backwards) if one not in backwards[:index]] == order


def fill(count: int) -> None:
    Matter.objects.bulk_create(
        Matter(title=f"事项{number:03}", due=datetime.date(2026, 1, 1 + number % 5))
        for number in range(count)
    )


@pytest.mark.parametrize("kind", SOURCES)
class TestPages:
    @pytest.fixture(autouse=True)
    def _table(self, table: None) -> None:
        fill(10)

    def test_rows_that_come_and_go_shift_nothing(self, kind: str) -> None:
        source = SOURCES[kind]()
        first = show(source, "/list/?sort=title")
        Matter.objects.create(title="事项000a")
        Matter.objects.filter(title="事项001").delete()
        second = show(source, first.next_url)
        titles = [row["title"] if isinstance(row, dict) else row.title for row in second.rows]
        assert titles == ["事项003", "事项004", "事项005"]

    def test_the_row_of_the_cursor_may_vanish(self, kind: str) -> None:
        source = SOURCES[kind]()
        first = show(source, "/list/?sort=title")
        Matter.objects.filter(title="事项002").delete()
        assert [identity(row) for row in show(source, first.next_url).rows] == expected("title")[2:5]

    def test_back_on_the_first_page_it_is_whole(self, kind: str) -> None:
        source = SOURCES[kind]()
        second = show(source, show(source, "/list/?sort=title").next_url)
        Matter.objects.filter(title__in=["事项000", "事项001"]).delete()
        back = show(source, second.previous_url)
        assert len(back.rows) == 3
        assert back.previous_url == ""

    def test_beyond_the_end_leads_back(self, kind: str) -> None:
        source = SOURCES[kind]()
        first = show(source, "/list/?sort=title")
        Matter.objects.filter(title__gt="事项002").delete()
        empty = show(source, first.next_url)
        assert (empty.rows, empty.next_url) == ([], "")
        assert empty.previous_url == "/list/?sort=title"

    def test_a_page_costs_two_statements(
        self, kind: str, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        source = SOURCES[kind]()
        first = show(source, "/list/")
        with django_assert_num_queries(2):
            second = show(source, first.next_url)
        fill(200)
        with django_assert_num_queries(2):
            show(source, second.next_url)

    def test_the_count_is_capped(self, kind: str) -> None:
        source = SOURCES[kind]()
        assert show(source, "/list/").count_text == "10"
        fill(1_000)
        assert show(source, "/list/").count_text == "1,000+"


class TestCursor:
    place = (
        None,
        datetime.date(2026, 1, 2),
        Decimal("1.50"),
        "王",
        7,
        datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
    )

    def test_it_returns_as_it_went(self) -> None:
        text = cursors.write("a.b", "-due", Cursor("next", self.place))
        assert cursors.read("a.b", "-due", 6, text) == Cursor("next", self.place)

    @pytest.mark.parametrize(
        ("listing", "sort", "keys"), [("a.c", "-due", 6), ("a.b", "due", 6), ("a.b", "-due", 5)]
    )
    def test_it_holds_for_its_own_list_and_order_only(self, listing: str, sort: str, keys: int) -> None:
        text = cursors.write("a.b", "-due", Cursor("next", self.place))
        with pytest.raises(Refused) as caught:
            cursors.read(listing, sort, keys, text)
        assert caught.value.status == 422

    @given(st.text(max_size=60))
    def test_what_is_made_up_is_refused(self, text: str) -> None:
        with pytest.raises(Refused) as caught:
            cursors.read("a.b", "", 1, text)
        assert (caught.value.status, caught.value.message) == (422, "翻页位置已失效，请回到第一页重新查看")

    def test_a_changed_one_is_refused(self) -> None:
        text = cursors.write("a.b", "", Cursor("next", (1,)))
        with pytest.raises(Refused):
            cursors.read("a.b", "", 1, text[:-1] + ("a" if text[-1] != "a" else "b"))

    def test_an_endless_one_is_refused(self) -> None:
        with pytest.raises(Refused):
            cursors.read("a.b", "", 1, "a" * 5_000)

    def test_the_screen_says_so(self) -> None:
        with pytest.raises(Refused):
            show(SOURCES["orm"](), "/list/?cursor=rubbish")
