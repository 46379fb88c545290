"""The console's lists: who sees which rows, and that looking at the log is itself remembered."""

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.extension.numbering import Series, number_series
from yiwang.kernel.numbering import actions as numbering
from yiwang.kernel.workdays.models import Year
from yiwang.platform.accounts.actions import suspensions


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_the_log_tells_who_did_what_to_whom(cast: Cast) -> None:
    suspensions.suspend(cast.li.account, reason="长期离岗", actor=cast.qian.principal())
    page = text(as_member(cast, "shen").get("/console/audit/?verb=accounts.suspended"))
    assert "钱玉芬" in page and "停用了账号" in page and "长期离岗" in page


def test_the_log_can_be_narrowed(cast: Cast) -> None:
    client = as_member(cast, "shen")
    for query, found in (("actor=系统", True), ("actor=无此人", False), ("at_from=2099-01-01", False)):
        answer = client.get(f"/console/audit/?{query}&verb=accounts.opened", headers={"HX-Request": "true"})
        assert ("<tbody" in text(answer)) is found


def test_reading_the_log_is_remembered_once_per_look(cast: Cast) -> None:
    client = as_member(cast, "shen")
    before = Entry.objects.filter(verb="audit.read").count()
    client.get("/console/audit/?actor=李")
    looked = Entry.objects.filter(verb="audit.read")
    assert looked.count() == before + 1
    assert looked.latest("id").actor_name == "沈文清"


def test_exporting_the_log_is_remembered(cast: Cast) -> None:
    client, exported = as_member(cast, "shen"), Entry.objects.filter(reason__contains="季度检查")
    assert client.post("/console/audit/", {"purpose": " "}).status_code == 422
    assert not exported.exists()
    answer = client.post("/console/audit/", {"purpose": "季度检查"})
    assert answer.status_code == 200 and b"".join(answer.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]  # a file
    assert exported.get().actor_name == "沈文清"


def test_void_numbers_are_listed_with_the_reason(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    series = Series("console.test", "试验", "试〔{year}〕{n}号")
    monkeypatch.setitem(number_series._items, series.key, series)
    target = Year(year=2026)
    number = numbering.issue(series, year=2026, target=target, actor=SYSTEM)
    numbering.void(number, reason="重复取号", actor=SYSTEM)
    page = text(as_member(cast, "sun").get("/console/numbers/"))
    assert number.text in page and "重复取号" in page


def test_schedules_are_all_shown(cast: Cast) -> None:
    page = text(as_member(cast, "sun").get("/console/schedules/"))
    for label in ("临时账号到期", "结束超时会话", "清理登录尝试记录"):
        assert label in page


@pytest.mark.parametrize("path", ["/console/accounts/", "/console/audit/", "/console/numbers/"])
def test_lists_ask_the_same_however_long_they_are(
    path: str, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_member(cast, "shen" if "audit" in path else "sun")
    client.get(path)
    with django_assert_max_num_queries(14):
        client.get(path)
