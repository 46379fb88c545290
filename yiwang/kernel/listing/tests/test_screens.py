"""Filters, sorting, columns, fragments and print of a list screen."""

import datetime
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from pytest_django import Settings

from yiwang.kernel.errors import Refused
from yiwang.kernel.listing import screens
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter, UnitFilter
from yiwang.kernel.listing.tests.matters import SOURCES, Clerk, Matter

UNITS = {"1": ("区政务办", "00001"), "2": ("朱家角镇", "00002")}
LISTING = screens.Listing(
    key="tests.matters",
    title="督查事项",
    columns=(
        Column("title", "名称", sort=("title",), is_fixed=True),
        Column("due", "期限", sort=("due",)),
        Column("weight", "分值", is_chosen=False, align="right"),
    ),
    filters=(
        TextFilter("q", "关键词", {"title": "contains", "unit_path": "prefix"}),
        ChoiceFilter("weight", "分值", [("1", "一分"), ("2", "二分")], field="weight", parse=int),
        DateRangeFilter("due", "期限", "due"),
        DateRangeFilter("at", "下发日期", "created_at", is_moment=True),
        UnitFilter("unit", "单位", "unit_path", lambda user, value: UNITS.get(value)),
    ),
    order=("title",),
    sizes=(20, 50),
)


def ask(address: str, **headers: str) -> HttpRequest:
    request = RequestFactory().get(address, headers=headers)
    request.user = Clerk()  # type: ignore[assignment]
    return request


def content(answer: HttpResponseBase) -> str:
    assert isinstance(answer, HttpResponse)
    return answer.content.decode()


def titles(kind: str, query: str) -> list[str]:
    shown = screens.page(ask(f"/list/?{query}"), SOURCES[kind](), LISTING)
    return [row["title"] if isinstance(row, dict) else row.title for row in shown.rows]


@pytest.fixture
def matters(table: None) -> None:
    moment = datetime.datetime(2026, 11, 22, 16, 30, tzinfo=datetime.UTC)  # 00:30 of the 23rd in Shanghai
    for title, due, weight, path, at in (
        ("防汛通知", datetime.date(2026, 11, 30), 1, "00001", moment),
        ("100%完成", datetime.date(2026, 12, 1), 2, "0000100007", moment - datetime.timedelta(hours=1)),
        ("河长制", None, None, "00002", moment + datetime.timedelta(days=1)),
    ):
        Matter.objects.create(title=title, due=due, weight=weight, unit_path=path, created_at=at)


@pytest.mark.usefixtures("matters")
@pytest.mark.parametrize("kind", SOURCES)
class TestFilters:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", ["100%完成", "河长制", "防汛通知"]),
            ("q=通知", ["防汛通知"]),
            ("q=%25", ["100%完成"]),
            ("q=_", []),
            ("q=00002", ["河长制"]),
            ("weight=2", ["100%完成"]),
            ("due_from=2026-12-01", ["100%完成"]),
            ("due_to=2026-11-30", ["防汛通知"]),
            ("due_from=2026-11-30&due_to=2026-11-30", ["防汛通知"]),
            ("at_from=2026-11-23&at_to=2026-11-23", ["防汛通知"]),
            ("at_to=2026-11-22", ["100%完成"]),
            ("unit=1", ["100%完成", "防汛通知"]),
            ("unit=1&q=防汛", ["防汛通知"]),
        ],
    )
    def test_found(self, kind: str, query: str, found: list[str]) -> None:
        assert titles(kind, query) == found

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("weight=9", "weight"),
            ("due_from=gestern", "due"),
            ("due_from=2026-12-01&due_to=2026-11-01", "due_to"),
            ("unit=3", "unit"),
        ],
    )
    def test_nonsense_is_refused_with_its_field(self, kind: str, query: str, field: str) -> None:
        with pytest.raises(Refused) as caught:
            titles(kind, query)
        assert caught.value.status == 422
        assert field in caught.value.fields

    def test_sorting(self, kind: str) -> None:
        assert titles(kind, "sort=due") == ["防汛通知", "100%完成", "河长制"]
        assert titles(kind, "sort=-due") == ["河长制", "100%完成", "防汛通知"]
        assert titles(kind, "sort=nonsense") == titles(kind, "")


