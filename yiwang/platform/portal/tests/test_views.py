"""The portal's pages for different people: what is offered, what is not, and at what price."""

import datetime
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from yiwang.kernel.extension.search import Hit, SearchSource, search_sources
from yiwang.kernel.extension.widgets import Widget, widgets
from yiwang.platform.portal import queries

SHANGHAI = ZoneInfo("Asia/Shanghai")


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_home_greets_by_name_and_post(cast: Cast) -> None:
    page = text(as_member(cast, "zhao"), "/")
    assert "赵明远" in page and "朱家角镇" in page and "镇长" in page


@pytest.mark.parametrize(
    ("login", "offered"),
    [("li", set()), ("shen", {"审计日志"}), ("sun", {"账号管理", "工作日历", "废号台账", "定时任务"})],
)
def test_the_menu_shows_what_one_may_open(cast: Cast, login: str, offered: set[str]) -> None:
    page = text(as_member(cast, login), "/apps/")
    all_doors = {"账号管理", "审计日志", "工作日历", "废号台账", "定时任务"}
    assert {door for door in all_doors if door in page} == offered


def test_temporary_accounts_have_no_address_book(cast: Cast) -> None:
    for path in ("/", "/apps/"):
        assert "通讯录" not in text(as_member(cast, "temp"), path)
        assert "通讯录" in text(as_member(cast, "li"), path)


@pytest.mark.parametrize(
    ("hour", "words"),
    [(2, "夜深了"), (7, "早上好"), (10, "上午好"), (13, "中午好"), (16, "下午好"), (21, "晚上好")],
)
def test_greeting_follows_the_clock_of_shanghai(hour: int, words: str) -> None:
    now = datetime.datetime(2026, 11, 23, hour, tzinfo=SHANGHAI)
    with patch("django.utils.timezone.now", return_value=now):
        assert queries.greeting() == words


@pytest.mark.django_db
def test_today_knows_working_days() -> None:
    spring_festival = datetime.datetime(2026, 2, 17, 9, tzinfo=SHANGHAI)
    with patch("django.utils.timezone.now", return_value=spring_festival):
        assert queries.today() == queries.Today("2026年2月17日", "星期二", is_workday=False)


@pytest.mark.django_db
def test_the_month_sheet_marks_days_off_and_days_moved() -> None:
    national_day = datetime.datetime(2026, 10, 8, 9, tzinfo=SHANGHAI)
    with patch("django.utils.timezone.now", return_value=national_day):
        sheet = queries.month_sheet(None)
    weeks: Any = sheet["weeks"]
    days = {one.number: one for week in weeks for one in week if one is not None}
    assert sheet["title"] == "2026年10月" and len(days) == 31
    assert (days[1].mark, days[10].mark, days[11].mark, days[12].mark) == ("休", "班", "", "")
    assert [one.number for one in days.values() if one.is_today] == [8]
    assert sheet["workdays_left"] == 18


def test_widgets_without_a_right_or_content_are_left_out(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = Widget("t.closed", "闭", "x.html", context=queries.nothing, order=1, permission="audit.read")
    empty = Widget("t.empty", "空", "x.html", context=lambda user: None, order=2)
    shown = Widget("t.shown", "示", "x.html", context=queries.nothing, order=3)
    monkeypatch.setattr(widgets, "_items", {one.key: one for one in (shown, empty, closed)})
    assert [card.key for card in queries.cards_for(cast.li.principal())] == ["t.shown"]
    assert [card.key for card in queries.cards_for(cast.shen.principal())] == ["t.closed", "t.shown"]


def test_search_gathers_sources_in_order_and_hides_empty_ones(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one(title: str) -> SearchSource:
        hit = Hit(title, "", "/", "file")
        return SearchSource(title, title, lambda user, text, limit: [hit], order=len(title))

    nobody = SearchSource("nobody", "无", lambda user, text, limit: [], order=0)
    items = {source.key: source for source in (one("公文类"), one("会议"), nobody)}
    monkeypatch.setattr(search_sources, "_items", items)
    groups = queries.suggestions(cast.li.principal(), "x", limit=5)
    assert [group.label for group in groups] == ["会议", "公文类"]


def test_search_pages_bear_any_text(cast: Cast) -> None:
    client = as_member(cast, "li")
    for typed in ("", "周", "<script>alert(1)</script>", "%", "\\", "'", "长" * 500):
        for path in ("/search/", "/search/suggest/"):
            answer = client.get(path, {"q": typed})
            assert answer.status_code == 200
            assert "<script>alert" not in answer.content.decode()


def test_home_asks_the_database_little(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_member(cast, "li")
    client.get("/")
    with django_assert_max_num_queries(10):
        client.get("/")