@pytest.mark.usefixtures("matters")
class TestAddresses:
    def shown(self, query: str, cookies: dict[str, str] | None = None) -> screens.ListPage:
        request = ask(f"/list/?{query}")
        request.COOKIES.update(cookies or {})
        return screens.page(request, SOURCES["orm"](), LISTING)

    def test_sorting_goes_up_down_and_back(self) -> None:
        (title, *_) = LISTING.columns
        assert self.shown("").sort_url(title) == "/list/?sort=title"
        assert self.shown("sort=title").sort_url(title) == "/list/?sort=-title"
        assert self.shown("sort=-title").sort_url(title) == "/list/"

    def test_a_filter_can_be_taken_away_alone(self) -> None:
        shown = self.shown("unit=1&q=防汛")
        without = {one.filter.key: one.without for one in shown.filters if one.text}
        assert without["q"] == "/list/?unit=1"
        assert shown.clear_url == "/list/"
        assert [one.text for one in shown.filters if one.text] == ["防汛", "区政务办"]

    def test_page_size(self) -> None:
        assert self.shown("size=50").size == 50
        for wrong in ("7", "-1", "x", "٥٠"):
            assert self.shown(f"size={wrong}").size == 20

    def test_filter_names_may_not_clash(self) -> None:
        with pytest.raises(ValueError, match="taken"):
            screens.Listing("a.b", "甲", (), (TextFilter("sort", "排序"),))


@pytest.mark.usefixtures("matters")
class TestRespond:
    def answer(self, request: HttpRequest, **more: Any) -> HttpResponseBase:
        names = {"template": "ui/print.html", "fragment": "ui/_toast.html"}
        return screens.respond(request, SOURCES["orm"](), LISTING, **{**names, **more})

    def test_columns_are_remembered_for_this_address(self) -> None:
        answer = self.answer(ask("/list/?q=1&columns=due&columns=weight&columns=evil&choose=1"))
        assert (answer.status_code, answer.headers["Location"]) == (303, "/list/?q=1")
        cookie = answer.cookies["yiwang_columns"]
        assert (cookie.value, cookie["path"], cookie["httponly"]) == ("due.weight", "/list/", True)

    def test_chosen_columns_are_shown_and_fixed_ones_always(self) -> None:
        request = ask("/list/")
        request.COOKIES["yiwang_columns"] = "weight.nonsense"
        keys = [one.key for one in screens.page(request, SOURCES["orm"](), LISTING).columns]
        assert keys == ["title", "weight"]

    def test_choosing_none_means_the_default_again(self) -> None:
        answer = self.answer(ask("/list/?choose=0"))
        assert answer.cookies["yiwang_columns"]["max-age"] == 0

    def test_htmx_gets_the_fragment(self, settings: Settings) -> None:
        context = {"notice": {"kind": "info", "text": "片段"}}
        fragment = self.answer(ask("/list/", **{"HX-Request": "true"}), context=context)
        assert "<html" not in content(fragment)
        assert "HX-Request" in fragment.headers["Vary"]

    def test_print_shows_all_rows(self, settings: Settings) -> None:
        settings.ROOT_URLCONF = "yiwang.kernel.tests.urls"
        text = content(self.answer(ask("/list/?print=1&unit=1")))
        assert "打印人：沈国平" in text
        assert "单位：区政务办" in text
        assert "防汛通知" in text
        assert "河长制" not in text
        assert "共2条" in text

    def test_who_may_not_export_gets_404(self) -> None:
        request = RequestFactory().post("/list/", {"purpose": "核对"})
        with pytest.raises(Refused) as caught:
            self.answer(request)
        assert caught.value.status == 404
